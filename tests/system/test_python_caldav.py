"""python-caldav, a library that many programs use, as a client over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeAlias
from urllib.parse import unquote

import pytest
from caldav.davclient import DAVClient
from caldav.elements import dav
from caldav.lib.error import AuthorizationError, NotFoundError, PutError

from tests.system.events import at, event, monday, new_uid, times, vcalendar, vevent
from tests.system.phone import Phone
from tests.system.servers import Site

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
Its: TypeAlias = Any
"""A thing of the library's, whose methods are typed as giving a value or a coroutine."""


@pytest.fixture
def principal(site: Site, phone: Phone) -> Iterator[Its]:
    """Return the principal of a new practitioner, found from the server's root."""
    with DAVClient(url=site.address, username=phone.user, password=phone.secret) as client:
        yield client.get_principal()


@pytest.fixture
def appointments(principal: Its) -> Its:
    """Return the practitioner's calendar of appointments."""
    return next(each for each in principal.get_calendars() if named(each) == "appointments")


@pytest.fixture
def mine(principal: Its) -> Its:
    """Return a personal calendar, made for this test."""
    return principal.make_calendar(
        name="Mine",
        cal_id="mine",
        supported_calendar_component_set=["VEVENT", "VTODO", "VJOURNAL"],
    )


def named(thing: Its) -> str:
    return unquote(str(thing.url)).rstrip("/").rpartition("/")[2]


def starts(found: list[Its]) -> list[datetime | date]:
    """Return when the events that were found start, sorted; moments in UTC."""
    components = [each.icalendar_component for each in found]
    return sorted(_utc(component["DTSTART"].dt) for component in components)


def _utc(moment: Its) -> Its:
    return moment.astimezone(UTC) if isinstance(moment, datetime) else moment


def weekly(title: str, first: datetime, *more: str, count: int = 4) -> str:
    rule = f"RRULE:FREQ=WEEKLY;COUNT={count}"
    return vcalendar(vevent(new_uid(), title, times(first), rule, *more))


def test_the_principal_is_found_with_its_address_and_its_home(
    principal: Its, phone: Phone
) -> None:
    assert principal.get_display_name() == f"Dr {phone.user}"
    assert str(principal.calendar_home_set.url).endswith(f"/{phone.user}/")
    assert {"appointments", "alma", "theo"} <= {
        named(each) for each in principal.get_calendars()
    }


def test_a_calendar_of_appointments_takes_events_only(appointments: Its) -> None:
    assert appointments.get_supported_components() == ["VEVENT"]
    with pytest.raises((PutError, AuthorizationError)):
        appointments.add_todo(summary="Call the plumber")


def test_an_event_that_is_saved_comes_back_as_a_session(
    site: Site, appointments: Its, phone: Phone
) -> None:
    saved = appointments.add_event(event("acupinitial Jane Doe", monday(3)))
    saved.load()
    component = saved.icalendar_component
    assert component["SUMMARY"] == "JD \u00b7 acupinitial"
    assert component["X-PRAXICAL-CLIENT"] == "C1001"
    assert component["DTEND"].dt - component["DTSTART"].dt == timedelta(minutes=75)
    assert site.details(phone.user, named(saved)).client == "C1001"


def test_an_event_is_moved_and_deleted_through_the_library(appointments: Its) -> None:
    uid = new_uid()
    saved = appointments.add_event(event("Staff meeting", monday(4), uid=uid))
    saved.load()
    start = monday(4, 15)
    with saved.edit_icalendar_component() as component:
        component["DTSTART"].dt, component["DTEND"].dt = start, start + HOUR
    saved.save()
    found = appointments.get_event_by_uid(uid)
    assert _utc(found.icalendar_component["DTSTART"].dt) == start.astimezone(UTC)
    found.delete()
    with pytest.raises(NotFoundError):
        appointments.get_event_by_uid(uid)


def test_a_search_finds_what_overlaps_the_range_and_no_more(appointments: Its) -> None:
    first = monday(6)
    appointments.add_event(event("Before", first - DAY))
    appointments.add_event(event("Inside", first))
    appointments.add_event(event("Long", first - HOUR, minutes=180))
    appointments.add_event(event("After", first + DAY))
    found = appointments.search(event=True, start=first, end=first + HOUR)
    titles = sorted(str(each.icalendar_component["SUMMARY"]) for each in found)
    assert titles == ["Inside", "Long"]


def test_a_series_is_found_by_any_of_its_occurrences(appointments: Its) -> None:
    first = monday(8)
    appointments.add_event(weekly("psy50 John Doe", first))
    week = first + timedelta(weeks=2)
    (found,) = appointments.search(event=True, start=week - HOUR, end=week + DAY)
    assert starts([found]) == [first.astimezone(UTC)]
    assert "RRULE" in found.icalendar_component
    after = first + timedelta(weeks=4)
    assert appointments.search(event=True, start=after - HOUR, end=after + DAY) == []


