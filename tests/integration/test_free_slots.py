"""Free slots: bookable hours drawn in a calendar app, less everything that is taken."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from server.domain.booking_rules import BookingRule
from server.domain.errors import Invalid, NotFound
from server.domain.ids import UserName
from server.domain.vocabulary import CalendarKind, Status
from server.domain.when import Recurrence
from server.ics.hours_text import NewHours
from server.usecases import manage_places, manage_users
from server.usecases import manage_session_types as session_types
from server.usecases.edit_availability import add_hours
from server.usecases.free_slots import Slot, SlotsWanted, free_slots
from tests.practice import (
    ALMA,
    JANE,
    JOHN,
    MAIN,
    NEW_YORK,
    ROOM_1,
    ROOM_2,
    TELEHEALTH,
    THEO,
    Field,
    House,
    at,
    other,
    session,
    timed,
)

# As Thunderbird writes a weekly event, with one week moved and one taken out.
WEEKLY = """\
BEGIN:VCALENDAR
PRODID:-//Mozilla.org/NONSGML Mozilla Calendar V1.1//EN
VERSION:2.0
BEGIN:VTIMEZONE
TZID:America/New_York
BEGIN:DAYLIGHT
TZOFFSETFROM:-0500
TZOFFSETTO:-0400
TZNAME:EDT
DTSTART:19700308T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:-0400
TZOFFSETTO:-0500
TZNAME:EST
DTSTART:19701101T020000
RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
CREATED:20261001T120000Z
LAST-MODIFIED:20261001T120000Z
DTSTAMP:20261001T120000Z
UID:hours
SUMMARY:Bookable
RRULE:FREQ=WEEKLY
EXDATE;TZID=America/New_York:20261117T090000
DTSTART;TZID=America/New_York:20261020T090000
DTEND;TZID=America/New_York:20261020T103000
X-MOZ-GENERATION:3
END:VEVENT
BEGIN:VEVENT
CREATED:20261001T120000Z
DTSTAMP:20261001T120000Z
UID:hours
SUMMARY:Bookable
RECURRENCE-ID;TZID=America/New_York:20261110T090000
DTSTART;TZID=America/New_York:20261111T130000
DTEND;TZID=America/New_York:20261111T134500
X-MOZ-GENERATION:3
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")
# One hour and a half on Tuesday, 24 November.
ONCE = "DTSTART;TZID=America/New_York:20261124T090000"
ENDS = "DTEND;TZID=America/New_York:20261124T103000"


def hours(*lines: str, uid: str = "hours", start: str = ONCE, end: str = ENDS) -> str:
    """Return bookable hours as a calendar object."""
    whole = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Test//Test//EN", "BEGIN:VEVENT")
    own = (f"UID:{uid}", "DTSTAMP:20261001T120000Z", start, end, *lines)
    return "\r\n".join((*whole, *own, "END:VEVENT", "END:VCALENDAR", ""))


def draw(house: House, text: str, owner: UserName = ALMA, href: str = "hours.ics") -> None:
    house.put(text, owner, href, slug="availability")


def offer(house: House, name: str = "acupfollow", **rule: Field) -> None:
    """Let clients book a session type at the main location."""
    with house.database.writing() as uow:
        kind = session_types.find_session_type(uow, name)
        changed = replace(
            kind,
            online_bookable=True,
            locations=rule.pop("locations", (MAIN,)),
            booking=replace(BookingRule(), **rule),
        )
        session_types.edit_session_type(uow, house.context(), changed)


def find(house: House, name: str = "acupfollow", **wanted: Field) -> list[Slot]:
    with house.database.reading() as uow:
        return free_slots(uow, house.context(), SlotsWanted(name, **wanted))


def shown(slots: list[Slot], zone: ZoneInfo = NEW_YORK) -> list[str]:
    return [slot.start.astimezone(zone).strftime("%m-%d %H:%M") for slot in slots]


TUESDAY = ["11-24 09:00", "11-24 09:15", "11-24 09:30", "11-24 09:45"]


@pytest.fixture
def open_house(house: House) -> House:
    """Return the practice with one hour and a half that clients may book."""
    offer(house)
    draw(house, hours())
    return house


