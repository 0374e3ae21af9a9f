"""`praxical migrate`, `serve`, `worker`: the database and the server."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from server import bootstrap
from server.cli.commands import command
from server.cli.desk import Desk
from server.cli.exit_codes import NO_DATABASE
from server.cli.output import complain, say
from server.cli.values import zone_of
from server.domain.errors import Invalid
from server.domain.ids import PracticeId
from server.domain.practice import Practice
from server.settings import Settings

FOUND = 1
_ZONE_FOLDER = "zoneinfo/"

Port = Annotated[
    int | None,
    typer.Option("--port", metavar="N", min=1, max=65535, help="Port to listen on."),
]
Host = Annotated[
    str | None, typer.Option("--host", metavar="ADDRESS", help="Address to listen on.")
]
PracticeName = Annotated[
    str | None, typer.Option("--practice-name", metavar="TEXT", help="Name of a new practice.")
]
Zone = Annotated[
    str | None,
    typer.Option(
        "--zone", metavar="ZONE", help="Time zone of a new practice; else this machine's."
    ),
]
Once = Annotated[bool, typer.Option("--once", help="Do what is due now, then end.")]


_USUAL_SLUG = "practice"


def add_operations(app: typer.Typer) -> None:
    """Add the commands to the application."""
    command(app, "migrate", "praxical migrate --data-dir data --zone Europe/Berlin")(migrate)
    command(app, "serve", "praxical serve", "praxical serve --data-dir data --port 5299")(serve)
    command(app, "worker", "praxical worker", "praxical worker --once")(worker)


def migrate(desk: Desk, *, practice_name: PracticeName = None, zone: Zone = None) -> None:
    """Make the database and the practice, or bring them to this version.

    Run it once before the first start, and after each upgrade. Nothing is lost.
    """
    slug = desk.settings.practice.slug or _USUAL_SLUG
    chosen = zone_of(zone) or local_zone()
    practice = Practice(PracticeId(0), slug, practice_name or slug, chosen)
    try:
        made = bootstrap.migrate(desk.settings, practice)
    except OSError as error:
        complain(f"The data folder cannot be made: {error.strerror}")
        raise typer.Exit(NO_DATABASE) from error
    say(f"The database is up to date: {shown_place(desk.settings)}")
    if made:
        say(f"Made the practice '{slug}' in the time zone {chosen}.")
        say("Next: praxical user add NAME --discipline TEXT")
        say("then: praxical app-password new NAME")


def serve(desk: Desk, *, port: Port = None, host: Host = None) -> None:
    """Serve the practice's calendars."""
    settings = listening(desk.settings, port, host)
    # What is wrong with the database is said before anything else.
    bootstrap.open_practice(settings).close()
    refuse_taken_port(settings)
    say(f"Serving {shown_place(settings)} on {address(settings)}. Stop it with Ctrl-C.")
    from server.bootstrap.serving import serve as serve_practice

    serve_practice(settings)


def worker(desk: Desk, *, once: Once = False) -> None:
    """Do the work that nobody waits for; `serve` does it too."""
    bootstrap.work(desk.settings, once=once)


def listening(settings: Settings, port: int | None, host: str | None) -> Settings:
    """Return the settings with another port and address, where given."""
    changed = {"port": port, "host": host}
    update = {key: value for key, value in changed.items() if value is not None}
    return settings.model_copy(update={"server": settings.server.model_copy(update=update)})


def refuse_taken_port(settings: Settings) -> None:
    """Raise Invalid if nothing can listen there.

    Our own processes share a port: a second server would start and take half of the requests.
    """
    host, port = settings.server.host, settings.server.port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        raise Invalid("port", f"{port} at {host}: {error.strerror}; --port N") from error


def address(settings: Settings) -> str:
    """Return the address to type into a calendar app on this machine."""
    server = settings.server
    return f"http://{server.host}:{server.port}{server.base_path}/"


def shown_place(settings: Settings) -> str:
    """Return where the database is, without a password."""
    if settings.data_dir is not None:
        return str(settings.data_dir)
    return settings.database.url.rpartition("@")[2].partition("?")[0]


def local_zone() -> ZoneInfo:
    """Return the time zone of this machine, UTC where it does not say."""
    named = os.environ.get("TZ", "").lstrip(":")
    linked = str(Path("/etc/localtime").resolve())
    if not named and _ZONE_FOLDER in linked:
        named = linked.partition(_ZONE_FOLDER)[2]
    try:
        return ZoneInfo(named or "UTC")
    except (ValueError, OSError, KeyError):
        return ZoneInfo("UTC")
