"""Secret addresses: who may have one, what opens, what closes, and what is kept."""

from __future__ import annotations

from datetime import timedelta

import pytest

from server.domain.api_access import TokenState
from server.domain.errors import Invalid, NotAllowed, NotFound
from server.domain.feeds import UNUSED_AT_MOST, FeedKind, FeedLevel, FeedToken
from server.domain.ids import UserName
from server.usecases.feeds import (
    FeedRequest,
    all_feeds,
    new_feed,
    note_use,
    opened_by,
    path_of,
    revoke_feed,
)
from server.usecases.manage_users import disable_user, enable_user
from tests.practice import ADMIN, ALMA, DESK, THEO, House

WRONG = "0123456789-abcdefghijklmnopqrstuvwxyz23"


def made(house: House, wanted: FeedRequest | None = None) -> tuple[FeedToken, str]:
    with house.database.writing() as uow:
        return new_feed(uow, house.context(), wanted or FeedRequest(ALMA, "phone"))


def opens(house: House, text: str, kind: FeedKind = FeedKind.FEED) -> bool:
    with house.database.reading() as uow:
        return opened_by(uow, text, kind, house.now) is not None


def test_an_address_opens_what_it_was_made_for_and_nothing_else(any_house: House) -> None:
    _, text = made(any_house)
    _, other = made(any_house, FeedRequest(ALMA, "Outlook", FeedKind.FREE_BUSY))
    assert opens(any_house, text)
    assert opens(any_house, other, FeedKind.FREE_BUSY)
    assert not opens(any_house, text, FeedKind.FREE_BUSY)
    assert not opens(any_house, other)


def test_only_a_hash_is_kept_of_it(any_house: House) -> None:
    token, text = made(any_house)
    with any_house.database.reading() as uow:
        (kept,) = all_feeds(uow, ALMA)
    assert kept == token
    assert text.partition("-")[2] not in repr(kept)
    assert path_of(token.kind, text) == f"/feeds/{text}.ics"


@pytest.mark.parametrize("wrong", ["", "x", WRONG, WRONG.upper(), f"{WRONG}\n", "../" + WRONG])
def test_what_is_no_address_opens_nothing(any_house: House, wrong: str) -> None:
    made(any_house)
    assert not opens(any_house, wrong)


def test_one_letter_makes_an_address_wrong(any_house: House) -> None:
    _, text = made(any_house)
    assert not opens(any_house, text[:-1] + ("a" if text[-1] != "a" else "b"))


def test_a_revoked_address_is_closed_for_good(any_house: House) -> None:
    token, text = made(any_house)
    with any_house.database.writing() as uow:
        first = revoke_feed(uow, any_house.context(), token.id)
    with any_house.database.writing() as uow:
        assert revoke_feed(uow, any_house.later(days=1).context(), token.id) == first
        with pytest.raises(NotFound):
            revoke_feed(uow, any_house.context(), "0000000000")
    assert not opens(any_house, text)


def test_an_address_that_nobody_reads_closes_and_one_that_is_read_does_not(
    any_house: House,
) -> None:
    token, text = made(any_house)
    later = any_house.later(days=UNUSED_AT_MOST.days)
    assert opens(later, text)
    assert not opens(later.later(seconds=1), text)
    assert token.state(later.later(seconds=1).now) is TokenState.EXPIRED
    note_use(any_house.database, token, later.now)
    assert opens(later.later(days=1), text)


def test_that_it_was_read_is_noted_once_an_hour(any_house: House) -> None:
    token, text = made(any_house)
    note_use(any_house.database, token, any_house.now)
    for minutes, expected in ((59, 0), (60, 60)):
        later = any_house.later(minutes=minutes)
        with later.database.reading() as uow:
            found = opened_by(uow, text, FeedKind.FEED, later.now)
        assert found is not None
        note_use(later.database, found, later.now)
        with later.database.reading() as uow:
            (kept,) = all_feeds(uow)
        assert kept.last_used_at == any_house.now + timedelta(minutes=expected)


def test_who_is_disabled_is_read_by_nobody_also_when_enabled_again(any_house: House) -> None:
    _, text = made(any_house)
    _, others = made(any_house, FeedRequest(THEO, "phone"))
    with any_house.database.writing() as uow:
        disable_user(uow, any_house.context(ADMIN), ALMA)
    assert not opens(any_house, text)
    with any_house.database.writing() as uow:
        enable_user(uow, ALMA)
    assert not opens(any_house, text)
    assert opens(any_house, others)


@pytest.mark.parametrize(
    ("wanted", "error"),
    [
        (FeedRequest(UserName("nobody"), "x"), NotFound),
        (FeedRequest(DESK, "x"), Invalid),
        (FeedRequest(ALMA, " "), Invalid),
        (FeedRequest(ALMA, "x", FeedKind.FREE_BUSY, FeedLevel.INITIALS), Invalid),
    ],
)
def test_an_address_is_refused_that_would_tell_nothing_or_too_much(
    any_house: House, wanted: FeedRequest, error: type[Exception]
) -> None:
    with pytest.raises(error):
        made(any_house, wanted)


def test_who_is_disabled_gets_no_address(any_house: House) -> None:
    with any_house.database.writing() as uow:
        disable_user(uow, any_house.context(ADMIN), ALMA)
    with pytest.raises(NotAllowed):
        made(any_house)


def test_the_feeds_of_nobody_are_not_listed(any_house: House) -> None:
    with any_house.database.reading() as uow, pytest.raises(NotFound):
        all_feeds(uow, UserName("nobody"))
