"""Connecting a Google account: what is asked for, and what is believed of what comes back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from server.domain.errors import Invalid, NotAllowed, NotFound
from server.domain.google import CalendarRole, LinkState, OutwardLevel
from server.google_sync.links.connect import ConsentRefused, NotSetUp, finish
from server.google_sync.links.oauth import NAMES, NEEDED
from tests.google.connected import ACCOUNT, Connected, connecting
from tests.local_google import LocalGoogle
from tests.practice import ADMIN, ALMA, THEO, House

OTHER_ACCOUNT = "other@example.com"


@pytest.fixture
def connected(any_house: House, local_google: LocalGoogle) -> Iterator[Connected]:
    """Return a practice that can connect, on each engine, with Google both ways."""
    with connecting(any_house, local_google) as found:
        yield found


def asked_for(address: str) -> dict[str, str]:
    return {name: said[0] for name, said in parse_qs(urlsplit(address).query).items()}


def test_the_least_is_asked_for_with_pkce_and_for_good(connected: Connected) -> None:
    asked = asked_for(connected.address())
    assert set(asked["scope"].split()) == set(NEEDED)
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["code_challenge"]) == 43
    assert asked["access_type"] == "offline"
    assert "consent" in asked["prompt"]
    assert len(asked["state"]) >= 43


def test_more_is_asked_for_only_where_somebody_wants_it(connected: Connected) -> None:
    assert NAMES in asked_for(connected.address(more=("names",)))["scope"].split()


def test_no_two_consents_share_a_secret(connected: Connected) -> None:
    once, again = asked_for(connected.address()), asked_for(connected.address())
    assert once["state"] != again["state"]
    assert once["code_challenge"] != again["code_challenge"]


def test_connecting_makes_one_calendar_and_tells_it_what_is_booked(
    connected: Connected,
) -> None:
    connected.house.book()
    link = connected.connect(watched=("primary",))
    assert link.state is LinkState.CONNECTED
    assert connected.managed_calendars() == [link.managed]
    assert {(one.id, one.role) for one in connected.calendars()} == {
        (link.managed, CalendarRole.MANAGED),
        ("primary", CalendarRole.WATCHED),
    }
    (event,) = connected.events()
    assert event["summary"] == "Appointment"
    assert connected.google.mails == []


def test_nothing_secret_is_kept_in_the_clear(connected: Connected) -> None:
    link = connected.connect()
    google = connected.google.google
    secrets = [*google.grants.refreshes, *google.grants.accesses]
    secrets.append(google.world.accounts[ACCOUNT].sub)
    assert secrets
    assert not [one for one in secrets if one in repr(link)]


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ({"state": "unknown", "code": "c"}, "not waited for"),
        ({"code": "c"}, "not waited for"),
        ({}, "not waited for"),
    ],
)
def test_what_nobody_asked_for_is_refused(
    connected: Connected, answer: dict[str, str], why: str
) -> None:
    connected.address()
    with pytest.raises(ConsentRefused, match=why):
        finish(connected.office, answer)


def test_a_consent_is_good_once(connected: Connected) -> None:
    answer = connected.consent(connected.address())
    finish(connected.office, answer)
    with pytest.raises(ConsentRefused, match="not waited for"):
        finish(connected.office, answer)


def test_a_consent_that_was_refused_is_used_up_too(connected: Connected) -> None:
    answer = connected.consent(connected.address(), decision="deny")
    assert answer["error"] == "access_denied"
    with pytest.raises(ConsentRefused, match="not allowed"):
        finish(connected.office, answer)
    with pytest.raises(ConsentRefused, match="not waited for"):
        finish(connected.office, answer)


def test_a_consent_is_not_waited_for_longer_than_ten_minutes(connected: Connected) -> None:
    answer = connected.consent(connected.address())
    connected.house.now += timedelta(minutes=10)
    with pytest.raises(ConsentRefused, match="not waited for"):
        finish(connected.office, answer)


def test_the_code_of_one_consent_does_not_go_with_the_state_of_another(
    connected: Connected,
) -> None:
    mine = connected.consent(connected.address())
    theirs = connected.consent(connected.address(THEO), OTHER_ACCOUNT)
    with pytest.raises(ConsentRefused, match="invalid_grant"):
        finish(connected.office, {**mine, "code": theirs["code"]})


def test_who_may_not_be_connected_is_told_why(connected: Connected) -> None:
    with pytest.raises(Invalid, match="no practitioner"):
        connected.address(ADMIN)
    with pytest.raises(NotFound):
        connected.address(link="nothing")
    with pytest.raises(Invalid, match="calendar"):
        connected.address(watched=("two words",))
    with pytest.raises(Invalid, match="scope"):
        connected.address(more=("everything",))
    with pytest.raises(Invalid, match="level"):
        connected.address(level=OutwardLevel.FULL)


def test_without_a_project_nothing_can_be_connected(
    any_house: House, local_google: LocalGoogle, connected: Connected
) -> None:
    project = replace(connected.office.terms.project, client_secret="")
    unset = connecting(any_house, local_google, project=project)
    with unset as found, pytest.raises(NotSetUp):
        found.address()


def test_a_user_who_left_is_not_connected(connected: Connected) -> None:
    with connected.house.database.writing() as uow:
        uow.configuration.save_user(replace(uow.catalogue.user[ALMA], disabled=True))
    with pytest.raises(NotAllowed):
        connected.address()


def test_the_level_of_the_practice_is_the_most_that_is_told(connected: Connected) -> None:
    assert connected.connect(level=OutwardLevel.FIRST).level is OutwardLevel.GENERIC
