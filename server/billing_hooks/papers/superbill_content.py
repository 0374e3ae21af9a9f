"""What stands on a superbill, worked out from what is known; and what is not. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from server.billing_hooks.papers import requirements
from server.billing_hooks.papers.billed import Billed
from server.domain.charges import ChargeKind
from server.domain.papers import (
    ClientProfile,
    Coverage,
    Incomplete,
    Missing,
    Payer,
    PracticeProfile,
    PractitionerProfile,
)
from server.domain.practice import Client
from server.domain.superbills import (
    Diagnosis,
    SuperbillClient,
    SuperbillContent,
    SuperbillLine,
)


@dataclass(frozen=True, slots=True)
class Sources:
    """What a superbill is made of; ``coverage`` and ``payer`` where the member is to be named.

    ``services`` are of one client and one practitioner; ``meanings`` are words for diagnoses.
    """

    practice: PracticeProfile
    provider: PractitionerProfile
    client: Client
    profile: ClientProfile
    services: tuple[Billed, ...]
    meanings: Mapping[str, str]
    coverage: Coverage | None = None
    payer: Payer | None = None
    needs_signed_note: bool = True


def belongs(service: Billed) -> bool:
    """Whether a charge has a place on superbills at all.

    Products, fees for missed appointments, and what has no code or amount never have; what is
    on no open bill has none yet.
    """
    line = service.charge.line
    is_service = line.kind is ChargeKind.SERVICE and bool(line.code) and line.amount.minor > 0
    return service.charge.stands and is_service and service.is_on_open_bill


def missing_for_superbill(sources: Sources) -> list[Missing]:
    """Return everything that is not known yet; empty if the superbill can be made."""
    return list(dict.fromkeys(_missing(sources)))


def compose(sources: Sources) -> SuperbillContent:
    """Return what the superbill says; raises Incomplete."""
    missing = missing_for_superbill(sources)
    born = sources.client.birth_date
    if missing or born is None:
        raise Incomplete("The superbill", missing)
    lines = tuple(_line(service) for service in sources.services)
    codes = dict.fromkeys(code for line in lines for code in line.diagnoses)
    client = SuperbillClient(
        sources.client.number,
        sources.client.full_name,
        born,
        sources.profile.address,
        sources.payer.name if sources.payer else "",
        sources.coverage.member_id if sources.coverage else "",
    )
    diagnoses = tuple(Diagnosis(code, sources.meanings.get(code, "")) for code in codes)
    return SuperbillContent(sources.practice, sources.provider, client, lines, diagnoses)


def _missing(sources: Sources) -> Iterator[Missing]:
    yield from requirements.of_practice(sources.practice)
    yield from requirements.absent(
        "The practice", "", ("practice.phone", "phone number", sources.practice.phone)
    )
    yield from requirements.of_practitioner(sources.provider)
    yield from _of_person(sources.provider)
    yield from requirements.of_client(sources.client)
    for service in sources.services:
        yield from requirements.of_charge(service.charge)
        yield from requirements.of_note(
            service.charge, service.note, needs_signed_note=sources.needs_signed_note
        )


def _of_person(provider: PractitionerProfile) -> Iterator[Missing]:
    if not provider.user:
        return
    yield from requirements.absent(
        f"The practitioner {provider.user}",
        provider.user,
        ("practitioner.first_name", "first name", provider.first_name),
        ("practitioner.credentials", "credentials", provider.credentials),
        ("practitioner.licence", "licence number", provider.licence),
        ("practitioner.licence_state", "state of the licence", provider.licence_state),
    )


def _line(service: Billed) -> SuperbillLine:
    charge, line = service.charge, service.charge.line
    nothing = line.unit_fee.times(0)
    return SuperbillLine(
        charge.id,
        charge.service_date,
        line.place_of_service,
        line.code,
        line.description,
        line.modifiers,
        line.units,
        service.note.diagnoses if service.note else (),
        line.amount,
        service.share.paid if service.share else nothing,
        service.share.written_off if service.share else nothing,
    )
