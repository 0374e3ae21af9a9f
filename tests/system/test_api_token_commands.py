"""`praxical api-token`: made and shown once, listed, revoked."""

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


def test_a_token_is_shown_once(praxical: Praxical) -> None:
    made = praxical("api-token", "new", "alma", "--scope", "calendar:read", "--label", "pages")
    assert made.code == 0
    assert "praxical_" in made.out
    assert "It is not shown again." in made.out
    listed = praxical("api-token", "list")
    assert "pages" in listed.out
    assert "praxical_" not in listed.out


def test_a_token_is_listed_until_it_is_revoked(praxical: Praxical) -> None:
    made = praxical("api-token", "new", "alma", "--scope", "ledger:read", "--json").json
    (listed,) = praxical("api-token", "list", "alma", "--json").json
    assert listed == {name: value for name, value in made.items() if name != "token"}
    assert (listed["state"], listed["scopes"]) == ("active", ["ledger:read"])
    revoked = praxical("api-token", "revoke", made["id"])
    assert revoked.out == f"Revoked the token {made['id']} of alma.\n"
    assert praxical("api-token", "list", "--json").json == []
    (closed,) = praxical("api-token", "list", "--all", "--json").json
    assert closed["state"] == "revoked"


def test_a_login_name_that_is_a_path_is_not_taken(praxical: Praxical) -> None:
    refused = praxical("user", "add", "api", "--role", "front-desk")
    assert refused.code == 1
    assert "path of the server itself" in refused.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("new", "nobody", "--scope", "ledger:read"), "no user 'nobody'"),
        (("new", "alma", "--scope", "all"), "'all' is not one of"),
        (("new", "alma", "--scope", "ledger:read", "--days", "0"), "1 to 3660"),
        (("list", "nobody"), "no user 'nobody'"),
        (("revoke", "0000000000"), "no API token"),
    ],
)
def test_what_makes_no_sense_is_refused(
    praxical: Praxical, words: tuple[str, ...], said: str
) -> None:
    refused = praxical("api-token", *words)
    assert refused.code == 1
    assert said in refused.err
