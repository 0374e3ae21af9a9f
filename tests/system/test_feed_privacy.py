"""T20 and T27 for what leaves the practice: every form, every level, every reader."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from server.domain.feeds import FeedKind, FeedLevel
from server.domain.ids import UserName
from server.usecases.feeds import FeedRequest, new_feed, path_of
from tests.system import office
from tests.system.api import READ, program
from tests.system.events import at, event, monday, unfolded, vcalendar, vevent
from tests.system.phone import Phone, Wire
from tests.system.practice import operator
from tests.system.servers import Site
from tests.system.test_privacy import FEE, FIRST_NAME, LINK, NOTE, NUMBER, SURNAME, plant

OTHER, PRIVATE, PLACE = "Budgetgespräch", "Zahnspange", "Room 1"
UNTOLD = (
    *(SURNAME, FIRST_NAME, NOTE, FEE, LINK, OTHER, PRIVATE, PLACE, "Main street"),
    *("acup", "97810", "oldmassage", "contact", "phone", "noshow", "session"),
)
NAMES_IN_FEEDS = {
    *("BEGIN", "END", "VERSION", "PRODID", "CALSCALE", "METHOD", "NAME", "X-WR-CALNAME"),
    *("REFRESH-INTERVAL", "X-PUBLISHED-TTL", "UID", "DTSTAMP", "DTSTART", "DTEND"),
    *("SUMMARY", "STATUS", "TRANSP", "X-MICROSOFT-CDO-BUSYSTATUS"),
}
START = monday(2, 8)


def fill(site: Site, phone: Phone) -> None:
    """Book what must not be told: sessions, contacts, requests, Other Events, private ones."""
    plant(phone)
    office.request(site, phone.user, START, NUMBER)
    place = f"LOCATION:{PLACE}, Main street"
    assert phone.put("other.ics", event(OTHER, START + timedelta(hours=2), place)).status == 201
    free = event(f"{OTHER} frei", START + timedelta(hours=4), "TRANSP:TRANSPARENT")
    assert phone.put("free.ics", free).status == 201
    days = [at("DTSTART", START.date()), at("DTEND", START.date() + timedelta(days=1))]
    whole = vcalendar(vevent("whole-day", OTHER, days, "TRANSP:OPAQUE"))
    assert phone.put("day.ics", whole).status == 201
    mine = f"/{phone.user}/mine/"
    assert phone.mkcalendar(mine).status == 201
    private = event(PRIVATE, START + timedelta(hours=6), f"DESCRIPTION:{PRIVATE}")
    assert phone.put(f"{mine}private.ics", private).status == 201


def read_at(site: Site, user: str, kind: FeedKind, level: FeedLevel) -> str:
    """Return all that somebody is told who has a new address: headers and body."""
    wanted = FeedRequest(UserName(user), f"for {SURNAME}", kind, level)
    with site.database.writing() as uow:
        token, text = new_feed(uow, operator(), wanted)
    answer = Wire(site.server.port).send("GET", path_of(token.kind, text), b"", {})
    assert answer.status == 200
    return f"{answer.headers}\n{answer.text}"


FORMS = [
    (FeedKind.FREE_BUSY, FeedLevel.BUSY),
    *((FeedKind.FEED, level) for level in FeedLevel),
]


def told(site: Site, user: str) -> Iterator[tuple[str, str]]:
    """Yield everything that leaves the practice about somebody, by how it was asked."""
    for kind, level in FORMS:
        yield f"{kind} {level}", read_at(site, user, kind, level)
    for reader in ("desk", "admin", "theo", user):
        asking = program(site, reader, READ)
        yield f"API {reader}", asking.get("/freebusy", practitioner=user).text


def test_t27_nothing_that_leaves_the_practice_says_who_what_where_or_why(
    site: Site, phone: Phone
) -> None:
    fill(site, phone)
    for asked, text in told(site, phone.user):
        bare = text.lower().replace(phone.user.lower(), "")
        for word in UNTOLD:
            assert word.lower() not in bare, f"{asked}: {word}"


def test_t20_other_events_have_no_words_at_any_level(site: Site, phone: Phone) -> None:
    fill(site, phone)
    for level in FeedLevel:
        text = read_at(site, phone.user, FeedKind.FEED, level)
        for word in (OTHER, PRIVATE, PLACE, "frei"):
            assert word not in text


@pytest.mark.parametrize(
    ("level", "said"),
    [
        (FeedLevel.BUSY, {"Busy"}),
        (FeedLevel.ID, {"Busy", NUMBER}),
        (FeedLevel.INITIALS, {"Busy", "QZ"}),
    ],
)
def test_t27_a_feed_calls_appointments_as_its_level_says(
    site: Site, phone: Phone, level: FeedLevel, said: set[str]
) -> None:
    fill(site, phone)
    lines = unfolded(read_at(site, phone.user, FeedKind.FEED, level).partition("BEGIN")[2])
    heard = {line.partition(":")[2] for line in lines if line.startswith("SUMMARY")}
    assert heard == said
    names = {line.partition(":")[0].partition(";")[0] for line in lines[1:]}
    assert names <= NAMES_IN_FEEDS


@pytest.mark.parametrize("level", [FeedLevel.BUSY, FeedLevel.ID, FeedLevel.INITIALS])
def test_a_feed_tells_a_request_as_tentative_and_what_is_free_not_at_all(
    site: Site, phone: Phone, level: FeedLevel
) -> None:
    office.request(site, phone.user, START, NUMBER)
    free = event("Lunch", START + timedelta(hours=4), "TRANSP:TRANSPARENT")
    assert phone.put("free.ics", free).status == 201
    gone = event("acupfollow Jane Doe", START + timedelta(hours=6))
    assert phone.put("gone.ics", gone).status == 201
    office.cancel(site, phone.user, "gone.ics")
    text = read_at(site, phone.user, FeedKind.FEED, level)
    assert text.count("BEGIN:VEVENT") == 1
    assert "STATUS:TENTATIVE" in text
    assert "X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE" in text


def test_a_feed_has_each_occurrence_of_a_series_and_the_way_there(
    site: Site, phone: Phone
) -> None:
    travel = "X-APPLE-TRAVEL-DURATION;VALUE=DURATION:PT30M"
    text = event("acupfollow Jane Doe", START, "RRULE:FREQ=WEEKLY;COUNT=3", travel, minutes=45)
    assert phone.put("series.ics", text).status == 201
    merged = read_at(site, phone.user, FeedKind.FEED, FeedLevel.BUSY)
    each = read_at(site, phone.user, FeedKind.FEED, FeedLevel.INITIALS)
    assert merged.count("BEGIN:VEVENT") == 3
    assert (each.count("SUMMARY:JD"), each.count("SUMMARY:Busy")) == (3, 3)
    assert "RRULE" not in merged + each
    uids = [line for line in unfolded(each) if line.startswith("UID")]
    assert len(set(uids)) == len(uids)
