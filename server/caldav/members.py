"""DAV:response elements of a calendar's objects: listings, and objects with their texts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from server.caldav.object_properties import Template, template
from server.caldav.xml_out import escape, path_text

if TYPE_CHECKING:
    from server.caldav.request import Request
    from server.caldav.wanted import Wanted
    from server.domain.calendars import StoredObject
    from server.domain.ids import AppointmentId
    from server.storage_plugin.paths import Target
    from server.usecases.ports import Row

_PLAIN_HREFS: Final = re.compile(r"[A-Za-z0-9._~\n-]*")
_ROWS_AT_ONCE: Final = 1_000
_OBJECTS_AT_ONCE: Final = 400

Shape = Callable[[str, "AppointmentId | None"], str]
"""Gives calendar-data for a text, from behind its name: attributes, bracket and content."""


@dataclass(frozen=True, slots=True)
class Members:
    """Writes the responses of one calendar's objects for one request."""

    request: Request
    target: Target
    template: Template

    @classmethod
    def of(
        cls, request: Request, target: Target, wanted: Wanted, *, with_data: bool = True
    ) -> Members:
        """Return the writer of the properties wanted; PROPFIND knows no calendar-data."""
        asked = wanted if with_data else replace(wanted, data=None)
        collection = _in_xml(f"{request.base}/{target.path}/")
        return cls(request, target, template(request, target, asked, collection))

    def path_of(self, href: str) -> str:
        """Return the path of an object as apps know it."""
        return f"{self.request.base}/{self.target.path}/{href}"

    def names(self) -> list[str]:
        """Return the names of all objects."""
        with self.request.house.reading(self.target) as reading:
            return [str(row[0]) for row in reading.listing(("href",))]

    def listing(self, only: frozenset[str] | None = None) -> Iterator[str]:
        """Yield the responses of every object, or of some, many at once and without texts."""
        with self.request.house.reading(self.target) as reading:
            rows = reading.listing(("href", *self.template.fields))
        if only is not None:
            rows = [row for row in rows if row[0] in only]
        for begin in range(0, len(rows), _ROWS_AT_ONCE):
            yield self.rows(rows[begin : begin + _ROWS_AT_ONCE])

    def rows(self, rows: Sequence[Row]) -> str:
        """Return the responses of rows: the href, then the template's fields."""
        text, shown = self.template.text, self.template.shown
        rows = in_xml(rows)
        if self.template.is_direct:
            return "".join([text % row for row in rows])
        return "".join(
            [
                text
                % (row[0], *(show(value) for show, value in zip(shown, row[1:], strict=True)))
                for row in rows
            ]
        )

    def pages(
        self, hrefs: Sequence[str], *, with_texts: bool
    ) -> Iterator[Sequence[StoredObject]]:
        """Yield these objects, so many at a time that the memory they take is bounded.

        All but the first may be read after the request's transaction: each is then read in one
        of its own, and what has been deleted meanwhile is left out. Without texts they are
        those of the owner, which are nobody else's to see.
        """
        for begin in range(0, len(hrefs), _OBJECTS_AT_ONCE):
            asked = hrefs[begin : begin + _OBJECTS_AT_ONCE]
            with self.request.house.reading(self.target) as reading:
                page = reading.objects(asked) if with_texts else reading.stored(asked)
            yield page

    def written(self, objects: Sequence[StoredObject], shape: Shape | None) -> str:
        """Return the responses of objects, with calendar-data if there is a shape for it."""
        made = self.template
        if shape is None:
            fields = ("href", *made.fields)
            return self.rows([tuple([_value(one, name) for name in fields]) for one in objects])
        seen = [(one.href, one.revision) for one in objects]
        self.request.house.note_seen(self.target, seen)
        steps = tuple(zip(made.fields, made.shown, strict=True))
        return "".join(
            [
                made.text
                % (
                    _in_xml(one.href),
                    *[show(_value(one, name)) for name, show in steps],
                    shape(one.text, one.appointment),
                )
                for one in objects
            ]
        )


def in_xml(rows: Sequence[Row]) -> Sequence[Row]:
    """Return rows whose first field, an href, is as it stands in XML."""
    if _PLAIN_HREFS.fullmatch("\n".join([row[0] for row in rows])):
        return rows
    return [(_in_xml(row[0]), *row[1:]) for row in rows]


def _in_xml(path: str) -> str:
    return escape(path_text(path))


def _value(one: StoredObject, name: str) -> object:
    return len(one.text.encode()) if name == "size" else getattr(one, name)
