"""Colours of the practice as the names that calendar apps know (RFC 7986 5.9, CSS3)."""

from __future__ import annotations

from functools import lru_cache

import webcolors  # type: ignore[import-untyped]  # ships no types


@lru_cache(maxsize=1024)
def nearest_name(colour: str) -> str:
    """Return the CSS3 name nearest to ``#rrggbb``; a colour that cannot be read is ``gray``."""
    try:
        wanted = webcolors.hex_to_rgb(colour)
    except ValueError:
        return "gray"

    def distance(name: str) -> int:
        known = webcolors.name_to_rgb(name)
        return sum((one - other) ** 2 for one, other in zip(wanted, known, strict=True))

    names: list[str] = webcolors.names("css3")
    return min(names, key=distance)
