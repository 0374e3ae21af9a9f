"""One odd item never breaks a report: whatever was accepted, all else there is served.

On one engine only: what the host makes of a text does not depend on where the text was stored.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.system.events import at, event, monday, new_uid, vcalendar
from tests.system.phone import NAMESPACES, Phone

pytestmark = pytest.mark.parametrize("site", ["sqlite"], indirect=True)

FIRST = monday(3)
DAY, NEXT = f"{FIRST:%Y%m%d}", f"{FIRST + timedelta(days=1):%Y%m%d}"
BEGIN = f"DTSTART:{DAY}T150000Z"
DAILY = "RRULE:FREQ=DAILY;COUNT=3"
SPAN = f"{monday(2):%Y%m%d}T000000Z", f"{monday(5):%Y%m%d}T000000Z"
RANGE = '<C:time-range start="{}" end="{}"/>'.format(*SPAN)
EXPAND = '<C:expand start="{}" end="{}"/>'.format(*SPAN)
WORDS = '<C:prop-filter name="SUMMARY"><C:text-match>x</C:text-match></C:prop-filter>'
ALARMS = f'<C:comp-filter name="VALARM">{RANGE}</C:comp-filter>'
ANOTHER = ["END:VEVENT", "BEGIN:VEVENT", "UID:{uid}"]

ODD_EVENTS = {
    "underscores in names": [BEGIN, "X_FOO_BAR:1", "X-a_b;P_Q=1:2"],
    "spaces in names": [BEGIN, "SUMMARY :x", "X A:1"],
    "a zone that nobody defines": [f"DTSTART;TZID=Nowhere/Land:{DAY}T100000"],
    "an added period": [BEGIN, f"RDATE;VALUE=PERIOD:{DAY}T180000Z/PT1H"],
    "a day taken out of moments": [BEGIN, DAILY, f"EXDATE;VALUE=DATE:{NEXT}"],
    "an override named by its day": [
        BEGIN,
        DAILY,
        *ANOTHER,
        f"RECURRENCE-ID;VALUE=DATE:{NEXT}",
        BEGIN,
    ],
    "a floating override": [
        *(BEGIN, DAILY, *ANOTHER, f"RECURRENCE-ID:{DAY}T150000", BEGIN),
        *(*ANOTHER, f"RECURRENCE-ID:{NEXT}T150000Z", BEGIN),
    ],
    "an end that is a day": [BEGIN, f"DTEND;VALUE=DATE:{NEXT}"],
    "an UNTIL without zone": [at("DTSTART", FIRST), f"RRULE:FREQ=DAILY;UNTIL={NEXT}T100000"],
    "an UNTIL with a time among days": [
        at("DTSTART", FIRST.date()),
        f"RRULE:FREQ=DAILY;UNTIL={NEXT}T100000Z",
    ],
    "two rules": [BEGIN, DAILY, "RRULE:FREQ=WEEKLY;COUNT=2"],
    "two of what stands once": [BEGIN, f"DTSTART:{DAY}T160000Z", "SUMMARY:x", "SUMMARY:y"],
    "values that are none": [BEGIN, "GEO:here", "PRIORITY:high", "SEQUENCE:last"],
    "stamps that are none": [BEGIN, "LAST-MODIFIED:yesterday", "CREATED:then"],
    "an alarm that never rings": [BEGIN, "BEGIN:VALARM", "TRIGGER:soon", "END:VALARM"],
    "an alarm without trigger": [BEGIN, "BEGIN:VALARM", "ACTION:DISPLAY", "END:VALARM"],
    "a leap second": [f"DTSTART:{DAY}T150060Z"],
    "broken encodings": [BEGIN, "ATTACH;ENCODING=BASE64;VALUE=BINARY:!!", "X-Q;ENCODING=Q:=ZZ"],
    "a parameter that never ends": [BEGIN, 'X-A;B="c:1'],
    "every second": [BEGIN, "RRULE:FREQ=SECONDLY;COUNT=5"],
    "the last second there is": ["DTSTART:99991231T235959Z", "RRULE:FREQ=YEARLY"],
    "overrides alone": [f"RECURRENCE-ID:{DAY}T150000Z", BEGIN],
}
ODD_TASKS = {
    "a task that is due at no time": ["DUE:soon"],
    "a task due on a day after a moment": [BEGIN, f"DUE;VALUE=DATE:{NEXT}", "RRULE:FREQ=DAILY"],
    "a task of no length": [BEGIN, "DURATION:long"],
}


def component(name: str, lines: list[str]) -> str:
    uid = new_uid()
    body = [f"BEGIN:{name}", f"UID:{uid}", "SUMMARY:odd x", *lines, f"END:{name}", ""]
    return vcalendar("\r\n".join(body).replace("{uid}", uid))


def query(inner: str, data: str = "", name: str = "VEVENT") -> str:
    return (
        f"<C:calendar-query {NAMESPACES}><D:prop><D:getetag/>"
        f"<C:calendar-data>{data}</C:calendar-data></D:prop>"
        f'<C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="{name}">{inner}'
        "</C:comp-filter></C:comp-filter></C:filter></C:calendar-query>"
    )


QUERIES = {
    "range": query(RANGE),
    "expanded": query(RANGE, EXPAND),
    "words": query(WORDS),
    "range and words": query(RANGE + WORDS),
}


def serves_the_rest(phone: Phone, home: str) -> None:
    """See that every kind of report still shows the usual event beside the odd one."""
    for name, body in QUERIES.items():
        answer = phone.report(home, body)
        assert answer.status == 207, name
        assert f"{home}usual.ics" in answer.responses, name
    for body in (query(ALARMS), query("", EXPAND)):
        assert phone.report(home, body).status == 207
    for other in ("VTODO", "VJOURNAL"):
        assert phone.report(home, query(RANGE, name=other)).status == 207
    busy = f"<C:free-busy-query {NAMESPACES}>{RANGE}</C:free-busy-query>"
    assert phone.report(home, busy).status == 200
    assert len(phone.propfind(home, "D:getetag", depth=1).responses) == 3


@pytest.mark.parametrize("name", ODD_EVENTS)
@pytest.mark.parametrize("slug", ["appointments", "mine"])
def test_an_odd_event_breaks_no_report(phone: Phone, slug: str, name: str) -> None:
    home = f"/{phone.user}/{slug}/"
    phone.mkcalendar(f"/{phone.user}/mine/")
    phone.put(f"{home}usual.ics", event("usual x", FIRST))
    odd = component("VEVENT", ODD_EVENTS[name])
    assert phone.put(f"{home}odd.ics", odd).status == 201
    serves_the_rest(phone, home)


@pytest.mark.parametrize("name", ODD_TASKS)
def test_an_odd_task_breaks_no_report(phone: Phone, name: str) -> None:
    home = f"/{phone.user}/mine/"
    phone.mkcalendar(home)
    phone.put(f"{home}usual.ics", event("usual x", FIRST))
    assert phone.put(f"{home}odd.ics", component("VTODO", ODD_TASKS[name])).status == 201
    serves_the_rest(phone, home)
