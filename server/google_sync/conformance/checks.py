"""What a check is, and what became of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from server.google_sync.conformance.bench import Bench

_TELLING: Final = re.compile(r"\S*@\S*|[^\s,]{33,}")
_LONGEST: Final = 80


class Needs(StrEnum):
    """What a check cannot do without."""

    NOTHING = ""
    BUSY_TIMES = "consent to see busy times"
    ADDRESS = "an address for push messages"
    REVOKING = "leave to end the consent"


class Verdict(StrEnum):
    """What became of a check."""

    AS_EXPECTED = "as expected"
    ANSWERED = "answered"
    """What nobody knew for certain is one of the things that it could be."""
    DIFFERS = "differs"
    LEFT_OUT = "left out"
    NO_ANSWER = "no answer"


@dataclass(frozen=True, slots=True)
class Check:
    """One fact about Google, and how to see whether it is one.

    ``look`` returns what was found, in a few words that hold nothing of the account.
    ``expected`` is what that is if the fact is one; of several, where nobody knows for
    certain, the first is what is reported.
    """

    number: str
    fact: str
    look: Callable[[Bench], str]
    expected: tuple[str, ...]
    needs: Needs = Needs.NOTHING

    def verdict(self, found: str) -> Verdict:
        """Return what a finding means."""
        if found not in self.expected:
            return Verdict.DIFFERS
        return Verdict.AS_EXPECTED if len(self.expected) == 1 else Verdict.ANSWERED


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a check; ``found`` says why where nothing was found."""

    check: Check
    verdict: Verdict
    found: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a run.

    ``ended`` is why it ended early, "" for a whole run. ``left`` is the title of a calendar
    that may still be in the account, "" where there is none.
    """

    results: Sequence[Result]
    requests: int = 0
    ended: str = ""
    left: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether every check that could be made was made, and nothing stays behind."""
        silent = any(one.verdict is Verdict.NO_ANSWER for one in self.results)
        return not (self.ended or self.left or silent)

    @property
    def differing(self) -> Sequence[Result]:
        """What is not as expected."""
        return [one for one in self.results if one.verdict is Verdict.DIFFERS]

    @property
    def answered(self) -> Sequence[Result]:
        """What nobody knew for certain, and is known now."""
        return [one for one in self.results if one.verdict is Verdict.ANSWERED]


def tidy(found: str) -> str:
    """Return what was found without anything that could be an address or an id."""
    printed = "".join(letter if letter.isprintable() else "?" for letter in found)
    return _TELLING.sub("…", printed)[:_LONGEST]
