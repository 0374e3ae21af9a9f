"""One request of a signed-in user, as the methods read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from server.caldav.answers import Unmet, malformed
from server.caldav.environment import charset_of
from server.caldav.xml_in import MalformedXml, read_xml
from server.domain.calendars import BOXES
from server.domain.practice import User
from server.storage_plugin.paths import Target, segments_of

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from server.ics.view import View
    from server.storage_plugin.house import House
    from server.storage_plugin.rights import Rights

OBJECT_SEGMENTS = 3
CALENDAR_SEGMENTS = 2


@dataclass(frozen=True)
class Request:
    """The WSGI environment, the practice, who asks, and the path within the calendar space.

    ``base`` is the path under which the server is shown, "" for the root; ``path`` is decoded,
    without it, and free of ``..``.
    """

    environ: Mapping[str, Any] = field(repr=False)
    house: House = field(repr=False)
    rights: Rights = field(repr=False)
    user: User
    base: str
    path: str

    @property
    def method(self) -> str:
        """The method in upper case."""
        return str(self.environ["REQUEST_METHOD"]).upper()

    @cached_property
    def segments(self) -> list[str]:
        """The path's segments: user, calendar, object."""
        return segments_of(self.path)

    @property
    def is_object(self) -> bool:
        """Whether the path is that of an object in a calendar, which it has no slash after."""
        return len(self.segments) == OBJECT_SEGMENTS and not self.path.endswith("/")

    @property
    def is_calendar(self) -> bool:
        """Whether the path is that of a calendar, with or without a slash after it."""
        return len(self.segments) == CALENDAR_SEGMENTS

    @property
    def is_in_box(self) -> bool:
        """Whether the path is that of the scheduling inbox or outbox, or lies in it."""
        return len(self.segments) >= CALENDAR_SEGMENTS and self.segments[1] in BOXES

    @cached_property
    def target(self) -> Target | None:
        """The calendar that the path is about or lies in, None where there is none."""
        if len(self.segments) < CALENDAR_SEGMENTS or self.is_in_box:
            return None
        return self.house.target(self.segments[0], self.segments[1])

    @property
    def collection(self) -> str:
        """The path of the calendar as apps know it, with base and with a slash after."""
        return f"{self.base}/{'/'.join(self.segments[:CALENDAR_SEGMENTS])}/"

    @property
    def own_path(self) -> str:
        """The path as apps know it, as it was asked for."""
        return f"{self.base}{self.path}"

    @property
    def home(self) -> str:
        """The path of the user's home, which is the principal too."""
        return f"{self.base}/{self.user.name}/"

    def header(self, name: str) -> str:
        """Return a request header, "" where it is missing."""
        return str(self.environ.get(f"HTTP_{name.upper().replace('-', '_')}", "")).strip()

    def depth(self, missing: str) -> str:
        """Return Depth: 0, 1 or infinity (RFC 4918 10.2); raises Unmet for anything else."""
        said = self.header("Depth").lower() or missing
        if said not in ("0", "1", "infinity"):
            raise Unmet(
                HTTPStatus.BAD_REQUEST, "{urn:x-praxical:dav}depth", "Depth is unknown."
            )
        return said

    @property
    def wants_minimal(self) -> bool:
        """Whether properties that are not there need not be named (RFC 8144 2.1, Brief)."""
        preferred = [word.strip().lower() for word in self.header("Prefer").split(",")]
        return "return=minimal" in preferred or self.header("Brief").lower() == "t"

    @cached_property
    def body(self) -> bytes:
        """The body; raises Unmet if it is shorter than announced."""
        length = int(self.environ.get("CONTENT_LENGTH") or 0)
        read: bytes = self.environ["wsgi.input"].read(length) if length else b""
        if len(read) < length:
            raise malformed("The body is shorter than announced.")
        return read

    @property
    def charset(self) -> str:
        """The charset of the body."""
        return charset_of(self.environ).lower()

    @cached_property
    def xml(self) -> Element | None:
        """The body's root element, None for no body; raises Unmet for what is not XML."""
        try:
            return read_xml(self.body, self.charset)
        except MalformedXml as error:
            raise malformed("The body is not XML that is read here.") from error

    @cached_property
    def letters(self) -> str:
        """What the user may do here, in the host's letters."""
        return self.rights.authorization(self.user.name, set(), self.path)

    def may_write(self, path: str | None = None) -> bool:
        """Whether the user may write objects here, or at another path."""
        if path is None:
            return "w" in self.letters
        return "w" in self.rights.authorization(self.user.name, set(), path)

    def view(self, target: Target) -> View:
        """Return how the user sees a calendar."""
        return self.house.view(target)
