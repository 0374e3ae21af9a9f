"""A practice's own billing rules: they change lines, refuse, or fail, and nothing is lost."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from typing_extensions import override

from server.billing_hooks.extensions import (
    GROUP,
    BillingRule,
    Extension,
    RuleRefused,
    Unloaded,
    extended,
    installed,
)
from server.billing_hooks.hooks import BillingHooks, billing_hooks
from server.billing_hooks.visits import Visit
from server.domain.charges import ChargeLine
from server.domain.errors import NotAllowed
from server.domain.ids import AppointmentId
from server.domain.money import Money
from server.domain.vocabulary import Status
from server.practice_db.database import SqlDatabase
from server.usecases.edit_appointment import Target
from tests.contract.billing_house import Practice
from tests.practice import JANE, event, furnish, session

SECRET = "Jane's diagnosis"


class Weekend(BillingRule):
    """Twice the fee, and nothing for products."""

    @override
    def lines(self, visit: Visit, lines: Sequence[ChargeLine]) -> Iterable[ChargeLine]:
        services = (line for line in lines if line.place_of_service)
        return [replace(line, unit_fee=line.unit_fee.times(2)) for line in services]


class Rounded(BillingRule):
    """Every fee in whole hundreds."""

    @override
    def lines(self, visit: Visit, lines: Sequence[ChargeLine]) -> Iterable[ChargeLine]:
        for line in lines:
            yield replace(line, unit_fee=Money(line.unit_fee.minor // 10000 * 10000))


class Closed(BillingRule):
    """Refuses by name."""

    @override
    def lines(self, visit: Visit, lines: Sequence[ChargeLine]) -> Iterable[ChargeLine]:
        raise NotAllowed("The books of this month are closed.")


class Broken(BillingRule):
    """Fails as code does."""

    @override
    def lines(self, visit: Visit, lines: Sequence[ChargeLine]) -> Iterable[ChargeLine]:
        raise ZeroDivisionError(SECRET)


class Discount(BillingRule):
    """Asks for less than nothing."""

    @override
    def lines(self, visit: Visit, lines: Sequence[ChargeLine]) -> Iterable[ChargeLine]:
        return [*lines, replace(lines[0], unit_fee=Money(-1000))]


class LateBroken(BillingRule):
    """Fails while its lines are read."""

    @override
    def lines(self, visit: Visit, lines: Sequence[ChargeLine]) -> Iterable[ChargeLine]:
        yield from lines
        raise KeyError(SECRET)


def practice_with(database: SqlDatabase, *rules: BillingRule) -> Practice:
    """Return the small practice with these rules of its own, in order."""
    extensions = tuple(Extension(type(rule).__name__, rule) for rule in rules)
    return Practice(database, hooks=BillingHooks(extensions))


@pytest.fixture
def furnished(database: SqlDatabase) -> SqlDatabase:
    """Return the small practice's database on each engine in turn."""
    with database.writing() as uow:
        furnish(uow)
    return database


def booked(practice: Practice) -> AppointmentId:
    """Book Jane Doe."""
    return practice.book(details=session(JANE))


def test_a_rule_says_what_a_visit_is_charged(furnished: SqlDatabase) -> None:
    practice = practice_with(furnished, Weekend())
    number = booked(practice)
    practice.edit(number, status=Status.ARRIVED)
    assert practice.owed(number) == ["C1001 97810*1 170.00", "C1001 97811*1 90.00"]
    assert list(practice.wrong()) == []


def test_rules_follow_one_another(furnished: SqlDatabase) -> None:
    practice = practice_with(furnished, Weekend(), Rounded())
    number = booked(practice)
    practice.edit(number, status=Status.ARRIVED)
    assert practice.owed(number) == ["C1001 97810*1 100.00"]


