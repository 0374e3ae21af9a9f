"""What insurers know of everybody, over the API."""

from __future__ import annotations

import pytest

from server.domain.api_access import ApiScope
from tests.system.api import ALL, program, read
from tests.system.counter import reason
from tests.system.paper_counter import PaperCounter, counter, papers

__all__ = ["counter", "papers"]

PROFILES = "/billing-profiles"


def test_a_field_is_changed_alone_and_cleared_by_an_empty_text(papers: PaperCounter) -> None:
    path = f"{PROFILES}/practitioners/{papers.user}"
    before = read(papers.office.get(path))
    assert before["npi"] == "1245319599"
    changed = read(papers.office.patch(path, {"credentials": "DAOM", "licence": ""}))
    assert changed == {**before, "credentials": "DAOM", "licence": ""}
    assert read(papers.office.patch(path, {})) == changed


def test_of_the_practice_an_address_is_changed_in_part(papers: PaperCounter) -> None:
    path = f"{PROFILES}/practice"
    before = read(papers.office.get(path))
    assert (before["tin"], before["tin_kind"]) == ("123456789", "ein")
    said = {"address": {"line2": "Suite 4B"}, "footer": "Thank you."}
    changed = read(papers.office.patch(path, said))
    assert changed["address"] == {**before["address"], "line2": "Suite 4B"}
    assert changed["legal_name"] == before["legal_name"]
    assert papers.mine.get(path).status == 403
    assert papers.mine.patch(path, said).status == 403


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"npi": "1234567890"}, "npi"),
        ({"licence_state": "New York"}, "licence state"),
        ({"user": "theo"}, "user"),
        ({"first_name": "A\nB"}, "first name"),
    ],
)
def test_a_wrong_field_is_named(papers: PaperCounter, said: dict[str, str], field: str) -> None:
    path = f"{PROFILES}/practitioners/{papers.user}"
    before = read(papers.office.get(path))
    assert read(papers.office.patch(path, said), 422)["field"] == field
    assert read(papers.office.get(path)) == before


def test_a_practitioner_changes_the_own_profile_only(papers: PaperCounter) -> None:
    own = f"{PROFILES}/practitioners/{papers.user}"
    assert read(papers.mine.patch(own, {"credentials": "LAc"}))["credentials"] == "LAc"
    other = program(papers.site, "theo")
    assert other.get(own).status == 404
    assert other.patch(own, {"credentials": "MD"}).status == 404
    assert papers.office.get(f"{PROFILES}/practitioners/desk").status == 404


def test_what_insurers_know_of_a_client_is_for_those_who_know_the_client(
    papers: PaperCounter,
) -> None:
    papers.treat()
    path = f"{PROFILES}/clients/{papers.client}"
    changed = read(papers.mine.patch(path, {"address": {"city": "Queens"}}))
    assert (changed["sex"], changed["address"]["city"]) == ("female", "Queens")
    assert read(papers.office.patch(path, {"sex": None}))["sex"] is None
    assert program(papers.site, "theo").get(path).status == 404
    nameless = program(papers.site, "desk", *(ALL - {ApiScope.CLIENTS_NAMES}))
    for asked in (path, f"{path}/coverages"):
        assert read(nameless.get(asked), 403)["scope"] == "clients:names"


def test_an_insurer_is_added_and_replaced(papers: PaperCounter) -> None:
    path = f"{PROFILES}/payers/medi-{papers.client.lower()}"
    first = read(papers.office.put(path, {"name": "Medi", "fees_forbidden": True}))
    assert (first["filing"], first["fees_forbidden"]) == ("CI", True)
    second = read(papers.office.put(path, {"name": "Medi", "filing": "MC"}))
    assert (second["filing"], second["fees_forbidden"]) == ("MC", False)
    assert second in read(papers.mine.get(f"{PROFILES}/payers"))["items"]
    assert papers.mine.put(path, {"name": "Medi"}).status == 403
    assert read(papers.office.put(path, {"name": ""}), 422)["field"] == "name"
    wrong = papers.office.put(f"{PROFILES}/payers/No", {"name": "No"})
    assert read(wrong, 422)["field"] == "payer"


def test_insurances_come_and_go_and_the_first_stays_the_primary_one(
    papers: PaperCounter,
) -> None:
    second = f"other-{papers.client.lower()}"
    read(papers.office.put(f"{PROFILES}/payers/{second}", {"name": "Other"}))
    coverages = f"{PROFILES}/clients/{papers.client}/coverages"
    spouse = {"first_name": "Otis", "last_name": "Marmalade", "birth_date": "1980-05-01"}
    said = {"member_id": "M1", "relationship": "spouse", "subscriber": spouse}
    kept = read(papers.office.put(f"{coverages}/{second}", said))
    assert kept["subscriber"]["last_name"] == "Marmalade"
    listed = read(papers.office.get(coverages))["items"]
    assert [one["payer"] for one in listed] == ["example", second]
    assert papers.office.delete(f"{coverages}/example").status == 204
    assert papers.office.delete(f"{coverages}/example").status == 404
    assert read(papers.office.get(coverages))["items"] == [kept]


@pytest.mark.parametrize(
    ("payer", "said", "status", "name"),
    [
        ("nobody", {"member_id": "M1"}, 404, "not-found"),
        ("example", {"member_id": "M1", "relationship": "child"}, 422, "invalid"),
        ("example", {"member_id": "*~:"}, 422, "invalid"),
        (
            "example",
            {
                "member_id": "M1",
                "relationship": "child",
                "subscriber": {
                    "first_name": "A",
                    "last_name": "B",
                    "birth_date": "2999-01-01",
                },
            },
            422,
            "invalid",
        ),
    ],
)
def test_an_insurance_that_cannot_be_is_refused(
    papers: PaperCounter, payer: str, said: dict[str, object], status: int, name: str
) -> None:
    path = f"{PROFILES}/clients/{papers.client}/coverages/{payer}"
    assert reason(papers.office.put(path, said), status) == name


def test_a_forbidden_fee_is_nothing(papers: PaperCounter) -> None:
    payer = f"medi-{papers.client.lower()}"
    read(papers.office.put(f"{PROFILES}/payers/{payer}", {"name": "M", "fees_forbidden": True}))
    own = f"{PROFILES}/clients/{papers.client}/coverages/{payer}"
    read(papers.office.put(own, {"member_id": "M1"}))
    rule = {"scope": "client", "subject": papers.client, "kind": "no-show-fee"}
    read(papers.office.put("/fees", {**rule, "amount": {"amount_minor": 6000}}))
    papers.visit(status="no-show")
    assert papers.charges() == []
