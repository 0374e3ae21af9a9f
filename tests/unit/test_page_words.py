"""Words, days and colours of the pages."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.bookings import BookingState
from server.web.pages import look
from server.web.pages.choice import Choice, Start
from server.web.pages.dates import Words, city_of, zones_by_region
from server.web.pages.strings import ENGLISH

PAGES = Path(look.__file__).parent
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
NEW_YORK = ZoneInfo("America/New_York")
_USED = re.compile(r"""(?:ENGLISH|say|words\.say)\(\s*f?["']([\w{}.]+)["']""")
_COUNTED = re.compile(r"""\.count\(\s*["'](\w+)["']""")
_QUOTED = re.compile(r"""["']([a-z]+(?:_[a-z]+)*)["']""")
NBSP = "\N{NO-BREAK SPACE}"


def sources() -> str:
    files = [*PAGES.glob("*.py"), *PAGES.glob("templates/*.html")]
    return "\n".join(one.read_text() for one in files if one.name != "strings.py")


def test_every_text_that_a_page_asks_for_is_there() -> None:
    text = sources()
    keys = {key for key in _USED.findall(text) if "{" not in key}
    assert keys - ENGLISH.texts.keys() == set()
    counted = {f"{key}_{form}" for key in _COUNTED.findall(text) for form in ("one", "many")}
    assert counted - ENGLISH.texts.keys() == set()


def test_no_text_is_kept_that_no_page_shows() -> None:
    text = sources()
    counted = {f"{key}_{form}" for key in _COUNTED.findall(text) for form in ("one", "many")}
    made = {f"state_{state}" for state in BookingState} | {
        f"{verb}_{part}"
        for verb in ("accept", "decline", "accepted", "declined")
        for part in ("title", "lead", "yes")
    }
    shown = set(_QUOTED.findall(text)) | counted | made
    assert ENGLISH.texts.keys() - shown == set()


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        ("2026-11-24T14:00:00+00:00", f"Tuesday, 24{NBSP}November, 9:00{NBSP}am"),
        ("2026-11-24T17:00:00+00:00", f"Tuesday, 24{NBSP}November, 12:00{NBSP}noon"),
        ("2026-11-24T17:30:00+00:00", f"Tuesday, 24{NBSP}November, 12:30{NBSP}pm"),
        ("2026-11-24T05:00:00+00:00", f"Tuesday, 24{NBSP}November, 12:00{NBSP}midnight"),
        ("2026-11-24T05:15:00+00:00", f"Tuesday, 24{NBSP}November, 12:15{NBSP}am"),
        ("2027-01-01T05:00:00+00:00", f"Friday, 1{NBSP}January 2027, 12:00{NBSP}midnight"),
    ],
)
def test_a_moment_is_written_for_people(moment: str, said: str) -> None:
    words = Words(ENGLISH, NEW_YORK, NOW)
    assert words.moment(datetime.fromisoformat(moment)) == said


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("America/New_York", "New York time (EST)"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires time (UTC\N{MINUS SIGN}3)"),
        ("Asia/Kathmandu", "Kathmandu time (UTC+5:45)"),
        ("UTC", "UTC"),
    ],
)
def test_a_zone_is_named_as_it_is_called_then(zone: str, said: str) -> None:
    assert Words(ENGLISH, ZoneInfo(zone), NOW).zone_at(NOW) == said


def test_zones_are_chosen_by_region() -> None:
    regions = dict(zones_by_region())
    assert ("America/New_York", "New York") in regions["America"]
    assert ("Europe/Berlin", "Berlin") in regions["Europe"]
    assert regions["UTC"] == [("UTC", "UTC")]
    assert city_of("America/Indiana/Knox") == "Knox"


COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@given(COLOURS)
def test_text_is_readable_whatever_colour_a_practice_has(colour: str) -> None:
    for grounds in (look.LIGHT_GROUNDS, look.DARK_GROUNDS):
        made = look.shades(colour, grounds)
        assert all(look.contrast(made.text, one) >= 4.5 for one in (*grounds, made.tint))
        assert look.contrast(made.on, made.text) >= 4.5


def test_contrast_is_reckoned_as_the_guidelines_do() -> None:
    assert look.contrast("#000000", "#ffffff") == pytest.approx(21)
    assert look.contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


def test_a_colour_that_is_readable_already_is_left_alone() -> None:
    assert look.shades("#2f6f6a", look.LIGHT_GROUNDS).text == "#2f6f6a"


def test_what_was_chosen_is_read_again_as_it_was_written() -> None:
    said = {
        "session": "acupfollow",
        "with": "alma",
        "day": "2026-11-24",
        "start": "20261124T140000Z~main",
        "tz": "Europe/Berlin",
    }
    assert Choice.read(said).said() == said
    assert Choice.read({"start": "20261399T140000Z~main", "day": "x"}) == Choice()
    assert Start.read("2026") is None
