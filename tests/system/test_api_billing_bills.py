"""Charges and bills over the API."""

from __future__ import annotations

import csv

import pytest

from tests.system.api import Program, program, read
from tests.system.counter import COST, SESSION, Counter, cents, counter, new_client, reason

__all__ = ["counter"]


def test_an_arrived_visit_is_charged_once(counter: Counter) -> None:
    number = counter.visit()
    counter.mark(number, "arrived")
    found = counter.charges()
    assert {one["code"]: one["amount"]["amount_minor"] for one in found} == SESSION
    assert {one["appointment"] for one in found} == {number}
    assert read(counter.office.get(f"/charges/{found[0]['id']}")) == found[0]


def test_charges_are_found_by_what_is_asked_for(counter: Counter) -> None:
    counter.visit("2026-11-02")
    bill = counter.bill()
    counter.visit("2026-11-09")
    for query, count in (
        ({"unbilled": "true"}, 3),
        ({"unbilled": "false"}, 3),
        ({"bill": bill["number"]}, 3),
        ({"since": "2026-11-03"}, 3),
        ({"until": "2026-11-30"}, 6),
        ({"since": "2026-11-03", "until": "2026-11-08"}, 0),
    ):
        assert len(counter.charges(**query)) == count, query


def test_a_long_list_comes_in_pages(counter: Counter) -> None:
    counter.visit()
    whole = counter.charges()
    first = read(counter.office.get("/charges", client=counter.client, limit=2))
    second = read(
        counter.office.get("/charges", client=counter.client, limit=2, after=first["next"])
    )
    assert [*first["items"], *second["items"]] == whole
    assert second["next"] is None
    wrong = counter.office.get("/charges", client=counter.client, after="none")
    assert read(wrong, 422)["field"] == "after"


@pytest.mark.parametrize(("path", "count"), [("/charges", 3), ("/bills", 1)])
def test_a_list_is_a_file_for_those_who_accept_it(
    counter: Counter, path: str, count: int
) -> None:
    counter.visit()
    counter.bill()
    asked = f"{path}?client={counter.client}"
    answer = counter.office.request("GET", asked, Accept="text/csv, application/json;q=0.5")
    assert answer.headers["content-type"].startswith("text/csv")
    named = f'attachment; filename="{path[1:]}.csv"'
    assert answer.headers["content-disposition"] == named
    rows = list(csv.DictReader(answer.body.decode().splitlines()))
    assert [row["client"] for row in rows] == [counter.client] * count


@pytest.mark.parametrize(
    "accept", ["*/*", "application/json", "application/json, text/csv", ""]
)
def test_a_list_is_json_for_everybody_else(counter: Counter, accept: str) -> None:
    answer = counter.office.request("GET", f"/bills?client={counter.client}", Accept=accept)
    assert read(answer) == {"items": [], "next": None}


def test_a_product_is_sold_by_itself_and_taken_back(counter: Counter) -> None:
    sale = {"client": counter.client, "product": "herbs", "units": 2, "sold_on": "2026-11-05"}
    sold = read(counter.post("/charges", sale), 201)
    assert (sold["kind"], sold["appointment"]) == ("product", None)
    assert cents(counter.charges()) == [2500]
    back = read(counter.post(f"/charges/{sold['id']}/reverse", {"reason": "Brought back"}))
    assert back["reversed_at"] is not None
    assert counter.charges() == []
    again = counter.post(f"/charges/{sold['id']}/reverse")
    assert read(again, 422)["field"] == "charge"
    assert counter.is_right()


def test_what_was_billed_or_is_of_an_appointment_is_not_taken_back(counter: Counter) -> None:
    counter.visit()
    (first, *_) = counter.charges()
    assert reason(counter.post(f"/charges/{first['id']}/reverse"), 422) == "invalid"
    sale = {"client": counter.client, "product": "herbs", "price": {"amount_minor": 999}}
    sold = read(counter.post("/charges", sale), 201)
    counter.bill(charges=[sold["id"]])
    assert reason(counter.post(f"/charges/{sold['id']}/reverse")) == "locked"


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"product": "none"}, None),
        ({"product": "herbs", "units": 0}, "units"),
        ({"product": "herbs", "price": {"amount_minor": 0}}, "price"),
        ({"product": "herbs", "price": {"amount_minor": 5, "currency": "EUR"}}, "currency"),
        ({"product": "herbs", "price": {"amount_minor": 0.5}}, "price.amount_minor"),
    ],
)
def test_a_sale_that_cannot_be_is_refused(
    counter: Counter, said: dict[str, object], field: str | None
) -> None:
    answer = counter.post("/charges", {"client": counter.client, **said})
    assert read(answer, 422 if field else 404).get("field") == field
    assert counter.charges() == []


def test_a_bill_goes_from_preview_to_open_to_cancelled(counter: Counter) -> None:
    counter.visit()
    asked = {"client": counter.client}
    offered = read(counter.office.post("/bills/preview", asked))
    assert offered["amount"] == {"amount_minor": COST, "currency": "USD"}
    draft = counter.bill(draft=True)
    assert (draft["state"], draft["number"]) == ("draft", None)
    opened = read(counter.post(f"/bills/{draft['id']}/open"))
    assert opened["state"] == "open"
    assert read(counter.office.get(f"/bills/{opened['number']}")) == opened
    assert reason(counter.post(f"/bills/{opened['id']}/open")) == "wrong-stage"
    gone = read(counter.post(f"/bills/{opened['number']}/cancel"))
    assert (gone["state"], gone["charges"]) == ("cancelled", [])
    assert cents(counter.charges(unbilled="true")) == list(SESSION.values())
    assert counter.is_right()