def test_what_a_rule_makes_free_is_no_charge(furnished: SqlDatabase) -> None:
    practice = practice_with(furnished, Rounded())
    number = booked(practice)
    practice.edit(number, status=Status.ARRIVED)
    assert practice.owed(number) == []


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (Closed(), "The books of this month are closed."),
        (Broken(), "The practice's billing rule 'Broken' failed; nothing was changed."),
        (Discount(), "The practice's billing rule 'Discount' failed; nothing was changed."),
        (LateBroken(), "The practice's billing rule 'LateBroken' failed; nothing was changed."),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_rule_that_refuses_or_fails_changes_nothing_and_says_so(
    furnished: SqlDatabase,
    caplog: pytest.LogCaptureFixture,
    rule: BillingRule,
    sentence: str,
) -> None:
    practice = practice_with(furnished, rule)
    number = booked(practice)
    before, history = practice.get(number), practice.history(number)
    with pytest.raises((RuleRefused, NotAllowed)) as refusal:
        practice.edit(number, status=Status.ARRIVED)
    assert refusal.value.sentence == sentence
    assert practice.get(number) == before
    assert practice.history(number) == history
    assert (practice.owed(), list(practice.wrong())) == ([], [])
    assert SECRET not in caplog.text + str(refusal.value)


def test_a_rule_that_fails_stands_in_the_way_of_no_other_change(furnished: SqlDatabase) -> None:
    practice = practice_with(furnished, Broken())
    number = booked(practice)
    practice.edit(number, note="Called")
    assert practice.details(number).note == "Called"


def test_a_calendar_app_is_refused_whole_by_a_rule(furnished: SqlDatabase) -> None:
    practice = practice_with(furnished, Closed())
    with pytest.raises(NotAllowed):
        practice.put(event("acupinitial Jane Doe #arrived"))
    assert practice.stored() == []
    assert practice.owed() == []


def test_undoing_asks_no_rule(furnished: SqlDatabase) -> None:
    practice = practice_with(furnished)
    number = booked(practice)
    practice.edit(number, status=Status.ARRIVED)
    closed = practice_with(furnished, Closed())
    closed.edit(Target(number), status=Status.BOOKED)
    assert closed.owed(number) == []


def test_a_rule_is_told_of_the_visit_and_of_no_name(furnished: SqlDatabase) -> None:
    seen: list[Visit] = []

    class Curious(BillingRule):
        @override
        def lines(self, visit: Visit, lines: Sequence[ChargeLine]) -> Iterable[ChargeLine]:
            seen.append(visit)
            return lines

    practice = practice_with(furnished, Curious())
    practice.edit(booked(practice), status=Status.ARRIVED)
    [visit] = seen
    assert (visit.details.client, visit.minutes) == (JANE, 75)
    assert "Doe" not in repr(visit)


RULE = """
class Halved:
    def lines(self, visit, lines):
        from dataclasses import replace
        from server.domain.money import Money
        return [replace(one, unit_fee=Money(one.unit_fee.minor // 2)) for one in lines]
"""


@pytest.fixture
def package(tmp_path: Path) -> Iterator[None]:
    """Install a package with a rule, as pip does, for as long as a test runs."""
    folder = tmp_path / "site"
    info = folder / "own_rules-1.0.dist-info"
    info.mkdir(parents=True)
    (folder / "own_rules.py").write_text(RULE)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: own-rules\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[praxical.billing_hooks]\nhalved = own_rules:Halved\n"
    )
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    installed.cache_clear()
    yield
    sys.path.remove(str(folder))
    sys.modules.pop("own_rules", None)
    installed.cache_clear()


def test_a_rule_of_an_installed_package_is_found(furnished: SqlDatabase, package: None) -> None:
    del package
    hooks = billing_hooks()
    assert [extension.name for extension in hooks.extensions] == ["halved"]
    practice = Practice(furnished, hooks=hooks)
    number = booked(practice)
    practice.edit(number, status=Status.ARRIVED)
    assert practice.owed(number)[0] == "C1001 97810*1 42.50"


def test_a_rule_that_cannot_be_loaded_refuses_what_is_charged_and_nothing_else(
    furnished: SqlDatabase, package: None
) -> None:
    del package
    missing = EntryPoint("gone", "own_rules:Gone", GROUP)
    practice = Practice(furnished, hooks=BillingHooks((Extension("gone", Unloaded(missing)),)))
    number = booked(practice)
    practice.edit(number, note="brings a friend")
    with pytest.raises(RuleRefused, match="'gone' failed"):
        practice.edit(number, status=Status.ARRIVED)
    assert practice.owed(number) == []


def test_without_rules_the_lines_stay_as_they_are() -> None:
    assert extended((), None, ()) == ()  # type: ignore[arg-type]  # no rule looks at the visit
    assert installed() == ()
