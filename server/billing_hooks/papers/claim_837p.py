"""Claims as an insurer's computer reads them: ASC X12 837P, implementation 005010X222A1. Pure.

Claims are of professional services, each the only or first insurance's (SBR01 P), as they are
sent for the first time (CLM05-3 1). A service line says its own place of service (SV105) just
where it differs from that of the claim (CLM05-1).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from server.billing_hooks.papers.claim_loops import billing_of, billing_provider, claim_loops
from server.billing_hooks.papers.x12_segments import (
    END,
    FIELD,
    PART,
    REPEAT,
    organisation,
    segment,
)
from server.billing_hooks.papers.x12_text import basic
from server.domain.claims import Claim
from server.domain.papers import PracticeProfile

VERSION = "005010X222A1"
CLAIMS_AT_MOST = 5000
"""Claims of one transaction set."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who sends claims to whom: see PracticeProfile. ``at`` is in the practice's zone.

    ``number`` is the interchange's control number; ``is_test`` asks that nothing be paid.
    """

    number: int
    at: datetime
    sender: PracticeProfile
    is_test: bool = False


def interchange(envelope: Envelope, claims: Sequence[Claim]) -> str:
    """Return an interchange file with claims; there is one or more."""
    sets = [
        _transaction_set(envelope, position, claims[start : start + CLAIMS_AT_MOST])
        for position, start in enumerate(range(0, len(claims), CLAIMS_AT_MOST), start=1)
    ]
    return "".join(
        (
            _interchange_header(envelope),
            _group_header(envelope),
            *sets,
            segment("GE", str(len(sets)), str(envelope.number)),
            segment("IEA", "1", f"{envelope.number:09}"),
        )
    )


def _interchange_header(envelope: Envelope) -> str:
    """Return ISA, in which each field has its fixed width."""
    sender = envelope.sender
    fields = (
        "ISA",
        "00",
        " " * 10,
        "00",
        " " * 10,
        "ZZ",
        f"{sender.submitter_id:15}",
        "ZZ",
        f"{sender.receiver_id:15}",
        f"{envelope.at:%y%m%d}",
        f"{envelope.at:%H%M}",
        REPEAT,
        "00501",
        f"{envelope.number:09}",
        "0",
        "T" if envelope.is_test else "P",
        PART,
    )
    return FIELD.join(fields) + END


def _group_header(envelope: Envelope) -> str:
    return segment(
        "GS",
        "HC",
        envelope.sender.submitter_id,
        envelope.sender.receiver_id,
        f"{envelope.at:%Y%m%d}",
        f"{envelope.at:%H%M}",
        str(envelope.number),
        "X",
        VERSION,
    )


def _transaction_set(envelope: Envelope, position: int, claims: Sequence[Claim]) -> str:
    """Return one transaction set from ST to SE, which counts its segments."""
    control = f"{position:04}"
    body = [
        segment("ST", "837", control, VERSION),
        segment(
            "BHT",
            "0019",
            "00",
            f"{envelope.number}-{position}",
            f"{envelope.at:%Y%m%d}",
            f"{envelope.at:%H%M}",
            "CH",
        ),
        *_who_to_whom(envelope.sender),
        *_levels(claims),
    ]
    return "".join((*body, segment("SE", str(len(body) + 1), control)))


def _who_to_whom(sender: PracticeProfile) -> Iterable[str]:
    """Return the loops of submitter and receiver (1000A, 1000B)."""
    digits = "".join(letter for letter in sender.phone if letter.isdigit())
    return (
        organisation("41", sender.legal_name, "46", sender.submitter_id),
        segment("PER", "IC", basic(sender.contact, 60), "TE", digits[-10:]),
        organisation("40", sender.receiver_name, "46", sender.receiver_id),
    )


def _levels(claims: Sequence[Claim]) -> Iterator[str]:
    """Yield the levels of who bills, who is insured and who is the patient (2000A to 2000C)."""
    number = 0
    for billing in dict.fromkeys(billing_of(claim.content) for claim in claims):
        number += 1
        parent = number
        yield segment("HL", str(number), "", "20", "1")
        yield from billing_provider(billing)
        for claim in claims:
            if billing_of(claim.content) == billing:
                number, loops = claim_loops(claim, number, parent)
                yield from loops
