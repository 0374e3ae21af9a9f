"""Arrivals from calendar apps: charged once, whoever says it and however often (T15, CR-02)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from server.domain.vocabulary import Attention, Status
from tests.system.billing_till import Till
from tests.system.events import edited, event, monday
from tests.system.phone import Phone
from tests.system.servers import Site

START = monday(weeks=1, hour=9)
DAY = timedelta(days=1)
ROUNDS = 50
INITIAL = [
    "C1001 97810*1 @11 65.00",
    "C1001 97811*1 @11 45.00",
    "C1001 herbs*1 12.50",
]


def test_cr02_an_arrival_posts_the_session_types_services_and_products(
    site: Site, phone: Phone
) -> None:
    phone.put("a.ics", event("acupinitial Jane Doe", START))
    till = Till.of(site, phone.user, "a.ics")
    assert till.shown() == []
    phone.edit("a.ics", ("SUMMARY:JD", "SUMMARY:#arrived JD"))
    assert till.shown() == INITIAL
    assert till.dates() == [(0, 75)] * 3
    assert {charge.practitioner for charge in till.charges} == {phone.user}
    assert till.wrong == []


def test_the_services_keep_their_order_however_they_are_named(site: Site, phone: Phone) -> None:
    services = "X-PRAXICAL-SERVICES:97811*2+GT 97810 90834"
    phone.put("a.ics", event("acupfollow Jane Doe #arrived", START, services))
    till = Till.of(site, phone.user, "a.ics")
    assert till.shown() == [
        "C1001 97811*2+GT @11 90.00",
        "C1001 97810*1 @11 65.00",
        "C1001 90834*1 @11 160.00",
    ]


@pytest.mark.parametrize(
    "said",
    [
        "X-PRAXICAL-STATUS:arrived",
        "CATEGORIES:Arrived",
        "DESCRIPTION:-- practice --\\nstatus: arrived",
    ],
)
def test_an_arrival_counts_wherever_it_is_said(site: Site, phone: Phone, said: str) -> None:
    phone.put("a.ics", event("acupinitial Jane Doe", START, said))
    assert Till.of(site, phone.user, "a.ics").shown() == INITIAL


def test_t15_arriving_twice_is_charged_once(site: Site, phone: Phone, desk: Phone) -> None:
    phone.put("a.ics", event("acupinitial Jane Doe", START))
    till = Till.of(site, phone.user, "a.ics")
    arrived = edited(phone.get("a.ics").text, ("SUMMARY:JD", "SUMMARY:#arrived JD"))
    seen = edited(desk.get("a.ics").text, ("SUMMARY:JD", "SUMMARY:#arrived JD"))
    for _ in range(2):
        assert phone.put("a.ics", arrived).status == 204
        assert desk.put("a.ics", seen).status == 204
    assert (till.shown(), till.reversed, till.wrong) == (INITIAL, 0, [])


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_t15_arriving_from_two_clients_at_the_same_moment_is_charged_once_each_time(
    site: Site, phone: Phone
) -> None:
    first, second = site.phone(phone.user), site.phone("desk")
    second.calendar = f"/desk/{phone.user}/"
    with ThreadPoolExecutor(2) as pool:
        for number in range(ROUNDS):
            name = f"{number}.ics"
            phone.put(name, event("acupinitial Jane Doe", START + number * DAY))
            till = Till.of(site, phone.user, name)
            said = [
                edited(device.get(name).text, ("SUMMARY:JD", "SUMMARY:#arrived JD"))
                for device in (first, second)
            ]
            answers = [
                pool.submit(device.put, name, text)
                for device, text in zip((first, second), said, strict=True)
            ]
            assert [answer.result().status for answer in answers] == [204, 204]
            assert (till.shown(), till.reversed) == (INITIAL, 0)
    with site.reading() as uow:
        assert list(uow.billing.ledger.unbalanced()) == []


def test_undone_and_arrived_again_is_charged_anew(site: Site, phone: Phone) -> None:
    phone.put("a.ics", event("acupfollow Jane Doe #arrived", START))
    till = Till.of(site, phone.user, "a.ics")
    for count in range(1, 4):
        assert phone.edit("a.ics", ("SUMMARY:✓ JD", "SUMMARY:JD")).status == 204
        assert (till.shown(), till.reversed) == ([], count)
        assert phone.edit("a.ics", ("SUMMARY:JD", "SUMMARY:#arrived JD")).status == 204
        assert till.shown() == ["C1001 97810*1 @11 65.00"]
    assert till.wrong == []


@pytest.mark.parametrize("undo", [("✓ ", ""), ("✓ JD", "#undo ✓ JD")])
def test_taking_the_check_away_is_refused_once_billed(
    site: Site, phone: Phone, undo: tuple[str, str]
) -> None:
    phone.put("a.ics", event("acupfollow Jane Doe #arrived", START))
    till = Till.of(site, phone.user, "a.ics")
    bill = till.bill()
    undo = (undo[0].replace("JD", "🔒 JD"), undo[1].replace("JD", "🔒 JD"))
    answer = phone.edit("a.ics", undo)
    assert (answer.status, answer.sentence) == (
        403,
        "This appointment is billed. Cancel the bill first.",
    )
    assert phone.get("a.ics").value("SUMMARY") == "✓ 🔒 JD · acupfollow"
    assert till.find(bill).charged.minor == 6500


def test_t14_95_comes_and_goes_with_the_place_and_the_charge_with_it(
    site: Site, phone: Phone
) -> None:
    phone.put("a.ics", event("acupfollow Jane Doe #arrived", START))
    till = Till.of(site, phone.user, "a.ics")
    phone.edit("a.ics", ("SUMMARY:✓ JD", "SUMMARY:✓ @telehealth JD"))
    assert till.shown() == ["C1001 97810*1+95 @10 65.00"]
    phone.edit("a.ics", ("SUMMARY:✓ JD", "SUMMARY:✓ @main JD"))
    assert till.shown() == ["C1001 97810*1 @11 65.00"]
    assert (till.reversed, till.wrong) == (2, [])


def test_t14_a_95_of_ones_own_is_charged_in_the_office_too(site: Site, phone: Phone) -> None:
    phone.put("a.ics", event("acupfollow Jane Doe +95 #arrived", START))
    till = Till.of(site, phone.user, "a.ics")
    for place in ("telehealth", "main"):
        phone.edit("a.ics", ("SUMMARY:✓ JD", f"SUMMARY:✓ @{place} JD"))
    assert till.shown() == ["C1001 97810*1+95 @11 65.00"]


def test_t14_four_modifiers_are_charged_and_the_fifth_is_asked_about(
    site: Site, phone: Phone
) -> None:
    title = "acupfollow Jane Doe +GT +59 +25 +26 @telehealth #arrived"
    phone.put("a.ics", event(title, START))
    till = Till.of(site, phone.user, "a.ics")
    assert till.shown() == ["C1001 97810*1+GT+59+25+26 @10 65.00"]
    details = site.details(phone.user, "a.ics")
    assert Attention.MODIFIER_OVERFLOW in details.attention


def test_nobody_is_charged_while_it_is_not_known_who_came(site: Site, phone: Phone) -> None:
    phone.put("a.ics", event("acupfollow Maria Garcia #arrived", START))
    till = Till.of(site, phone.user, "a.ics")
    assert site.details(phone.user, "a.ics").status is Status.ARRIVED
    assert till.shown() == []
    title = phone.get("a.ics").value("SUMMARY") or ""
    assert phone.edit("a.ics", (title, f"{title} id:C1010")).status == 204
    assert till.shown() == ["C1010 97810*1 @11 65.00"]
    assert till.wrong == []


def test_what_costs_nothing_is_no_charge(site: Site, phone: Phone) -> None:
    phone.put("a.ics", event("consult15 Jane Doe #arrived", START))
    assert Till.of(site, phone.user, "a.ics").shown() == []


def test_a_code_without_a_fee_is_refused_in_a_clear_sentence(site: Site, phone: Phone) -> None:
    phone.put("a.ics", event("acupfollow Jane Doe", START))
    till = Till.of(site, phone.user, "a.ics")
    phone.edit("a.ics", ("X-PRAXICAL-SERVICES:97810", "X-PRAXICAL-SERVICES:99999"))
    answer = phone.edit("a.ics", ("SUMMARY:JD", "SUMMARY:#arrived JD"))
    assert answer.status == 403
    assert "'99999' is not in the practice's list of services" in answer.sentence
    assert site.details(phone.user, "a.ics").status is Status.BOOKED
    assert till.shown() == []


def test_a_copy_of_a_billed_appointment_is_booked_and_free(site: Site, phone: Phone) -> None:
    phone.put("a.ics", event("acupfollow Jane Doe #arrived", START))
    till = Till.of(site, phone.user, "a.ics")
    till.bill()
    shown = phone.get("a.ics")
    copied = edited(shown.text, (shown.value("UID") or "", "another-uid@app.example"))
    assert phone.put("b.ics", copied).status == 201
    copy = Till.of(site, phone.user, "b.ics")
    assert phone.get("b.ics").value("SUMMARY") == "JD · acupfollow"
    assert copy.shown() == []
    assert phone.delete("b.ics").status == 204
    assert till.wrong == []
