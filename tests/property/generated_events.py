"""Events to test with: what people write, in properties of every kind that apps know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from hypothesis import strategies as st

from tests.system.events import at, monday

CATEGORIES: tuple[Literal["L", "N", "P", "S", "Zs"], ...] = ("L", "N", "P", "S", "Zs")
LETTERS = st.characters(categories=CATEGORIES)
VALUES = st.text(LETTERS, min_size=1, max_size=90)
"""Values as they stand in a content line."""
TEXTS = st.text(LETTERS | st.sampled_from("\n,;\\:\"'"), max_size=120)
"""What people type, line breaks included."""
# Words without `#`, `+`, `@`, `$` or digits: they are no marks and name nobody.
WORDS = st.lists(
    st.sampled_from(["Team", "Ärzte", "Übergabe", "lunch", "Łódź", "会議", "x-ray"]),
    min_size=1,
    max_size=25,
)
LINKS = st.sampled_from(
    (
        "https://meet.example/r?a=1;b=2,c=3",
        "https://example.org/\u00fcber",
        "https://e.example/#x",
    )
)


def escaped(text: str) -> str:
    """Return a text as TEXT (RFC 5545 3.3.11)."""
    for plain, coded in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        text = text.replace(plain, coded)
    return text


def said(value: str) -> str:
    """Return what a TEXT value says: the reverse of `escaped`."""
    out, rest = "", value
    while rest:
        if rest[0] == "\\" and len(rest) > 1:
            out += "\n" if rest[1] in "nN" else rest[1]
            rest = rest[2:]
        else:
            out += rest[0]
            rest = rest[1:]
    return out


def named(name: str, values: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Return lines of one property."""
    return values.map(lambda value: f"{name}:{value}")


_QUOTED = st.text(
    st.characters(categories=CATEGORIES, exclude_characters='"'),
    max_size=20,
)
PARAMETERS = st.lists(
    st.tuples(
        st.sampled_from(("X-PLACE", "X-RADIUS", "LANGUAGE", "X-TITLE")),
        st.sampled_from(("de", "49.07", "a-b")) | _QUOTED.map(lambda text: f'"{text}"'),
    ),
    max_size=3,
    unique_by=lambda pair: pair[0],
).map(lambda pairs: "".join(f";{name}={value}" for name, value in pairs))
UNKNOWN = st.builds(
    lambda number, params, value: f"X-FOO-{number}{params}:{value}",
    st.integers(0, 9),
    PARAMETERS,
    VALUES | st.sampled_from(("a,b;c", "95,GT", '{"a": [1, 2], "b": "c;d"}')),
)
APPLE = st.sampled_from(
    (
        'X-APPLE-STRUCTURED-LOCATION;VALUE=URI;X-APPLE-RADIUS=49.07;X-TITLE="Inn, \\"A\\"":'
        "geo:37.33,-122.03".replace('\\"', ""),
        "X-APPLE-TRAVEL-ADVISORY-BEHAVIOR:AUTOMATIC",
        "X-MOZ-LASTACK:20260101T000000Z",
        "X-MICROSOFT-CDO-IMPORTANCE:1",
    )
)
KNOWN = st.one_of(
    named("ATTACH", LINKS),
    st.just("ATTACH;ENCODING=BASE64;VALUE=BINARY;FMTTYPE=image/png:aGFsbG8="),
    st.just("GEO:37.386013;-122.082932"),
    named("COMMENT", TEXTS.map(escaped)),
    named("CONTACT", TEXTS.map(escaped)),
    named("RESOURCES", st.lists(TEXTS.map(escaped), min_size=1, max_size=3).map(",".join)),
    named("PRIORITY", st.integers(0, 9).map(str)),
    named(
        "CATEGORIES",
        st.lists(st.sampled_from(("Family", "Über\\, uns", "Work")), min_size=1).map(",".join),
    ),
    st.builds("CONFERENCE;VALUE=URI;FEATURE=VIDEO,AUDIO:{}".format, LINKS),
    st.just("IMAGE;VALUE=URI;DISPLAY=BADGE:https://e.example/a,b.png"),
    st.just("SEQUENCE:3"),
)


