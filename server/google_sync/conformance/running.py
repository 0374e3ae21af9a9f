"""One run: a calendar is made, checks are made in it, it is deleted, whatever happens."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from server.google_sync.conformance.bench import Bench, Unprepared
from server.google_sync.conformance.catalogue import AFTERWARDS, CHECKS
from server.google_sync.conformance.checks import (
    Check,
    Needs,
    Outcome,
    Result,
    Verdict,
    tidy,
)
from server.google_sync.conformance.pace import Ended
from server.google_sync.conformance.signed import BUSY_TIMES
from server.google_sync.http.calls import CallFailed, Uncertain

_TIMES: Final = 2
"""How often a check begins whose requests get no answer."""
_SILENT_AT_MOST: Final = 3
"""After so many checks in a row without an answer the run ends."""
_UNREADABLE: Final = (KeyError, IndexError, TypeError, ValueError, AttributeError)


class Steps(Protocol):
    """Told how far a run has come."""

    def __call__(self, done: int, total: int) -> None: ...


@dataclass(frozen=True, slots=True)
class Plan:
    """What of a run may be left out, or is wanted besides.

    ``keeps`` leaves the calendar in the account; what needs that it is gone is left out then.
    ``revokes`` ends the consent.
    """

    keeps: bool = False
    revokes: bool = False
    checks: Sequence[Check] = CHECKS
    afterwards: Sequence[Check] = AFTERWARDS


@dataclass(slots=True)
class _Run:
    bench: Bench
    steps: Steps
    total: int
    found: list[Result] = field(default_factory=list)
    silent: int = 0

    def make(self, checks: Sequence[Check], lacks: Collection[Needs]) -> None:
        """Make checks; raises Ended, and CallFailed for what concerns all that follow."""
        for check in checks:
            if check.needs in lacks:
                found = Result(check, Verdict.LEFT_OUT, f"needs {check.needs}")
            else:
                found = self._made(check)
            self.found.append(found)
            self.steps(len(self.found), self.total)
            self.silent = self.silent + 1 if found.verdict is Verdict.NO_ANSWER else 0
            if self.silent >= _SILENT_AT_MOST:
                raise Ended("no answers")

    def _made(self, check: Check) -> Result:
        failure = ""
        for _ in range(_TIMES):
            try:
                said = check.look(self.bench)
            except Uncertain as error:
                failure = str(error)
            except Unprepared as error:
                return Result(check, Verdict.DIFFERS, str(error))
            except _UNREADABLE:
                return Result(check, Verdict.DIFFERS, "an answer that cannot be read")
            else:
                return Result(check, check.verdict(said), tidy(said))
        return Result(check, Verdict.NO_ANSWER, failure)


def run(bench: Bench, steps: Steps, plan: Plan | None = None) -> Outcome:
    """Make all checks; nothing but the calendar made here is touched.

    The calendar is deleted when the run ends, also when it is interrupted or fails, and the
    outcome says so where that did not succeed.
    """
    plan = plan or Plan()
    one = _Run(bench, steps, len(plan.checks) + len(plan.afterwards))
    ended = left = ""
    try:
        bench.make()
        one.make(plan.checks, set(_lacking(bench, plan)))
    except (CallFailed, Ended, Unprepared) as error:
        ended = str(error)
    finally:
        left = _put_away(bench, plan)
    if not (ended or left or plan.keeps):
        ended = _afterwards(one, plan)
    return Outcome(one.found, bench.requests, ended, left)


def _lacking(bench: Bench, plan: Plan) -> Iterator[Needs]:
    if BUSY_TIMES not in bench.signed.scopes:
        yield Needs.BUSY_TIMES
    if not bench.address:
        yield Needs.ADDRESS
    if not plan.revokes:
        yield Needs.REVOKING


def _afterwards(one: _Run, plan: Plan) -> str:
    """Make what needs that the calendar is gone; return why it ended early."""
    try:
        one.make(plan.afterwards, set(_lacking(one.bench, plan)))
    except (CallFailed, Ended) as error:
        return str(error)
    return ""


def _put_away(bench: Bench, plan: Plan) -> str:
    """Delete the calendar; return its title where it may still be there unwanted."""
    if plan.keeps:
        return ""
    if not bench.calendar:
        return bench.title if bench.is_unsure else ""
    return "" if bench.remove() else bench.title
