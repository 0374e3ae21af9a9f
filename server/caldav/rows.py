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
    from server.usecases.read_calendar import Reading

AT_ONCE: Final = 400
_OWN: Final = ("href", "revision", "appointment_id")
_SHAPED: Final = "<C:calendar-data%s</"
_WHOLE: Final = "<C:calendar-data>%s</"


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
        shaped = self.shaper is not None and not self.shaper.is_plain
        text = ("text",) if shaped else ()
        return (*_OWN, *self.members.template.fields, *text)

    def of_hrefs(self, hrefs: Sequence[str], found: set[str]) -> Iterator[str]:
        """Yield the responses of these objects, so many at a time that memory is bounded.

        The names of those that are there go to ``found``.
        """
        for begin in range(0, len(hrefs), AT_ONCE):
            with self.members.request.house.reading(self.members.target) as reading:
                rows = reading.rows(self.fields, hrefs[begin : begin + AT_ONCE])
                written = self.written(reading, rows)
            found.update([row[0] for row in rows])
            yield written

    def written(self, reading: Reading, rows: Sequence[Row]) -> str:
        """Return the responses of rows that were read in this transaction."""
        text, skip = self.members.template.text, len(_OWN)
        if self.shaper is None:
            return "".join([text % (row[0], *row[skip:]) for row in in_xml(rows)])
        seen = [row[:2] for row in rows]
        self.members.request.house.note_seen(self.members.target, seen)
        if self.shaper.is_plain:
            text = text.replace(_SHAPED, _WHOLE)
            pairs = zip(in_xml(rows), self._texts(reading, rows), strict=True)
            return "".join([text % (row[0], *row[skip:], data) for row, data in pairs])
        shape = self.shaper.shape
        return "".join(
            [
                text % (href[0], *row[skip:-1], shape(row[-1], row[2]))
                for href, row in zip(in_xml(rows), rows, strict=True)
            ]
        )

    def _texts(self, reading: Reading, rows: Sequence[Row]) -> Sequence[str]:
        """Return the texts as character data; most are known from an earlier answer."""
        known, calendar = self.members.request.house.texts, reading.calendar.id
        keys = [(calendar, row[0], row[1]) for row in rows]
        texts = [known.get(key) for key in keys]
        missing = [key[1] for key, text in zip(keys, texts, strict=True) if text is None]
        if not missing:
            return [text for text in texts if text is not None]
        read = {
            row[0]: escape_fast(row[2])
            for row in reading.rows(("href", "revision", "text"), missing)
        }
        made = [
            read[key[1]] if text is None else text
            for key, text in zip(keys, texts, strict=True)
        ]
        known.keep(zip(keys, made, strict=True))
        return made
