"""A calendar app as the server meets it: raw HTTP requests of one signed-in device."""

from __future__ import annotations

import base64
import gzip
import http.client
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from tests.system.events import edited, unfolded, without

DAV = "{DAV:}"
CALDAV = "{urn:ietf:params:xml:ns:caldav}"
CALENDARSERVER = "{http://calendarserver.org/ns/}"
APPLE = "{http://apple.com/ns/ical/}"
PRAXICAL = "{urn:x-praxical:dav}"
NAMESPACES = (
    'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" '
    'xmlns:S="http://calendarserver.org/ns/" xmlns:A="http://apple.com/ns/ical/"'
)
ICALENDAR = "text/calendar; charset=utf-8"


@dataclass(frozen=True)
class Answer:
    """Status, headers by lower-case name, and body of one answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text, as it came."""
        return self.body.decode()

    @property
    def etag(self) -> str | None:
        """The entity tag of the answer, None where there is none."""
        return self.headers.get("etag")

    @property
    def lines(self) -> list[str]:
        """The content lines of a calendar object, unfolded."""
        return unfolded(self.text)

    @cached_property
    def xml(self) -> ET.Element:
        """The body as XML."""
        return ET.fromstring(self.body)  # noqa: S314 - our own server's answer

    @property
    def condition(self) -> str:
        """The name of the condition in a DAV:error, "" where there is none."""
        if not self.body.startswith(b"<?xml") or self.xml.tag != f"{DAV}error":
            return ""
        return self.xml[0].tag.rpartition("}")[2]

    @property
    def sentence(self) -> str:
        """What DAV:responsedescription says to a person."""
        return self.xml.findtext(f"{DAV}responsedescription") or ""

    @cached_property
    def responses(self) -> dict[str, ET.Element]:
        """The responses of a multistatus by href."""
        found = self.xml.findall(f"{DAV}response")
        return {one.findtext(f"{DAV}href") or "": one for one in found}

    def property_of(self, href: str, name: str) -> ET.Element | None:
        """Return a property of a response that was found (200), by Clark name."""
        for propstat in self.responses[href].findall(f"{DAV}propstat"):
            if " 200 " in (propstat.findtext(f"{DAV}status") or ""):
                return propstat.find(f"{DAV}prop/{name}")
        return None

    def says(self, line: str) -> bool:
        """Whether one of the content lines is exactly this one."""
        return line in self.lines

    def value(self, name: str) -> str | None:
        """Return the value of the last content line of this name, as it is written."""
        found = [
            line.partition(":")[2] for line in self.lines if re.match(rf"{name}[;:]", line)
        ]
        return found[-1] if found else None


Send = Callable[[str, str, bytes, Mapping[str, str]], Answer]
"""Sends method, target, body and headers, and returns the answer."""


_wires: list[Wire] = []


def hang_up() -> None:
    """Close every connection that was opened."""
    while _wires:
        _wires.pop().close()


