"""Google tells of changes, or does not, or somebody else claims to (scenarios 66 to 72, 95)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from time import perf_counter

import pytest
import requests

from server.google_sync.links.channels import OVERLAP
from tests.google.connected import ACCOUNT, Connected, connecting
from tests.google.push_site import push_site
from tests.local_google import Befalls, Fault, LocalGoogle
from tests.practice import House

HOUR = timedelta(hours=1)
CHANGED = "exists"


@pytest.fixture
def told(any_house: House, local_google: LocalGoogle) -> Iterator[Connected]:
    """Return a connected practice that the local Google can call."""
    with (
        push_site(any_house) as site,
        connecting(any_house, local_google, public_url=site) as found,
    ):
        found.connect()
        local_google.quiet()
        # What happened between the first read and the channel is read once more.
        found.later(seconds=5)
        found.work()
        yield found


def move_in_google(told: Connected) -> None:
    """Make an event in the managed calendar, as its owner at Google's own page."""
    start = (told.house.now + timedelta(days=3)).isoformat()
    end = (told.house.now + timedelta(days=3, hours=1)).isoformat()
    body = {"summary": "Dentist", "start": {"dateTime": start}, "end": {"dateTime": end}}
    told.google.act("create", account=ACCOUNT, calendar=told.link().managed, body=body)


def changes_told(told: Connected) -> list[int]:
    """Return how messages of changes were answered."""
    sent = told.google.server.pusher.sent
    return [status for message, status in sent if message.state == CHANGED]


def poll_at(told: Connected) -> timedelta:
    """Return how long it is until the managed calendar is read."""
    (managed,) = told.calendars()
    assert managed.poll_at is not None
    return managed.poll_at - told.house.now


def post(told: Connected, **changed: str) -> int:
    """Send a message as Google does, but for what is changed; return the answer's status."""
    (message, _) = told.google.server.pusher.sent[0]
    headers = dict(message.headers)
    headers.update({name.replace("_", "-"): said for name, said in changed.items()})
    with requests.Session() as session:
        session.trust_env = False
        return session.post(message.address, headers=headers, timeout=30).status_code


def test_one_channel_is_made_and_its_secret_is_not_kept(told: Connected) -> None:
    (channel,) = told.channels()
    assert channel.expires_at > told.house.now
    secret = told.google.server.pusher.sent[0][0].headers["X-Goog-Channel-Token"]
    assert secret not in repr(channel)


def test_where_google_tells_of_changes_it_is_asked_seldom(told: Connected) -> None:
    assert HOUR <= poll_at(told) <= 1.25 * HOUR


def test_g065_what_google_tells_of_is_read_within_seconds(told: Connected) -> None:
    told.later(minutes=5)
    move_in_google(told)
    told.google.quiet()
    assert poll_at(told) <= timedelta(seconds=2)
    told.later(seconds=2)
    with told.asked() as asked:
        told.work()
    assert asked["events.list"] == 1
    assert poll_at(told) >= HOUR


def test_the_first_message_of_a_channel_asks_for_nothing(told: Connected) -> None:
    before = poll_at(told)
    assert post(told) == 204
    assert poll_at(told) == before


def test_g066_what_was_not_told_is_found_and_looked_for_more_often(told: Connected) -> None:
    told.later(minutes=10)
    told.google.push.drop = 1
    move_in_google(told)
    told.google.quiet()
    assert poll_at(told) > 0.5 * HOUR
    told.later(minutes=75)
    told.work()
    assert told.house.rows()
    (channel,) = told.channels()
    assert channel.silent
    told.later(minutes=13)
    told.work()
    assert poll_at(told) < timedelta(minutes=13)
    move_in_google(told)
    told.google.quiet()
    (channel,) = told.channels()
    assert not channel.silent


def test_g067_a_thousand_messages_in_a_second_make_one_list(told: Connected) -> None:
    told.later(minutes=5)
    told.google.push.held = True
    told.google.push.copies = 1000
    move_in_google(told)
    assert told.google.server.pusher.held
    told.google.deliver(backwards=True)
    told.google.quiet()
    assert changes_told(told) == [204] * 1000
    told.later(seconds=2)
    with told.asked() as asked:
        told.work()
    assert asked["events.list"] == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"X_Goog_Channel_Token": "guessed"},
        {"X_Goog_Channel_Token": ""},
        {"X_Goog_Channel_ID": "unknown"},
        {"X_Goog_Channel_ID": ""},
        {"X_Goog_Resource_ID": "another"},
    ],
    ids=lambda changed: " ".join(f"{k}={v}" for k, v in changed.items()),
)
def test_g068_who_does_not_know_the_secret_makes_no_work(
    told: Connected, changed: dict[str, str]
) -> None:
    told.later(minutes=5)
    before = poll_at(told)
    assert post(told, X_Goog_Resource_State=CHANGED, **changed) == 404
    assert poll_at(told) == before