def test_a_weekly_availability_drawn_in_thunderbird_across_the_autumn_change(
    any_house: House,
) -> None:
    offer(any_house)
    any_house.now = datetime(2026, 10, 19, 12, tzinfo=UTC)
    draw(any_house, WEEKLY)
    found = find(any_house, end=datetime(2026, 11, 25, tzinfo=UTC))
    quarters = ("09:00", "09:15", "09:30", "09:45")
    before = [f"{day} {time}" for day in ("10-20", "10-27", "11-03") for time in quarters]
    # One week was moved to a Wednesday afternoon, the next one was taken out.
    assert shown(found) == [*before, "11-11 13:00", *TUESDAY]
    assert {"10-27 13:00", "11-03 14:00"} <= set(shown(found, ZoneInfo("UTC")))


def test_a_weekly_availability_across_the_change_in_spring(any_house: House) -> None:
    offer(any_house, grid=45)
    any_house.now = datetime(2027, 3, 7, 12, tzinfo=UTC)
    draw(any_house, WEEKLY)
    found = find(any_house, end=datetime(2027, 3, 24, tzinfo=UTC))
    assert [slot.start for slot in found] == [
        datetime(2027, 3, day, hour, minute, tzinfo=UTC)
        for day, hour in ((9, 14), (16, 13), (23, 13))
        for minute in (0, 45)
    ]


@pytest.mark.parametrize(
    ("zone", "day", "utc"),
    [
        # At 02:00 it is 03:00: 02:30 never comes. At 02:00 it is 01:00: 01:30 comes twice.
        ("America/New_York", "20270314", ["06:00", "06:30", "07:00", "07:30"]),
        ("America/New_York", "20261101", ["05:00", "05:30", "06:00", "06:30", "07:00"]),
    ],
)
def test_in_the_night_of_the_change_every_half_hour_that_there_is_can_be_booked(
    any_house: House, zone: str, day: str, utc: list[str]
) -> None:
    offer(any_house, "consult15", grid=30)
    any_house.now = datetime.strptime(day, "%Y%m%d").replace(tzinfo=UTC) - timedelta(days=5)
    ends = {"20270314": "20270314T040000", "20261101": "20261101T021500"}[day]
    night = hours(start=f"DTSTART;TZID={zone}:{day}T010000", end=f"DTEND;TZID={zone}:{ends}")
    draw(any_house, night, THEO)
    assert shown(find(any_house, "consult15"), ZoneInfo("UTC")) == [
        f"{day[4:6]}-{day[6:]} {time}" for time in utc
    ]


def test_what_is_booked_is_not_offered(any_house: House) -> None:
    offer(any_house)
    draw(any_house, hours())
    assert shown(find(any_house)) == TUESDAY
    number = any_house.book(timed(at(24, 9, 30), 30))
    assert find(any_house) == []
    any_house.edit(number, timed(at(24, 9, 50), 30))
    assert shown(find(any_house)) == ["11-24 09:00"]
    any_house.edit(number, status=Status.CANCELLED)
    assert shown(find(any_house)) == TUESDAY


def test_travel_is_taken_and_free_time_is_not(open_house: House) -> None:
    travel = timedelta(minutes=45)
    open_house.book(timed(at(24, 10, 30)), other(travel=travel))
    assert shown(find(open_house)) == TUESDAY[:1]
    open_house.book(timed(at(24, 9, 0)), other("Radio is on", busy=False))
    assert shown(find(open_house)) == TUESDAY[:1]


def test_a_series_takes_its_slots_also_beyond_the_index(open_house: House) -> None:
    open_house.book(timed(at(3, 9), 90), other(), Recurrence(("FREQ=WEEKLY",)))
    assert find(open_house) == []
    open_house.now = datetime(2029, 5, 28, 12, tzinfo=UTC)
    far = ("20290529T090000", "20290529T103000")
    draw(
        open_house,
        hours(
            start=f"DTSTART;TZID=America/New_York:{far[0]}",
            end=f"DTEND;TZID=America/New_York:{far[1]}",
        ),
    )
    assert find(open_house) == []


