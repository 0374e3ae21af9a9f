"""Sealed titles in the database: found for their owner only, forgotten by calendar."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.domain.google import CalendarRole, EventMap, InwardLevel, Origin
from server.domain.ids import AppointmentId, GoogleLinkId, UserName
from server.practice_db.database import SqlDatabase
from tests.contract.google_samples import CALENDAR, LINK, PAIR, STAGED
from tests.contract.samples import ALMA, VISIT

OTHER = replace(LINK, id=GoogleLinkId("9876543210"), account_hash="other")
WATCHED = replace(
    CALENDAR, id="primary", role=CalendarRole.WATCHED, inward=InwardLevel.OWN_TITLE
)
TITLED = replace(
    PAIR, calendar=WATCHED.id, event="e1", origin=Origin.GOOGLE, sealed_title="1.one"
)


@pytest.fixture
def titled(furnished: SqlDatabase) -> SqlDatabase:
    """Return a database with titles of two calendars of one link, and of another link."""
    with furnished.writing() as uow:
        for link in (LINK, OTHER):
            uow.google.links.save_link(link)
            for name in (WATCHED.id, "family"):
                calendar = replace(WATCHED, link=link.id, id=name)
                uow.google.calendars.save(calendar)
                pair = replace(TITLED, link=link.id, calendar=name)
                uow.google.events.save(pair)
                row = replace(STAGED, link=link.id, calendar=name, sealed_title="1.staged")
                uow.google.events.stage([row])
    return furnished


def found(database: SqlDatabase, owner: UserName = ALMA, *numbers: str) -> list[str]:
    wanted = [AppointmentId(number) for number in numbers] or [VISIT]
    with database.reading() as uow:
        return sorted(
            f"{one.link}/{one.calendar}/{one.sealed}"
            for one in uow.google.titles.of(owner, wanted)
        )


def everything(database: SqlDatabase) -> list[str]:
    """Return what is kept of titles, of pairs and of what is staged."""
    places = [(link, name) for link in (LINK.id, OTHER.id) for name in (WATCHED.id, "family")]
    with database.reading() as uow:
        events = uow.google.events
        pairs = [(*one, each.sealed_title) for one in places for each in events.all(*one)]
        rows = [(*one, each.sealed_title) for one in places for each in events.staged(*one, 9)]
    return sorted("/".join(one) for one in pairs + rows)


def test_a_title_is_found_for_its_owner_with_what_it_is_opened_by(
    titled: SqlDatabase,
) -> None:
    with titled.reading() as uow:
        one = min(uow.google.titles.of(ALMA, [VISIT]), key=lambda one: one[2:])
    assert (one.appointment, one.key, one.link) == (VISIT, "", LINK.id)
    assert (one.sealed_key, one.calendar, one.event) == ("sealed", "family", "e1")
    assert one.sealed == "1.one"


def test_titles_are_of_the_appointments_that_are_asked_for(titled: SqlDatabase) -> None:
    assert len(found(titled)) == 4
    assert found(titled, ALMA, "none") == []
    assert found(titled, UserName("theo")) == []


def test_an_event_without_a_title_is_not_found(titled: SqlDatabase) -> None:
    with titled.writing() as uow:
        uow.google.events.save(replace(TITLED, sealed_title=""))
    assert len(found(titled)) == 3


def test_titles_of_one_calendar_of_one_link_are_forgotten(titled: SqlDatabase) -> None:
    before = everything(titled)
    with titled.writing() as uow:
        uow.google.titles.forget(LINK.id, WATCHED.id)
    gone = f"{LINK.id}/{WATCHED.id}/"
    assert everything(titled) == sorted(gone if one.startswith(gone) else one for one in before)
    assert len(before) == 8


def test_what_is_kept_of_an_event_comes_back_with_its_title(titled: SqlDatabase) -> None:
    with titled.reading() as uow:
        kept: EventMap | None = uow.google.events.of_event(LINK.id, WATCHED.id, "e1")
    assert kept == TITLED
