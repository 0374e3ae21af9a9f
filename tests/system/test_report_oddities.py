"""One calendar that holds every odd object there is: each report serves all the others.

On one engine only: what is made of a text does not depend on where the text was stored.
"""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from server.ics.lines import decode
from tests.property.devices import listing
from tests.system import reports
from tests.system.events import at, event, monday, new_uid, vcalendar, vevent
from tests.system.phone import CALDAV, DAV, NAMESPACES, Answer, Phone, Synced
from tests.system.reports import between, bounds, comp, component, multiget, prop, query, text
from tests.system.servers import Site

pytestmark = pytest.mark.parametrize("site", ["sqlite"], indirect=True)

CORPUS = Path(__file__).resolve().parents[1] / "corpus" / "ics"
FIRST = monday(3)
DAY = timedelta(days=1)
SPAN = (monday(2), monday(5))
TODAY = f"{FIRST:%Y%m%d}"
ZULU = f"DTSTART:{TODAY}T150000Z"
USUAL = {"usual.ics", "series.ics"}

LINES = {
    "a zone that nobody defines": [f"DTSTART;TZID=Nowhere/Land:{TODAY}T100000"],
    "an empty zone": [f"DTSTART;TZID=:{TODAY}T100000", "DURATION:PT1H"],
    "overrides alone": [f"RECURRENCE-ID:{TODAY}T150000Z", ZULU],
    "an alarm that never rings": [ZULU, "BEGIN:VALARM", "TRIGGER:soon", "END:VALARM"],
    "an alarm without trigger": [ZULU, "BEGIN:VALARM", "ACTION:DISPLAY", "END:VALARM"],
    "an alarm that rings for ever": [
        ZULU,
        *("BEGIN:VALARM", "TRIGGER:PT0S", "DURATION:PT1S", "REPEAT:999999999", "END:VALARM"),
    ],
    "no length": [ZULU, "DURATION:PT0S"],
    "an end that is the start": [ZULU, f"DTEND:{TODAY}T150000Z"],
    "no end": [ZULU],
    "a length that is none": [ZULU, "DURATION:long"],
    "the first second there is": ["DTSTART:00010101T000000Z"],
    "the first floating second": ["DTSTART:00010101T000000", "RRULE:FREQ=YEARLY"],
    "the first day": ["DTSTART;VALUE=DATE:00010101"],
    "the last second there is": ["DTSTART:99991231T235959Z", "RRULE:FREQ=YEARLY"],
    "the last day": ["DTSTART;VALUE=DATE:99991231"],
    "a length beyond all time": ["DTSTART:99991231T235959Z", "DURATION:P9W"],
    "an added period": [ZULU, f"RDATE;VALUE=PERIOD:{TODAY}T180000Z/PT1H"],
    "a floating time": [f"DTSTART:{TODAY}T100000", "DURATION:PT30M"],
    "a leap second": [f"DTSTART:{TODAY}T150060Z"],
    "a negative length": [ZULU, "DURATION:-PT1H"],
    "two rules": [ZULU, "RRULE:FREQ=DAILY;COUNT=3", "RRULE:FREQ=WEEKLY;COUNT=2"],
    "a rule without end": [ZULU, "RRULE:FREQ=MONTHLY;BYMONTHDAY=3"],
    "a rule that never matches": [ZULU, "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"],
    "a rule that is none": [ZULU, "RRULE:FREQ=SOMETIMES"],
    "a rule of seconds": [ZULU, "RRULE:FREQ=SECONDLY;COUNT=4000"],
    "a rule of long ago": ["DTSTART:19500101T000000Z", "RRULE:FREQ=HOURLY;UNTIL=19520101"],
    "a rule on another calendar": [ZULU, "RRULE:RSCALE=HEBREW;FREQ=YEARLY;COUNT=3"],
    "an UNTIL without zone": [at("DTSTART", FIRST), f"RRULE:FREQ=DAILY;UNTIL={TODAY}T230000"],
    "a day taken out of moments": [
        ZULU,
        "RRULE:FREQ=DAILY;COUNT=3",
        f"EXDATE;VALUE=DATE:{TODAY}",
    ],
    "no day left": [ZULU, "RRULE:FREQ=DAILY;COUNT=1", f"EXDATE:{TODAY}T150000Z"],
    "values that are none": [ZULU, "GEO:here", "PRIORITY:high", "SEQUENCE:last"],
    "broken encodings": [ZULU, "ATTACH;ENCODING=BASE64;VALUE=BINARY:!!", "X-Q;A=^:^n"],
    "a parameter that never ends": [ZULU, 'X-A;B="c:1'],
    "names that are none": [ZULU, "X_FOO_BAR:1", "X A:1", "SUMMARY :x"],
    "signs of markup": [ZULU, "DESCRIPTION:]]> <b>&amp;</b> %s %(x)s {0} \\x"],
    "signs of all sorts": [ZULU, "X-SIGNS:\u2028\u0085\ufeff\u202e\U0001f512\ufffd\u00a0"],
}
WHOLE = {
    "this and future": vcalendar(
        vevent("future", "Tea", [ZULU], "RRULE:FREQ=DAILY;COUNT=9"),
        vevent(
            "future",
            "Coffee",
            [
                f"RECURRENCE-ID;RANGE=THISANDFUTURE:{FIRST + DAY:%Y%m%d}T150000Z",
                f"DTSTART:{FIRST + DAY:%Y%m%d}T170000Z",
            ],
        ),
    ),
    "an override twice": vcalendar(
        vevent("twice", "Tea", [ZULU], "RRULE:FREQ=DAILY;COUNT=9"),
        *[
            vevent("twice", title, [f"RECURRENCE-ID:{TODAY}T150000Z", ZULU])
            for title in ("One", "Two")
        ],
    ),
    "a to-do due at no time": component("VTODO", "DUE:soon"),
    "a to-do of a day after a moment": component("VTODO", ZULU, f"DUE;VALUE=DATE:{TODAY}"),
    "a to-do that goes on": component("VTODO", ZULU, "RRULE:FREQ=DAILY", "STATUS:LATER"),
    "a journal entry of a day that is none": component("VJOURNAL", "DTSTART:20260231"),
}
TEXTS = (
    {name: component("VEVENT", *said, "SUMMARY:odd") for name, said in LINES.items()}
    | WHOLE
    | {path.stem: decode(path.read_bytes()) for path in sorted(CORPUS.glob("*.ics"))}
)

