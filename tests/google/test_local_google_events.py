"""Events of the local Google: made, changed, deleted and restored as Google does it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from googleapiclient.errors import HttpError

from tests.local_google import LocalGoogle, Unknowns
from tests.local_google.clients import Api, refusal, timed

ALMA, BO = "alma@example.org", "bo@example.org"
BODY = timed("2026-11-09T09:00", "2026-11-09T10:00", summary="Talk")


@pytest.fixture
def google() -> Iterator[LocalGoogle]:
    with LocalGoogle(at=datetime(2026, 11, 3, 8, tzinfo=UTC)) as running:
        running.account(ALMA)
        running.account(BO)
        yield running


@pytest.fixture
def api(google: LocalGoogle) -> Api:
    return Api(google, ALMA)


def test_the_id_of_a_deleted_event_stays_taken(api: Api) -> None:
    api("insert", body={**BODY, "id": "abcde"})
    api("delete", eventId="abcde")
    with pytest.raises(HttpError) as refused:
        api("insert", body={**BODY, "id": "abcde"})
    assert refusal(refused.value) == (409, "duplicate")
    assert api("get", eventId="abcde")["summary"] == "Talk"


def test_an_icaluid_that_was_there_is_taken_too(api: Api) -> None:
    made = api("insert", body={**BODY, "iCalUID": "talk@example.org"})
    api("delete", eventId=made["id"])
    with pytest.raises(HttpError) as refused:
        api("insert", body={**BODY, "iCalUID": "talk@example.org"})
    assert refusal(refused.value) == (409, "duplicate")
    with pytest.raises(HttpError):
        api("insert", body={**BODY, "iCalUID": "other@example.org", "id": "abcde"})


def test_a_collision_that_goes_unnoticed_makes_two_events_of_one_id(
    google: LocalGoogle, api: Api
) -> None:
    google.knobs.misses_duplicates = True
    api("insert", body={**BODY, "id": "abcde"})
    api("insert", body={**BODY, "id": "abcde", "summary": "Twin"})
    found = api("list")["items"]
    assert [(one["id"], one["summary"]) for one in found] == [
        ("abcde", "Talk"),
        ("abcde", "Twin"),
    ]


def test_a_patch_merges_objects_replaces_arrays_and_removes_what_is_null(api: Api) -> None:
    guests = [{"email": "one@example.net"}, {"email": "two@example.net"}]
    properties = {"private": {"a": "1", "b": "2"}}
    more = {"attendees": guests, "extendedProperties": properties, "location": "Room 1"}
    made = api("insert", body={**BODY, **more})
    changes = {
        "attendees": guests[1:],
        "extendedProperties": {"private": {"a": None, "c": "3"}},
        "location": None,
    }
    found = api("patch", eventId=made["id"], body=changes)
    assert [one["email"] for one in found["attendees"]] == ["two@example.net"]
    assert found["extendedProperties"] == {"private": {"b": "2", "c": "3"}}
    assert "location" not in found
    assert found["summary"] == "Talk"


def test_an_update_forgets_what_it_does_not_name(api: Api) -> None:
    made = api(
        "insert", body={**BODY, "location": "Room 1", "recurrence": ["RRULE:FREQ=DAILY"]}
    )
    found = api("update", eventId=made["id"], body=BODY)
    assert "location" not in found
    assert "recurrence" not in found


@pytest.mark.parametrize("moves", [True, False])
def test_a_patch_that_changes_nothing_moves_the_etag_or_not(moves: bool) -> None:
    unknowns = Unknowns(empty_patch_moves_etag=moves)
    with LocalGoogle(unknowns) as google:
        api = Api(google, ALMA)
        made = api("insert", body=BODY)
        found = api("patch", eventId=made["id"], body={"summary": "Talk"})
    assert (found["etag"] != made["etag"]) is moves


def test_reminders_change_the_etag_and_not_when_it_was_updated(
    google: LocalGoogle, api: Api
) -> None:
    made = api("insert", body=BODY)
    google.clock.advance(timedelta(minutes=5))
    own = {"useDefault": False, "overrides": [{"method": "popup", "minutes": 5}]}
    found = api("patch", eventId=made["id"], body={"reminders": own})
    assert found["updated"] == made["updated"]
    assert found["etag"] != made["etag"]


def test_a_stale_etag_changes_and_deletes_nothing(api: Api) -> None:
    made = api("insert", body=BODY)
    changed = api("patch", etag=made["etag"], eventId=made["id"], body={"summary": "Other"})
    for method, more in (("patch", {"body": {}}), ("delete", {}), ("update", {"body": BODY})):
        with pytest.raises(HttpError) as refused:
            api(method, etag=made["etag"], eventId=made["id"], **more)
        assert refusal(refused.value) == (412, "conditionNotMet")
    assert api("delete", etag="*", eventId=made["id"]) == ""
    assert api("get", eventId=made["id"])["summary"] == changed["summary"]


def test_a_status_brings_a_deleted_event_back_and_a_patch_without_one_does_not(
    api: Api,
) -> None:
    made = api("insert", body=BODY)
    api("delete", eventId=made["id"])
    scrubbed = api("patch", eventId=made["id"], body={"summary": "Busy"})
    assert (scrubbed["status"], scrubbed["summary"]) == ("cancelled", "Busy")
    back = api("patch", eventId=made["id"], body={"status": "confirmed"})
    assert (back["status"], back["summary"]) == ("confirmed", "Busy")


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (
            {"end": {"dateTime": "2026-11-09T09:00", "timeZone": "Europe/Zurich"}},
            "timeRangeEmpty",
        ),
        ({"start": {"dateTime": "2026-11-09T09:00"}}, "required"),
        ({"start": {"dateTime": "2026-11-09T09:00", "timeZone": "Mars/Base"}}, "invalid"),
        ({"start": {"date": "2026-11-09", "dateTime": "2026-11-09T09:00Z"}}, "invalid"),
        ({"id": "Talk"}, "invalid"),
        ({"recurrence": ["RRULE:FREQ=SOMETIMES"]}, "invalid"),
        ({"recurrence": ["DTSTART:20261109"]}, "invalid"),
        ({"visibility": "secret"}, "invalid"),
        ({"eventType": "outOfOffice"}, "eventTypeRestriction"),
        ({"attendees": [{"displayName": "Nobody"}]}, "required"),
        ({"reminders": {"overrides": [{"method": "popup", "minutes": 50_000}]}}, "invalid"),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason(
    google: LocalGoogle, wrong: dict[str, Any], reason: str
) -> None:
    google.act("make_calendar", account=ALMA, id="other@example.org")
    with pytest.raises(HttpError) as refused:
        Api(google, ALMA, "other@example.org")("insert", body={**BODY, **wrong})
    assert refusal(refused.value) == (400, reason)


def test_a_birthday_is_a_day_that_returns_each_year(api: Api) -> None:
    day = {"start": {"date": "2026-11-09"}, "end": {"date": "2026-11-10"}}
    kind = {"eventType": "birthday", "transparency": "transparent"}
    with pytest.raises(HttpError) as refused:
        api("insert", body={**day, **kind})
    assert refusal(refused.value) == (400, "eventTypeRestriction")
    made = api("insert", body={**day, **kind, "recurrence": ["RRULE:FREQ=YEARLY"]})
    assert made["eventType"] == "birthday"
    with pytest.raises(HttpError) as refused:
        api("patch", eventId=made["id"], body={"eventType": "default"})
    assert refusal(refused.value) == (400, "eventTypeRestriction")


def test_what_is_not_asked_for_by_version_is_dropped_without_a_word(api: Api) -> None:
    call = {"conferenceData": {"notes": "Room"}, "eventLabelId": "3"}
    assert "conferenceData" not in api("insert", body={**BODY, **call})
    kept = api("insert", body={**BODY, **call}, conferenceDataVersion=1, eventLabelVersion=1)
    assert kept["conferenceData"] == {"notes": "Room"}
    assert kept["eventLabelId"] == "3"


@pytest.mark.parametrize("refuses", [True, False])
def test_too_long_properties_are_refused_or_cut(refuses: bool) -> None:
    with LocalGoogle(Unknowns(oversized_properties_are_refused=refuses)) as google:
        api = Api(google, ALMA)
        private = {"k" * 45: "1", "long": "x" * 1100}
        body = {**BODY, "extendedProperties": {"private": private}}
        if refuses:
            with pytest.raises(HttpError):
                api("insert", body=body)
        else:
            found = api("insert", body=body)["extendedProperties"]["private"]
            assert found == {"long": "x" * 1024}


@pytest.mark.parametrize("replaces", [True, False])
def test_a_second_import_of_a_uid_replaces_the_first_or_is_a_duplicate(replaces: bool) -> None:
    with LocalGoogle(Unknowns(import_replaces=replaces)) as google:
        api = Api(google, ALMA)
        first = api("import_", body={**BODY, "iCalUID": "talk@example.org"})
        again = {**BODY, "iCalUID": "talk@example.org", "summary": "Again"}
        if replaces:
            assert api("import_", body=again)["id"] == first["id"]
        else:
            with pytest.raises(HttpError) as refused:
                api("import_", body=again)
            assert refusal(refused.value) == (409, "duplicate")


def test_a_moved_event_leaves_a_stub_and_its_answer_says_cancelled(
    google: LocalGoogle, api: Api
) -> None:
    google.act("make_calendar", account=ALMA, id="other@example.org", title="Other")
    made = api("insert", body=BODY)
    answer = api("move", eventId=made["id"], destination="other@example.org")
    assert answer["status"] == "cancelled"
    [stub] = google.events(ALMA)
    assert stub.keys() == {"kind", "etag", "id", "status"}
    [there] = google.live_events(ALMA, "Other")
    assert there["organizer"]["email"] == "other@example.org"


def test_a_conference_block_in_a_description_is_stripped(api: Api) -> None:
    block = "-::~:~::~:~:~::-\nDo not edit this section.\n-::~:~::~:~::-"
    made = api("insert", body={**BODY, "description": f"Bring shoes\n{block}"})
    assert made["description"] == "Bring shoes"


def test_no_attendee_is_oneself_on_a_secondary_calendar(google: LocalGoogle, api: Api) -> None:
    google.act("make_calendar", account=ALMA, id="other@example.org")
    body = {**BODY, "attendees": [{"email": ALMA}]}
    [there] = Api(google, ALMA, "other@example.org")("insert", body=body)["attendees"]
    [here] = api("insert", body=body)["attendees"]
    assert ("self" in there, here["self"]) == (False, True)
