"""Superbills and claims over the API."""

from __future__ import annotations

from io import BytesIO, StringIO

import pytest
from pypdf import PdfReader
from pyx12.params import ParamsBase
from pyx12.x12n_document import x12n_document

from server.domain.api_access import ApiScope
from tests.system.api import ALL, program, read
from tests.system.counter import COST, reason
from tests.system.paper_counter import SERVICES, PaperCounter, counter, papers

__all__ = ["counter", "papers"]

NAMELESS = ALL - {ApiScope.CLIENTS_NAMES}


def test_a_superbill_goes_from_preview_to_issued_to_replaced(papers: PaperCounter) -> None:
    papers.treat()
    papers.bill()
    wanted = {"client": papers.client, "with_member_id": True}
    (offered,) = read(papers.office.post("/superbills/preview", wanted))["items"]
    assert papers.name() in offered["client"]["name"]
    assert offered["client"]["member_id"] == "XYZ123456"
    assert offered["charged"]["amount_minor"] == SERVICES
    (made,) = papers.issue(with_member_id=True)
    number = made["number"]
    shown = read(papers.office.get(f"/superbills/{number}"))
    assert {name: shown[name] for name in offered} == offered
    assert [line["code"] for line in shown["lines"]] == ["97810", "97811"]
    again = papers.post("/superbills", {"client": papers.client})
    assert reason(again) == "already-issued"
    (new,) = read(papers.post(f"/superbills/{number}/reissue", {"reason": "Wrong"}), 201)[
        "items"
    ]
    assert (new["replaces"], new["voided_at"]) == (number, None)
    old = read(papers.office.get(f"/superbills/{number}"))
    assert (old["void_reason"], old["lines"]) == ("Wrong", shown["lines"])


def test_a_superbill_is_a_pdf_for_those_who_accept_it(papers: PaperCounter) -> None:
    papers.treat()
    papers.bill()
    path = f"/superbills/{papers.issue()[0]['number']}"
    accepted = papers.office.request("GET", path, Accept="application/pdf")
    plain = papers.office.request("GET", f"{path}/pdf")
    for answer in (accepted, plain):
        assert answer.status == 200
        assert answer.headers["content-type"] == "application/pdf"
        named = f'filename="{path.removeprefix("/").replace("s/", "-")}.pdf"'
        assert answer.headers["content-disposition"] == f"attachment; {named}"
        text = " ".join(page.extract_text() for page in PdfReader(BytesIO(answer.body)).pages)
        assert papers.name() in text
        assert "97811" in text


def test_a_voided_superbill_frees_its_services_and_stays_on_record(
    papers: PaperCounter,
) -> None:
    papers.treat()
    papers.bill()
    first = papers.issue()[0]["number"]
    path = f"/superbills/{first}/void"
    assert read(papers.post(path, {"reason": " "}), 422)["field"] == "reason"
    assert read(papers.post(path, {"reason": "Twice"}))["void_reason"] == "Twice"
    assert read(papers.post(path, {"reason": "Twice"}), 422)["field"] == "superbill"
    second = papers.issue()[0]["number"]
    asked = {"client": papers.client, "limit": 1}
    page = read(papers.office.get("/superbills", **asked))
    assert [one["number"] for one in page["items"]] == [first]
    rest = read(papers.office.get("/superbills", **asked, after=page["next"]))
    assert [one["number"] for one in rest["items"]] == [second]


def test_all_that_a_superbill_lacks_is_a_member_of_the_problem(papers: PaperCounter) -> None:
    papers.visit(location="main")
    papers.bill()
    profile = f"/billing-profiles/practitioners/{papers.user}"
    read(papers.office.patch(profile, {"npi": ""}))
    problem = read(papers.post("/superbills", {"client": papers.client}), 422)
    assert problem["type"].endswith(":incomplete")
    lacking = {(one["what"], one["of"]) for one in problem["missing"]}
    assert ("practitioner.npi", papers.user) in lacking
    assert {"note.signed", "note.diagnoses"} < {what for what, _ in lacking}
    assert all(one["sentence"] for one in problem["missing"])
    assert papers.name() not in str(problem)


