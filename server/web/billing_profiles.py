"""What superbills and claims say of the practice and its people, over the API."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Annotated, Any, Final

from pydantic import Field

from server.billing_hooks.papers import profiles
from server.domain.api_access import ApiScope
from server.domain.errors import NotFound
from server.domain.papers import (
    Address,
    ClientProfile,
    Payee,
    PracticeProfile,
    PractitionerProfile,
    Sex,
    TaxIdKind,
)
from server.web.messages import Nothing, Said, Shown
from server.web.papers import AddressShown
from server.web.route import AnyRoute, Call, Method, Route
from server.web.till import Till

_Text = Annotated[str, Field(max_length=500)]


class AddressSaid(Said):
    """What changes of an address; an empty text clears a field."""

    line1: _Text = ""
    line2: _Text = ""
    city: _Text = ""
    state: _Text = Field(default="", description="Two letters.")
    postal_code: _Text = Field(default="", description="`12345` or `12345-6789`.")

    def over(self, before: Address) -> Address:
        """Return an address with what was said changed."""
        return replace(before, **self.model_dump(exclude_unset=True))


class PracticeProfileSaid(Said):
    """What changes of what insurers know of the practice; an empty text clears a field."""

    legal_name: _Text = ""
    address: AddressSaid = Field(default_factory=AddressSaid)
    phone: _Text = ""
    tin: _Text = Field(default="", description="Nine digits.")
    tin_kind: TaxIdKind = TaxIdKind.EIN
    npi: _Text = Field(default="", description="The organisation's own, if it has one.")
    taxonomy: _Text = ""
    payee: Payee = Payee.CLINIC
    footer: str = ""
    contact: _Text = ""
    submitter_id: _Text = Field(default="", description="The practice at the clearing house.")
    receiver_name: _Text = Field(default="", description="The clearing house.")
    receiver_id: _Text = Field(default="", description="The house's own.")


class PractitionerProfileSaid(Said):
    """What changes of what insurers know of a practitioner; an empty text clears a field."""

    first_name: _Text = ""
    last_name: _Text = ""
    credentials: _Text = ""
    npi: _Text = Field(default="", description="Ten digits; checked.")
    taxonomy: _Text = Field(default="", description="Specialty, such as 171100000X.")
    licence: _Text = ""
    licence_state: _Text = Field(default="", description="Two letters.")


class ClientProfileSaid(Said):
    """What changes of what insurers know of a client."""

    sex: Sex | None = None
    address: AddressSaid = Field(default_factory=AddressSaid)


class PracticeProfileShown(Shown):
    """What insurers know of the practice; what is empty is not known."""

    legal_name: str
    address: AddressShown
    phone: str
    tin: str = Field(description="Nine digits.")
    tin_kind: TaxIdKind
    npi: str
    taxonomy: str
    payee: Payee
    footer: str
    contact: str
    submitter_id: str
    receiver_name: str
    receiver_id: str

    @classmethod
    def of(cls, profile: PracticeProfile) -> PracticeProfileShown:
        """Return a profile as it is shown."""
        return cls.model_validate(asdict(profile))


class PractitionerProfileShown(Shown):
    """What insurers know of a practitioner; what is empty is not known."""

    user: str
    first_name: str
    last_name: str
    credentials: str
    npi: str
    taxonomy: str
    licence: str
    licence_state: str

    @classmethod
    def of(cls, profile: PractitionerProfile) -> PractitionerProfileShown:
        """Return a profile as it is shown."""
        return cls.model_validate(asdict(profile))


class ClientProfileShown(Shown):
    """What insurers know of a client beside the name and the day of birth."""

    client: str
    sex: Sex | None
    address: AddressShown

    @classmethod
    def of(cls, profile: ClientProfile) -> ClientProfileShown:
        """Return a profile as it is shown."""
        return cls.model_validate(asdict(profile))


def show_practice_profile(call: Call, said: Nothing) -> PracticeProfileShown:
    """Show what insurers know of the practice."""
    del said
    Till(call).check_office()
    return PracticeProfileShown.of(call.uow.papers.profiles.practice())


def change_practice_profile(call: Call, said: PracticeProfileSaid) -> PracticeProfileShown:
    """Change what insurers know of the practice."""
    Till(call).check_office()
    before = call.uow.papers.profiles.practice()
    address = said.address.over(before.address)
    profiles.save_practice(call.uow, replace(before, **_fields(said), address=address))
    return PracticeProfileShown.of(call.uow.papers.profiles.practice())


def show_practitioner_profile(call: Call, said: Nothing) -> PractitionerProfileShown:
    """Show what insurers know of a practitioner."""
    del said
    return PractitionerProfileShown.of(_practitioner(call))


def change_practitioner_profile(
    call: Call, said: PractitionerProfileSaid
) -> PractitionerProfileShown:
    """Change what insurers know of a practitioner."""
    profiles.save_practitioner(call.uow, replace(_practitioner(call), **_fields(said)))
    return PractitionerProfileShown.of(_practitioner(call))


def show_client_profile(call: Call, said: Nothing) -> ClientProfileShown:
    """Show what insurers know of a client beside the name and the day of birth."""
    del said
    number = Till(call).client(call.parts["client"]).number
    return ClientProfileShown.of(call.uow.papers.profiles.client(number))


def change_client_profile(call: Call, said: ClientProfileSaid) -> ClientProfileShown:
    """Change what insurers know of a client."""
    number = Till(call).client(call.parts["client"]).number
    before = call.uow.papers.profiles.client(number)
    address = said.address.over(before.address)
    profiles.save_client(call.uow, replace(before, **_fields(said), address=address))
    return ClientProfileShown.of(call.uow.papers.profiles.client(number))


def _practitioner(call: Call) -> PractitionerProfile:
    """Return the profile of a request; raises NotFound also for another practitioner's."""
    found = profiles.find_practitioner(call.uow, call.parts["user"])
    if not Till(call).is_office and found.user != call.user.name:
        raise NotFound("practitioner", call.parts["user"][:40])
    return found


