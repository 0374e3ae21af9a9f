"""Which charge, bill or payment is meant: a number, a whole id, or the end of one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from server.billing_hooks.bills import find_bill
from server.billing_hooks.payments import find_payment
from server.domain.bills import Bill, Payment
from server.domain.charges import Charge
from server.domain.errors import Invalid, NotFound
from server.domain.ids import BillId, ChargeId, ClientNumber, PaymentId
from server.usecases.manage_clients import find_client
from server.usecases.ports import UnitOfWork

SHORT_LENGTH = 6
ULID_LENGTH = 26


def short(number: str) -> str:
    """Return the end of an id: enough to name it by."""
    return number[-SHORT_LENGTH:]


def charge_named(uow: UnitOfWork, text: str) -> Charge:
    """Return the charge that an id, or its end, names; raises NotFound and Invalid."""
    word = text.strip().upper()
    charges = uow.billing.charges
    whole = word if len(word) >= ULID_LENGTH else _only(charges.ending(word), "charge", word)
    found = charges.get(ChargeId(whole))
    if found is None:
        raise NotFound("charge", text[:40])
    return found


def charges_named(uow: UnitOfWork, texts: Iterable[str]) -> list[ChargeId]:
    """Return the charges that these name, in their order; raises NotFound and Invalid."""
    return [charge_named(uow, text).id for text in texts]


def bill_named(uow: UnitOfWork, text: str) -> Bill:
    """Return the bill of a number, of an id or of its end; raises NotFound and Invalid."""
    word = text.strip().upper()
    if word.isdecimal() or len(word) >= ULID_LENGTH:
        return find_bill(uow, word)
    return find_bill(uow, BillId(_only(uow.billing.bills.ending(word), "bill", word)))


def payment_named(uow: UnitOfWork, text: str) -> Payment:
    """Return the payment that an id, or its end, names; raises NotFound and Invalid."""
    word = text.strip().upper()
    if len(word) >= ULID_LENGTH:
        return find_payment(uow, PaymentId(word))
    end = _only(uow.billing.payments.ending(word), "payment", word)
    return find_payment(uow, PaymentId(end))


def client_named(uow: UnitOfWork, text: str | None) -> ClientNumber | None:
    """Return the number of a client as it is kept, None for nothing; raises NotFound."""
    return find_client(uow, text).number if text else None


def _only(found: Sequence[str], what: str, word: str) -> str:
    if not found:
        raise NotFound(what, word[:40])
    if len(found) > 1:
        raise Invalid("id", f"'{word}' is the end of more than one {what}; give more of it")
    return found[0]
