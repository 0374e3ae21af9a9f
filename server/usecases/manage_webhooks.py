"""Endpoints of webhooks: who is told of what, with which secret, and what was given up."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

from server.domain.errors import Invalid, NotFound
from server.domain.ids import EndpointId, WebhookEventId, new_ulid
from server.domain.webhooks import (
    CHOOSABLE,
    Closed,
    Delivery,
    DeliveryState,
    Endpoint,
    EventType,
    WebhookEvent,
)
from server.usecases import accepted_values as accepted
from server.usecases.context import Context
from server.usecases.ports import UnitOfWork
from server.usecases.ports.webhooks import DeliveryFilter

BOTH_VALID = timedelta(days=1)
"""For how long the secret before signs too."""
_URL_AT_MOST = 500
_SECRET_BYTES = 32
_PREFIX = "whsec_"


def add_endpoint(
    uow: UnitOfWork,
    context: Context,
    url: str,
    events: Iterable[str] = (),
    *,
    allow_http: bool = False,
) -> Endpoint:
    """Store a new endpoint and return it; its secret is shown to nobody later.

    ``events`` empty asks for every type. Raises Invalid for an address or a type.
    """
    endpoint = Endpoint(
        id=_new_id(uow),
        url=accepted_url(url, allow_http=allow_http),
        secret=new_secret(),
        made_at=context.now,
        events=tuple(dict.fromkeys(_accepted_type(name) for name in events)),
    )
    uow.webhooks.save_endpoint(endpoint)
    return endpoint


def find_endpoint(uow: UnitOfWork, number: str) -> Endpoint:
    """Return an endpoint; raises NotFound."""
    for endpoint in uow.webhooks.endpoints():
        if endpoint.id == number:
            return endpoint
    raise NotFound("webhook", number[:40])


def remove_endpoint(uow: UnitOfWork, number: str) -> Endpoint:
    """Remove an endpoint with all that waits for it, and return it; raises NotFound."""
    endpoint = find_endpoint(uow, number)
    uow.webhooks.remove_endpoint(endpoint.id)
    return endpoint


def close_endpoint(uow: UnitOfWork, number: str) -> Endpoint:
    """Tell an endpoint nothing until it is opened again; raises NotFound."""
    found = find_endpoint(uow, number)
    uow.webhooks.close(found.id, Closed.BY_HAND)
    return replace(found, closed=Closed.BY_HAND)


def open_endpoint(uow: UnitOfWork, context: Context, number: str) -> Endpoint:
    """Tell an endpoint again, what waited for it first; raises NotFound."""
    found = find_endpoint(uow, number)
    opened = replace(found, closed=None, failures=0, rests_until=None)
    uow.webhooks.save_endpoint(opened)
    uow.webhooks.hurry(opened.id, context.now)
    return opened


def rotate_secret(uow: UnitOfWork, context: Context, number: str) -> Endpoint:
    """Give an endpoint a new secret; the one before signs too for a day. Raises NotFound."""
    found = find_endpoint(uow, number)
    until = context.now + BOTH_VALID
    rotated = replace(found, secret=new_secret(), old_secret=found.secret, old_until=until)
    uow.webhooks.save_endpoint(rotated)
    return rotated


def announce_test(uow: UnitOfWork, context: Context, number: str) -> WebhookEventId:
    """Write a test for one endpoint, whatever it asks for; raises NotFound and Invalid."""
    endpoint = find_endpoint(uow, number)
    if endpoint.closed is not None:
        raise Invalid("webhook", f"it is disabled; 'praxical webhook enable {endpoint.id}'")
    event = WebhookEvent(
        WebhookEventId(new_ulid(context.now)),
        EventType.TEST,
        context.now,
        {"endpoint": endpoint.id},
    )
    uow.webhooks.note_health(replace(endpoint, rests_until=None))
    uow.webhooks.tell(event, [endpoint.id], context.now)
    return event.id


def replay(
    uow: UnitOfWork,
    context: Context,
    *,
    event: str | None = None,
    endpoint: str | None = None,
) -> list[Delivery]:
    """Let what was given up be tried anew, all or of one event or endpoint; return it.

    Raises NotFound where an event or endpoint is named of which nothing was given up.
    """
    wanted = DeliveryFilter(
        endpoint=find_endpoint(uow, endpoint).id if endpoint else None,
        state=DeliveryState.DEAD,
        event=WebhookEventId(event) if event else None,
    )
    dead: list[Delivery] = []
    # Some at a time: of what was down for a week there is no end.
    while some := uow.webhooks.deliveries(wanted):
        for delivery in some:
            uow.webhooks.revive(delivery, context.now)
        dead += some
    if event and not dead:
        raise NotFound("dead webhook", event[:40])
    return dead


def new_secret() -> str:
    """Return a new secret of 256 random bits: ``whsec_`` and base64."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def accepted_url(url: str, *, allow_http: bool) -> str:
    """Return the address of an endpoint; raises Invalid.

    Without TLS only what the settings allow can be called, so without any such there is no use.
    """
    kept = accepted.required_text("url", url, _URL_AT_MOST)
    try:
        parts = urlsplit(kept)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise Invalid("url", "this is not an address such as https://host/path") from error
    if parts.scheme == "http" and not allow_http:
        raise Invalid("url", "it must begin with https:// ([relay] allowed_networks is empty)")
    if parts.scheme not in {"https", "http"} or not host:
        raise Invalid("url", "this is not an address such as https://host/path")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise Invalid("url", "neither a login nor a fragment can stand in it")
    return kept


def _accepted_type(name: str) -> EventType:
    for kind in CHOOSABLE:
        if kind.value == name.strip():
            return kind
    raise Invalid("event", f"'{name[:40]}' is none of {', '.join(CHOOSABLE)}")


def _new_id(uow: UnitOfWork) -> EndpointId:
    taken = {endpoint.id for endpoint in uow.webhooks.endpoints()}
    while (new := EndpointId(secrets.token_hex(5))) in taken:
        pass
    return new
