"""T27: whatever is asked, at whichever level, nothing is told that a reader may not know."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from server.domain.vocabulary import TitleLevel
from tests.system import office
from tests.system.events import event, monday
from tests.system.phone import Phone
from tests.system.servers import Site

START = monday(weeks=1, hour=9)
SURNAME, FIRST_NAME, NUMBER = "Zyxwvut", "Quentin", "C1020"
NOTE, FEE, LINK = "quadriceps", "47.11", "secret-room-77"
EVERYTHING = "20200101T000000Z", "20400101T000000Z"
LINES = (f"DESCRIPTION:Pain in the {NOTE}", f"URL:https://video.example/{LINK}")


def plant(phone: Phone) -> list[str]:
    """Book what must not be told in a calendar; return the hrefs."""
    title = f"acupfollow {FIRST_NAME} {SURNAME}"
    texts = {
        "session.ics": event(title, START, *LINES, minutes=45),
        "missed.ics": event(f"{title} #noshow ${FEE}", monday(2), *LINES),
        "series.ics": event(title, monday(3), "RRULE:FREQ=WEEKLY;COUNT=4", *LINES),
        "contact.ics": event(f"#contact #phone {FIRST_NAME} {SURNAME}", monday(1, 13), *LINES),
        "long.ics": event(title, monday(9), *LINES, minutes=26 * 60),
        "unsure.ics": event(f"acupfollow {SURNAME} {SURNAME}", monday(1, 15), *LINES),
        "archived.ics": event(f"oldmassage {FIRST_NAME} {SURNAME}", monday(1, 17), *LINES),
    }
    for href, text in texts.items():
        assert phone.put(href, text).status == 201
    return list(texts)


def outputs(reader: Phone, hrefs: list[str]) -> Iterator[tuple[str, str]]:
    """Yield everything that a device can be told of a calendar, by how it was asked."""
    for href in hrefs:
        answer = reader.get(href)
        yield f"GET {href}", answer.text + str(answer.headers)
    yield "multiget", reader.multiget("", *hrefs).text
    yield "range", reader.query("", *EVERYTHING).text
    start, end = EVERYTHING
    expanded = f'<C:expand start="{start}" end="{end}"/>'
    yield "expanded", reader.query("", start, end, data=expanded).text
    yield "every property", reader.propfind("", depth=1).text
    yield "every property of one", reader.propfind(hrefs[0]).text
    yield "home", reader.propfind(f"/{reader.user}/", depth=1).text
    yield "sync", reader.sync().answer.text
    yield "refused", reader.put("bad.ics", "BEGIN:VCALENDAR").text
    yield "whole calendar", reader.get("").text


def leaks(reader: Phone, hrefs: list[str], *words: str) -> list[tuple[str, str]]:
    """Return where a word was told, for each of the words that was."""
    return [
        (asked, word)
        for asked, told in outputs(reader, hrefs)
        for word in words
        if word.lower() in told.lower()
    ]


@pytest.mark.parametrize(
    ("level", "untold"),
    [
        (TitleLevel.FULL, (FEE,)),
        (TitleLevel.FIRST, (SURNAME, FEE)),
        (TitleLevel.INITIALS, (SURNAME, FIRST_NAME, FEE)),
        (TitleLevel.ID, (SURNAME, FIRST_NAME, FEE)),
        (TitleLevel.ANONYMOUS, (SURNAME, FIRST_NAME, NUMBER, FEE)),
    ],
)
def test_t27_the_owner_is_told_what_the_own_level_allows(
    site: Site, level: TitleLevel, untold: tuple[str, ...]
) -> None:
    phone = site.newcomer(level=level)
    hrefs = plant(phone)
    # The words of an unsettled question are the person's own, typed a moment ago.
    settled = [href for href in hrefs if href != "unsure.ics"]
    phone.delete("unsure.ics")
    assert leaks(phone, settled, *untold) == []


def test_t27_the_front_desk_is_told_no_notes_fees_and_services(
    site: Site, phone: Phone
) -> None:
    hrefs = plant(phone)
    desk = site.phone("desk")
    desk.calendar = f"/desk/{phone.user}/"
    assert leaks(desk, hrefs, NOTE, FEE, "97810") == []


def test_t27_colleagues_are_told_busy_times_only(site: Site, phone: Phone) -> None:
    hrefs = plant(phone)
    colleague = site.newcomer("psychotherapy")
    colleague.calendar = f"/{colleague.user}/{phone.user}/"
    untold = (SURNAME, FIRST_NAME, NUMBER, NOTE, FEE, LINK, "acup", "97810", "oldmassage")
    assert leaks(colleague, hrefs, *untold) == []


def test_t27_whoever_has_not_signed_in_is_told_nothing(site: Site, phone: Phone) -> None:
    hrefs = plant(phone)
    stranger = site.stranger()
    stranger.calendar = phone.calendar
    for asked, told in outputs(stranger, hrefs[:1]):
        for word in (SURNAME, FIRST_NAME, NUMBER, NOTE, FEE, LINK, "acup"):
            assert word.lower() not in told.lower(), asked


def test_t27_refusals_and_notices_name_nobody(site: Site, phone: Phone) -> None:
    href = office.request(site, phone.user, START, NUMBER)
    answer = phone.delete(href)
    assert answer.status == 403
    told = [answer.text, *(one.sentence for one in office.notices(site, phone.user))]
    for text in told:
        assert not [word for word in (SURNAME, FIRST_NAME, NUMBER) if word in text]


def test_t27_a_new_level_is_shown_at_the_next_sync(site: Site, phone: Phone) -> None:
    plant(phone)
    token, before = phone.sync().token, phone.get("session.ics")
    office.show_titles(site, phone.user, TitleLevel.ANONYMOUS)
    synced = phone.sync(token=token)
    after = phone.get("session.ics")
    assert after.value("SUMMARY") == "Appointment"
    assert after.etag != before.etag
    assert synced.there["session.ics"] == after.etag
    assert site.findings() == []
