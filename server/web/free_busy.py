"""When practitioners are busy, over the API: for booking pages, ours or somebody else's."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field
from typing_extensions import TypedDict

from server.domain.api_access import ApiScope
from server.domain.errors import NotFound
from server.domain.ids import UserName
from server.ics.free_busy import Busy
from server.usecases.busy_time import BusySpan, busy_time, last_change
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


class BusyShown(TypedDict):
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
    written = _Times(zone)
    shown = FreeBusyShown(
        start=written.text(int(span[0].timestamp())),
        end=written.text(int(span[1].timestamp())),
        tz=zone.key,
        practitioners=[
            PractitionerBusy(practitioner=name, busy=written.busy(found[name]))
            for name in people
        ],
    )
    return Dated(shown, last_change(uow, people, call.context.now))


def _people(call: Call, names: Iterable[str]) -> list[UserName]:
    known = [one.name for one in call.uow.catalogue.practitioners if not one.disabled]
    wanted = list(dict.fromkeys(map(UserName, names)))
    for name in wanted:
        if name not in known:
            raise NotFound("practitioner", name[:40])
    return wanted or known


class _Times:
    """Moments of one zone as text; practitioners begin and end at the same times."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._known: dict[int, str] = {}

    def text(self, epoch: int) -> str:
        """Return epoch seconds as RFC 3339 with an offset."""
        known = self._known.get(epoch)
        if known is None:
            moment = datetime.fromtimestamp(epoch, UTC).astimezone(self._zone)
            known = self._known[epoch] = moment.isoformat()
        return known

    def busy(self, spans: Iterable[BusySpan]) -> list[BusyShown]:
        """Return times that are taken as they are shown."""
        text = self.text
        return [
            {"start": text(start), "end": text(end), "type": _SAID.get(kind, "busy")}
            for start, end, kind in spans
        ]


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
