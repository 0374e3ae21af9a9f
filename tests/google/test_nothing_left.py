"""A link that has ended leaves nothing behind, on neither side (scenario 97)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from server.domain.google import Ending, LinkState
from server.usecases import google_links
from server.usecases.google_endings import end as end_link
from server.usecases.google_endings import forget
from server.usecases.google_links import LinkWanted
from server.usecases.manage_users import disable_user
from server.usecases.ports.google import Tally
from tests.google.connected import ACCOUNT, Connected, connecting
from tests.google.push_site import push_site
from tests.google.test_connect_disconnect import dentist
from tests.local_google import LocalGoogle
from tests.practice import ADMIN, ALMA, JOHN, THEO, WEEKLY, House, at, session, timed

WAYS = ("leave", "remove", "disable")


@pytest.fixture
def told(any_house: House, local_google: LocalGoogle) -> Iterator[Connected]:
    """Return a practice with two links that Google tells of changes, and much that is known."""
    with (
        push_site(any_house) as site,
        connecting(any_house, local_google, public_url=site) as found,
    ):
        any_house.book()
        any_house.book(timed(at(25)), session(JOHN, "acupfollow"), WEEKLY)
        found.connect(watched=("primary",))
        dentist(found)
        local_google.quiet()
        yield found


def end(told: Connected, way: str) -> None:
    """End Alma's link, and carry it out."""
    with told.house.database.writing() as uow:
        if way == "disable":
            disable_user(uow, told.house.context(ADMIN), ALMA)
        else:
            found = google_links.find_link(uow, LinkWanted(ALMA))
            end_link(uow, found, Ending(way))
    told.work()


@pytest.mark.parametrize("way", WAYS)
def test_g097_a_link_that_has_ended_is_told_of_nothing_and_knows_nothing(
    told: Connected, way: str
) -> None:
    assert len(told.channels()) == 2
    blocks = [row for row in told.house.rows() if row.client is None]
    assert blocks
    with told.asked() as asked:
        end(told, way)
    assert asked["channels.stop"] == 2
    assert all(one.stopped for one in told.google.google.world.channels)
    assert told.google.google.grants.refreshes == {}
    link = told.link()
    assert link.state is LinkState.DISCONNECTED
    assert not any((link.sealed_access, link.sealed_refresh, link.scopes))
    assert told.channels() == []
    assert [row for row in told.house.rows() if row.client is None] == []
    assert len([row for row in told.house.rows() if row.client]) == 7
    told.google.act("create", account=ACCOUNT, body=soon(told))
    told.google.quiet()
    told.later(days=1)
    with told.asked() as asked:
        assert told.work() == 0
    assert not asked


def soon(told: Connected) -> dict[str, object]:
    start = told.house.now + timedelta(days=3)
    ends = start + timedelta(hours=1)
    return {
        "summary": "Dentist",
        "start": {"dateTime": start.isoformat()},
        "end": {"dateTime": ends.isoformat()},
    }


def test_g097_a_link_that_is_removed_leaves_nothing_of_its_own(told: Connected) -> None:
    theos = told.connect(THEO, "theo@example.com")
    end(told, "remove")
    with told.house.database.writing() as uow:
        (alma,) = uow.google.links.links(ALMA)
        forget(uow, alma)
    since = told.house.now - timedelta(days=90)
    with told.house.database.reading() as uow:
        google = uow.google
        assert [one.id for one in google.links.links()] == [theos.id]
        assert list(google.calendars.of_link(alma.id)) == []
        assert list(google.calendars.channels(alma.id)) == []
        assert list(google.events.all(alma.id)) == []
        assert list(google.events.conflicts(alma.id, since=since, settled=True)) == []
        assert google.events.tally(alma.id) == Tally()
        assert len(google.calendars.channels(theos.id)) == 1
    assert len([row for row in told.house.rows() if row.client]) == 7
    told.house.book(timed(at(26)))
    told.later(minutes=15)
    told.work()
    own = told.google.live_events(ACCOUNT, "primary")
    assert [one["summary"] for one in own] == ["Dentist"]
    assert told.google.mails == []
