"""Commands that are loaded when somebody calls them: none waits for all the others.

Who starts the server, or lists today's appointments, needs no code of bills and claims.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup
from typing_extensions import override


class Place(NamedTuple):
    """Where a command or a group of them is: a Typer, or what adds commands to one."""

    module: str
    name: str = "app"


PLACES: Final = {
    "migrate": Place("operations", "add_operations"),
    "serve": Place("operations", "add_operations"),
    "worker": Place("operations", "add_operations"),
    "check": Place("check", "add_check"),
    "demo": Place("demo", "add_demo"),
    "import": Place("transfer", "add_transfer"),
    "export": Place("transfer", "add_transfer"),
    "slots": Place("slots", "add_slots"),
    "appointment": Place("appointment_changes", "group"),
    "availability": Place("availability"),
    "booking": Place("bookings"),
    "user": Place("users"),
    "app-password": Place("app_passwords"),
    "api-token": Place("api_tokens"),
    "feed": Place("feeds"),
    "client": Place("clients"),
    "session-type": Place("session_types"),
    "service": Place("services", "services"),
    "product": Place("services", "products"),
    "location": Place("places", "locations"),
    "room": Place("places", "rooms"),
    "notice": Place("notices"),
    "charge": Place("charges"),
    "bill": Place("insurers"),
    "payment": Place("payments"),
    "note": Place("notes"),
    "fee": Place("fees"),
    "ledger": Place("ledger"),
    "superbill": Place("superbills"),
    "claim": Place("claims"),
    "billing-profile": Place("billing_profiles"),
    "webhook": Place("webhooks"),
    "google": Place("google"),
    "practice": Place("practice"),
}
"""All that `praxical` can do, in the order in which its help tells it."""


class LazyCommands(TyperGroup):
    """The commands of PLACES: named at once, loaded when one is asked for."""

    @override
    def list_commands(self, ctx: Any) -> list[str]:
        return list(PLACES)

    @override
    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name in PLACES and cmd_name not in self.commands:
            self.commands[cmd_name] = _loaded(cmd_name, PLACES[cmd_name])
        return super().get_command(ctx, cmd_name)

    def load_all(self) -> None:
        """Load every command; `commands` holds them afterwards, in the order of PLACES."""
        self.commands = {name: self.get_command(None, name) for name in PLACES}


def _loaded(name: str, place: Place) -> TyperCommand | TyperGroup:
    found = getattr(import_module(f"server.cli.{place.module}"), place.name)
    around = typer.Typer(rich_markup_mode="rich", pretty_exceptions_enable=False)
    if isinstance(found, typer.Typer):
        around.add_typer(found, name=name)
    else:
        found(around)
    # One that stands alone would be taken for the whole program.
    around.callback()(_nothing)
    command = typer.main.get_group(around).commands[name]
    if not isinstance(command, TyperCommand | TyperGroup):
        raise TypeError(command)
    return command


def _nothing() -> None:
    """Stand for what comes before a command."""
