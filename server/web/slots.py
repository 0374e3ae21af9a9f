"""Free slots over the API: what clients may book, and not a word of why the rest is taken."""

from __future__ import annotations

from typing import Final
from zoneinfo import ZoneInfo

from pydantic import Field

from server.domain.api_access import ApiScope
from server.domain.ids import UserName
from server.usecases.free_slots import Slot, SlotsWanted, free_slots
from server.web.messages import Shown
from server.web.route import AnyRoute, Call, Method, Route
from server.web.time_range import Asked, Parameters, RangeQuery, range_named, zone_named

_ENDS: Final = Parameters("from", "to", whole=True)


class SlotsQuery(RangeQuery):
    """Which slots are wanted: 370 days at most."""

    session: str = Field(description="A session type that is bookable online, by name.")
    practitioner: str | None = Field(default=None, description="Only with this one.")


class SlotShown(Shown):
    """A free slot."""

    start: str = Field(description="RFC 3339 with an offset.")
    end: str
    practitioner: str
    location: str
    room: str | None = Field(description="Where the session needs one: the first free one.")
    left: int = Field(description="How many clients still fit in.")


class SlotList(Shown):
    """Free slots by start, then by practitioner and location."""

    session: str
    tz: str
    items: list[SlotShown]


def list_slots(call: Call, said: SlotsQuery) -> SlotList:
    """List the slots that clients may book: inside notice and horizon."""
    zone = zone_named(said.tz, call.uow.practice.zone)
    start, end = range_named(Asked(said.since, said.until), _ENDS, zone, call.context.now)
    whose = UserName(said.practitioner) if said.practitioner else None
    wanted = SlotsWanted(said.session, whose, start, end)
    found = free_slots(call.uow, call.context, wanted)
    return SlotList(
        session=said.session, tz=zone.key, items=[_shown(slot, zone) for slot in found]
    )


def _shown(slot: Slot, zone: ZoneInfo) -> SlotShown:
    return SlotShown(
        start=slot.start.astimezone(zone).isoformat(),
        end=slot.end.astimezone(zone).isoformat(),
        practitioner=slot.practitioner,
        location=slot.location,
        room=slot.room,
        left=slot.left,
    )


ROUTES: Final[tuple[AnyRoute, ...]] = (
    Route(
        Method.GET,
        "/slots",
        ApiScope.CALENDAR_READ,
        list_slots,
        SlotsQuery,
        SlotList,
        "Free slots of a session type",
    ),
)
