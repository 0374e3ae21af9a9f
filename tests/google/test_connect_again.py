"""Losing the consent to a Google account and getting it back (scenarios 85 to 88 and 92)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from server.domain.errors import Invalid
from server.domain.google import CalendarRole, LinkState
from server.google_sync.links.connect import ConsentRefused
from server.google_sync.links.oauth import MANAGED, WATCHED
from tests.google.connected import ACCOUNT, Connected, connecting
from tests.local_google import Befalls, Fault, LocalGoogle
from tests.practice import House

OTHER_ACCOUNT = "other@example.com"


@pytest.fixture
def connected(any_house: House, local_google: LocalGoogle) -> Iterator[Connected]:
    """Return a practice that can connect, on each engine, with Google both ways."""
    with connecting(any_house, local_google) as found:
        yield found


def test_g085_a_revoked_consent_stops_within_one_call_and_resumes_without_doubles(
    connected: Connected,
) -> None:
    connected.house.book()
    link = connected.connect()
    connected.google.act("revoke", account=ACCOUNT)
    connected.later(minutes=15)
    with connected.asked() as asked:
        connected.work()
    assert connected.link().state is LinkState.REAUTH_REQUIRED
    assert sum(asked.values()) <= 2
    assert [one.code for one in connected.notices()] == ["google-reconnect"]
    assert all(one.unknown_since is not None for one in connected.calendars())
    with connected.asked() as asked:
        connected.house.book(details=None)
        connected.later(hours=2)
        connected.work()
    assert not asked
    again = connected.connect()
    assert (again.id, again.managed) == (link.id, link.managed)
    assert len(connected.events()) == 2
    assert all(one.unknown_since is None for one in connected.calendars())


def test_g086_a_token_endpoint_that_is_down_leaves_the_link_connected(
    connected: Connected,
) -> None:
    connected.connect()
    connected.later(hours=2)
    connected.google.script(Fault("token", times=3, status=503))
    for _ in range(8):
        connected.work()
        assert connected.link().state is LinkState.CONNECTED
        connected.later(minutes=2)
    link = connected.link()
    assert (link.failures, link.rests_until) == (0, None)
    assert link.read_at is not None
    assert connected.house.now - link.read_at < timedelta(minutes=20)


@pytest.mark.parametrize(
    ("granted", "missing"), [((MANAGED,), "busy times"), ((WATCHED,), "calendar")]
)
def test_g087_only_what_was_granted_works_and_the_rest_says_why(
    connected: Connected, granted: tuple[str, ...], missing: str
) -> None:
    connected.house.book()
    connected.google.account(ACCOUNT)
    connected.google.act("grant_fewer", account=ACCOUNT, scopes=["openid", *granted])
    link = connected.connect(watched=("primary",))
    assert (link.state, link.reason) == (LinkState.CONNECTED, "fewer-scopes")
    has_calendar = missing != "calendar"
    assert bool(link.managed) is has_calendar
    assert len(connected.managed_calendars()) == has_calendar
    watched = [one for one in connected.calendars() if one.role is CalendarRole.WATCHED]
    assert [one.read_at is not None for one in watched] == [True] * (not has_calendar)


def test_where_nothing_useful_was_granted_nothing_is_stored(connected: Connected) -> None:
    connected.google.account(ACCOUNT)
    connected.google.act("grant_fewer", account=ACCOUNT, scopes=["openid"])
    with pytest.raises(ConsentRefused, match="Neither"):
        connected.connect()
    with connected.house.database.reading() as uow:
        assert uow.google.links.links() == []


def test_g088_another_account_is_refused_for_the_same_link(connected: Connected) -> None:
    link = connected.connect()
    with pytest.raises(ConsentRefused, match="another Google account"):
        connected.connect(account=OTHER_ACCOUNT)
    assert connected.link() == link


def test_another_account_is_a_link_of_its_own_where_that_is_asked_for(
    connected: Connected,
) -> None:
    link = connected.connect()
    other = connected.connect(account=OTHER_ACCOUNT, another=True)
    assert other.id != link.id
    assert other.account_hash != link.account_hash
    assert other.managed != link.managed
    with pytest.raises(Invalid, match="several"):
        connected.address()
    assert parse_qs(urlsplit(connected.address(link=link.id)).query)["state"]


def test_the_same_account_once_more_is_the_same_link(connected: Connected) -> None:
    link = connected.connect()
    again = connected.connect(another=True)
    assert again.id == link.id


def test_g092_connecting_again_does_not_make_a_second_calendar(connected: Connected) -> None:
    link = connected.connect()
    for _ in range(2):
        connected.later(minutes=1)
        assert connected.connect().managed == link.managed
    assert connected.managed_calendars() == [link.managed]


def test_g018_z9_a_calendar_that_was_made_and_not_remembered_is_found_by_its_mark(
    connected: Connected,
) -> None:
    lost = Fault("calendars.insert", Befalls.LOSE_ANSWER)
    connected.google.script(lost)
    connected.connect(more=("names",))
    assert connected.link().making_since is not None
    connected.later(minutes=2)
    connected.work()
    link = connected.link()
    assert (link.state, link.making_since) == (LinkState.CONNECTED, None)
    assert connected.managed_calendars() == [link.managed]


def test_where_calendars_may_not_be_listed_one_that_may_be_left_is_told_of(
    connected: Connected,
) -> None:
    lost = Fault("calendars.insert", Befalls.LOSE_ANSWER)
    connected.google.script(lost)
    connected.connect()
    connected.later(minutes=2)
    connected.work()
    link = connected.link()
    assert link.state is LinkState.CONNECTED
    assert link.managed in connected.managed_calendars()
    assert [one.code for one in connected.notices()] == ["google-calendar-left"]


def test_a_calendar_that_was_refused_is_not_looked_for(connected: Connected) -> None:
    refused = Fault("calendars.insert", status=403, reason="rateLimitExceeded")
    connected.google.script(refused)
    connected.connect()
    assert connected.link().making_since is None
    connected.later(minutes=2)
    connected.work()
    assert connected.managed_calendars() == [connected.link().managed]
    assert connected.notices() == []


def test_g018_z10_a_token_that_was_refreshed_and_not_stored_does_no_harm(
    connected: Connected,
) -> None:
    connected.connect()
    connected.later(hours=2)
    connected.google.script(Fault("token", Befalls.LOSE_ANSWER))
    connected.work()
    connected.later(minutes=2)
    connected.work()
    link = connected.link()
    assert (link.state, link.failures) == (LinkState.CONNECTED, 0)


def test_a_new_refresh_token_is_stored_before_it_is_used(connected: Connected) -> None:
    before = connected.connect()
    connected.later(hours=2)
    connected.google.script(Fault("events.list", Befalls.CLOSE, times=9))
    connected.work()
    after = connected.link()
    assert after.sealed_access != before.sealed_access
    rotates = connected.google.google.world.unknowns.rotates_refresh_tokens
    assert (after.sealed_refresh != before.sealed_refresh) is rotates
