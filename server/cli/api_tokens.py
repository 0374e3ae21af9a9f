"""`praxical api-token`: one token of the HTTP API for each program."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from server.cli.commands import AsJson, command, group
from server.cli.desk import Desk
from server.cli.output import Cell, moment, say, show_json, show_record
from server.cli.token_lists import Listing, open_ones, token_json
from server.domain.api_access import ApiScope, ApiToken
from server.domain.ids import UserName
from server.usecases import api_tokens
from server.usecases.api_tokens import TokenRequest

app = group("Tokens of the HTTP API: one for each program, good for what its scopes say.")

User = Annotated[str, typer.Argument(metavar="USER", help="Whose: it may do no more.")]
SomeUser = Annotated[str | None, typer.Argument(metavar="USER", help="Only this user's.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="As `api-token list` shows it.")]
Label = Annotated[str, typer.Option("--label", metavar="TEXT", help="Which program it is for.")]
Scopes = Annotated[
    list[str],
    typer.Option("--scope", metavar="SCOPE", help=f"Repeat it: {', '.join(ApiScope)}."),
]
Days = Annotated[int, typer.Option("--days", metavar="N", help="Days until it expires.")]
Revoked = Annotated[bool, typer.Option("--all", help="Show revoked and expired ones too.")]


@command(
    app,
    "new",
    "praxical api-token new desk --label 'billing export' --scope billing:read",
    "praxical api-token new alma --label 'own pages' --scope calendar:read \\",
    "    --scope calendar:write --days 90",
)
def new(
    desk: Desk,
    user: User,
    *,
    scopes: Scopes,
    label: Label = "program",
    days: Days = 365,
    as_json: AsJson = False,
) -> None:
    """Make a token and print it, this once."""
    named = api_tokens.scopes_named(scopes)
    wanted = TokenRequest(UserName(user), label, named, days)
    with desk.writing() as uow:
        token, text = api_tokens.new_token(uow, desk.context, wanted)
        zone = uow.practice.zone
    if as_json:
        show_json({**_as_json(token, desk.context.now), "token": text})
        return
    show_record(
        [
            ("user", user),
            ("token", text),
            ("for", token.label),
            ("scopes", " ".join(sorted(token.scopes))),
            ("expires", moment(token.expires_at, zone)),
            ("id", token.id),
        ]
    )
    say("It is not shown again.")


@command(app, "list", "praxical api-token list", "praxical api-token list alma --all")
def list_tokens(
    desk: Desk, user: SomeUser = None, *, revoked: Revoked = False, as_json: AsJson = False
) -> None:
    """List tokens with when they were last used; never the tokens themselves."""
    with desk.reading() as uow:
        found = api_tokens.all_tokens(uow, UserName(user) if user else None)
        zone = uow.practice.zone
    now = desk.context.now
    _LISTING.show(open_ones(found, now, closed_too=revoked), now, zone, as_json=as_json)


@command(app, "revoke", "praxical api-token revoke 3f9a0c51d2")
def revoke(desk: Desk, number: Id) -> None:
    """Close a token; the program that uses it is out at once."""
    with desk.writing() as uow:
        token = api_tokens.revoke_token(uow, desk.context, number)
    say(f"Revoked the token {token.id} of {token.user}.")


def _as_json(token: ApiToken, now: datetime) -> dict[str, object]:
    expires = token.expires_at.isoformat()
    return token_json(token, now, scopes=sorted(token.scopes), expires=expires)


def _cells(token: ApiToken, zone: ZoneInfo) -> Sequence[Cell]:
    return (" ".join(sorted(token.scopes)), moment(token.expires_at, zone)[:10])


_LISTING = Listing(
    ("SCOPES~", "EXPIRES"),
    _cells,
    "LAST USED",
    "There are no tokens. Make one with: praxical api-token new USER --scope SCOPE",
    _as_json,
)
