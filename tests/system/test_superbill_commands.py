"""`praxical superbill` and `praxical billing-profile`, as somebody at the desk uses them."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from tests.command_line import Praxical, copied, unwrapped
from tests.paper_commands import make_billed, make_known, sign_all


@pytest.fixture(scope="module")
def billed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a practice that has billed two visits."""
    return make_billed(tmp_path_factory.mktemp("billed") / "data")


@pytest.fixture(scope="module")
def known(billed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the same practice, known to insurers."""
    return make_known(billed, tmp_path_factory.mktemp("known") / "data")


@pytest.fixture
def unknown(billed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Praxical:
    """Return the command line over a practice of which insurers know nothing."""
    return copied(billed, tmp_path / "data", capsys)


@pytest.fixture
def praxical(known: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Praxical:
    """Return the command line over a practice that insurers know; its notes are signed."""
    run = copied(known, tmp_path / "data", capsys)
    sign_all(run)
    return run


def text_of(pdf: bytes) -> str:
    return unwrapped(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages))


def test_a_superbill_that_cannot_be_made_names_all_that_it_lacks(unknown: Praxical) -> None:
    refused = unknown("superbill", "new", "--client", "C1001")
    assert refused.code == 1
    told = unwrapped(refused.err)
    for said in ("legal name", "tax number", "alma has no NPI", "day of birth", "diagnosis"):
        assert said in told
    assert "There are no superbills yet." in unknown("superbill", "list").out


def test_a_superbill_is_issued_and_written_as_a_pdf(praxical: Praxical, tmp_path: Path) -> None:
    issued = praxical("superbill", "new", "--bill", "1", "--pdf-folder", str(tmp_path))
    assert issued.code == 0
    assert "Issued superbill 1 for C1001: 2 services of alma, 170.00 USD" in issued.out
    written = tmp_path / "superbill-1.pdf"
    assert written.stat().st_mode & 0o777 == 0o600
    told = text_of(written.read_bytes())
    for said in ("Larkspur Wellness, PLLC", "11/03/2026", "11/10/2026", "M54.50", "$170.00"):
        assert said in told


def test_a_period_narrows_it(praxical: Praxical) -> None:
    days = ("--from", "2026-11-04", "--to", "2026-11-30")
    (made,) = praxical("superbill", "new", "--client", "c1001", *days, "--json").json
    assert [line["service_date"] for line in made["lines"]] == ["2026-11-10"]


def test_a_superbill_for_programs_has_everything_on_it(praxical: Praxical) -> None:
    (made,) = praxical("superbill", "new", "--bill", "1", "--member-id", "--json").json
    assert made["number"] == 1
    assert made["practice"]["tin"] == "12-3456789"
    assert made["provider"]["npi"] == "1245319599"
    assert made["client"]["birth_date"] == "1984-02-29"
    assert made["client"]["member_id"] == "XYZ123456"
    assert made["diagnoses"] == [{"code": "M54.50", "words": "Low back pain, unspecified"}]
    first = made["lines"][0]
    assert (first["code"], first["place_of_service"]) == ("97810", "11")
    assert first["amount"] == {"amount_minor": 8500, "currency": "USD"}
    assert made["balance"] == {"amount_minor": 17000, "currency": "USD"}
    assert praxical("superbill", "show", "1", "--json").json == made


def test_a_superbill_is_shown_as_it_was_issued(praxical: Praxical, tmp_path: Path) -> None:
    praxical("superbill", "new", "--bill", "1")
    shown = praxical("superbill", "show", "1").out
    for said in ("Jane Doe", "Alma Featherstone, LAc", "170.00 USD", "M54.50"):
        assert said in shown
    pdf = tmp_path / "one.pdf"
    assert "Wrote superbill 1" in praxical("superbill", "show", "1", "--pdf", str(pdf)).out
    assert "Jane Doe" in text_of(pdf.read_bytes())
    assert praxical("superbill", "show", "2").code == 1


def test_a_superbill_is_voided_with_a_reason_and_issued_anew(praxical: Praxical) -> None:
    praxical("superbill", "new", "--bill", "1")
    again = praxical("superbill", "new", "--bill", "1")
    assert again.code == 1
    assert "on superbill 1 already" in unwrapped(again.err)
    voided = praxical("superbill", "void", "1", "--reason", "Wrong day", "--reissue")
    assert "Voided superbill 1." in voided.out
    assert "Issued superbill 2 in place of 1" in voided.out
    listed = praxical("superbill", "list", "--client", "C1001").out
    assert "void" in listed
    assert "replaces 1" in listed
    assert "Wrong day" in praxical("superbill", "show", "1").out


def test_a_folder_that_cannot_be_written_is_said_so(praxical: Praxical, tmp_path: Path) -> None:
    praxical("superbill", "new", "--bill", "1")
    nowhere = tmp_path / "nowhere" / "one.pdf"
    refused = praxical("superbill", "show", "1", "--pdf", str(nowhere))
    assert refused.code == 1
    assert "cannot be written" in refused.err


def test_without_options_a_profile_is_shown(praxical: Praxical) -> None:
    practice = praxical("billing-profile", "practice")
    assert "12-3456789" in practice.out
    assert "Larkspur Wellness, PLLC" in practice.out
    person = praxical("billing-profile", "practitioner", "alma", "--json").json
    assert (person["npi"], person["licence_state"]) == ("1245319599", "NY")
    client = praxical("billing-profile", "client", "c1001").out
    assert "77 Quince Street, Brooklyn NY 11215" in client
    assert "example" in client


def test_a_field_is_changed_alone_and_cleared_by_an_empty_text(praxical: Praxical) -> None:
    assert (
        praxical("billing-profile", "practice", "--npi", "", "--ssn", "123-45-6789").code == 0
    )
    known = praxical("billing-profile", "practice", "--json").json
    assert (known["npi"], known["tin"]) == ("", "123-45-6789")
    assert known["legal_name"] == "Larkspur Wellness, PLLC"


def test_a_wrong_field_is_refused_by_its_name(praxical: Praxical) -> None:
    refused = praxical("billing-profile", "practitioner", "alma", "--npi", "1234567890")
    assert refused.code == 1
    assert refused.err.startswith("praxical: npi: ")
    both = praxical("billing-profile", "practice", "--ein", "123456789", "--ssn", "123456789")
    assert "an EIN or an SSN" in both.err


def test_payers_and_coverages_come_and_go(praxical: Praxical) -> None:
    assert (
        praxical("billing-profile", "payer", "medi", "--name", "Medi", "--filing", "MC").code
        == 0
    )
    assert praxical("billing-profile", "payer", "medi", "--fees-forbidden").code == 0
    assert "Medi" in praxical("billing-profile", "payers").out
    payers = {one["id"]: one for one in praxical("billing-profile", "payers", "--json").json}
    assert (payers["medi"]["filing"], payers["medi"]["fees_forbidden"]) == ("MC", True)
    kept = praxical(
        *("billing-profile", "coverage", "C1001", "medi", "--member-id", "M1"),
        *("--relationship", "spouse", "--subscriber", "Otis Marmalade"),
    )
    assert kept.code == 0
    own = praxical("billing-profile", "coverage", "C1001", "medi", "--relationship", "self")
    assert own.code == 0
    assert praxical("billing-profile", "coverage", "C1001", "medi", "--remove").code == 0
    assert praxical("billing-profile", "coverage", "C1001", "medi", "--remove").code == 1
