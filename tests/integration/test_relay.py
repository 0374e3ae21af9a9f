"""The relay tells: signed, in order, each endpoint for itself, again where it was not taken."""

from __future__ import annotations

from server.billing_hooks.webhook_events import EventType
from server.domain.ids import WebhookEventId
from server.domain.vocabulary import Status
from server.domain.webhooks import Closed, Delivery, DeliveryState, Endpoint, WebhookEvent
from server.relay.recording import due, take
from server.relay.schedule import ATTEMPTS
from server.usecases.manage_webhooks import open_endpoint, replay, rotate_secret
from server.usecases.ports.webhooks import DeliveryFilter
from tests.practice import JANE
from tests.receiver import Receiver, receiving
from tests.telling import TellingHouse, telling

DEAD, DELIVERED, WAITING = DeliveryState.DEAD, DeliveryState.DELIVERED, DeliveryState.WAITING
BILL = EventType.BILL_PAID


def later(house: TellingHouse, **span: int) -> TellingHouse:
    return telling(house.later(**span))


def states(house: TellingHouse, endpoint: Endpoint | None = None) -> list[DeliveryState]:
    return [one.state for one in house.deliveries(endpoint.id if endpoint else None)]


def test_an_event_is_told_once_and_verified_with_the_secret(
    telling_house: TellingHouse, receiver: Receiver
) -> None:
    endpoint = telling_house.listen(f"{receiver.url}/in")
    telling_house.announce(BILL, bill="b1", amount_minor=8500, currency="USD")
    assert telling_house.relay() == 1
    assert telling_house.relay() == 0
    (one,) = receiver.received
    assert one.path == "/in"
    assert one.headers["content-type"] == "application/json"
    told = one.verified(endpoint.secret)
    assert told["type"] == "bill.paid"
    assert told["data"] == {"bill": "b1", "amount_minor": 8500, "currency": "USD"}
    (delivery,) = telling_house.deliveries()
    assert told["id"] == one.headers["webhook-id"] == delivery.event
    assert (delivery.state, delivery.result) == (DELIVERED, "http-204")


def test_a_visit_is_told_from_booking_to_charge(
    telling_house: TellingHouse, receiver: Receiver
) -> None:
    telling_house.listen(receiver.url)
    number = telling_house.book()
    telling_house.edit(number, status=Status.ARRIVED)
    telling_house.relay()
    assert set(receiver.types()) == {"charge.posted"}
    later(telling_house, minutes=5).relay()
    appointment = [(kind, data) for kind, data in receiver.told() if kind != "charge.posted"]
    assert [kind for kind, _ in appointment] == ["appointment.booked", "appointment.arrived"]
    assert {(data["appointment"], data["client"]) for _, data in appointment} == {
        (number, JANE)
    }
    bodies = " ".join(one.body for one in receiver.received)
    for secret in ("Jane", "Doe", "acupinitial", "example.org"):
        assert secret not in bodies


def test_both_secrets_are_good_for_a_day_after_a_new_one(
    telling_house: TellingHouse, receiver: Receiver
) -> None:
    old = telling_house.listen(receiver.url)
    with telling_house.database.writing() as uow:
        new = rotate_secret(uow, telling_house.context(), old.id)
    telling_house.announce()
    telling_house.relay()
    tomorrow = later(telling_house, days=1)
    tomorrow.announce()
    tomorrow.relay()
    first, second = receiver.received
    assert first.verified(old.secret) == first.verified(new.secret)
    assert len(first.headers["webhook-signature"].split(" ")) == 2
    assert len(second.headers["webhook-signature"].split(" ")) == 1


def test_events_come_in_the_order_in_which_they_happened(
    telling_house: TellingHouse, receiver: Receiver
) -> None:
    telling_house.listen(receiver.url)
    for number in range(30):
        telling_house.announce(BILL, bill=number)
    assert telling_house.relay() == 30
    assert [data["bill"] for _, data in receiver.told()] == list(range(30))


def test_what_is_not_taken_is_sent_again_under_the_same_id(
    telling_house: TellingHouse, receiver: Receiver
) -> None:
    endpoint = telling_house.listen(receiver.url)
    receiver.statuses = [400]
    telling_house.announce()
    telling_house.relay()
    assert states(telling_house) == [WAITING]
    assert later(telling_house, seconds=4).relay() == 0
    assert later(telling_house, seconds=6).relay() == 1
    assert states(telling_house) == [DELIVERED]
    first, second = receiver.received
    assert first.verified(endpoint.secret) == second.verified(endpoint.secret)
    assert first.headers["webhook-id"] == second.headers["webhook-id"]


def test_one_event_that_is_refused_does_not_keep_back_the_next(
    telling_house: TellingHouse, receiver: Receiver
) -> None:
    telling_house.listen(receiver.url)
    receiver.statuses = [422]
    telling_house.announce(BILL, bill=1)
    telling_house.announce(BILL, bill=2)
    assert telling_house.relay() == 2
    assert states(telling_house) == [DELIVERED, WAITING]


def test_an_endpoint_that_is_down_is_asked_once_and_then_rests(
    telling_house: TellingHouse, receiver: Receiver
) -> None:
    endpoint = telling_house.listen(receiver.url)
    receiver.status = 503
    for number in range(5):
        telling_house.announce(BILL, bill=number)
    assert telling_house.relay() == 1
    assert telling_house.endpoint(endpoint.id).failures == 1
    assert later(telling_house, seconds=4).relay() == 0
    assert later(telling_house, seconds=6).relay() == 1
    assert telling_house.endpoint(endpoint.id).failures == 2


