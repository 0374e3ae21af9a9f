"""What superbills and claims say of the practice, its practitioners, clients and insurers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from server.domain.errors import PracticeError
from server.domain.ids import ClientNumber, PayerId, UserName


class Sex(StrEnum):
    """What an insurer has on record (837P DMG03)."""

    FEMALE = "female"
    MALE = "male"
    UNKNOWN = "unknown"


class TaxIdKind(StrEnum):
    """Whose tax number it is: an employer's, or a person's own."""

    EIN = "ein"
    SSN = "ssn"


class Payee(StrEnum):
    """Who an insurer is asked to pay."""

    CLINIC = "clinic"
    PROVIDER = "provider"
    CLIENT = "client"
    NONE = "none"


class Relationship(StrEnum):
    """What the client is to the person who is insured (837P SBR02 and PAT01)."""

    SELF = "self"
    SPOUSE = "spouse"
    CHILD = "child"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Address:
    """An address in the United States; ``state`` is two capital letters.

    ``postal_code`` is ``12345`` or ``12345-6789``.
    """

    line1: str = ""
    line2: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""

    @property
    def is_complete(self) -> bool:
        """Whether a letter would arrive."""
        return all((self.line1, self.city, self.state, self.postal_code))


_NOWHERE = Address()


@dataclass(frozen=True, slots=True)
class PracticeProfile:
    """The practice as insurers know it; what is empty is not known yet.

    ``tin`` is nine digits. ``npi`` is the organisation's; a practice of one person has none.
    ``submitter_id`` is the practice's name at the clearing house (or insurer) that takes its
    claims, ``receiver_name`` and ``receiver_id`` are the house's own.
    """

    legal_name: str = ""
    address: Address = _NOWHERE
    phone: str = ""
    tin: str = ""
    tin_kind: TaxIdKind = TaxIdKind.EIN
    npi: str = ""
    taxonomy: str = ""
    payee: Payee = Payee.CLINIC
    footer: str = ""
    contact: str = ""
    submitter_id: str = ""
    receiver_name: str = ""
    receiver_id: str = ""

    @property
    def written_tin(self) -> str:
        """The tax number as people write it: ``12-3456789`` or ``123-45-6789``."""
        if self.tin_kind is TaxIdKind.EIN:
            return f"{self.tin[:2]}-{self.tin[2:]}" if self.tin else ""
        return f"{self.tin[:3]}-{self.tin[3:5]}-{self.tin[5:]}" if self.tin else ""


@dataclass(frozen=True, slots=True)
class PractitionerProfile:
    """A practitioner as insurers know the person; ``taxonomy`` is the code of the specialty."""

    user: UserName
    first_name: str = ""
    last_name: str = ""
    credentials: str = ""
    npi: str = ""
    taxonomy: str = ""
    licence: str = ""
    licence_state: str = ""

    @property
    def full_name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(frozen=True, slots=True)
class ClientProfile:
    """What papers say of a client beside the name and the day of birth."""

    client: ClientNumber
    sex: Sex | None = None
    address: Address = _NOWHERE


@dataclass(frozen=True, slots=True)
class Payer:
    """An insurer. ``claim_id`` is what the clearing house calls it (837P NM109).

    ``filing`` is the kind of insurance (837P SBR09), such as CI for a commercial one.
    ``fees_forbidden``: its clients may not be charged for missed appointments.
    """

    id: PayerId
    name: str
    claim_id: str = ""
    filing: str = "CI"
    fees_forbidden: bool = False
    archived: bool = False


@dataclass(frozen=True, slots=True)
class Subscriber:
    """The person who is insured, where that is not the client."""

    first_name: str
    last_name: str
    birth_date: date | None = None
    sex: Sex | None = None
    address: Address = _NOWHERE


@dataclass(frozen=True, slots=True)
class Coverage:
    """An insurance of a client; ``subscriber`` is given just where it is somebody else's."""

    client: ClientNumber
    payer: PayerId
    member_id: str
    group_number: str = ""
    relationship: Relationship = Relationship.SELF
    subscriber: Subscriber | None = None


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that a paper lacks. ``of`` is an id, never a name: it is fit for a log."""

    what: str
    of: str
    sentence: str = field(compare=False)


class Incomplete(PracticeError):
    """A paper cannot be made yet; ``missing`` says all that it lacks."""

    condition = "incomplete"

    def __init__(self, what: str, missing: Iterable[Missing]) -> None:
        self.missing = tuple(dict.fromkeys(missing))
        reasons = " ".join(each.sentence for each in self.missing)
        super().__init__(f"{what} cannot be made yet. {reasons}")
