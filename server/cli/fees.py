"""`praxical fee`: what a missed or late-cancelled appointment costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

import typer

from server.billing_hooks.fees import remove_default_fee, set_default_fee, set_fee
from server.cli.billing_views import money_json
from server.cli.changing import changing
from server.cli.commands import AsJson, command, group
from server.cli.desk import Desk
from server.cli.output import say, show_json, show_table
from server.domain.charges import ChargeKind
from server.domain.errors import Invalid
from server.domain.fees import FeeRule, FeeScope
from server.domain.ids import SessionTypeId
from server.domain.money import Money, parse_money
from server.domain.practice import Catalogue
from server.usecases.manage_clients import find_client
from server.usecases.manage_session_types import find_session_type
from server.usecases.ports import UnitOfWork

app = group("Fees for missed and late-cancelled appointments; no insurer ever pays them.")

NoShow = Annotated[
    str | None, typer.Option("--no-show", metavar="AMOUNT", help="For who did not come.")
]
LateFee = Annotated[
    str | None, typer.Option("--late", metavar="AMOUNT", help="For who cancelled late.")
]
NoShowToo = Annotated[bool, typer.Option("--no-show", help="The fee of who did not come.")]
LateToo = Annotated[bool, typer.Option("--late", help="The fee of who cancelled late.")]
One = Annotated[
    str | None,
    typer.Argument(metavar="APPOINTMENT", help="One appointment, as `appointment list` says."),
]
Waived = Annotated[
    str, typer.Argument(metavar="APPOINTMENT", help="As `appointment list` shows it.")
]
Amount = Annotated[
    str | None, typer.Option("--amount", metavar="AMOUNT", help="What APPOINTMENT costs.")
]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; kept with it.")]
ReasonOfOne = Annotated[
    str, typer.Option("--reason", metavar="TEXT", help="Why APPOINTMENT is another case.")
]

_NAMES = {ChargeKind.NO_SHOW: "no-show", ChargeKind.LATE: "late cancellation"}
_ORDER = {scope: place for place, scope in enumerate(FeeScope)}


@dataclass(frozen=True)
class For:
    """What a fee is the default for."""

    practice_wide: Annotated[
        bool, typer.Option("--all-clients", help="For the whole practice.")
    ] = False
    session_type: Annotated[
        str | None, typer.Option("--session-type", metavar="NAME", help="For this type.")
    ] = None
    client: Annotated[
        str | None, typer.Option("--client", metavar="NUMBER", help="For this client.")
    ] = None

    @property
    def is_said(self) -> bool:
        """Whether anything was said."""
        return self != For()

    def subject(self, uow: UnitOfWork) -> tuple[FeeScope, str]:
        """Return what is meant; raises NotFound, and Invalid unless it is one thing."""
        match self:
            case For(practice_wide=True, session_type=None, client=None):
                return FeeScope.PRACTICE, ""
            case For(practice_wide=False, session_type=str(name), client=None):
                return FeeScope.SESSION_TYPE, find_session_type(uow, name).id
            case For(practice_wide=False, session_type=None, client=str(number)):
                return FeeScope.CLIENT, find_client(uow, number).number
            case _:
                raise Invalid("fee", "say one of --all-clients, --session-type, --client")


@command(app, "list", "praxical fee list")
def list_fees(desk: Desk, *, as_json: AsJson = False) -> None:
    """List the default fees; the client's goes before the session type's, that before all's."""
    with desk.reading() as uow:
        rules = uow.billing.fees.all()
        catalogue = uow.catalogue
    if as_json:
        show_json([_as_json(rule, catalogue) for rule in rules])
        return
    show_table(
        ("FOR", "NO-SHOW>", "LATE CANCELLED>"),
        (
            (_whom(scope, subject, catalogue), *amounts)
            for (scope, subject), amounts in _by_subject(rules).items()
        ),
        "No fee is set: missed appointments cost nothing.",
    )


