"""Fees for missed appointments over the API: the defaults, and what one of them costs."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field

from server.billing_hooks.fees import remove_default_fee, set_default_fee, set_fee
from server.domain.api_access import ApiScope
from server.domain.charges import ChargeKind
from server.domain.errors import Invalid, NotFound
from server.domain.fees import FeeRule, FeeScope
from server.domain.ids import SessionTypeId
from server.domain.money import Money
from server.usecases.edit_appointment import part_at
from server.usecases.manage_session_types import find_session_type
from server.web.messages import Nothing, Said, Shown
from server.web.route import AnyRoute, Call, Method, Route
from server.web.till import Till
from server.web.values import Amount, AmountSaid

FeeKind = Literal[ChargeKind.NO_SHOW, ChargeKind.LATE]
_SUBJECT: Final = "Name of a session type, or number of a client; empty for the practice."


class FeeQuery(Said):
    """Which default is meant."""

    scope: FeeScope
    subject: str = Field(default="", description=_SUBJECT)
    kind: FeeKind


class FeeDefault(FeeQuery):
    """A default fee."""

    amount: AmountSaid


class FeeShown(Shown):
    """A default fee; the client's counts before the session type's, that before all's."""

    scope: FeeScope
    subject: str = Field(description=_SUBJECT)
    kind: ChargeKind
    amount: Amount


class FeeList(Shown):
    """Default fees."""

    items: list[FeeShown]


class OneFee(Said):
    """What one missed appointment costs."""

    amount: AmountSaid = Field(description="0 waives it.")
    reason: Annotated[str, Field(min_length=1, max_length=200)]


class OneFeeShown(Shown):
    """What one missed appointment costs."""

    appointment: str
    occurrence: str | None
    amount: Amount
    reason: str


def list_fees(call: Call, said: Nothing) -> FeeList:
    """List the default fees."""
    del said
    return FeeList(items=[_shown(call, rule) for rule in call.uow.billing.fees.all()])


def set_fee_default(call: Call, said: FeeDefault) -> FeeShown:
    """Set a default fee."""
    amount = said.amount.money(call.context.rules.currency)
    rule = _rule(call, said, amount)
    set_default_fee(call.uow, rule)
    return _shown(call, rule)


def remove_fee_default(call: Call, said: FeeQuery) -> None:
    """Take a default fee away."""
    remove_default_fee(call.uow, _rule(call, said, Money(0, call.context.rules.currency)))


def set_one_fee(call: Call, said: OneFee) -> OneFeeShown:
    """Say what one missed appointment costs, nothing included."""
    till = Till(call)
    _, target = till.occurrence(call.parts["appointment"])
    amount = said.amount.money(call.context.rules.currency)
    set_fee(call.uow, call.context, target, amount, said.reason)
    appointment, _ = till.occurrence(target.appointment)
    fee = part_at(appointment, target.key).details.fee
    if fee is None:
        raise NotFound("fee", target.appointment)
    return OneFeeShown(
        appointment=target.appointment,
        occurrence=target.key or None,
        amount=Amount.of(fee.amount),
        reason=fee.reason,
    )


def _rule(call: Call, said: FeeQuery, amount: Money) -> FeeRule:
    till = Till(call)
    till.check_office()
    return FeeRule(said.scope, _subject(till, said), said.kind, amount)


def _subject(till: Till, said: FeeQuery) -> str:
    match said.scope:
        case FeeScope.PRACTICE if said.subject:
            raise Invalid("subject", "of the whole practice there is none")
        case FeeScope.PRACTICE:
            return ""
        case FeeScope.SESSION_TYPE:
            return find_session_type(till.call.uow, said.subject).id
        case FeeScope.CLIENT:
            return till.client(said.subject).number


def _shown(call: Call, rule: FeeRule) -> FeeShown:
    subject = rule.subject
    if rule.scope is FeeScope.SESSION_TYPE:
        session = call.uow.catalogue.session_type.get(SessionTypeId(subject))
        subject = session.name if session else subject
    return FeeShown(
        scope=rule.scope, subject=subject, kind=rule.kind, amount=Amount.of(rule.amount)
    )


_READ, _WRITE = ApiScope.BILLING_READ, ApiScope.BILLING_WRITE

ROUTES: Final[tuple[AnyRoute, ...]] = (
    Route(Method.GET, "/fees", _READ, list_fees, Nothing, FeeList, "Default fees"),
    Route(
        Method.PUT, "/fees", _WRITE, set_fee_default, FeeDefault, FeeShown, "Set a default fee"
    ),
    Route(
        Method.DELETE,
        "/fees",
        _WRITE,
        remove_fee_default,
        FeeQuery,
        None,
        "Take a default fee away",
    ),
    Route(
        Method.PUT,
        "/fees/{appointment}",
        _WRITE,
        set_one_fee,
        OneFee,
        OneFeeShown,
        "Say what one missed appointment costs; 0 waives it",
    ),
)
