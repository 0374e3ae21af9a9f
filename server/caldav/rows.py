"""DAV:response elements straight from the database's rows: objects as they are stored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from server.caldav.members import Members, in_xml
from server.caldav.xml_out import escape_fast

if TYPE_CHECKING:
    from server.caldav.calendar_data import Shaper
    from server.usecases.ports import Row

_AT_ONCE: Final = 400
_OWN: Final = ("href", "revision", "appointment_id")
_BETWEEN: Final = "\0"
"""Stands in no stored text, which could not be XML then."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Writes the responses of rows: what is always read, the template's fields, the text."""

    members: Members
    shaper: Shaper | None

    @classmethod
    def of(cls, members: Members, shaper: Shaper | None) -> Rows | None:
        """Return the writer, None for fields that want rewriting or a viewer with own texts."""
        with members.request.house.reading(members.target) as reading:
            served = reading.serves_stored_text or shaper is None
        return cls(members, shaper) if served and members.template.is_direct else None

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that a row has to have."""
        text = () if self.shaper is None else ("text",)
        return (*_OWN, *self.members.template.fields, *text)

    def of_hrefs(self, hrefs: Sequence[str], found: set[str]) -> Iterator[str]:
        """Yield the responses of these objects, so many at a time that memory is bounded.

        The names of those that are there go to ``found``.
        """
        for begin in range(0, len(hrefs), _AT_ONCE):
            with self.members.request.house.reading(self.members.target) as reading:
                rows = reading.rows(self.fields, hrefs[begin : begin + _AT_ONCE])
            found.update([row[0] for row in rows])
            yield self.written(rows)

    def written(self, rows: Sequence[Row]) -> str:
        """Return the responses of rows."""
        text, skip = self.members.template.text, len(_OWN)
        if self.shaper is None:
            return "".join([text % (row[0], *row[skip:]) for row in in_xml(rows)])
        seen = [row[:2] for row in rows]
        self.members.request.house.note_seen(self.members.target, seen)
        pairs = zip(in_xml(rows), _data(rows, self.shaper), strict=True)
        return "".join([text % (row[0], *row[skip:-1], data) for row, data in pairs])


def _data(rows: Sequence[Row], shaper: Shaper) -> Sequence[str]:
    """Return calendar-data of each row, from behind the name of the element."""
    if not shaper.is_plain:
        return [shaper.shape(row[-1], row[2]) for row in rows]
    if not rows:
        return ()
    # All at one go: most texts hold nothing that has to be escaped.
    joined = escape_fast(_BETWEEN.join([row[-1] for row in rows]))
    return (">" + joined.replace(_BETWEEN, f"{_BETWEEN}>")).split(_BETWEEN)
