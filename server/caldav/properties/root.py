"""Properties of the root: the collection of homes, and so of principals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from server.caldav.properties.common import COMMON, Read, fixed, resource_id
from server.caldav.xml_out import DAV, element, escape

ROOT: Final[Mapping[str, Read]] = {
    **COMMON,
    f"{DAV}resourcetype": fixed(element(f"{DAV}collection")),
    f"{DAV}displayname": lambda place: escape(place.practice.name),
    f"{DAV}resource-id": resource_id,
}
"""By Clark name."""
