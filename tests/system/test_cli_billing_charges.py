"""`praxical charge`: what was charged, found by what it is for, for people and programs."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.command_line import Praxical, copied
from tests.system.till import billed, charges, dollars, done, make_till, refused


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a practice whose visits have arrived."""
    return make_till(tmp_path_factory.mktemp("till") / "data")


@pytest.fixture
def praxical(prepared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Praxical:
    """Return the command line over a copy of that practice."""
    return copied(prepared, tmp_path / "data", capsys)


def test_arrived_visits_are_charged_line_by_line(praxical: Praxical) -> None:
    found = [
        (one["service_date"], one["code"], dollars(one["amount"])) for one in charges(praxical)
    ]
    assert found == [
        ("2026-11-02", "97810", "85.00"),
        ("2026-11-02", "97811", "45.00"),
        ("2026-11-03", "90834", "140.00"),
        ("2026-11-09", "97810", "85.00"),
        ("2026-11-09", "97811", "45.00"),
    ]


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ("--client c1001", 4),
        ("--since 2026-11-03", 3),
        ("--until 2026-11-03", 3),
        ("--client C1001 --since 2026-11-03 --until 2026-11-30", 2),
        ("--unbilled", 1),
        ("--bill 1", 4),
    ],
)
def test_charges_are_found_by_what_is_asked_for(
    praxical: Praxical, asked: str, count: int
) -> None:
    billed(praxical)
    assert len(charges(praxical, asked)) == count


def test_the_table_says_where_each_charge_is_billed_and_what_all_come_to(
    praxical: Praxical,
) -> None:
    billed(praxical)
    head, _, *rows, empty, total = done(praxical, "charge list").out.splitlines()
    assert head.split() == ["DATE", "CLIENT", "CODE", "UNITS", "AMOUNT", "BILL", "ID"]
    assert [row.split()[5] for row in rows] == ["1", "1", "unbilled", "1", "1"]
    assert (empty, total) == ("", "5 charges, 400.00 USD.")


def test_what_was_taken_back_is_shown_when_asked_for(praxical: Praxical) -> None:
    visit = charges(praxical, "--client C1002")[0]["appointment"]
    done(praxical, f"appointment edit {visit} --status booked")
    assert charges(praxical, "--client C1002") == []
    assert "There are no such charges." in done(praxical, "charge list --client C1002").out
    (gone,) = charges(praxical, "--client C1002 --reversed")
    assert gone["reversed_at"] is not None
    shown = done(praxical, "charge list --client C1002 --reversed").out
    assert "reversed" in shown
    assert "1 charge" not in shown


def test_a_charge_is_named_by_its_id_or_the_end_of_it(praxical: Praxical) -> None:
    charge = charges(praxical)[0]
    for name in (charge["id"], charge["id"][-6:], charge["id"][-8:].lower()):
        assert done(praxical, f"charge show {name} --json").json == charge
    shown = done(praxical, f"charge show {charge['id']}").out
    for word in ("97810", "85.00 USD", "11", "alma", charge["appointment"], "no bill yet"):
        assert word in shown


@pytest.mark.parametrize("wrong", ["ZZZZZZ", "%", "", "01JD7Z6Q8K5T3V9W2X4Y6Z8A0B"])
def test_an_end_that_no_charge_has_is_said(praxical: Praxical, wrong: str) -> None:
    assert refused(praxical, "charge show", wrong).startswith("There is no charge")


def test_charges_become_a_file_for_spreadsheets(praxical: Praxical) -> None:
    billed(praxical)
    written = done(praxical, "charge list --csv").out
    first, *others = csv.DictReader(written.splitlines())
    assert written.count("\r\n") == len(others) + 2
    assert first["service_date"] == "2026-11-02"
    assert (first["code"], first["amount"], first["currency"]) == ("97810", "85.00", "USD")
    assert first["bill_number"] == "1"
    assert [row["bill_number"] for row in others].count("") == 1


def test_no_text_in_a_file_for_spreadsheets_becomes_a_formula(praxical: Praxical) -> None:
    done(praxical, "service edit 90834 --description", '=HYPERLINK("http://x.example")')
    visit = charges(praxical, "--client C1002")[0]["appointment"]
    for status in ("booked", "arrived"):
        done(praxical, f"appointment edit {visit} --status {status}")
    (row,) = csv.DictReader(done(praxical, "charge list --client C1002 --csv").out.splitlines())
    assert row["description"] == '\'=HYPERLINK("http://x.example")'


def test_two_forms_at_once_are_wrong_usage(praxical: Praxical) -> None:
    assert praxical("charge", "list", "--json", "--csv").code == 2


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("--client C9", "There is no client 'C9'."),
        ("--bill 99", "There is no bill '99'."),
        ("--since yesterday", "'yesterday' is not a day"),
    ],
)
def test_what_is_not_there_is_said(praxical: Praxical, asked: str, said: str) -> None:
    assert said in refused(praxical, f"charge list {asked}")
