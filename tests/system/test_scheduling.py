"""Busy times of colleagues through the outbox, and nothing else about them (RFC 6638 5)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from server.usecases.manage_users import disable_user
from tests.system import boxes, office, reports
from tests.system.boxes import NOBODY, SUCCESS, ask, asked, between, mail, post, told
from tests.system.events import event, monday, new_uid, stamp, times, vcalendar, vevent
from tests.system.phone import Phone
from tests.system.practice import new_secret, operator
from tests.system.servers import Site

START = monday(3, 10)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
WEEK = (START - DAY, START + 6 * DAY)
BUSY, TENTATIVE = "BUSY", "BUSY-TENTATIVE"


@pytest.fixture
def asker(site: Site) -> Phone:
    """Return a device of a colleague, who asks."""
    return site.newcomer("psychotherapy")


def period(hours: float = 0, length: float = 1) -> str:
    return f"{stamp(START + hours * HOUR)}/{stamp(START + (hours + length) * HOUR)}"


def test_a_colleague_learns_when_and_nothing_else(phone: Phone, asker: Phone) -> None:
    phone.put("a.ics", event("acupfollow Quentin Zyxwvut", START, "LOCATION:Main street"))
    phone.put("b.ics", event("Dentist", START + DAY, "TRANSP:TRANSPARENT"))
    [one] = ask(asker, [phone.user], WEEK).values()
    assert one.status == SUCCESS
    assert one.taken == [(BUSY, period(length=0.75))]
    names = {line.partition(":")[0].partition(";")[0] for line in one.lines}
    assert names == {
        *("BEGIN", "END", "VERSION", "PRODID", "METHOD", "UID", "DTSTAMP", "ORGANIZER"),
        *("ATTENDEE", "DTSTART", "DTEND", "FREEBUSY"),
    }


def test_an_answer_is_a_reply_to_the_question(phone: Phone, asker: Phone) -> None:
    body = asked(mail(asker.user), [mail(phone.user)], *between(*WEEK))
    [uid] = [line for line in body.splitlines() if line.startswith("UID:")]
    [one] = told(post(asker, body)).values()
    expected = {
        uid,
        "METHOD:REPLY",
        f"ORGANIZER:{mail(asker.user)}",
        f"ATTENDEE:{mail(phone.user)}",
        *between(*WEEK),
    }
    assert expected <= set(one.lines)


def test_all_calendars_that_count_are_joined_and_cut_to_the_range(
    site: Site, phone: Phone, asker: Phone
) -> None:
    phone.put("a.ics", event("acupinitial Jane Doe", START))
    reports.personal(phone).put("b.ics", event("Choir", START + HOUR))
    free = reports.personal(phone, slug="free")
    free.put("c.ics", event("Fair", START + 5 * HOUR))
    free.proppatch(
        "", "<C:schedule-calendar-transp><C:transparent/></C:schedule-calendar-transp>"
    )
    office.request(site, phone.user, START + 3 * HOUR)
    span = (START + HOUR / 2, START + 8 * HOUR)
    [one] = ask(asker, [phone.user], span).values()
    assert one.taken == [(BUSY, period(0.5, 1.5)), (TENTATIVE, period(3, 0.75))]


def test_each_recipient_is_told_of_by_itself(site: Site, phone: Phone, asker: Phone) -> None:
    phone.put("a.ics", event("Lunch", START))
    other = site.newcomer()
    other.put("b.ics", event("Lunch", START + DAY))
    found = ask(asker, [phone.user, "nobody", other.user, "desk"], WEEK)
    assert list(found) == [mail(one) for one in (phone.user, "nobody", other.user, "desk")]
    assert [one.status for one in found.values()] == [SUCCESS, NOBODY, SUCCESS, SUCCESS]
    assert [len(one.taken) for one in found.values()] == [1, 0, 1, 0]
    assert found[mail("nobody")].lines == []


@pytest.mark.parametrize("known", [True, False])
def test_a_client_is_as_unknown_as_anybody(asker: Phone, known: bool) -> None:
    address = f"mailto:{'jane.doe' if known else 'never.seen'}@mail.example"
    body = asked(mail(asker.user), [address], *between(*WEEK))
    assert told(post(asker, body))[address].status == NOBODY


ADDRESSES = {
    "upper case": "MAILTO:{user}@PRACTICE.example",
    "with headers": "mailto:{user}@practice.example?subject=x",
    "encoded": "mailto:{user}%40practice.example",
    "without a scheme": "{user}@practice.example",
    "a path": "/{user}/",
    "a path without its end": "/{user}",
    "an address of the server": "https://cal.practice.example/{user}/",
}


@pytest.mark.parametrize("case", ADDRESSES)
def test_a_colleague_is_found_however_the_address_is_written(
    phone: Phone, asker: Phone, case: str
) -> None:
    address = ADDRESSES[case].format(user=phone.user)
    for organizer in (mail(asker.user).upper(), f"/{asker.user}/"):
        found = told(post(asker, asked(organizer, [address], *between(*WEEK))))
        assert found[address].status == SUCCESS


@pytest.mark.parametrize(
    "address",
    ["/{user}/appointments/", "urn:{user}", "//", "http://[", "mailto:", "tel:{user}"],
)
def test_what_addresses_nobody_is_nobody(phone: Phone, asker: Phone, address: str) -> None:
    written = address.format(user=phone.user)
    found = told(post(asker, asked(mail(asker.user), [written], *between(*WEEK))))
    assert found[written].status == NOBODY


def test_who_has_left_is_nobody(site: Site, asker: Phone) -> None:
    gone = site.newcomer()
    with site.database.writing() as uow:
        disable_user(uow, operator(), gone.user)
    assert ask(asker, [gone.user], WEEK)[mail(gone.user)].status == NOBODY


def test_the_event_that_is_being_moved_is_not_in_its_own_way(
    phone: Phone, asker: Phone
) -> None:
    uid = new_uid()
    phone.put("a.ics", vcalendar(vevent(uid, "Meeting", times(START), "RRULE:FREQ=WEEKLY")))
    phone.put("b.ics", event("Tea", START))
    phone.put("c.ics", event("acupfollow Jane Doe", START + DAY))
    travel = "X-APPLE-TRAVEL-DURATION;VALUE=DURATION:PT30M"
    phone.put("d.ics", event("Far away", WEEK[1] + HOUR / 4, travel))

    def taken(*masked: str) -> list[tuple[str, str]]:
        lines = [f"X-CALENDARSERVER-MASK-UID:{one}" for one in masked]
        return ask(asker, [phone.user], WEEK, *lines)[mail(phone.user)].taken

    everything = taken()
    assert len(everything) == 3
    # Another event at the same time is still in the way.
    assert taken(uid) == taken("unheard-of") == everything
    phone.delete("b.ics")
    assert taken(uid) == everything[1:]
    assert taken() == everything


def test_a_series_that_is_too_long_to_work_out_is_said_and_not_called_free(
    site: Site, phone: Phone, asker: Phone
) -> None:
    later = START + 30 * 365 * DAY
    made = phone.put(
        "a.ics", event("Pills", later, "RRULE:FREQ=MINUTELY;INTERVAL=5", minutes=1)
    )
    assert made.status == 201, made.text
    other = site.newcomer()
    other.put("b.ics", event("Lunch", START))
    found = ask(asker, [phone.user, other.user], (later, later + 300 * DAY))
    assert found[mail(phone.user)].status == "5.1;Service unavailable"
    assert found[mail(phone.user)].lines == []
    assert found[mail(other.user)].status == SUCCESS


def test_days_durations_and_zones_of_the_request_are_read(phone: Phone, asker: Phone) -> None:
    phone.put("a.ics", event("Lunch", START))
    midnight = START.replace(hour=0)
    day = f"{START:%Y%m%d}"
    spans = (
        (f"DTSTART;VALUE=DATE:{day}", f"DTEND;VALUE=DATE:{(START + DAY):%Y%m%d}"),
        (f"DTSTART;TZID=America/New_York:{day}T000000", "DURATION:P1D"),
        (f"DTSTART:{day}T000000", f"DTEND:{stamp(midnight + DAY)}"),
    )
    for span in spans:
        body = asked(mail(asker.user), [mail(phone.user)], *span)
        [one] = told(post(asker, body)).values()
        assert one.taken == [(BUSY, period())]
        assert set(between(midnight, midnight + DAY)) <= set(one.lines)


def test_a_range_up_to_the_end_of_time_is_answered(phone: Phone, asker: Phone) -> None:
    span = ("DTSTART:99991201T000000Z", "DURATION:P300D")
    body = asked(mail(asker.user), [mail(phone.user)], *span)
    [one] = told(post(asker, body)).values()
    assert (one.status, one.taken) == (SUCCESS, [])


def test_a_device_that_only_reads_may_ask(site: Site, phone: Phone) -> None:
    with site.database.writing() as uow:
        secret = new_secret(uow, operator(), phone.user, "watch", read_only=True)
    watch = site.phone(phone.user, secret)
    assert ask(watch, [phone.user], WEEK)[mail(phone.user)].status == SUCCESS
    assert "POST" in watch.request("OPTIONS", boxes.outbox(watch)).headers["allow"]


@pytest.mark.parametrize(
    ("organizer", "headers"),
    [
        ("mailto:theo@practice.example", {}),
        ("mailto:jane.doe@mail.example", {}),
        ("/theo/", {}),
        ("", {"Originator": "mailto:theo@practice.example"}),
    ],
)
def test_nobody_asks_in_the_name_of_another(
    asker: Phone, organizer: str, headers: dict[str, str]
) -> None:
    body = asked(organizer or mail(asker.user), [mail("alma")], *between(*WEEK))
    answer = post(asker, body, **headers)
    expected = "originator-allowed" if headers else "organizer-allowed"
    assert (answer.status, answer.condition) == (403, expected)
    assert answer.sentence


def test_no_invitation_is_taken_for_sent(site: Site, phone: Phone, asker: Phone) -> None:
    people = (f"ORGANIZER:{mail(asker.user)}", f"ATTENDEE:{mail(phone.user)}")
    inner = (f"UID:{new_uid()}", "SUMMARY:Meeting", f"DTSTART:{stamp(START)}", *people)
    for method in ("REQUEST", "REPLY", "CANCEL"):
        answer = post(asker, boxes.written(method, "VEVENT", *inner))
        assert (answer.status, answer.condition) == (403, "valid-scheduling-message")
        assert "invites nobody" in answer.sentence
    assert site.listed(practitioner=phone.user) == []
    assert phone.sync().there == {}


_RANGE = between(*WEEK)
_PEOPLE = ("ORGANIZER:{organizer}", "ATTENDEE:mailto:alma@practice.example")
NO_REQUEST = {
    "of another method": ("PUBLISH", ("UID:a", *_PEOPLE, *_RANGE)),
    "without a UID": ("REQUEST", (*_PEOPLE, *_RANGE)),
    "without an organizer": ("REQUEST", ("UID:a", _PEOPLE[1], *_RANGE)),
    "with two organizers": ("REQUEST", ("UID:a", _PEOPLE[0], *_PEOPLE, *_RANGE)),
    "about nobody": ("REQUEST", ("UID:a", _PEOPLE[0], *_RANGE)),
    "without a start": ("REQUEST", ("UID:a", *_PEOPLE, _RANGE[1])),
    "without an end": ("REQUEST", ("UID:a", *_PEOPLE, _RANGE[0])),
}


@pytest.mark.parametrize("case", NO_REQUEST)
def test_what_is_no_request_for_busy_times_is_refused_by_name(asker: Phone, case: str) -> None:
    method, lines = NO_REQUEST[case]
    body = boxes.written(method, "VFREEBUSY", *lines).format(organizer=mail(asker.user))
    answer = post(asker, body)
    assert (answer.status, answer.condition) == (403, "valid-scheduling-message")
    assert answer.sentence


UNREADABLE = {
    "no calendar": "hello",
    "nothing": "",
    "a range that ends before it starts": (
        "DTSTART:20260602T000000Z",
        "DTEND:20260601T000000Z",
    ),
    "a range without length": ("DTSTART:20260601T000000Z", "DTEND:20260601T000000Z"),
    "a range of over 370 days": ("DTSTART:20260601T000000Z", "DTEND:20270608T000000Z"),
    "a duration of over 370 days": ("DTSTART:20260601T000000Z", "DURATION:P371D"),
    "a date that does not exist": ("DTSTART:20261301T000000Z", "DTEND:20270601T000000Z"),
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_a_request_that_cannot_be_read_is_400(asker: Phone, case: str) -> None:
    lines = UNREADABLE[case]
    whole = isinstance(lines, str)
    body = lines if whole else asked(mail(asker.user), [mail("alma")], *lines)
    answer = post(asker, str(body))
    assert (answer.status, answer.condition) == (400, "valid-calendar-data")
    assert answer.sentence


def test_other_forms_and_what_is_too_large_are_refused(asker: Phone) -> None:
    body = asked(mail(asker.user), [mail("alma")], *_RANGE)
    answer = post(asker, body, Content_Type="application/calendar+json")
    assert (answer.status, answer.condition) == (403, "supported-calendar-data")
    large = asked(mail(asker.user), [mail("alma")], *_RANGE, f"COMMENT:{'x' * 1_100_000}")
    answer = post(asker, large)
    assert (answer.status, answer.condition) == (403, "max-resource-size")


def test_nobody_elses_outbox_is_there(asker: Phone) -> None:
    body = asked(mail(asker.user), [mail("alma")], *_RANGE)
    for path in ("/alma/outbox/", "/alma/inbox/"):
        assert asker.request("POST", path, body).status == 404
        assert asker.propfind(path, "D:resourcetype").status == 404