@command(
    app,
    "set",
    "praxical fee set --all-clients --no-show 60 --late 40",
    "praxical fee set --session-type psy50 --no-show 80",
    "praxical fee set --client C1001 --late 0",
    "praxical fee set Y6Z8A0 --amount 20 --reason 'Half of it, as agreed'",
)
def set_one(
    desk: Desk,
    appointment: One = None,
    *,
    whom: For,
    no_show: NoShow = None,
    late: LateFee = None,
    amount: Amount = None,
    reason: ReasonOfOne = "",
) -> None:
    """Set a default fee, or what one missed appointment costs."""
    if appointment is not None:
        if whom.is_said or no_show or late:
            raise Invalid("fee", "for one appointment say --amount and --reason only")
        if amount is None:
            raise Invalid("amount", "say --amount, or use `fee waive`")
        money = parse_money(amount, desk.settings.billing.currency)
        _set_for_one(desk, appointment, money, reason)
        return
    if amount or reason:
        raise Invalid("amount", "it is of one appointment; of a default say --no-show, --late")
    _set_default(desk, whom, {ChargeKind.NO_SHOW: no_show, ChargeKind.LATE: late})


@command(app, "waive", "praxical fee waive Y6Z8A0 --reason 'Was in hospital'")
def waive(desk: Desk, appointment: Waived, *, reason: Reason) -> None:
    """Let a missed appointment cost nothing."""
    _set_for_one(desk, appointment, Money(0, desk.settings.billing.currency), reason)


@command(
    app,
    "remove",
    "praxical fee remove --client C1001",
    "praxical fee remove --all-clients --late",
)
def remove(desk: Desk, *, whom: For, no_show: NoShowToo = False, late: LateToo = False) -> None:
    """Take default fees away; without --no-show or --late both."""
    nothing = Money(0, desk.settings.billing.currency)
    kinds = {ChargeKind.NO_SHOW: no_show, ChargeKind.LATE: late}
    with desk.writing() as uow:
        scope, subject = whom.subject(uow)
        there = {rule.kind for rule in uow.billing.fees.all() if _of(rule) == (scope, subject)}
        chosen = {kind for kind, said in kinds.items() if said} or there or set(kinds)
        for kind in chosen:
            remove_default_fee(uow, FeeRule(scope, subject, kind, nothing))
        words = _whom(scope, subject, uow.catalogue)
    say(f"Removed for {words}: {', '.join(sorted(_NAMES[kind] for kind in chosen))}.")


def _set_for_one(desk: Desk, appointment: str, amount: Money, reason: str) -> None:
    with changing(desk, appointment) as (uow, _, target):
        set_fee(uow, desk.context, target, amount, reason)
    if amount.minor:
        say(f"Missed or cancelled late, {appointment} costs {amount}.")
    else:
        say(f"Missed or cancelled late, {appointment} costs nothing.")


def _set_default(desk: Desk, whom: For, amounts: Mapping[ChargeKind, str | None]) -> None:
    currency = desk.settings.billing.currency
    said = {kind: parse_money(text, currency) for kind, text in amounts.items() if text}
    if not said:
        raise Invalid("amount", "say --no-show, --late or both")
    with desk.writing() as uow:
        scope, subject = whom.subject(uow)
        for kind, money in said.items():
            set_default_fee(uow, FeeRule(scope, subject, kind, money))
        words = _whom(scope, subject, uow.catalogue)
    amounts_said = (f"{_NAMES[kind]} {money}" for kind, money in said.items())
    say(f"Fees for {words}: {', '.join(amounts_said)}.")


def _of(rule: FeeRule) -> tuple[FeeScope, str]:
    return rule.scope, rule.subject


def _by_subject(
    rules: Sequence[FeeRule],
) -> dict[tuple[FeeScope, str], tuple[Money | None, Money | None]]:
    """Return both fees of each thing that has one, the wider ones first."""
    known = {(_of(rule), rule.kind): rule.amount for rule in rules}
    subjects = sorted({_of(rule) for rule in rules}, key=lambda one: (_ORDER[one[0]], one[1]))
    return {
        one: (known.get((one, ChargeKind.NO_SHOW)), known.get((one, ChargeKind.LATE)))
        for one in subjects
    }


def _whom(scope: FeeScope, subject: str, catalogue: Catalogue) -> str:
    match scope:
        case FeeScope.PRACTICE:
            return "all clients"
        case FeeScope.SESSION_TYPE:
            session = catalogue.session_type.get(SessionTypeId(subject))
            return f"session type {session.name if session else subject}"
        case FeeScope.CLIENT:
            return f"client {subject}"


def _as_json(rule: FeeRule, catalogue: Catalogue) -> dict[str, object]:
    subject = rule.subject
    if rule.scope is FeeScope.SESSION_TYPE:
        session = catalogue.session_type.get(SessionTypeId(subject))
        subject = session.name if session else subject
    return {
        "scope": rule.scope,
        "subject": subject,
        "kind": rule.kind,
        "amount": money_json(rule.amount),
    }
