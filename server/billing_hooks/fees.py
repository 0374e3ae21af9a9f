"""Fees for missed appointments: defaults, and what a person says of one (SH-33)."""

from __future__ import annotations

from server.domain.appointment import FeeOverride
from server.domain.errors import Invalid, NotFound
from server.domain.fees import FeeRule, FeeScope
from server.domain.ids import ClientNumber, SessionTypeId
from server.domain.money import Money
from server.usecases.context import Context
from server.usecases.edit_appointment import Changes, Target, edit_appointment
from server.usecases.ports import UnitOfWork


def set_default_fee(uow: UnitOfWork, rule: FeeRule) -> None:
    """Set what is charged unless something narrower says else; raises NotFound, Invalid."""
    if not rule.kind.is_fee:
        raise Invalid("kind", "it must be no-show-fee or late-fee")
    if rule.amount.minor < 0:
        raise Invalid("amount", "a fee is nothing or more")
    _check_subject(uow, rule)
    uow.billing.fees.put(rule)


def _check_subject(uow: UnitOfWork, rule: FeeRule) -> None:
    if not _is_known(uow, rule):
        raise NotFound(rule.scope.value, rule.subject[:40])


def _is_known(uow: UnitOfWork, rule: FeeRule) -> bool:
    match rule.scope:
        case FeeScope.PRACTICE:
            return not rule.subject
        case FeeScope.SESSION_TYPE:
            return SessionTypeId(rule.subject) in uow.catalogue.session_type
        case FeeScope.CLIENT:
            return uow.clients.get(ClientNumber(rule.subject)) is not None


def remove_default_fee(uow: UnitOfWork, rule: FeeRule) -> None:
    """Take a default away; raises NotFound."""
    if not uow.billing.fees.remove(rule):
        raise NotFound("default fee", f"{rule.scope.value} {rule.subject}".strip())


def set_fee(
    uow: UnitOfWork, context: Context, target: Target, amount: Money, reason: str
) -> None:
    """Say what this missed appointment costs, nothing included; a reason is kept with it.

    Raises NotFound, Invalid and Locked.
    """
    if not reason.strip():
        raise Invalid("reason", "say why this fee is another one")
    fee = FeeOverride(amount, reason.strip()[:200])
    edit_appointment(uow, context, target, Changes({"fee": fee}))
