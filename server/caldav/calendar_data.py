"""CALDAV:calendar-data in the shape that a report asks for (RFC 4791 9.6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from server.caldav.answers import Unmet, forbidden, malformed
from server.caldav.data_xml import BadData, DataFormat, DataRequest, read_data
from server.caldav.representation import without_known_zones
from server.caldav.xml_out import escape_fast
from server.domain.errors import PracticeError, TooManyInstances
from server.ics.expanded_object import expanded_from_text
from server.ics.instances import expanded, prepared
from server.ics.jcal import as_jcal
from server.ics.shapes import shaped
from server.usecases.instances_between import instances_between

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from server.caldav.request import Request
    from server.caldav.wanted import Wanted
    from server.domain.ids import AppointmentId
    from server.ics.spans import Range
    from server.storage_plugin.paths import Target
    from server.usecases.ports import InstanceRow

_TOO_MANY: Final = "A series has more instances in the range than are worked out."
_prepared: Final = lru_cache(maxsize=4_096)(prepared)
"""Weeks and months are asked for again and again: their objects are cut once."""
_AS_IT_IS: Final = DataRequest().wanted
_JCAL: Final = ' content-type="application/calendar+json" version="2.0">'


@dataclass(frozen=True, slots=True)
class Shaper:
    """Puts the texts of one calendar's objects into the form that is asked for.

    ``instances`` are there where each is wanted by itself; they are looked up once. None
    stands for too many of them.
    """

    data: DataRequest
    zone: ZoneInfo
    limit: int
    instances: Mapping[AppointmentId, Sequence[InstanceRow] | None]
    with_zones: bool = True

    @classmethod
    def of(cls, request: Request, target: Target, wanted: Wanted) -> Shaper | None:
        """Return the shaper of a report, None if it asks for no calendar-data.

        Raises Unmet for a shape that cannot be had.
        """
        if wanted.data is None:
            return None
        data = _read(wanted)
        limit = request.house.rules.occurrences_at_most
        with request.house.reading(target) as reading:
            zone = reading.uow.practice.zone
            found = instances_between(reading, *data.expand) if data.expand else {}
        with_zones = request.header("CalDAV-Timezones").upper() != "F"
        return cls(data, zone, limit, found, with_zones)

    @property
    def is_plain(self) -> bool:
        """Whether objects are wanted as they are stored."""
        return self.data.is_whole and self.with_zones

    def shape(self, text: str, appointment: AppointmentId | None) -> str:
        """Return calendar-data of an object, from behind its name."""
        if self.is_plain:
            return f">{escape_fast(text)}"
        try:
            made = self._shaped(text, appointment)
        except PracticeError:
            # One odd object must not spoil the report: it is served as it is kept.
            return f">{escape_fast(text)}"
        return (_JCAL if self.data.format is DataFormat.JCAL else ">") + escape_fast(made)

    def _shaped(self, text: str, appointment: AppointmentId | None) -> str:
        if self.data.expand is not None:
            text = self._expanded(text, appointment, self.data.expand)
        if self.data.wanted != _AS_IT_IS:
            text = shaped(text, self.data.wanted, self.zone)
        text = text if self.with_zones else without_known_zones(text)
        return as_jcal(text) if self.data.format is DataFormat.JCAL else text

    def _expanded(self, text: str, appointment: AppointmentId | None, window: Range) -> str:
        if appointment is None:
            return expanded_from_text(text, window, self.zone, self.limit)
        rows = self.instances.get(appointment, ())
        if rows is None:
            raise TooManyInstances(_TOO_MANY)
        return expanded(_prepared(text, self.zone), [row[1:] for row in rows])


def _read(wanted: Wanted) -> DataRequest:
    if wanted.data is None:
        return DataRequest()
    try:
        return read_data(wanted.data)
    except BadData as error:
        raise _bad(error) from error


def _bad(error: BadData) -> Unmet:
    return forbidden(error.condition, str(error)) if error.condition else malformed(str(error))
