"""`praxical check`: is everything in the database as it must be, and if not, make it so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from server.cli.commands import AsJson, command
from server.cli.desk import Desk
from server.cli.output import progress, say, show_json, show_table
from server.usecases.check_database import Finding, check
from server.usecases.repair_database import repair

FOUND = 1

Repair = Annotated[
    bool, typer.Option("--repair", help="Make anew what is wrong and can be derived.")
]


def add_check(app: typer.Typer) -> None:
    """Add the command to the application."""
    examples = ("praxical check", "praxical check --repair", "praxical check --json")
    command(app, "check", *examples)(check_database)


def check_database(desk: Desk, *, mend: Repair = False, as_array: AsJson = False) -> None:
    """Verify the whole database; says what is wrong and how to repair it.

    Occurrences against their rules, texts against their rows, the change log, orphans, the
    chain of the history, all money. With --repair what is derived is made anew, in a
    transaction for each finding; apps get it with their next sync. Ends with 1 when something
    is wrong (still, after a repair).
    """
    findings = _checked(desk)
    repaired: Sequence[Finding] = ()
    if mend and findings:
        with progress("Repairing") as steps:
            repaired = repair(desk.database, desk.context, findings, steps)
        findings = _checked(desk)
    if as_array:
        show_json([_as_json(one) for one in findings])
    else:
        _tell(findings, repaired)
    if findings:
        raise typer.Exit(FOUND)


def _checked(desk: Desk) -> list[Finding]:
    rules = desk.context.rules
    with progress("Checking") as steps, desk.reading() as uow:
        return list(check(uow, rules, desk.clock, steps))


def _tell(findings: Sequence[Finding], repaired: Sequence[Finding]) -> None:
    if repaired:
        say("Repaired:")
        show_table(("WHAT WAS WRONG", "WHERE"), ((one.what, one.where) for one in repaired), "")
        say("Still wrong:" if findings else "Nothing is wrong any more.")
        if not findings:
            return
    rows = ((one.what, one.where, one.repair) for one in findings)
    show_table(("WHAT", "WHERE", "REPAIR"), rows, "Nothing is wrong.")


def _as_json(finding: Finding) -> dict[str, str]:
    return {"what": finding.what, "where": finding.where, "repair": finding.repair}
