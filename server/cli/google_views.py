"""How links to Google are shown."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from server.cli.output import moment, say, show_json, show_record, show_table
from server.domain.google import (
    Conflict,
    GoogleCalendar,
    GoogleLink,
    InwardLevel,
    LinkState,
)
from server.domain.google_compared import Comparison
from server.usecases.google_links import Standing

_HINTS = {
    "fewer-scopes": "Google was allowed less than is needed; connect again to allow the rest",
    "signed-out": "Google lets nobody in any more; connect the same account again",
    "no-key": "the key file is missing; put back the one that the tokens were sealed with",
    "quota": "Google takes no more writes into this account for some hours",
    "wrong-key": "the key file is not the one that the tokens were sealed with",
    "no-titles": "Google did not allow titles to be seen; connect again with --titles",
    "trouble": "something unforeseen; the log of the worker says more",
    "mass-deletion": "very many events vanished; say `decide NAME restore` or `accept`",
    "not-known-here": "events of ours are not known here; say `decide NAME keep` or `remove`",
    "calendar-gone": "the calendar is gone; say `decide NAME restore`, or disconnect",
}


def show_links(
    found: Sequence[Standing], now: datetime, zone: ZoneInfo, *, as_json: bool
) -> None:
    """Write one line for each link, and below them what needs somebody."""
    if as_json:
        show_json([as_data(one, now) for one in found])
        return
    show_table(
        ("NAME", "STATE", "LEVEL", "READ", "WRITTEN", "EVENTS>", "WAIT>", "PARK>", "DIFF>"),
        (_row(one, now) for one in found),
        "Nobody is connected. Connect with: praxical google connect NAME",
    )
    for one in found:
        for line in _remarks(one, now, zone):
            say(f"{one.link.user} ({one.link.id}): {line}")


def show_one(found: Standing, now: datetime, zone: ZoneInfo) -> None:
    """Write all of one link."""
    link = found.link
    show_record(
        [
            ("link", link.id),
            ("practitioner", link.user),
            ("state", found.word()),
            ("level", link.level),
            ("shared", _shared(link)),
            ("moves", link.policy),
            ("calendar", link.managed),
            ("connected", moment(link.connected_at, zone)),
            ("read", moment(link.read_at, zone)),
            ("written", moment(link.written_at, zone)),
            ("events", found.tally.live),
            ("told", found.tally.told),
            ("waiting", found.tally.waiting),
            ("parked", found.tally.parked),
            ("conflicts", found.open_conflicts),
            ("watched", [one.id for one in found.calendars if one.id != link.managed]),
            ("titles", [one.id for one in found.calendars if _has_titles(one)]),
            ("ended", _ended(link.report)),
        ]
    )
    for line in _remarks(found, now, zone):
        say(line)


def show_conflicts(found: Iterable[Conflict], zone: ZoneInfo, *, as_json: bool) -> None:
    """Write what was decided, in times and states, never in names."""
    if as_json:
        show_json([conflict_as_data(one) for one in found])
        return
    show_table(
        ("WHEN", "APPOINTMENT", "DECISION", "HERE", "GOOGLE"),
        (
            (
                moment(one.at, zone),
                f"{one.appointment}.{one.key}" if one.key else one.appointment,
                one.decision,
                one.ours,
                one.theirs,
            )
            for one in found
        ),
        "There are none.",
    )


def as_data(one: Standing, now: datetime) -> dict[str, object]:
    """Return a link as JSON has it."""
    link, lag, unknown = one.link, one.lag(now), one.unknown(now)
    return {
        "id": link.id,
        "user": link.user,
        "state": link.state,
        "standing": one.word(),
        "reason": link.reason,
        "level": link.level,
        "shared": link.shared,
        "shared_confirmed_by": link.shared_ok_by,
        "policy": link.policy,
        "connected": _iso(link.connected_at),
        "read": _iso(link.read_at),
        "written": _iso(link.written_at),
        "lag_seconds": None if lag is None else int(lag.total_seconds()),
        "failures": link.failures,
        "rests_until": _iso(link.rests_until),
        "rewriting": link.rewriting,
        **one.tally._asdict(),
        "conflicts": one.open_conflicts,
        "unknown": len(unknown),
        "told_of_changes": one.is_told(now),
        "calendars": [
            {
                "id": calendar.id,
                "role": calendar.role,
                "titles": _has_titles(calendar),
                "read": _iso(calendar.read_at),
                "next": _iso(calendar.poll_at),
                "unknown_since": _iso(unknown.get(calendar.id) or calendar.unknown_since),
                **_compared(one.comparisons.get(calendar.id)),
            }
            for calendar in one.calendars
        ],
        "ended": json.loads(link.report) if link.report else None,
    }


def _compared(found: Comparison | None) -> dict[str, object]:
    return {
        "compared": _iso(found.compared_at if found else None),
        "differs_since": _iso(found.differs_since if found else None),
        "differed": found.differed if found else 0,
    }


def conflict_as_data(one: Conflict) -> dict[str, object]:
    """Return a conflict as JSON has it."""
    return {
        "id": one.id,
        "link": one.link,
        "at": one.at.isoformat(),
        "appointment": one.appointment,
        "occurrence": one.key,
        "decision": one.decision,
        "ours": one.ours,
        "theirs": one.theirs,
        "settled": _iso(one.settled_at),
    }


def age(span: timedelta | None) -> str:
    """Return how long ago something was, in one unit."""
    if span is None:
        return "never"
    seconds = int(span.total_seconds())
    for unit, size in (("d", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return "now"


def _row(one: Standing, now: datetime) -> tuple[object, ...]:
    link = one.link
    written = None if link.written_at is None else now - link.written_at
    return (
        link.user,
        one.word(),
        link.level.value,
        age(one.lag(now)),
        age(written),
        one.tally.live,
        one.tally.waiting or "",
        one.tally.parked or "",
        one.open_conflicts or "",
    )


def _remarks(one: Standing, now: datetime, zone: ZoneInfo) -> list[str]:
    link = one.link
    lines = [_HINTS[link.reason]] if link.reason in _HINTS else []
    if one.is_catching_up and one.tally.waiting:
        told, waiting = one.tally.told, one.tally.waiting
        lines.append(f"Google was told {told} of {told + waiting} appointments")
    if link.rests_until is not None and link.rests_until > now:
        lines.append(f"asks nothing of Google until {moment(link.rests_until, zone)}")
    lines += [
        f"what {name} holds is unknown since {moment(since, zone)}, {age(now - since)}"
        for name, since in one.unknown(now).items()
    ]
    lines += [
        f"Google says other busy times of {found.calendar} since {moment(since, zone)}; "
        f"it was read as a whole {found.differed} times for that"
        for found in one.comparisons.values()
        if (since := found.differs_since) is not None
    ]
    if link.state is LinkState.DISCONNECTED and (ended := _ended(link.report)):
        lines.append(ended)
    return lines


def _shared(link: GoogleLink) -> str:
    if not link.shared:
        return ""
    return f"yes, confirmed by {link.shared_ok_by}" if link.shared_ok_by else "yes"


def _has_titles(calendar: GoogleCalendar) -> bool:
    return calendar.inward is InwardLevel.OWN_TITLE


def _ended(report: str) -> str:
    if not report:
        return ""
    said = json.loads(report)
    parts = [f"{said[name]} {name}" for name in ("removed", "left", "failed") if said[name]]
    parts.append("calendar removed" if said["calendar_removed"] else "calendar left")
    parts.append("consent revoked" if said["revoked"] else "consent not revoked")
    return ", ".join(parts)


def _iso(value: datetime | None) -> str | None:
    return value.isoformat() if value else None