def test_a_bill_is_answered_with_its_address(counter: Counter) -> None:
    counter.visit()
    answer = counter.post("/bills", {"client": counter.client})
    assert answer.headers["location"] == f"/api/v1/bills/{read(answer, 201)['id']}"
    none_left = counter.post("/bills", {"client": counter.client})
    assert reason(none_left) == "nothing-to-bill"


def test_a_billed_visit_is_locked_until_its_bill_is_cancelled(counter: Counter) -> None:
    number = counter.visit()
    bill = counter.bill()
    moved = {"start": "2026-11-02T16:00"}
    refused = read(counter.office.patch(f"/appointments/{number}", moved), 409)
    assert refused["locks"] == ["bill-open"]
    assert refused["detail"] == "This appointment is billed. Cancel the bill first."
    read(counter.post(f"/bills/{bill['id']}/cancel"))
    read(counter.office.patch(f"/appointments/{number}", moved))


def test_lines_of_a_bill_are_edited_taken_off_and_put_on(counter: Counter) -> None:
    counter.visit()
    bill = counter.bill()
    lines = f"/bills/{bill['id']}/lines"
    first = next(one for one in bill["charges"] if one["code"] == "97810")
    said = {"units": 2, "modifiers": ["gp"], "unit_fee": {"amount_minor": 7000}}
    edited = read(counter.office.patch(f"{lines}/{first['id']}", said))
    changed = next(one for one in edited["charges"] if one["code"] == "97810")
    assert (changed["amount"]["amount_minor"], changed["modifiers"]) == (14000, ["GP"])
    off = read(counter.office.delete(f"{lines}/{changed['id']}"))
    assert len(off["charges"]) == 2
    on = read(counter.post(lines, {"charge": changed["id"]}))
    assert len(on["charges"]) == 3
    assert read(counter.office.patch(f"{lines}/{changed['id']}", {}), 422)["field"] == "line"
    assert counter.office.patch(f"{lines}/none", said).status == 404
    assert counter.is_right()


def test_a_bill_is_written_off_and_that_is_taken_back(counter: Counter) -> None:
    counter.visit()
    bill = counter.bill()["id"]
    part = {"why": "courtesy", "amount": {"amount_minor": 1000}}
    read(counter.post(f"/bills/{bill}/write-off", part))
    assert counter.state(bill) == ("open", COST - 1000)
    read(counter.post(f"/bills/{bill}/write-off", {"why": "bad-debt"}))
    assert counter.state(bill) == ("written-off", 0)
    assert reason(counter.post(f"/bills/{bill}/cancel")) == "written-off"
    read(counter.post(f"/bills/{bill}/undo-write-off"))
    assert counter.state(bill) == ("open", COST)
    assert counter.is_right()


def test_bills_are_listed_by_client_and_state(counter: Counter) -> None:
    counter.visit()
    bill = counter.bill()
    for state, found in (("open", [bill["id"]]), ("paid", [])):
        listed = read(counter.office.get("/bills", client=counter.client, state=state))
        assert [one["id"] for one in listed["items"]] == found


def test_a_practitioner_sees_the_own_work_only(counter: Counter) -> None:
    counter.visit()
    bill = counter.bill()
    other = program(counter.site, "theo")
    for path in (f"/charges/{bill['charges'][0]['id']}", f"/bills/{bill['id']}"):
        assert counter.mine.get(path).status == 200
        assert other.get(path).status == 404
    assert bills_of(other, counter.client) == 404
    assert len(read(counter.mine.get("/bills"))["items"]) == 1


def bills_of(whose: Program, client: str) -> int:
    return whose.get("/bills", client=client).status


def test_a_practitioner_bills_the_own_work_only(counter: Counter) -> None:
    counter.visit()
    theos = {"practitioner": "theo", "client": counter.client, "session": "psy50"}
    told = counter.office.post("/appointments", {**theos, "start": f"2026-11-03T{12}:00"})
    counter.mark(read(told, 201)["id"], "arrived")
    own = [one["id"] for one in read(counter.mine.get("/charges"))["items"]]
    assert len(own) == 3
    every = {"client": counter.client}
    assert reason(counter.post("/bills", every, counter.mine), 403) == "not-allowed"
    bill = read(counter.post("/bills", {**every, "charges": own}, counter.mine), 201)
    assert bill["charged"]["amount_minor"] == COST


def test_names_are_nowhere(counter: Counter) -> None:
    counter.visit()
    counter.bill()
    with counter.site.database.reading() as uow:
        client = next(one for one in uow.clients.search() if one.number == counter.client)
    for path in ("/charges", "/bills", "/payments"):
        assert client.last_name not in counter.office.get(path, limit=1000).text


def test_another_clients_charge_is_put_on_no_bill(counter: Counter) -> None:
    counter.visit()
    bill = counter.bill()["id"]
    elsewhere = new_client(counter.site)
    sale = {"client": elsewhere, "product": "herbs"}
    sold = read(counter.post("/charges", sale), 201)["id"]
    assert counter.post(f"/bills/{bill}/lines", {"charge": sold}).status == 404
