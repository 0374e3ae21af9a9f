"""`praxical webhook`: who is told of what happens, and what became of it."""

from __future__ import annotations

import threading
from datetime import datetime
from typing import Annotated

import typer

from server import bootstrap
from server.cli.commands import AsJson, command, group
from server.cli.desk import Desk
from server.cli.output import moment, say, show_json, show_record, show_table
from server.domain.ids import WebhookEventId
from server.domain.webhooks import Delivery, DeliveryState, Endpoint
from server.usecases import manage_webhooks as webhooks
from server.usecases.ports.webhooks import DeliveryFilter

app = group("Webhooks: other programs are told what happens, in ids and never in names.")

FAILED = 1
_BETWEEN_LOOKS = 0.2
_LOOKS = 100
"""As many as an attempt takes at most."""

Url = Annotated[str, typer.Argument(metavar="URL", help="Such as https://host/path.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="As `webhook list` shows it.")]
Events = Annotated[
    list[str] | None,
    typer.Option("--event", metavar="TYPE", help="Only this type; again for more. Else all."),
]
ForEndpoint = Annotated[
    str | None, typer.Option("--webhook", metavar="ID", help="Only of this webhook.")
]
EventId = Annotated[
    str | None, typer.Argument(metavar="EVENT", help="As `webhook dead` shows it.")
]
Everything = Annotated[bool, typer.Option("--all", help="All that was given up.")]
State = Annotated[
    DeliveryState | None, typer.Option("--state", help="Only what stands like this.")
]
Limit = Annotated[
    int, typer.Option("--limit", metavar="N", min=1, max=10_000, help="At most so many.")
]


@command(
    app,
    "add",
    "praxical webhook add https://books.example.org/praxical",
    "praxical webhook add https://host.example/in --event bill.paid --event charge.posted",
)
def add(desk: Desk, url: Url, *, event: Events = None, as_json: AsJson = False) -> None:
    """Tell an address what happens; print the secret that signs it, this once."""
    plain = bool(desk.settings.relay.allowed_networks)
    with desk.writing() as uow:
        endpoint = webhooks.add_endpoint(uow, desk.context, url, event or (), allow_http=plain)
    _show_secret(endpoint, as_json=as_json)


@command(app, "list", "praxical webhook list", "praxical webhook list --json")
def list_endpoints(desk: Desk, *, as_json: AsJson = False) -> None:
    """List who is told; never the secrets."""
    with desk.reading() as uow:
        found = uow.webhooks.endpoints()
        zone = uow.practice.zone
    if as_json:
        show_json([_endpoint_as_json(endpoint) for endpoint in found])
        return
    show_table(
        ("ID", "URL", "EVENTS", "MADE", "STATE"),
        (
            (
                endpoint.id,
                endpoint.url,
                endpoint.events or "all",
                moment(endpoint.made_at, zone)[:10],
                _state(endpoint, desk.context.now),
            )
            for endpoint in found
        ),
        "Nobody is told. Add one with: praxical webhook add URL",
    )


@command(app, "remove", "praxical webhook remove 3f9a0c51d2")
def remove(desk: Desk, endpoint: Id) -> None:
    """Tell an address nothing more, not even what waits for it."""
    with desk.writing() as uow:
        gone = webhooks.remove_endpoint(uow, endpoint)
    say(f"Removed the webhook {gone.id}.")


@command(app, "disable", "praxical webhook disable 3f9a0c51d2")
def disable(desk: Desk, endpoint: Id) -> None:
    """Tell an address nothing for a while; what happens then is never told to it."""
    with desk.writing() as uow:
        closed = webhooks.close_endpoint(uow, endpoint)
    say(f"Disabled the webhook {closed.id}.")


@command(app, "enable", "praxical webhook enable 3f9a0c51d2")
def enable(desk: Desk, endpoint: Id) -> None:
    """Tell an address again, also one that had asked for no more (410)."""
    with desk.writing() as uow:
        opened = webhooks.open_endpoint(uow, desk.context, endpoint)
    say(f"Enabled the webhook {opened.id}.")


@command(app, "secret", "praxical webhook secret 3f9a0c51d2")
def secret(desk: Desk, endpoint: Id, *, as_json: AsJson = False) -> None:
    """Make a new secret and print it, this once; the one before works for another day."""
    with desk.writing() as uow:
        rotated = webhooks.rotate_secret(uow, desk.context, endpoint)
    _show_secret(rotated, as_json=as_json)


@command(app, "test", "praxical webhook test 3f9a0c51d2")
def send_test(desk: Desk, endpoint: Id, *, as_json: AsJson = False) -> None:
    """Send a test, with whatever else is due, and say what came of it."""
    with desk.writing() as uow:
        event = webhooks.announce_test(uow, desk.context, endpoint)
    bootstrap.send_webhooks(desk.settings)
    delivery = _attempted(desk, event)
    if as_json:
        show_json(_delivery_as_json(delivery))
    else:
        say(f"{delivery.state}: {delivery.result or 'not sent yet'}")
    if delivery.state is not DeliveryState.DELIVERED:
        raise typer.Exit(FAILED)


@command(
    app,
    "deliveries",
    "praxical webhook deliveries",
    "praxical webhook deliveries --state waiting --json",
)
def deliveries(
    desk: Desk,
    *,
    endpoint: ForEndpoint = None,
    state: State = None,
    limit: Limit = 100,
    as_json: AsJson = False,
) -> None:
    """List what was told or waits, the newest first."""
    _show_deliveries(desk, endpoint, state, limit, as_json=as_json)


@command(app, "dead", "praxical webhook dead", "praxical webhook dead --json")
def dead(
    desk: Desk, *, endpoint: ForEndpoint = None, limit: Limit = 100, as_json: AsJson = False
) -> None:
    """List what was given up."""
    _show_deliveries(desk, endpoint, DeliveryState.DEAD, limit, as_json=as_json)


@command(
    app,
    "replay",
    "praxical webhook replay 01JD7Z6Q8K5T3V9W2X4Y6Z8A0B",
    "praxical webhook replay --all",
)
def replay(
    desk: Desk,
    event: EventId = None,
    *,
    endpoint: ForEndpoint = None,
    everything: Everything = False,
) -> None:
    """Try what was given up anew, under the same event id."""
    if bool(event or endpoint) == everything:
        raise typer.BadParameter("name the event or the webhook, or say --all")
    with desk.writing() as uow:
        revived = webhooks.replay(uow, desk.context, event=event, endpoint=endpoint)
    say(f"To be sent again: {len(revived)}.")


def _attempted(desk: Desk, event: WebhookEventId) -> Delivery:
    """Return the delivery after its attempt, which a worker that runs may be at just now."""
    delivery = _delivery(desk, event)
    for _ in range(_LOOKS):
        if delivery.result:
            break
        threading.Event().wait(_BETWEEN_LOOKS)
        delivery = _delivery(desk, event)
    return delivery


def _delivery(desk: Desk, event: WebhookEventId) -> Delivery:
    with desk.reading() as uow:
        (delivery,) = uow.webhooks.deliveries(DeliveryFilter(event=event))
    return delivery


def _show_deliveries(
    desk: Desk,
    endpoint: str | None,
    state: DeliveryState | None,
    limit: int,
    *,
    as_json: bool,
) -> None:
    with desk.reading() as uow:
        of = webhooks.find_endpoint(uow, endpoint).id if endpoint else None
        found = uow.webhooks.deliveries(DeliveryFilter(of, state, at_most=limit))
    if as_json:
        show_json([_delivery_as_json(delivery) for delivery in found])
        return
    show_table(
        ("EVENT", "TYPE", "WEBHOOK", "STATE"),
        (
            (delivery.event, delivery.kind.value, delivery.endpoint, _standing(delivery))
            for delivery in found
        ),
        "There are none.",
    )


def _show_secret(endpoint: Endpoint, *, as_json: bool) -> None:
    if as_json:
        show_json({"id": endpoint.id, "url": endpoint.url, "secret": endpoint.secret})
        return
    show_record([("id", endpoint.id), ("url", endpoint.url), ("secret", endpoint.secret)])
    say("The secret is not shown again.")


def _state(endpoint: Endpoint, now: datetime) -> str:
    if endpoint.closed is not None:
        return f"disabled ({endpoint.closed})"
    resting = endpoint.rests_until is not None and endpoint.rests_until > now
    return f"failing ({endpoint.failures})" if resting or endpoint.failures else "active"


def _standing(delivery: Delivery) -> str:
    if delivery.state is DeliveryState.DELIVERED or not delivery.result:
        return delivery.state
    return f"{delivery.state}: {delivery.result}"


def _endpoint_as_json(endpoint: Endpoint) -> dict[str, object]:
    return {
        "id": endpoint.id,
        "url": endpoint.url,
        "events": list(endpoint.events),
        "made": endpoint.made_at.isoformat(),
        "closed": endpoint.closed,
        "failures": endpoint.failures,
        "rests_until": _iso(endpoint.rests_until),
        "old_secret_until": _iso(endpoint.old_until),
    }


def _delivery_as_json(delivery: Delivery) -> dict[str, object]:
    return {
        "event": delivery.event,
        "type": delivery.kind,
        "webhook": delivery.endpoint,
        "state": delivery.state,
        "attempts": delivery.attempts,
        "result": delivery.result,
        "due": delivery.due_at.isoformat(),
        "ended": _iso(delivery.ended_at),
    }


def _iso(value: datetime | None) -> str | None:
    return value.isoformat() if value else None
