"""`praxical client`: the practice's clients."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

import typer

from server.cli.commands import AsJson, command, given, group
from server.cli.desk import Desk
from server.cli.output import say, show_json, show_record, show_table
from server.cli.values import date_of
from server.domain.ids import ClientNumber, UserName
from server.domain.practice import Client, fold
from server.usecases import manage_clients

app = group("The clients of the practice.")

FullName = Annotated[
    str,
    typer.Argument(metavar="NAME", help="'Jane Doe' or 'Doe, Jane'; nothing else is needed."),
]
NewName = Annotated[
    str | None, typer.Option("--name", metavar="NAME", help="'Jane Doe' or 'Doe, Jane'.")
]
Number = Annotated[str, typer.Argument(metavar="NUMBER", help="Such as C1001.")]
Search = Annotated[str, typer.Argument(metavar="TEXT", help="Part of a name or number.")]
Email = Annotated[
    str | None, typer.Option("--email", metavar="ADDRESS", help="E-mail address.")
]
Phone = Annotated[
    str | None, typer.Option("--phone", metavar="NUMBER", help="Telephone number.")
]
Birth = Annotated[str | None, typer.Option("--birth-date", metavar="DATE", help="YYYY-MM-DD.")]
Practitioner = Annotated[
    str | None, typer.Option("--practitioner", metavar="USER", help="Who sees the client.")
]
EmailReminders = Annotated[
    bool | None,
    typer.Option(
        "--email-reminders/--no-email-reminders", help="Reminders by e-mail are wanted."
    ),
]
PhoneReminders = Annotated[
    bool | None,
    typer.Option(
        "--phone-reminders/--no-phone-reminders", help="Reminders by phone are wanted."
    ),
]
TextReminders = Annotated[
    bool | None,
    typer.Option("--text-reminders/--no-text-reminders", help="Reminders by text are wanted."),
]
Archived = Annotated[bool, typer.Option("--archived", help="Show archived ones too.")]


@command(
    app,
    "add",
    "praxical client add 'Jane Doe'",
    "praxical client add 'Doe, Jane' --email jane@example.org --email-reminders",
)
def add(
    desk: Desk,
    name: FullName,
    *,
    email: Email = None,
    phone: Phone = None,
    birth_date: Birth = None,
    practitioner: Practitioner = None,
    email_reminders: EmailReminders = None,
    phone_reminders: PhoneReminders = None,
    text_reminders: TextReminders = None,
    as_json: AsJson = False,
) -> None:
    """Add a client; a name is enough. Prints the new number."""
    first, last = manage_clients.split_name(name)
    new = Client(
        ClientNumber(""),
        first,
        last,
        email or "",
        phone or "",
        date_of("birth date", birth_date),
        UserName(practitioner) if practitioner else None,
        bool(email_reminders),
        bool(phone_reminders),
        bool(text_reminders),
    )
    with desk.writing() as uow:
        number = manage_clients.add_client(uow, desk.context, new)
        client = manage_clients.find_client(uow, number)
        same_name = manage_clients.namesakes(uow, client)
    if as_json:
        show_json(_as_json(client))
        return
    say(f"Added the client {number}.")
    if same_name:
        say(f"Of the same name: {', '.join(same_name)}. Titles tell them apart by id:{number}.")


@command(app, "list", "praxical client list", "praxical client list dor --json")
def list_clients(
    desk: Desk, search: Search = "", *, archived: Archived = False, as_json: AsJson = False
) -> None:
    """List clients, all or those whose name or number contains a text."""
    with desk.reading() as uow:
        found = uow.clients.search(fold(search))
        if archived:
            found = sorted(
                [*found, *uow.clients.search(fold(search), archived=True)],
                key=lambda client: (len(client.number), client.number),
            )
    found = list(dict.fromkeys(found))
    if as_json:
        show_json([_as_json(client) for client in found])
        return
    show_table(
        ("NUMBER", "NAME", "PRACTITIONER", "PHONE", "E-MAIL", ""),
        (
            (
                client.number,
                client.full_name,
                client.practitioner,
                client.phone,
                client.email,
                "archived" if client.archived else "",
            )
            for client in found
        ),
        "No client fits." if search else "There are no clients yet.",
    )


@command(app, "show", "praxical client show C1001")
def show(desk: Desk, number: Number, *, as_json: AsJson = False) -> None:
    """Show what is known of a client."""
    with desk.reading() as uow:
        client = manage_clients.find_client(uow, number)
    if as_json:
        show_json(_as_json(client))
        return
    show_record(
        [
            ("number", client.number),
            ("name", client.full_name),
            ("e-mail", client.email),
            ("phone", client.phone),
            ("born", client.birth_date),
            ("practitioner", client.practitioner),
            ("reminders", _reminders(client) or "none"),
            ("archived", "yes" if client.archived else None),
        ]
    )


@command(
    app,
    "edit",
    "praxical client edit C1001 --name 'Jane Roe'",
    "praxical client edit C1001 --phone '+1 212 555 0100' --text-reminders",
)
def edit(
    desk: Desk,
    number: Number,
    *,
    name: NewName = None,
    email: Email = None,
    phone: Phone = None,
    birth_date: Birth = None,
    practitioner: Practitioner = None,
    email_reminders: EmailReminders = None,
    phone_reminders: PhoneReminders = None,
    text_reminders: TextReminders = None,
) -> None:
    """Change what is known of a client; an empty text clears a field."""
    changes: dict[str, Any] = given(
        email=email,
        phone=phone,
        email_reminders=email_reminders,
        phone_reminders=phone_reminders,
        text_reminders=text_reminders,
    )
    if name is not None:
        changes["first_name"], changes["last_name"] = manage_clients.split_name(name)
    if birth_date is not None:
        changes["birth_date"] = date_of("birth date", birth_date)
    if practitioner is not None:
        changes["practitioner"] = practitioner or None
    with desk.writing() as uow:
        client = manage_clients.find_client(uow, number)
        manage_clients.edit_client(uow, desk.context, replace(client, **changes))
    say(f"Changed the client {client.number}.")


@command(app, "archive", "praxical client archive C1001")
def archive(desk: Desk, number: Number) -> None:
    """Take a client out of lists and new titles; appointments stay as they are."""
    with desk.writing() as uow:
        manage_clients.archive_client(uow, number)
    say(f"Archived the client {number.upper()}.")


@command(app, "unarchive", "praxical client unarchive C1001")
def unarchive(desk: Desk, number: Number) -> None:
    """Bring an archived client back."""
    with desk.writing() as uow:
        manage_clients.archive_client(uow, number, archived=False)
    say(f"The client {number.upper()} is back.")


def _reminders(client: Client) -> list[str]:
    wanted = {
        "email": client.email_reminders,
        "phone": client.phone_reminders,
        "text": client.text_reminders,
    }
    return [channel for channel, is_wanted in wanted.items() if is_wanted]


def _as_json(client: Client) -> dict[str, object]:
    return {
        "number": client.number,
        "first_name": client.first_name,
        "last_name": client.last_name,
        "email": client.email,
        "phone": client.phone,
        "birth_date": client.birth_date,
        "practitioner": client.practitioner,
        "reminders": _reminders(client),
        "archived": client.archived,
    }
