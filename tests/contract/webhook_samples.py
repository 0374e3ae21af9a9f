"""Everything that is asked of webhooks once, for the test of tenants."""

from __future__ import annotations

from server.domain.ids import EndpointId, WebhookEventId
from server.domain.webhooks import Closed, Endpoint, EventType, Subject, WebhookEvent
from server.domain.when import MASTER
from server.usecases.ports import UnitOfWork
from server.usecases.ports.webhooks import DeliveryFilter
from tests.contract.samples import DAY, NOW, VISIT

ENDPOINT = Endpoint(EndpointId("e1"), "https://host.example/in", "whsec_MQ==", NOW)
TOLD = WebhookEvent(WebhookEventId("a"), EventType.BILL_PAID, NOW, {"bill": "b1"})
ARRIVED = WebhookEvent(
    WebhookEventId("b"),
    EventType.APPOINTMENT_ARRIVED,
    NOW,
    {"appointment": VISIT},
    Subject(VISIT, MASTER, 1),
)


def write_webhooks(uow: UnitOfWork) -> None:
    webhooks = uow.webhooks
    webhooks.save_endpoint(ENDPOINT)
    webhooks.note_health(ENDPOINT)
    webhooks.close(EndpointId("none"), Closed.GONE)
    webhooks.tell(TOLD, webhooks.wanting(TOLD.kind), NOW)
    webhooks.hold(ARRIVED, NOW)
    webhooks.held_of(VISIT, MASTER)
    webhooks.release(ARRIVED.id, [ENDPOINT.id], NOW)
    webhooks.drop(ARRIVED.id)
    taken = webhooks.claim(ENDPOINT.id, NOW, NOW + DAY)
    assert taken is not None
    webhooks.save_delivery(taken[0])
    webhooks.revive(taken[0], NOW)
    webhooks.hurry(ENDPOINT.id, NOW)
    webhooks.prune(NOW)
    webhooks.remove_endpoint(EndpointId("none"))


def read_webhooks(uow: UnitOfWork) -> None:
    assert uow.webhooks.endpoints() == [ENDPOINT]
    uow.webhooks.held(NOW)
    uow.webhooks.due(NOW)
    uow.webhooks.deliveries(DeliveryFilter())
