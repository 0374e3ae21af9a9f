"""The practice's lists over the API: what can be booked and charged, where, with whom."""

from __future__ import annotations

from typing import Final

from pydantic import Field

from server.domain.api_access import ApiScope
from server.web.messages import Said, Shown
from server.web.route import AnyRoute, Call, Method, Route
from server.web.values import Amount


class CatalogueQuery(Said):
    """Which entries of a list are wanted."""

    archived: bool = Field(default=False, description="Archived ones too.")


class ServiceShown(Shown):
    """A service."""

    code: str
    description: str
    fee: Amount
    archived: bool


class ServiceList(Shown):
    """Services by code."""

    items: list[ServiceShown]


class ProductShown(Shown):
    """A product."""

    sku: str
    name: str
    price: Amount
    archived: bool


class ProductList(Shown):
    """Products by sku."""

    items: list[ProductShown]


class BillingItemShown(Shown):
    """What a session type brings: a service by code, or a product by sku."""

    code: str
    product: bool
    units: int


class SessionTypeShown(Shown):
    """What can be booked."""

    name: str
    description: str
    discipline: str
    minutes: int
    locations: list[str]
    items: list[BillingItemShown]
    online_bookable: bool
    archived: bool


class SessionTypeList(Shown):
    """Session types by name."""

    items: list[SessionTypeShown]


class LocationShown(Shown):
    """A place where sessions happen."""

    key: str
    name: str
    place_of_service: str
    zone: str | None
    rooms: list[str] = Field(description="Keys of its rooms.")
    archived: bool


class LocationList(Shown):
    """Locations by key."""

    items: list[LocationShown]


class PractitionerShown(Shown):
    """Somebody with a calendar of appointments."""

    name: str
    display_name: str
    discipline: str


class PractitionerList(Shown):
    """Practitioners by login name."""

    items: list[PractitionerShown]


def list_services(call: Call, said: CatalogueQuery) -> ServiceList:
    """List the services that can be charged."""
    return ServiceList(
        items=[
            ServiceShown(
                code=one.code,
                description=one.description,
                fee=Amount.of(one.fee),
                archived=one.archived,
            )
            for one in call.uow.catalogue.services
            if said.archived or not one.archived
        ]
    )


def list_products(call: Call, said: CatalogueQuery) -> ProductList:
    """List the products that are sold."""
    return ProductList(
        items=[
            ProductShown(
                sku=one.sku, name=one.name, price=Amount.of(one.price), archived=one.archived
            )
            for one in call.uow.catalogue.products
            if said.archived or not one.archived
        ]
    )


def list_session_types(call: Call, said: CatalogueQuery) -> SessionTypeList:
    """List what can be booked."""
    return SessionTypeList(
        items=[
            SessionTypeShown(
                name=one.name,
                description=one.description,
                discipline=one.discipline,
                minutes=one.minutes,
                locations=list(one.locations),
                items=[
                    BillingItemShown(code=item.code, product=item.is_product, units=item.units)
                    for item in one.items
                ],
                online_bookable=one.online_bookable,
                archived=one.archived,
            )
            for one in call.uow.catalogue.session_types
            if said.archived or not one.archived
        ]
    )


def list_locations(call: Call, said: CatalogueQuery) -> LocationList:
    """List the places where sessions happen, with their rooms."""
    rooms = [room for room in call.uow.catalogue.rooms if said.archived or not room.archived]
    return LocationList(
        items=[
            LocationShown(
                key=one.key,
                name=one.name,
                place_of_service=one.place_of_service,
                zone=one.zone.key if one.zone else None,
                rooms=[room.key for room in rooms if room.location == one.key],
                archived=one.archived,
            )
            for one in call.uow.catalogue.locations
            if said.archived or not one.archived
        ]
    )


def list_practitioners(call: Call, said: CatalogueQuery) -> PractitionerList:
    """List who has a calendar of appointments."""
    return PractitionerList(
        items=[
            PractitionerShown(
                name=one.name, display_name=one.display_name, discipline=one.discipline or ""
            )
            for one in call.uow.catalogue.practitioners
            if said.archived or not one.disabled
        ]
    )


ROUTES: Final[tuple[AnyRoute, ...]] = (
    Route(
        Method.GET,
        "/services",
        ApiScope.CATALOGUE_READ,
        list_services,
        CatalogueQuery,
        ServiceList,
        "Services that can be charged",
    ),
    Route(
        Method.GET,
        "/products",
        ApiScope.CATALOGUE_READ,
        list_products,
        CatalogueQuery,
        ProductList,
        "Products that are sold",
    ),
    Route(
        Method.GET,
        "/session-types",
        ApiScope.CATALOGUE_READ,
        list_session_types,
        CatalogueQuery,
        SessionTypeList,
        "Session types that can be booked",
    ),
    Route(
        Method.GET,
        "/locations",
        ApiScope.CATALOGUE_READ,
        list_locations,
        CatalogueQuery,
        LocationList,
        "Locations and their rooms",
    ),
    Route(
        Method.GET,
        "/practitioners",
        ApiScope.CATALOGUE_READ,
        list_practitioners,
        CatalogueQuery,
        PractitionerList,
        "Practitioners",
    ),
)
