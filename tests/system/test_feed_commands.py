"""`praxical feed`: an address is made and shown once, listed, revoked."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command_line import Praxical, copied, make_practice


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a small practice."""
    return make_practice(tmp_path_factory.mktemp("practice") / "data")


@pytest.fixture
def praxical(prepared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Praxical:
    """Return the command line over a copy of the small practice."""
    return copied(prepared, tmp_path / "data", capsys)


def test_an_address_is_shown_once(praxical: Praxical) -> None:
    made = praxical("feed", "new", "alma", "--label", "own phone")
    assert made.code == 0
    assert "/feeds/" in made.out
    assert "It is not shown again." in made.out
    listed = praxical("feed", "list")
    assert "own phone" in listed.out
    assert "/feeds/" not in listed.out


def test_an_address_is_the_one_that_others_reach_the_server_at(
    praxical: Praxical, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = praxical("feed", "new", "alma", "--json").json["address"]
    assert here.startswith("http://127.0.0.1:5232/feeds/")
    monkeypatch.setenv("PRAXICAL_BOOKING_PUBLIC_URL", "https://cal.practice.example")
    there = praxical("feed", "new", "alma", "--json").json["address"]
    assert there.startswith("https://cal.practice.example/feeds/")


def test_a_feed_tells_no_more_than_that_one_is_busy_unless_it_is_said(
    praxical: Praxical,
) -> None:
    assert praxical("feed", "new", "alma", "--json").json["level"] == "busy"
    made = praxical("feed", "new", "alma", "--level", "initials", "--json").json
    assert (made["kind"], made["level"]) == ("feed", "initials")


def test_an_address_is_listed_until_it_is_revoked(praxical: Praxical) -> None:
    made = praxical("feed", "new", "alma", "--kind", "freebusy", "--json").json
    assert made["address"].endswith(".ifb")
    (listed,) = praxical("feed", "list", "alma", "--json").json
    assert listed == {name: value for name, value in made.items() if name != "address"}
    assert (listed["state"], listed["kind"], listed["last_used"]) == (
        "active",
        "freebusy",
        None,
    )
    revoked = praxical("feed", "revoke", made["id"])
    assert revoked.out == f"Revoked the feed {made['id']} of alma.\n"
    assert praxical("feed", "list", "--json").json == []
    (closed,) = praxical("feed", "list", "--all", "--json").json
    assert closed["state"] == "revoked"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("new", "nobody"), 1, "no user 'nobody'"),
        (("new", "alma", "--level", "full"), 2, "full"),
        (("new", "alma", "--kind", "freebusy", "--level", "id"), 1, "level"),
        (("list", "nobody"), 1, "no user 'nobody'"),
        (("revoke", "0000000000"), 1, "no feed"),
    ],
)
def test_what_makes_no_sense_is_refused(
    praxical: Praxical, words: tuple[str, ...], code: int, said: str
) -> None:
    refused = praxical("feed", *words)
    assert refused.code == code
    assert said in refused.err
