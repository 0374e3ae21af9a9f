"""The commands for appointments: book, list, change, cancel, delete, restore."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command_line import (
    Praxical,
    book,
    copied,
    listed,
    make_practice,
    unwrapped,
)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a small practice."""
    return make_practice(tmp_path_factory.mktemp("practice") / "data")


@pytest.fixture
def praxical(prepared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Praxical:
    """Return the command line over a copy of the small practice."""
    return copied(prepared, tmp_path / "data", capsys)


def test_a_booked_session_is_listed_with_all_its_fields(praxical: Praxical) -> None:
    number = book(praxical, "--location", "telehealth", "--reminder", "1D-email")
    assert listed(praxical) == [
        {
            "id": number,
            "series": None,
            "kind": "session",
            "status": "booked",
            "start": "2026-11-24T14:00:00-05:00",
            "end": "2026-11-24T15:15:00-05:00",
            "zone": "America/New_York",
            "client": "C1001",
            "session": "acupinitial",
            "services": ["97810*1+95"],
            "location": "telehealth",
            "room": None,
            "practitioner": "alma",
            "attention": [],
        }
    ]
    shown = praxical("appointment", "show", number[-6:], "--json").json
    assert shown["reminders"] == ["1D-email"]


def test_sh_15_a_group_is_one_appointment_for_each_client(praxical: Praxical) -> None:
    book(praxical, "--client", "C1002")
    found = listed(praxical)
    assert sorted(one["client"] for one in found) == ["C1001", "C1002"]
    assert all(one["attention"] == [] for one in found)
    assert len(listed(praxical, "--client", "C1002")) == 1


def test_sh_19_one_occurrence_or_all_that_follow_can_be_moved(praxical: Praxical) -> None:
    number = book(praxical, "--repeat", "weekly", "--times", "5")[-6:]
    moved = praxical(
        "appointment", "move", f"{number}.2026-12-01", "--start", "2026-12-02 10:00"
    )
    assert moved.code == 0, moved.err
    later = ("--start", "2026-12-16 11:00", "--following")
    assert praxical("appointment", "move", f"{number}.20261215", *later).code == 0
    assert [one["start"][:16] for one in listed(praxical)] == [
        "2026-11-24T14:00",
        "2026-12-02T10:00",
        "2026-12-08T14:00",
        "2026-12-16T11:00",
        "2026-12-23T11:00",
    ]
    assert praxical("check").code == 0


def test_sh_20_a_series_ends_earlier_or_loses_an_occurrence(praxical: Praxical) -> None:
    number = book(praxical, "--repeat", "weekly", "--until", "2026-12-22")[-6:]
    assert len(listed(praxical)) == 5
    assert praxical("appointment", "delete", f"{number}.20261201").code == 0
    assert praxical("appointment", "edit", number, "--until", "2026-12-10").code == 0
    assert [one["start"][:10] for one in listed(praxical)] == ["2026-11-24", "2026-12-08"]
    assert praxical("appointment", "restore", f"{number}.20261201").code == 0
    assert len(listed(praxical)) == 3
    assert praxical("appointment", "delete", f"{number}.20261201", "--following").code == 0
    assert [one["start"][:10] for one in listed(praxical)] == ["2026-11-24"]


def test_a_deleted_appointment_can_be_restored_or_cancelled(praxical: Praxical) -> None:
    number = book(praxical)
    assert praxical("appointment", "delete", number).code == 0
    assert listed(praxical) == []
    assert praxical("appointment", "restore", number, "--cancelled").code == 0
    assert praxical("appointment", "show", number, "--json").json["status"] == "cancelled"


def test_sh_33_a_cancellation_may_have_a_fee_of_its_own(praxical: Praxical) -> None:
    number = book(praxical)
    assert praxical("appointment", "cancel", number, "--late", "--fee", "40").code == 0
    shown = praxical("appointment", "show", number, "--json").json
    assert (shown["status"], shown["fee"]) == ("late-cancelled", "40.00 USD")
    assert praxical("appointment", "cancel", number, "--fee", "1", "--waive").code == 1


def test_a_status_can_be_set_and_is_remembered(praxical: Praxical) -> None:
    number = book(praxical)
    assert praxical("appointment", "edit", number, "--status", "arrived").code == 0
    assert listed(praxical, "--status", "arrived")[0]["id"] == number
    booked, arrived = praxical("appointment", "history", number, "--json").json
    assert booked["facts"] == ["booked"]
    assert arrived["changes"]["status"] == ["booked", "arrived"]
    assert (arrived["user"], arrived["door"]) == ("admin", "command-line")
    assert "status: booked > arrived" in praxical("appointment", "history", number).out


def test_contacts_and_other_events_have_what_is_theirs(praxical: Praxical) -> None:
    """SH-21, SH-22, SH-24."""
    whose = ("appointment", "new", "--practitioner", "alma")
    at = ("--start", "2026-11-24 09:00", "--minutes", "10")
    for more in (
        (*at, "--client", "C1001", "--medium", "phone"),
        (*at, "--client", "C1001", "--medium", "email", "--with", "caseworker"),
        (*at, "--title", "Staff meeting"),
        ("--start", "2026-11-26", "--days", "2", "--title", "Holiday", "--free"),
    ):
        ran = praxical(*whose, *more)
        assert ran.code == 0, ran.err
    found = listed(praxical)
    kinds = sorted(one["kind"] for one in found)
    assert kinds == ["collateral", "contact", "other", "other"]
    assert (found[-1]["start"], found[-1]["end"]) == ("2026-11-26", "2026-11-28")
    shown = praxical("appointment", "list", "--from", "2026-11-24", "--to", "2026-11-27").out
    assert "Holiday (free)" in shown


def test_sh_03_a_client_can_be_made_with_the_appointment(praxical: Praxical) -> None:
    ran = praxical(
        *("appointment", "new", "--practitioner", "theo", "--new-client", "Kim Lee"),
        *("--session", "psy50", "--start", "2026-11-24 09:00"),
    )
    assert ran.code == 0, ran.err
    assert listed(praxical)[0]["client"] == "C1003"
    assert praxical("client", "show", "C1003", "--json").json["practitioner"] == "theo"


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ("--session nope", "There is no session type 'nope'."),
        ("--session psy50 --client C9999", "There is no client 'C9999'."),
        ("--session psy50", "client: an appointment of the kind 'session' has one"),
        ("--client C1001 --minutes 5", "a client session has a session type or a service"),
        ("--client C1001 --session psy50 --end 08:00", "it lies before the start"),
        ("--client C1001 --session psy50 --end 10:00 --minutes 5", "not both"),
        ("--client C1001 --session psy50 --zone Mars", "'Mars' is not a time zone"),
        ("--client C1001 --session psy50 --location moon", "There is no location 'moon'."),
        ("--client C1001 --session psy50 --room r --location main", "There is no room 'r'."),
        ("--client C1001 --session psy50 --service 1", "There is no service '1'."),
        ("--kind session --client C1001 --session psy50 --medium phone", "only contacts"),
        ("--kind contact --client C1001 --minutes 5 --with spouse", "only collateral contacts"),
        ("--client C1001 --session psy50 --free", "is always busy time"),
        ("--client C1001 --session psy50 --title x", "only an Other Event has one"),
        ("--client C1001 --session psy50 --fee 4", "only a missed or cancelled appointment"),
        ("--client C1001 --session psy50 --url http://x", "begins with https://"),
        ("--client C1001 --session psy50 --travel 9999", "0 to 1440 are possible"),
        ("--client C1001 --session psy50 --until 2026-12-24", "say how it repeats"),
        ("--client C1001 --session psy50 --reminder 1D-text", "has not agreed to reminders"),
        ("--client C1001 --session psy50 --reminder 6D-email", "such as 1D-text or 3D-email"),
        ("--client C1001 --medium phone --minutes 5 --location main", "only a client session"),
        ("--title x", "say --end or --minutes"),
        ("--kind other --minutes 5", "an Other Event has one"),
        ("--kind other --minutes 5 --title x --client C1001", "neither a client nor"),
        ("--client C1001 --session psy50 --days 1 --minutes 5", "neither end nor minutes"),
    ],
)
def test_a_wrong_appointment_is_refused_in_a_sentence(
    praxical: Praxical, more: str, sentence: str
) -> None:
    start = "2026-11-24" if "--days" in more else "2026-11-24 09:00"
    whose = ("appointment", "new", "--practitioner", "theo", "--start", start)
    ran = praxical(*whose, *more.split())
    assert ran.code == 1
    assert sentence in unwrapped(ran.err)
    assert listed(praxical) == []


