"""Several people at the local Google: guests, their answers and mails, and shared calendars."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

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


def test_a_guest_gets_a_copy_and_answers_with_it(google: LocalGoogle, api: Api) -> None:
    made = api("insert", body={**BODY, "attendees": [{"email": BO}]})
    [copy] = google.live_events(BO)
    assert copy["organizer"] == {"email": ALMA}
    assert copy["attendees"][0]["self"] is True
    google.act("answer", account=BO, event=made["id"], response="declined")
    found = api("get", eventId=made["id"])
    assert found["attendees"] == [{"email": BO, "responseStatus": "declined"}]
    with pytest.raises(HttpError) as refused:
        Api(google, BO)("patch", eventId=made["id"], body={"summary": "Mine"})
    assert refusal(refused.value) == (403, "forbiddenForNonOrganizer")


def test_a_delete_that_tells_nobody_stays_with_the_guests(
    google: LocalGoogle, api: Api
) -> None:
    quiet, loud = (api("insert", body={**BODY, "attendees": [{"email": BO}]}) for _ in "ab")
    api("delete", eventId=quiet["id"], sendUpdates="none")
    assert google.mails == []
    api("delete", eventId=loud["id"], sendUpdates="all")
    assert [one["id"] for one in google.live_events(BO)] == [quiet["id"]]
    assert [(mail.to, mail.about) for mail in google.mails] == [(BO, "cancelled")]


@pytest.mark.parametrize(
    ("mode", "still", "told"),
    [
        ("all", False, [BO, "out@example.net"]),
        ("externalOnly", False, ["out@example.net"]),
        ("none", False, []),
        ("none", True, ["out@example.net"]),
    ],
)
def test_guests_are_mailed_as_they_are_to_be(mode: str, still: bool, told: list[str]) -> None:
    with LocalGoogle(Unknowns(none_still_mails=still)) as google:
        google.account(BO)
        guests = [{"email": BO}, {"email": "out@example.net"}]
        Api(google, ALMA)("insert", body={**BODY, "attendees": guests}, sendUpdates=mode)
        assert [mail.to for mail in google.mails] == told


def test_a_private_event_shows_a_reader_its_time_only(google: LocalGoogle, api: Api) -> None:
    made = api("insert", body={**BODY, "visibility": "private"})
    google.act("share", account=ALMA, **{"with": BO}, role="reader")
    seen = Api(google, BO, ALMA)("get", eventId=made["id"])
    assert "summary" not in seen
    assert seen["start"] == made["start"]
    google.act("share", account=ALMA, **{"with": BO}, role="writer")
    assert Api(google, BO, ALMA)("get", eventId=made["id"])["summary"] == "Talk"
    google.act("share", account=ALMA, **{"with": BO}, role="none")
    with pytest.raises(HttpError) as refused:
        Api(google, BO, ALMA)("get", eventId=made["id"])
    assert refusal(refused.value) == (404, "notFound")


def test_a_writer_without_private_access_writes_all_but_what_is_private(
    google: LocalGoogle, api: Api
) -> None:
    hidden, open_one = (
        api("insert", body={**BODY, "visibility": how})["id"] for how in ("private", "default")
    )
    google.act("share", account=ALMA, **{"with": BO}, role="writerWithoutPrivateAccess")
    other = Api(google, BO, ALMA)
    assert other("patch", eventId=open_one, body={"summary": "Seen"})["summary"] == "Seen"
    for request in ({"method": "patch", "body": {}}, {"method": "delete"}):
        with pytest.raises(HttpError) as refused:
            other(**request, eventId=hidden)
        assert refusal(refused.value) == (403, "forbidden")
    google.act("share", account=ALMA, **{"with": BO}, role="reader")
    with pytest.raises(HttpError) as refused:
        other("delete", eventId=open_one)
    assert refusal(refused.value) == (403, "requiredAccessLevel")


def test_an_organizer_who_is_a_guest_keeps_a_copy_of_what_they_moved_away(
    google: LocalGoogle, api: Api
) -> None:
    google.act("make_calendar", account=ALMA, id="other@example.org")
    made = api("insert", body={**BODY, "attendees": [{"email": ALMA}]})
    api("move", eventId=made["id"], destination="other@example.org")
    [copy] = google.live_events(ALMA)
    assert (copy["id"], copy["organizer"]["email"]) == (made["id"], "other@example.org")


def test_answers_of_more_than_two_hundred_guests_are_not_heard(
    google: LocalGoogle, api: Api
) -> None:
    many = [{"email": f"guest{number}@example.net"} for number in range(200)]
    made = api("insert", body={**BODY, "attendees": [*many, {"email": BO}]})
    google.act("answer", account=BO, event=made["id"], response="accepted")
    found = api("get", eventId=made["id"], maxAttendees=1)
    assert found["attendeesOmitted"] is True
    assert google.events(ALMA)[0]["attendees"][-1]["responseStatus"] == "needsAction"
