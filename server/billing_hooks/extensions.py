"""A practice's own billing rules, found as entry points of installed packages.

A rule is a small class without arguments, registered in the group ``praxical.billing_hooks``.
It says what is charged for a visit, given what would be charged without it, and may refuse the
change by raising. It runs inside the transaction of the change, so it must be quick, and must
neither call the outside world nor keep anything.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Final, Protocol

from server.billing_hooks.visits import Visit
from server.domain.charges import ChargeLine
from server.domain.errors import PracticeError

log = logging.getLogger(__name__)

GROUP: Final = "praxical.billing_hooks"


class BillingRule(Protocol):
    """What a practice's own rule offers."""

    def lines(self, visit: Visit, lines: Sequence[ChargeLine]) -> Iterable[ChargeLine]:
        """Return what the visit is charged; ``lines`` is what it would be charged."""
        ...


@dataclass(frozen=True, slots=True)
class Extension:
    """A rule and the name under which it is registered."""

    name: str
    rule: BillingRule


class RuleRefused(PracticeError):
    """A rule of the practice's own raised: nothing was changed."""

    condition = "billing-rule"


def extended(
    extensions: Sequence[Extension], visit: Visit, lines: tuple[ChargeLine, ...]
) -> tuple[ChargeLine, ...]:
    """Return the lines after all the practice's own rules; raises RuleRefused.

    What a rule makes free is no charge.
    """
    for extension in extensions:
        try:
            lines = _checked(extension.rule.lines(visit, lines))
        except PracticeError:
            raise
        except Exception as error:
            # Whatever goes wrong in somebody else's code refuses the change and says where. The
            # error's own words stay out of answer and log: they may speak of a client.
            log.warning("billing rule failed rule=%s %s", extension.name, type(error).__name__)
            raise RuleRefused(
                f"The practice's billing rule '{extension.name}' failed; nothing was changed."
            ) from error
    return lines


def _checked(lines: Iterable[ChargeLine]) -> tuple[ChargeLine, ...]:
    """Return what can be charged; raises ValueError where a line asks for less than nothing."""
    found = [(line, line.amount.minor) for line in lines]
    if any(minor < 0 for _, minor in found):
        raise ValueError("less than nothing")
    return tuple(line for line, minor in found if minor)


@cache
def installed() -> tuple[Extension, ...]:
    """Return the rules of all installed packages, by name; loaded once for each process."""
    found = sorted(entry_points(group=GROUP), key=lambda point: point.name)
    return tuple(Extension(point.name, Unloaded(point)) for point in found)


@dataclass(slots=True)
class Unloaded:
    """A rule that is loaded when it is first asked.

    One that cannot be loaded refuses what it would have had a say in; the server goes on.
    """

    point: EntryPoint
    rule: BillingRule | None = None

    def lines(self, visit: Visit, lines: Sequence[ChargeLine]) -> Iterable[ChargeLine]:
        if self.rule is None:
            self.rule = self.point.load()()
        return self.rule.lines(visit, lines)
