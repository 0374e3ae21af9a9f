"""What papers say of the practice, its people and insurers, in the database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, TypeAlias

from sqlalchemy import bindparam, delete, select

from server.domain.ids import ClientNumber, PayerId, UserName
from server.domain.papers import (
    Address,
    ClientProfile,
    Coverage,
    Payer,
    PracticeProfile,
    PractitionerProfile,
    Subscriber,
)
from server.practice_db.columns import code
from server.practice_db.papers.snapshots import as_json, from_json
from server.practice_db.statement import PRACTICE, Statement, upsert
from server.practice_db.tables.papers import (
    client_profile,
    coverage,
    payer,
    practice_profile,
    practitioner_profile,
)
from server.practice_db.transaction import Transaction

Profile: TypeAlias = PracticeProfile | PractitionerProfile | ClientProfile | Payer

_USER: Final = bindparam("user", type_=code())
_CLIENT: Final = bindparam("client", type_=code())
_PAYER: Final = bindparam("which", type_=code())

_practice, _person = practice_profile.c, practitioner_profile.c
_client, _payer, _coverage = client_profile.c, payer.c, coverage.c

_OF_PRACTICE: Final = Statement(
    select(practice_profile).where(_practice.practice_id == PRACTICE)
)
_PUT_PRACTICE: Final = upsert(practice_profile)
_OF_PRACTITIONER: Final = Statement(
    select(practitioner_profile).where(
        _person.practice_id == PRACTICE, _person.user_name == _USER
    )
)
_PUT_PRACTITIONER: Final = upsert(practitioner_profile)
_OF_CLIENT: Final = Statement(
    select(client_profile).where(
        _client.practice_id == PRACTICE, _client.client_number == _CLIENT
    )
)
_PUT_CLIENT: Final = upsert(client_profile)
_PAYERS: Final = select(payer).where(_payer.practice_id == PRACTICE).order_by(_payer.id)
_ALL_PAYERS: Final = Statement(_PAYERS)
_ONE_PAYER: Final = Statement(_PAYERS.where(_payer.id == _PAYER))
_PUT_PAYER: Final = upsert(payer)
_IS_OF_CLIENT: Final = (
    _coverage.practice_id == PRACTICE,
    _coverage.client_number == _CLIENT,
)
_COVERAGES: Final = Statement(
    select(coverage).where(*_IS_OF_CLIENT).order_by(_coverage.position, _coverage.payer_id),
    named=True,
)
_PUT_COVERAGE: Final = upsert(coverage)
_REMOVE_COVERAGE: Final = Statement(
    delete(coverage).where(*_IS_OF_CLIENT, _coverage.payer_id == _PAYER)
)
_FORBIDDING: Final = Statement(
    select(_payer.id)
    .join(
        coverage,
        (_coverage.practice_id == _payer.practice_id) & (_coverage.payer_id == _payer.id),
    )
    .where(*_IS_OF_CLIENT, _payer.fees_forbidden)
    .order_by(_coverage.position, _payer.id)
)


class SqlProfiles:
    """Implements server.usecases.ports.papers.Profiles."""

    __slots__ = ("_transaction",)

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def practice(self) -> PracticeProfile:
        row = self._transaction.first(_OF_PRACTICE)
        if row is None:
            return PracticeProfile()
        _, legal_name, address, *others = row
        return PracticeProfile(legal_name, from_json(Address, address), *others)

    def save_practice(self, profile: PracticeProfile) -> None:
        self._transaction.add(_PUT_PRACTICE, _with_address(profile))

    def practitioner(self, user: UserName) -> PractitionerProfile:
        row = self._transaction.first(_OF_PRACTITIONER, user=user)
        return PractitionerProfile(user) if row is None else PractitionerProfile(*row[1:])

    def save_practitioner(self, profile: PractitionerProfile) -> None:
        row = _columns(profile)
        self._transaction.add(_PUT_PRACTITIONER, {**row, "user_name": row.pop("user")})

    def client(self, number: ClientNumber) -> ClientProfile:
        row = self._transaction.first(_OF_CLIENT, client=number)
        if row is None:
            return ClientProfile(number)
        return ClientProfile(number, row[2], from_json(Address, row[3]))

    def save_client(self, profile: ClientProfile) -> None:
        row = _with_address(profile)
        self._transaction.add(_PUT_CLIENT, {**row, "client_number": row.pop("client")})

    def payer(self, payer: PayerId) -> Payer | None:
        row = self._transaction.first(_ONE_PAYER, which=payer)
        return None if row is None else Payer(*row[1:])

    def payers(self) -> Sequence[Payer]:
        return [Payer(*row[1:]) for row in self._transaction.all(_ALL_PAYERS)]

    def save_payer(self, payer: Payer) -> None:
        self._transaction.add(_PUT_PAYER, _columns(payer))

    def coverages(self, client: ClientNumber) -> Sequence[Coverage]:
        return [
            Coverage(
                row.client_number,
                row.payer_id,
                row.member_id,
                row.group_number,
                row.relationship,
                from_json(Subscriber, row.subscriber) if row.subscriber else None,
            )
            for row in self._transaction.all(_COVERAGES, client=client)
        ]

    def save_coverage(self, coverage: Coverage) -> None:
        rows = self._transaction.all(_COVERAGES, client=coverage.client)
        known = {row.payer_id: row.position for row in rows}
        last = max(known.values(), default=0)
        self._transaction.add(
            _PUT_COVERAGE,
            {
                "client_number": coverage.client,
                "payer_id": coverage.payer,
                "position": known.get(coverage.payer, last + 1),
                "member_id": coverage.member_id,
                "group_number": coverage.group_number,
                "relationship": coverage.relationship,
                "subscriber": as_json(coverage.subscriber) if coverage.subscriber else {},
            },
        )

    def remove_coverage(self, client: ClientNumber, payer: PayerId) -> bool:
        return self._transaction.run(_REMOVE_COVERAGE, client=client, which=payer) > 0

    def forbidding_fees(self, client: ClientNumber) -> Sequence[PayerId]:
        return [row[0] for row in self._transaction.all(_FORBIDDING, client=client)]


def _columns(
    value: PracticeProfile | PractitionerProfile | ClientProfile | Payer,
) -> dict[str, Any]:
    """Return the fields by name: each has the column of its name."""
    return {name: getattr(value, name) for name in type(value).__dataclass_fields__}


def _with_address(value: PracticeProfile | ClientProfile) -> dict[str, Any]:
    return {**_columns(value), "address": as_json(value.address)}
