"""The demo practice with its money: notes, bills and payments beside the calendars."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from server.billing_hooks.demo.money import settle
from server.billing_hooks.demo.papers import add_papers
from server.usecases import demo_practice
from server.usecases.context import Context
from server.usecases.demo_practice import Progress
from server.usecases.ports import UnitOfWork

_CURRENCY: Final = "USD"


def make_demo(uow: UnitOfWork, context: Context, progress: Progress | None = None) -> bool:
    """Fill the demo practice as demo_practice does, and with its money; False if it is filled.

    ``context`` has the hooks that charge. Prices are in dollars whatever the settings say.
    Raises NotAllowed.
    """
    in_dollars = replace(context, rules=replace(context.rules, currency=_CURRENCY))
    if not demo_practice.make_demo(uow, in_dollars, progress, add_papers):
        return False
    settle(uow, in_dollars)
    return True
