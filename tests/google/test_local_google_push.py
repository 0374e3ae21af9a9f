"""Push messages of the local Google, received by a real HTTP server."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from googleapiclient.errors import HttpError

from tests.local_google import LocalGoogle, Unknowns
from tests.local_google.clients import refusal, service, timed
from tests.receiver import Receiver, receiving

ALMA, BO = "alma@example.org", "bo@example.org"
NOW = datetime(2026, 11, 3, 8, tzinfo=UTC)
BODY = timed("2026-11-09T09:00", "2026-11-09T10:00")


@pytest.fixture
def google() -> Iterator[LocalGoogle]:
    with LocalGoogle(at=NOW) as running:
        running.account(ALMA)
        yield running


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running


def watch(google: LocalGoogle, receiver: Receiver, name: str = "one", **more: Any) -> Any:  # noqa: ANN401
    body = {"id": name, "type": "web_hook", "address": f"{receiver.url}/push", **more}
    return service(google, ALMA).events().watch(calendarId="primary", body=body).execute()


def told(google: LocalGoogle, receiver: Receiver) -> list[tuple[str, int]]:
    """Return states and numbers of all messages, as soon as nothing is left to send."""
    google.quiet()
    return [
        (one.headers["x-goog-resource-state"], int(one.headers["x-goog-message-number"]))
        for one in receiver.received
    ]


def test_a_channel_says_that_it_is_there_and_then_what_happens(
    google: LocalGoogle, receiver: Receiver
) -> None:
    made = watch(google, receiver, token="secret", params={"ttl": "3600"})
    google.act("create", account=ALMA, body=BODY)
    assert told(google, receiver) == [("sync", 1), ("exists", 2)]
    last = receiver.received[-1]
    assert last.body == ""
    assert last.headers["x-goog-channel-id"] == "one"
    assert last.headers["x-goog-channel-token"] == "secret"
    assert last.headers["x-goog-resource-id"] == made["resourceId"]
    assert last.headers["x-goog-channel-expiration"] == "Tue, 03 Nov 2026 09:00:00 GMT"
    assert made["expiration"] == str(int((NOW + timedelta(hours=1)).timestamp() * 1000))


def test_what_was_not_asked_for_is_not_in_the_headers(
    google: LocalGoogle, receiver: Receiver
) -> None:
    watch(google, receiver)
    told(google, receiver)
    names = receiver.received[0].headers.keys()
    assert {"x-goog-channel-token", "x-goog-channel-expiration"}.isdisjoint(names)


def test_our_own_writes_are_told_too_and_other_calendars_not(
    google: LocalGoogle, receiver: Receiver
) -> None:
    watch(google, receiver)
    service(google, ALMA).events().insert(calendarId="primary", body=BODY).execute()
    google.act("make_calendar", account=ALMA, id="other@example.org")
    google.act("create", account=ALMA, calendar="other@example.org", body=BODY)
    assert told(google, receiver) == [("sync", 1), ("exists", 2)]


@pytest.mark.parametrize(("longer", "days"), [(False, 7), (True, 30)])
def test_a_channel_lives_no_longer_than_it_may(
    receiver: Receiver, longer: bool, days: int
) -> None:
    with LocalGoogle(Unknowns(channels_live_long=longer), at=NOW) as google:
        made = watch(google, receiver, params={"ttl": str(90 * 86_400)})
        google.clock.advance(timedelta(days=days, seconds=1))
        google.act("create", account=ALMA, body=BODY)
        assert told(google, receiver) == [("sync", 1)]
    assert int(made["expiration"]) / 1000 == (NOW + timedelta(days=days)).timestamp()


def test_a_channel_id_is_never_taken_twice(google: LocalGoogle, receiver: Receiver) -> None:
    made = watch(google, receiver)
    stop = {"id": "one", "resourceId": made["resourceId"]}
    service(google, ALMA).channels().stop(body=stop).execute()
    with pytest.raises(HttpError) as refused:
        watch(google, receiver)
    assert refusal(refused.value) == (400, "channelIdNotUnique")


@pytest.mark.parametrize("lingers", [True, False])
def test_a_stopped_channel_falls_silent_at_once_or_in_a_while(
    receiver: Receiver, lingers: bool
) -> None:
    with LocalGoogle(Unknowns(stopped_channels_linger=lingers), at=NOW) as google:
        made = watch(google, receiver)
        stop = {"id": "one", "resourceId": made["resourceId"]}
        service(google, ALMA).channels().stop(body=stop).execute()
        google.act("create", account=ALMA, body=BODY)
        google.clock.advance(timedelta(minutes=11))
        google.act("create", account=ALMA, body=BODY)
        assert len(told(google, receiver)) == 1 + lingers


def test_only_its_user_may_stop_a_channel(google: LocalGoogle, receiver: Receiver) -> None:
    made = watch(google, receiver)
    channels = service(google, BO).channels()
    with pytest.raises(HttpError) as refused:
        channels.stop(body={"id": "one", "resourceId": made["resourceId"]}).execute()
    assert refusal(refused.value) == (403, "forbidden")
    with pytest.raises(HttpError) as refused:
        channels.stop(body={"id": "two", "resourceId": made["resourceId"]}).execute()
    assert refusal(refused.value) == (404, "notFound")


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"address": "http://practice.example/push"}, "push.webhookUrlNotHttps"),
        ({"type": "carrier pigeon"}, "unsupportedChannelType"),
        ({"token": "x" * 257}, "invalid"),
        ({"id": "x" * 65}, "invalid"),
        ({"expiration": "1"}, "invalid"),
    ],
)
def test_a_channel_that_cannot_be_is_refused(
    google: LocalGoogle, receiver: Receiver, wrong: dict[str, str], reason: str
) -> None:
    with pytest.raises(HttpError) as refused:
        watch(google, receiver, **wrong)
    assert refusal(refused.value) == (400, reason)


def test_some_calendars_cannot_be_watched(google: LocalGoogle, receiver: Receiver) -> None:
    google.knobs.unwatchable.add(ALMA)
    with pytest.raises(HttpError) as refused:
        watch(google, receiver)
    assert refusal(refused.value) == (400, "pushNotSupportedForRequestedResource")


def test_a_deleted_calendar_exists_no_more(google: LocalGoogle, receiver: Receiver) -> None:
    google.act("make_calendar", account=ALMA, id="other@example.org")
    body = {"id": "one", "type": "webhook", "address": f"{receiver.url}/push"}
    events = service(google, ALMA).events()
    events.watch(calendarId="other@example.org", body=body).execute()
    google.act("delete_calendar", account=ALMA, calendar="other@example.org")
    assert told(google, receiver) == [("sync", 1), ("not_exists", 2)]


def test_a_receiver_that_is_down_is_tried_again_and_one_that_refuses_is_not(
    google: LocalGoogle, receiver: Receiver
) -> None:
    google.push.first_pause = 0.01
    receiver.statuses[:] = [204, 503, 500, 204, 404]
    watch(google, receiver)
    told(google, receiver)
    google.act("create", account=ALMA, body=BODY)
    assert told(google, receiver) == [("sync", 1), *[("exists", 2)] * 3]
    google.act("create", account=ALMA, body=BODY)
    assert told(google, receiver)[4:] == [("exists", 3)]


def test_messages_are_lost_doubled_held_and_turned_around(
    google: LocalGoogle, receiver: Receiver
) -> None:
    google.push.drop = 1
    watch(google, receiver)
    google.push.copies = 2
    google.act("create", account=ALMA, body=BODY)
    assert told(google, receiver) == [("exists", 2)] * 2
    google.push.copies, google.push.held = 1, True
    for _ in range(2):
        google.act("create", account=ALMA, body=BODY)
    assert len(told(google, receiver)) == 2
    assert google.deliver(backwards=True) == 2
    assert told(google, receiver)[2:] == [("exists", 4), ("exists", 3)]


@pytest.mark.parametrize("gaps", [True, False])
def test_numbers_rise_by_one_or_by_more(receiver: Receiver, gaps: bool) -> None:
    with LocalGoogle(Unknowns(numbers_have_gaps=gaps), at=NOW) as google:
        watch(google, receiver)
        told(google, receiver)
        google.act("create", account=ALMA, body=BODY)
        assert told(google, receiver) == [("sync", 1), ("exists", 4 if gaps else 2)]


def test_a_public_address_is_routed_to_this_machine_or_not_called_at_all(
    google: LocalGoogle, receiver: Receiver
) -> None:
    google.push.routes["https://practice.example"] = receiver.url
    watch(google, receiver, address="https://practice.example/google/push")
    watch(google, receiver, "two", address="https://elsewhere.example/push")
    assert told(google, receiver) == [("sync", 1)]
    assert receiver.received[0].path == "/google/push"


def test_lists_rules_and_settings_can_be_watched(
    google: LocalGoogle, receiver: Receiver
) -> None:
    client = service(google, ALMA)
    kind = {"type": "web_hook", "address": f"{receiver.url}/push"}
    client.calendarList().watch(body={"id": "list", **kind}).execute()
    client.acl().watch(calendarId="primary", body={"id": "rules", **kind}).execute()
    client.settings().watch(body={"id": "settings", **kind}).execute()
    google.act("share", account=ALMA, **{"with": BO})
    google.act("make_calendar", account=ALMA)
    google.quiet()
    came = [one.headers["x-goog-channel-id"] for one in receiver.received]
    assert sorted(came) == ["list", "list", "rules", "rules", "settings"]
