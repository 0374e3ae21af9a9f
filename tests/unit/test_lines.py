"""Content lines: unfolded and taken apart, never changed (RFC 5545 3.1, 3.3.11)."""

from __future__ import annotations

import pytest

from server.domain.errors import MalformedCalendarData
from server.ics.lines import (
    Component,
    decode,
    escape,
    fold,
    name_of,
    parse,
    parse_lines,
    split,
    text_line,
    unescape,
)


def calendar(*lines: str, end: str = "\r\n") -> str:
    return end.join(("BEGIN:VCALENDAR", *lines, "END:VCALENDAR", ""))


def test_lines_are_kept_in_their_order_and_components_apart() -> None:
    root = parse(
        calendar("VERSION:2.0", "BEGIN:VEVENT", "UID:1", "BEGIN:VALARM", "END:VALARM", "X:2")
        .replace("X:2\r\n", "X:2\r\nEND:VEVENT\r\n")
        .replace("END:VCALENDAR", "Y:3\r\nEND:VCALENDAR")
    )
    assert root.lines == ["VERSION:2.0", "Y:3"]
    (event,) = root.children
    assert event == Component("VEVENT", ["UID:1", "X:2"], [Component("VALARM")])
    assert list(event.written()) == [
        "BEGIN:VEVENT",
        "UID:1",
        "X:2",
        "BEGIN:VALARM",
        "END:VALARM",
        "END:VEVENT",
    ]


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r\r\n", "\r\n\r\n", "\n\n"])
def test_lines_end_in_many_ways(end: str) -> None:
    assert parse(calendar("X:a", "Y:b", end=end)).lines == ["X:a", "Y:b"]


@pytest.mark.parametrize(
    ("folded", "whole"),
    [
        ("X:one\r\n  two", "X:one two"),
        ("X:one\r\n\ttwo", "X:onetwo"),
        ("X:one\n two\r\n three", "X:onetwothree"),
        ("DESCRIP\r\n TION:x", "DESCRIPTION:x"),
    ],
)
def test_folded_lines_are_unfolded(folded: str, whole: str) -> None:
    assert parse(calendar(folded)).lines == [whole]


@pytest.mark.parametrize(
    "wild", ["\x00", "\x07", "\x0b", "\x0c", "\x1b", "\x7f", "\ufffe", "\uffff", "\ud800", "\r"]
)
def test_characters_that_no_reader_takes_are_dropped(wild: str) -> None:
    assert parse(calendar(f"SUMMARY:Jane{wild}Doe")).lines == ["SUMMARY:JaneDoe"]


@pytest.mark.parametrize("kept", ["\t", "\x85", "\u2028", "\xa0", "\u202e", "\U0001f512"])
def test_other_characters_do_not_end_a_line(kept: str) -> None:
    assert parse(calendar(f"SUMMARY:Jane{kept}Doe")).lines == [f"SUMMARY:Jane{kept}Doe"]


def test_names_are_read_in_any_case_and_kept_as_written() -> None:
    root = parse("begin:vcalendar\r\nbegin:Vevent\r\nuid:1\r\nend:VEVENT\r\nend:vcalendar\r\n")
    (event,) = root.children
    assert (event.name, event.lines) == ("VEVENT", ["uid:1"])
    uid = event.first("UID")
    assert uid is not None
    assert uid.value == "1"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\r\n",
        "hello",
        "X:1",
        "BEGIN:VCALENDAR",
        "END:VCALENDAR",
        "BEGIN:VCALENDAR\r\nEND:VEVENT\r\n",
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nEND:VCALENDAR\r\nEND:VEVENT\r\n",
        "BEGIN:VEVENT\r\nEND:VEVENT\r\n",
        "X:1\r\nBEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
        "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\nBEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
        "BEGIN:VCALENDAR\r\nno colon\r\nEND:VCALENDAR\r\n",
        " BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
        "<html><body>Sign in</body></html>",
    ],
)
def test_what_is_not_one_calendar_is_malformed(text: str) -> None:
    with pytest.raises(MalformedCalendarData):
        parse(text)


def test_a_fault_is_named_by_its_line_and_tells_nothing_of_the_text() -> None:
    with pytest.raises(MalformedCalendarData) as refusal:
        parse(calendar("VERSION:2.0", "Jane Doe"))
    assert refusal.value.sentence == "Content line 3 has no colon."


def test_a_missing_end_tells_nothing_of_the_text() -> None:
    with pytest.raises(MalformedCalendarData) as refusal:
        parse("BEGIN:VCALENDAR\r\nBEGIN:Jane Doe\r\n")
    assert "jane" not in refusal.value.sentence.lower()


def test_components_nest_as_deep_as_any_app_nests_them_and_no_deeper() -> None:
    def nested(depth: int) -> str:
        return calendar(*["BEGIN:X"] * depth, *["END:X"] * depth)

    assert parse(nested(5)).children
    with pytest.raises(MalformedCalendarData, match="nests too deeply"):
        parse(nested(6))