@pytest.mark.parametrize("path", ["/superbills", "/superbills/preview"])
def test_without_services_there_is_no_superbill(papers: PaperCounter, path: str) -> None:
    papers.treat()
    assert reason(papers.post(path, {"client": papers.client})) == "nothing-to-show"
    assert read(papers.post(path, {}), 422)["field"] == "client"


def test_superbills_are_narrowed_by_bill_days_and_charges(papers: PaperCounter) -> None:
    papers.treat("2026-11-02")
    first = papers.bill()
    papers.treat("2026-11-09")
    papers.bill()
    one = first["charges"][0]["id"]
    for said, count in (
        ({"bill": str(first["number"])}, 2),
        ({"since": "2026-11-03"}, 2),
        ({"until": "2026-11-09"}, 4),
        ({"charges": [one]}, 1),
        ({"practitioner": papers.user.upper()}, 4),
    ):
        wanted = {"client": papers.client, **said}
        (offered,) = read(papers.post("/superbills/preview", wanted))["items"]
        assert len(offered["lines"]) == count, said


def test_names_are_for_tokens_that_may_have_them(papers: PaperCounter) -> None:
    papers.treat()
    papers.bill()
    number = papers.issue()[0]["number"]
    claim = papers.claim()["number"]
    nameless = program(papers.site, "desk", *NAMELESS)
    for path in (f"/superbills/{number}", f"/superbills/{number}/pdf"):
        assert read(nameless.get(path), 403)["scope"] == "clients:names"
    for path in ("/superbills/preview", "/claims/export"):
        refused = papers.post(path, {"client": papers.client}, nameless)
        assert read(refused, 403)["scope"] == "clients:names"
    for path in ("/superbills", "/claims", f"/claims/{claim}"):
        assert papers.name() not in nameless.get(path).text


@pytest.mark.parametrize("number", ["0", "999999999", "99999999999999999999", "none", "-1"])
@pytest.mark.parametrize("what", ["superbills", "claims"])
def test_what_is_not_there_is_not_found(papers: PaperCounter, what: str, number: str) -> None:
    assert papers.office.get(f"/{what}/{number}").status == 404


def test_a_practitioner_has_papers_of_the_own_services_only(papers: PaperCounter) -> None:
    papers.treat()
    papers.bill()
    wanted = {"client": papers.client}
    others = program(papers.site, "theo")
    assert papers.post("/superbills", wanted, others).status == 404
    theirs = papers.post("/superbills", {**wanted, "practitioner": "theo"}, papers.mine)
    assert reason(theirs, 403) == "not-allowed"
    (made,) = read(papers.post("/superbills", wanted, papers.mine), 201)["items"]
    (claim,) = read(papers.post("/claims", wanted, papers.mine), 201)["claims"]
    for path in (f"/superbills/{made['number']}", f"/claims/{claim['number']}"):
        assert papers.mine.get(path).status == 200
        assert others.get(path).status == 404
    assert papers.post("/claims/export", {}, papers.mine).status == 403
    for path in ("/superbills", "/claims"):
        mine = read(papers.mine.get(path))["items"]
        assert [one["practitioner"] for one in mine] == [papers.user]
        assert papers.user not in others.get(path).text


def test_a_check_says_of_each_charge_what_it_lacks(papers: PaperCounter) -> None:
    papers.treat()
    papers.bill()
    found = read(papers.office.post("/claims/check", {"client": papers.client}))["items"]
    lacks = {one["code"]: [each["what"] for each in one["missing"]] for one in found}
    assert (lacks["97810"], lacks["97811"]) == ([], [])
    assert "charge.code" in lacks["herbs"]
    read(papers.office.put("/billing-profiles/payers/elsewhere", {"name": "Elsewhere"}))
    other = {"client": papers.client, "payer": "elsewhere"}
    (first, *_) = read(papers.office.post("/claims/check", other))["items"]
    assert [each["what"] for each in first["missing"]] == ["payer"]
    unknown = {**other, "payer": "nowhere"}
    assert papers.office.post("/claims/check", unknown).status == 404
    assert read(papers.office.get("/claims", client=papers.client))["items"] == []