@st.composite
def alarms(draw: st.DrawFn) -> list[str]:
    """Return the lines of one alarm, never one that mails."""
    trigger = draw(
        st.sampled_from(("TRIGGER:-PT15M", "TRIGGER;VALUE=DATE-TIME:20260101T090000Z"))
    )
    action = draw(st.sampled_from(("DISPLAY", "AUDIO")))
    own = draw(st.lists(UNKNOWN | named("DESCRIPTION", TEXTS.map(escaped)), max_size=2))
    extra = draw(
        st.sampled_from(([], ["ATTACH;VALUE=URI:Basso"], ["ACKNOWLEDGED:20260101T090000Z"]))
    )
    return ["BEGIN:VALARM", f"ACTION:{action}", trigger, *own, *extra, "END:VALARM"]


_RULES = (
    "FREQ=WEEKLY;COUNT=8",
    "FREQ=DAILY;INTERVAL=2;UNTIL={}",
    "FREQ=MONTHLY;BYDAY=1MO,3MO;COUNT=5;WKST=SU",
)


@st.composite
def timings(draw: st.DrawFn) -> list[str]:
    """Return the lines that say when: a span of a zone, of UTC, or days; once or repeated."""
    start = monday(draw(st.integers(-4, 20)), draw(st.integers(6, 20)))
    form = draw(st.sampled_from(("zone", "utc", "days", "duration")))
    match form:
        case "days":
            lines = [at("DTSTART", start.date()), at("DTEND", start.date() + timedelta(days=2))]
        case "duration":
            lines = [at("DTSTART", start), "DURATION:PT50M"]
        case _:
            first = start if form == "zone" else start.astimezone(UTC)
            lines = [at("DTSTART", first), at("DTEND", first + timedelta(minutes=50))]
    if draw(st.booleans()):
        lines += draw(_repetitions(start, days=form == "days"))
    return lines


@st.composite
def _repetitions(draw: st.DrawFn, start: datetime, *, days: bool) -> list[str]:
    until = start + timedelta(days=30)
    rule = draw(st.sampled_from(_RULES)).format(
        f"{until:%Y%m%d}" if days else f"{until.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    )
    lines = [f"RRULE:{rule}"]
    for name in ("EXDATE", "RDATE"):
        if draw(st.booleans()):
            moment = start + timedelta(days=draw(st.sampled_from((2, 7, 14))))
            lines.append(at(name, moment.date() if days else moment))
            if draw(st.booleans()):
                later = moment + timedelta(days=1)
                lines[-1] += f",{later:%Y%m%d}" if days else f",{later:%Y%m%dT%H%M%S}"
    return lines


@dataclass(frozen=True)
class Written:
    """One VEVENT as a person's app wrote it: content lines, and what it says in words."""

    lines: list[str]
    alarms: list[str]
    texts: dict[str, str]

    def text(self, uid: str, title: str = "") -> str:
        """Return the whole object; a title may be given instead of the own one."""
        words = {**self.texts, "SUMMARY": title or self.texts["SUMMARY"]}
        body = [f"UID:{uid}", "DTSTAMP:20260101T000000Z", *self.lines]
        body += [f"{name}:{escaped(value)}" for name, value in words.items()]
        return "".join(
            f"{line}\r\n"
            for raw in (*_HEAD, *body, *self.alarms, "END:VEVENT", "END:VCALENDAR")
            for line in [folded(raw)]
        )


_HEAD = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Invented//App 1.0//EN", "BEGIN:VEVENT")


def folded(raw: str) -> str:
    """Return a content line folded after every 60 characters, inside of words as well."""
    return "\r\n ".join(raw[at : at + 60] for at in range(0, len(raw), 60)) or raw


@st.composite
def events(draw: st.DrawFn) -> Written:
    """Return any event that a person can write."""
    own = draw(st.lists(UNKNOWN | KNOWN | APPLE, max_size=8))
    texts = {"SUMMARY": " ".join(draw(WORDS))}
    for name in ("DESCRIPTION", "LOCATION"):
        if draw(st.booleans()):
            texts[name] = draw(TEXTS)
    states = draw(
        st.lists(
            st.sampled_from(("TRANSP:TRANSPARENT", "CLASS:CONFIDENTIAL", "STATUS:TENTATIVE")),
            unique=True,
        )
    )
    nested = [line for alarm in draw(st.lists(alarms(), max_size=2)) for line in alarm]
    return Written([*draw(timings()), *own, *states], nested, texts)
