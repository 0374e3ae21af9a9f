"""What a run found, for programs: without addresses and ids, so that two can be compared."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from server.google_sync.conformance.checks import Outcome, Result, Verdict

FORM: Final = "praxical-google-conformance-1"
_FOUND: Final = frozenset({Verdict.AS_EXPECTED, Verdict.ANSWERED, Verdict.DIFFERS})


class NotAReport(ValueError):
    """A text that no run has written."""


@dataclass(frozen=True, slots=True)
class Apart:
    """A check that found something here, and something else in the other report."""

    number: str
    fact: str
    here: str
    there: str


def report_of(outcome: Outcome, *, is_live: bool) -> Mapping[str, Any]:
    """Return a run as the JSON that `read_report` reads."""
    return {
        "form": FORM,
        "google": "live" if is_live else "local",
        "whole": outcome.is_whole,
        "ended": outcome.ended,
        "calendar_left": bool(outcome.left),
        "requests": outcome.requests,
        "checks": [_row(one) for one in outcome.results],
    }


def _row(one: Result) -> Mapping[str, Any]:
    return {
        "number": one.check.number,
        "fact": one.check.fact,
        "expected": list(one.check.expected),
        "found": one.found,
        "verdict": one.verdict.value,
    }


def read_report(text: str) -> Mapping[str, str]:
    """Return what a report says was found, by number; raises NotAReport."""
    try:
        said: Any = json.loads(text)
        if said["form"] != FORM:
            raise NotAReport("of another form")
        return {
            str(row["number"]): str(row["found"])
            for row in said["checks"]
            if Verdict(row["verdict"]) in _FOUND
        }
    except (ValueError, KeyError, TypeError) as error:
        raise NotAReport("no report of this command") from error


def apart(outcome: Outcome, other: Mapping[str, str]) -> Sequence[Apart]:
    """Return where a run and a report differ; what only one of them found is not compared."""
    return [
        Apart(one.check.number, one.check.fact, one.found, other[one.check.number])
        for one in outcome.results
        if one.verdict in _FOUND
        and one.check.number in other
        and other[one.check.number] != one.found
    ]
