"""`praxical api-token`: one token of the HTTP API for each program."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from server.cli.commands import AsJson, command, group
from server.cli.desk import Desk
from server.cli.output import moment, say, show_json, show_record, show_table
from server.domain.api_access import ApiScope, ApiToken, TokenState
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
    shown = [one for one in found if revoked or one.state(now) is TokenState.ACTIVE]
    if as_json:
        show_json([_as_json(token, now) for token in shown])
        return
    show_table(
        ("ID", "USER", "FOR", "SCOPES~", "EXPIRES", "LAST USED", "STATE"),
        (
            (
                token.id,
                token.user,
                token.label,
                " ".join(sorted(token.scopes)),
                moment(token.expires_at, zone)[:10],
                moment(token.last_used_at, zone) or "never",
                token.state(now),
            )
            for token in shown
        ),
        "There are no tokens. Make one with: praxical api-token new USER --scope SCOPE",
    )


@command(app, "revoke", "praxical api-token revoke 3f9a0c51d2")
def revoke(desk: Desk, number: Id) -> None:
    """Close a token; the program that uses it is out at once."""
    with desk.writing() as uow:
        token = api_tokens.revoke_token(uow, desk.context, number)
    say(f"Revoked the token {token.id} of {token.user}.")


def _as_json(token: ApiToken, now: datetime) -> dict[str, object]:
    used = token.last_used_at
    return {
        "id": token.id,
        "user": token.user,
        "label": token.label,
        "scopes": sorted(token.scopes),
        "created": token.created_at.isoformat(),
        "expires": token.expires_at.isoformat(),
        "last_used": used.isoformat() if used else None,
        "state": token.state(now),
    }
