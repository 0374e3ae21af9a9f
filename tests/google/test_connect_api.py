"""Google over the API and with a browser: connect, look after, disconnect; who may do what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from server.domain.api_access import ApiScope
from server.domain.google import Ending, LinkState, OutwardLevel
from server.google_sync.deciding.brake import MASS_DELETION
from server.google_sync.links.oauth import MANAGED, WATCHED
from server.practice_db.key_file import make_key_file
from server.settings import Settings
from server.settings.google import GoogleSection
from server.settings.sections import SecuritySection
from tests.google.connected import ACCOUNT, Connected, connecting
from tests.in_process import Stopped, ask, sender, served_in_process
from tests.local_google import LocalGoogle
from tests.practice import House
from tests.system.api import Program, read, token_for
from tests.system.phone import Send

READ, WRITE = ApiScope.CALENDAR_READ, ApiScope.GOOGLE_WRITE
SITE = "http://127.0.0.1:5232"


@pytest.fixture
def settings(local_google: LocalGoogle, tmp_path: Path) -> Settings:
    """Return settings by which the local Google is Google."""
    key = tmp_path / "keys" / "praxical.key"
    key.parent.mkdir()
    make_key_file(key)
    google = GoogleSection(
        client_id=local_google.client_id,
        client_secret=local_google.client_secret,
        public_url=SITE,
        level="first",
        auth_url=f"{local_google.url}/auth",
        token_url=f"{local_google.url}/token",
        revoke_url=f"{local_google.url}/revoke",
        api_url=local_google.url,
    )
    return Settings(google=google, security=SecuritySection(key_file=str(key)))


@pytest.fixture
def send(any_house: House, settings: Settings) -> Iterator[Send]:
    port = served_in_process(any_house.database, settings, Stopped(any_house.now))
    yield sender(port)
    port.close()


def program(house: House, send: Send, user: str, *scopes: ApiScope) -> Program:
    return Program(send, token_for(house.database, user, frozenset(scopes or (READ, WRITE))))


@pytest.fixture
def alma(any_house: House, send: Send) -> Program:
    return program(any_house, send, "alma")


@pytest.fixture
def connected(any_house: House, local_google: LocalGoogle) -> Iterator[Connected]:
    """Return the practice with a link of Alma's, made past the API."""
    with connecting(any_house, local_google, level=OutwardLevel.FIRST) as found:
        found.connect()
        yield found


def test_connecting_begins_at_the_api_and_ends_in_a_browser(
    any_house: House, local_google: LocalGoogle, alma: Program, send: Send
) -> None:
    begun = read(alma.post("/google/connect", {"practitioner": "alma", "watched": []}))
    address = urlsplit(begun["address"])
    assert address.netloc == urlsplit(local_google.url).netloc
    with connecting(any_house, local_google) as found:
        answer = found.consent(begun["address"], redirect=f"{SITE}/google/callback")
    page = send("GET", f"/google/callback?{urlencode(answer)}", b"", {})
    assert (page.status, b"Connected for Alma" in page.body) == (200, True)
    assert "default-src 'none'" in page.headers["content-security-policy"]
    (link,) = read(alma.get("/google/links"))["items"]
    assert (link["state"], link["practitioner"]) == ("connecting", "alma")
    again = send("GET", f"/google/callback?{urlencode(answer)}", b"", {})
    assert again.status == 400


@pytest.mark.parametrize("granted", [True, False])
def test_g087_a_browser_is_told_where_titles_were_not_granted(
    any_house: House, local_google: LocalGoogle, alma: Program, send: Send, *, granted: bool
) -> None:
    said = {"practitioner": "alma", "watched": ["primary"], "titles": True}
    begun = read(alma.post("/google/connect", said))
    with connecting(any_house, local_google) as found:
        local_google.account(ACCOUNT)
        if not granted:
            scopes = ["openid", MANAGED, WATCHED]
            local_google.act("grant_fewer", account=ACCOUNT, scopes=scopes)
        answer = found.consent(begun["address"], redirect=f"{SITE}/google/callback")
    page = send("GET", f"/google/callback?{urlencode(answer)}", b"", {})
    assert (page.status, b"did not allow titles" in page.body) == (200, not granted)
    (link,) = read(alma.get("/google/links"))["items"]
    assert [one["titles"] for one in link["calendars"]] == [granted]
    assert link["reason"] == ("" if granted else "no-titles")