def _fields(said: Said) -> dict[str, Any]:
    return said.model_dump(exclude_unset=True, exclude={"address"})


_READ, _WRITE = ApiScope.BILLING_READ, ApiScope.BILLING_WRITE
_PRACTICE: Final = "/billing-profiles/practice"
_PRACTITIONER: Final = "/billing-profiles/practitioners/{user}"
_CLIENT: Final = "/billing-profiles/clients/{client}"

ROUTES: Final[tuple[AnyRoute, ...]] = (
    Route(
        Method.GET,
        _PRACTICE,
        _READ,
        show_practice_profile,
        Nothing,
        PracticeProfileShown,
        "What insurers know of the practice",
    ),
    Route(
        Method.PATCH,
        _PRACTICE,
        _WRITE,
        change_practice_profile,
        PracticeProfileSaid,
        PracticeProfileShown,
        "Change what insurers know of the practice",
    ),
    Route(
        Method.GET,
        _PRACTITIONER,
        _READ,
        show_practitioner_profile,
        Nothing,
        PractitionerProfileShown,
        "What insurers know of a practitioner",
    ),
    Route(
        Method.PATCH,
        _PRACTITIONER,
        _WRITE,
        change_practitioner_profile,
        PractitionerProfileSaid,
        PractitionerProfileShown,
        "Change what insurers know of a practitioner",
    ),
    Route(
        Method.GET,
        _CLIENT,
        _READ,
        show_client_profile,
        Nothing,
        ClientProfileShown,
        "What insurers know of a client",
        names=True,
    ),
    Route(
        Method.PATCH,
        _CLIENT,
        _WRITE,
        change_client_profile,
        ClientProfileSaid,
        ClientProfileShown,
        "Change what insurers know of a client",
        names=True,
    ),
)