def test_cr_13_an_archived_session_type_cannot_be_booked(praxical: Praxical) -> None:
    number = book(praxical)
    praxical("session-type", "archive", "acupinitial")
    start = ("--start", "2026-11-25 09:00", "--practitioner", "alma", "--client", "C1001")
    ran = praxical("appointment", "new", "--session", "acupinitial", *start)
    assert ran.code == 1
    assert "is archived and cannot be booked" in unwrapped(ran.err)
    assert praxical("appointment", "edit", number, "--note", "still there").code == 0


def test_an_occurrence_must_be_named_where_one_is_meant(praxical: Praxical) -> None:
    number = book(praxical, "--repeat", "weekly", "--times", "2")
    for words in (
        ("delete", number, "--this"),
        ("delete", number, "--following"),
        ("delete", f"{number}.20261124", "--this", "--following"),
        ("delete", f"{number}.20261125"),
        ("delete", f"{number}.nonsense"),
        ("delete", "ZZZZZZ"),
        ("edit", f"{number}.20261124", "--until", "2026-12-24"),
        ("edit", number),
        ("move", number, "--start", "noon"),
    ):
        ran = praxical("appointment", *words)
        assert ran.code == 1, words
        assert "Traceback" not in ran.err
    assert len(listed(praxical)) == 2


def test_m13_an_appointment_goes_to_another_practitioner_as_a_whole(praxical: Praxical) -> None:
    number = book(praxical, "--repeat", "weekly", "--times", "2")
    single = f"{number}.20261124"
    assert praxical("appointment", "move", single, "--practitioner", "theo").code == 1
    assert praxical("appointment", "move", number, "--practitioner", "desk").code == 1
    assert praxical("appointment", "move", number, "--practitioner", "theo").code == 0
    assert {one["practitioner"] for one in listed(praxical)} == {"theo"}
    assert praxical("check").code == 0
