"""What every answer has to be, whatever was asked: no failure of the server, well formed."""

from __future__ import annotations

import gzip
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tests.property.fuzz.words import SECRET
from tests.system.phone import DAV

_FAILURE = 500
_BODILESS = (204, 304)
_TOKEN = re.compile(r"urn:x-praxical:sync:[^<\"&]+")
_TAG = re.compile(r'"[^"<>\s]{1,80}"')
_ONLY = re.compile(r"[\x20-\x7e\x80-\xff\t]*")


class Wrong(AssertionError):
    """An answer that no request may have."""


@dataclass(frozen=True)
class Answered:
    """An answer as the HTTP server gets it."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @classmethod
    def of(
        cls, status: str, headers: list[tuple[str, str]], parts: Iterable[bytes]
    ) -> Answered:
        """Return the answer; raises Wrong for what is no HTTP."""
        if not re.fullmatch(r"[1-5][0-9]{2} \S.*", status):
            raise Wrong(f"status {status!r}")
        for name, value in headers:
            if not _ONLY.fullmatch(name + value):
                raise Wrong(f"header {name!r}: {value!r}")
        named = {name.lower(): value for name, value in headers}
        return cls(int(status[:3]), named, b"".join(parts))

    @property
    def plain(self) -> bytes:
        """The body as it was before it was compressed."""
        coded = self.headers.get("content-encoding") == "gzip" and self.body
        return gzip.decompress(self.body) if coded else self.body

    @property
    def tokens(self) -> list[str]:
        """The sync tokens that it names."""
        return _TOKEN.findall(self.plain.decode("utf-8", "replace"))[:3]

    @property
    def tags(self) -> list[str]:
        """The entity tags that it names."""
        said = self.headers.get("etag", "")
        found = re.findall(r"getetag>([^<]+)<", self.plain.decode("utf-8", "replace"))
        return [tag for tag in (said, *found[:2]) if _TAG.fullmatch(tag)]


def judge(answered: Answered, method: str, user: str) -> None:
    """Raise Wrong unless the answer is one that a request may have."""
    if answered.status >= _FAILURE:
        raise Wrong(f"status {answered.status}")
    length = answered.headers.get("content-length")
    if method == "HEAD" or answered.status in _BODILESS:
        if answered.body:
            raise Wrong("a body where none may be")
    elif length is not None and int(length) != len(answered.body):
        raise Wrong("another length than announced")
    if user == "theo" and SECRET.encode() in answered.plain:
        raise Wrong("a client's name is told to a colleague")
    if answered.body:
        _read(answered, answered.headers.get("content-type", ""))


def _read(answered: Answered, kind: str) -> None:
    """Raise Wrong for a body that is not what its type says."""
    body = answered.plain
    if "xml" in kind:
        _read_xml(body, answered.status)
    elif kind.startswith("text/calendar"):
        text = body.decode("utf-8").lstrip("\ufeff \r\n").upper()
        if not text.startswith("BEGIN:VCALENDAR"):
            raise Wrong("no iCalendar")
    elif kind.startswith("application/calendar+json"):
        if json.loads(body)[0] != "vcalendar":
            raise Wrong("no jCal")
    elif not kind:
        raise Wrong("a body without a type")


def _read_xml(body: bytes, status: int) -> None:
    try:
        root = ET.fromstring(body)  # noqa: S314 - our own server's answer
    except ET.ParseError as error:
        raise Wrong(f"no XML: {error}") from error
    names = {
        207: (f"{DAV}multistatus",),
        201: (f"{DAV}mkcol-response", "{urn:ietf:params:xml:ns:caldav}mkcalendar-response"),
    }
    if status in names and root.tag not in names[status]:
        raise Wrong(f"{status} with {root.tag}")
    if root.tag != f"{DAV}multistatus":
        return
    for response in root.findall(f"{DAV}response"):
        _check(response)


def _check(response: ET.Element) -> None:
    """Raise Wrong for what is no DAV:response (RFC 4918 14.24)."""
    hrefs = response.findall(f"{DAV}href")
    said, properties = response.find(f"{DAV}status"), response.findall(f"{DAV}propstat")
    if len(hrefs) != 1 or (said is None) is not bool(properties):
        raise Wrong(f"a response that is none: {ET.tostring(response)[:300]!r}")
    for one in properties:
        if one.find(f"{DAV}prop") is None or one.find(f"{DAV}status") is None:
            raise Wrong("a propstat that is none")
