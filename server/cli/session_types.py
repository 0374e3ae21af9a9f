"""`praxical session-type`: what can be booked."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Annotated, Any

import typer

from server.cli.booking_options import BookingOptions, rule_json
from server.cli.commands import AsJson, Yes, command, given, group
from server.cli.desk import Desk
from server.cli.output import say, show_json, show_record, show_table
from server.domain.booking_rules import USUAL
from server.domain.ids import LocationKey, SessionTypeId
from server.domain.practice import BillingItem, SessionType
from server.usecases import manage_session_types as session_types
from server.usecases.ports import UnitOfWork

app = group("Session types: what can be booked, for how long, where, with which charges.")

Name = Annotated[str, typer.Argument(metavar="NAME", help="Short, as it is typed in titles.")]
NewName = Annotated[str | None, typer.Option("--name", metavar="NAME", help="The new name.")]
Minutes = Annotated[int, typer.Option("--minutes", metavar="N", help="How long it lasts.")]
NewMinutes = Annotated[
    int | None, typer.Option("--minutes", metavar="N", help="How long it lasts.")
]
Discipline = Annotated[
    str, typer.Option("--discipline", metavar="TEXT", help="Whose it is, such as acupuncture.")
]
NewDiscipline = Annotated[
    str | None, typer.Option("--discipline", metavar="TEXT", help="Whose it is.")
]
Description = Annotated[
    str | None,
    typer.Option(
        "--description", metavar="TEXT", help="For clients; stands in e-mail reminders."
    ),
]
Locations = Annotated[
    list[str] | None,
    typer.Option("--location", metavar="KEY", help="Where; repeat it. Else everywhere."),
]
NewLocations = Annotated[
    list[str] | None,
    typer.Option("--location", metavar="KEY", help="Where; repeat it. Replaces all."),
]
Colour = Annotated[str | None, typer.Option("--colour", metavar="#RRGGBB", help="Colour.")]
Items = Annotated[
    list[str] | None,
    typer.Option(
        "--item",
        metavar="CODE[*UNITS]",
        help="A service or product it brings; repeat it, in order.",
    ),
]
NewItems = Annotated[
    list[str] | None,
    typer.Option(
        "--item", metavar="CODE[*UNITS]", help="As in `add`. Replaces all; '' leaves none."
    ),
]
Aliases = Annotated[
    list[str] | None,
    typer.Option("--alias", metavar="WORD", help="Another word for it in titles; repeat it."),
]
NewAliases = Annotated[
    list[str] | None,
    typer.Option("--alias", metavar="WORD", help="As in `add`. Replaces all; '' leaves none."),
]
Online = Annotated[
    bool | None, typer.Option("--online/--no-online", help="Clients may book it themselves.")
]
Video = Annotated[
    bool | None, typer.Option("--video/--no-video", help="It is a video session.")
]
InReminders = Annotated[
    bool | None,
    typer.Option("--in-mails/--not-in-mails", help="E-mail reminders describe it."),
]
All = Annotated[bool, typer.Option("--all", help="Show archived ones too.")]


@command(
    app,
    "add",
    "praxical session-type add consult15 --minutes 15 --discipline acupuncture",
    "praxical session-type add acufirst --minutes 75 --discipline acupuncture \\",
    "    --description 'Acupuncture. First' --item 97810 --item '97811*2'",
)
def add(
    desk: Desk,
    name: Name,
    *,
    minutes: Minutes,
    discipline: Discipline,
    description: Description = None,
    location: Locations = None,
    colour: Colour = None,
    item: Items = None,
    alias: Aliases = None,
    online: Online = None,
    video: Video = None,
    in_reminders: InReminders = None,
    booking: BookingOptions,
) -> None:
    """Add a session type."""
    choices: dict[str, Any] = given(
        colour=colour, online_bookable=online, video=video, in_email_reminders=in_reminders
    )
    with desk.writing() as uow:
        new = SessionType(
            SessionTypeId(""),
            name,
            description or "",
            discipline,
            minutes,
            locations=_places(uow, location),
            items=_items(uow, item or []),
            aliases=_filled(alias or []),
            booking=booking.over(USUAL),
            **choices,
        )
        session_types.add_session_type(uow, desk.context, new)
    say(f"Added the session type {name}.")


@command(app, "list", "praxical session-type list --all", "praxical session-type list --json")
def list_types(desk: Desk, *, everything: All = False, as_json: AsJson = False) -> None:
    """List the session types that can be booked, or all of them."""
    with desk.reading() as uow:
        known = sorted(uow.catalogue.session_types, key=lambda one: one.name)
    found = [one for one in known if everything or not one.archived]
    if as_json:
        show_json([_as_json(one) for one in found])
        return
    show_table(
        ("NAME", "MIN>", "DISCIPLINE", "BRINGS", "AT", ""),
        (
            (
                one.name,
                one.minutes,
                one.discipline,
                tuple(_wire(item) for item in one.items),
                one.locations,
                "archived" if one.archived else "",
            )
            for one in found
        ),
        "There are no session types yet. Add one with: praxical session-type add NAME",
    )


@command(app, "show", "praxical session-type show acupinitial")
def show(desk: Desk, name: Name, *, as_json: AsJson = False) -> None:
    """Show a session type."""
    with desk.reading() as uow:
        found = session_types.find_session_type(uow, name)
    if as_json:
        show_json(_as_json(found))
        return
    show_record((field.replace("_", " "), value) for field, value in _as_json(found).items())


@command(
    app,
    "edit",
    "praxical session-type edit acupinitial --minutes 80",
    "praxical session-type edit acupinitial --name acufirst --alias acupinitial",
    "praxical session-type edit acupinitial --online --booking instant --notice 24",
)
def edit(
    desk: Desk,
    name: Name,
    *,
    new_name: NewName = None,
    minutes: NewMinutes = None,
    discipline: NewDiscipline = None,
    description: Description = None,
    location: NewLocations = None,
    colour: Colour = None,
    item: NewItems = None,
    alias: NewAliases = None,
    online: Online = None,
    video: Video = None,
    in_reminders: InReminders = None,
    booking: BookingOptions,
) -> None:
    """Change a session type; appointments made already keep their times and services."""
    changes: dict[str, Any] = given(
        name=new_name,
        minutes=minutes,
        discipline=discipline,
        description=description,
        colour=colour,
        online_bookable=online,
        video=video,
        in_email_reminders=in_reminders,
        aliases=None if alias is None else _filled(alias),
        locations=None if location is None else tuple(map(LocationKey, location)),
    )
    with desk.writing() as uow:
        found = session_types.find_session_type(uow, name)
        if item is not None:
            changes["items"] = _items(uow, item)
        changes["booking"] = booking.over(found.booking)
        session_types.edit_session_type(uow, desk.context, replace(found, **changes))
    say(f"Changed the session type {new_name or found.name}.")


@command(app, "delete", "praxical session-type delete trial --yes")
def delete(desk: Desk, name: Name, *, yes: Yes = False) -> None:
    """Delete a session type that was never used; one that was can only be archived."""
    with desk.reading() as uow:
        found = session_types.find_session_type(uow, name)
    if not yes:
        typer.confirm(f"Delete the session type {found.name}?", abort=True, err=True)
    with desk.writing() as uow:
        session_types.delete_session_type(uow, found.name)
    say(f"Deleted the session type {found.name}.")


@command(app, "archive", "praxical session-type archive oldmassage")
def archive(desk: Desk, name: Name, *, yes: Yes = False) -> None:
    """Make a session type unbookable; its appointments stay as they are."""
    with desk.reading() as uow:
        found = session_types.find_session_type(uow, name)
    if not yes and sys.stdin.isatty():
        question = f"Archive {found.name}? It cannot be booked any more; appointments stay."
        typer.confirm(question, abort=True, err=True)
    with desk.writing() as uow:
        session_types.archive_session_type(uow, found.name)
    say(f"Archived the session type {found.name}.")


@command(app, "unarchive", "praxical session-type unarchive oldmassage")
def unarchive(desk: Desk, name: Name) -> None:
    """Make an archived session type bookable again."""
    with desk.writing() as uow:
        found = session_types.find_session_type(uow, name)
        session_types.archive_session_type(uow, found.name, archived=False)
    say(f"The session type {found.name} can be booked again.")


def _places(uow: UnitOfWork, keys: list[str] | None) -> tuple[LocationKey, ...]:
    if keys:
        return tuple(map(LocationKey, keys))
    return tuple(place.key for place in uow.catalogue.locations if not place.archived)


def _items(uow: UnitOfWork, words: list[str]) -> tuple[BillingItem, ...]:
    return tuple(session_types.billing_item(uow, word) for word in _filled(words))


def _filled(words: list[str]) -> tuple[str, ...]:
    return tuple(word for word in words if word.strip())


def _wire(item: BillingItem) -> str:
    return item.code if item.units == 1 else f"{item.code}*{item.units}"


def _as_json(one: SessionType) -> dict[str, object]:
    return {
        "name": one.name,
        "description": one.description,
        "discipline": one.discipline,
        "minutes": one.minutes,
        "colour": one.colour,
        "locations": list(one.locations),
        "items": [_wire(item) for item in one.items],
        "aliases": list(one.aliases),
        "online_bookable": one.online_bookable,
        "video": one.video,
        "in_email_reminders": one.in_email_reminders,
        "archived": one.archived,
        **(rule_json(one.booking) if one.online_bookable else {}),
    }
