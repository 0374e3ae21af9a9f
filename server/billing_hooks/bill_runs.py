"""Billing everybody at once: every night, every month, or when somebody asks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from enum import StrEnum

from server.billing_hooks.bills import Wanted, new_bill
from server.billing_hooks.refusals import NothingToBill
from server.domain.errors import Invalid
from server.domain.ids import ClientNumber
from server.usecases.context import Context
from server.usecases.ports import ChargeFilter, Database

_DAY = timedelta(days=1)

Progress = Callable[[int, int], None]
"""Called with how many clients are done, and of how many."""


class BillRun(StrEnum):
    """How often a practice bills by itself."""

    MANUAL = "manual"
    DAILY = "daily"
    MONTHLY = "monthly"


def due_run(every: BillRun, today: date, last: date | None) -> date | None:
    """Return up to which service date everybody is to be billed now, None if nothing is due.

    Every night that is yesterday, on and after the first of a month the last day of the month
    before. Each such day has one run: what is unbilled again afterwards waits for the next.
    """
    until = _last_day(every, today)
    return until if until is not None and (last is None or last < until) else None


def _last_day(every: BillRun, today: date) -> date | None:
    match every:
        case BillRun.MANUAL:
            return None
        case BillRun.DAILY:
            return today - _DAY
        case BillRun.MONTHLY:
            return today.replace(day=1) - _DAY


def run_bills(
    database: Database, context: Context, until: date, progress: Progress | None = None
) -> int:
    """Bill the unbilled charges of every client up to a service date; return how many bills.

    Each bill is made in a transaction of its own. A run that was stopped goes on where it
    was when it is asked for again; one that was finished does nothing. Raises Invalid for a day
    that is still to come: its run would be over before the work of that day is charged.
    """
    with database.writing() as uow:
        if until > context.now.astimezone(uow.practice.zone).date():
            raise Invalid("until", "it lies in the future")
        if not uow.billing.runs.start(until, context.now):
            return 0
        clients = uow.billing.charges.clients_unbilled(until)
    made = 0
    for done, client in enumerate(clients, start=1):
        made += sum(_bill(database, context, one) for one in _wanted(database, client, until))
        if progress is not None:
            progress(done, len(clients))
    with database.writing() as uow:
        uow.billing.runs.finish(until, context.now)
    return made


def _wanted(database: Database, client: ClientNumber, until: date) -> list[Wanted]:
    """Return what a client is to be billed: one bill is in one currency."""
    with database.reading() as uow:
        found = uow.billing.charges.matching(
            ChargeFilter(client=client, unbilled=True, until=until)
        )
    currencies = sorted({charge.line.amount.currency for charge in found})
    return [Wanted(client, until=until, currency=each) for each in currencies]


def _bill(database: Database, context: Context, wanted: Wanted) -> bool:
    try:
        with database.writing() as uow:
            new_bill(uow, context, wanted)
    except NothingToBill:
        # Somebody else has billed this client meanwhile.
        return False
    return True
