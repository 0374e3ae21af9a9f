"""Push channels: made, stopped, and the messages that each has to send."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlsplit

from tests.local_google.access import Call, calendar_of
from tests.local_google.refusals import Refused, forbidden, invalid, not_found, required
from tests.local_google.times import Json
from tests.local_google.world import Channel, World

_LINGERS = timedelta(minutes=10)
HERE = {"127.0.0.1", "localhost", "::1"}


@dataclass(frozen=True)
class Message:
    """One notification: where it goes, and its headers. It has no body."""

    address: str
    headers: dict[str, str]

    @property
    def channel(self) -> str:
        """The id of its channel."""
        return self.headers["X-Goog-Channel-ID"]

    @property
    def state(self) -> str:
        """What happened: `sync`, `exists` or `not_exists`."""
        return self.headers["X-Goog-Resource-State"]


def watch_events(call: Call) -> Json:
    """Answer events.watch."""
    calendar = calendar_of(call)
    if calendar.id in call.world.knobs.unwatchable:
        reason = "pushNotSupportedForRequestedResource"
        message = "Push notifications are not supported by this resource."
        raise Refused(400, reason, message)
    return _watch(call, f"calendars/{calendar.id}/events")


def watch_rules(call: Call) -> Json:
    """Answer acl.watch."""
    return _watch(call, f"calendars/{calendar_of(call, 'owner').id}/acl")


def watch_entries(call: Call) -> Json:
    """Answer calendarList.watch."""
    return _watch(call, f"users/{call.account.email}/calendarList")


def watch_settings(call: Call) -> Json:
    """Answer settings.watch."""
    return _watch(call, f"users/{call.account.email}/settings")


def _watch(call: Call, resource: str) -> Json:
    name, address = _checked(call)
    call.world.channel_ids.add((call.client, name))
    mark = hashlib.sha256(f"{call.client} {resource}".encode()).digest()
    channel = Channel(
        name,
        resource,
        hashlib.sha256(mark).hexdigest()[:27],
        f"{call.root}/calendar/v3/{quote(resource)}?alt=json",
        address,
        call.account.email,
        call.client,
        _ends(call),
        call.body.get("token") or "",
        bool(call.body.get("expiration") or call.body.get("params")),
    )
    call.world.channels.append(channel)
    # The first message of a channel only says that it is there.
    call.world.tell(f"channel {name} {call.client}", "sync")
    return _shown(channel)


def _checked(call: Call) -> tuple[str, str]:
    name, address = call.body.get("id") or "", call.body.get("address") or ""
    if not name or not address:
        raise required("Missing channel id or address.", "id" if address else "address")
    if len(name) > 64 or len(call.body.get("token") or "") > 256:
        raise invalid("A provided value exceeds the allowed size limit.")
    if call.body.get("type") not in {"web_hook", "webhook"}:
        raise Refused(400, "unsupportedChannelType", "Unknown channel type.")
    parts = urlsplit(address)
    if parts.scheme != "https" and parts.hostname not in HERE:
        reason = "push.webhookUrlNotHttps"
        raise Refused(400, reason, "WebHook callback must be HTTPS.")
    if (call.client, name) in call.world.channel_ids:
        raise Refused(400, "channelIdNotUnique", f"Channel id {name} not unique")
    return name, address


def _ends(call: Call) -> datetime:
    now = call.world.clock.now()
    most = now + timedelta(days=30 if call.world.unknowns.channels_live_long else 7)
    ends = now + timedelta(days=7)
    if call.body.get("expiration"):
        ends = datetime.fromtimestamp(int(call.body["expiration"]) / 1000, UTC)
    elif (call.body.get("params") or {}).get("ttl"):
        ends = now + timedelta(seconds=int(call.body["params"]["ttl"]))
    if ends <= now:
        raise invalid("The expiration is in the past.", "expiration")
    return min(ends, most)


def _shown(channel: Channel) -> Json:
    found: Json = {
        "kind": "api#channel",
        "id": channel.id,
        "resourceId": channel.resource_id,
        "resourceUri": channel.uri,
        "expiration": str(int(channel.ends.timestamp() * 1000)),
    }
    return found | ({"token": channel.token} if channel.token else {})


def stop(call: Call) -> None:
    """channels.stop, by the user and the client that made it."""
    name, resource = call.body.get("id"), call.body.get("resourceId")
    for channel in call.world.channels:
        if (channel.id, channel.resource_id) != (name, resource) or channel.stopped:
            continue
        if channel.client != call.client:
            break
        if channel.account != call.account.email:
            raise forbidden("forbidden", "Only the user who made a channel may stop it.")
        channel.stopped = call.world.clock.now()
        return
    raise not_found()


def messages(world: World) -> Iterator[Message]:
    """Take what happened and return the messages to send for it."""
    happened, world.happened = world.happened, []
    for one in happened:
        for channel in world.channels:
            named = one.resource in {channel.resource, f"channel {channel.id} {channel.client}"}
            if named and is_live(world, channel):
                yield _message(world, channel, one.state)


def is_live(world: World, channel: Channel) -> bool:
    """Whether a channel still delivers."""
    now = world.clock.now()
    if channel.stopped is None:
        return now < channel.ends
    return world.unknowns.stopped_channels_linger and now < channel.stopped + _LINGERS


def _message(world: World, channel: Channel, state: str) -> Message:
    step = 1
    if channel.number and world.unknowns.numbers_have_gaps:
        step = 3
    channel.number += step
    headers = {
        "X-Goog-Channel-ID": channel.id,
        "X-Goog-Message-Number": str(channel.number),
        "X-Goog-Resource-ID": channel.resource_id,
        "X-Goog-Resource-State": state,
        "X-Goog-Resource-URI": channel.uri,
    }
    if channel.names_end:
        headers["X-Goog-Channel-Expiration"] = channel.ends.strftime(
            "%a, %d %b %Y %H:%M:%S GMT"
        )
    if channel.token:
        headers["X-Goog-Channel-Token"] = channel.token
    return Message(channel.address, headers)