DATA = {
    "whole": "<C:calendar-data/>",
    "expanded": f"<C:calendar-data><C:expand{bounds(*SPAN)}/></C:calendar-data>",
    "limited": (f"<C:calendar-data><C:limit-recurrence-set{bounds(*SPAN)}/></C:calendar-data>"),
    "in part": (
        '<C:calendar-data><C:comp name="VCALENDAR"><C:comp name="VEVENT">'
        '<C:prop name="UID"/></C:comp></C:comp></C:calendar-data>'
    ),
    "as jCal": '<C:calendar-data content-type="application/calendar+json"/>',
    "as jCal, expanded": (
        '<C:calendar-data content-type="application/calendar+json">'
        f"<C:expand{bounds(*SPAN)}/></C:calendar-data>"
    ),
}
FILTERS = {
    "in a range": comp("VEVENT", between(*SPAN)),
    "from some time on": comp("VEVENT", between(start=SPAN[0])),
    "up to some time": comp("VEVENT", between(end=SPAN[1])),
    "in a range with a text": comp("VEVENT", between(*SPAN), prop("SUMMARY", text("usual"))),
    "with a text": comp("VEVENT", prop("SUMMARY", text("usual"))),
    "without a word": comp("VEVENT", prop("X-NONE", "<C:is-not-defined/>")),
    "stamped": comp("VEVENT", prop("DTSTAMP", between(start=SPAN[0].replace(year=2000)))),
    "any event": comp("VEVENT"),
    "without alarms": comp("VEVENT", comp("VALARM", "<C:is-not-defined/>")),
}
OTHER_FILTERS = {
    "alarms": comp("VEVENT", comp("VALARM", between(*SPAN))),
    "to-dos": comp("VTODO", between(*SPAN)),
    "journal": comp("VJOURNAL", between(*SPAN)),
    "nothing of the kind": comp("VFREEBUSY", between(*SPAN)),
}


def put_everything(phone: Phone) -> set[str]:
    """Put every odd object that is taken, and two usual ones; return the names of all.

    Some become two objects: a change of all that follows ends one series and begins another.
    """
    assert phone.put("usual.ics", event("usual", FIRST)).status == 201
    daily = event("usual", FIRST, "RRULE:FREQ=DAILY;COUNT=3", uid=new_uid())
    assert phone.put("series.ics", daily).status == 201
    held = set(USUAL)
    for number, (name, said) in enumerate(TEXTS.items()):
        answer = phone.put(f"odd-{number}.ics", said)
        assert answer.status in (201, 400, 403), name
        assert (answer.status == 201) is not bool(answer.condition), name
        if answer.status == 201:
            held.add(f"odd-{number}.ics")
    listed = set(listing(phone, phone.calendar))
    assert held <= listed
    return listed


@pytest.fixture(scope="module", params=["appointments", "mine"])
def owner(site: Site, request: pytest.FixtureRequest) -> tuple[str, str, set[str]]:
    """Return user, calendar and what it holds: every odd object that was taken."""
    phone = site.newcomer()
    reports.personal(phone)
    phone.calendar = f"/{phone.user}/{request.param}/"
    return phone.user, phone.calendar, put_everything(phone)


@pytest.fixture
def odd(site: Site, owner: tuple[str, str, set[str]]) -> Phone:
    """Return a device that looks at that calendar."""
    phone = site.phone(owner[0])
    phone.calendar = owner[1]
    return phone


@pytest.fixture
def held(owner: tuple[str, str, set[str]]) -> set[str]:
    """Return the names of what the calendar holds."""
    return owner[2]


def all_readable(answer: Answer) -> bool:
    """Whether each object was served in the form that was asked for."""
    found = list(answer.xml.iter(f"{CALDAV}calendar-data"))
    for one in found:
        if one.get("content-type") == "application/calendar+json":
            assert json.loads(one.text or "")[0] == "vcalendar"
        else:
            assert (one.text or "").lstrip("\ufeff").upper().startswith("BEGIN:VCALENDAR")
    return bool(found)


