"""What the command line shows: tables that fit 80 columns, JSON for programs, progress."""

from __future__ import annotations

import json
import os
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

Cell = object
_PIPE_WIDTH = 1000
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


class Steps(Protocol):
    """Told how far a long piece of work has come."""

    def __call__(self, done: int, total: int) -> None: ...


def console(*, errors: bool = False) -> Console:
    """Return a console; on a pipe it has no colours and does not wrap."""
    stream = sys.stderr if errors else sys.stdout
    width = None if stream.isatty() or "COLUMNS" in os.environ else _PIPE_WIDTH
    return Console(file=stream, width=width, highlight=False)


def say(sentence: str) -> None:
    """Write a sentence for a person to standard output."""
    console().print(Text(visible(sentence)), soft_wrap=True)


def complain(sentence: str) -> None:
    """Write a sentence to standard error."""
    console(errors=True).print(Text(f"praxical: {visible(sentence)}"), soft_wrap=True)


def show_json(value: object) -> None:
    """Write a value for programs."""
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False, default=str) + "\n")


def show_table(columns: Sequence[str], rows: Iterable[Sequence[Cell]], nothing: str) -> None:
    """Write a table, or the sentence ``nothing`` where there are no rows.

    A column whose name ends in ``>`` is right-aligned. Long cells are folded, never cut.
    """
    table = _table()
    for column in columns:
        right = column.endswith(">")
        table.add_column(
            column.removesuffix(">"), justify="right" if right else "left", overflow="fold"
        )
    for row in rows:
        table.add_row(*(_text(cell) for cell in row))
    if table.row_count:
        console().print(table)
    else:
        say(nothing)


def show_rows_by_day(
    columns: Sequence[str], rows: Iterable[tuple[date, Sequence[Cell]]], nothing: str
) -> None:
    """Write a table with each day above its first row; only columns named ``…~`` are folded."""
    table = _table()
    for column in columns:
        table.add_column(
            column.removesuffix("~"), overflow="fold", no_wrap=not column.endswith("~")
        )
    shown: date | None = None
    for day, cells in rows:
        if day != shown:
            table.add_row(Text(f"{day:%a %d %b}", style="bold"))
            shown = day
        table.add_row(*(_text(cell) for cell in cells))
    if table.row_count:
        console().print(table)
    else:
        say(nothing)


def show_record(fields: Iterable[tuple[str, Cell]]) -> None:
    """Write one thing, a line for each of its fields that says something."""
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in fields:
        if value not in (None, "", (), [], False):
            table.add_row(Text(name, style="dim"), _text(value))
    console().print(table)


@contextmanager
def progress(what: str) -> Iterator[Steps]:
    """Show a bar on standard error while the block works; nothing on a pipe."""
    shown = console(errors=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(
        *columns, console=shown, transient=True, disable=not shown.is_terminal
    ) as bar:
        task = bar.add_task(what, total=None)

        def step(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield step


def show_blocks(blocks: Iterable[tuple[str, Iterable[str]]], nothing: str) -> None:
    """Write headings, each with indented lines below it."""
    shown = console()
    is_empty = True
    for heading, lines in blocks:
        shown.print(Text(visible(heading), style="bold"), soft_wrap=True)
        for line in lines:
            shown.print(Text(f"    {visible(line)}"), soft_wrap=True)
        is_empty = False
    if is_empty:
        say(nothing)


def visible(text: str) -> str:
    """Return the text without characters that steer a terminal."""
    return "".join(
        letter
        if letter == "\n" or unicodedata.category(letter) not in _HIDDEN
        else "\N{REPLACEMENT CHARACTER}"
        for letter in text
    )


def moment(value: datetime | None, zone: ZoneInfo) -> str:
    """Return an instant as a person of the practice reads it, nothing for None."""
    return "" if value is None else value.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def _table() -> Table:
    # One column of the box and one of padding between two columns.
    return Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))


def _text(cell: Cell) -> Text:
    match cell:
        case None | False:
            return Text("")
        case True:
            return Text("yes")
        case tuple() | list():
            return Text(visible(", ".join(str(part) for part in cell)))
        case _:
            return Text(visible(str(cell)))
