"""When practitioners are busy, over the API: for booking pages, ours or somebody else's."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field

from server.domain.api_access import ApiScope
from server.domain.errors import NotFound
from server.domain.ids import UserName
from server.ics.free_busy import Busy
from server.usecases.busy_time import BusySpan, busy_time, last_change
from server.usecases.instances_between import Span
from server.web.messages import Dated, Said, Shown
from server.web.route import AnyRoute, Call, Method, Route
from server.web.time_range import Asked, Parameters, range_named, zone_named

_ENDS: Final = Parameters("from", "to", whole=True)
_SAID: Final = {Busy.BUSY.value: "busy", Busy.TENTATIVE.value: "tentative"}


def _listed(said: Any) -> Any:  # noqa: ANN401 - whatever a query says
    return [said] if isinstance(said, str) else said


class FreeBusyQuery(Said):
    """Whose busy times are wanted, and of when: 370 days at most."""

    practitioner: Annotated[list[str], BeforeValidator(_listed)] = Field(
        default_factory=list, description="Whose; repeat it for several, leave it out for all."
    )
    since: str = Field(
        default="",
        alias="from",
        description="A day or a moment; today where it is missing.",
    )
    until: str = Field(
        default="",
        alias="to",
        description="A day, which is included, or a moment; 42 days on where it is missing.",
    )
    tz: str = Field(
        default="",
        description="The zone that days are meant in and times are shown in (IANA); "
        "the practice's where it is missing.",
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
    found = busy_time(uow, call.context.rules, people, span)
    body = _written([(name, found[name]) for name in people], span, zone)
    return Dated(body, last_change(uow, people, call.context.now))


def _people(call: Call, names: Iterable[str]) -> list[UserName]:
    known = [one.name for one in call.uow.catalogue.practitioners if not one.disabled]
    wanted = list(dict.fromkeys(map(UserName, names)))
    for name in wanted:
        if name not in known:
            raise NotFound("practitioner", name[:40])
    return wanted or known


def _written(
    found: Iterable[tuple[UserName, Iterable[BusySpan]]], span: Span, zone: ZoneInfo
) -> bytes:
    """Return a FreeBusyShown as JSON: of a hundred practitioners it is thousands of times."""

    @cache
    def moment(epoch: int) -> str:
        return datetime.fromtimestamp(epoch, UTC).astimezone(zone).isoformat()

    @cache
    def one(start: int, end: int, kind: str) -> str:
        # Practitioners begin and end at the same times.
        shown = BusyShown(start=moment(start), end=moment(end), type=_SAID.get(kind, "busy"))
        return shown.model_dump_json()

    people = ",".join(
        f'{{"practitioner":{json.dumps(name)},'
        f'"busy":[{",".join([one(*each) for each in spans])}]}}'
        for name, spans in found
    )
    start, end = (moment(int(edge.timestamp())) for edge in span)
    head = FreeBusyShown(start=start, end=end, tz=zone.key, practitioners=[]).model_dump_json()
    return f"{head.removesuffix(']}')}{people}]}}".encode()


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
