"""`praxical app-password`: one password for each device of a user."""

from __future__ import annotations

import getpass
import sys
from datetime import datetime
from typing import Annotated

import typer

from server.cli.commands import AsJson, command, group
from server.cli.desk import Desk
from server.cli.output import moment, say, show_json, show_record, show_table
from server.domain.calendars import AppPassword
from server.domain.ids import UserName
from server.usecases import app_passwords
from server.usecases.app_passwords import PasswordRequest, PasswordState

app = group("App passwords: one for each device; nobody signs in with anything else.")

User = Annotated[str, typer.Argument(metavar="USER", help="Login name.")]
SomeUser = Annotated[str | None, typer.Argument(metavar="USER", help="Only this user's.")]
Id = Annotated[str, typer.Argument(metavar="ID", help="As `app-password list` shows it.")]
Label = Annotated[str, typer.Option("--label", metavar="TEXT", help="Which device it is for.")]
ReadOnly = Annotated[bool, typer.Option("--read-only", help="The device may change nothing.")]
Stdin = Annotated[
    bool,
    typer.Option(
        "--stdin", help="Take the password from standard input, 12 or more characters."
    ),
]
Revoked = Annotated[bool, typer.Option("--all", help="Show revoked ones too.")]


@command(
    app,
    "new",
    "praxical app-password new alma --label 'phone'",
    "praxical app-password new desk --label 'wall screen' --read-only",
    "pass show praxical | praxical app-password new alma --stdin",
)
def new(
    desk: Desk,
    user: User,
    *,
    label: Label = "device",
    read_only: ReadOnly = False,
    stdin: Stdin = False,
    as_json: AsJson = False,
) -> None:
    """Make an app password and print it, this once; or take one from standard input."""
    chosen = _chosen() if stdin else None
    wanted = PasswordRequest(UserName(user), label, read_only, chosen)
    with desk.writing() as uow:
        password, secret = app_passwords.new_app_password(uow, desk.context, wanted)
    shown = None if stdin else secret
    if as_json:
        show_json({"id": password.id, "user": user, "label": password.label, "secret": shown})
        return
    show_record(
        [("user", user), ("password", shown), ("for", password.label), ("id", password.id)]
    )
    if shown:
        say("It is not shown again. The dashes may be left out.")


@command(app, "list", "praxical app-password list", "praxical app-password list alma --all")
def list_passwords(
    desk: Desk, user: SomeUser = None, *, revoked: Revoked = False, as_json: AsJson = False
) -> None:
    """List app passwords with when they were last used; never the passwords themselves."""
    with desk.reading() as uow:
        found = app_passwords.all_app_passwords(uow, UserName(user) if user else None)
        zone = uow.practice.zone
    now = desk.context.now
    rows = [(password, _state(desk, password, now)) for password in found]
    shown = [row for row in rows if revoked or row[1] is not PasswordState.REVOKED]
    if as_json:
        show_json([_as_json(password, state) for password, state in shown])
        return
    show_table(
        ("ID", "USER", "FOR", "MAY", "MADE", "LAST USED", "STATE"),
        (
            (
                password.id,
                password.user,
                password.label,
                _scope(password),
                moment(password.created_at, zone)[:10],
                moment(password.last_used_at, zone) or "never",
                state,
            )
            for password, state in shown
        ),
        "There are no app passwords. Make one with: praxical app-password new USER",
    )


@command(app, "revoke", "praxical app-password revoke 3f9a0c51d2")
def revoke(desk: Desk, credential: Id) -> None:
    """Close an app password; the device that uses it is out at once."""
    with desk.writing() as uow:
        password = app_passwords.revoke(uow, desk.context, credential)
    say(f"Revoked the app password {password.id} of {password.user}.")


def _chosen() -> str:
    if sys.stdin.isatty():
        return getpass.getpass("Password: ")
    return sys.stdin.readline().rstrip("\r\n")


def _state(desk: Desk, password: AppPassword, now: datetime) -> PasswordState:
    return app_passwords.state_of(password, now, desk.settings.security.app_password_days)


def _scope(password: AppPassword) -> str:
    return "read-only" if password.read_only else "read-write"


def _as_json(password: AppPassword, state: PasswordState) -> dict[str, object]:
    used = password.last_used_at
    return {
        "id": password.id,
        "user": password.user,
        "label": password.label,
        "scope": _scope(password),
        "created": password.created_at.isoformat(),
        "last_used": used.isoformat() if used else None,
        "state": state,
    }