@pytest.mark.parametrize(
    ("raw", "name", "params", "value"),
    [
        ("SUMMARY:a:b;c", "SUMMARY", {}, "a:b;c"),
        ("summary;language=en:a", "SUMMARY", {"LANGUAGE": "en"}, "a"),
        ('X;ALTREP="http://x:1/a;b,c":v', "X", {"ALTREP": "http://x:1/a;b,c"}, "v"),
        ("X;A=1,2:v", "X", {"A": "1,2"}, "v"),
        ("X;A=:v", "X", {"A": ""}, "v"),
        ("X;A=b^nc^'d:v", "X", {"A": 'b\nc"d'}, "v"),
        ("X_FOO;A_B=1:v", "X_FOO", {"A_B": "1"}, "v"),
        ("X;A=1;A=2:v", "X", {"A": "2"}, "v"),
        ("X:", "X", {}, ""),
        ("URL;VALUE=URI:https://x/?a=%2C%3B", "URL", {"VALUE": "URI"}, "https://x/?a=%2C%3B"),
        (r"X;A=1:a\,b\\n", "X", {"A": "1"}, r"a\,b\\n"),
    ],
)
def test_a_line_is_taken_apart(raw: str, name: str, params: dict[str, str], value: str) -> None:
    assert split(raw) == (name, params, value)


@pytest.mark.parametrize("raw", ["X;A:v", 'X;A=":v', ";A=b:v", "X;=1:v"])
def test_a_line_without_sense_is_malformed(raw: str) -> None:
    with pytest.raises(MalformedCalendarData):
        split(raw)


@pytest.mark.parametrize("language", ["", ";LANGUAGE=en"])
def test_escapes_are_undone_once_with_and_without_parameters(language: str) -> None:
    line = split(rf"SUMMARY{language}:a\, b\; c\nd\Ne \\new \q")
    assert line.text == "a, b; c\nd\ne \\new q"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a,b;c\\d", r"a\,b\;c\\d"),
        ("one\ntwo", r"one\ntwo"),
        ("one\r\ntwo", r"one\ntwo"),
        ('colon: "quotes"', 'colon: "quotes"'),
    ],
)
def test_text_is_escaped(text: str, value: str) -> None:
    assert escape(text) == value
    assert text_line("NOTE", text) == f"NOTE:{value}"
    assert unescape(value) == text.replace("\r\n", "\n")


def test_a_trailing_backslash_stands_for_itself() -> None:
    assert unescape("a\\") == "a\\"


def test_of_two_lines_of_one_name_the_last_counts() -> None:
    part = Component("VEVENT", ["X-A:1", "x-a:2", "X-AB:3"])
    last = part.first("X-A")
    assert last is not None
    assert last.value == "2"
    assert [line.value for line in part.all("X-A")] == ["1", "2"]
    assert part.first("X-B") is None


@pytest.mark.parametrize(
    ("raw", "name"), [("SUMMARY;X=1:a", "SUMMARY"), ("x-foo:a", "X-FOO"), (":a", ""), ("", "")]
)
def test_the_name_of_a_line_is_upper_case(raw: str, name: str) -> None:
    assert name_of(raw) == name


def test_long_lines_are_folded_at_75_octets() -> None:
    folded = fold(["A" * 75, "B" * 76, "C:" + "\u00e9" * 60, "D:" + "\U0001f512" * 40])
    pieces = folded.encode().split(b"\r\n")
    assert pieces.pop() == b""
    assert all(len(piece) <= 75 for piece in pieces)
    assert all(piece.decode() for piece in pieces)
    assert pieces[0] == b"A" * 75


def test_nothing_is_an_empty_line() -> None:
    assert fold([]) == "\r\n"


@pytest.mark.parametrize(
    ("body", "charset", "text"),
    [
        ("J\u00e4ne".encode(), "utf-8", "J\u00e4ne"),
        ("J\u00e4ne".encode(), "", "J\u00e4ne"),
        ("J\u00e4ne".encode("latin-1"), "iso-8859-1", "J\u00e4ne"),
        ("\ufeffJ\u00e4ne".encode(), "utf-8", "J\u00e4ne"),
        ("J\u00e4ne".encode("utf-16"), "UTF-16", "J\u00e4ne"),
    ],
)
def test_a_body_is_decoded_without_its_byte_order_mark(
    body: bytes, charset: str, text: str
) -> None:
    assert decode(body, charset) == text


@pytest.mark.parametrize(
    ("body", "charset"),
    [
        (b"\xff\xfe\xfd", "utf-8"),
        (b"x", "klingon"),
        (b"x", "hex"),
        (b"x", "undefined"),
        (b"\xff", "idna"),
        (b"x", "a\0b"),
    ],
)
def test_a_body_that_is_not_text_of_its_charset_is_malformed(body: bytes, charset: str) -> None:
    with pytest.raises(MalformedCalendarData):
        decode(body, charset)


def test_stored_lines_are_read_as_components() -> None:
    first, second = parse_lines(["BEGIN:A", "X:1", "END:A", "BEGIN:B", "END:B"])
    assert (first.name, first.lines, second.name) == ("A", ["X:1"], "B")
    assert parse_lines([]) == []
