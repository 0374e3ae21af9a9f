"""What insurers ask of every paper; each check yields what is missing. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from server.domain.charges import Charge, ChargeKind
from server.domain.notes import NoteState
from server.domain.papers import ClientProfile, Missing, PracticeProfile, PractitionerProfile
from server.domain.practice import Client


def absent(owner: str, of: str, *fields: tuple[str, str, object]) -> Iterator[Missing]:
    """Yield the fields (name, words for a person, value) that are empty.

    ``owner`` begins the sentence: ``The client C1001`` of field ``client.sex``.
    """
    for name, words, value in fields:
        if not value:
            yield Missing(name, of, f"{owner} has no {words}.")


def of_practice(practice: PracticeProfile) -> Iterator[Missing]:
    """Yield what each paper needs to know of the practice."""
    yield from absent(
        "The practice",
        "",
        ("practice.legal_name", "legal name", practice.legal_name),
        ("practice.address", "complete address", practice.address.is_complete),
        ("practice.tin", "tax number (EIN or SSN)", practice.tin),
    )


def of_practitioner(provider: PractitionerProfile) -> Iterator[Missing]:
    """Yield what each paper needs to know of who did the work, if anybody is named."""
    if not provider.user:
        return
    yield from absent(
        f"The practitioner {provider.user}",
        provider.user,
        ("practitioner.name", "last name", provider.last_name),
        ("practitioner.npi", "NPI", provider.npi),
    )


def of_client(client: Client) -> Iterator[Missing]:
    """Yield what each paper needs to know of the client."""
    yield from absent(
        f"The client {client.number}",
        client.number,
        ("client.name", "full name", client.first_name and client.last_name),
        ("client.birth_date", "day of birth", client.birth_date),
    )


def of_client_profile(profile: ClientProfile) -> Iterator[Missing]:
    """Yield what a claim needs to know beside that."""
    yield from absent(
        f"The client {profile.client}",
        profile.client,
        ("client.sex", "sex on record", profile.sex),
        ("client.address", "complete address", profile.address.is_complete),
    )


def of_charge(charge: Charge) -> Iterator[Missing]:
    """Yield what each line needs: a service that has a code, an amount and a place (SH-04)."""
    line = charge.line
    owner = f"The charge {charge.id}"
    if line.kind is not ChargeKind.SERVICE:
        what = "fee" if line.kind.is_fee else "product"
        yield Missing("charge.kind", charge.id, f"{owner} is a {what}, which nobody insures.")
    if not charge.stands:
        yield Missing("charge.stands", charge.id, f"{owner} was reversed.")
    yield from absent(
        owner,
        charge.id,
        ("charge.code", "service code", line.code),
        ("charge.amount", "amount above zero", line.amount.minor > 0),
        ("charge.place_of_service", "place of service", line.place_of_service),
        ("charge.practitioner", "practitioner", charge.practitioner),
    )


def of_note(
    charge: Charge, note: NoteState | None, *, needs_signed_note: bool
) -> Iterator[Missing]:
    """Yield whether diagnoses are missing, and the signature where the practice wants it."""
    yield from absent(
        f"The charge {charge.id}",
        charge.id,
        ("note.signed", "signed note", (note and note.signed) or not needs_signed_note),
        ("note.diagnoses", "diagnosis", note and note.diagnoses),
    )
