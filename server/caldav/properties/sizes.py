"""How much room calendars take (RFC 4331)."""

from __future__ import annotations

from typing import cast

from server.caldav.properties.place import Place


def octets_in(place: Place) -> int:
    """Return the octets of all objects of a calendar."""
    with place.request.house.transaction(writes=False) as uow:
        rows = uow.objects.listing(place.calendar.id, ("size",))
    return sum(cast("int", size) for (size,) in rows)
