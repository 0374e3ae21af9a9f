"""A whole iCalendar file is cut into objects that each stand alone, and put together again."""

from __future__ import annotations

import pytest

from server.domain.errors import MalformedCalendarData
from server.ics.calendar_file import FileObject, objects_in, whole_calendar

ZONE = """\
BEGIN:VTIMEZONE
TZID:{name}
BEGIN:STANDARD
DTSTART:19700101T000000
TZOFFSETFROM:{offset}
TZOFFSETTO:{offset}
END:STANDARD
END:VTIMEZONE
"""


def vevent(uid: str, *lines: str) -> str:
    said = "".join(f"{line}\n" for line in (f"UID:{uid}", *lines) if line != "UID:")
    return f"BEGIN:VEVENT\n{said}END:VEVENT\n"


def calendar(*parts: str, ending: str = "\r\n") -> bytes:
    text = "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x//y//EN\n" + "".join(parts)
    return f"{text}END:VCALENDAR\n".replace("\n", ending).encode()


def cut(body: bytes) -> list[FileObject]:
    return objects_in(body.splitlines(keepends=True))


def test_parts_of_one_uid_are_one_object_wherever_they_stand() -> None:
    body = calendar(vevent("a", "SUMMARY:1"), vevent("b"), vevent("a", "SUMMARY:2"))
    first, second = cut(body)
    assert (first.uid, first.lines, second.uid, second.lines) == ("a", (4, 11), "b", (8,))
    assert first.text.count("BEGIN:VEVENT") == 2
    assert "SUMMARY:1" in first.text
    assert "SUMMARY:2" in first.text
    assert first.text.startswith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\n")
    assert first.text.endswith("END:VEVENT\r\nEND:VCALENDAR\r\n")


def test_an_object_gets_the_zones_that_it_names_and_no_others() -> None:
    here = ZONE.format(name="Here", offset="+0100")
    there = ZONE.format(name="There", offset="+0200")
    body = calendar(
        vevent("a", "DTSTART;TZID=Here:20270101T100000"),
        here,
        there,
        vevent("b", 'DTSTART;VALUE=DATE-TIME;TZID="There":20270101T100000'),
        vevent("c", "DTSTART:20270101T100000Z", "DESCRIPTION:x;TZID=Here:y"),
    )
    zones = {one.uid: one.text.count("BEGIN:VTIMEZONE") for one in cut(body)}
    assert zones == {"a": 1, "b": 1, "c": 0}
    assert "TZID:There" in cut(body)[1].text


@pytest.mark.parametrize("ending", ["\r\n", "\n"])
def test_folds_are_undone_also_inside_of_a_character(ending: str) -> None:
    body = calendar(vevent("a", "SUMMARY:Zoë Plum"), ending=ending)
    folded = body.replace("ë".encode(), b"\xc3" + ending.encode() + b" \xab")
    assert "SUMMARY:Zoë Plum" in cut(folded)[0].text


def test_a_byte_order_mark_and_control_characters_do_no_harm() -> None:
    (one,) = cut(b"\xef\xbb\xbf" + calendar(vevent("a", "SUMMARY:x\0\x1by")))
    assert "SUMMARY:xy\r\n" in one.text


def test_what_the_calendar_says_of_itself_is_left_out() -> None:
    (one,) = cut(calendar("METHOD:PUBLISH\n", "X-WR-CALNAME:Old\n", vevent("a")))
    assert "METHOD" not in one.text
    assert "X-WR-CALNAME" not in one.text


def test_several_calendars_in_one_file_have_zones_of_their_own() -> None:
    start = "DTSTART;TZID=Here:20270101T100000"
    one = calendar(ZONE.format(name="Here", offset="+0100"), vevent("a", start))
    other = calendar(ZONE.format(name="Here", offset="+0900"), vevent("b", start))
    first, second = cut(one + b"\r\n" + other)
    assert "+0100" in first.text
    assert "+0900" in second.text


def test_an_alarm_s_uid_is_not_the_event_s() -> None:
    alarm = "BEGIN:VALARM\nUID:alarm\nACTION:DISPLAY\nEND:VALARM"
    (one,) = cut(calendar(vevent("a", alarm)))
    assert one.uid == "a"
    assert "UID:alarm" in one.text


def test_an_event_without_a_uid_gets_the_same_one_each_time() -> None:
    stamps = [f"DTSTAMP:2026010{day}T000000Z" for day in "12"]
    first, second = (cut(calendar(vevent("", "SUMMARY:x", stamp)))[0] for stamp in stamps)
    assert first.uid == second.uid
    assert f"BEGIN:VEVENT\r\nUID:{first.uid}\r\n" in first.text


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "The file is empty"),
        (b"hello\r\n", "Line 1 stands outside"),
        (b"BEGIN:VEVENT\r\nEND:VEVENT\r\n", "Line 1 begins no calendar"),
        (calendar(vevent("a"))[:-15], "ends at line 6 without END:VCALENDAR"),
        (calendar("BEGIN:VEVENT\nEND:VTODO\n"), "Line 5 ends what was not begun"),
        (calendar() + b"END:VCALENDAR\r\n", "Line 5 stands outside"),
        (calendar("BEGIN:A\n" * 9), "Line 10 nests too deeply"),
        (calendar(vevent("a", "SUMMARY:?")).replace(b"?", b"\xff"), "Line 6 is not UTF-8"),
    ],
)
def test_what_is_no_calendar_is_refused_with_its_line(body: bytes, why: str) -> None:
    with pytest.raises(MalformedCalendarData, match=why):
        cut(body)


# --- and back --------------------------------------------------------------------------


def joined(*bodies: bytes) -> str:
    return "".join(whole_calendar("Alma, 2026", lambda: [body.decode() for body in bodies]))


def test_a_calendar_of_many_objects_names_itself_and_each_zone_once() -> None:
    start = "DTSTART;TZID=America/New_York:20270101T100000"
    short = ZONE.format(name="America/New_York", offset="-0500")
    longer = short.replace("END:STANDARD\n", "TZNAME:EST\nEND:STANDARD\n")
    whole = joined(calendar(short, vevent("a", start)), calendar(longer, vevent("b", start)))
    assert whole.count("BEGIN:VTIMEZONE") == 1
    assert "TZNAME:EST" in whole
    assert "X-WR-CALNAME:Alma\\, 2026\r\n" in whole
    assert "METHOD" not in whole
    assert [one.uid for one in cut(whole.encode())] == ["a", "b"]


def test_different_zones_of_one_name_stay_different() -> None:
    start = "DTSTART;TZID=Customized Time Zone:20270101T100000"
    hours = {"a": "+0100", "b": "+0900", "c": "+0100"}
    bodies = [
        calendar(ZONE.format(name="Customized Time Zone", offset=offset), vevent(uid, start))
        for uid, offset in hours.items()
    ]
    whole = joined(*bodies)
    assert whole.count("BEGIN:VTIMEZONE") == 2
    for one in cut(whole.encode()):
        assert hours[one.uid] in one.text


def test_no_line_of_the_file_is_longer_than_75_octets() -> None:
    whole = joined(calendar(vevent("a", "DESCRIPTION:" + "Zoë " * 100)))
    assert max(len(line.encode()) for line in whole.split("\r\n")) <= 75
    assert "Zoë " * 100 in cut(whole.encode())[0].text.replace("\r\n ", "")
