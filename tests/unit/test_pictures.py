"""The pictures in the documents are what their script draws."""

from __future__ import annotations

import runpy
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "howto" / "pictures"
SCRIPT = runpy.run_path(str(FOLDER / "bookable_hours.py"))


@pytest.mark.parametrize("name", SCRIPT["PICTURES"])
def test_a_picture_is_as_it_was_drawn_last(name: str) -> None:
    title, boxes = SCRIPT["PICTURES"][name]
    text = (FOLDER / name).read_text(encoding="utf-8")
    assert text == SCRIPT["picture"](title, boxes)
    # It says what it shows, and asks nobody for anything.
    picture = ET.fromstring(text)  # noqa: S314 - our own
    assert picture.findtext(f"{{{SCRIPT['SPACE']}}}title") == title
    assert "url(" not in text
    assert "href" not in text
