"""The configuration of a practice, read once for each catalogue revision."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Table, bindparam, select, update

from server.domain.booking_rules import USUAL
from server.domain.errors import NotFound
from server.domain.google import LinkState
from server.domain.ids import EndpointId, GoogleLinkId, UserName
from server.domain.money import Money
from server.domain.practice import (
    BillingItem,
    Catalogue,
    Location,
    Practice,
    Product,
    Room,
    Service,
    SessionType,
    User,
)
from server.practice_db.booking_rules import BOOKING_RULES, booking_rule_of
from server.practice_db.columns import Choice
from server.practice_db.statement import PRACTICE, AnyRow, Statement
from server.practice_db.tables import practice as tables
from server.practice_db.tables.google import google_link
from server.practice_db.tables.record import subscriber
from server.practice_db.tables.webhooks import webhook_endpoint
from server.practice_db.transaction import Transaction

_PRACTICE: Final = Statement(
    select(tables.practice).where(tables.practice.c.practice_id == PRACTICE), named=True
)
COUNTED_UP: Final = (
    update(tables.practice)
    .where(tables.practice.c.practice_id == PRACTICE)
    .values(catalogue_revision=tables.practice.c.catalogue_revision + 1)
)
NEXT_CATALOGUE: Final = Statement(COUNTED_UP)
"""Tells every process that what it remembers of the configuration is of yesterday."""


def _all_of(table: Table) -> Statement:
    of_practice = select(table).where(table.c.practice_id == PRACTICE)
    return Statement(of_practice.order_by(*table.primary_key.columns), named=True)


_USERS: Final = _all_of(tables.app_user)
_SERVICES: Final = _all_of(tables.service)
_PRODUCTS: Final = _all_of(tables.product)
_LOCATIONS: Final = _all_of(tables.location)
_ROOMS: Final = _all_of(tables.room)
_SESSION_TYPES: Final = _all_of(tables.session_type)
_SESSION_LOCATIONS: Final = _all_of(tables.session_type_location)
_BILLING_ITEMS: Final = _all_of(tables.billing_item)
_SUBSCRIBERS: Final = _all_of(subscriber)
_LISTENERS: Final = Statement(
    select(webhook_endpoint.c.id, webhook_endpoint.c.events)
    .where(webhook_endpoint.c.practice_id == PRACTICE, webhook_endpoint.c.closed.is_(None))
    .order_by(webhook_endpoint.c.id)
)

_GOOGLE_LINKS: Final = Statement(
    select(google_link.c.user_name, google_link.c.id)
    .where(
        google_link.c.practice_id == PRACTICE,
        google_link.c.state != bindparam("gone", LinkState.DISCONNECTED, Choice(LinkState)),
    )
    .order_by(google_link.c.id)
)


class Listener(NamedTuple):
    """A webhook endpoint and the types of events that it asks for; none asks for all."""

    endpoint: EndpointId
    events: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Configured:
    """All that is configured, as of one catalogue revision."""

    catalogue: Catalogue
    subscribers: tuple[str, ...]
    listeners: tuple[Listener, ...]
    google_links: Mapping[UserName, Sequence[GoogleLinkId]]


class CatalogueCache:
    """The latest configuration that this process has read."""

    def __init__(self) -> None:
        self.latest: Configured | None = None


class CatalogueReader:
    """What is configured, as one transaction sees it."""

    __slots__ = ("_cache", "_changed", "_practice", "_transaction", "_value")

    def __init__(self, transaction: Transaction, cache: CatalogueCache) -> None:
        self._transaction = transaction
        self._cache = cache
        self._practice: Practice | None = None
        self._value: Configured | None = None
        self._changed = False

    def practice(self) -> Practice:
        """Return the practice; raises NotFound."""
        if self._practice is None:
            self._practice = self._read_practice()
        return self._practice

    def know(self, practice: Practice) -> None:
        """Take the practice as it has just been read."""
        self._practice = practice

    def zone(self) -> ZoneInfo:
        """Return the zone of the practice."""
        return self.practice().zone

    def configured(self) -> Configured:
        """Return the configuration, from the cache while its revision is the present one."""
        if self._value is None:
            practice = self.practice()
            latest = self._cache.latest
            if latest is None or self._changed or latest.catalogue.practice != practice:
                latest = _read(self._transaction, practice)
            if not self._changed:
                self._cache.latest = latest
            self._value = latest
        return self._value

    def note_change(self) -> None:
        """Read again when asked next; others learn of it by the revision once it is committed.

        What this transaction reads from now on stays out of the cache: it may be undone, and
        then another change would carry the same revision.
        """
        self._changed = True
        self.forget()

    def forget(self) -> None:
        """Read again when asked next."""
        self._practice = None
        self._value = None

    def _read_practice(self) -> Practice:
        row = self._transaction.first(_PRACTICE)
        if row is None:
            raise NotFound("practice", str(self._transaction.practice))
        return Practice(
            row.practice_id, row.slug, row.name, ZoneInfo(row.zone), row.catalogue_revision
        )


def _read(transaction: Transaction, practice: Practice) -> Configured:
    catalogue = Catalogue(
        practice,
        users=tuple(_user(row) for row in transaction.all(_USERS)),
        session_types=_session_types(transaction),
        services=tuple(_service(row) for row in transaction.all(_SERVICES)),
        products=tuple(_product(row) for row in transaction.all(_PRODUCTS)),
        locations=tuple(_location(row) for row in transaction.all(_LOCATIONS)),
        rooms=tuple(
            Room(row.key, row.name, row.location_key, archived=row.archived)
            for row in transaction.all(_ROOMS)
        ),
    )
    subscribers = tuple(row.name for row in transaction.all(_SUBSCRIBERS))
    listeners = tuple(Listener(*row) for row in transaction.all(_LISTENERS))
    links: defaultdict[UserName, list[GoogleLinkId]] = defaultdict(list)
    for user, link in transaction.all(_GOOGLE_LINKS):
        links[user].append(link)
    return Configured(catalogue, subscribers, listeners, links)


def _session_types(transaction: Transaction) -> tuple[SessionType, ...]:
    items: defaultdict[str, list[BillingItem]] = defaultdict(list)
    for row in transaction.all(_BILLING_ITEMS):
        items[row.session_type_id].append(_billing_item(row))
    locations: defaultdict[str, list[Any]] = defaultdict(list)
    for row in transaction.all(_SESSION_LOCATIONS):
        locations[row.session_type_id].append(row.location_key)
    rules = dict(map(booking_rule_of, transaction.all(BOOKING_RULES)))
    return tuple(
        SessionType(
            id=row.id,
            name=row.name,
            description=row.description,
            discipline=row.discipline,
            minutes=row.minutes,
            colour=row.colour,
            locations=tuple(locations[row.id]),
            items=tuple(items[row.id]),
            aliases=row.aliases,
            online_bookable=row.online_bookable,
            video=row.video,
            in_email_reminders=row.in_email_reminders,
            archived=row.archived,
            booking=rules.get(row.id, USUAL),
        )
        for row in transaction.all(_SESSION_TYPES)
    )


def _billing_item(row: AnyRow) -> BillingItem:
    if row.product_sku is not None:
        return BillingItem(row.product_sku, is_product=True, units=row.units)
    return BillingItem(row.service_code, units=row.units)


def _user(row: AnyRow) -> User:
    return User(
        row.name,
        row.display_name,
        row.email,
        row.role,
        row.discipline,
        row.title_level,
        disabled=row.disabled,
    )


def _service(row: AnyRow) -> Service:
    fee = Money(row.fee_minor, row.fee_currency)
    return Service(row.code, row.description, fee, archived=row.archived)


def _product(row: AnyRow) -> Product:
    price = Money(row.price_minor, row.price_currency)
    return Product(row.sku, row.name, price, archived=row.archived)


def _location(row: AnyRow) -> Location:
    return Location(
        row.key,
        row.name,
        row.place_of_service,
        ZoneInfo(row.zone) if row.zone else None,
        auto_95=row.auto_95,
        url=row.url,
        archived=row.archived,
    )
