"""What ports.Webhooks promises."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from server.domain.ids import EndpointId, WebhookEventId
from server.domain.webhooks import (
    Closed,
    Delivery,
    DeliveryState,
    Endpoint,
    EventType,
    Subject,
    WebhookEvent,
)
from server.domain.when import MASTER, RecurrenceKey
from server.practice_db.database import SqlDatabase, open_database
from server.usecases.ports import UnitOfWork
from server.usecases.ports.webhooks import DeliveryFilter
from tests.contract.samples import DAY, NOW, VISIT, another_practice
from tests.databases import SLUG

MINUTE = timedelta(minutes=1)
FIRST = Endpoint(EndpointId("e1"), "https://one.example/in", "whsec_MQ==", NOW)
SECOND = replace(
    FIRST,
    id=EndpointId("e2"),
    url="https://two.example/in",
    events=(EventType.BILL_PAID, EventType.CHARGE_POSTED),
)
CHARGE = WebhookEvent(
    WebhookEventId("a"), EventType.CHARGE_POSTED, NOW, {"charge": "c1", "amount_minor": 8500}
)
BILL = WebhookEvent(WebhookEventId("b"), EventType.BILL_PAID, NOW, {"bill": "b1"})
ARRIVED = WebhookEvent(
    WebhookEventId("c"),
    EventType.APPOINTMENT_ARRIVED,
    NOW,
    {"appointment": VISIT},
    Subject(VISIT, MASTER, 3),
)
ALL = DeliveryFilter()


def listening(database: SqlDatabase, *endpoints: Endpoint) -> SqlDatabase:
    with database.writing() as uow:
        for endpoint in endpoints or (FIRST, SECOND):
            uow.webhooks.save_endpoint(endpoint)
    return database


def taken(uow: UnitOfWork, endpoint: Endpoint = FIRST) -> Delivery:
    found = uow.webhooks.claim(endpoint.id, NOW, NOW + MINUTE)
    assert found is not None
    return found[0]


def test_endpoints_come_as_they_were_stored(furnished: SqlDatabase) -> None:
    rotated = replace(
        SECOND, old_secret="whsec_Mg==", old_until=NOW + DAY, failures=2, rests_until=NOW
    )
    listening(furnished, FIRST, SECOND, rotated)
    with furnished.reading() as uow:
        assert uow.webhooks.endpoints() == [FIRST, rotated]


def test_an_endpoint_hears_only_what_it_asks_for(furnished: SqlDatabase) -> None:
    with furnished.reading() as uow:
        assert uow.webhooks.wanting(EventType.BILL_PAID) == []
    listening(furnished)
    with furnished.reading() as uow:
        assert uow.webhooks.wanting(EventType.BILL_PAID) == ["e1", "e2"]
        assert uow.webhooks.wanting(EventType.NOTE_SIGNED) == ["e1"]
    listening(furnished, replace(FIRST, closed=Closed.GONE))
    with furnished.reading() as uow:
        assert uow.webhooks.wanting(EventType.NOTE_SIGNED) == []


def test_a_removed_endpoint_takes_its_deliveries_along(furnished: SqlDatabase) -> None:
    listening(furnished)
    with furnished.writing() as uow:
        uow.webhooks.tell(CHARGE, [FIRST.id, SECOND.id], NOW)
        assert uow.webhooks.remove_endpoint(FIRST.id)
        assert not uow.webhooks.remove_endpoint(FIRST.id)
        assert [one.endpoint for one in uow.webhooks.deliveries(ALL)] == ["e2"]
        assert uow.webhooks.wanting(EventType.NOTE_SIGNED) == []


def test_what_is_told_waits_for_each_endpoint(furnished: SqlDatabase) -> None:
    listening(furnished)
    with furnished.writing() as uow:
        uow.webhooks.tell(CHARGE, [FIRST.id, SECOND.id], NOW)
    with furnished.reading() as uow:
        assert uow.webhooks.deliveries(ALL) == [
            Delivery(CHARGE.id, CHARGE.kind, endpoint, DeliveryState.WAITING, NOW)
            for endpoint in (FIRST.id, SECOND.id)
        ]
        assert uow.webhooks.due(NOW - MINUTE) == []
        assert uow.webhooks.due(NOW) == ["e1", "e2"]


def test_an_endpoint_that_failed_comes_after_the_others_and_rests(
    furnished: SqlDatabase,
) -> None:
    listening(furnished)
    with furnished.writing() as uow:
        uow.webhooks.tell(CHARGE, [FIRST.id, SECOND.id], NOW)
        failing = replace(FIRST, failures=1, rests_until=NOW + MINUTE)
        uow.webhooks.note_health(failing)
        assert uow.webhooks.endpoints()[0] == failing
        assert uow.webhooks.due(NOW) == ["e2"]
        assert uow.webhooks.due(NOW + MINUTE) == ["e2", "e1"]


def test_nothing_is_due_for_a_closed_endpoint(furnished: SqlDatabase) -> None:
    listening(furnished, FIRST)
    with furnished.writing() as uow:
        uow.webhooks.tell(CHARGE, [FIRST.id], NOW)
        uow.webhooks.save_endpoint(replace(FIRST, closed=Closed.BY_HAND))
        assert uow.webhooks.due(NOW) == []


def test_closing_an_endpoint_changes_nothing_else_of_it(furnished: SqlDatabase) -> None:
    rotated = replace(FIRST, secret="whsec_Mg==", old_secret=FIRST.secret, old_until=NOW)
    listening(furnished, rotated)
    with furnished.writing() as uow:
        uow.webhooks.close(FIRST.id, Closed.GONE)
        assert uow.webhooks.wanting(EventType.BILL_PAID) == []
        assert uow.webhooks.endpoints() == [replace(rotated, closed=Closed.GONE)]


def test_events_are_taken_in_the_order_in_which_they_happened(furnished: SqlDatabase) -> None:
    listening(furnished, FIRST)
    with furnished.writing() as uow:
        for name in "cab":
            uow.webhooks.tell(replace(BILL, id=WebhookEventId(name)), [FIRST.id], NOW)
        assert [taken(uow).event for _ in range(3)] == ["c", "a", "b"]
        assert uow.webhooks.claim(FIRST.id, NOW, NOW + MINUTE) is None


def test_what_is_taken_is_counted_and_nobody_elses_for_a_while(furnished: SqlDatabase) -> None:
    listening(furnished, FIRST)
    with furnished.writing() as uow:
        uow.webhooks.tell(CHARGE, [FIRST.id], NOW)
    with furnished.writing() as uow:
        delivery, event = uow.webhooks.claim(FIRST.id, NOW, NOW + MINUTE) or (None, None)
        assert event == CHARGE
        assert delivery is not None
        assert (delivery.attempts, delivery.due_at) == (1, NOW + MINUTE)
        assert uow.webhooks.due(NOW) == []
    with furnished.writing() as uow:
        again = uow.webhooks.claim(FIRST.id, NOW + MINUTE, NOW + 2 * MINUTE)
        assert again is not None
        assert again[0].attempts == 2
        late = replace(delivery, state=DeliveryState.DELIVERED, ended_at=NOW)
        assert not uow.webhooks.save_delivery(late)
        assert uow.webhooks.save_delivery(replace(late, attempts=2))
        assert not uow.webhooks.save_delivery(replace(late, attempts=2))


def test_several_workers_take_different_deliveries(
    furnished: SqlDatabase, database_url: str
) -> None:
    listening(furnished, FIRST)
    with furnished.writing() as uow:
        uow.webhooks.tell(CHARGE, [FIRST.id], NOW)
        uow.webhooks.tell(BILL, [FIRST.id], NOW)
    if furnished.engines.is_sqlite:
        with furnished.writing() as uow:
            one = taken(uow)
        with furnished.writing() as uow:
            other = taken(uow)
    else:
        other_worker = open_database(database_url, SLUG)
        with furnished.writing() as uow, other_worker.writing() as theirs:
            one, other = taken(uow), taken(theirs)
        other_worker.close()
    assert [one.event, other.event] == ["a", "b"]


def test_what_was_given_up_can_wait_again(furnished: SqlDatabase) -> None:
    listening(furnished, FIRST)
    with furnished.writing() as uow:
        uow.webhooks.tell(CHARGE, [FIRST.id], NOW)
        dead = replace(taken(uow), state=DeliveryState.DEAD, result="timeout", ended_at=NOW)
        assert not uow.webhooks.revive(dead, NOW)
        assert uow.webhooks.save_delivery(dead)
        assert uow.webhooks.due(NOW + DAY) == []
        assert uow.webhooks.deliveries(DeliveryFilter(state=DeliveryState.DEAD)) == [dead]
        assert uow.webhooks.revive(dead, NOW + DAY)
        (waiting,) = uow.webhooks.deliveries(DeliveryFilter(FIRST.id, event=CHARGE.id))
    assert (waiting.state, waiting.attempts, waiting.due_at) == (
        DeliveryState.WAITING,
        0,
        NOW + DAY,
    )


def test_hurrying_makes_all_due_that_waits_for_one_endpoint(furnished: SqlDatabase) -> None:
    listening(furnished)
    with furnished.writing() as uow:
        uow.webhooks.tell(CHARGE, [FIRST.id, SECOND.id], NOW + DAY)
        uow.webhooks.hurry(SECOND.id, NOW)
        assert uow.webhooks.due(NOW) == ["e2"]


def test_deliveries_are_listed_newest_first_and_as_many_as_wanted(
    furnished: SqlDatabase,
) -> None:
    listening(furnished)
    with furnished.writing() as uow:
        uow.webhooks.tell(CHARGE, [FIRST.id], NOW)
        uow.webhooks.tell(BILL, [FIRST.id, SECOND.id], NOW)
        found = uow.webhooks.deliveries(ALL)
        assert [(one.event, one.endpoint) for one in found] == [
            ("b", "e1"),
            ("b", "e2"),
            ("a", "e1"),
        ]
        assert uow.webhooks.deliveries(DeliveryFilter(at_most=1)) == found[:1]
        assert uow.webhooks.deliveries(DeliveryFilter(SECOND.id)) == found[1:2]


def test_what_is_held_is_due_for_nobody_until_it_is_released(furnished: SqlDatabase) -> None:
    listening(furnished)
    later = NOW + MINUTE
    with furnished.writing() as uow:
        uow.webhooks.hold(ARRIVED, later)
        assert uow.webhooks.held(NOW) == []
        assert uow.webhooks.held(later) == [(VISIT, MASTER)]
        assert uow.webhooks.held_of(VISIT, MASTER) == [(ARRIVED, later)]
        assert uow.webhooks.held_of(VISIT, RecurrenceKey("20261124T140000Z")) == []
        assert uow.webhooks.due(later) == []
        uow.webhooks.release(ARRIVED.id, [FIRST.id], later)
        assert uow.webhooks.held(later) == []
        assert uow.webhooks.due(later) == ["e1"]


def test_what_was_undone_is_dropped_but_nothing_that_is_told(furnished: SqlDatabase) -> None:
    listening(furnished)
    with furnished.writing() as uow:
        uow.webhooks.hold(ARRIVED, NOW)
        uow.webhooks.drop(ARRIVED.id)
        assert uow.webhooks.held(NOW) == []
        uow.webhooks.tell(CHARGE, [FIRST.id], NOW)
        uow.webhooks.drop(CHARGE.id)
        assert uow.webhooks.due(NOW) == ["e1"]


def test_what_ended_long_ago_is_cleared_away(furnished: SqlDatabase) -> None:
    listening(furnished)
    with furnished.writing() as uow:
        uow.webhooks.tell(CHARGE, [FIRST.id], NOW)
        uow.webhooks.tell(BILL, [FIRST.id, SECOND.id], NOW)
        ended = replace(taken(uow), state=DeliveryState.DELIVERED, ended_at=NOW)
        assert uow.webhooks.save_delivery(ended)
        assert uow.webhooks.prune(NOW) == 0
        assert uow.webhooks.prune(NOW + DAY) == 1
        assert [one.event for one in uow.webhooks.deliveries(ALL)] == ["b", "b"]


def test_practices_tell_only_their_own(furnished: SqlDatabase) -> None:
    other = another_practice(furnished)
    listening(furnished)
    listening(other, FIRST)
    with furnished.writing() as uow:
        uow.webhooks.tell(CHARGE, [FIRST.id], NOW)
    with other.writing() as uow:
        assert uow.webhooks.due(NOW) == []
        assert uow.webhooks.deliveries(ALL) == []
        assert uow.webhooks.remove_endpoint(FIRST.id)
    with furnished.reading() as uow:
        assert len(uow.webhooks.endpoints()) == 2
        assert uow.webhooks.due(NOW) == ["e1"]
    other.close()
