"""Texts as X12 files can hold them: the basic characters, and none that separate fields."""

from __future__ import annotations

import re
import unicodedata

# Capital letters, digits and marks of the basic set. What our files separate fields, parts of
# fields, repetitions and segments by (* : ^ ~) is not among them.
_OTHERS = re.compile(r"[^A-Z0-9 !\"&'()+,./;?=-]")
_GAPS = re.compile(r" +")
# Letters that do not fall apart into a plain one and a mark.
_LATIN = str.maketrans(
    {
        "Æ": "AE",
        "Ð": "D",
        "Đ": "D",
        "Ħ": "H",
        "Ł": "L",
        "Ø": "O",
        "Œ": "OE",
        "Þ": "TH",
        "ẞ": "SS",
        "Ŋ": "N",
        "\N{RIGHT SINGLE QUOTATION MARK}": "'",
        "\N{LEFT SINGLE QUOTATION MARK}": "'",
        "\N{HYPHEN}": "-",
        "\N{EN DASH}": "-",
    }
)


def basic(text: str, at_most: int | None = None) -> str:
    """Return the text in capital Latin letters without accents, cut to a length.

    What cannot be written so is left out; a text in another script comes back empty.
    """
    bare = unicodedata.normalize("NFKD", text.upper().translate(_LATIN))
    kept = _GAPS.sub(" ", _OTHERS.sub("", bare)).strip()
    return kept[:at_most].rstrip()