@pytest.mark.parametrize("shape", DATA)
def test_multiget_serves_every_object_in_every_shape(
    odd: Phone, held: set[str], shape: str
) -> None:
    hrefs = [odd.path(name) for name in sorted(held)]
    answer = odd.report("", multiget(*hrefs, data=DATA[shape]))
    assert set(reports.data(answer)) == held
    assert all_readable(answer)


@pytest.mark.parametrize("shape", DATA)
@pytest.mark.parametrize("asked", FILTERS)
def test_a_query_serves_the_usual_objects_beside_the_odd_ones(
    odd: Phone, held: set[str], asked: str, shape: str
) -> None:
    answer = odd.report("", query(FILTERS[asked], data=DATA[shape]))
    assert USUAL <= set(reports.data(answer)) <= held
    assert all_readable(answer)


@pytest.mark.parametrize("asked", OTHER_FILTERS)
def test_a_query_for_something_else_is_answered_too(odd: Phone, asked: str) -> None:
    answer = odd.report("", query(OTHER_FILTERS[asked]))
    assert answer.status == 207
    assert not USUAL & set(reports.data(answer))


def test_what_is_expanded_of_the_usual_ones_is_right(odd: Phone) -> None:
    answer = odd.report("", query(FILTERS["in a range"], data=DATA["expanded"]))
    shown = reports.data(answer)
    assert shown["usual.ics"].count("BEGIN:VEVENT") == 1
    assert shown["series.ics"].count("BEGIN:VEVENT") == 3


def test_busy_times_are_told(odd: Phone) -> None:
    answer = odd.report("", reports.free_busy(*SPAN))
    assert answer.status == 200
    assert "FREEBUSY" in answer.text


@pytest.mark.parametrize(
    "span",
    [
        'start="00010101T000000Z" end="00010201T000000Z"',
        'start="00010101T000000Z" end="99991231T235959Z"',
        'start="19510101T000000Z" end="19510201T000000Z"',
        'start="19500101T000000Z" end="19520101T000000Z"',
        'start="99991101T000000Z" end="99991231T235959Z"',
    ],
)
def test_ranges_at_the_ends_of_time_are_answered(odd: Phone, span: str) -> None:
    shape = f"<C:calendar-data><C:expand {span}/></C:calendar-data>"
    asked = comp("VEVENT", f"<C:time-range {span}/>")
    assert all_readable(odd.report("", query(asked, data=shape)))
    todos = comp("VTODO", f"<C:time-range {span}/>")
    assert odd.report("", query(todos, data=shape)).status == 207
    body = f"<C:free-busy-query {NAMESPACES}><C:time-range {span}/></C:free-busy-query>"
    busy = odd.report("", body)
    assert busy.status == 200 or busy.condition == "number-of-matches-within-limits"


def test_sync_tells_of_every_object_with_its_text(odd: Phone, held: set[str]) -> None:
    answer = odd.report("", reports.sync(inner="<C:calendar-data/>"))
    assert set(reports.data(answer)) == held
    assert set(Synced(odd.report("", reports.sync())).there) == held


def test_a_listing_names_every_object(odd: Phone, held: set[str]) -> None:
    listed = odd.propfind("", "D:getetag", "D:getcontenttype", "D:resource-id", depth=1)
    assert {href.rpartition("/")[2] for href in listed.responses} - {""} == held
    for name in held:
        tag = listed.property_of(odd.path(name), f"{DAV}getetag")
        assert tag is not None
        assert odd.get(name).etag == tag.text


def test_the_home_looks_through_them_all(odd: Phone) -> None:
    words = comp("VEVENT", prop("SUMMARY", text("usual")))
    answer = odd.report(f"/{odd.user}/", query(words), Depth="infinity")
    assert {odd.path(name) for name in USUAL} <= set(answer.responses)
    body = f"<C:free-busy-query {NAMESPACES}>{between(*SPAN)}</C:free-busy-query>"
    assert odd.report(f"/{odd.user}/", body, Depth="infinity").status == 200


@pytest.mark.parametrize("viewer", ["desk", "colleague"])
def test_others_are_served_them_too(
    site: Site, owner: tuple[str, str, set[str]], viewer: str
) -> None:
    user, calendar, held = owner
    if calendar.endswith("/mine/"):
        assert site.phone("desk").propfind(f"/desk/{user}-mine/").status == 404
        return
    looking = site.phone("desk") if viewer == "desk" else site.newcomer("psychotherapy")
    path = f"/{looking.user}/{user}/"
    for shape in DATA.values():
        answer = looking.report(path, multiget(*(path + name for name in held), data=shape))
        assert set(reports.data(answer)) == held
        assert all_readable(answer)
    for asked in FILTERS.values():
        assert looking.report(path, query(asked)).status == 207


def test_every_calendar_is_sound_afterwards(site: Site, odd: Phone) -> None:
    assert odd.propfind("").status == 207
    assert site.findings() == []
