"""Recurrence: rules read, series worked out, series split; where each part is written.

`recurrence_rule` reads a rule, `rule_days` and `rule_walk` say what it yields in wall time,
`series` says what a wall time means in a zone, `expansion` puts them together, and
`series_split` changes a series.
"""

from __future__ import annotations

from server.ics.expansion import expand, last_end
from server.ics.recurrence_rule import BadRecurrence, Rule, parse_rule
from server.ics.rule_walk import TooManyOccurrences
from server.ics.series import Occurrence
from server.ics.series_split import (
    CannotSplit,
    NoSuchOccurrence,
    Split,
    occurrence_at,
    split_before,
    with_exdate,
    without_exdate,
)

__all__ = [
    "BadRecurrence",
    "CannotSplit",
    "NoSuchOccurrence",
    "Occurrence",
    "Rule",
    "Split",
    "TooManyOccurrences",
    "expand",
    "last_end",
    "occurrence_at",
    "parse_rule",
    "split_before",
    "with_exdate",
    "without_exdate",
]
