"""A practice whose changes are told by webhook, and short ways to make and send them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from aiohttp.abc import AbstractResolver
from typing_extensions import override

from server.billing_hooks.hooks import BillingHooks
from server.billing_hooks.webhook_events import EventType, announce
from server.domain.ids import EndpointId, UserName
from server.domain.vocabulary import Door
from server.domain.webhooks import Delivery, DeliveryState, Endpoint, WebhookEvent
from server.relay import relay_due
from server.relay.settling import settle_due
from server.usecases.context import Context
from server.usecases.manage_webhooks import add_endpoint
from server.usecases.ports.webhooks import DeliveryFilter
from tests.practice import DESK, House

LOOPBACK = ("127.0.0.1",)


@dataclass(frozen=True)
class Standing:
    """A clock that stands still."""

    at: datetime

    def now(self) -> datetime:
        return self.at


@dataclass
class TellingHouse(House):
    """The practice with its billing hooks, and the relay run by hand."""

    @override
    def context(self, user: UserName = DESK, door: Door = Door.COMMAND_LINE) -> Context:
        return replace(super().context(user, door), hooks=BillingHooks())

    def listen(self, url: str = "https://host.example/in", *events: EventType) -> Endpoint:
        """Add an endpoint that asks for these events, or for all."""
        with self.database.writing() as uow:
            return add_endpoint(uow, self.context(), url, events, allow_http=True)

    def announce(self, kind: EventType = EventType.BILL_PAID, **data: object) -> None:
        """Tell of something at once."""
        with self.database.writing() as uow:
            announce(uow, self.context(), kind, data)

    def relay(
        self,
        allowed: Sequence[str] = LOOPBACK,
        resolver: AbstractResolver | None = None,
    ) -> int:
        """Send what is due now; return how many attempts were made."""
        return relay_due(self.database, Standing(self.now), allowed, resolver)

    def deliveries(
        self, endpoint: EndpointId | None = None, state: DeliveryState | None = None
    ) -> Sequence[Delivery]:
        with self.database.reading() as uow:
            return uow.webhooks.deliveries(DeliveryFilter(endpoint, state))

    def endpoint(self, number: EndpointId) -> Endpoint:
        with self.database.reading() as uow:
            return next(one for one in uow.webhooks.endpoints() if one.id == number)

    def held(self) -> list[str]:
        """Return the types of what may still be undone, sorted."""
        with self.database.writing() as uow:
            return sorted(
                event.kind.value
                for appointment, key in uow.webhooks.held(self.later(days=1).now)
                for event, _ in uow.webhooks.held_of(appointment, key)
            )

    def settle(self) -> None:
        """Decide on what is due now."""
        settle_due(self.database, self.now)

    def events(self) -> list[WebhookEvent]:
        """Take all that waits for the first endpoint away from the relay, in its order."""
        endpoint = self.deliveries()[0].endpoint
        now, until = self.later(days=1).now, self.later(days=2).now
        with self.database.writing() as uow:
            taken = iter(lambda: uow.webhooks.claim(endpoint, now, until), None)
            return [event for _, event in taken]


def telling(house: House) -> TellingHouse:
    """Return a practice as one that tells."""
    return TellingHouse(house.database, house.rules, house.now)
