"""The ledger over the API: what was posted, what it comes to, whether it is right."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final

from pydantic import AwareDatetime, Field

from server.billing_hooks.sheets import ledger_sheet
from server.domain.api_access import ApiScope
from server.domain.ledger import Account, Entry, Transaction, TransactionKind
from server.domain.money import Money
from server.domain.vocabulary import Door
from server.usecases.ports import Ledger
from server.web.billing_models import CSV, PageQuery
from server.web.messages import Download, Nothing, Said, Shown
from server.web.route import AnyRoute, Call, Method, Route
from server.web.till import Till, as_file
from server.web.values import Amount


class Per(StrEnum):
    """Whose balances are wanted."""

    ACCOUNT = "account"
    CLIENT = "client"
    PAYER = "payer"


_ACCOUNTS: Final[Mapping[Per, Collection[Account]]] = {
    Per.ACCOUNT: frozenset(Account),
    Per.CLIENT: (Account.RECEIVABLE_CLIENT, Account.CREDIT_CLIENT),
    Per.PAYER: (Account.RECEIVABLE_PAYER,),
}


class BalanceQuery(Said):
    """Which balances are wanted."""

    by: Per = Per.ACCOUNT


class TransactionQuery(PageQuery):
    """Which transactions are wanted."""

    client: str | None = Field(default=None, description="Those that touch this client.")
    since: AwareDatetime | None = Field(default=None, description="Posted then or later.")


class Verification(Shown):
    """What was found wrong; nothing where the ledger is right."""

    right: bool
    findings: list[str]


class Balance(Shown):
    """The sum of an account, or of one client's or payer's: a debit is above zero."""

    account: Account
    holder: str | None = Field(description="Client or payer, where it is asked for.")
    balance: Amount


class BalanceList(Shown):
    """Balances by account."""

    items: list[Balance]


class EntryShown(Shown):
    """One side of a transaction: a debit is above zero, a credit below."""

    account: Account
    holder: str | None
    amount: Amount
    charge: str | None
    bill: str | None
    payment: str | None

    @classmethod
    def of(cls, entry: Entry) -> EntryShown:
        """Return an entry as it is shown."""
        return cls(
            account=entry.account,
            holder=entry.holder or None,
            amount=Amount.of(entry.amount),
            charge=entry.charge,
            bill=entry.bill,
            payment=entry.payment,
        )


class TransactionShown(Shown):
    """What was posted at once."""

    id: str
    at: datetime
    kind: TransactionKind
    user: str
    door: Door
    reverses: str | None
    reason: str
    entries: list[EntryShown]

    @classmethod
    def of(cls, transaction: Transaction) -> TransactionShown:
        """Return a transaction as it is shown."""
        return cls(
            id=transaction.id,
            at=transaction.at,
            kind=transaction.kind,
            user=transaction.actor.user,
            door=transaction.actor.door,
            reverses=transaction.reverses,
            reason=transaction.reason,
            entries=[EntryShown.of(entry) for entry in transaction.entries],
        )


class TransactionList(Shown):
    """Transactions as they were posted."""

    items: list[TransactionShown]
    next: str | None = Field(description="`after` of the next page, null on the last.")


def verify_ledger(call: Call, said: Nothing) -> Verification:
    """Recompute everything and say what is wrong."""
    del said
    Till(call).check_office()
    findings = list(call.uow.billing.ledger.unbalanced())
    return Verification(right=not findings, findings=findings)


def list_balances(call: Call, said: BalanceQuery) -> BalanceList:
    """List what the entries come to."""
    Till(call).check_office()
    return BalanceList(
        items=[
            Balance(account=account, holder=holder or None, balance=Amount.of(money))
            for (account, holder), money in _sums(call.uow.billing.ledger, said.by).items()
        ]
    )


def _sums(ledger: Ledger, by: Per) -> Mapping[tuple[Account, str], Money]:
    """Return the sums of accounts, or of each holder of those that have one."""
    sums = ledger.balances(by_holder=by is not Per.ACCOUNT)
    return {key: money for key, money in sums.items() if key[0] in _ACCOUNTS[by]}


def list_transactions(call: Call, said: TransactionQuery) -> TransactionList | Download:
    """List transactions as they were posted."""
    till = Till(call)
    till.check_office()
    client = till.client(said.client).number if said.client else None
    found = call.uow.billing.ledger.matching(holder=client, since=said.since)
    if call.wants(CSV):
        return as_file("ledger", ledger_sheet(found))
    page, after = said.page(found, lambda transaction: transaction.id)
    return TransactionList(items=[TransactionShown.of(one) for one in page], next=after)


_READ: Final = ApiScope.LEDGER_READ

ROUTES: Final[tuple[AnyRoute, ...]] = (
    Route(
        Method.GET,
        "/ledger/verify",
        _READ,
        verify_ledger,
        Nothing,
        Verification,
        "Recompute the ledger",
    ),
    Route(
        Method.GET,
        "/ledger/balances",
        _READ,
        list_balances,
        BalanceQuery,
        BalanceList,
        "Balances",
    ),
    Route(
        Method.GET,
        "/ledger/transactions",
        _READ,
        list_transactions,
        TransactionQuery,
        TransactionList,
        "Transactions",
        download=CSV,
    ),
)