def test_after_a_rest_all_that_waited_comes_in_order(
    telling_house: TellingHouse, receiver: Receiver
) -> None:
    endpoint = telling_house.listen(receiver.url)
    receiver.statuses = [503, 503]
    for number in range(3):
        telling_house.announce(BILL, bill=number)
    telling_house.relay()
    soon = later(telling_house, seconds=6)
    soon.relay()
    assert later(telling_house, minutes=1).relay() == 3
    healthy = telling_house.endpoint(endpoint.id)
    assert (healthy.failures, healthy.rests_until) == (0, None)
    assert states(telling_house) == [DELIVERED] * 3


def test_what_is_never_taken_is_given_up_and_can_be_replayed(
    telling_house: TellingHouse, receiver: Receiver
) -> None:
    telling_house.listen(receiver.url)
    telling_house.announce()
    receiver.status = 500
    for day in range(ATTEMPTS + 3):
        later(telling_house, days=2 * day).relay()
    assert len(receiver.received) == ATTEMPTS
    (dead,) = telling_house.deliveries(state=DEAD)
    assert (dead.attempts, dead.result) == (ATTEMPTS, "http-500")
    after = later(telling_house, days=60)
    receiver.status = 200
    with telling_house.database.writing() as uow:
        assert replay(uow, after.context()) == [dead]
    after.relay()
    assert states(telling_house) == [DELIVERED]
    assert len({one.headers["webhook-id"] for one in receiver.received}) == 1


def test_who_answers_gone_is_told_nothing_more(
    telling_house: TellingHouse, receiver: Receiver
) -> None:
    endpoint = telling_house.listen(receiver.url)
    receiver.statuses = [410]
    telling_house.announce(BILL, bill=1)
    telling_house.announce(BILL, bill=2)
    assert telling_house.relay() == 1
    assert telling_house.endpoint(endpoint.id).closed is Closed.GONE
    assert states(telling_house) == [WAITING, DEAD]
    telling_house.announce(BILL, bill=3)
    assert len(telling_house.deliveries()) == 2
    assert later(telling_house, days=1).relay() == 0
    with telling_house.database.writing() as uow:
        open_endpoint(uow, telling_house.context(), endpoint.id)
    assert telling_house.relay() == 1
    assert [data["bill"] for _, data in receiver.told()] == [1, 2]


def test_a_redirect_is_not_followed(telling_house: TellingHouse, receiver: Receiver) -> None:
    telling_house.listen(f"{receiver.url}/in")
    receiver.statuses = [307]
    telling_house.announce()
    telling_house.relay()
    assert [one.path for one in receiver.received] == ["/in"]
    assert telling_house.deliveries()[0].result == "http-307"


def test_a_long_answer_is_neither_read_to_its_end_nor_kept(
    telling_house: TellingHouse, receiver: Receiver
) -> None:
    telling_house.listen(receiver.url)
    receiver.answer = b"Jane Doe " * 2_000_000
    receiver.status = 200
    telling_house.announce()
    telling_house.relay()
    (delivery,) = telling_house.deliveries()
    assert (delivery.state, delivery.result) == (DELIVERED, "http-200")


def test_an_endpoint_that_is_down_delays_nobody(
    telling_house: TellingHouse, receiver: Receiver
) -> None:
    with receiving() as gone:
        down = telling_house.listen(gone.url)
    up = telling_house.listen(receiver.url)
    for number in range(3):
        telling_house.announce(BILL, bill=number)
    telling_house.relay()
    assert states(telling_house, up) == [DELIVERED] * 3
    assert states(telling_house, down) == [WAITING] * 3
    assert {one.result for one in telling_house.deliveries(down.id)} == {
        "",
        "connection-failed",
    }


def test_a_crash_after_sending_sends_again_and_loses_nothing(
    telling_house: TellingHouse, receiver: Receiver
) -> None:
    endpoint = telling_house.listen(receiver.url)
    telling_house.announce()
    # As far as a worker comes that is killed before it can write down what came of it.
    taken = take(telling_house.database, endpoint.id, telling_house.now)
    assert taken is not None
    assert telling_house.relay() == 0
    assert due(telling_house.database, telling_house.now) == []
    assert later(telling_house, minutes=1).relay() == 1
    (one,) = receiver.received
    assert one.headers["webhook-id"] == taken.event.id
    (delivery,) = telling_house.deliveries()
    assert (delivery.state, delivery.attempts) == (DELIVERED, 2)


def test_all_that_was_given_up_is_replayed_however_much_it_is(
    telling_house: TellingHouse,
) -> None:
    """More than are ever listed at once."""
    endpoint, much = telling_house.listen(), DeliveryFilter().at_most + 1
    with telling_house.database.writing() as uow:
        for number in range(much):
            about = {"bill": f"b{number}"}
            event = WebhookEvent(WebhookEventId(f"e{number}"), BILL, telling_house.now, about)
            uow.webhooks.tell(event, [endpoint.id], telling_house.now)
            waiting = Delivery(event.id, BILL, endpoint.id, DEAD, telling_house.now)
            uow.webhooks.save_delivery(waiting)
    with telling_house.database.writing() as uow:
        assert len(replay(uow, telling_house.context())) == much
    assert telling_house.deliveries(state=DEAD) == []
