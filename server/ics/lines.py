"""Content lines and components as they were written: only unfolded (RFC 5545 3.1)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from icalendar.parser import Contentline

from server.domain.errors import MalformedCalendarData

_NAME = re.compile(r"[^;:]*")
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]|\r(?!\n)")
_NOT_OF_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_BREAK = re.compile("\r?\n")
# A line goes on after a break and a blank; several breaks before it are an app's mistake.
_FOLD = re.compile(r"(?:(?<!\n)\r\n|(?<![\r\n])\n)(?:\r?\n)*[ \t]")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_TO_ESCAPE = re.compile(r"([\\;,])")
_NESTED_AT_MOST = 6


class Line(NamedTuple):
    """A content line taken apart; parameter names are upper case."""

    name: str
    params: dict[str, str]
    value: str

    @property
    def text(self) -> str:
        """The value as TEXT, with its escapes undone (RFC 5545 3.3.11)."""
        return unescape(self.value)


@dataclass(slots=True)
class Component:
    """BEGIN to END: content lines in their order, nested components apart."""

    name: str
    lines: list[str] = field(default_factory=list)
    children: list[Component] = field(default_factory=list)
    _named: dict[str, list[str]] = field(default_factory=dict, init=False, compare=False)

    def __post_init__(self) -> None:
        for raw in self.lines:
            self._named.setdefault(name_of(raw), []).append(raw)

    def add(self, name: str, raw: str) -> None:
        """Add a content line, whose upper-case name is known already."""
        self.lines.append(raw)
        self._named.setdefault(name, []).append(raw)

    @property
    def names(self) -> Iterable[str]:
        """The names of its properties, each once."""
        return self._named

    def written(self) -> Iterator[str]:
        """Yield the content lines from BEGIN to END."""
        yield f"BEGIN:{self.name}"
        yield from self.lines
        for child in self.children:
            yield from child.written()
        yield f"END:{self.name}"

    def first(self, name: str) -> Line | None:
        """Return the last line of this name: of two with one name the last counts."""
        found = self._named.get(name)
        return split(found[-1]) if found else None

    def all(self, name: str) -> list[Line]:
        """Return every line of this name."""
        return [split(raw) for raw in self._named.get(name, ())]


def unescape(value: str) -> str:
    """Return TEXT as a person reads it (RFC 5545 3.3.11)."""
    if "\\" not in value:
        return value
    return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], value)


def escape(text: str) -> str:
    """Return a text as a TEXT value (RFC 5545 3.3.11)."""
    return _TO_ESCAPE.sub(r"\\\1", text).replace("\r\n", "\n").replace("\n", "\\n")


def name_of(raw: str) -> str:
    """Return the upper-case property name of a content line."""
    match = _NAME.match(raw)
    return match[0].upper() if match else ""


def split(raw: str) -> Line:
    """Take a content line apart; raises MalformedCalendarData if it cannot be."""
    head, _, value = raw.partition(":")
    name, *parameters = head.split(";")
    plain = name and '"' not in head and "^" not in head
    if plain and all(one.find("=") > 0 for one in parameters):
        pairs = (one.partition("=") for one in parameters)
        return Line(name.upper(), {key.upper(): held for key, _, held in pairs}, value)
    return _split_quoted(raw)


def _split_quoted(raw: str) -> Line:
    """Take apart a line whose parameters are quoted or encoded (RFC 5545 3.1, RFC 6868)."""
    name = name_of(raw)
    try:
        _, params, value = _content_line(raw).raw_parts()
    except ValueError as error:
        raise MalformedCalendarData(
            f"The line of property {name[:40]} cannot be read."
        ) from error
    return Line(name, {key.upper(): _flat(held) for key, held in params.items()}, str(value))


def _content_line(raw: str) -> Contentline:
    return Contentline(raw)  # type: ignore[no-untyped-call]  # the library's


def _flat(value: object) -> str:
    return ",".join(str(item) for item in value) if isinstance(value, list) else str(value)


def decode(body: bytes, charset: str = "utf-8") -> str:
    """Return the body as text; raises MalformedCalendarData.

    Left out are the byte order mark and what XML cannot carry: one such character in an object
    would make every report unreadable that serves it.
    """
    try:
        text = body.decode(charset or "utf-8")
    except (ValueError, LookupError) as error:
        raise MalformedCalendarData(f"The body is not {charset[:20]} text.") from error
    text = text.removeprefix("\ufeff")
    return _NOT_OF_XML.sub("", text) if _NOT_OF_XML.search(text) else text


def unfolded(text: str) -> str:
    """Return a text whose content lines are in one piece each (RFC 5545 3.1)."""
    return _FOLD.sub("", text)


def parse(text: str) -> Component:
    """Read one VCALENDAR; raises MalformedCalendarData naming the line at fault.

    Characters that neither iCalendar nor XML can carry are dropped.
    """
    if _UNFIT.search(text):
        text = _UNFIT.sub("", text)
    # Not by the library, which makes an object of each line: that takes five times as long.
    lines = _BREAK.split(unfolded(text))
    root = Component("")
    stack = [root]
    for number, raw in enumerate(filter(None, lines), 1):
        if raw.strip():
            _take(raw, number, stack)
    if len(stack) != 1:
        raise MalformedCalendarData("A component has no END.")
    if len(root.children) != 1 or root.children[0].name != "VCALENDAR" or root.lines:
        raise MalformedCalendarData("The body is not exactly one VCALENDAR.")
    return root.children[0]


def _take(raw: str, number: int, stack: list[Component]) -> None:
    head, colon, value = raw.partition(":")
    if not colon:
        raise MalformedCalendarData(f"Content line {number} has no colon.")
    name = head.partition(";")[0].upper()
    if name == "BEGIN":
        if len(stack) > _NESTED_AT_MOST:
            raise MalformedCalendarData(f"Content line {number} nests too deeply.")
        child = Component(value.strip().upper())
        stack[-1].children.append(child)
        stack.append(child)
    elif name == "END":
        if stack[-1].name != value.strip().upper() or len(stack) == 1:
            raise MalformedCalendarData(f"Content line {number} ends what was not begun.")
        stack.pop()
    else:
        stack[-1].add(name, raw)


def parse_lines(lines: Sequence[str]) -> list[Component]:
    """Read components from stored content lines, of which we know that they are balanced."""
    root = Component("")
    stack = [root]
    for number, raw in enumerate(lines, 1):
        _take(raw, number, stack)
    return root.children


def text_line(name: str, value: str) -> str:
    """Return ``NAME:value`` with the value escaped as TEXT."""
    return f"{name}:{escape(value)}"


def fold(lines: Iterable[str]) -> str:
    """Join content lines with CRLF, folded at 75 octets without breaking a character."""
    return "\r\n".join([_folded(line) for line in lines]) + "\r\n"


def _folded(line: str) -> str:
    if len(line) <= 75 and line.isascii():  # noqa: PLR2004 - RFC 5545 3.1
        return line
    folded: bytes = _content_line(line).to_ical()  # type: ignore[no-untyped-call]  # the library's
    return folded.decode()
