"""Whether the practice knows a visitor shows neither in an answer nor in the work behind it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from server.billing_hooks.hooks import billing_hooks
from server.domain.booking_rules import BookingMode
from server.domain.bookings import Visitor
from server.usecases.book import BookingWanted
from server.usecases.booking_terms import BookingTerms
from server.web.booking import Placed, place_booking
from server.web.desk import PracticeDesk
from server.web.messages import Asked
from tests.bookable import draw, hours
from tests.booking import JANE_HERSELF, NINE, STRANGER, open_for_booking
from tests.in_process import Stopped
from tests.practice import ALMA, House

ANOTHER = Visitor("Olga Other", "olga@example.org")
DAYS = (1, 2, 3)
"""Days after the one that is bookable anyway; all alike."""


@dataclass
class Desk:
    """The web's desk of a practice, and what it sends to the database."""

    house: House
    desk: PracticeDesk

    def book(self, visitor: Visitor, start: datetime, network: str) -> Placed:
        asked = Asked("POST", "/bookings", network=network)
        wanted = BookingWanted("acupfollow", start, visitor, ALMA)
        return place_booking(self.desk, asked, wanted)

    @contextmanager
    def watched(self) -> Iterator[Counter[str]]:
        seen: Counter[str] = Counter()
        self.house.database.watch(lambda text: seen.update([text]))
        yield seen
        self.house.database.watch(None)


@pytest.fixture
def desk(any_house: House) -> Desk:
    for day in DAYS:
        date = f"202611{24 + day}"
        start, end = (
            f"DT{edge};TZID=America/New_York:{date}T{time}"
            for edge, time in (("START", "090000"), ("END", "103000"))
        )
        draw(any_house, hours(uid=f"h{day}", start=start, end=end), href=f"h{day}.ics")
    terms = BookingTerms(verification_codes=False)
    return Desk(
        any_house,
        PracticeDesk(any_house.database, Stopped(), hooks=billing_hooks(), terms=terms),
    )


def work_for(desk: Desk, *visitors: Visitor) -> list[Counter[str]]:
    """Return what is sent to the database for each of them, on days that are alike."""
    desk.book(ANOTHER, NINE, "192.0.2.0/24")
    found = []
    for day, visitor in zip(DAYS, visitors, strict=False):
        with desk.watched() as seen:
            desk.book(visitor, NINE + timedelta(days=day), f"198.51.{day}.0/24")
        found.append(seen)
    return found


@pytest.mark.parametrize("mode", BookingMode)
@pytest.mark.parametrize("new_clients", [True, False])
def test_the_same_statements_run_for_whoever_books(
    desk: Desk, mode: BookingMode, new_clients: bool
) -> None:
    open_for_booking(desk.house, mode, new_clients=new_clients)
    known, stranger = work_for(desk, JANE_HERSELF, STRANGER)
    assert sum(known.values()) > 20
    assert known - stranger == Counter()
    assert stranger - known == Counter()


def test_both_are_told_the_same(desk: Desk) -> None:
    open_for_booking(desk.house)
    known, stranger = (
        desk.book(visitor, NINE + timedelta(days=day), "192.0.2.0/24")
        for day, visitor in zip(DAYS, (JANE_HERSELF, STRANGER), strict=False)
    )
    assert known.state is stranger.state
    assert known.links.keys() == stranger.links.keys()