@dataclass
class Wire:
    """One kept-alive connection to a server on this machine, opened when it is needed."""

    port: int
    _connection: http.client.HTTPConnection | None = None

    def send(self, method: str, target: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Send one request; a connection that the server has closed is opened again."""
        try:
            return self._send(method, target, body, headers)
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            self.close()
            return self._send(method, target, body, headers)

    def _send(
        self, method: str, target: str, body: bytes, headers: Mapping[str, str]
    ) -> Answer:
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            # Here, not when it is made: one that was hung up may be used again.
            _wires.append(self)
        self._connection.request(method, target, body, dict(headers))
        answer = self._connection.getresponse()
        named = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, named, _decoded(answer.read(), named))

    def close(self) -> None:
        """Close the connection; the next request opens another."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None


def _decoded(body: bytes, headers: Mapping[str, str]) -> bytes:
    """Undo the coding that the request has allowed."""
    packed = headers.get("content-encoding") == "gzip" and body
    return gzip.decompress(body) if packed else body


@dataclass
class Phone:
    """A device of a user; paths are from the root, or names in the device's own calendar."""

    send: Send
    user: str = ""
    secret: str = ""
    calendar: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    def request(
        self, method: str, path: str, body: str | bytes = b"", **headers: str
    ) -> Answer:
        """Send a request; ``If_Match`` stands for the header If-Match."""
        sent = body.encode() if isinstance(body, str) else body
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.send(
            method, self.path(path), sent, {**self._signed(), **self.headers, **named}
        )

    def path(self, path: str) -> str:
        """Return the path of an object in the own calendar, or a whole path as it is."""
        return path if path.startswith("/") else f"{self.calendar}{path}"

    def _signed(self) -> dict[str, str]:
        if not self.user:
            return {}
        pair = base64.b64encode(f"{self.user}:{self.secret}".encode()).decode()
        return {"Authorization": f"Basic {pair}"}

    def put(self, path: str, text: str | bytes, **headers: str) -> Answer:
        """PUT a calendar object."""
        return self.request("PUT", path, text, **{"Content_Type": ICALENDAR, **headers})

    def edit(
        self, path: str, *changes: tuple[str, str], drop: tuple[str, ...] = (), **headers: str
    ) -> Answer:
        """GET an object, replace texts, leave out lines that begin so, PUT it with If-Match."""
        shown = self.get(path)
        text = edited(without(shown.text, *drop) if drop else shown.text, *changes)
        return self.put(path, text, **{"If_Match": shown.etag or "", **headers})

    def get(self, path: str, **headers: str) -> Answer:
        """GET an object."""
        return self.request("GET", path, **headers)

    def delete(self, path: str, **headers: str) -> Answer:
        """DELETE an object or a calendar."""
        return self.request("DELETE", path, **headers)

    def move(self, path: str, to: str, **headers: str) -> Answer:
        """MOVE an object."""
        destination = f"https://cal.practice.example{self.path(to)}"
        return self.request("MOVE", path, **{"Destination": destination, **headers})

    def propfind(self, path: str, *names: str, depth: int = 0) -> Answer:
        """PROPFIND the named properties (``D:displayname``), or all where none is named."""
        asked = "".join(f"<{name}/>" for name in names)
        inner = f"<D:prop>{asked}</D:prop>" if names else "<D:allprop/>"
        body = f"<D:propfind {NAMESPACES}>{inner}</D:propfind>"
        return self.request("PROPFIND", path, body, Depth=str(depth), Content_Type="text/xml")

    def proppatch(self, path: str, inner: str) -> Answer:
        """PROPPATCH; ``inner`` is what stands inside of D:set and D:prop."""
        body = (
            f"<D:propertyupdate {NAMESPACES}><D:set><D:prop>{inner}</D:prop></D:set>"
            "</D:propertyupdate>"
        )
        return self.request("PROPPATCH", path, body, Content_Type="text/xml")

    def report(self, path: str, body: str, **headers: str) -> Answer:
        """REPORT on a calendar."""
        return self.request("REPORT", path, body, **{"Content_Type": "text/xml", **headers})

    def sync(self, path: str = "", token: str = "") -> Synced:
        """Ask for the changes since a token (RFC 6578)."""
        body = (
            f"<D:sync-collection {NAMESPACES}><D:sync-token>{token}</D:sync-token>"
            "<D:sync-level>1</D:sync-level><D:prop><D:getetag/></D:prop></D:sync-collection>"
        )
        return Synced(self.report(path, body))

    def multiget(self, path: str, *hrefs: str) -> Answer:
        """Ask for the text and entity tag of some objects (RFC 4791 7.9)."""
        named = "".join(f"<D:href>{self.path(href)}</D:href>" for href in hrefs)
        body = (
            f"<C:calendar-multiget {NAMESPACES}><D:prop><D:getetag/><C:calendar-data/></D:prop>"
            f"{named}</C:calendar-multiget>"
        )
        return self.report(path, body)

    def query(self, path: str, start: str = "", end: str = "", data: str = "") -> Answer:
        """Ask for the events of a time range, UTC as ``20260601T000000Z`` (RFC 4791 7.8)."""
        bounds = (f' start="{start}"' if start else "") + (f' end="{end}"' if end else "")
        ranged = f"<C:time-range{bounds}/>" if bounds else ""
        body = (
            f"<C:calendar-query {NAMESPACES}><D:prop><D:getetag/>"
            f"<C:calendar-data>{data}</C:calendar-data></D:prop>"
            '<C:filter><C:comp-filter name="VCALENDAR">'
            f'<C:comp-filter name="VEVENT">{ranged}</C:comp-filter></C:comp-filter></C:filter>'
            "</C:calendar-query>"
        )
        return self.report(path, body)

    def mkcalendar(self, path: str, *components: str) -> Answer:
        """Make a calendar for these components (RFC 4791 5.3.1)."""
        named = "".join(f'<C:comp name="{name}"/>' for name in components)
        listed = f"<C:supported-calendar-component-set>{named}" if components else ""
        closing = "</C:supported-calendar-component-set>" if components else ""
        body = (
            f"<C:mkcalendar {NAMESPACES}><D:set><D:prop><D:displayname>Mine</D:displayname>"
            f"{listed}{closing}</D:prop></D:set></C:mkcalendar>"
        )
        return self.request("MKCALENDAR", path, body, Content_Type="text/xml")


@dataclass(frozen=True)
class Synced:
    """The answer to a sync-collection."""

    answer: Answer

    @property
    def token(self) -> str:
        """The new token."""
        return self.answer.xml.findtext(f"{DAV}sync-token") or ""

    @property
    def there(self) -> dict[str, str]:
        """The entity tags of what was made or changed, by the last segment of the href."""
        return {
            href.rpartition("/")[2]: one.findtext(f"{DAV}propstat/{DAV}prop/{DAV}getetag") or ""
            for href, one in self.answer.responses.items()
            if one.find(f"{DAV}propstat") is not None
        }

    @property
    def gone(self) -> set[str]:
        """The last segments of the hrefs of what was removed."""
        return {
            href.rpartition("/")[2]
            for href, one in self.answer.responses.items()
            if " 404 " in (one.findtext(f"{DAV}status") or "")
        }
