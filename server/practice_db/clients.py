"""The clients of the practice in the database."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import BindParameter, bindparam, func, or_, select

from server.domain.ids import ClientNumber, UserName
from server.domain.practice import Client, fold
from server.practice_db.one_of import one_of
from server.practice_db.ranges import OVERLAPS, range_values
from server.practice_db.statement import PRACTICE, AnyRow, Statement, upsert
from server.practice_db.tables.appointments import appointment, appointment_part, occurrence
from server.practice_db.tables.practice import client, practice
from server.practice_db.transaction import Transaction

_FIRST_NUMBER: Final = 1001
_NUMBER: Final = re.compile(r"C(\d{1,9})")

_c = client.c
_PRACTITIONER: Final[BindParameter[str]] = bindparam("user")

_ALL: Final = select(
    _c.number,
    _c.first_name,
    _c.last_name,
    _c.email,
    _c.phone,
    _c.birth_date,
    _c.practitioner,
    _c.email_reminders,
    _c.phone_reminders,
    _c.text_reminders,
    _c.archived,
).where(_c.practice_id == PRACTICE)
"""The columns of Client, in its order."""
_ONE: Final = Statement(_ALL.where(_c.number == bindparam("client")))
_MANY: Final = Statement(_ALL.where(one_of(_c.number, "numbers")))
_ACTIVE: Final = _ALL.where(_c.archived.is_(False)).order_by(_c.number)
_NAMED: Final = Statement(
    _ACTIVE.where(
        or_(_c.name_key == bindparam("folded"), _c.reversed_key == bindparam("folded"))
    )
)
_WITH_INITIALS: Final = Statement(_ACTIVE.where(_c.initials == bindparam("letters")))
_WITH_EMAIL: Final = Statement(_ACTIVE.where(_c.email_key == bindparam("address")))
_FOUND: Final = or_(
    _c.name_key.like(bindparam("pattern"), escape="\\"),
    func.lower(_c.number).like(bindparam("pattern"), escape="\\"),
)
_SEARCH_ACTIVE: Final = Statement(_ACTIVE.where(_FOUND))
_SEARCH: Final = Statement(_ALL.where(_FOUND).order_by(_c.number))
_ASSIGNED: Final = Statement(
    select(_c.number).where(
        _c.practice_id == PRACTICE,
        one_of(_c.number, "numbers"),
        _c.practitioner == _PRACTITIONER,
    )
)
_p = appointment_part.c
_a = appointment.c
_DELETED_AT: Final = (
    select(_a.deleted_at)
    .where(_a.practice_id == _p.practice_id, _a.id == _p.appointment_id)
    .scalar_subquery()
)
_SEEN: Final = Statement(
    select(_p.client_number)
    .where(
        _p.practice_id == PRACTICE,
        _p.client_number.is_not(None),
        one_of(_p.client_number, "numbers"),
        _p.practitioner == _PRACTITIONER,
        _p.deleted.is_(False),
        _DELETED_AT.is_(None),
    )
    .distinct()
)
_NEAR: Final = Statement(
    select(occurrence.c.client_number)
    .where(
        occurrence.c.practice_id == PRACTICE,
        occurrence.c.client_number.is_not(None),
        one_of(occurrence.c.client_number, "numbers"),
        occurrence.c.practitioner == _PRACTITIONER,
        OVERLAPS,
    )
    .distinct()
)
_LOCK_PRACTICE: Final = Statement(
    select(practice.c.practice_id)
    .where(practice.c.practice_id == PRACTICE)
    .with_for_update(key_share=True)
)
# Longer numbers are greater ones; other numbers than ours may stand between them.
_LATEST_NUMBERS: Final = Statement(
    select(_c.number)
    .where(_c.practice_id == PRACTICE, _c.number.like("C%"))
    .order_by(func.length(_c.number).desc(), _c.number.desc())
)
_PUT: Final = upsert(client)


class SqlClients:
    """Implements server.usecases.ports.Clients."""

    __slots__ = ("_transaction",)

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def get(self, number: ClientNumber) -> Client | None:
        row = self._transaction.first(_ONE, client=number)
        return None if row is None else Client(*row)

    def get_many(self, numbers: Iterable[ClientNumber]) -> Mapping[ClientNumber, Client]:
        return {
            row[0]: Client(*row) for row in self._transaction.all(_MANY, numbers=set(numbers))
        }

    def named(self, folded: str) -> Sequence[Client]:
        return _clients(self._transaction.all(_NAMED, folded=folded))

    def with_initials(self, initials: str) -> Sequence[Client]:
        return _clients(self._transaction.all(_WITH_INITIALS, letters=initials))

    def with_email(self, address: str) -> Sequence[Client]:
        folded = fold(address)
        return _clients(self._transaction.all(_WITH_EMAIL, address=folded)) if folded else []

    def seen_by(
        self, practitioner: UserName, numbers: Iterable[ClientNumber]
    ) -> frozenset[ClientNumber]:
        asked = set(numbers)
        return frozenset(
            row[0]
            for statement in (_ASSIGNED, _SEEN)
            for row in self._transaction.all(statement, numbers=asked, user=practitioner)
        )

    def near(
        self,
        practitioner: UserName,
        numbers: Iterable[ClientNumber],
        span: tuple[datetime, datetime],
    ) -> frozenset[ClientNumber]:
        rows = self._transaction.all(
            _NEAR, numbers=set(numbers), user=practitioner, **range_values(*span)
        )
        return frozenset(row[0] for row in rows)

    def search(self, folded: str = "", *, archived: bool = False) -> Sequence[Client]:
        escaped = re.sub(r"([\\%_])", r"\\\1", folded)
        statement = _SEARCH if archived else _SEARCH_ACTIVE
        return _clients(self._transaction.all(statement, pattern=f"%{escaped}%"))

    def next_number(self) -> ClientNumber:
        if not self._transaction.is_sqlite:
            # Two transactions must not hand out the same number.
            self._transaction.all(_LOCK_PRACTICE)
        for row in self._transaction.all(_LATEST_NUMBERS):
            if match := _NUMBER.fullmatch(row[0]):
                return ClientNumber(f"C{max(int(match[1]) + 1, _FIRST_NUMBER)}")
        return ClientNumber(f"C{_FIRST_NUMBER}")

    def save(self, client: Client) -> None:
        self._transaction.add(
            _PUT,
            {
                "number": client.number,
                "first_name": client.first_name,
                "last_name": client.last_name,
                "email": client.email,
                "phone": client.phone,
                "birth_date": client.birth_date,
                "practitioner": client.practitioner,
                "email_reminders": client.email_reminders,
                "phone_reminders": client.phone_reminders,
                "text_reminders": client.text_reminders,
                "archived": client.archived,
                "name_key": fold(client.full_name),
                "reversed_key": _reversed_key(client),
                "initials": client.initials,
                "email_key": fold(client.email),
            },
        )


def _clients(rows: Sequence[AnyRow]) -> list[Client]:
    return [Client(*row) for row in rows]


def _reversed_key(client: Client) -> str:
    names = (client.last_name, client.first_name)
    return fold(", ".join(name for name in names if name.strip()))
