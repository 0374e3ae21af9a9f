"""`praxical feed`: secret addresses at which others read when a practitioner is busy."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from server.cli.commands import AsJson, command, group
from server.cli.desk import Desk
from server.cli.operations import address
from server.cli.output import Cell, say, show_json, show_record
from server.cli.token_lists import Listing, open_ones, token_json
from server.domain.feeds import FeedKind, FeedLevel, FeedToken
from server.domain.ids import UserName
from server.usecases import feeds
from server.usecases.feeds import FeedRequest, path_of

app = group("Secret addresses at which others read when a practitioner is busy.")

User = Annotated[str, typer.Argument(metavar="USER", help="Whose busy times.")]
SomeUser = Annotated[str | None, typer.Argument(metavar="USER", help="Only this user's.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="As `feed list` shows it.")]
Label = Annotated[str, typer.Option("--label", metavar="TEXT", help="Who reads it.")]
Kind = Annotated[
    FeedKind,
    typer.Option(
        "--kind",
        metavar="KIND",
        help="feed: a calendar to subscribe to. freebusy: a URL as Outlook asks for.",
    ),
]
Level = Annotated[
    FeedLevel,
    typer.Option(
        "--level",
        metavar="LEVEL",
        help="What a feed calls appointments: busy, id (the client's number) or initials.",
    ),
]
Closed = Annotated[bool, typer.Option("--all", help="Show revoked and unused ones too.")]


@command(
    app,
    "new",
    "praxical feed new alma --label 'own phone'",
    "praxical feed new alma --kind freebusy --label Outlook",
    "praxical feed new alma --level initials --label 'wall display'",
)
def new(
    desk: Desk,
    user: User,
    *,
    kind: Kind = FeedKind.FEED,
    level: Level = FeedLevel.BUSY,
    label: Label = "reader",
    as_json: AsJson = False,
) -> None:
    """Make an address and print it, this once; whoever has it can read."""
    wanted = FeedRequest(UserName(user), label, kind, level)
    with desk.writing() as uow:
        token, text = feeds.new_feed(uow, desk.context, wanted)
    base = desk.settings.booking.public_url or address(desk.settings)
    url = base.removesuffix("/") + path_of(kind, text)
    if as_json:
        show_json({**_as_json(token, desk.context.now), "address": url})
        return
    show_record(
        [
            ("user", user),
            ("address", url),
            ("for", token.label),
            ("kind", token.kind),
            ("level", token.level),
            ("id", token.id),
        ]
    )
    say("It is not shown again. Who has it can read it: give each reader one of its own.")


@command(app, "list", "praxical feed list", "praxical feed list alma --all")
def list_feeds(
    desk: Desk, user: SomeUser = None, *, closed: Closed = False, as_json: AsJson = False
) -> None:
    """List addresses with when they were last read; never the addresses themselves."""
    with desk.reading() as uow:
        found = feeds.all_feeds(uow, UserName(user) if user else None)
        zone = uow.practice.zone
    now = desk.context.now
    _LISTING.show(open_ones(found, now, closed_too=closed), now, zone, as_json=as_json)


@command(app, "revoke", "praxical feed revoke 3f9a0c51d2")
def revoke(desk: Desk, number: Id) -> None:
    """Close an address; whoever reads it finds nothing from now on."""
    with desk.writing() as uow:
        token = feeds.revoke_feed(uow, desk.context, number)
    say(f"Revoked the feed {token.id} of {token.user}.")


def _as_json(token: FeedToken, now: datetime) -> dict[str, object]:
    return token_json(token, now, kind=token.kind, level=token.level)


def _cells(token: FeedToken, zone: ZoneInfo) -> Sequence[Cell]:
    del zone
    return (token.kind, token.level)


_LISTING = Listing(
    ("KIND", "LEVEL"),
    _cells,
    "LAST READ",
    "There are no feeds. Make one with: praxical feed new USER",
    _as_json,
)
