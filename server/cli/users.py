"""`praxical user`: the people who sign in."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

import typer

from server.cli.commands import AsJson, command, given, group
from server.cli.desk import Desk
from server.cli.output import say, show_json, show_table
from server.domain.ids import UserName
from server.domain.practice import User
from server.domain.vocabulary import Role, TitleLevel
from server.usecases import manage_users

app = group("The people who sign in: practitioners, front desk, administrators.")

Name = Annotated[str, typer.Argument(metavar="NAME", help="Login name, such as alma.")]
NewRole = Annotated[Role, typer.Argument(metavar="ROLE", help="The new role.")]
RoleOption = Annotated[
    Role | None,
    typer.Option("--role", help="What the user may do; a discipline makes a practitioner."),
]
DisplayName = Annotated[
    str | None, typer.Option("--display-name", metavar="TEXT", help="Name for other people.")
]
Email = Annotated[
    str | None, typer.Option("--email", metavar="ADDRESS", help="E-mail address.")
]
Discipline = Annotated[
    str | None,
    typer.Option(
        "--discipline",
        metavar="TEXT",
        help="Such as acupuncture. Who has one is a practitioner and gets a calendar.",
    ),
]
Titles = Annotated[
    TitleLevel | None,
    typer.Option("--titles", help="How clients are named in the titles of the own calendar."),
]


@command(
    app,
    "add",
    "praxical user add alma --discipline acupuncture --email alma@example.org",
    "praxical user add desk --role front-desk",
)
def add(
    desk: Desk,
    name: Name,
    *,
    display_name: DisplayName = None,
    email: Email = None,
    role: RoleOption = None,
    discipline: Discipline = None,
    titles: Titles = None,
) -> None:
    """Add a user; one with a discipline gets the calendar /NAME/appointments/."""
    new = User(
        UserName(name),
        display_name or name.capitalize(),
        email or "",
        role or (Role.PRACTITIONER if discipline else Role.FRONT_DESK),
        discipline,
        titles or TitleLevel.INITIALS,
    )
    with desk.writing() as uow:
        manage_users.add_user(uow, desk.context, new)
    calendar = f" with the calendar /{name}/appointments/" if discipline else ""
    say(f"Added the user {name}{calendar}.")
    say(f"A device signs in with: praxical app-password new {name} --label 'phone'")


@command(app, "list", "praxical user list", "praxical user list --json")
def list_users(desk: Desk, *, as_json: AsJson = False) -> None:
    """List the users."""
    with desk.reading() as uow:
        users = sorted(uow.catalogue.users, key=lambda user: user.name)
    if as_json:
        show_json([_as_json(user) for user in users])
        return
    show_table(
        ("NAME", "ROLE", "DISCIPLINE", "TITLES", "DISPLAY NAME", ""),
        (
            (
                user.name,
                user.role,
                user.discipline,
                user.title_level,
                user.display_name,
                "disabled" if user.disabled else "",
            )
            for user in users
        ),
        "There are no users yet. Add one with: praxical user add NAME",
    )


@command(app, "edit", "praxical user edit alma --titles full")
def edit(
    desk: Desk,
    name: Name,
    *,
    display_name: DisplayName = None,
    email: Email = None,
    discipline: Discipline = None,
    titles: Titles = None,
) -> None:
    """Change what is known of a user; an empty text clears a field."""
    changes: dict[str, Any] = given(
        display_name=display_name, email=email, discipline=discipline, title_level=titles
    )
    with desk.writing() as uow:
        user = manage_users.find_user(uow, name)
        manage_users.edit_user(uow, desk.context, replace(user, **changes))
    say(f"Changed the user {name}.")


@command(app, "disable", "praxical user disable theo")
def disable(desk: Desk, name: Name) -> None:
    """Keep a user out and revoke all of that user's app passwords."""
    with desk.writing() as uow:
        revoked = manage_users.disable_user(uow, desk.context, name)
    say(f"Disabled the user {name} and revoked app passwords: {revoked}.")


@command(app, "enable", "praxical user enable theo")
def enable(desk: Desk, name: Name) -> None:
    """Let a disabled user in again; each device needs a new app password."""
    with desk.writing() as uow:
        manage_users.enable_user(uow, name)
    say(f"Enabled the user {name}.")


@command(app, "role", "praxical user role desk admin")
def change_role(desk: Desk, name: Name, role: NewRole) -> None:
    """Give a user another role: practitioner, front-desk or admin."""
    with desk.writing() as uow:
        manage_users.set_role(uow, name, role)
    say(f"The user {name} has the role {role} now.")


def _as_json(user: User) -> dict[str, object]:
    return {
        "name": user.name,
        "display_name": user.display_name,
        "email": user.email,
        "role": user.role,
        "discipline": user.discipline,
        "titles": user.title_level,
        "disabled": user.disabled,
    }