def test_hours_of_a_series_are_there_beyond_the_index_too(open_house: House) -> None:
    draw(open_house, hours("RRULE:FREQ=WEEKLY"))
    open_house.now = datetime(2029, 5, 27, 12, tzinfo=UTC)
    found = find(open_house, end=datetime(2029, 5, 31, tzinfo=UTC))
    assert shown(found) == [f"05-29 09:{quarter}" for quarter in ("00", "15", "30", "45")]


def test_pauses_keep_free_what_is_around_a_session(open_house: House) -> None:
    offer(open_house, before=15, after=30)
    assert shown(find(open_house)) == TUESDAY
    open_house.book(timed(at(24, 10, 30), 30), other())
    assert shown(find(open_house)) == TUESDAY[:2]
    open_house.book(timed(at(24, 8), 60), other())
    assert shown(find(open_house)) == TUESDAY[1:2]


def test_the_pauses_of_what_is_booked_are_kept_too(any_house: House) -> None:
    offer(any_house, "acupinitial", after=30)
    offer(any_house)
    draw(any_house, hours())
    any_house.book(timed(at(24, 7, 45), 75), session(JANE, "acupinitial"))
    assert shown(find(any_house)) == TUESDAY[2:]


def test_notice_and_horizon_bound_what_can_be_booked(open_house: House) -> None:
    open_house.now = datetime(2026, 11, 23, 14, 15, tzinfo=UTC)
    assert shown(find(open_house)) == TUESDAY[1:]
    offer(open_house, notice=0, horizon=0)
    assert find(open_house) == []
    open_house.now = datetime(2026, 11, 24, 14, 31, tzinfo=UTC)
    assert shown(find(open_house)) == TUESDAY[3:]
    open_house.now = datetime(2026, 11, 22, 15, tzinfo=UTC)
    offer(open_house, horizon=1)
    assert find(open_house) == []
    offer(open_house, horizon=2)
    assert shown(find(open_house)) == TUESDAY


def test_only_starts_inside_the_range_that_is_asked_for_are_given(open_house: House) -> None:
    found = find(open_house, start=at(24, 9, 15), end=at(24, 9, 45))
    assert shown(found) == TUESDAY[1:3]
    assert find(open_house, start=at(25), end=at(24)) == []


def test_a_room_must_be_free_where_one_is_needed(any_house: House) -> None:
    offer(any_house, needs_room=True)
    draw(any_house, hours())
    assert {slot.room for slot in find(any_house)} == {ROOM_1}
    any_house.book(timed(at(24, 9), 45), session(JOHN, "psy50", THEO, room=ROOM_1))
    assert [slot.room for slot in find(any_house)] == [ROOM_2, ROOM_2, ROOM_2, ROOM_1]
    any_house.book(timed(at(24, 9, 10), 10), other(owner=THEO, room=ROOM_2, location=MAIN))
    assert shown(find(any_house)) == TUESDAY[2:]


def test_sessions_at_a_distance_need_no_room(open_house: House) -> None:
    offer(open_house, needs_room=True, locations=(TELEHEALTH,))
    found = find(open_house)
    assert shown(found) == TUESDAY
    assert {(slot.location, slot.room) for slot in found} == {(TELEHEALTH, None)}


def test_a_group_takes_as_many_clients_as_its_capacity(any_house: House) -> None:
    offer(any_house, capacity=2)
    draw(any_house, hours())
    any_house.book(timed(at(24, 9, 20), 45), session(JANE, "acupfollow"))
    assert [(slot.left, *shown([slot])) for slot in find(any_house)] == [(1, "11-24 09:20")]
    any_house.book(timed(at(24, 9, 20), 45), session(JOHN, "acupfollow"))
    assert find(any_house) == []


def test_another_session_in_the_slot_is_no_group(open_house: House) -> None:
    offer(open_house, capacity=5)
    assert {slot.left for slot in find(open_house)} == {5}
    open_house.book(timed(at(24, 9), 90), session(JANE, "acupinitial"))
    assert find(open_house) == []


