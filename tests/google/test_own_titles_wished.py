"""Wishing for titles: when an account is connected, later, over the API, and no more."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from server.bootstrap.one_port import one_port
from server.domain.google import Ending, InwardLevel, LinkState
from server.domain.ids import UserName
from server.google_sync.links.oauth import MANAGED, TITLES, WATCHED
from server.practice_db.opened_titles import KeyFileTitles
from server.settings import Settings
from server.storage_plugin.house import House as Served
from server.usecases.google_endings import end
from server.usecases.google_links import LinkWanted, find_link
from server.usecases.google_titles import NO_TITLES
from tests.contract.whole_practice import dump
from tests.google.connected import ACCOUNT, KEYS, Connected, connecting
from tests.google.seeing import HIDDEN, titles
from tests.in_process import Stopped, sender
from tests.local_google import LocalGoogle
from tests.practice import ADMIN, ALMA, THEO, Field, House, at
from tests.system.api import Program, read, token_for
from tests.system.phone import Phone, Send
from tests.system.practice import new_secret, operator

WISHED: dict[str, Field] = {"watched": ("primary",), "more": ("titles",)}


@pytest.fixture
def connected(any_house: House, local_google: LocalGoogle) -> Iterator[Connected]:
    with connecting(any_house, local_google) as found:
        local_google.account(ACCOUNT)
        local_google.act(
            "create",
            account=ACCOUNT,
            body={
                "summary": "Dentist",
                "start": {"dateTime": at(24, 8).isoformat()},
                "end": {"dateTime": at(24, 9).isoformat()},
            },
        )
        yield found


@pytest.fixture
def send(any_house: House, tmp_path: Path) -> Iterator[Send]:
    """Return what sends requests to a server that has the key file."""
    file = tmp_path / "praxical.key"
    key = base64.b64encode(KEYS.by_name[KEYS.current]).decode()
    file.write_text(f"{KEYS.current} {key}\n")
    file.chmod(0o600)
    clock = Stopped(any_house.now)
    server = Served(any_house.database, clock=clock, titles=KeyFileTitles(file))
    port = one_port(Settings(), server)
    yield sender(port)
    port.close()


def shown(house: House, send: Send) -> list[str]:
    """Return how Alma's device is served the events of her other calendars."""
    with house.database.writing() as uow:
        secret = new_secret(uow, operator(Stopped(house.now)), ALMA)
    phone = Phone(send, ALMA, secret, "/alma/other-calendars/")
    return [title for href in phone.sync().there for title in titles(phone.get(href).text)]


def levels(connected: Connected) -> dict[str, InwardLevel]:
    return {one.id: one.inward for one in connected.calendars()}


def scopes(address: str) -> set[str]:
    return set(parse_qs(urlsplit(address).query)["scope"][0].split())


def api(house: House, send: Send, user: UserName) -> Program:
    return Program(send, token_for(house.database, user))


def test_titles_are_asked_for_only_where_they_are_wished_for(connected: Connected) -> None:
    assert TITLES not in scopes(connected.address())
    assert TITLES in scopes(connected.address(more=("titles",)))


def test_g081_who_wishes_for_titles_is_shown_them(connected: Connected, send: Send) -> None:
    link = connected.connect(**WISHED)
    assert (link.state, link.reason) == (LinkState.CONNECTED, "")
    assert levels(connected)["primary"] is InwardLevel.OWN_TITLE
    assert shown(connected.house, send) == ["Dentist"]
    assert "Dentist" not in repr(dump(connected.house.database))


def test_g087_where_titles_are_not_granted_it_is_said_and_events_stay_busy(
    connected: Connected, send: Send
) -> None:
    granted = ["openid", MANAGED, WATCHED]
    connected.google.act("grant_fewer", account=ACCOUNT, scopes=granted)
    link = connected.connect(**WISHED)
    assert (link.state, link.reason) == (LinkState.CONNECTED, NO_TITLES)
    assert levels(connected)["primary"] is InwardLevel.BUSY
    assert shown(connected.house, send) == [HIDDEN]
    connected.later(hours=1)
    connected.work()
    assert connected.link().reason == NO_TITLES


def test_titles_that_were_granted_are_asked_for_again_and_forgotten_where_they_are_not(
    connected: Connected, send: Send
) -> None:
    connected.connect(**WISHED)
    assert TITLES in scopes(connected.address())
    granted = ["openid", MANAGED, WATCHED]
    connected.google.act("grant_fewer", account=ACCOUNT, scopes=granted)
    assert connected.connect(watched=("primary",)).reason == NO_TITLES
    assert levels(connected)["primary"] is InwardLevel.BUSY
    assert shown(connected.house, send) == [HIDDEN]
    assert sealed(connected) == []


def test_titles_can_be_wished_for_when_the_account_is_connected_again(
    connected: Connected, send: Send
) -> None:
    connected.connect(watched=("primary",))
    assert shown(connected.house, send) == [HIDDEN]
    connected.connect(**WISHED)
    assert shown(connected.house, send) == ["Dentist"]


@pytest.mark.parametrize("ending", list(Ending))
def test_g084_the_end_of_a_link_leaves_no_title(connected: Connected, ending: Ending) -> None:
    connected.connect(**WISHED)
    assert len(sealed(connected)) == 1
    with connected.house.database.writing() as uow:
        end(uow, find_link(uow, LinkWanted(ALMA)), ending)
    connected.work()
    assert connected.link().state is LinkState.DISCONNECTED
    assert sealed(connected) == []
    assert "Dentist" not in repr(dump(connected.house.database))


def sealed(connected: Connected) -> list[str]:
    """Return all sealed titles that are stored."""
    kept = dump(connected.house.database)
    rows = [row[-1] for name in ("google_event", "google_staged") for row in kept[name]]
    return [str(title) for title in rows if title]


def test_the_practitioner_says_over_the_api_whether_titles_are_shown(
    connected: Connected, send: Send
) -> None:
    connected.connect(watched=("primary",), more=("titles",))
    program = api(connected.house, send, ALMA)
    path = f"/google/links/{connected.link().id}"
    assert titled(read(program.get(path))) == ["primary"]
    assert titled(read(program.patch(path, {"no_titles": ["primary"]}))) == []
    assert shown(connected.house, send) == [HIDDEN]
    assert titled(read(program.patch(path, {"titles": ["primary"]}))) == ["primary"]
    connected.work()
    assert shown(connected.house, send) == ["Dentist"]
    assert program.patch(path, {"titles": ["unknown"]}).status == 404


def test_nobody_else_asks_for_a_practitioners_titles(connected: Connected, send: Send) -> None:
    connected.connect(watched=("primary",), more=("titles",))
    path = f"/google/links/{connected.link().id}"
    admin, theo = (api(connected.house, send, one) for one in (ADMIN, THEO))
    assert titled(read(admin.patch(path, {"no_titles": ["primary"]}))) == []
    assert admin.patch(path, {"titles": ["primary"]}).status == 403
    assert theo.patch(path, {"titles": ["primary"]}).status == 404


def test_titles_that_google_was_not_asked_for_are_refused(
    connected: Connected, send: Send
) -> None:
    connected.connect(watched=("primary",))
    path = f"/google/links/{connected.link().id}"
    refused = api(connected.house, send, ALMA).patch(path, {"titles": ["primary"]})
    assert (refused.status, "Connect the same account" in refused.text) == (403, True)


def titled(link: Mapping[str, Any]) -> list[str]:
    return [one["id"] for one in link["calendars"] if one["titles"]]
