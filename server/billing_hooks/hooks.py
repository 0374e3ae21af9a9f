"""The hooks that every change of an appointment runs through, in its own transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from typing_extensions import override

from server.billing_hooks.extensions import Extension, extended, installed
from server.billing_hooks.lines import lines_for
from server.billing_hooks.missed import is_forbidden, say_forbidden
from server.billing_hooks.plan import Plan, following, plan_for
from server.billing_hooks.posting import Source, carry_out
from server.billing_hooks.visits import Visit, visits_of
from server.billing_hooks.webhook_events import announce_changes
from server.domain.appointment import Appointment
from server.domain.charges import Charge, ChargeLine
from server.domain.ids import AppointmentId
from server.domain.when import RecurrenceKey
from server.usecases.compare import Change
from server.usecases.context import Context
from server.usecases.hooks import Hooks
from server.usecases.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class BillingHooks(Hooks):
    """Charges what a change calls for; ``extensions`` are the practice's own rules."""

    extensions: Sequence[Extension] = field(default_factory=tuple)

    @override
    def changed(
        self,
        uow: UnitOfWork,
        context: Context,
        before: Appointment | None,
        after: Appointment,
    ) -> None:
        was, now = visits_of(before), visits_of(after)
        touched = [
            key
            for key in dict.fromkeys([*was, *now])
            if was.get(key) != now.get(key)
            and (_bills(was.get(key), context) or _bills(now.get(key), context))
        ]
        if not touched:
            return
        standing = uow.billing.charges.standing(after.id)
        for key in touched:
            charges = [charge for charge in standing if charge.key == key]
            plan = self._plan(uow, context, (was.get(key), now.get(key)), charges)
            carry_out(uow, context, plan, _source(now.get(key), after))

    def _plan(
        self,
        uow: UnitOfWork,
        context: Context,
        change: tuple[Visit | None, Visit | None],
        standing: Sequence[Charge],
    ) -> Plan:
        was, now = change
        facts = now.facts(context.rules) if now is not None else None
        if now is None or facts is None:
            return plan_for(None, (), standing)
        if was is not None and was.facts(context.rules) == facts:
            return Plan(follow=following(now, standing))
        return plan_for(now, self._lines(uow, context, now), standing)

    def _lines(self, uow: UnitOfWork, context: Context, visit: Visit) -> tuple[ChargeLine, ...]:
        missed = visit.is_missed(context.rules)
        fees = uow.billing.fees.all() if missed else ()
        lines = lines_for(visit, uow.catalogue, context.rules, fees)
        if missed and lines and is_forbidden(uow, visit):
            say_forbidden(uow, context, visit)
            lines = ()
        return extended(self.extensions, visit, lines)

    @override
    def told(
        self, uow: UnitOfWork, context: Context, after: Appointment, changes: Sequence[Change]
    ) -> None:
        announce_changes(uow, context, after, changes)

    @override
    def rekeyed(
        self,
        uow: UnitOfWork,
        appointment: AppointmentId,
        old: RecurrenceKey,
        new: RecurrenceKey,
    ) -> None:
        for charge in uow.billing.charges.standing(appointment):
            if charge.key == old:
                uow.billing.charges.save(replace(charge, key=new))
        uow.billing.notes.rekey(appointment, old, new)


def billing_hooks() -> BillingHooks:
    """Return the hooks of this installation, the practice's own rules among them."""
    return BillingHooks(installed())


def _bills(visit: Visit | None, context: Context) -> bool:
    return visit is not None and visit.facts(context.rules) is not None


def _source(visit: Visit | None, after: Appointment) -> Source | None:
    if visit is None or visit.details.client is None:
        return None
    return Source(visit, visit.details.client, after.calendar, after.revision)