@pytest.mark.parametrize(
    ("lines", "offered"),
    [
        (("SUMMARY:acupfollow",), True),
        (("SUMMARY:Only ACF, please",), True),
        (("SUMMARY:acupinitial",), False),
        (("CATEGORIES:acupinitial,acupfollow",), True),
        (("CATEGORIES:acupinitial",), False),
        (("SUMMARY:Tuesdays",), True),
        (("LOCATION:Main street",), True),
        (("LOCATION:main",), True),
        (("LOCATION:Main street\\n1 Main Street\\, Springfield",), True),
        (("LOCATION:Room 2",), True),
        (("LOCATION:Telehealth",), False),
        (("LOCATION:Somewhere else",), False),
        (("STATUS:CANCELLED",), False),
        (("STATUS:TENTATIVE", "TRANSP:TRANSPARENT"), True),
    ],
)
def test_title_categories_and_location_say_what_the_hours_are_for(
    house: House, lines: tuple[str, ...], offered: bool
) -> None:
    offer(house)
    draw(house, hours(*lines))
    assert bool(find(house)) is offered


def test_hours_are_for_the_own_discipline_unless_they_name_another_session(
    house: House,
) -> None:
    offer(house)
    draw(house, hours(), THEO)
    assert find(house) == []
    draw(house, hours("SUMMARY:acupfollow"), THEO)
    assert {slot.practitioner for slot in find(house)} == {THEO}


def test_practitioners_are_offered_together_or_one_by_one(open_house: House) -> None:
    draw(open_house, hours("SUMMARY:acupfollow"), THEO)
    assert [slot.practitioner for slot in find(open_house)] == [ALMA, THEO] * 4
    assert {one.practitioner for one in find(open_house, practitioner=THEO)} == {THEO}
    with pytest.raises(NotFound):
        find(open_house, practitioner="nobody")
    with open_house.database.writing() as uow:
        manage_users.disable_user(uow, open_house.context(), ALMA)
    assert {slot.practitioner for slot in find(open_house)} == {THEO}


def test_the_grid_is_of_the_clock_at_the_location(open_house: House) -> None:
    with open_house.database.writing() as uow:
        place = replace(manage_places.find_location(uow, MAIN), zone=ZoneInfo("Asia/Kathmandu"))
        manage_places.edit_location(uow, open_house.context(), place)
    offer(open_house, grid=60)
    # 19:00 and 20:00 there are 08:15 and 09:15 in New York.
    assert shown(find(open_house)) == ["11-24 09:15"]


def test_what_clients_cannot_book_is_refused(open_house: House) -> None:
    for name in ("psy50", "oldmassage"):
        with pytest.raises(Invalid):
            find(open_house, name)
    with pytest.raises(NotFound):
        find(open_house, "nothing")


def test_without_hours_nothing_is_offered(house: House) -> None:
    offer(house)
    assert find(house) == []


def test_hours_are_no_appointments_and_block_nothing(any_house: House) -> None:
    draw(any_house, hours())
    calendar = any_house.calendar(ALMA, "availability")
    assert calendar.kind is CalendarKind.AVAILABILITY
    (row,) = any_house.rows(calendar=calendar.id)
    assert not row.blocks
    number = any_house.book(timed(at(24, 9), 45))
    assert any_house.details(number).attention == frozenset()
    with any_house.database.reading() as uow:
        assert {fact.appointment for fact in uow.outbox.waiting()} <= {number}
    any_house.delete(href="hours.ics", slug="availability")
    assert any_house.rows(calendar=calendar.id) == []
    assert [len(line.facts) for line in any_house.history(row.appointment)] == [1, 1]
    with any_house.database.reading() as uow:
        assert {fact.appointment for fact in uow.outbox.waiting()} <= {number}


def test_two_months_of_many_practitioners_are_few_statements(house: House) -> None:
    offer(house, needs_room=True, capacity=2, before=5)
    when, daily = timed(at(4, 9), 90), Recurrence(("FREQ=DAILY",))
    with house.database.writing() as uow:
        alma = uow.catalogue.user[ALMA]
        for number in range(20):
            user = replace(alma, name=UserName(f"person{number}"), email="")
            manage_users.add_user(uow, house.context(), user)
            add_hours(uow, house.context(), user.name, NewHours(when, daily, "Bookable"))
    seen: list[str] = []
    house.database.watch(seen.append)
    found = find(house)
    house.database.watch(None)
    assert len({slot.practitioner for slot in found}) == 20
    # The practice, what may go beyond the index (twice), hours and their parts, what is taken.
    assert len([one for one in seen if one.lstrip().startswith("SELECT")]) <= 10
