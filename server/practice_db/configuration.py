"""Changes of the configuration; each makes a new catalogue revision."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BindParameter, bindparam, delete, distinct, func, insert, select

from server.domain.ids import SessionTypeId
from server.domain.practice import (
    BillingItem,
    Location,
    Practice,
    Product,
    Room,
    Service,
    SessionType,
    User,
)
from server.practice_db.booking_rules import PUT_BOOKING_RULE, booking_rule_row
from server.practice_db.catalogue import COUNTED_UP, NEXT_CATALOGUE, CatalogueReader
from server.practice_db.statement import PRACTICE, Statement, upsert
from server.practice_db.tables import practice as tables
from server.practice_db.tables.appointments import appointment_part
from server.practice_db.transaction import Transaction

_SESSION_TYPE: Final[BindParameter[str]] = bindparam("session_type")

_SAVE_PRACTICE: Final = Statement(
    COUNTED_UP.values(
        slug=bindparam("new_slug"), name=bindparam("new_name"), zone=bindparam("new_zone")
    )
)
_PUT_USER: Final = upsert(tables.app_user)
_PUT_SERVICE: Final = upsert(tables.service)
_PUT_PRODUCT: Final = upsert(tables.product)
_PUT_LOCATION: Final = upsert(tables.location)
_PUT_ROOM: Final = upsert(tables.room)
_PUT_SESSION_TYPE: Final = upsert(tables.session_type)
_DELETE_SESSION_TYPE: Final = Statement(
    delete(tables.session_type).where(
        tables.session_type.c.practice_id == PRACTICE, tables.session_type.c.id == _SESSION_TYPE
    )
)
_LISTS: Final = (tables.session_type_location, tables.billing_item)
_CLEAR_LISTS: Final = tuple(
    Statement(
        delete(table).where(
            table.c.practice_id == PRACTICE, table.c.session_type_id == _SESSION_TYPE
        )
    )
    for table in _LISTS
)
_ADD_LOCATION, _ADD_ITEM = (Statement(insert(table)) for table in _LISTS)
_USES: Final = Statement(
    select(func.count(distinct(appointment_part.c.appointment_id))).where(
        appointment_part.c.practice_id == PRACTICE,
        appointment_part.c.session_type_id.is_not(None),
        appointment_part.c.session_type_id == _SESSION_TYPE,
    )
)


class SqlConfiguration:
    """Implements server.usecases.ports.Configuration."""

    __slots__ = ("_reader", "_transaction")

    def __init__(self, transaction: Transaction, reader: CatalogueReader) -> None:
        self._transaction = transaction
        self._reader = reader

    def save_practice(self, practice: Practice) -> None:
        self._transaction.run(
            _SAVE_PRACTICE,
            new_slug=practice.slug,
            new_name=practice.name,
            new_zone=practice.zone.key,
        )
        self._reader.note_change()

    def save_user(self, user: User) -> None:
        self._put(
            _PUT_USER,
            {
                "name": user.name,
                "display_name": user.display_name,
                "email": user.email,
                "role": user.role,
                "discipline": user.discipline,
                "title_level": user.title_level,
                "disabled": user.disabled,
            },
        )

    def save_session_type(self, session_type: SessionType) -> None:
        kind = session_type
        self._put(
            _PUT_SESSION_TYPE,
            {
                "id": kind.id,
                "name": kind.name,
                "description": kind.description,
                "discipline": kind.discipline,
                "minutes": kind.minutes,
                "colour": kind.colour,
                "aliases": kind.aliases,
                "online_bookable": kind.online_bookable,
                "video": kind.video,
                "in_email_reminders": kind.in_email_reminders,
                "archived": kind.archived,
            },
        )
        for clear in _CLEAR_LISTS:
            self._transaction.run(clear, session_type=kind.id)
        self._transaction.add_all(_ADD_LOCATION, _location_rows(kind))
        self._transaction.add(PUT_BOOKING_RULE, booking_rule_row(kind))
        self._transaction.add_all(_ADD_ITEM, _item_rows(kind))

    def delete_session_type(self, session_type: SessionTypeId) -> None:
        self._transaction.run(_DELETE_SESSION_TYPE, session_type=session_type)
        self._count_up()

    def uses_of_session_type(self, session_type: SessionTypeId) -> int:
        row = self._transaction.first(_USES, session_type=session_type)
        return 0 if row is None else int(row[0])

    def save_service(self, service: Service) -> None:
        self._put(
            _PUT_SERVICE,
            {
                "code": service.code,
                "description": service.description,
                "fee_minor": service.fee.minor,
                "fee_currency": service.fee.currency,
                "archived": service.archived,
            },
        )

    def save_product(self, product: Product) -> None:
        self._put(
            _PUT_PRODUCT,
            {
                "sku": product.sku,
                "name": product.name,
                "price_minor": product.price.minor,
                "price_currency": product.price.currency,
                "archived": product.archived,
            },
        )

    def save_location(self, location: Location) -> None:
        self._put(
            _PUT_LOCATION,
            {
                "key": location.key,
                "name": location.name,
                "place_of_service": location.place_of_service,
                "zone": location.zone.key if location.zone else None,
                "auto_95": location.auto_95,
                "url": location.url,
                "archived": location.archived,
            },
        )

    def save_room(self, room: Room) -> None:
        self._put(
            _PUT_ROOM,
            {
                "key": room.key,
                "name": room.name,
                "location_key": room.location,
                "archived": room.archived,
            },
        )

    def _put(self, statement: Statement, row: dict[str, object]) -> None:
        self._transaction.add(statement, row)
        self._count_up()

    def _count_up(self) -> None:
        count_up_catalogue(self._transaction, self._reader)


def count_up_catalogue(transaction: Transaction, reader: CatalogueReader) -> None:
    """Tell every process that what it knows of the configuration is old."""
    transaction.run(NEXT_CATALOGUE)
    reader.note_change()


def _location_rows(kind: SessionType) -> list[dict[str, object]]:
    return [
        {"session_type_id": kind.id, "position": position, "location_key": location}
        for position, location in enumerate(kind.locations)
    ]


def _item_rows(kind: SessionType) -> list[dict[str, object]]:
    return [
        {
            "session_type_id": kind.id,
            "position": position,
            "units": item.units,
            **_thing(item),
        }
        for position, item in enumerate(kind.items)
    ]


def _thing(item: BillingItem) -> dict[str, object]:
    if item.is_product:
        return {"service_code": None, "product_sku": item.code}
    return {"service_code": item.code, "product_sku": None}
