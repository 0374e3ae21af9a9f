"""The relay as the worker runs it: until it is stopped, and whatever one endpoint does."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from standardwebhooks import WebhookVerificationError
from typing_extensions import override

from server.billing_hooks.webhook_events import EventType
from server.domain.webhooks import DeliveryState
from server.practice_db.database import SqlDatabase
from server.practice_db.engines import connect_both
from server.practice_db.errors import DatabaseBusy
from server.practice_db.unit_of_work import SqlUnitOfWork
from server.relay import relay_on
from server.usecases.clock import SystemClock
from server.usecases.ports import Database
from tests.receiver import Receiver
from tests.telling import LOOPBACK, TellingHouse, telling

BILL = EventType.BILL_PAID


@contextmanager
def worker(database: Database) -> Iterator[None]:
    """Relay for as long as the block runs."""
    stopped = threading.Event()
    thread = threading.Thread(
        target=relay_on, args=(database, SystemClock(), stopped, LOOPBACK)
    )
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()


def test_the_worker_sends_what_becomes_due(
    telling_house: TellingHouse, receiver: Receiver
) -> None:
    endpoint = telling_house.listen(f"{receiver.url}/in")
    with worker(telling_house.database):
        telling_house.announce(BILL, bill="b1")
        one = receiver.wait_for("/in")
    assert one.verified(endpoint.secret)["data"] == {"bill": "b1"}
    with pytest.raises(WebhookVerificationError):
        one.verified("whsec_b3RoZXI=")


def test_a_slow_endpoint_delays_nobody(telling_house: TellingHouse, receiver: Receiver) -> None:
    slow = telling_house.listen(f"{receiver.url}/slow")
    telling_house.listen(f"{receiver.url}/fast")
    receiver.holds["/slow"] = threading.Event()
    with worker(telling_house.database):
        telling_house.announce(BILL, bill=1)
        receiver.wait_for("/slow")
        receiver.wait_for("/fast")
        telling_house.announce(BILL, bill=2)
        last = receiver.wait_for("/fast", 2)
        assert last.told["data"] == {"bill": 2}
        assert len(receiver.to("/slow")) == 1
        assert {one.state for one in telling_house.deliveries(slow.id)} == {
            DeliveryState.WAITING
        }
        receiver.holds["/slow"].set()
        assert receiver.wait_for("/slow", 2).told["data"] == {"bill": 2}


def test_a_worker_that_is_stopped_while_it_sends_loses_nothing(
    telling_house: TellingHouse, receiver: Receiver
) -> None:
    telling_house.listen(f"{receiver.url}/in")
    receiver.holds["/in"] = threading.Event()
    telling_house.announce()
    with worker(telling_house.database):
        receiver.wait_for("/in")
    receiver.holds["/in"].set()
    assert [one.state for one in telling_house.deliveries()] == [DeliveryState.WAITING]
    after = telling(telling_house.later(minutes=2))
    assert after.relay() == 1
    assert [one.state for one in telling_house.deliveries()] == [DeliveryState.DELIVERED]
    first, second = receiver.received
    assert first.headers["webhook-id"] == second.headers["webhook-id"]


class BusyAtFirst(SqlDatabase):
    """A database that is too busy for the first question."""

    was_asked = False

    @override
    @contextmanager
    def reading(self) -> Iterator[SqlUnitOfWork]:
        if not self.was_asked:
            self.was_asked = True
            raise DatabaseBusy
        with super().reading() as uow:
            yield uow


def test_the_worker_goes_on_after_a_failure_of_the_database(
    telling_house: TellingHouse,
    database_url: str,
    receiver: Receiver,
    caplog: pytest.LogCaptureFixture,
) -> None:
    telling_house.listen(f"{receiver.url}/in")
    telling_house.announce()
    busy = BusyAtFirst(connect_both(database_url), telling_house.database.practice)
    with worker(busy):
        receiver.wait_for("/in")
    busy.close()
    assert "webhooks failed endpoint=all DatabaseBusy" in caplog.text
