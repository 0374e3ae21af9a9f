"""`praxical google watch` and `shared`: what is seen of Google here, and of us there."""

from __future__ import annotations

import typer

from server.cli.commands import command
from server.cli.desk import Desk
from server.cli.google_options import (
    YES_OR_NO,
    Calendar,
    Confirmed,
    Link,
    Shared,
    ShowTitles,
    User,
)
from server.cli.output import say
from server.domain.ids import UserName
from server.usecases import google_watching
from server.usecases.google_links import LinkWanted, find_link
from server.usecases.google_sharing import set_shared
from server.usecases.google_titles import show_titles


def add_seen(app: typer.Typer) -> None:
    """Add the commands to those of `praxical google`."""
    examples = ("family@group.calendar.google.com", "primary --titles")
    command(app, "watch", *(f"praxical google watch alma {one}" for one in examples))(watch)
    command(app, "unwatch", f"praxical google unwatch alma {examples[0]}")(unwatch)
    said = ("yes", "yes --confirmed")
    command(app, "shared", *(f"praxical google shared alma {one}" for one in said))(shared)


def watch(
    desk: Desk, user: User, calendar: Calendar, *, link: Link = "", titles: ShowTitles = None
) -> None:
    """Let the busy times of another calendar count."""
    with desk.writing() as uow:
        found = find_link(uow, LinkWanted(UserName(user), link))
        google_watching.watch(uow, found, calendar)
        if titles is not None:
            show_titles(uow, found, calendar, desk.context.now, shown=titles)
    say("Watched.")


def unwatch(desk: Desk, user: User, calendar: Calendar, *, link: Link = "") -> None:
    """Let a calendar count no more, and forget what it held."""
    with desk.writing() as uow:
        found = find_link(uow, LinkWanted(UserName(user), link))
        google_watching.unwatch(uow, desk.context, found, calendar)
    say("Not watched any more.")


def shared(
    desk: Desk, user: User, said: Shared, *, link: Link = "", confirmed: Confirmed = False
) -> None:
    """Say whether others see the calendar in Google: then it is told numbers at most."""
    if said not in YES_OR_NO:
        raise typer.BadParameter(f"it is one of {', '.join(YES_OR_NO)}")
    with desk.writing() as uow:
        found = find_link(uow, LinkWanted(UserName(user), link))
        is_shared = said == YES_OR_NO[0]
        changed = set_shared(uow, desk.context, found, shared=is_shared, confirmed=confirmed)
    say(f"Google is told '{changed.level}' of {user}.")
    if changed.rewriting:
        say("What stands there is being rewritten.")
