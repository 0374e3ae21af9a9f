"""T27: every channel at every level, whoever reads: when, and not who, what, where or why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from server.domain.bookings import Visitor
from server.domain.calendars import Actor
from server.domain.feeds import FeedKind, FeedLevel
from server.domain.ids import UserName
from server.domain.vocabulary import Door, Role, TitleLevel
from server.usecases.book import BookingWanted, book
from tests.databases import SLUG
from tests.system import boxes, reports
from tests.system.api import READ, program
from tests.system.events import monday
from tests.system.openings import SESSION, open_hours
from tests.system.phone import Phone, Wire
from tests.system.practice import operator
from tests.system.servers import Site
from tests.system.test_feed_privacy import OTHER, PLACE, PRIVATE, fill, read_at
from tests.system.test_privacy import FEE, FIRST_NAME, LINK, NOTE, NUMBER, SURNAME, outputs

DIAGNOSIS, MAIL, NEWCOMER = "F33.1", "quentin@mail.example", "Wyxlop"
WHO = (SURNAME, FIRST_NAME, NUMBER, MAIL, NEWCOMER, "SUMMARY:QZ")
WHY = (NOTE, FEE, LINK, DIAGNOSIS, OTHER, PRIVATE)
WHAT = ("acup", "97810", "oldmassage", "noshow", SESSION, PLACE)
"""What no colleague learns; on the booking page the types that are offered have names."""
START = monday(7, 9)
WHOLE = (monday(0), monday(20))
LEVELS = list(TitleLevel)


@pytest.fixture(scope="module")
def known() -> dict[tuple[str, TitleLevel], Phone]:
    """Return who was made already, for all tests that only look."""
    return {}


@pytest.fixture(params=LEVELS)
def filled(
    request: pytest.FixtureRequest, site: Site, known: dict[tuple[str, TitleLevel], Phone]
) -> Phone:
    """Return the device of a practitioner, of whom everything there is to know is known."""
    place = site.address, request.param
    if place not in known:
        known[place] = filled_at(site, request.param)
    return known[place]


def filled_at(site: Site, level: TitleLevel) -> Phone:
    phone = site.newcomer(level=level)
    fill(site, phone)
    open_hours(site, phone, START, 8)
    for number, visitor in enumerate(
        (
            Visitor(f"{FIRST_NAME} {SURNAME}", MAIL),
            Visitor(f"Nora {NEWCOMER}", "nora@mail.example"),
        )
    ):
        _book(site, phone, visitor, START + number * timedelta(hours=2))
    return phone


def _book(site: Site, phone: Phone, visitor: Visitor, start: datetime) -> None:
    online = Actor(UserName("booking"), Role.FRONT_DESK, Door.BOOKING)
    wanted = BookingWanted(
        SESSION, start, visitor, UserName(phone.user), message=f"About {DIAGNOSIS}, {NOTE}"
    )
    with site.database.writing() as uow:
        book(uow, replace(operator(), actor=online), wanted)


def to_colleagues(site: Site, phone: Phone) -> Iterator[tuple[str, str]]:
    """Yield what another practitioner is told, by the way it was asked."""
    colleague = site.phone("theo")
    hrefs = [*phone.sync().there]
    query = reports.free_busy(*WHOLE)
    (told,) = boxes.ask(colleague, [phone.user], WHOLE).values()
    yield "outbox", "\n".join(told.lines)
    yield "inbox", colleague.propfind("/theo/inbox/").text
    colleague.calendar = f"/theo/{phone.user}/"
    yield "REPORT", colleague.report("", query).text
    yield from outputs(colleague, hrefs)
    for path in (f"/{phone.user}/", f"/{phone.user}/availability/", phone.calendar):
        yield path, colleague.report(path, query).text
        yield path, colleague.get(path).text


def to_programs(site: Site, phone: Phone) -> Iterator[tuple[str, str]]:
    """Yield what a program is told that reads calendars and no names, for whomever it asks."""
    day = {"from_": START.date().isoformat(), "to": START.date().isoformat()}
    for reader in ("desk", "admin", "theo", phone.user):
        asking = program(site, reader, READ)
        yield f"busy times {reader}", asking.get("/freebusy", practitioner=phone.user).text
        said = {"session": SESSION, "practitioner": phone.user, **day}
        slots = asking.get("/slots", **said)
        assert slots.status == 200
        yield f"slots {reader}", slots.text.replace(SESSION, "")


def to_visitors(site: Site, phone: Phone) -> Iterator[tuple[str, str]]:
    """Yield what somebody is told who comes to the booking page, without an account."""
    day = START.date().isoformat()
    asked = f"session={SESSION}&practitioner={phone.user}"
    for path in (
        f"/book/{SLUG}",
        f"/book/{SLUG}?{asked}",
        f"/api/v1/book/{SLUG}/session-types",
        f"/api/v1/book/{SLUG}/slots?{asked}&from={day}&to={day}",
    ):
        answer = Wire(site.server.port).send("GET", path, b"", {})
        assert answer.status == 200, answer.text
        yield path, f"{answer.headers}\n{answer.text}"


def leaks(told: Iterator[tuple[str, str]], user: str, *words: str) -> list[tuple[str, str]]:
    """Return where a word was told, for each of the words that was."""
    return [
        (asked, word)
        for asked, text in told
        for word in words
        if word.lower() in text.lower().replace(user.lower(), "")
    ]


def test_t27_colleagues_programs_and_visitors_are_told_when_at_every_level(
    site: Site, filled: Phone
) -> None:
    user = filled.user
    assert leaks(to_colleagues(site, filled), user, *WHO, *WHY, *WHAT) == []
    assert leaks(to_programs(site, filled), user, *WHO, *WHY, *WHAT) == []
    assert leaks(to_visitors(site, filled), user, *WHO, *WHY) == []


def test_t27_an_address_tells_as_much_as_its_own_level_whatever_titles_show(
    site: Site, filled: Phone
) -> None:
    for kind, level, named in (
        (FeedKind.FREE_BUSY, FeedLevel.BUSY, set()),
        (FeedKind.FEED, FeedLevel.BUSY, set()),
        (FeedKind.FEED, FeedLevel.ID, {NUMBER}),
        (FeedKind.FEED, FeedLevel.INITIALS, {"SUMMARY:QZ"}),
    ):
        text = read_at(site, filled.user, kind, level)
        untold = {*WHO, *WHY, *WHAT} - named
        assert leaks(iter([(f"{kind} {level}", text)]), filled.user, *untold) == []
        assert all(word in text for word in named)


def test_t27_what_a_visitor_wrote_is_in_no_calendar_and_in_no_notice(
    site: Site, filled: Phone
) -> None:
    shown = outputs(filled, [*filled.sync().there])
    assert leaks(shown, filled.user, DIAGNOSIS, "About ", MAIL, "nora@") == []
    with site.reading() as uow:
        told = [one.sentence for one in uow.notices.of(UserName(filled.user))]
    assert leaks(iter([("notices", str(told))]), filled.user, *WHO, *WHY) == []
