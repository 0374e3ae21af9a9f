"""Many visitors, one slot: as many as fit in win, the others are told so, nothing is lost."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain

import pytest

from server.domain.booking_rules import BookingMode, BookingRule
from server.domain.ids import SessionTypeId, UserName
from server.domain.practice import SessionType
from server.usecases.manage_session_types import add_session_type
from tests.databases import BOTH, SLUG
from tests.system.api import PREFIX, hold_against_description
from tests.system.events import event, monday
from tests.system.phone import Answer, Wire
from tests.system.practice import MAIN, operator
from tests.system.servers import Site, close_site, open_site, prepared_url

VISITORS = 50
ROUNDS = int(os.environ.get("BOOKING_RACE_ROUNDS", "5"))
"""How many slots are fought for; the environment asks for more."""
FIRST_DAY = monday(weeks=1, hour=8)
SLOTS_A_DAY = 10
CAPACITIES = {"race-alone": 1, "race-group": 3}
TERMS = {
    "PRAXICAL_BOOKING_PER_NETWORK_AN_HOUR": "1000000",
    "PRAXICAL_BOOKING_PER_ADDRESS_AN_HOUR": "1000000",
    # Each thread may need two connections, and other tests are on the same PostgreSQL.
    "PRAXICAL_SERVER_THREADS": "4",
}
PROCESSES = {"sqlite": 1, "postgres": 4}


@dataclass
class Crowd:
    """Visitors who ask at the same moment, each on a connection of their own."""

    site: Site
    owner: str
    pool: ThreadPoolExecutor

    def at_once(self, asked: Sequence[tuple[str, dict[str, object]]]) -> list[Answer]:
        """Send all bookings, each with its Idempotency-Key."""
        wires = [Wire(self.site.server.port) for _ in asked]
        try:
            return list(self.pool.map(_sent, wires, asked))
        finally:
            for wire in wires:
                wire.close()

    def held(self, start: datetime) -> list[str]:
        """Return the clients of the appointments in a slot, as the database has them."""
        end = start + timedelta(minutes=45)
        rows = self.site.listed(start=start, end=end, practitioner=UserName(self.owner))
        return [str(one.occurrence.client) for one in rows]


def _sent(wire: Wire, asked: tuple[str, dict[str, object]]) -> Answer:
    key, said = asked
    path = f"/book/{SLUG}/bookings"
    headers = {"Content-Type": "application/json", "Idempotency-Key": key}
    answer = wire.send("POST", PREFIX + path, json.dumps(said).encode(), headers)
    hold_against_description("POST", path, answer)
    return answer


@pytest.fixture(scope="module", params=BOTH)
def raced(request: pytest.FixtureRequest) -> Iterator[Crowd]:
    """Return visitors of a practice that is served for nobody else."""
    with prepared_url(request.param, request) as url:
        site = open_site(url, PROCESSES[request.param], **TERMS)
        phone = site.newcomer()
        _offer(site)
        hours = event("", FIRST_DAY, "RRULE:FREQ=DAILY;COUNT=40", minutes=SLOTS_A_DAY * 60)
        assert phone.put(f"/{phone.user}/availability/a.ics", hours).status == 201
        with ThreadPoolExecutor(VISITORS) as pool:
            yield Crowd(site, phone.user, pool)
        close_site(site)


def _offer(site: Site) -> None:
    with site.database.writing() as uow:
        for name, capacity in CAPACITIES.items():
            rule = BookingRule(BookingMode.INSTANT, capacity=capacity)
            kind = SessionType(
                SessionTypeId(name),
                name,
                "A session",
                "acupuncture",
                45,
                locations=(MAIN,),
                online_bookable=True,
                booking=rule,
            )
            add_session_type(uow, operator(), kind)


def slot(number: int) -> datetime:
    """Return the start of a slot that no other has anything of."""
    day, hour = divmod(number, SLOTS_A_DAY)
    return FIRST_DAY + timedelta(days=day, hours=hour)


def asking(owner: str, session: str, start: datetime, number: int) -> dict[str, object]:
    return {
        "session": session,
        "practitioner": owner,
        "start": start.isoformat(),
        "name": f"Visitor {chr(ord('A') + number % 26)}{chr(ord('a') + number // 26)}",
        "email": f"visitor-{number}-{start:%m%d%H%M}@example.org",
    }


def test_of_fifty_visitors_as_many_win_as_fit_in(raced: Crowd) -> None:
    statuses: Counter[int] = Counter()
    for number in range(ROUNDS):
        session, capacity = list(CAPACITIES.items())[number % 2]
        start = slot(number)
        said = [asking(raced.owner, session, start, each) for each in range(VISITORS)]
        answers = raced.at_once([(f"r{number}-{each}", one) for each, one in enumerate(said)])
        found = Counter(answer.status for answer in answers)
        assert found == {201: capacity, 409: VISITORS - capacity}, number
        held = raced.held(start)
        assert len(held) == len(set(held)) == capacity, number
        told = [json.loads(answer.body) for answer in answers if answer.status == 409]
        assert all(one["slots"] for one in told)
        assert start.isoformat() not in {each["start"] for one in told for each in one["slots"]}
        statuses += found
    print(f"{ROUNDS} rounds of {VISITORS}: {dict(statuses)}")  # noqa: T201 - asked for with -s
    assert raced.site.findings() == []


def test_a_booking_that_is_sent_many_times_at_once_is_made_once(raced: Crowd) -> None:
    for number in range(200, 200 + max(1, ROUNDS // 5)):
        start = slot(number)
        said = asking(raced.owner, "race-alone", start, number)
        answers = raced.at_once([(f"again-{number}", said)] * 20)
        assert Counter(answer.status for answer in answers) == {201: 20}
        assert len({json.loads(answer.body)["id"] for answer in answers}) == 1
        assert len(raced.held(start)) == 1


def test_of_visitors_who_each_send_twice_as_many_win_as_fit_in(raced: Crowd) -> None:
    start = slot(300)
    said = [asking(raced.owner, "race-group", start, each) for each in range(20)]
    twice = list(chain.from_iterable([(f"two-{n}", one)] * 2 for n, one in enumerate(said)))
    answers = raced.at_once(twice)
    won = [json.loads(answer.body)["id"] for answer in answers if answer.status == 201]
    assert {answer.status for answer in answers} == {201, 409}
    assert sorted(Counter(won).values()) == [2, 2, 2]
    assert len(raced.held(start)) == 3
    assert raced.site.findings() == []
