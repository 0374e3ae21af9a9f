"""What the demo practice offers, what that costs, and where it takes place."""

from __future__ import annotations

from dataclasses import replace

from server.domain.booking_rules import BookingMode, BookingRule
from server.domain.ids import LocationKey, RoomKey, SessionTypeId
from server.domain.money import Money
from server.domain.practice import (
    BillingItem,
    Location,
    Product,
    Room,
    Service,
    SessionType,
)
from server.usecases.context import Context
from server.usecases.manage_places import add_location, add_room
from server.usecases.manage_services import add_product, add_service
from server.usecases.manage_session_types import add_session_type
from server.usecases.ports import UnitOfWork

MAIN = LocationKey("main")
TELEHEALTH = LocationKey("telehealth")
TELEHEALTH_AWAY = LocationKey("telehealth-away")
VIDEO_ROOM = "https://video.example.org/demo"
RETIRED_TYPE = "oldmassage"
"""A session type that some old appointments have and nobody can book any more (CR-13)."""

LOCATIONS = (
    Location(MAIN, "Main office", "11"),
    Location(TELEHEALTH, "Telehealth", "10", url=VIDEO_ROOM),
    Location(TELEHEALTH_AWAY, "Telehealth away", "02", url=VIDEO_ROOM),
)
ROOMS = (
    Room(RoomKey("room-1"), "Room 1", MAIN),
    Room(RoomKey("room-2"), "Room 2", MAIN),
)
# The words are our own: the official descriptions of these codes are not free to copy.
SERVICES = (
    Service("97810", "Needles, first quarter of an hour", Money(85_00)),
    Service("97811", "Needles, each further quarter", Money(45_00)),
    Service("90791", "First interview", Money(220_00)),
    Service("90834", "Talking therapy, middle length", Money(150_00)),
    Service("90847", "Talking therapy together with a partner", Money(190_00)),
    Service("MASSAGE", "Massage, no longer offered", Money(70_00)),
)
PRODUCTS = (
    Product("TEA-CALM", "Herbal tea, calming, 100 g", Money(12_00)),
    Product("BALM-30", "Herbal balm, 30 ml", Money(18_50)),
)

_NEEDLES = SessionType(
    SessionTypeId(""), "", "", "acupuncture", 45, locations=(MAIN,), online_bookable=True
)
_TALK = replace(
    _NEEDLES, discipline="psychotherapy", locations=(MAIN, TELEHEALTH, TELEHEALTH_AWAY)
)
_AT_ONCE = BookingRule(BookingMode.INSTANT)
_FOR_KNOWN_CLIENTS = BookingRule(new_clients=False)
SESSION_TYPES = (
    replace(
        _NEEDLES,
        name="acupinitial",
        description="Acupuncture. First visit",
        minutes=75,
        colour="#2e8b57",
        items=(
            BillingItem("97810"),
            BillingItem("97811"),
            BillingItem("TEA-CALM", is_product=True),
        ),
    ),
    replace(
        _NEEDLES,
        name="acupfollow",
        description="Acupuncture. Follow-up visit",
        minutes=45,
        colour="#3cb371",
        items=(BillingItem("97810"),),
        booking=_AT_ONCE,
    ),
    replace(
        _TALK,
        name="psyinitial",
        description="Psychotherapy. First conversation",
        minutes=60,
        colour="#4169e1",
        items=(BillingItem("90791"),),
    ),
    replace(
        _TALK,
        name="psy50",
        description="Psychotherapy. 50 minutes",
        minutes=50,
        colour="#6495ed",
        items=(BillingItem("90834"),),
        booking=_FOR_KNOWN_CLIENTS,
    ),
    replace(
        _TALK,
        name="couples",
        description="Psychotherapy. For couples",
        minutes=90,
        colour="#9370db",
        items=(BillingItem("90847"),),
        booking=_FOR_KNOWN_CLIENTS,
    ),
    replace(
        _NEEDLES,
        name="consult15",
        description="A short conversation about what we can do for you, free of charge",
        minutes=15,
        colour="#daa520",
        locations=(MAIN, TELEHEALTH),
        booking=_AT_ONCE,
    ),
    replace(
        _NEEDLES,
        name=RETIRED_TYPE,
        description="Massage",
        minutes=60,
        colour="#a0522d",
        items=(BillingItem("MASSAGE"),),
        online_bookable=False,
    ),
)


def add_offers(uow: UnitOfWork, context: Context) -> None:
    """Add places, services, products and session types; the retired one is still bookable."""
    for location in LOCATIONS:
        add_location(uow, location)
    for room in ROOMS:
        add_room(uow, room)
    for service in SERVICES:
        add_service(uow, service)
    for product in PRODUCTS:
        add_product(uow, product)
    for session_type in SESSION_TYPES:
        add_session_type(uow, context, session_type)
