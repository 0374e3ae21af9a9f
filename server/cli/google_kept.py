"""`praxical google reseal` and `forget`: what is kept of Google accounts, and for how long."""

from __future__ import annotations

import typer

from server.cli.commands import Yes, command
from server.cli.desk import Desk
from server.cli.google_options import Link, User
from server.cli.output import say
from server.domain.ids import UserName
from server.usecases import google_endings
from server.usecases.google_links import LinkWanted, find_link


def add_kept(app: typer.Typer) -> None:
    """Add the commands to those of `praxical google`."""
    command(app, "reseal", "praxical google reseal")(reseal)
    command(app, "forget", "praxical google forget alma --yes")(forget)


def reseal(desk: Desk) -> None:
    """Seal all tokens with the first key of the key file; say which others are still needed."""
    from server.bootstrap.google import google_office
    from server.google_sync.links import resealing

    with google_office(desk.settings, desk.database) as office:
        done = resealing.reseal(office)
    say(f"Sealed anew: {done.changed}.")
    if done.closed:
        say(f"Links that no key of the file opens: {done.closed}. Have them connected again.")
    if done.older:
        say(f"Still needed besides the first key: {', '.join(done.older)}.")
    else:
        say("No other key than the first is needed any more.")


def forget(desk: Desk, user: User, *, link: Link = "", yes: Yes = False) -> None:
    """Forget a link that has ended, and by what its account would be known again."""
    if not yes:
        typer.confirm(
            f"Forget the link of '{user}'? Another calendar is made next time.", abort=True
        )
    with desk.writing() as uow:
        google_endings.forget(uow, find_link(uow, LinkWanted(UserName(user), link)))
    say("Forgotten.")