def test_g069_a_channel_is_replaced_before_it_ends_without_a_gap(told: Connected) -> None:
    (old,) = told.channels()
    assert timedelta(days=4.5) < old.renew_at - told.house.now < timedelta(days=6)
    told.later(seconds=(old.renew_at - told.house.now).total_seconds())
    told.work()
    told.google.quiet()
    both = {one.id: one for one in told.channels()}
    assert len(both) == 2
    assert both[old.id].closing
    told.later(seconds=1)
    move_in_google(told)
    told.google.quiet()
    assert changes_told(told) == [204, 204]
    told.later(seconds=OVERLAP.total_seconds())
    told.work()
    (new,) = told.channels()
    assert new.id != old.id
    live = [one for one in told.google.google.world.channels if one.stopped is None]
    assert [one.id for one in live] == [new.id]


def test_g069_where_no_new_channel_is_made_the_old_one_stays(told: Connected) -> None:
    (old,) = told.channels()
    refused = Fault("events.watch", status=400, reason="channelsFull")
    told.google.script(refused)
    told.later(seconds=(old.renew_at - told.house.now).total_seconds())
    with told.asked() as asked:
        told.work()
    assert asked["events.watch"] == 1
    (kept,) = told.channels()
    assert (kept.id, kept.closing) == (old.id, False)
    told.later(hours=1)
    told.work()
    assert len(told.channels()) == 2


def test_g018_z8_a_channel_that_was_made_and_not_stored_does_no_harm(
    any_house: House, local_google: LocalGoogle
) -> None:
    lost = Fault("events.watch", Befalls.LOSE_ANSWER)
    local_google.script(lost)
    with (
        push_site(any_house) as site,
        connecting(any_house, local_google, public_url=site) as found,
    ):
        found.connect()
        local_google.quiet()
        assert found.channels() == []
        found.later(minutes=15)
        found.work()
        local_google.quiet()
        (channel,) = found.channels()
        orphans = [
            status
            for message, status in local_google.server.pusher.sent
            if message.headers["X-Goog-Channel-ID"] != channel.id
        ]
    assert set(orphans) == {404}


def test_g070_what_a_stopped_channel_still_delivers_is_harmless(told: Connected) -> None:
    (channel,) = told.channels()
    with told.house.database.writing() as uow:
        uow.google.calendars.save_channel(
            replace(channel, closing=True, renew_at=told.house.now)
        )
    told.later(seconds=1)
    told.work()
    told.google.quiet()
    before = poll_at(told)
    assert post(told, X_Goog_Resource_State=CHANGED) == 404
    assert poll_at(told) == before


def test_g071_a_calendar_that_cannot_be_watched_is_polled(
    any_house: House, local_google: LocalGoogle
) -> None:
    refused = Fault(
        "events.watch", status=400, reason="pushNotSupportedForRequestedResource", times=None
    )
    local_google.script(refused)
    with (
        push_site(any_house) as site,
        connecting(any_house, local_google, public_url=site) as found,
    ):
        found.connect()
        assert found.link().failures == 0
        assert poll_at(found) < timedelta(minutes=13)
        with found.asked() as asked:
            for _ in range(10):
                found.later(minutes=13)
                found.work()
    assert asked["events.watch"] == 0
    assert asked["events.list"] == 10


def test_without_a_public_address_no_channel_is_asked_for(
    any_house: House, local_google: LocalGoogle
) -> None:
    with connecting(any_house, local_google) as found:
        found.connect()
        assert found.channels() == []
        assert "events.watch" not in local_google.counts()
        terms = replace(found.office.terms, public_url="https://cal.practice.example")
        assert terms.push_address == "https://cal.practice.example/google/push"
        local = replace(terms, public_url="http://127.0.0.1:1", api_url="https://g.example")
        assert local.push_address == ""


def test_g072_an_answer_is_there_at_once_though_google_is_down(told: Connected) -> None:
    told.google.script(Fault("*", Befalls.CLOSE, times=None))
    post(told, X_Goog_Resource_State=CHANGED)
    started = perf_counter()
    for _ in range(10):
        assert post(told, X_Goog_Resource_State=CHANGED) == 204
    assert (perf_counter() - started) / 10 < 0.1


def test_g095_an_idle_link_asks_at_most_twice_an_hour(told: Connected) -> None:
    with told.asked() as asked:
        for _ in range(24 * 4):
            told.later(minutes=15)
            told.work()
    reading = sum(count for method, count in asked.items() if method != "token")
    assert 0 < reading <= 2 * 24
    assert asked["token"] <= 25


def test_what_is_sent_with_a_message_is_left_unread(told: Connected) -> None:
    message, _ = told.google.server.pusher.sent[0]
    with requests.Session() as session:
        session.trust_env = False
        answer = session.post(
            message.address, headers=message.headers, data=b"{" * 100_000, timeout=30
        )
        too_much = session.post(
            message.address, headers=message.headers, data=b"{" * 2_000_000, timeout=30
        )
    assert (answer.status_code, too_much.status_code) == (204, 413)
