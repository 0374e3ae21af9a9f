"""A practice is removed: its links end first, and nothing of it is left (scenario 97)."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TypeAlias
from zoneinfo import ZoneInfo

import pytest
import requests

from server.domain.google import GoogleLink, PushChannel
from server.domain.ids import PracticeId
from server.domain.practice import Practice
from server.practice_db.database import create_practice, open_database
from server.practice_db.engines import connect as connect_engine
from server.usecases.clock import SystemClock
from tests.command_line import Ran, call, unwrapped
from tests.contract.whole_practice import dump, of
from tests.databases import SLUG
from tests.google.connected import ACCOUNT, KEYS, Connected, connecting
from tests.google.push_site import push_site
from tests.google.test_connect_disconnect import dentist
from tests.local_google import Befalls, Fault, LocalGoogle
from tests.practice import ALMA, THEO, House, at, furnish, session, timed

NAME = "Test practice"
OTHERS_ACCOUNT = "lena@example.com"
GONE = {"practice_ended": [(1,)]}
_PATIENCE = 30

Delete: TypeAlias = Callable[..., Ran]


@pytest.fixture
def site(any_house: House) -> Iterator[str]:
    """Serve the practice where the local Google can call it, and return its address."""
    with push_site(any_house) as address:
        yield address


@pytest.fixture
def told(any_house: House, local_google: LocalGoogle, site: str) -> Iterator[Connected]:
    """Return a practice with two links that Google tells of changes, and much that is known."""
    with connecting(any_house, local_google, public_url=site) as found:
        any_house.book()
        any_house.book(timed(at(25, 9)), session(practitioner=THEO, session_type="psy50"))
        found.connect(watched=("primary",))
        dentist(found)
        found.connect(THEO, "theo@example.com")
        local_google.quiet()
        yield found


@pytest.fixture
def neighbour(told: Connected, database_url: str) -> Iterator[Connected]:
    """Return another practice in that database, with a link of its own."""
    engine = connect_engine(database_url)
    create_practice(engine, Practice(PracticeId(0), "other", "Other", ZoneInfo("UTC")))
    engine.dispose()
    database = open_database(database_url, "other")
    with database.writing() as uow:
        furnish(uow)
    house = House(database, now=told.house.now)
    house.book()
    with connecting(house, told.google, public_url=told.office.terms.public_url) as found:
        found.connect(account=OTHERS_ACCOUNT)
        yield found
    database.close()


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    """Return a file with the key that seals the practice's tokens."""
    path = tmp_path / "keys"
    path.write_text(f"k1 {base64.b64encode(KEYS.by_name['k1']).decode()}\n", encoding="ascii")
    path.chmod(0o600)
    return path


