"""A server whose practice is removed while it runs: every door says that nothing is there."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from server.domain.feeds import FeedKind, FeedLevel
from server.domain.ids import UserName
from server.practice_db.database import open_database
from server.usecases.delete_practice import Removal, delete_practice
from server.usecases.feeds import FeedRequest, new_feed, path_of
from tests.contract.whole_practice import dump, of
from tests.databases import BOTH, SLUG
from tests.system.api import program
from tests.system.events import event, monday
from tests.system.phone import Answer, Phone, Wire
from tests.system.practice import furnish, operator
from tests.system.servers import Site, close_site, open_site, prepared_url
from tests.system.test_stock_radicale import launch

BEGIN = '<sync-collection xmlns="DAV:"><sync-token/><prop><getetag/></prop></sync-collection>'
JSON = {"Content-Type": "application/json"}
BOOKING = {"session": "x", "start": "2027-01-04T10:00:00Z", "name": "A B", "email": "a@b.org"}
PUSHED = {"X-Goog-Channel-ID": "x", "X-Goog-Channel-Token": "y", "X-Goog-Resource-ID": "z"}
LISTS = ("appointments", "clients", "charges", "bills", "payments")


@dataclass
class Doors:
    """Whoever asks something of the practice, by every door that it has."""

    site: Site
    phone: Phone
    feed: str

    def answers(self) -> Iterator[tuple[str, Answer]]:
        yield from self._of_the_phone()
        yield from self._of_others()
        yield from self._of_programs()

    def _of_the_phone(self) -> Iterator[tuple[str, Answer]]:
        phone = self.phone
        yield "GET", phone.get("a.ics")
        yield "PROPFIND of the home", phone.propfind(f"/{phone.user}/", depth=1)
        yield "PROPFIND", phone.propfind("")
        yield "PUT of a new one", phone.put("b.ics", event("Lunch", monday(2, 10)))
        yield "PUT", phone.put("a.ics", event("Lunch", monday(2, 11)))
        yield "DELETE", phone.delete("a.ics")
        yield "MKCALENDAR", phone.mkcalendar(f"/{phone.user}/mine/")
        yield "sync", phone.report("", BEGIN)
        yield "query", phone.query("")

    def _of_others(self) -> Iterator[tuple[str, Answer]]:
        for guess in ("one", "two", "three"):
            yield guess, self.site.phone(self.phone.user, guess).propfind("")
        yield "without a password", self.site.stranger().propfind(f"/{self.phone.user}/")
        yield "feed", self._ask("GET", self.feed)
        yield "page", self._ask("GET", f"/book/{SLUG}")
        body = json.dumps(BOOKING).encode()
        yield "form", self._ask("POST", f"/api/v1/book/{SLUG}/bookings", body, JSON)
        yield "push", self._ask("POST", "/google/push", b"", PUSHED)

    def _of_programs(self) -> Iterator[tuple[str, Answer]]:
        with_a_token = {
            "Authorization": "Bearer praxical_0123456789_abcdefghijklmnopqrstuvwxyz"
        }
        for name in LISTS:
            yield name, self._ask("GET", f"/api/v1/{name}", b"", with_a_token)

    def _ask(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        return Wire(self.site.server.port).send(method, path, body, headers or {})


@pytest.fixture(params=BOTH)
def doors(request: pytest.FixtureRequest) -> Iterator[Doors]:
    """Return the doors of a practice that is served for nobody else."""
    with prepared_url(request.param, request) as url:
        site = open_site(url, 2 if request.param == "postgres" else 1)
        phone = site.newcomer()
        assert phone.put("a.ics", event("Lunch", monday(2, 8))).status == 201
        wanted = FeedRequest(UserName(phone.user), "x", FeedKind.FEED, FeedLevel.BUSY)
        with site.database.writing() as uow:
            token, text = new_feed(uow, operator(), wanted)
        yield Doors(site, phone, path_of(token.kind, text))
        close_site(site)


@pytest.fixture(params=BOTH)
def stock(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    """Return a practice that a stock Radicale serves, for nobody else."""
    with prepared_url(request.param, request) as url:
        database = open_database(url, SLUG)
        with database.writing() as uow:
            secrets = furnish(uow)
        site = Site(url, database, secrets, launch(url, tmp_path))
        yield site
        close_site(site)


def end(site: Site) -> None:
    """Remove the practice."""
    with site.database.writing() as uow:
        delete_practice(uow, Removal(uow.practice.name))


def test_a_stock_radicale_whose_practice_is_removed_lets_nobody_in(stock: Site) -> None:
    phone = stock.newcomer()
    assert phone.put("a.ics", event("Lunch", monday(2, 8))).status == 201
    end(stock)
    assert phone.get("a.ics").status == 401
    assert phone.put("b.ics", event("Lunch", monday(2, 9))).status == 401
    assert of(1, dump(stock.database)) == {"practice_ended": [(1,)]}
    assert stock.server.process.poll() is None


def test_a_server_whose_practice_is_removed_finds_nothing_and_adds_nothing(
    doors: Doors,
) -> None:
    site = doors.site
    known = program(site, doors.phone.user)
    assert doors.phone.get("a.ics").status == known.get("/appointments").status == 200
    end(site)
    answers = dict(doors.answers())
    assert answers.pop("without a password").status == 401
    assert {name: answer.status for name, answer in answers.items()} == dict.fromkeys(
        answers, 404
    )
    assert known.get("/appointments").status == 404
    assert of(1, dump(site.database)) == {"practice_ended": [(1,)]}
    assert site.server.process.poll() is None
