"""A person's own calendars: made, bounded, deleted (MKCALENDAR, extended MKCOL)."""

from __future__ import annotations

import pytest

from server.domain.calendars import Calendar
from server.domain.errors import (
    AlreadyThere,
    Invalid,
    NotAllowed,
    NotFound,
    UnsupportedComponent,
)
from server.domain.vocabulary import CalendarKind, Kind
from server.usecases.make_calendar import NewCalendar, delete_calendar, make_calendar
from server.usecases.properties import COMPONENT_SET, TAG
from tests.practice import ALMA, DESK, THEO, House, calendar, event


def make(house: House, slug: str = "mine", **properties: str) -> Calendar:
    with house.database.writing() as uow:
        user = uow.catalogue.user[ALMA]
        return make_calendar(uow, house.context(ALMA), NewCalendar(user, slug, properties))


def delete(house: House, made: Calendar, viewer: str = ALMA) -> None:
    with house.database.writing() as uow:
        delete_calendar(uow, uow.catalogue.user[viewer], made)  # type: ignore[index]  # a name


def test_a_calendar_is_made_with_its_properties(any_house: House) -> None:
    made = make(any_house, **{"D:displayname": "Garden", TAG: "VCALENDAR"})
    found = any_house.calendar(ALMA, "mine")
    assert found == made
    assert (found.kind, found.owner) == (CalendarKind.PERSONAL, ALMA)
    assert found.properties == {"D:displayname": "Garden"}


@pytest.mark.parametrize(
    ("said", "components"),
    [
        ("", ("VEVENT", "VTODO", "VJOURNAL")),
        ("VTODO", ("VTODO",)),
        ("vevent, VTODO ,VEVENT", ("VEVENT", "VTODO")),
    ],
)
def test_a_calendar_takes_the_components_it_was_made_for(
    any_house: House, said: str, components: tuple[str, ...]
) -> None:
    assert make(any_house, **{COMPONENT_SET: said}).components == components


@pytest.mark.parametrize("said", ["VFREEBUSY", "VEVENT,VALARM", "x"])
def test_other_components_are_refused(any_house: House, said: str) -> None:
    with pytest.raises(Invalid):
        make(any_house, **{COMPONENT_SET: said})


@pytest.mark.parametrize("slug", ["", "a/b", "a\nb", "x" * 201, "\x7f", ".", ".."])
def test_a_name_that_is_no_path_segment_is_refused(any_house: House, slug: str) -> None:
    with pytest.raises(Invalid):
        make(any_house, slug)


@pytest.mark.parametrize("slug", ["G\u00e4rten", "a b", "x" * 200, "....", "a%2Fb"])
def test_any_other_name_will_do(any_house: House, slug: str) -> None:
    make(any_house, slug)
    assert any_house.calendar(ALMA, slug).slug == slug


@pytest.mark.parametrize("slug", ["mine", "appointments", "theo"])
def test_a_name_that_is_taken_is_refused(any_house: House, slug: str) -> None:
    make(any_house)
    with pytest.raises(AlreadyThere):
        make(any_house, slug)


def test_only_calendars_can_be_made(any_house: House) -> None:
    with pytest.raises(Invalid):
        make(any_house, **{TAG: "VADDRESSBOOK"})


def test_a_calendar_is_deleted_with_all_that_is_in_it(any_house: House) -> None:
    made = make(any_house)
    any_house.put(event("Mow the lawn"), slug="mine")
    assert len(any_house.rows(calendar=made.id)) == 1
    delete(any_house, made)
    assert any_house.rows() == []
    with any_house.database.reading() as uow:
        assert uow.calendars.get(ALMA, "mine") is None


@pytest.mark.parametrize("viewer", [ALMA, THEO, DESK])
def test_a_calendar_of_the_practice_is_not_deleted(any_house: House, viewer: str) -> None:
    with pytest.raises(NotAllowed):
        delete(any_house, any_house.calendar(), viewer)


def test_a_colleagues_calendar_is_not_deleted_nor_written(any_house: House) -> None:
    made = make(any_house)
    for viewer in (THEO, DESK):
        with pytest.raises(NotAllowed):
            delete(any_house, made, viewer)
        with pytest.raises(NotAllowed):
            any_house.put(event("x"), slug="mine", user=viewer)


def test_events_are_other_events_without_quick_entry(any_house: House) -> None:
    made = make(any_house)
    text = event("acupinitial Jane Doe", "20261124T140000", "ATTENDEE:mailto:jane@example.org")
    result = any_house.put(text, slug="mine")
    (row,) = any_house.rows(calendar=made.id)
    assert (row.kind, row.client, row.blocks) == (Kind.OTHER, None, True)
    with any_house.database.reading() as uow:
        stored = uow.objects.get(made.id, "one.ics")
    assert stored is not None
    assert stored.text == text
    assert result.etag == stored.etag


@pytest.mark.parametrize("line", ["TRANSP:TRANSPARENT", "STATUS:CANCELLED"])
def test_free_and_cancelled_events_block_nothing(any_house: House, line: str) -> None:
    make(any_house)
    any_house.put(event("Lunch", "20261124T140000", line), slug="mine")
    assert [row.blocks for row in any_house.rows(practitioner=ALMA)] == [False]


def test_a_series_of_a_persons_own_is_indexed(any_house: House) -> None:
    made = make(any_house)
    any_house.put(event("Yoga", "20261124T180000", "RRULE:FREQ=WEEKLY;COUNT=3"), slug="mine")
    assert len(any_house.rows(calendar=made.id)) == 3
    any_house.put(event("Yoga", "20261124T180000", "RRULE:FREQ=WEEKLY;COUNT=2"), slug="mine")
    assert len(any_house.rows(calendar=made.id)) == 2


def test_tasks_are_kept_where_they_are_taken_and_refused_elsewhere(any_house: House) -> None:
    task = calendar("UID:t1", "SUMMARY:Call back").replace("VEVENT", "VTODO")
    make(any_house)
    any_house.put(task, slug="mine", href="t1.ics")
    assert any_house.rows() == []
    make(any_house, "events", **{COMPONENT_SET: "VEVENT"})
    for slug in ("events", "appointments"):
        with pytest.raises(UnsupportedComponent):
            any_house.put(task, slug=slug, href="t1.ics")


def test_an_object_is_deleted_for_good(any_house: House) -> None:
    made = make(any_house)
    any_house.put(event("Yoga"), slug="mine")
    task = calendar("UID:t1", "SUMMARY:Call back").replace("VEVENT", "VTODO")
    any_house.put(task, slug="mine", href="t1.ics")
    for href in ("one.ics", "t1.ics"):
        any_house.delete(slug="mine", href=href)
        with pytest.raises(NotFound):
            any_house.delete(slug="mine", href=href)
    assert any_house.rows(calendar=made.id) == []