@pytest.fixture
def delete(
    told: Connected,
    database_url: str,
    key_file: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Delete:
    """Return `praxical practice delete` for that practice."""
    google = told.google
    said = {
        "PRAXICAL_SECURITY_KEY_FILE": str(key_file),
        "PRAXICAL_GOOGLE_CLIENT_ID": google.client_id,
        "PRAXICAL_GOOGLE_CLIENT_SECRET": google.client_secret,
        "PRAXICAL_GOOGLE_AUTH_URL": f"{google.url}/auth",
        "PRAXICAL_GOOGLE_TOKEN_URL": f"{google.url}/token",
        "PRAXICAL_GOOGLE_REVOKE_URL": f"{google.url}/revoke",
        "PRAXICAL_GOOGLE_API_URL": google.url,
    }
    for name, value in said.items():
        monkeypatch.setenv(name, value)

    def run(*words: str) -> Ran:
        capsys.readouterr()
        where = ("--database", database_url, "--practice", SLUG)
        code = call("practice", "delete", "--name", NAME, *words, *where)
        return Ran(code, *capsys.readouterr())

    return run


def rows(told: Connected) -> object:
    return of(1, dump(told.house.database))


def links(told: Connected) -> list[GoogleLink]:
    with told.house.database.reading() as uow:
        return list(uow.google.links.links())


def channels(told: Connected) -> list[PushChannel]:
    with told.house.database.reading() as uow:
        return [one for link in links(told) for one in uow.google.calendars.channels(link.id)]


def living(told: Connected, link: GoogleLink) -> int:
    account = ACCOUNT if link.user == ALMA else "theo@example.com"
    return len(told.google.live_events(account, link.managed))


def test_g097_a_practice_that_is_removed_leaves_nothing_and_its_channels_stop(
    told: Connected, delete: Delete
) -> None:
    before = links(told)
    assert len(channels(told)) == 3
    with told.asked() as asked:
        ran = delete()
    assert ran.code == 0, ran.err
    assert asked["channels.stop"] == 3
    assert all(one.stopped for one in told.google.google.world.channels)
    assert told.google.google.grants.refreshes == {}
    assert [living(told, link) for link in before] == [1, 1]
    assert rows(told) == GONE


def test_g097_what_stands_in_google_is_removed_where_that_is_asked_for(
    told: Connected, delete: Delete
) -> None:
    before = links(told)
    assert delete("--google", "remove").code == 0
    assert [living(told, link) for link in before] == [0, 0]
    assert rows(told) == GONE
    assert told.google.mails == []


def test_g097_another_practice_goes_on_and_its_link_too(
    told: Connected, neighbour: Connected, delete: Delete
) -> None:
    before = of(2, dump(told.house.database))
    assert delete().code == 0
    assert rows(told) == GONE
    assert of(2, dump(told.house.database)) == before
    (channel,) = [one for one in told.google.google.world.channels if not one.stopped]
    assert channel.id == neighbour.channels()[0].id
    assert told.google.google.grants.refreshes
    neighbour.house.book(timed(at(27)))
    neighbour.later(minutes=1)
    neighbour.work()
    assert len(neighbour.events(OTHERS_ACCOUNT)) == 2


def test_g097_a_worker_that_still_runs_asks_google_nothing_any_more(
    told: Connected, delete: Delete, site: str
) -> None:
    worker = told.worker()
    channel = channels(told)[0]
    assert delete().code == 0
    said = {"X-Goog-Channel-ID": channel.id, "X-Goog-Resource-State": "exists"}
    pushed = requests.post(f"{site}/google/push", headers=said, timeout=_PATIENCE)
    assert pushed.status_code == 404
    told.later(days=1)
    with told.asked() as asked:
        assert told.work(worker=worker) == 0
    assert not asked
    assert rows(told) == GONE


@pytest.mark.parametrize("method", ["channels.stop", "events.patch"])
def test_while_google_does_not_answer_nothing_is_removed(
    told: Connected, delete: Delete, method: str
) -> None:
    held = dump(told.house.database)["appointment"]
    for _ in range(2):
        told.google.script(Fault(method, Befalls.CLOSE))
    refused = delete("--google", "remove")
    assert refused.code == 1
    assert "alma: Google does not answer" in unwrapped(refused.out)
    assert "nothing was removed" in unwrapped(refused.err)
    assert dump(told.house.database)["appointment"] == held
    told.google.google.faults.clear()
    assert delete("--google", "remove").code == 0
    assert told.google.google.grants.refreshes == {}
    assert rows(told) == GONE


def test_a_google_that_never_answers_again_is_given_up_in_so_many_words(
    told: Connected, delete: Delete, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = dict(told.google.google.grants.refreshes)
    monkeypatch.setenv("PRAXICAL_GOOGLE_API_URL", "http://127.0.0.1:9")
    assert delete().code == 1
    assert delete("--abandon-google").code == 0
    assert rows(told) == GONE
    assert set(told.google.google.grants.refreshes) >= set(held)


def test_without_the_key_nothing_is_removed_until_google_is_given_up(
    told: Connected, delete: Delete, key_file: Path
) -> None:
    key_file.unlink()
    refused = delete()
    assert refused.code == 1
    assert "There is no key file" in unwrapped(refused.out)
    assert len(links(told)) == 2
    assert delete("--abandon-google").code == 0
    assert rows(told) == GONE


def test_a_link_that_somebody_is_at_is_waited_for(told: Connected, delete: Delete) -> None:
    now = SystemClock().now()
    with told.house.database.writing() as uow:
        for link in links(told)[:1]:
            until = now + timedelta(seconds=2)
            assert uow.google.links.take(link.id, "somebody else", now, until) is not None
    assert delete().code == 0
    assert told.google.google.grants.refreshes == {}
    assert rows(told) == GONE


def test_what_google_does_not_remove_is_told_before_it_is_forgotten(
    told: Connected, delete: Delete
) -> None:
    refused = Fault("events.patch", status=403, reason="forbiddenForNonOrganizer")
    told.google.script(refused)
    ran = delete("--google", "remove")
    assert ran.code == 1
    assert "1 events stay in Google, since Google refused" in unwrapped(ran.out)
    assert len(links(told)) == 2
    assert delete("--google", "remove").code == 0
    assert rows(told) == GONE


def test_a_consent_that_could_not_be_ended_is_told_before_it_is_forgotten(
    told: Connected, delete: Delete
) -> None:
    told.google.script(Fault("revoke", Befalls.CLOSE))
    ran = delete()
    assert ran.code == 1
    assert "alma: the consent stands" in unwrapped(ran.out)
    assert "theo" not in ran.out
    assert delete().code == 0
    assert rows(told) == GONE
