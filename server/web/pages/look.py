"""The practice's colour, made so that text stays readable in light and in dark (WCAG 1.4.3)."""

from __future__ import annotations

import colorsys
from dataclasses import dataclass
from typing import Final

_TEXT: Final = 4.5
"""The least contrast of text (WCAG 2.2, 1.4.3)."""
_WHITE: Final = "#ffffff"
_INK: Final = "#10151c"
LIGHT_GROUNDS: Final = ("#ffffff", "#f5f6f8")
DARK_GROUNDS: Final = ("#1b222c", "#12171e")
_STEPS: Final = 100
_TINT: Final = 0.12
USUAL: Final = "#2f6f6a"


@dataclass(frozen=True, slots=True)
class Shades:
    """One colour for one background: as text and surface, ``on`` for text on that surface.

    ``tint`` is a surface that has a breath of it.
    """

    text: str
    on: str
    tint: str


def luminance(colour: str) -> float:
    """Return the relative luminance of ``#rrggbb``, 0 to 1 (WCAG 2.2, definitions)."""
    parts = []
    for at in (1, 3, 5):
        share = int(colour[at : at + 2], 16) / 255
        linear = share <= 0.04045  # noqa: PLR2004 - where sRGB begins to bend
        parts.append(share / 12.92 if linear else ((share + 0.055) / 1.055) ** 2.4)
    red, green, blue = parts
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 to 21 (WCAG 2.2, definitions)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def readable(colour: str, grounds: tuple[str, ...]) -> str:
    """Return the colour, as much darker or lighter as text on all the grounds needs."""
    darker = all(luminance(ground) > luminance(_INK) * 8 for ground in grounds)
    target = 0.0 if darker else 1.0
    for step in range(_STEPS + 1):
        shade = _towards(colour, target, step / _STEPS)
        if all(contrast(shade, ground) >= _TEXT for ground in grounds):
            return shade
    return _INK if darker else _WHITE


def _towards(colour: str, lightness: float, share: float) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    hue, light, saturation = colorsys.rgb_to_hls(red, green, blue)
    mixed = colorsys.hls_to_rgb(hue, light + (lightness - light) * share, saturation)
    return "#" + "".join(f"{round(part * 255):02x}" for part in mixed)


def shades(colour: str, grounds: tuple[str, ...]) -> Shades:
    """Return the colour as it is used on these grounds."""
    tint = _mixed(grounds[0], colour, _TINT)
    text = readable(colour, (*grounds, tint))
    return Shades(text, max((_WHITE, _INK), key=lambda on: contrast(text, on)), tint)


def _mixed(ground: str, colour: str, share: float) -> str:
    pairs = ((int(ground[at : at + 2], 16), int(colour[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(one + (other - one) * share):02x}" for one, other in pairs)


def stylesheet(colour: str) -> str:
    """Return the style sheet that brings the practice's colour, light and dark."""
    light, dark = shades(colour, LIGHT_GROUNDS), shades(colour, DARK_GROUNDS)
    return (
        f":root{{{_variables(light)}}}\n"
        f"@media (prefers-color-scheme:dark){{:root{{{_variables(dark)}}}}}\n"
    )


def _variables(made: Shades) -> str:
    return f"--accent:{made.text};--on-accent:{made.on};--tint:{made.tint}"
