"""A calendar that others see in Google: numbers at most, in whichever order it is said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from server.domain.errors import Invalid
from server.domain.google import GoogleLink, OutwardLevel
from server.domain.ids import UserName
from server.google_sync.links.syncing import Settings as EngineSettings
from server.usecases.google_links import LEVELS, Levels, LinkWanted, find_link, set_level
from server.usecases.google_sharing import set_shared
from tests.google.connected import Connected, connecting
from tests.google.house import Linked
from tests.in_process import Stopped, sender, served_in_process
from tests.local_google import LocalGoogle
from tests.practice import ADMIN, ALMA, JOHN, House, at, session, timed
from tests.system.api import Program, read, token_for
from tests.system.phone import Send

ABOVE = (OutwardLevel.INITIALS, OutwardLevel.FIRST, OutwardLevel.FULL)
WITHIN = (OutwardLevel.BUSY, OutwardLevel.GENERIC, OutwardLevel.CODE)
ALL = Levels(OutwardLevel.FULL, agreed=True)


def share(
    house: House, *, shared: bool = True, confirmed: bool = False, user: UserName = ADMIN
) -> GoogleLink:
    with house.database.writing() as uow:
        link = find_link(uow, LinkWanted(ALMA))
        return set_shared(uow, house.context(user), link, shared=shared, confirmed=confirmed)


def level(house: House, wanted: OutwardLevel) -> GoogleLink:
    with house.database.writing() as uow:
        link = find_link(uow, LinkWanted(ALMA))
        return set_level(uow, house.context(ADMIN), link, wanted, ALL)


def said_in_google(alma: Linked) -> set[str]:
    """Return what all events are called, deleted ones too."""
    return {one.get("summary", "") for one in alma.all_events}


@pytest.mark.parametrize("stopped", [False, True])
def test_what_was_told_before_is_rewritten_past_and_deleted_events_too(
    alma: Linked, *, stopped: bool
) -> None:
    level(alma.house, OutwardLevel.FULL)
    past = alma.house.book(timed(at(4)))
    deleted = alma.house.book(timed(at(24)), session(JOHN))
    alma.house.book(timed(at(25)))
    alma.settle()
    alma.act("delete", alma.pair(deleted).event)
    alma.settle()
    alma.house = alma.house.later(days=7)
    assert "Jane Doe" in said_in_google(alma)
    link = share(alma.house)
    assert (link.level, link.shared, link.rewriting) == (OutwardLevel.CODE, True, True)
    if stopped:
        alma.settings = EngineSettings(writes_at_most=1)
        alma.sync()
        alma.settings = EngineSettings()
    alma.settle(10)
    assert [one for one in said_in_google(alma) if "Doe" in one] == []
    assert alma.now_link.rewriting is False
    assert {one["summary"] for one in alma.events} == {"C1001"}
    assert alma.pair(past).state == "live"


@pytest.mark.parametrize("wanted", ABOVE)
def test_the_level_first_and_then_that_it_is_shared(alma: Linked, wanted: OutwardLevel) -> None:
    level(alma.house, wanted)
    assert share(alma.house).level is OutwardLevel.CODE
    alma.house.book()
    alma.settle()
    assert alma.only["summary"] == "C1001"


@pytest.mark.parametrize("wanted", ABOVE)
def test_that_it_is_shared_first_and_then_the_level(alma: Linked, wanted: OutwardLevel) -> None:
    share(alma.house)
    with pytest.raises(Invalid, match="shared in Google: 'code' at most"):
        level(alma.house, wanted)
    assert alma.now_link.level is OutwardLevel.GENERIC
    share(alma.house, confirmed=True)
    assert level(alma.house, wanted).level is wanted


@pytest.mark.parametrize("wanted", WITHIN)
def test_what_names_nobody_stays_as_it_is(alma: Linked, wanted: OutwardLevel) -> None:
    level(alma.house, wanted)
    alma.house.book()
    alma.settle()
    before = alma.now_link
    link = share(alma.house)
    assert link == replace(before, shared=True)
    assert level(alma.house, wanted).level is wanted
    mark = alma.mark
    alma.settle()
    assert alma.writes(mark) == []


def test_who_confirmed_it_is_kept_and_taking_it_back_lowers_the_level(alma: Linked) -> None:
    level(alma.house, OutwardLevel.FULL)
    link = share(alma.house, confirmed=True)
    assert (link.level, link.rewriting) == (OutwardLevel.FULL, False)
    assert (link.shared_ok_by, link.shared_ok_at) == (ADMIN, alma.house.now)
    again = share(alma.house)
    assert (again.level, again.rewriting, again.shared_ok_by) == (OutwardLevel.CODE, True, "")
    assert again.shared_ok_at is None


def test_what_is_shared_no_more_is_not_told_more_by_itself(alma: Linked) -> None:
    level(alma.house, OutwardLevel.FIRST)
    share(alma.house)
    link = share(alma.house, shared=False)
    assert (link.level, link.shared) == (OutwardLevel.CODE, False)
    assert level(alma.house, OutwardLevel.FIRST).level is OutwardLevel.FIRST
    with pytest.raises(Invalid):
        share(alma.house, shared=False, confirmed=True)


@pytest.fixture
def connected(any_house: House, local_google: LocalGoogle) -> Iterator[Connected]:
    with connecting(any_house, local_google, level=OutwardLevel.FULL) as found:
        found.connect()
        yield found


@pytest.fixture
def send(any_house: House) -> Iterator[Send]:
    port = served_in_process(any_house.database, clock=Stopped(any_house.now))
    yield sender(port)
    port.close()


@pytest.mark.parametrize("wanted", LEVELS[:-1])
def test_connecting_again_tells_no_more_than_those_may_see(
    connected: Connected, wanted: OutwardLevel
) -> None:
    share(connected.house)
    link = connected.connect(level=wanted)
    assert link.level is min(wanted, OutwardLevel.CODE, key=LEVELS.index)
    share(connected.house, confirmed=True)
    assert connected.connect(level=wanted).level is wanted


def test_the_practitioner_says_it_over_the_api_and_an_administrator_confirms(
    connected: Connected, send: Send
) -> None:
    connected.change(connected.link(), level=OutwardLevel.FIRST)
    path = f"/google/links/{connected.link().id}"
    alma, admin = (
        Program(send, token_for(connected.house.database, user)) for user in (ALMA, ADMIN)
    )
    told = {"shared": True, "shared_confirmed": True}
    assert alma.patch(path, told).status == 403
    assert not read(alma.get(path))["shared"]
    link = read(alma.patch(path, {"shared": True}))
    assert (link["shared"], link["shared_confirmed"], link["level"]) == (True, False, "code")
    assert link["standing"] == "catching up"
    assert not read(alma.patch(path, {"shared": False}))["shared"]
    both = read(admin.patch(path, told))
    assert (both["shared"], both["shared_confirmed"]) == (True, True)
