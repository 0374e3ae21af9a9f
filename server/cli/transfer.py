"""`praxical import` and `praxical export`: calendars from iCalendar files, and back."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

import typer

from server.cli.commands import AsJson, command
from server.cli.desk import Desk
from server.cli.output import progress, say, show_json, show_table
from server.cli.private_files import write_private
from server.domain.calendars import Calendar
from server.domain.errors import Invalid
from server.ics.calendar_file import objects_in
from server.usecases.export_calendar import export_calendar
from server.usecases.import_calendar import ImportReport, calendar_at, import_objects
from server.usecases.ports import UnitOfWork

REFUSED = 1
_PRIVATE_FOLDER = 0o700
_NAME_AT_MOST = 150

File = Annotated[
    Path,
    typer.Argument(metavar="FILE.ics", exists=True, dir_okay=False, help="An iCalendar file."),
]
Into = Annotated[
    str,
    typer.Option(
        "--calendar", metavar="OWNER/NAME", help="Into which, such as alma/appointments."
    ),
]
From = Annotated[
    str | None,
    typer.Option("--calendar", metavar="OWNER/NAME", help="Only this one; else all of them."),
]
Output = Annotated[
    Path | None,
    typer.Option(
        "--output",
        metavar="PATH",
        help="A file for one calendar, a folder for all; else standard output.",
    ),
]


def add_transfer(app: typer.Typer) -> None:
    """Add the commands to the application."""
    command(
        app,
        "import",
        "praxical import old-calendar.ics --calendar alma/appointments",
        "praxical import old-calendar.ics --calendar alma/appointments --json",
    )(import_file)
    command(
        app,
        "export",
        "praxical export --calendar alma/appointments > alma.ics",
        "praxical export --output backup/",
    )(export)


def import_file(desk: Desk, file: File, *, calendar: Into, as_json: AsJson = False) -> None:
    """Take the events of an iCalendar file into a calendar.

    Titles are read as in a calendar app. The same file again changes nothing; nobody is mailed.
    Ends with 1 when something was refused; all else is then imported all the same.
    """
    with desk.reading() as uow:
        into = calendar_at(uow, calendar)
    with file.open("rb") as lines:
        objects = objects_in(lines)
    with progress("Importing") as steps:
        report = import_objects(desk.database, desk.context, into, objects, steps)
    if as_json:
        show_json(asdict(report))
    else:
        _tell(report, f"{into.owner}/{into.slug}")
    if report.refused:
        raise typer.Exit(REFUSED)


def _tell(report: ImportReport, path: str) -> None:
    say(
        f"Into {path}: {report.created} new, {report.updated} changed, "
        f"{report.unchanged} unchanged, {len(report.refused)} refused."
    )
    if report.refused:
        rows = [(one.line, one.uid, one.why) for one in report.refused]
        show_table(("LINE>", "UID", "WHY"), rows, "")


def export(desk: Desk, *, calendar: From = None, output: Output = None) -> None:
    """Write calendars as iCalendar files, as their owners see them.

    Files and folders that it makes can be read by you alone: they hold names of clients.
    """
    with desk.reading() as uow:
        if calendar is None:
            _export_all(uow, output)
        else:
            _export_one(uow, calendar_at(uow, calendar), output)


def _export_all(uow: UnitOfWork, folder: Path | None) -> None:
    calendars = sorted(uow.calendars.all(), key=lambda one: (one.owner, one.slug))
    if folder is None:
        # Several calendars in one stream are what RFC 5545 3.4 allows for.
        for calendar in calendars:
            _print(export_calendar(uow, calendar))
        return
    _make(folder)
    for calendar in calendars:
        _write(folder / _file_name(calendar), export_calendar(uow, calendar))
    say(f"Exported {len(calendars)} calendars into {folder}.")


def _export_one(uow: UnitOfWork, calendar: Calendar, output: Path | None) -> None:
    if output is None:
        _print(export_calendar(uow, calendar))
        return
    path = output / _file_name(calendar) if output.is_dir() else output
    _write(path, export_calendar(uow, calendar))
    say(f"Exported {calendar.owner}/{calendar.slug} to {path}.")


def _file_name(calendar: Calendar) -> str:
    name = quote(calendar.slug, safe="")
    return f"{calendar.owner}-{name if len(name) <= _NAME_AT_MOST else calendar.id}.ics"


def _print(pieces: Iterable[str]) -> None:
    """Write to standard output; iCalendar is UTF-8 in every locale (RFC 5545 3.1.4)."""
    for piece in pieces:
        sys.stdout.buffer.write(piece.encode())
    sys.stdout.buffer.flush()


def _make(folder: Path) -> None:
    try:
        folder.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
    except OSError as error:
        raise Invalid("output", f"the folder cannot be made: {error.strerror}") from error


def _write(path: Path, pieces: Iterable[str]) -> None:
    write_private(path, (piece.encode() for piece in pieces))