def test_a_program_that_looks_at_an_address_uses_no_consent_up(
    any_house: House, local_google: LocalGoogle, alma: Program, send: Send
) -> None:
    begun = read(alma.post("/google/connect", {"practitioner": "alma", "watched": []}))
    with connecting(any_house, local_google) as found:
        answer = found.consent(begun["address"], redirect=f"{SITE}/google/callback")
    path = f"/google/callback?{urlencode(answer)}"
    assert send("HEAD", path, b"", {}).status == 404
    assert send("GET", path, b"", {}).status == 200


def test_what_a_browser_brings_is_not_shown_to_it_as_it_is(send: Send) -> None:
    path = f"/google/callback?{urlencode({'state': '<script>', 'error': '<script>'})}"
    page = send("GET", path, b"", {})
    assert page.status == 400
    assert b"<script>" not in page.body


def test_how_a_link_stands_is_shown(connected: Connected, alma: Program) -> None:
    connected.house.book()
    connected.work()
    (link,) = read(alma.get("/google/links"))["items"]
    assert (link["standing"], link["level"], link["events"]) == ("connected", "generic", 1)
    assert link["lag_seconds"] == 0
    assert (link["told"], link["waiting"], link["parked"], link["conflicts"]) == (1, 0, 0, 0)
    assert link["read"] == link["written"] == connected.house.now.isoformat()
    assert [one["role"] for one in link["calendars"]] == ["managed"]
    assert read(alma.get(f"/google/links/{link['id']}")) == link


def test_level_policy_and_calendars_are_changed(connected: Connected, alma: Program) -> None:
    path = f"/google/links/{connected.link().id}"
    changed = read(
        alma.patch(path, {"level": "initials", "policy": "propose", "watch": ["primary"]})
    )
    assert (changed["level"], changed["policy"]) == ("initials", "propose")
    assert {one["id"] for one in changed["calendars"]} >= {"primary"}
    assert not connected.link().rewriting
    lowered = read(alma.patch(path, {"level": "busy", "unwatch": ["primary"]}))
    assert lowered["standing"] == "catching up"
    assert connected.link().rewriting
    assert len(lowered["calendars"]) == 1


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"level": "full", "agreement_signed": True}, 403),
        ({"level": "everything"}, 422),
        ({"unwatch": ["unknown"]}, 404),
        ({"watch": ["two words"]}, 422),
    ],
)
def test_what_cannot_be_is_refused(
    connected: Connected, alma: Program, said: dict[str, object], status: int
) -> None:
    answer = alma.patch(f"/google/links/{connected.link().id}", said)
    assert answer.status == status


def test_more_than_the_practice_allows_is_refused_to_everybody(
    connected: Connected, any_house: House, send: Send
) -> None:
    admin = program(any_house, send, "admin")
    path = f"/google/links/{connected.link().id}"
    said = {"level": "full", "agreement_signed": True}
    assert admin.patch(path, said).status == 422


def test_another_ones_link_is_none(connected: Connected, any_house: House, send: Send) -> None:
    theo = program(any_house, send, "theo")
    path = f"/google/links/{connected.link().id}"
    assert theo.get(path).status == 404
    assert theo.patch(path, {"policy": "revert"}).status == 404
    assert theo.post(f"{path}/disconnect", {"events": "leave"}).status == 404
    assert read(theo.get("/google/links"))["items"] == []
    assert theo.get("/google/links", practitioner="alma").status == 403
    assert theo.post("/google/connect", {"practitioner": "alma"}).status == 403
    assert read(program(any_house, send, "admin").get(path))["practitioner"] == "alma"


