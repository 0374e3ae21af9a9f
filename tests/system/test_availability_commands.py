"""`praxical availability`, `praxical slots`, and the rules of online booking."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command_line import Praxical, book, copied, listed, make_practice, unwrapped

# Far enough ahead for any notice, and in a series that reaches into every horizon.
WEEKLY = ("--start", "2026-01-06 09:00", "--end", "10:30", "--repeat", "weekly")
DAYS = ("--from", "2026-11-23", "--to", "2026-11-29")


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a small practice."""
    return make_practice(tmp_path_factory.mktemp("practice") / "data")


@pytest.fixture
def praxical(prepared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Praxical:
    """Return the command line over a copy of the small practice."""
    return copied(prepared, tmp_path / "data", capsys)


def shown(praxical: Praxical) -> list[tuple[str, str]]:
    found = praxical("availability", "show", *DAYS, "--practitioner", "alma", "--json").json
    return [(one["start"], one["end"]) for one in found]


def offer(praxical: Praxical, *more: str) -> None:
    edited = praxical("session-type", "edit", "acupinitial", "--online", *more)
    assert edited.code == 0, edited.err


def test_hours_are_added_shown_and_removed(praxical: Praxical) -> None:
    added = praxical("availability", "add", "--practitioner", "alma", *WEEKLY)
    assert added.code == 0, added.err
    day = ("2026-11-24T09:00:00-05:00", "2026-11-24T10:30:00-05:00")
    assert shown(praxical) == [day]
    table = praxical("availability", "show", *DAYS).out
    assert "everything" in table
    assert "everywhere" in table
    number = added.out.split()[-1].strip(".")
    assert praxical("availability", "remove", f"{number}.20261124").code == 0
    assert shown(praxical) == []
    found = praxical("availability", "show", "--from", "2026-12-01", "--to", "2026-12-08")
    assert "09:00-10:30" in found.out
    assert praxical("availability", "remove", number).code == 0
    assert praxical("availability", "show", "--from", "2026-12-01").out.startswith("There are")


def test_hours_name_what_they_are_for(praxical: Praxical) -> None:
    words = ("--session", "acupinitial", "--location", "main")
    assert praxical("availability", "add", "--practitioner", "alma", *WEEKLY, *words).code == 0
    (one,) = praxical("availability", "show", *DAYS, "--json").json
    assert (one["sessions"], one["location"]) == (["acupinitial"], "main")


def test_hours_are_no_appointments(praxical: Praxical) -> None:
    praxical("availability", "add", "--practitioner", "alma", *WEEKLY)
    assert listed(praxical) == []
    number = book(praxical)
    refused = praxical("availability", "remove", number)
    assert refused.code == 1
    assert book(praxical)


def test_slots_are_what_the_hours_leave_over(praxical: Praxical) -> None:
    refused = praxical("slots", "--session", "acupinitial")
    assert refused.code == 1
    assert "cannot be booked online" in unwrapped(refused.err)
    offer(praxical, "--horizon", "365", "--grid", "15")
    assert "No slot is free" in praxical("slots", "--session", "acupinitial").out
    praxical("availability", "add", "--practitioner", "alma", *WEEKLY)
    found = praxical("slots", "--session", "acupinitial", "--json").json
    assert {one["start"][11:16] for one in found} == {"09:00", "09:15"}
    assert {one["practitioner"] for one in found} == {"alma"}
    assert {one["left"] for one in found} == {1}
    day = found[-1]["start"][:10]
    one = praxical(
        *("slots", "--session", "acupinitial", "--practitioner", "alma", "--tz", "UTC"),
        *("--from", day, "--to", day),
    )
    assert "4 slots, time zone UTC" in one.out
    far = praxical("slots", "--session", "acupinitial", "--tz", "Nowhere/At_All")
    assert far.code == 1


def test_the_rules_of_online_booking_are_set_and_shown(praxical: Praxical) -> None:
    offer(
        praxical,
        *("--booking", "instant", "--no-new-clients", "--notice", "48", "--horizon", "30"),
        *("--pause-before", "5", "--pause-after", "10", "--grid", "20", "--capacity", "3"),
        "--needs-room",
    )
    kept = praxical("session-type", "show", "acupinitial", "--json").json
    assert {name: kept[name] for name in list(kept)[-9:]} == {
        "booking": "instant",
        "new_clients": False,
        "notice_minutes": 2880,
        "horizon_days": 30,
        "pause_before_minutes": 5,
        "pause_after_minutes": 10,
        "grid_minutes": 20,
        "capacity": 3,
        "needs_room": True,
    }
    offer(praxical, "--capacity", "1")
    again = praxical("session-type", "show", "acupinitial", "--json").json
    assert (again["capacity"], again["grid_minutes"]) == (1, 20)


@pytest.mark.parametrize(
    "words",
    [
        ("--grid", "7"),
        ("--grid", "0"),
        ("--capacity", "0"),
        ("--horizon", "366"),
        ("--notice", "-1"),
        ("--pause-after", "481"),
    ],
)
def test_rules_out_of_bounds_are_refused(praxical: Praxical, words: tuple[str, str]) -> None:
    before = praxical("session-type", "show", "acupinitial", "--json").json
    refused = praxical("session-type", "edit", "acupinitial", *words)
    assert refused.code == 1
    assert praxical("session-type", "show", "acupinitial", "--json").json == before
