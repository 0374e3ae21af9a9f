"""`praxical claim`, from the first check to what an insurer answered."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from pyx12.params import ParamsBase
from pyx12.x12n_document import x12n_document

from tests.command_line import Praxical, copied, unwrapped
from tests.paper_commands import make_billed, make_known, sign_all


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a practice that insurers know, with two billed visits."""
    billed = make_billed(tmp_path_factory.mktemp("billed") / "data")
    return make_known(billed, tmp_path_factory.mktemp("known") / "data")


@pytest.fixture
def praxical(known: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Praxical:
    """Return the command line over a copy of it."""
    return copied(known, tmp_path / "data", capsys)


def test_a_check_says_what_all_charges_lack_once_and_ends_with_1(praxical: Praxical) -> None:
    checked = praxical("claim", "check", "--bill", "1")
    assert checked.code == 1
    assert checked.out.count("All of these") == 0
    assert checked.out.count("no signed note") == 2
    praxical("billing-profile", "practitioner", "alma", "--npi", "")
    checked = praxical("claim", "check", "--bill", "1")
    assert checked.out.count("The practitioner alma has no NPI.") == 1
    listed = praxical("claim", "check", "--client", "C1001", "--json")
    assert listed.code == 1
    wanting = [each["what"] for each in listed.json[0]["missing"]]
    assert wanting == ["note.signed", "note.diagnoses", "practitioner.npi"]


def test_a_check_ends_with_0_where_nothing_is_missing(praxical: Praxical) -> None:
    sign_all(praxical)
    checked = praxical("claim", "check", "--bill", "1")
    assert checked.code == 0
    assert checked.out.count("Can be claimed.") == 2


def test_a_claim_takes_what_lacks_nothing_and_names_the_rest(praxical: Praxical) -> None:
    days = ("--from", "2026-11-01", "--to", "2026-11-30")
    first, *_ = praxical("appointment", "list", *days, "--json").json
    praxical("note", "sign", first["id"], "--diagnosis", "F41.1", "--diagnosis", "M54.50")
    made = praxical("claim", "new", "--bill", "1")
    assert "Made the draft of claim 1: 1 service, 85.00 USD." in made.out
    assert "On no claim:" in made.out
    assert "2026-11-10 97810" in made.out
    shown = praxical("claim", "show", "1", "--json").json
    assert (shown["state"], shown["diagnoses"]) == ("draft", ["F41.1", "M54.50"])
    assert shown["lines"][0]["pointers"] == ["A", "B"]
    rest = praxical("claim", "new", "--bill", "1", "--json")
    assert rest.code == 1


def test_a_claim_goes_to_the_clearing_house_and_through_its_states(
    praxical: Praxical, tmp_path: Path
) -> None:
    sign_all(praxical)
    assert praxical("claim", "new", "--client", "C1001", "--json").json["left_out"] == []
    early = praxical("claim", "export", "--output", str(tmp_path / "early.837"))
    assert early.code == 1
    assert not (tmp_path / "early.837").exists()
    assert "The claim 1 is ready now." in praxical("claim", "set-state", "1", "ready").out
    file = tmp_path / "claims.837"
    exported = praxical("claim", "export", "--output", str(file))
    assert "Wrote 1 claim" in exported.out
    assert "control number 000000001" in exported.out
    assert file.stat().st_mode & 0o777 == 0o600
    assert x12n_document(ParamsBase(), StringIO(file.read_text()), StringIO(), None)
    for state in ("accepted", "paid"):
        assert praxical("claim", "set-state", "1", state, "--note", "by the portal").code == 0
    shown = praxical("claim", "show", "1").out
    assert "interchange 000000001" in shown
    assert "by the portal" in shown
    wrong = praxical("claim", "set-state", "1", "draft")
    assert wrong.code == 1
    assert "draft cannot follow paid" in unwrapped(wrong.err)


def test_where_the_file_cannot_be_written_nothing_is_submitted(
    praxical: Praxical, tmp_path: Path
) -> None:
    sign_all(praxical)
    praxical("claim", "new", "--bill", "1")
    praxical("claim", "set-state", "1", "ready")
    refused = praxical("claim", "export", "--output", str(tmp_path / "no" / "claims.837"))
    assert refused.code == 1
    assert praxical("claim", "list", "--json").json[0]["state"] == "ready"


def test_a_test_file_submits_nothing(praxical: Praxical, tmp_path: Path) -> None:
    sign_all(praxical)
    praxical("claim", "new", "--bill", "1")
    praxical("claim", "set-state", "1", "ready")
    file = tmp_path / "test.837"
    assert praxical("claim", "export", "1", "--output", str(file), "--test").code == 0
    assert file.read_text()[102] == "T"
    assert praxical("claim", "list", "--state", "ready").out.count("C1001") == 1


def test_claims_are_listed_by_client_bill_and_state(praxical: Praxical) -> None:
    sign_all(praxical)
    praxical("claim", "new", "--bill", "1")
    for words in (("--client", "c1001"), ("--bill", "1"), ("--state", "draft")):
        assert len(praxical("claim", "list", *words, "--json").json) == 1
    assert "There are no claims." in praxical("claim", "list", "--client", "C1002").out
    assert praxical("claim", "show", "9").code == 1
