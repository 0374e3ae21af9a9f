"""Read a TOML file as far as it can be read, and say in which line everything stands."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field

_AT_LINE = re.compile(r"\s*\(at line (\d+), column \d+\)")
_HEADER = re.compile(r"\s*\[+\s*([^\]]+?)\s*\]")
_KEY = re.compile(r"""\s*["']?([\w.-]+)["']?\s*=""")
_MALFORMED_AT_MOST = 50
_LOST = "malformed header in line "


@dataclass(frozen=True, slots=True)
class TomlFile:
    """What a file says, where it says it, and the lines that are not TOML.

    ``lines`` maps "section" and "section.key" to line numbers from 1.
    """

    values: Mapping[str, object] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)
    malformed: tuple[tuple[int, str], ...] = ()


def read_toml(text: str) -> TomlFile:
    """Read TOML; a malformed line is noted and skipped, so that all mistakes show at once."""
    lines = text.splitlines()
    malformed: list[tuple[int, str]] = []
    while True:
        try:
            values = tomllib.loads("\n".join(lines))
        except tomllib.TOMLDecodeError as error:
            number, what = _place(error, len(lines))
            malformed.append((number, what))
            if len(malformed) >= _MALFORMED_AT_MOST or not lines[number - 1].strip():
                return TomlFile(malformed=tuple(malformed))
            lines[number - 1] = _instead_of(lines[number - 1], number)
        else:
            kept = {name: value for name, value in values.items() if not name.startswith(_LOST)}
            return TomlFile(kept, _places(lines), tuple(malformed))


def _place(error: tomllib.TOMLDecodeError, last: int) -> tuple[int, str]:
    message = str(error)
    found = _AT_LINE.search(message)
    what = _AT_LINE.sub("", message).replace(" (at end of document)", "")
    return min(int(found[1]) if found else last, last), what[:1].lower() + what[1:]


def _instead_of(line: str, number: int) -> str:
    # The keys below a malformed header must not fall to the section above it.
    return f'["{_LOST}{number}"]' if line.lstrip().startswith("[") else ""


def _places(lines: list[str]) -> dict[str, int]:
    places: dict[str, int] = {}
    section = ""
    for number, line in enumerate(lines, 1):
        if header := _HEADER.match(line):
            section = header[1].strip("\"'") + "."
            places.setdefault(section[:-1], number)
        elif key := _KEY.match(line):
            places.setdefault(section + key[1], number)
    return places
