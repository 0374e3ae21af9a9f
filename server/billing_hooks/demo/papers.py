"""What insurers know of the demo practice, and what missing an appointment costs there."""

from __future__ import annotations

from collections.abc import Iterator

from server.billing_hooks.fees import set_default_fee
from server.billing_hooks.papers import profiles
from server.domain.charges import ChargeKind
from server.domain.fees import FeeRule, FeeScope
from server.domain.ids import PayerId
from server.domain.money import Money
from server.domain.papers import (
    Address,
    ClientProfile,
    Coverage,
    Payer,
    PracticeProfile,
    PractitionerProfile,
    Relationship,
    Sex,
    Subscriber,
)
from server.usecases.context import Context
from server.usecases.demo.people import ALMA, THEO, clients, number
from server.usecases.manage_session_types import find_session_type
from server.usecases.ports import UnitOfWork

# No employer's number begins with 00, and 555-0190 belongs to nobody. The NPIs are the one of
# the published examples and its neighbours: their check digits are right.
PRACTICE = PracticeProfile(
    legal_name="Featherstone and Lindworm, PLLC",
    address=Address("1 Example Avenue", "Suite 2", "Exampleton", "NY", "12345-0001"),
    phone="+1 212 555 0190",
    tin="001234567",
    npi="1234567893",
    taxonomy="261QM0850X",
    footer="Everybody on this page is invented.",
    contact="Front desk",
    submitter_id="DEMO001",
    receiver_name="Example Clearing House",
    receiver_id="EXAMPLE",
)
PRACTITIONERS = (
    PractitionerProfile(
        ALMA, "Alma", "Featherstone", "LAc", "1234567802", "171100000X", "000001", "NY"
    ),
    PractitionerProfile(
        THEO, "Theo", "Lindworm", "LCSW", "1234567810", "1041C0700X", "000002", "NY"
    ),
)
MOONBEAM = Payer(PayerId("moonbeam"), "Moonbeam Mutual", "MOON1")
LIGHTHOUSE = Payer(PayerId("lighthouse"), "Lighthouse Health Plan", "LIGHT1")
TOWN_HALL = Payer(PayerId("town-hall"), "Town Hall Plan", "TOWN1", "MC", fees_forbidden=True)
PAYERS = (MOONBEAM, LIGHTHOUSE, TOWN_HALL)

_PAYS_ALONE = frozenset({1016, 1025, 1036})
_OF_THE_TOWN = frozenset({1024, 1031, 1039})
_INSURED_WITH = {
    1007: (Relationship.SPOUSE, Subscriber("Ada", "Lanternfish")),
    1031: (Relationship.CHILD, Subscriber("Petunia", "Teacup")),
}
_IN_PERSON: tuple[Relationship, None] = (Relationship.SELF, None)
_MEN = frozenset(
    {1002, 1005, 1007, 1008, 1013, 1015, 1017, 1021}
    | {1023, 1025, 1027, 1028, 1031, 1033, 1037, 1039}
)
_NOT_SAID = frozenset({1032, 1034, 1040})


def add_papers(uow: UnitOfWork, context: Context) -> None:
    """Say who everybody is to insurers, and set the fees for missed appointments."""
    profiles.save_practice(uow, PRACTICE)
    for practitioner in PRACTITIONERS:
        profiles.save_practitioner(uow, practitioner)
    for payer in PAYERS:
        profiles.save_payer(uow, payer)
    for digits in _known():
        home = Address(f"{digits - 1000} Nowhere Street", "", "Exampleton", "NY", "12345")
        profiles.save_client(uow, ClientProfile(number(digits), _sex(digits), home))
        if digits not in _PAYS_ALONE:
            profiles.save_coverage(uow, context, _coverage(digits))
    for rule in _fees(uow):
        set_default_fee(uow, rule)


def _known() -> Iterator[int]:
    """Yield the digits of the clients of whom more is known than a name."""
    for client in clients():
        if client.practitioner is not None:
            yield int(client.number[1:])


def _sex(digits: int) -> Sex:
    if digits in _NOT_SAID:
        return Sex.UNKNOWN
    return Sex.MALE if digits in _MEN else Sex.FEMALE


def _coverage(digits: int) -> Coverage:
    relationship, subscriber = _INSURED_WITH.get(digits, _IN_PERSON)
    return Coverage(
        client=number(digits),
        payer=_payer(digits).id,
        member_id=f"DEMO{digits}",
        group_number="G-1" if digits % 4 == 1 else "",
        relationship=relationship,
        subscriber=subscriber,
    )


def _payer(digits: int) -> Payer:
    if digits in _OF_THE_TOWN:
        return TOWN_HALL
    return MOONBEAM if digits % 3 else LIGHTHOUSE


def _fees(uow: UnitOfWork) -> Iterator[FeeRule]:
    couples = find_session_type(uow, "couples").id
    practice = FeeScope.PRACTICE
    yield FeeRule(practice, "", ChargeKind.NO_SHOW, Money(40_00))
    yield FeeRule(practice, "", ChargeKind.LATE, Money(30_00))
    yield FeeRule(FeeScope.SESSION_TYPE, couples, ChargeKind.NO_SHOW, Money(80_00))