@pytest.mark.parametrize("by_server", [True, False])
def test_an_expanded_search_gives_each_occurrence_at_its_time(
    appointments: Its, by_server: bool
) -> None:
    first = monday(10)
    second, third = first + timedelta(weeks=1), first + timedelta(weeks=2)
    gone = at("EXDATE", third)
    uid = new_uid()
    moved = second + 3 * HOUR
    identity = at("RECURRENCE-ID", second)
    master = vevent(uid, "Supervision", times(first), "RRULE:FREQ=WEEKLY;COUNT=4", gone)
    override = vevent(uid, "Supervision, late", times(moved), identity)
    appointments.add_event(vcalendar(master, override))
    found = appointments.search(
        event=True,
        start=first - DAY,
        end=first + timedelta(weeks=5),
        expand=not by_server,
        server_expand=by_server,
    )
    expected = [first, moved, first + timedelta(weeks=3)]
    assert starts(found) == [each.astimezone(UTC) for each in expected]


def test_overrides_without_their_master_are_expanded_as_well(mine: Its) -> None:
    first = monday(12)
    uid = new_uid()
    invited = [first, first + timedelta(weeks=2)]
    parts = [vevent(uid, "Invited", times(each), at("RECURRENCE-ID", each)) for each in invited]
    mine.add_event(vcalendar(*parts))
    mine.add_event(event("Another", first + DAY))
    span = {"start": first - DAY, "end": first + timedelta(weeks=3)}
    found = mine.search(event=True, server_expand=True, **span)
    expected = [first, first + DAY, first + timedelta(weeks=2)]
    assert starts(found) == [each.astimezone(UTC) for each in expected]


def test_a_search_by_words_finds_the_title_that_is_shown(appointments: Its) -> None:
    appointments.add_event(event("acupfollow Jane Doe", monday(14)))
    appointments.add_event(event("Team day", monday(14, 15)))
    found = appointments.search(event=True, summary="acupfollow")
    assert [str(each.icalendar_component["SUMMARY"]) for each in found] == [
        "JD \u00b7 acupfollow"
    ]


def test_tasks_and_journals_live_in_a_personal_calendar(mine: Its) -> None:
    task = mine.add_todo(summary="Order needles", due=monday(2))
    mine.add_journal(summary="A good day", dtstart=monday(1).date())
    mine.add_event(event("Dentist", monday(2)))
    assert [str(each.icalendar_component["SUMMARY"]) for each in mine.get_todos()] == [
        "Order needles"
    ]
    assert [str(each.icalendar_component["SUMMARY"]) for each in mine.get_journals()] == [
        "A good day"
    ]
    assert len(mine.get_events()) == 1
    task.complete()
    assert mine.get_todos() == []
    assert len(mine.get_todos(include_completed=True)) == 1


def test_a_sync_token_tells_what_changed_since_and_nothing_else(appointments: Its) -> None:
    kept = appointments.add_event(event("Kept", monday(16)))
    gone = appointments.add_event(event("Gone", monday(17)))
    known = appointments.get_objects_by_sync_token(load_objects=True)
    assert {str(each.url) for each in known} == {str(kept.url), str(gone.url)}
    assert list(appointments.get_objects_by_sync_token(known.sync_token)) == []
    gone.delete()
    new = appointments.add_event(event("New", monday(18)))
    updated, deleted = known.sync()
    assert [str(each.url) for each in updated] == [str(new.url)]
    assert [str(each.url) for each in deleted] == [str(gone.url)]


def test_free_and_busy_times_show_appointments_and_no_free_events(appointments: Its) -> None:
    start = monday(20)
    appointments.add_event(event("psy50 Jane Doe", start, minutes=50))
    appointments.add_event(event("Optional talk", start + 3 * HOUR, "TRANSP:TRANSPARENT"))
    answer = appointments.freebusy_request(start - HOUR, start + DAY)
    busy = answer.icalendar_component.get("FREEBUSY")
    assert [_utc(moment) for moment in busy.dt] == [
        start.astimezone(UTC),
        (start + timedelta(minutes=50)).astimezone(UTC),
    ]


def test_a_personal_calendar_is_made_renamed_and_deleted(principal: Its, mine: Its) -> None:
    mine.set_properties([dav.DisplayName("Renamed")])
    names = {named(each): each.get_display_name() for each in principal.get_calendars()}
    assert names["mine"] == "Renamed"
    mine.delete()
    assert "mine" not in {named(each) for each in principal.get_calendars()}


def test_a_wrong_password_is_refused(site: Site, phone: Phone) -> None:
    stranger = DAVClient(url=site.address, username=phone.user, password="not this one")
    with stranger, pytest.raises(AuthorizationError):
        stranger.get_principal()


def test_a_search_for_people_finds_oneself_and_no_colleague(site: Site, phone: Phone) -> None:
    with DAVClient(url=site.address, username=phone.user, password=phone.secret) as client:
        search: Its = client.search_principals
        for words in (None, f"dr {phone.user}"):
            (found,) = search(words)
            assert named(found) == phone.user
        assert search("Theo") == []
