"""A page to look at: the week of every account, as a table for each calendar."""

from __future__ import annotations

import html
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tests.local_google.google import Google
from tests.local_google.instances import Row, expanded, meets, row_of
from tests.local_google.times import instant, is_day
from tests.local_google.world import Calendar

_STYLE = """
body{font:15px/1.4 system-ui,sans-serif;margin:1.5rem;color:#202124}
h1{font-size:1.3rem}h2{font-size:1.05rem;margin-top:1.6rem}
h3{font-size:.95rem;margin:.8rem 0 .3rem}
table{border-collapse:collapse;width:100%;table-layout:fixed}
th,td{border:1px solid #dadce0;padding:.3rem;vertical-align:top;text-align:left}
th{font-weight:600;background:#f1f3f4}
p{margin:0 0 .3rem;padding:.15rem .35rem;border-left:3px solid #1a73e8;background:#e8f0fe}
p.free{border-color:#9aa0a6;background:#f8f9fa}p.gone{text-decoration:line-through;opacity:.6}
small{color:#5f6368}
"""


def week(google: Google, day: str) -> str:
    """Return the page of the week in which a day falls; without one, of this week."""
    now = google.world.clock.now()
    monday = date.fromisoformat(day) if day else now.date()
    monday -= timedelta(days=monday.weekday())
    before, after = (monday + timedelta(days=days) for days in (-7, 7))
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta http-equiv="refresh" content="2"><title>Local Google</title>'
        f"<style>{_STYLE}</style></head><body><h1>Local Google, week of {monday}</h1>"
        f'<nav><a href="/?day={before}">the week before</a> · <a href="/">this week</a> · '
        f'<a href="/?day={after}">the week after</a></nav>'
        f"{''.join(_accounts(google, monday))}</body></html>"
    )


def _accounts(google: Google, monday: date) -> Iterator[str]:
    for email in google.world.accounts:
        yield f"<h2>{html.escape(email)}</h2>"
        for calendar in google.world.calendars.values():
            if calendar.owner == email and not calendar.is_deleted:
                yield _calendar(google, calendar, monday)


def _calendar(google: Google, calendar: Calendar, monday: date) -> str:
    days = [monday + timedelta(days=number) for number in range(7)]
    heads = "".join(f"<th>{day:%a %d %b}</th>" for day in days)
    cells = "".join(f"<td>{''.join(_day(google, calendar, day))}</td>" for day in days)
    title = f"{html.escape(calendar.summary)} <small>{html.escape(calendar.zone)}</small>"
    return f"<h3>{title}</h3><table><tr>{heads}</tr><tr>{cells}</tr></table>"


def _day(google: Google, calendar: Calendar, day: date) -> Iterator[str]:
    zone = ZoneInfo(calendar.zone)
    start = datetime.combine(day, time(), zone).astimezone(UTC)
    end = datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)
    rows = [one for one in _rows(google, calendar, end) if meets(one, calendar, start, end)]
    for row in sorted(rows, key=lambda one: instant(one.body["start"], calendar.zone)):
        kind = "gone" if row.cancelled else ""
        kind = "free" if row.body.get("transparency") == "transparent" else kind
        title = html.escape(row.body.get("summary", "(no title)"))
        yield f'<p class="{kind}" title="{row.id}">{_hours(row, zone)} {title}</p>'


def _rows(google: Google, calendar: Calendar, end: datetime) -> Iterator[Row]:
    for event in calendar.rows():
        if event.is_stub or (event.parent and event.parent in calendar.events):
            continue
        if event.repeats:
            yield from expanded(google.world, calendar, event, end)
        else:
            yield row_of(calendar, event)


def _hours(row: Row, zone: ZoneInfo) -> str:
    if is_day(row.body["start"]):
        return "all day"
    start, end = (
        instant(row.body[which], "UTC").astimezone(zone) for which in ("start", "end")
    )
    return f"{start:%H:%M} to {end:%H:%M}"
