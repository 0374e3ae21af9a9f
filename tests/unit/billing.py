"""Invented visits, lines and charges for the tests of what is charged."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from server.billing_hooks.visits import Visit
from server.domain.appointment import Details, OccurrenceId, parse_services
from server.domain.calendars import Actor
from server.domain.charges import Charge, ChargeKind, ChargeLine
from server.domain.ids import (
    AppointmentId,
    ChargeId,
    ClientNumber,
    LocationKey,
    PracticeId,
    SessionTypeId,
    TransactionId,
    UserName,
)
from server.domain.money import Money
from server.domain.practice import (
    BillingItem,
    Catalogue,
    Location,
    Practice,
    Product,
    Service,
    SessionType,
)
from server.domain.vocabulary import Door, Kind, Role, Status
from server.domain.when import MASTER, Timed

NOW = datetime(2026, 11, 24, 20, tzinfo=UTC)
TODAY = date(2026, 11, 24)
NEW_YORK = ZoneInfo("America/New_York")
START = datetime(2026, 11, 24, 14, tzinfo=NEW_YORK)
HOUR = Timed(START, START + timedelta(hours=1))
ACTOR = Actor(UserName("desk"), Role.FRONT_DESK, Door.COMMAND_LINE)
JANE, JOHN = ClientNumber("C1001"), ClientNumber("C1002")
MAIN, TELEHEALTH = LocationKey("main"), LocationKey("telehealth")
VISIT = OccurrenceId(AppointmentId("A1"), MASTER)
INITIAL = SessionTypeId("acupinitial")
NEEDLES = ChargeLine(
    ChargeKind.SERVICE,
    "97810",
    "Acupuncture",
    Money(8500),
    modifiers=("95",),
    place_of_service="10",
)
CATALOGUE = Catalogue(
    Practice(PracticeId(1), "test", "Test", NEW_YORK),
    session_types=(
        SessionType(
            INITIAL,
            "acupinitial",
            "Acupuncture",
            "acupuncture",
            75,
            items=(
                BillingItem("97810"),
                BillingItem("97811", units=3),
                BillingItem("HERB-1", is_product=True, units=2),
                BillingItem("sold-out", is_product=True),
            ),
        ),
    ),
    services=(
        Service("97810", "Acupuncture, first 15 minutes", Money(8500)),
        Service("97811", "Acupuncture, each further 15 minutes", Money(4500)),
        Service("00000", "Free consultation", Money(0)),
    ),
    products=(Product("HERB-1", "Herbs", Money(1900)),),
    locations=(
        Location(MAIN, "Main street", "11"),
        Location(TELEHEALTH, "Telehealth", "10"),
    ),
)
BOOKED = Details(
    Kind.SESSION,
    Status.BOOKED,
    UserName("alma"),
    client=JANE,
    session_type=INITIAL,
    services=parse_services("97810"),
    location=MAIN,
)


def visit(status: Status = Status.ARRIVED, **details: object) -> Visit:
    """Return Jane's visit of an hour in this status."""
    said = replace(BOOKED, status=status, **details)  # type: ignore[arg-type]  # fields of Details
    return Visit(VISIT, said, TODAY, 60)


def charge(slot: str = "service:97810:1", line: ChargeLine = NEEDLES) -> Charge:
    """Return a charge that stands in a slot of Jane's visit."""
    return Charge(
        id=ChargeId(slot),
        appointment=VISIT.appointment,
        key=MASTER,
        slot=slot,
        client=JANE,
        practitioner=UserName("alma"),
        line=line,
        service_date=TODAY,
        minutes=60,
        posted_at=NOW,
        transaction=TransactionId(f"t-{slot}"),
    )
