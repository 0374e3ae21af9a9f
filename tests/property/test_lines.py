"""Content lines: what is folded is unfolded again, whatever stands in the line."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from server.domain.errors import MalformedCalendarData
from server.ics.lines import decode, escape, fold, parse, split, text_line, unescape

# Without what a parser must drop: controls but TAB, lone surrogates, two non-characters.
LETTERS = st.characters(
    exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"
) | st.just("\t")
TEXTS = st.text(LETTERS, max_size=300)
NAMES = st.from_regex(r"X-[A-Z0-9][A-Z0-9-]{0,20}", fullmatch=True)
PARAMETER = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters='"\\^\ufffe\uffff'),
    max_size=40,
)


@st.composite
def lines(draw: st.DrawFn) -> str:
    parameters = draw(st.dictionaries(NAMES, PARAMETER, max_size=3))
    said = "".join(f';{name}="{value}"' for name, value in parameters.items())
    return f"{draw(NAMES)}{said}:{draw(TEXTS)}"


@given(st.lists(lines(), max_size=12))
def test_folded_lines_come_back_as_they_were(written: list[str]) -> None:
    whole = ["BEGIN:VCALENDAR", *written, "END:VCALENDAR"]
    body = fold(whole).encode()
    assert all(len(piece) <= 75 for piece in body.split(b"\r\n"))
    assert parse(decode(body)).lines == written


@given(NAMES, st.dictionaries(NAMES, PARAMETER, max_size=3), TEXTS)
def test_a_line_is_taken_apart_into_what_it_was_made_of(
    name: str, parameters: dict[str, str], value: str
) -> None:
    said = "".join(f';{key}="{held}"' for key, held in parameters.items())
    assert split(f"{name}{said}:{value}") == (name, parameters, value)


@given(TEXTS)
def test_text_comes_back_from_its_escaped_form(text: str) -> None:
    assert unescape(escape(text)) == text
    assert split(text_line("NOTE", text)).text == text
    assert split(f"NOTE;LANGUAGE=en:{escape(text)}").text == text


@given(st.binary(max_size=400), st.sampled_from(["utf-8", "latin-1", "utf-16", "utf-7", "x"]))
def test_no_body_is_anything_but_read_or_refused(body: bytes, charset: str) -> None:
    refused = False
    try:
        parse(decode(body, charset))
    except MalformedCalendarData:
        refused = True
    assert refused or body
