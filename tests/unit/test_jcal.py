"""jCal (RFC 7265): what iCalendar text is as JSON, and back without loss."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from icalendar import Calendar

from server.domain.errors import MalformedCalendarData
from server.ics.jcal import as_jcal, from_jcal
from server.ics.lines import decode
from tests.system.events import unfolded, vcalendar, vevent

CORPUS = sorted((Path(__file__).parents[1] / "corpus" / "ics").glob("*.ics"))


def text_of(*lines: str) -> str:
    return vcalendar(vevent("one", "", [], *lines))


def properties(text: str) -> list[object]:
    """Return the properties of the first event behind UID and DTSTAMP."""
    return list(json.loads(as_jcal(text))[2][0][1][2:])


def line_of(*document: object) -> str:
    """Return a property as it is written."""
    body = ["vcalendar", [], [["vevent", [list(document)], []]]]
    return unfolded(from_jcal(json.dumps(body)))[2]


def test_an_object_is_nested_lists() -> None:
    alarm = ("BEGIN:VALARM", "ACTION:AUDIO", "END:VALARM")
    assert json.loads(as_jcal(text_of(*alarm))) == [
        "vcalendar",
        [
            ["version", {}, "text", "2.0"],
            ["prodid", {}, "text", "-//Invented//App 1.0//EN"],
        ],
        [
            [
                "vevent",
                [
                    ["uid", {}, "text", "one"],
                    ["dtstamp", {}, "date-time", "2026-01-01T00:00:00Z"],
                ],
                [["valarm", [["action", {}, "text", "AUDIO"]], []]],
            ]
        ],
    ]


FORMS: list[tuple[str, list[object]]] = [
    ("DTSTART;VALUE=DATE:20261124", ["dtstart", {}, "date", "2026-11-24"]),
    (
        "DTSTART;TZID=Europe/Berlin:20261124T140000",
        ["dtstart", {"tzid": "Europe/Berlin"}, "date-time", "2026-11-24T14:00:00"],
    ),
    (
        "EXDATE:20261124T140000Z,20261125T140000Z",
        ["exdate", {}, "date-time", "2026-11-24T14:00:00Z", "2026-11-25T14:00:00Z"],
    ),
    (
        "RDATE;VALUE=PERIOD:20261124T140000Z/PT1H",
        ["rdate", {}, "period", ["2026-11-24T14:00:00Z", "PT1H"]],
    ),
    (
        "FREEBUSY:20261124T140000Z/20261124T150000Z",
        ["freebusy", {}, "period", ["2026-11-24T14:00:00Z", "2026-11-24T15:00:00Z"]],
    ),
    (
        "RRULE:FREQ=WEEKLY;UNTIL=20261124;BYDAY=MO,-1TU;INTERVAL=2;X-A=3",
        [
            "rrule",
            {},
            "recur",
            {
                "freq": "WEEKLY",
                "until": "2026-11-24",
                "byday": ["MO", "-1TU"],
                "interval": 2,
                "x-a": "3",
            },
        ],
    ),
    (
        "SUMMARY;LANGUAGE=de:\u00c4\\, b\\;\\n\\\\",
        ["summary", {"language": "de"}, "text", "Ä, b;\n\\"],
    ),
    ("CATEGORIES:a,b\\,c,", ["categories", {}, "text", "a", "b,c", ""]),
    ("GEO:37.5;-122.25", ["geo", {}, "float", [37.5, -122.25]]),
    ("REQUEST-STATUS:2.0;Fine\\;;", ["request-status", {}, "text", ["2.0", "Fine;", ""]]),
    ("PRIORITY:3", ["priority", {}, "integer", 3]),
    ("TZOFFSETTO:-0530", ["tzoffsetto", {}, "utc-offset", "-05:30"]),
    ("TZOFFSETTO:+001730", ["tzoffsetto", {}, "utc-offset", "+00:17:30"]),
    ("DURATION:-P1W", ["duration", {}, "duration", "-P1W"]),
    (
        'ATTENDEE;CN="A, B";MEMBER="mailto:a","mailto:b":mailto:c',
        [
            "attendee",
            {"cn": "A, B", "member": ["mailto:a", "mailto:b"]},
            "cal-address",
            "mailto:c",
        ],
    ),
    ("X-A:a\\,b,c;d", ["x-a", {}, "unknown", "a\\,b,c;d"]),
    ("X-A;VALUE=TEXT:a\\,b,c", ["x-a", {}, "text", "a,b", "c"]),
    ("X-A;VALUE=BOOLEAN:TRUE", ["x-a", {}, "boolean", True]),
    ("X-A;VALUE=TIME:140000Z", ["x-a", {}, "time", "14:00:00Z"]),
    ("X-A;X-B=^n^'^^:1", ["x-a", {"x-b": '\n"^'}, "unknown", "1"]),
    ("X-A;X-B=:1", ["x-a", {"x-b": ""}, "unknown", "1"]),
    (
        "ATTACH;ENCODING=BASE64;VALUE=BINARY:aGFsbG8=",
        ["attach", {"encoding": "BASE64"}, "binary", "aGFsbG8="],
    ),
]
ODD: list[tuple[str, list[object] | None]] = [
    ("DTSTART:20261124", ["dtstart", {}, "date", "2026-11-24"]),
    ("DTSTART:some day", ["dtstart", {}, "unknown", "some day"]),
    ("TRIGGER:20261124T140000Z", ["trigger", {}, "unknown", "20261124T140000Z"]),
    ("DURATION:pt1h", ["duration", {}, "duration", "PT1H"]),
    ("RRULE:often", ["rrule", {}, "unknown", "often"]),
    ("RRULE:FREQ=DAILY;FREQ=WEEKLY", ["rrule", {}, "unknown", "FREQ=DAILY;FREQ=WEEKLY"]),
    ("PRIORITY;VALUE=INTEGER:high", ["priority", {}, "integer", "high"]),
    ("RDATE;VALUE=PERIOD:20261124T140000Z", ["rdate", {}, "period", "20261124T140000Z"]),
    ("X-A;VALUE=BOOLEAN:maybe", ["x-a", {}, "boolean", "maybe"]),
    ("X_A:1", ["x_a", {}, "unknown", "1"]),
    (";X-A=1:nameless", None),
]


@pytest.mark.parametrize(("line", "document"), [*FORMS, *ODD])
def test_each_property_has_its_form(line: str, document: list[object] | None) -> None:
    assert properties(text_of(line)) == ([] if document is None else [document])


@pytest.mark.parametrize("line", [line for line, _ in FORMS])
def test_each_form_comes_back_as_it_was(line: str) -> None:
    came_back = unfolded(from_jcal(as_jcal(text_of(line))))[6]
    head, _, value = came_back.partition(":")
    assert value == line.partition(":")[2]
    assert sorted(head.split(";")) == sorted(line.partition(":")[0].split(";"))


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_every_object_of_the_corpus_comes_back_in_the_same_json(path: Path) -> None:
    document = as_jcal(decode(path.read_bytes()))
    assert as_jcal(from_jcal(document)) == document


@pytest.mark.filterwarnings("ignore::icalendar.error.GloballyUniqueTZIDGuessed")
@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_another_library_reads_our_json(path: Path) -> None:
    document = as_jcal(decode(path.read_bytes()))
    theirs = Calendar.from_jcal(document)
    assert isinstance(theirs, Calendar)
    uids = [str(part["UID"]) for part in theirs.subcomponents if "UID" in part]
    assert all(f'"{uid}"' in document for uid in uids)
    assert uids


@pytest.mark.parametrize(
    ("document", "line"),
    [
        (("summary", {}, "text", "a\r\nb"), "SUMMARY:a\\nb"),
        (("SUMMARY", {"Language": "de"}, "TEXT", "a"), "SUMMARY;LANGUAGE=de:a"),
        (("x-a", {"x-b": ["a:b", 3, True]}, "unknown", "1"), 'X-A;X-B="a:b",3,True:1'),
        (("x-a", {}, "integer", 10**20), "X-A;VALUE=INTEGER:100000000000000000000"),
        (("x-a", {}, "float", 1e-7), "X-A;VALUE=FLOAT:0.0000001"),
        (("x-a", {}, "boolean", False), "X-A;VALUE=BOOLEAN:FALSE"),
        (("attach", {}, "binary", "aA=="), "ATTACH;VALUE=BINARY;ENCODING=BASE64:aA=="),
        (("dtstart", {}, "date-time", "20261124T140000Z"), "DTSTART:20261124T140000Z"),
        (("summary", {}, "text", "a\ud800\u0000b"), "SUMMARY:ab"),
        (
            ("rrule", {}, "recur", {"freq": "DAILY", "byhour": [9, 10]}),
            "RRULE:FREQ=DAILY;BYHOUR=9,10",
        ),
    ],
)
def test_json_of_others_is_written_as_the_standard_says(
    document: tuple[object, ...], line: str
) -> None:
    assert line_of(*document) == line


@pytest.mark.parametrize(
    "document",
    [
        (),
        ("summary", {}, "text"),
        ("summary", [], "text", "a"),
        ("summary", {}, 1, "a"),
        (1, {}, "text", "a"),
        ("summary", {}, "text", None),
        ("summary", {}, "text", [["a"]]),
        ("rrule", {}, "recur", {"freq": {"a": 1}}),
        ("begin", {}, "text", "VALARM"),
        ("END", {}, "text", "VEVENT"),
        ("x a\r\nb", {}, "text", "a"),
        ("x:a", {}, "text", "a"),
        ("", {}, "text", "a"),
        ("x-a", {"b\n": "1"}, "text", "a"),
        ("x-a", {"b": None}, "text", "a"),
        ("x-a", {"b": {"c": 1}}, "text", "a"),
        ("x-a", {}, "x\ny", "a"),
        ("x-a", {}, "unknown", "a\r\nEND:VEVENT"),
        ("x-a", {}, "uri", "a\nb"),
    ],
)
def test_a_property_that_is_none_is_refused(document: tuple[object, ...]) -> None:
    with pytest.raises(MalformedCalendarData):
        line_of(*document)


NESTED = '["vcalendar",[],[' * 9 + "]]" * 9


@pytest.mark.parametrize(
    "body",
    [
        "",
        "BEGIN:VCALENDAR",
        "{}",
        "[]",
        '"vcalendar"',
        '["vcalendar",[]]',
        '["vcalendar",[],{}]',
        '["vevent",[],[]]',
        '[["vcalendar",[],[]]]',
        '["vcalendar",[["x-a",{},"float",NaN]],[]]',
        "[" * 200_000,
        NESTED,
    ],
    ids=lambda body: body[:20],
)
def test_a_body_that_is_no_jcal_is_refused(body: str) -> None:
    with pytest.raises(MalformedCalendarData):
        from_jcal(body)


def test_text_that_is_no_calendar_has_no_json() -> None:
    with pytest.raises(MalformedCalendarData):
        as_jcal("BEGIN:VCALENDAR\r\n")
