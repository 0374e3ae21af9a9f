"""Dragging an appointment that is billed, paid or signed in a calendar app (T13, SH-30)."""

from __future__ import annotations

from datetime import timedelta

from server.domain.money import Money
from server.domain.vocabulary import Attention, Status
from tests.system import office
from tests.system.billing_till import Till
from tests.system.events import at, edited, event, monday
from tests.system.phone import DAV, Answer, Phone
from tests.system.servers import Site

START = monday(weeks=1, hour=9)
DAY, LENGTH = timedelta(days=1), timedelta(minutes=45)
BILLED = "This appointment is billed. Cancel the bill first."
PAID = f"{BILLED} A payment is applied to this appointment. Refund it first."
SIGNED = "The note of this appointment is signed. Unlock the note first."


def arrived(site: Site, phone: Phone, title: str = "acupfollow Jane Doe") -> Till:
    """Book a client who has arrived."""
    assert phone.put("a.ics", event(f"{title} #arrived", START)).status == 201
    return Till.of(site, phone.user, "a.ics")


def drag(phone: Phone, days: int = 1) -> Answer:
    """Drag the appointment to another day."""
    new = START + days * DAY
    return phone.edit(
        "a.ics",
        (at("DTSTART", START), at("DTSTART", new)),
        (at("DTEND", START + LENGTH), at("DTEND", new + LENGTH)),
    )


def test_t13_the_drag_of_a_billed_appointment_is_refused_and_works_once_the_bill_is_cancelled(
    site: Site, phone: Phone
) -> None:
    till = arrived(site, phone)
    bill = till.bill()
    token, charges = phone.sync().token, till.charges
    answer = drag(phone)
    assert answer.status == 403
    assert answer.xml.tag == f"{DAV}error"
    assert answer.xml.findtext(f"{DAV}responsedescription") == BILLED
    assert till.charges == charges
    assert [one.sentence for one in office.notices(site, phone.user)] == [BILLED]
    assert set(phone.sync(token=token).there) == {"a.ics"}
    shown = phone.get("a.ics")
    assert shown.says(at("DTSTART", START))
    assert shown.value("SUMMARY") == "✓ 🔒 JD · acupfollow"
    till.cancel(bill)
    assert phone.get("a.ics").value("SUMMARY") == "✓ JD · acupfollow"
    assert drag(phone).status == 204
    assert phone.get("a.ics").says(at("DTSTART", START + DAY))
    assert till.dates() == [(1, 45)]
    assert (till.reversed, till.wrong) == (0, [])
    assert site.findings() == []


def test_t13_the_drag_of_a_signed_appointment_works_once_the_note_is_unlocked(
    site: Site, phone: Phone
) -> None:
    till = arrived(site, phone)
    till.sign()
    answer = drag(phone)
    assert (answer.status, answer.sentence) == (403, SIGNED)
    till.unlock()
    assert drag(phone).status == 204
    assert till.dates() == [(1, 45)]
    assert till.wrong == []


def test_t13_a_draft_holds_like_an_open_bill(site: Site, phone: Phone) -> None:
    till = arrived(site, phone)
    till.bill(draft=True)
    assert drag(phone).sentence == BILLED


def test_sh29_a_paid_appointment_is_free_once_refunded_and_its_bill_cancelled(
    site: Site, phone: Phone
) -> None:
    till = arrived(site, phone)
    bill = till.bill()
    payment = till.pay(bill)
    assert phone.delete("a.ics").sentence == PAID
    till.refund(payment)
    assert phone.delete("a.ics").sentence == BILLED
    till.cancel(bill)
    assert phone.delete("a.ics").status == 204
    assert (till.shown(), till.reversed, till.wrong) == ([], 1, [])


def test_sh28_a_billed_appointment_is_not_deleted(site: Site, phone: Phone) -> None:
    till = arrived(site, phone)
    till.bill()
    answer = phone.delete("a.ics")
    assert (answer.status, answer.condition, answer.sentence) == (403, "locked", BILLED)
    assert phone.get("a.ics").status == 200
    assert till.shown() == ["C1001 97810*1 @11 65.00"]


def test_part_of_a_bill_paid_holds_like_all_of_it(site: Site, phone: Phone) -> None:
    till = arrived(site, phone)
    till.pay(till.bill(), Money(100))
    assert drag(phone).sentence == PAID


def test_several_held_and_free_appointments_dragged_at_once_answer_each_for_itself(
    site: Site, phone: Phone
) -> None:
    till = arrived(site, phone)
    till.bill()
    phone.put("b.ics", event("acupfollow Jana Dorn #arrived", START + 3 * DAY))
    free = phone.get("b.ics")
    moved = edited(free.text, (at("DTSTART", START + 3 * DAY), at("DTSTART", START + 4 * DAY)))
    moved = edited(
        moved, (at("DTEND", START + 3 * DAY + LENGTH), at("DTEND", START + 4 * DAY + LENGTH))
    )
    assert drag(phone).status == 403
    assert phone.put("b.ics", moved, If_Match=free.etag or "").status == 204


def test_a_duration_that_does_not_fit_the_code_is_warned_of_and_charged_as_it_is(
    site: Site,
) -> None:
    phone = site.newcomer("psychotherapy")
    phone.put("a.ics", event("psy50 Jane Doe #arrived", START, minutes=50))
    till = Till.of(site, phone.user, "a.ics")
    assert Attention.DURATION_CODE_MISMATCH not in site.details(phone.user, "a.ics").attention
    shorter = (at("DTEND", START + 50 * DAY / 1440), at("DTEND", START + 30 * DAY / 1440))
    assert phone.edit("a.ics", shorter).status == 204
    assert Attention.DURATION_CODE_MISMATCH in site.details(phone.user, "a.ics").attention
    assert till.shown() == ["C1001 90834*1 @11 160.00"]
    assert (till.dates(), till.reversed) == ([(0, 30)], 0)


def test_the_desk_is_refused_like_the_practitioner(
    site: Site, phone: Phone, desk: Phone
) -> None:
    till = arrived(site, phone)
    till.bill()
    answer = drag(desk)
    assert (answer.status, answer.sentence) == (403, BILLED)
    assert desk.get("a.ics").says(at("DTSTART", START))
    assert [one.sentence for one in office.notices(site, "desk")][-1:] == [BILLED]


def test_whoever_undoes_and_deletes_before_it_is_billed_owes_nothing(
    site: Site, phone: Phone
) -> None:
    till = arrived(site, phone)
    assert phone.edit("a.ics", ("SUMMARY:✓ JD", "SUMMARY:JD")).status == 204
    assert site.details(phone.user, "a.ics").status is Status.BOOKED
    assert (till.shown(), till.reversed) == ([], 1)
    assert phone.delete("a.ics").status == 204
    assert till.wrong == []
