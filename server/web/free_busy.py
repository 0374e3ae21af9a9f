"""When practitioners are busy, over the API: for booking pages, ours or somebody else's."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field

from server.domain.api_access import ApiScope
from server.domain.errors import NotFound
from server.domain.ids import CalendarId, UserName
from server.usecases.busy_time import busy_time, counted_calendars, last_change
from server.usecases.instances_between import Span
from server.usecases.ports import UnitOfWork
from server.web.busy_texts import Asked as AskedOf
from server.web.busy_texts import Clockface, WrittenTimes, weeks_around
from server.web.messages import Dated, Shown
from server.web.route import AnyRoute, Call, Method, Route
from server.web.time_range import Asked, Parameters, RangeQuery, range_named, zone_named

_ENDS: Final = Parameters("from", "to", whole=True)


def _listed(said: Any) -> Any:  # noqa: ANN401 - whatever a query says
    return [said] if isinstance(said, str) else said


class FreeBusyQuery(RangeQuery):
    """Whose busy times are wanted, and of when: 370 days at most."""

    practitioner: Annotated[list[str], BeforeValidator(_listed)] = Field(
        default_factory=list, description="Whose; repeat it for several, leave it out for all."
    )


class BusyShown(Shown):
    """A time that is taken."""

    start: str
    end: str
    type: str


class PractitionerBusy(Shown):
    """When one practitioner is busy: sorted, merged, cut to the range."""

    practitioner: str
    busy: list[BusyShown] = Field(
        description="`start` and `end` are RFC 3339 with an offset; `type` is `busy`, or "
        "`tentative` for a request that nobody has accepted yet."
    )


class FreeBusyShown(Shown):
    """When practitioners are busy, and not a word of why."""

    start: str
    end: str
    tz: str
    practitioners: list[PractitionerBusy]


def show_free_busy(call: Call, said: FreeBusyQuery) -> Dated:
    """Show when practitioners are busy."""
    uow = call.uow
    zone = zone_named(said.tz, uow.practice.zone)
    span = range_named(Asked(said.since, said.until), _ENDS, zone, call.context.now)
    people = _people(call, said.practitioner)
    asked = _asked(call.uow, people, span, zone)
    texts = _texts(call, asked, span, zone)
    body = _written(texts, span, zone)
    changed_at = last_change(uow, people, call.context.now)
    return Dated(body, changed_at, repr((*span, *asked.values())).encode())


def _asked(
    uow: UnitOfWork, people: Iterable[UserName], span: Span, zone: ZoneInfo
) -> Mapping[UserName, AskedOf]:
    weeks = weeks_around(*_epochs(span))
    configured = uow.practice.catalogue_revision
    return {
        name: AskedOf(name, *weeks, zone.key, configured, found)
        for name, found in _revisions(uow, people).items()
    }


def _texts(
    call: Call, asked: Mapping[UserName, AskedOf], span: Span, zone: ZoneInfo
) -> Mapping[UserName, bytes]:
    """Return each one's busy times as JSON, made anew where a calendar has changed."""
    known = {name: call.busy_texts.get(one) for name, one in asked.items()}
    missing = {name: asked[name] for name, text in known.items() if text is None}
    written = _written_anew(call, missing, zone) if missing else {}
    edges = _epochs(span)
    return {name: (text or written[name]).between(*edges) for name, text in known.items()}


def _written_anew(
    call: Call, asked: Mapping[UserName, AskedOf], zone: ZoneInfo
) -> Mapping[UserName, WrittenTimes]:
    """Return what was asked, of whole weeks, and keep it."""
    one = next(iter(asked.values()))
    weeks = (datetime.fromtimestamp(one.start, UTC), datetime.fromtimestamp(one.end, UTC))
    clock = Clockface(zone, one.start, one.end)
    spans = busy_time(call.uow, call.context.rules, asked, weeks)
    written = {name: WrittenTimes(found, clock) for name, found in spans.items()}
    for name, text in written.items():
        call.busy_texts.keep(asked[name], text)
    return written


def _epochs(span: Span) -> tuple[int, int]:
    start, end = span
    return int(start.timestamp()), int(end.timestamp())


def _revisions(
    uow: UnitOfWork, people: Iterable[UserName]
) -> Mapping[UserName, tuple[tuple[CalendarId, int], ...]]:
    found: dict[UserName, list[tuple[CalendarId, int]]] = {name: [] for name in people}
    for one in counted_calendars(uow, found):
        found[one.owner].append((one.id, one.revision))
    return {name: tuple(sorted(revisions)) for name, revisions in found.items()}


def _people(call: Call, names: Iterable[str]) -> list[UserName]:
    known = [one.name for one in call.uow.catalogue.practitioners if not one.disabled]
    wanted = list(dict.fromkeys(map(UserName, names)))
    for name in wanted:
        if name not in known:
            raise NotFound("practitioner", name[:40])
    return wanted or known


def _written(texts: Mapping[UserName, bytes], span: Span, zone: ZoneInfo) -> bytes:
    """Return a FreeBusyShown as JSON: of a hundred practitioners it is thousands of times."""
    start, end = (edge.astimezone(zone).isoformat() for edge in span)
    head = FreeBusyShown(start=start, end=end, tz=zone.key, practitioners=[]).model_dump_json()
    people = b",".join(
        b'{"practitioner":%b,"busy":[%b]}' % (json.dumps(name).encode(), text)
        for name, text in texts.items()
    )
    return b"%b%b]}" % (head.removesuffix("]}").encode(), people)


ROUTES: Final[tuple[AnyRoute, ...]] = (
    Route(
        Method.GET,
        "/freebusy",
        ApiScope.CALENDAR_READ,
        show_free_busy,
        FreeBusyQuery,
        FreeBusyShown,
        "When practitioners are busy",
        dated=True,
    ),
)
