"""Descriptions: a note for the practice, and the block of lines under it."""

from __future__ import annotations

import time

import pytest

from server.ics.description_block import join_description, split_description

BLOCK = "Bring the file.\n\n-- practice --\nroom: room-2\ninstructions: Use the back door."


def note_of(text: str) -> str:
    note, block = split_description(text)
    assert not block
    return note


def test_a_text_without_the_marker_is_a_note() -> None:
    assert split_description("  room: here\n\nis fine \n") == ("room: here\n\nis fine", {})
    assert split_description("") == ("", {})


def test_the_lines_under_the_marker_are_the_block() -> None:
    assert split_description(BLOCK) == (
        "Bring the file.",
        {"room": "room-2", "instructions": "Use the back door."},
    )


def test_a_block_is_written_as_it_is_read() -> None:
    assert join_description(*split_description(BLOCK)) == BLOCK
    assert join_description("", {"fee": "40.00"}) == "-- practice --\nfee: 40.00"
    assert join_description("Only a note", {}) == "Only a note"
    assert join_description("", {}) == ""


def test_keys_are_written_in_one_order_and_values_on_one_line() -> None:
    block = {"fee": "40", "client": "C1001", "instructions": "first\nsecond", "odd": "x"}
    assert join_description("", block) == (
        "-- practice --\nclient: C1001\ninstructions: first second\nfee: 40"
    )


def test_an_emptied_line_is_known_as_such() -> None:
    text = join_description("", {"room": ""})
    assert text == "-- practice --\nroom:"
    assert split_description(text) == ("", {"room": ""})


@pytest.mark.parametrize(
    "marker",
    [
        "-- practice --",
        "--Practice--",
        "— practice —",
        "  -  PRACTICE - ",
        "\u2013practice\u2013",
    ],
)
def test_the_marker_is_known_as_keyboards_change_it(marker: str) -> None:
    assert split_description(f"A\n{marker}\nWITH : Kim: 2") == ("A", {"with": "Kim: 2"})


def test_unknown_lines_of_a_block_stay_text() -> None:
    text = "A\n-- practice --\ncolour: red\nroom: 1\n\nSee you\n-- practice --\nRoom: 2"
    assert split_description(text) == ("A\ncolour: red\n\nSee you", {"room": "2"})


def test_html_becomes_plain_lines() -> None:
    assert (
        note_of("<p>Jane &amp; John</p><p>come <b>early</b></p>") == "Jane & John\ncome early"
    )
    assert note_of("one<br>two<BR/>\nthree") == "one\ntwo\nthree"
    assert note_of("<html-blob>a<br><br><br><br>b</html-blob>") == "a\n\nb"
    assert note_of("<ul><li>file</li><li>card</li></ul>") == "- file\n- card"
    assert note_of("<div>a<div>b</div></div><!-- c -->d&nbsp;e") == "a\nb\nd e"
    assert note_of("Tom &amp;amp; Ann") == "Tom & Ann"
    assert note_of("Tom &amp;amp;amp;amp; Ann") == "Tom &amp; Ann"


def test_a_block_in_html_is_read() -> None:
    link = "<a href='https://x.example/a'>https://x.example/a</a>"
    text = f"Hello<br>-- practice --<br>room: room-2<br>url: {link}"
    assert split_description(text) == (
        "Hello",
        {"room": "room-2", "url": "https://x.example/a"},
    )


@pytest.mark.parametrize(
    ("html", "note"),
    [
        ('<a href="https://x.example/">the form</a>', "the form (https://x.example/)"),
        ('<a href="https://x.example/">x.example</a>', "x.example"),
        ('<a href="javascript:a()">click</a>', "click"),
        ("<a>nowhere</a></a>", "nowhere"),
    ],
)
def test_a_link_keeps_where_it_leads(html: str, note: str) -> None:
    assert note_of(html) == note


@pytest.mark.parametrize(
    "text",
    [
        "weight < 60 and > 50",
        "see <https://x.example/?a=1&b=2>",
        "mail <jane@example.com>",
        "AT&T &c. a<b",
        "{curly} \\back",
    ],
)
def test_plain_text_that_resembles_markup_is_left_alone(text: str) -> None:
    assert note_of(text) == text


def test_what_is_no_tag_survives_among_tags() -> None:
    assert (
        note_of("<b>mail</b> <jane@example.com> if x <y") == "mail <jane@example.com> if x <y"
    )


def test_rich_text_becomes_plain_lines() -> None:
    rtf = (
        r"{\rtf1\ansi{\fonttbl{\f0 Calibri;}}{\*\generator Word;}{\colortbl;\red0;}"
        "\r\n"
        r"\plain\f0 Ren\'e9e \b early\b0\par \u8217?s \{file\}\tab a\~b\emdash c"
        r"\-d\\e\_f\u55357?\u56832?\par}"
    )
    assert note_of(rtf) == "Renée early\n\u2019s {file}\ta b—cd\\e-f😀"


def test_broken_rich_text_still_gives_its_words() -> None:
    assert note_of(r"{\rtf1 }}}words\'e9 {{{\* hidden \u99999 x") == "wordsé"


def test_control_and_bidi_characters_go_but_lines_and_tabs_stay() -> None:
    assert note_of("a\x00b\tc\r\nd\re\u2028f\u202eg\ufeff\ud800") == "ab\tc\nd\ne\nfg"


def test_a_note_is_cut_at_8_kib_between_characters() -> None:
    note = note_of("é" * 5000)
    assert note == "é" * 4096
    assert note_of("a" + "é" * 5000) == "a" + "é" * 4095


def test_a_long_note_does_not_hide_the_block_under_it() -> None:
    note, block = split_description("n" * 20_000 + "\n-- practice --\nroom: " + "r" * 5000)
    assert len(note) == 8192
    assert block == {"room": "r" * 2048}


@pytest.mark.parametrize(
    "piece",
    ["<b", "<!--", "&amp;", "&amp;amp;", " ", "-", "<a href='", "\n", "{\\rtf1{\\*", "<br>\t"],
)
def test_huge_and_hostile_descriptions_take_little_time(piece: str) -> None:
    started = time.perf_counter()
    split_description(piece * 1_000_000)
    assert time.perf_counter() - started < 5
