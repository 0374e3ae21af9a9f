"""Other people's clients of Google Calendar work against the local one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import aiohttp
import pytest
from gcal_sync.api import GoogleCalendarService, ListEventsRequest
from gcal_sync.auth import AbstractAuth
from gcal_sync.model import DateOrDatetime, EventStatusEnum
from gcal_sync.model import Event as SyncedEvent
from gcal_sync.sync import CalendarEventSyncManager, CalendarListSyncManager
from gcsa.attendee import Attendee
from gcsa.calendar import Calendar
from gcsa.event import Event
from gcsa.google_calendar import GoogleCalendar
from gcsa.recurrence import DAILY, Recurrence
from googleapiclient.discovery import build_from_document
from typing_extensions import override

from tests.local_google import LocalGoogle
from tests.local_google.clients import credentials, service, timed

ALMA = "alma@example.org"


@pytest.fixture
def google() -> Iterator[LocalGoogle]:
    with LocalGoogle(at=datetime(2026, 11, 3, 8, tzinfo=UTC)) as running:
        running.account(ALMA)
        yield running


@pytest.fixture
def gcsa(google: LocalGoogle) -> GoogleCalendar:
    """Return gcsa, which builds its service itself, with the address of ours in it."""
    held = credentials(google, ALMA, "calendar")
    client = GoogleCalendar(ALMA, credentials=held)
    client.service.close()
    client.service = build_from_document(google.document(), credentials=held)
    google.at_end.append(client.service.close)
    return client


class Auth(AbstractAuth):
    """The access token of a grant."""

    def __init__(self, session: aiohttp.ClientSession, google: LocalGoogle) -> None:
        super().__init__(session, f"{google.url}/calendar/v3")
        self._token = google.grant(ALMA, "calendar").access_token

    @override
    async def async_get_access_token(self) -> str:
        return self._token


def test_g099_gcsa_makes_changes_moves_and_deletes_events(
    google: LocalGoogle, gcsa: GoogleCalendar
) -> None:
    made = gcsa.add_event(
        Event("Swim", start=datetime(2026, 11, 9, 9, tzinfo=UTC), attendees=Attendee("a@b.org"))
    )
    made.summary = "Swim far"
    gcsa.update_event(made)
    gcsa.move_event(made, gcsa.add_calendar(Calendar("Sports")).id)
    assert [one.summary for one in gcsa.get_events()] == []
    [moved] = google.live_events(ALMA, "Sports")
    assert moved["summary"] == "Swim far"
    assert moved["attendees"] == [{"email": "a@b.org", "responseStatus": "needsAction"}]


def test_g099_gcsa_reads_a_series_and_its_instances(
    google: LocalGoogle, gcsa: GoogleCalendar
) -> None:
    rule = Recurrence.rule(freq=DAILY, count=3)
    series = gcsa.add_event(Event("Walk", start=date(2026, 11, 9), recurrence=[rule]))
    found = list(gcsa.get_instances(series, time_min=date(2026, 11, 1)))
    gcsa.delete_event(found[1])
    left = gcsa.get_events(date(2026, 11, 1), single_events=True, order_by="startTime")
    assert [one.start for one in left] == [date(2026, 11, 9), date(2026, 11, 11)]
    assert google.counts()["events.instances"] == 1


def test_g099_gcsa_reads_calendars_settings_colours_rules_and_busy_times(
    google: LocalGoogle, gcsa: GoogleCalendar
) -> None:
    google.act("create", account=ALMA, body=timed("2026-11-09T09:00", "2026-11-09T10:00"))
    assert [one.primary for one in gcsa.get_calendar_list()] == [True]
    assert gcsa.get_settings().timezone == "Europe/Zurich"
    assert "11" in gcsa.list_event_colors()
    assert [rule.role for rule in gcsa.get_acl_rules()] == ["owner"]
    busy = gcsa.get_free_busy(
        time_min=datetime(2026, 11, 9, tzinfo=UTC), time_max=datetime(2026, 11, 10, tzinfo=UTC)
    )
    assert [one.start for one in busy] == [datetime(2026, 11, 9, 8, tzinfo=UTC)]


async def test_g099_gcal_sync_follows_changes_and_deletions_with_its_sync_token(
    google: LocalGoogle,
) -> None:
    body = timed("2026-11-09T09:00", "2026-11-09T10:00", summary="First")
    first = google.act("create", account=ALMA, body=body)
    async with aiohttp.ClientSession() as session:
        manager = CalendarEventSyncManager(
            GoogleCalendarService(Auth(session, google)), calendar_id=ALMA
        )
        await manager.run()
        google.act("edit_title", account=ALMA, event=first["id"], title="Second")
        other = google.act("create", account=ALMA, body=body)
        await manager.run()
        google.act("delete", account=ALMA, event=other["id"])
        await manager.run()
        timeline = await manager.store_service.async_get_timeline()
    assert [one.summary for one in timeline] == ["Second"]
    reads = [one.parameters for one in google.received if one.method == "events.list"]
    assert ["syncToken" in one for one in reads] == [False, True, True]


async def test_g099_gcal_sync_reads_all_anew_when_its_token_is_gone(
    google: LocalGoogle,
) -> None:
    body = timed("2026-11-09T09:00", "2026-11-09T10:00", summary="First")
    google.act("create", account=ALMA, body=body)
    async with aiohttp.ClientSession() as session:
        manager = CalendarEventSyncManager(
            GoogleCalendarService(Auth(session, google)), calendar_id=ALMA
        )
        await manager.run()
        google.act("share", account=ALMA, **{"with": "bo@example.org"})
        await manager.run()
        timeline = await manager.store_service.async_get_timeline()
    assert [one.summary for one in timeline] == ["First"]
    statuses = [one.status for one in google.received if one.method == "events.list"]
    assert statuses == [200, 410, 200]


async def test_g099_gcal_sync_lists_calendars_and_events_page_by_page(
    google: LocalGoogle,
) -> None:
    google.knobs.page_size, google.knobs.empty_every = 2, 2
    for hour in range(9, 14):
        body = timed(f"2026-11-09T{hour:02}:00", f"2026-11-09T{hour:02}:30", summary=str(hour))
        google.act("create", account=ALMA, body=body)
    async with aiohttp.ClientSession() as session:
        api = GoogleCalendarService(Auth(session, google))
        lists = CalendarListSyncManager(api)
        await lists.run()
        calendars = await lists.store_service.async_list_calendars()
        start = datetime(2026, 11, 1, tzinfo=UTC)
        answer = await api.async_list_events(ListEventsRequest(calendarId=ALMA, timeMin=start))
        pages = [[one.summary for one in page.items] async for page in answer]
    assert [one.id for one in calendars.calendars] == [ALMA]
    assert pages == [["9", "10"], [], ["11", "12"], [], ["13"]]


async def test_g099_gcal_sync_writes_and_deletes_an_event(google: LocalGoogle) -> None:
    when: dict[str, Any] = {
        name: DateOrDatetime(dateTime=datetime(2026, 11, 9, hour, tzinfo=UTC))
        for name, hour in (("start", 9), ("end", 10))
    }
    async with aiohttp.ClientSession() as session:
        api = GoogleCalendarService(Auth(session, google))
        await api.async_create_event(ALMA, SyncedEvent(summary="Call", **when))
        [made] = google.live_events(ALMA)
        read = await api.async_get_event(ALMA, made["id"])
        await api.async_delete_event(ALMA, made["id"])
        gone = await api.async_get_event(ALMA, made["id"])
    assert read.summary == "Call"
    assert gone.status == EventStatusEnum.CANCELLED


def test_g099_googles_own_client_goes_through_batches_and_long_gets(
    google: LocalGoogle,
) -> None:
    client = service(google, ALMA)
    answers: list[tuple[str, Any, Any]] = []
    batch = client.new_batch_http_request(callback=lambda *one: answers.append(one))
    for hour in (9, 10):
        body = timed(f"2026-11-09T{hour:02}:00", f"2026-11-09T{hour:02}:30", summary=str(hour))
        batch.add(client.events().insert(calendarId="primary", body=body))
    batch.add(client.events().get(calendarId="primary", eventId="nothing"))
    batch.execute()
    long = client.events().list(calendarId="primary", q=" ".join(["9"] * 1500)).execute()
    assert [one["summary"] for _, one, error in answers if error is None] == ["9", "10"]
    assert answers[2][2].resp.status == 404
    assert [one["summary"] for one in long["items"]] == ["9"]
    assert google.received[-1].verb == "GET"
    assert google.received[-1].headers["x-http-method-override"] == "GET"
