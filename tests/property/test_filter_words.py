"""What is told of a text before it is parsed loses no match."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from server.ics.filter_matching import matches
from server.ics.filter_words import holds_words
from server.ics.filters import Collation, CompFilter, PropFilter, TextMatch
from server.ics.lines import fold, parse, text_line

ZONE = ZoneInfo("America/New_York")
LETTERS = st.text("abAB kK\u212a\u017fßİéE .,;\\\n\t1-", max_size=12)
WORDS = st.builds(TextMatch, LETTERS, st.sampled_from(Collation), st.booleans())
PROPS = st.builds(
    PropFilter,
    st.sampled_from(("SUMMARY", "LOCATION")),
    is_not_defined=st.booleans(),
    text=st.none() | WORDS,
)


@given(LETTERS, LETTERS, st.lists(PROPS, max_size=2), st.booleans(), st.integers(0, 400))
def test_an_object_that_matches_is_never_passed_over(
    title: str, place: str, props: list[PropFilter], needless: bool, fold_at: int
) -> None:
    lines = ["BEGIN:VEVENT", text_line("SUMMARY", title), text_line("LOCATION", place)]
    text = fold(["BEGIN:VCALENDAR", *lines, "END:VEVENT", "END:VCALENDAR"])
    if needless:
        text = text.replace("a", "\\a")
    text = refolded(text, fold_at)
    event = CompFilter("VEVENT", props=tuple(props))
    wanted = CompFilter("VCALENDAR", comps=(event,))
    assert holds_words(wanted, text) or not matches(wanted, parse(text), ZONE)


def refolded(text: str, at: int) -> str:
    """Return the text folded once more in the middle of a line."""
    at = min(at, len(text) - 2)
    inside = text[at - 1 : at + 1].strip("\r\n \t")
    return f"{text[:at]}\r\n {text[at:]}" if len(inside) > 1 else text
