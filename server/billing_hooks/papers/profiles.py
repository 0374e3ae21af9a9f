"""What papers say of the practice, its practitioners, clients and insurers: kept and checked.

Profiles are filled in step by step, so an empty field is always possible; what a paper lacks is
said when it is made.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from server.billing_hooks.papers import accepted_codes as codes
from server.domain.errors import Invalid, NotFound
from server.domain.ids import ClientNumber, PayerId, UserName
from server.domain.papers import (
    Address,
    ClientProfile,
    Coverage,
    Payer,
    PracticeProfile,
    PractitionerProfile,
    Relationship,
    Subscriber,
)
from server.usecases import accepted_values as accepted
from server.usecases.context import Context
from server.usecases.manage_clients import find_client
from server.usecases.ports import UnitOfWork

# As long as the fields of a claim are.
_NAME_AT_MOST = 60
_FIRST_NAME_AT_MOST = 35
_STREET_AT_MOST = 55
_CITY_AT_MOST = 30


def save_practice(uow: UnitOfWork, profile: PracticeProfile) -> None:
    """Store what papers say of the practice; raises Invalid, which names the field."""
    uow.papers.profiles.save_practice(
        replace(
            profile,
            legal_name=accepted.text("legal name", profile.legal_name, _NAME_AT_MOST),
            address=_address("address", profile.address),
            phone=accepted.phone(profile.phone),
            tin=codes.tax_number(profile.tin),
            npi=codes.npi(profile.npi),
            taxonomy=codes.taxonomy(profile.taxonomy),
            footer=accepted.lines("footer", profile.footer),
            contact=accepted.text("contact", profile.contact, _NAME_AT_MOST),
            submitter_id=codes.trading_id("submitter id", profile.submitter_id),
            receiver_name=accepted.text("receiver name", profile.receiver_name, _NAME_AT_MOST),
            receiver_id=codes.trading_id("receiver id", profile.receiver_id),
        )
    )


def find_practitioner(uow: UnitOfWork, user: str) -> PractitionerProfile:
    """Return what papers say of a practitioner; raises NotFound for anybody else."""
    known = uow.catalogue.user.get(UserName(user.lower()))
    if known is None or not known.discipline:
        raise NotFound("practitioner", user[:40])
    return uow.papers.profiles.practitioner(known.name)


def save_practitioner(uow: UnitOfWork, profile: PractitionerProfile) -> None:
    """Store what papers say of a practitioner; raises NotFound, and Invalid with the field."""
    find_practitioner(uow, profile.user)
    uow.papers.profiles.save_practitioner(
        replace(
            profile,
            first_name=accepted.text("first name", profile.first_name, _FIRST_NAME_AT_MOST),
            last_name=accepted.text("last name", profile.last_name, _NAME_AT_MOST),
            credentials=accepted.text("credentials", profile.credentials, _NAME_AT_MOST),
            npi=codes.npi(profile.npi),
            taxonomy=codes.taxonomy(profile.taxonomy),
            licence=accepted.text("licence", profile.licence, _CITY_AT_MOST),
            licence_state=codes.state("licence state", profile.licence_state),
        )
    )


def save_client(uow: UnitOfWork, profile: ClientProfile) -> None:
    """Store what papers say of a client; raises NotFound, and Invalid with the field."""
    find_client(uow, profile.client)
    kept = replace(profile, address=_address("address", profile.address))
    uow.papers.profiles.save_client(kept)


def find_payer(uow: UnitOfWork, payer: str) -> Payer:
    """Return an insurer; raises NotFound."""
    found = uow.papers.profiles.payer(PayerId(payer))
    if found is None:
        raise NotFound("payer", payer[:40])
    return found


def save_payer(uow: UnitOfWork, payer: Payer) -> None:
    """Add an insurer or store what changed of it; raises Invalid with the field."""
    uow.papers.profiles.save_payer(
        replace(
            payer,
            id=PayerId(accepted.key("payer", payer.id)),
            name=accepted.required_text("name", payer.name, _NAME_AT_MOST),
            claim_id=codes.trading_id("claim id", payer.claim_id),
            filing=codes.filing(payer.filing),
        )
    )


def save_coverage(uow: UnitOfWork, context: Context, coverage: Coverage) -> None:
    """Add an insurance of a client or store what changed of it; the first one is primary.

    Raises NotFound, and Invalid with the field.
    """
    find_client(uow, coverage.client)
    find_payer(uow, coverage.payer)
    is_own = coverage.relationship is Relationship.SELF
    if is_own and coverage.subscriber is not None:
        raise Invalid("subscriber", "is given only where the client is not insured in person")
    if not is_own and coverage.subscriber is None:
        raise Invalid("subscriber", "must be given where somebody else is insured")
    today = context.now.astimezone(uow.practice.zone).date()
    subscriber = coverage.subscriber and _subscriber(coverage.subscriber, today)
    uow.papers.profiles.save_coverage(
        replace(
            coverage,
            member_id=codes.member_id("member id", coverage.member_id),
            group_number=codes.member_id("group number", coverage.group_number),
            subscriber=subscriber,
        )
    )


def remove_coverage(uow: UnitOfWork, client: ClientNumber, payer: PayerId) -> None:
    """Forget an insurance of a client; what was issued keeps it. Raises NotFound."""
    if not uow.papers.profiles.remove_coverage(client, payer):
        raise NotFound(f"coverage of {client} by", payer[:40])


def _subscriber(person: Subscriber, today: date) -> Subscriber:
    if person.birth_date is not None and person.birth_date > today:
        raise Invalid("subscriber's birth date", "it lies in the future")
    return replace(
        person,
        first_name=accepted.text(
            "subscriber's first name", person.first_name, _FIRST_NAME_AT_MOST
        ),
        last_name=accepted.required_text(
            "subscriber's last name", person.last_name, _NAME_AT_MOST
        ),
        address=_address("subscriber's address", person.address),
    )


def _address(whose: str, address: Address) -> Address:
    return Address(
        accepted.text(f"{whose}: street", address.line1, _STREET_AT_MOST),
        accepted.text(f"{whose}: second line", address.line2, _STREET_AT_MOST),
        accepted.text(f"{whose}: city", address.city, _CITY_AT_MOST),
        codes.state(f"{whose}: state", address.state),
        codes.postal_code(f"{whose}: ZIP code", address.postal_code),
    )
