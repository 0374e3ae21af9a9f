"""A change of keys: what was sealed is sealed anew, and the old key is needed no more."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from server.domain.google import Ending, GoogleLink, LinkState
from server.domain.ids import UserName
from server.google_sync.links.connect import ConsentRefused
from server.google_sync.links.office import opened
from server.google_sync.links.resealing import Resealed, reseal
from server.practice_db.key_file import Keys
from server.usecases.google_endings import end
from tests.google.connected import ACCOUNT, KEYS, Connected, connecting
from tests.local_google import LocalGoogle
from tests.practice import ALMA, THEO, House

OLD, NEW = KEYS.by_name["k1"], b"n" * 32
BOTH_KEYS = Keys("k2", {"k2": NEW, "k1": OLD})
NEW_ONLY = Keys("k2", {"k2": NEW})


@pytest.fixture
def connected(any_house: House, local_google: LocalGoogle) -> Iterator[Connected]:
    with connecting(any_house, local_google) as found:
        yield found


@contextmanager
def with_keys(connected: Connected, keys: Keys) -> Iterator[Connected]:
    """Restart with another key file."""
    office = connected.office
    with opened(office.database, office.clock, keys, office.terms) as other:
        yield replace(connected, office=other)


def early_hash(connected: Connected, subject: str) -> str:
    """Return an account's hash as an early version stored it, made with the file's own key."""
    info = f"praxical google account practice={connected.office.sealing.practice}".encode()
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(OLD)
    return f"k1.{hmac.new(key, subject.encode(), hashlib.sha256).hexdigest()}"


def rotated(connected: Connected) -> None:
    """Start a worker with a new key before the old one."""
    with with_keys(connected, BOTH_KEYS) as both:
        both.work()
        assert reseal(both.office) == Resealed(0, 0, ())


def disconnect(connected: Connected, user: UserName = ALMA) -> GoogleLink:
    with connected.house.database.writing() as uow:
        (link,) = uow.google.links.links(user)
        end(uow, link, Ending.LEAVE)
    connected.work()
    return connected.link(link)


def test_without_the_old_key_everything_works_as_before(connected: Connected) -> None:
    link = connected.connect()
    connected.house.book()
    connected.work()
    before = [one["id"] for one in connected.events()]
    rotated(connected)
    connected.house.book()
    with with_keys(connected, NEW_ONLY) as after:
        # A new access token is fetched with the refresh token that was sealed anew.
        after.later(hours=2)
        after.work()
        assert after.link(link).state is LinkState.CONNECTED
        assert {one["id"] for one in after.events()} > set(before)
        assert after.connect().id == link.id
        assert after.connect(another=True).id == link.id
        with pytest.raises(ConsentRefused, match="another Google account"):
            after.connect(account="other@example.com")


def test_a_link_that_has_ended_is_known_again_without_the_old_key(connected: Connected) -> None:
    link = connected.connect()
    ended = disconnect(connected)
    assert ended.state is LinkState.DISCONNECTED
    rotated(connected)
    with with_keys(connected, NEW_ONLY) as after:
        again = after.connect(another=True)
        assert (again.id, again.managed) == (link.id, link.managed)
        assert again.state is LinkState.CONNECTED


def test_two_links_to_one_account_know_it_whenever_they_were_made(
    connected: Connected,
) -> None:
    """The consent lives on as long as one of them needs it."""
    connected.connect()
    rotated(connected)
    with with_keys(connected, NEW_ONLY) as after:
        theos = after.connect(THEO)
        disconnect(after)
        with after.asked() as asked:
            after.later(hours=2)
            after.work()
        assert after.link(theos).state is LinkState.CONNECTED
        assert asked["events.list"] > 0


@pytest.mark.parametrize("by", ["token", "consent"])
def test_an_account_known_by_the_file_s_own_key_is_known_by_the_practice_s_soon(
    connected: Connected, by: str
) -> None:
    """As links were stored by an early version."""
    link = connected.connect()
    subject = connected.google.google.world.accounts[ACCOUNT].sub
    connected.change(link, account_hash=early_hash(connected, subject))
    with with_keys(connected, BOTH_KEYS) as both:
        assert reseal(both.office) == Resealed(1, 0, ("k1",))
        if by == "token":
            both.later(hours=2)
            both.work()
        else:
            both.connect()
        assert reseal(both.office) == Resealed(0, 0, ())
    with with_keys(connected, NEW_ONLY) as after:
        assert after.connect(another=True).id == link.id


def test_links_that_no_key_opens_are_counted_and_left_as_they_are(connected: Connected) -> None:
    link = connected.connect()
    with with_keys(connected, NEW_ONLY) as after:
        assert reseal(after.office) == Resealed(0, 1, ("k1",))
        with pytest.raises(ConsentRefused):
            after.connect()
    assert connected.link() == link
