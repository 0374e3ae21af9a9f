"""What insurers know of an invented practice, its people and clients, for tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from server.domain.claims import Claim, ClaimContent, ClaimLine, ClaimState, ClaimStep, Patient
from server.domain.ids import BillId, ChargeId, ClientNumber, PayerId, UserName
from server.domain.money import Money
from server.domain.papers import (
    Address,
    ClientProfile,
    Coverage,
    Payee,
    Payer,
    PracticeProfile,
    PractitionerProfile,
    Relationship,
    Sex,
    Subscriber,
)
from server.domain.superbills import (
    Diagnosis,
    Superbill,
    SuperbillClient,
    SuperbillContent,
    SuperbillLine,
)

NEW_YORK = ZoneInfo("America/New_York")
AT = datetime(2026, 12, 1, 15, tzinfo=UTC)
ALMA, THEO, DESK = UserName("alma"), UserName("theo"), UserName("desk")
JANE = ClientNumber("C1001")

PRACTICE = PracticeProfile(
    legal_name="Larkspur Wellness, PLLC",
    address=Address("120 Larkspur Avenue", "Suite 4B", "Brooklyn", "NY", "11201-0042"),
    phone="+1 718 555 0142",
    tin="123456789",
    npi="1234567893",
    taxonomy="261QM0850X",
    payee=Payee.CLINIC,
    footer="Thank you.\nQuestions: billing@example.org",
    contact="Front desk",
    submitter_id="LARKSPUR1",
    receiver_name="Example Clearing House",
    receiver_id="EXCLEAR",
)
PROVIDER = PractitionerProfile(
    ALMA, "Alma", "Featherstone", "LAc", "1245319599", "171100000X", "004211", "NY"
)
OTHER_PROVIDER = PractitionerProfile(
    THEO, "Theo", "Lindworm", "LCSW", "1679576722", "1041C0700X", "084512", "NY"
)
HOME = Address("77 Quince Street", "", "Brooklyn", "NY", "11215")
PROFILE = ClientProfile(JANE, Sex.FEMALE, HOME)
PAYER = Payer(PayerId("example"), "Example Health Plan", "60054")
COVERAGE = Coverage(JANE, PAYER.id, "XYZ 123-456", "G-77")
SPOUSES = replace(
    COVERAGE,
    relationship=Relationship.SPOUSE,
    subscriber=Subscriber("Otis", "Marmalade"),
)
PATIENT = Patient(JANE, "Jane", "Doe", date(1984, 2, 29), Sex.FEMALE, HOME)
FEE = Money(8500)
NOTHING = Money(0)


def claim_line(position: int = 1, **more: object) -> ClaimLine:
    """Return a service of 85 dollars, on the first of November and the days after it."""
    day = date(2026, 11, 1) + timedelta(days=position - 1)
    line = ClaimLine(
        ChargeId(f"01JD7Z6Q8K5T3V9W2X4Y6Z{position:04}"), day, "11", "97810", (), 1, FEE, (1,)
    )
    return replace(line, **more)  # type: ignore[arg-type]  # any field of a line


def claim_content(*lines: ClaimLine, **more: object) -> ClaimContent:
    """Return a claim of Jane Doe's, of one line if none is given."""
    content = ClaimContent(
        PRACTICE,
        PROVIDER,
        PATIENT,
        PAYER,
        COVERAGE,
        ("M54.50", "G43.909"),
        lines or (claim_line(),),
        NOTHING,
    )
    return replace(content, **more)  # type: ignore[arg-type]  # any field of a content


def claim(content: ClaimContent | None = None, number: int = 1) -> Claim:
    """Return a claim that is ready."""
    steps = (
        ClaimStep(ClaimState.DRAFT, AT, DESK),
        ClaimStep(ClaimState.READY, AT, DESK),
    )
    bill = BillId("01JD7Z6Q8K5T3V9W2X4Y6BILL1")
    return Claim(number, bill, JANE, PAYER.id, content or claim_content(), steps)


def superbill_line(position: int = 1, **more: object) -> SuperbillLine:
    """Return a paid service of 85 dollars, on the first of November and the days after it."""
    line = SuperbillLine(
        ChargeId(f"01JD7Z6Q8K5T3V9W2X4Y6Z{position:04}"),
        date(2026, 11, 1) + timedelta(days=position - 1),
        "11",
        "97810",
        "Acupuncture, first 15 minutes",
        ("GP",),
        1,
        ("M54.50", "G43.909"),
        FEE,
        FEE,
        NOTHING,
    )
    return replace(line, **more)  # type: ignore[arg-type]  # any field of a line


def superbill(*lines: SuperbillLine, **more: object) -> Superbill:
    """Return a superbill of Jane Doe's, of one line if none is given."""
    content = SuperbillContent(
        PRACTICE,
        PROVIDER,
        SuperbillClient(JANE, "Jane Doe", date(1984, 2, 29), HOME),
        lines or (superbill_line(),),
        (
            Diagnosis("M54.50", "Low back pain, unspecified"),
            Diagnosis("G43.909", "Migraine, unspecified, not intractable"),
        ),
    )
    made = Superbill(7, date(2026, 12, 1), AT, DESK, content)
    return replace(made, **more)  # type: ignore[arg-type]  # any field of a superbill
