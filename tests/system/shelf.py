"""A calendar with one object of each sort, for tests that only ask for what is in it."""

from __future__ import annotations

from datetime import timedelta

from tests.system import reports
from tests.system.events import at, event, monday, times, vcalendar, vevent
from tests.system.phone import Phone
from tests.system.reports import component
from tests.system.servers import Site

FIRST = monday(3, 10)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
FLOATING = FIRST.replace(tzinfo=None, hour=23)
ALARM = ("BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-P2D", "DESCRIPTION:x", "END:VALARM")

SHELF = {
    "plain.ics": event(
        "Straße und BLÜMCHEN",
        FIRST,
        "CATEGORIES:Garden,Home",
        "ATTENDEE;PARTSTAT=NEEDS-ACTION;CN=Kim:mailto:kim@mail.example",
        "CLASS:PRIVATE",
    ),
    "ringing.ics": event("Dinner", FIRST + 2 * DAY, *ALARM),
    "series.ics": vcalendar(
        vevent("series", "Choir", times(FIRST + 7 * DAY), "RRULE:FREQ=DAILY;COUNT=3"),
        vevent(
            "series",
            "Concert",
            [at("RECURRENCE-ID", FIRST + 8 * DAY), *times(FIRST + 20 * DAY)],
            "LOCATION:Hall",
        ),
    ),
    "floating.ics": component(
        "VEVENT", at("DTSTART", FLOATING), "DURATION:PT30M", "SUMMARY:Call"
    ),
    "day.ics": component("VEVENT", at("DTSTART", FIRST.date() + 4 * DAY), "SUMMARY:Holiday"),
    "zero.ics": component("VEVENT", at("DTSTART", FIRST + 5 * DAY), "SUMMARY:Ping"),
    "todo.ics": component("VTODO", at("DUE", FIRST + DAY), "SUMMARY:Order", "PRIORITY:1"),
    "done.ics": component(
        "VTODO", "CREATED:20260105T000000Z", "COMPLETED:20260110T000000Z", "SUMMARY:Paid"
    ),
    "sometime.ics": component("VTODO", "SUMMARY:Whenever", "CATEGORIES:Home"),
    "entry.ics": component("VJOURNAL", at("DTSTART", FIRST.date()), "SUMMARY:Diary"),
}
EVENTS = {"plain.ics", "ringing.ics", "series.ics", "floating.ics", "day.ics", "zero.ics"}
TODOS = {"todo.ics", "done.ics", "sometime.ics"}


def put_on_shelf(site: Site) -> str:
    """Put every object into a new personal calendar and return whose it is."""
    phone = reports.personal(site.newcomer())
    for name, said in SHELF.items():
        assert phone.put(name, said).status == 201, name
    return phone.user


def before_shelf(site: Site, user: str) -> Phone:
    """Return a device that looks at that calendar."""
    phone = site.phone(user)
    phone.calendar = f"/{user}/mine/"
    return phone
