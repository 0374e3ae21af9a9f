"""Lists of the local Google: pages, sync tokens, tombstones, and reading all anew."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from googleapiclient.errors import HttpError

from tests.local_google import LocalGoogle, Unknowns
from tests.local_google.clients import refusal, service, timed

ALMA = "alma@example.org"
NOW = datetime(2026, 11, 3, 8, tzinfo=UTC)


@pytest.fixture
def google() -> Iterator[LocalGoogle]:
    with LocalGoogle(at=NOW) as running:
        running.account(ALMA)
        yield running


def make(google: LocalGoogle, count: int, day: int = 9) -> list[str]:
    bodies = (
        timed(f"2026-11-{day:02}T{hour:02}:00", f"2026-11-{day:02}T{hour:02}:30")
        for hour in range(count)
    )
    return [google.act("create", account=ALMA, body=body)["id"] for body in bodies]


def read(google: LocalGoogle, **more: Any) -> Any:  # noqa: ANN401  # an answer
    return service(google, ALMA).events().list(calendarId="primary", **more).execute()


def pages(google: LocalGoogle, **more: Any) -> list[Any]:  # noqa: ANN401  # parameters
    found = [read(google, **more)]
    while "nextPageToken" in found[-1]:
        found.append(read(google, **more, pageToken=found[-1]["nextPageToken"]))
    return found


def ids(found: Sequence[Any]) -> list[str]:
    return [one["id"] for page in found for one in page["items"]]


def test_only_the_last_page_has_a_sync_token(google: LocalGoogle) -> None:
    made = make(google, 5)
    found = pages(google, maxResults=2, showDeleted=True)
    assert [("nextSyncToken" in one, "nextPageToken" in one) for one in found] == [
        *[(False, True)] * 2,
        (True, False),
    ]
    assert ids(found) == made


def test_pages_may_be_thin_or_empty_and_more_may_follow(google: LocalGoogle) -> None:
    made = make(google, 12)
    for name in made[:10]:
        google.act("delete", account=ALMA, event=name)
    google.knobs.thin_pages, google.knobs.page_size = True, 4
    found = pages(google)
    assert [len(one["items"]) for one in found] == [0, 0, 2]
    google.knobs.thin_pages, google.knobs.empty_every = False, 2
    assert [len(one["items"]) for one in pages(google, showDeleted=True)] == [4, 0, 4, 0, 4]


def test_a_delta_tells_what_changed_and_always_what_was_deleted(google: LocalGoogle) -> None:
    first, second, third = make(google, 3)
    token = read(google)["nextSyncToken"]
    google.act("edit_title", account=ALMA, event=second, title="Other")
    google.act("delete", account=ALMA, event=third)
    delta = read(google, syncToken=token)
    assert [(one["id"], one["status"]) for one in delta["items"]] == [
        (second, "confirmed"),
        (third, "cancelled"),
    ]
    assert read(google, syncToken=delta["nextSyncToken"])["items"] == []
    assert ids([read(google, syncToken=token)]) == [second, third]
    assert first not in ids([delta])


@pytest.mark.parametrize("shows", [True, False])
def test_what_changes_during_a_read_is_never_missed(shows: bool) -> None:
    with LocalGoogle(Unknowns(paging_shows_changes=shows), at=NOW) as google:
        google.account(ALMA)
        made = make(google, 6)
        first = read(google, maxResults=2)
        google.act("edit_title", account=ALMA, event=made[0], title="Seen")
        google.act("edit_title", account=ALMA, event=made[5], title="Ahead")
        google.act("delete", account=ALMA, event=made[3])
        late = make(google, 1, day=10)
        more = [first]
        while "nextPageToken" in more[-1]:
            token = more[-1]["nextPageToken"]
            more.append(read(google, maxResults=2, pageToken=token))
        delta = read(google, syncToken=more[-1]["nextSyncToken"])
    assert {made[0], made[3], made[5], *late} <= set(ids([delta]))
    assert {made[1], made[2], made[4]} <= set(ids(more))
    assert (late[0] in ids(more)) is shows


@pytest.mark.parametrize(
    "more",
    [
        {"q": "x"},
        {"orderBy": "updated"},
        {"timeMin": "2026-11-01T00:00:00Z"},
        {"iCalUID": "x"},
        {"showDeleted": False},
        {"privateExtendedProperty": ["a=1"]},
        {"singleEvents": True},
    ],
)
def test_a_sync_token_goes_with_the_parameters_of_the_first_read_only(
    google: LocalGoogle, more: dict[str, Any]
) -> None:
    token = read(google)["nextSyncToken"]
    with pytest.raises(HttpError) as refused:
        read(google, syncToken=token, **more)
    assert refusal(refused.value) == (400, "invalid")


def test_sharing_a_calendar_ends_its_sync_tokens(google: LocalGoogle) -> None:
    token = read(google)["nextSyncToken"]
    google.act("share", account=ALMA, **{"with": "bo@example.org"})
    with pytest.raises(HttpError) as refused:
        read(google, syncToken=token)
    assert refusal(refused.value) == (410, "fullSyncRequired")
    assert "nextSyncToken" in read(google)


def test_an_old_sync_token_is_gone(google: LocalGoogle) -> None:
    token = read(google)["nextSyncToken"]
    google.clock.advance(timedelta(days=31))
    with pytest.raises(HttpError) as refused:
        read(google, syncToken=token)
    assert refusal(refused.value) == (410, "fullSyncRequired")


def test_changes_since_a_moment_tell_of_deletions_and_not_of_long_ago(
    google: LocalGoogle,
) -> None:
    first, second = make(google, 2)
    google.clock.advance(timedelta(days=1))
    google.act("delete", account=ALMA, event=second)
    assert ids([read(google, updatedMin="2026-11-04T00:00:00Z")]) == [second]
    assert ids([read(google, updatedMin="2026-11-03T00:00:00Z")]) == [first, second]
    with pytest.raises(HttpError) as refused:
        read(google, updatedMin="2026-09-04T00:00:00Z")
    assert refusal(refused.value) == (410, "updatedMinTooLongAgo")


@pytest.mark.parametrize(
    ("is_gone", "says_why", "answer"),
    [
        (True, True, (410, "fullSyncRequired")),
        (True, False, (410, "")),
        (False, True, (400, "invalid")),
    ],
)
def test_a_mangled_token_is_gone_or_invalid(
    is_gone: bool, says_why: bool, answer: tuple[int, str]
) -> None:
    unknowns = Unknowns(bad_token_is_gone=is_gone, gone_says_why=says_why)
    with LocalGoogle(unknowns) as google:
        google.account(ALMA)
        with pytest.raises(HttpError) as refused:
            read(google, syncToken=read(google)["nextSyncToken"][:-3] + "abc")
        assert refusal(refused.value) == answer


@pytest.mark.parametrize("keeps", [True, False])
def test_a_delta_keeps_to_the_window_of_the_first_read_or_not(keeps: bool) -> None:
    with LocalGoogle(Unknowns(delta_keeps_window=keeps), at=NOW) as google:
        google.account(ALMA)
        token = read(google, timeMin="2026-11-09T00:00:00Z")["nextSyncToken"]
        inside, outside = make(google, 1, day=10), make(google, 1, day=2)
        found = ids([read(google, syncToken=token)])
    assert found == (inside if keeps else inside + outside)


def test_a_window_bounds_the_end_below_and_the_start_above(google: LocalGoogle) -> None:
    [name] = make(google, 1)  # 00:00 to 00:30 in Zurich
    for start, end, shown in (
        ("2026-11-08T23:30:00Z", "2026-11-09T23:00:00Z", []),
        ("2026-11-08T23:29:59Z", "2026-11-09T23:00:00Z", [name]),
        ("2026-11-08T00:00:00Z", "2026-11-08T23:00:00Z", []),
        ("2026-11-08T00:00:00Z", "2026-11-08T23:00:01Z", [name]),
    ):
        assert ids([read(google, timeMin=start, timeMax=end)]) == shown


def test_events_are_found_by_words_properties_and_uid(google: LocalGoogle) -> None:
    mark = {"extendedProperties": {"private": {"pm": "v1"}, "shared": {"s": "2"}}}
    body = timed("2026-11-09T09:00", "2026-11-09T10:00", summary="Blue talk")
    made = google.act("create", account=ALMA, body=body | mark)
    make(google, 2)
    for wanted in (
        {"q": "talk blue"},
        {"privateExtendedProperty": ["pm=v1"]},
        {"sharedExtendedProperty": ["s=2"]},
        {"iCalUID": made["iCalUID"]},
    ):
        found = read(google, **wanted)
        assert ids([found]) == [made["id"]]
        assert "nextSyncToken" not in found
    assert ids([read(google, privateExtendedProperty=["pm=v1", "pm=v2"])]) == []


def test_a_deleted_event_is_forgotten_in_the_end(google: LocalGoogle) -> None:
    [name] = make(google, 1)
    google.act("delete", account=ALMA, event=name)
    assert ids([read(google, showDeleted=True)]) == [name]
    google.clock.advance(timedelta(days=366))
    assert ids([read(google, showDeleted=True)]) == []
    body = timed("2027-12-09T09:00", "2027-12-09T10:00")
    assert google.act("create", account=ALMA, id=name, body=body)["id"] == name


@pytest.mark.parametrize("keeps", [True, False])
def test_a_tombstone_keeps_its_details_or_only_its_id(keeps: bool) -> None:
    with LocalGoogle(Unknowns(tombstones_keep_details=keeps)) as google:
        google.account(ALMA)
        [name] = make(google, 1)
        google.act("delete", account=ALMA, event=name)
        [row] = read(google, showDeleted=True)["items"]
        assert ("start" in row) is keeps
        assert "start" in google.events(ALMA)[0]


@pytest.mark.parametrize("survives", [True, False])
def test_a_sync_token_survives_a_restart_or_not(survives: bool, tmp_path: Path) -> None:
    unknowns = Unknowns(tokens_survive_restart=survives)
    with LocalGoogle(unknowns, save=tmp_path / "google") as google:
        google.account(ALMA)
        made = make(google, 2)
        token = read(google)["nextSyncToken"]
    with LocalGoogle(unknowns, save=tmp_path / "google") as google:
        google.act("delete", account=ALMA, event=made[0])
        assert ids([read(google)]) == made[1:]
        if survives:
            assert ids([read(google, syncToken=token)]) == made[:1]
        else:
            with pytest.raises(HttpError) as refused:
                read(google, syncToken=token)
            assert refusal(refused.value)[0] == 410


def test_the_calendar_list_and_the_settings_have_sync_tokens_too(google: LocalGoogle) -> None:
    client = service(google, ALMA)
    token = client.calendarList().list().execute()["nextSyncToken"]
    google.act("make_calendar", account=ALMA, id="other@example.org")
    delta = client.calendarList().list(syncToken=token).execute()
    assert ids([delta]) == ["other@example.org"]
    google.act("delete_calendar", account=ALMA, calendar="other@example.org")
    gone = client.calendarList().list(syncToken=delta["nextSyncToken"]).execute()
    assert [one.get("deleted") for one in gone["items"]] == [True]
    settings = client.settings().list().execute()["nextSyncToken"]
    assert client.settings().list(syncToken=settings).execute()["items"] == []