def test_reading_alone_changes_nothing(
    connected: Connected, any_house: House, send: Send
) -> None:
    reader = program(any_house, send, "alma", READ)
    path = f"/google/links/{connected.link().id}"
    assert reader.get(path).status == 200
    assert reader.patch(path, {"policy": "revert"}).status == 403
    assert reader.post("/google/connect", {"practitioner": "alma"}).status == 403


def test_all_is_compared_anew_when_asked_for_and_nothing_is_written_twice(
    connected: Connected, alma: Program
) -> None:
    connected.house.book()
    connected.work()
    answer = alma.post(f"/google/links/{connected.link().id}/resync", {})
    assert answer.status == 202
    with connected.asked() as asked:
        connected.later(minutes=20)
        connected.work()
    assert set(asked) <= {"events.list", "token"}
    assert len(connected.events()) == 1


def test_disconnecting_is_wished_and_done_by_the_worker(
    connected: Connected, alma: Program
) -> None:
    connected.house.book()
    connected.work()
    path = f"/google/links/{connected.link().id}"
    answer = alma.post(f"{path}/disconnect", {"events": "remove"})
    assert read(answer, 202)["standing"] == "ending"
    assert connected.link().ending is Ending.REMOVE
    connected.work()
    ended = read(alma.get(path))
    assert (ended["state"], ended["ended"]["removed"]) == (LinkState.DISCONNECTED, 1)
    assert connected.google.live_events(ACCOUNT, "primary") == []


def test_conflicts_are_listed_without_names(connected: Connected, alma: Program) -> None:
    number = connected.house.book()
    connected.work()
    (event,) = connected.events()
    connected.google.act(
        "edit_title",
        account=ACCOUNT,
        calendar=connected.link().managed,
        event=event["id"],
        title="Jane Doe",
    )
    connected.later(minutes=15)
    connected.work()
    found = alma.get("/google/conflicts", settled=True)
    assert found.status == 200
    assert b"Jane" not in found.body
    assert connected.house.get(number).deleted_at is None


def test_a_move_that_is_proposed_counts_when_it_is_accepted(
    connected: Connected, alma: Program
) -> None:
    number = connected.house.book()
    connected.work()
    path = f"/google/links/{connected.link().id}"
    read(alma.patch(path, {"policy": "propose"}))
    before = connected.house.starts(number)
    (event,) = connected.events()
    connected.google.act(
        "move",
        account=ACCOUNT,
        calendar=connected.link().managed,
        event=event["id"],
        start={"dateTime": "2026-11-25T15:00:00-05:00"},
    )
    connected.later(minutes=15)
    connected.work()
    assert connected.house.starts(number) == before
    (waiting,) = read(alma.get("/google/conflicts"))["items"]
    answer = alma.post(f"{path}/conflicts/{waiting['id']}", {"accepted": True})
    assert answer.status == 202
    connected.work()
    assert connected.house.starts(number) == ["11-25 15:00"]
    assert alma.post(f"{path}/conflicts/unknown", {"accepted": True}).status == 404


def test_a_link_that_waits_for_a_decision_is_answered_over_the_api(
    connected: Connected, alma: Program
) -> None:
    connected.work()
    path = f"/google/links/{connected.link().id}"
    assert alma.post(f"{path}/decide", {"decision": "accept"}).status == 422
    waiting = replace(connected.link(), state=LinkState.NEEDS_DECISION, reason=MASS_DELETION)
    with connected.house.database.writing() as uow:
        uow.google.links.save_link(waiting)
    assert alma.post(f"{path}/decide", {"decision": "perhaps"}).status == 422
    answered = alma.post(f"{path}/decide", {"decision": "accept"})
    assert (answered.status, connected.link().reason) == (202, "accept-deletions")
    connected.work()
    assert (connected.link().state, connected.link().reason) == (LinkState.CONNECTED, "")


def test_google_can_reach_the_push_address_through_the_one_port(
    any_house: House, settings: Settings
) -> None:
    port = served_in_process(any_house.database, settings, Stopped(any_house.now))
    try:
        came = ask(port, "/google/push", b"", "POST")
        assert came.status == 404
    finally:
        port.close()
