"""How the command line shows what a run of checks has found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from server.cli.output import say, show_blocks, show_table

if TYPE_CHECKING:
    from server.google_sync.conformance.checks import Outcome, Result
    from server.google_sync.conformance.report import Apart

_COLUMNS = ("CHECK", "EXPECTED", "FOUND", "")


def show_outcome(outcome: Outcome, differences: Sequence[Apart]) -> None:
    """Show all checks, then what was answered, what differs, and the sum of it."""
    show_table(_COLUMNS, (_row(one) for one in outcome.results), "No check was made.")
    if outcome.answered:
        say("\nNobody knew for certain:")
        show_blocks(((_fact(one), (one.found,)) for one in outcome.answered), "")
    if outcome.differing:
        say("\nDiffers from what is expected:")
        show_blocks(((_fact(one), _expected(one)) for one in outcome.differing), "")
    if differences:
        say("\nDiffers from the other report:")
        rows = ((one.number, one.here, one.there) for one in differences)
        show_table(("CHECK", "HERE", "THERE"), rows, "")
    say(f"\n{_sum(outcome)}")
    if outcome.ended:
        say(f"It ended early: {outcome.ended}.")


def _row(one: Result) -> tuple[str, str, str, str]:
    expected = " or ".join(one.check.expected)
    return one.check.number, expected, one.found, one.verdict.value


def _fact(one: Result) -> str:
    return f"{one.check.number} {one.check.fact}"


def _expected(one: Result) -> tuple[str, ...]:
    return f"expected: {' or '.join(one.check.expected)}", f"found: {one.found}"


def _sum(outcome: Outcome) -> str:
    counts = Counter(one.verdict.value for one in outcome.results)
    told = ", ".join(f"{number} {verdict}" for verdict, number in counts.items())
    return f"{len(outcome.results)} checks, {outcome.requests} requests: {told or 'nothing'}."