def test_a_claim_goes_from_draft_to_an_accepted_file_to_paid(papers: PaperCounter) -> None:
    papers.treat()
    bill = papers.bill()
    made = read(papers.post("/claims", {"bill": str(bill["number"])}), 201)
    assert [one["code"] for one in made["left_out"]] == ["herbs"]
    (claim,) = made["claims"]
    number = claim["number"]
    assert (claim["charged"]["amount_minor"], claim["diagnoses"]) == (SERVICES, ["M54.50"])
    assert {tuple(line["pointers"]) for line in claim["lines"]} == {("A",)}
    ready = papers.bring(number, "ready")
    assert [step["note"] for step in ready["steps"]] == ["", "By phone"]
    trial = read(papers.post("/claims/export", {"claims": [number], "test": True}))
    assert trial["claims"][0]["state"] == "ready"
    file = read(papers.post("/claims/export", {"claims": [number]}))
    assert [one["state"] for one in file["claims"]] == ["submitted"]
    assert f"{file['interchange']:09}" in file["text"]
    assert x12n_document(ParamsBase(), StringIO(file["text"]), StringIO(), None)
    assert papers.name().upper() in file["text"].upper()
    assert reason(papers.post(f"/bills/{bill['id']}/cancel")) == "claim-submitted"
    assert papers.bring(number, "accepted", "paid", "closed")["state"] == "closed"
    wrong = papers.post(f"/claims/{number}/state", {"state": "draft"})
    assert read(wrong, 422)["field"] == "state"


def test_only_ready_claims_are_exported(papers: PaperCounter) -> None:
    papers.treat()
    papers.bill()
    number = papers.claim()["number"]
    assert reason(papers.post("/claims/export", {"claims": [number]})) == "wrong-stage"
    assert papers.post("/claims/export", {"claims": [999_999]}).status == 404
    assert papers.post("/claims/export", {"claims": [0]}).status == 422


def test_where_nothing_can_be_claimed_all_that_is_missing_is_said(
    papers: PaperCounter,
) -> None:
    papers.visit(location="main")
    papers.bill()
    problem = read(papers.post("/claims", {"client": papers.client}), 422)
    assert {"note.signed", "note.diagnoses"} < {one["what"] for one in problem["missing"]}


def test_claims_are_listed_by_client_bill_and_state(papers: PaperCounter) -> None:
    papers.treat()
    bill = papers.bill()
    number = papers.claim()["number"]
    for query, found in (
        ({"state": "draft"}, [number]),
        ({"state": "paid"}, []),
        ({"bill": bill["id"]}, [number]),
    ):
        listed = read(papers.office.get("/claims", client=papers.client, **query))["items"]
        assert [one["number"] for one in listed] == found, query


def test_the_same_key_issues_once(papers: PaperCounter) -> None:
    papers.treat()
    papers.bill()
    said, key = {"client": papers.client}, f"issue-{papers.client}"
    first = papers.office.post("/superbills", said, Idempotency_Key=key)
    again = papers.office.post("/superbills", said, Idempotency_Key=key)
    assert read(again, 201) == read(first, 201)
    assert len(read(papers.office.get("/superbills", client=papers.client))["items"]) == 1


def test_what_a_client_paid_is_on_the_papers(papers: PaperCounter) -> None:
    papers.treat()
    papers.pay(COST, papers.bill()["id"])
    assert papers.issue()[0]["balance"]["amount_minor"] == 0
    assert papers.claim()["patient_paid"]["amount_minor"] == SERVICES
