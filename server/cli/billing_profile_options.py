"""The options with which a command says what insurers know of somebody."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated

import typer

from server.cli.commands import given
from server.domain.errors import Invalid
from server.domain.papers import Address, Payee, PracticeProfile, TaxIdKind

_ADDRESS = "Address"
_CLAIMS = "Claims"


@dataclass(frozen=True)
class AddressWords:
    """An address, as options say it; None says nothing."""

    street: Annotated[
        str | None, typer.Option("--street", metavar="TEXT", rich_help_panel=_ADDRESS)
    ] = None
    street2: Annotated[
        str | None,
        typer.Option(
            "--street2", metavar="TEXT", help="Suite, apartment.", rich_help_panel=_ADDRESS
        ),
    ] = None
    city: Annotated[
        str | None, typer.Option("--city", metavar="TEXT", rich_help_panel=_ADDRESS)
    ] = None
    state: Annotated[
        str | None,
        typer.Option(
            "--state", metavar="XX", help="Two letters, as NY.", rich_help_panel=_ADDRESS
        ),
    ] = None
    zip_code: Annotated[
        str | None,
        typer.Option(
            "--zip", metavar="CODE", help="11201 or 11201-0042.", rich_help_panel=_ADDRESS
        ),
    ] = None

    def over(self, before: Address) -> Address:
        """Return the address with what was said changed."""
        said = given(
            line1=self.street,
            line2=self.street2,
            city=self.city,
            state=self.state,
            postal_code=self.zip_code,
        )
        return replace(before, **{name: str(value) for name, value in said.items()})


@dataclass(frozen=True)
class PracticeWords:
    """What insurers know of the practice, as options say it; None says nothing."""

    legal_name: Annotated[str | None, typer.Option("--legal-name", metavar="TEXT")] = None
    phone: Annotated[str | None, typer.Option("--phone", metavar="NUMBER")] = None
    ein: Annotated[
        str | None, typer.Option("--ein", metavar="NN-NNNNNNN", help="Employer's tax number.")
    ] = None
    ssn: Annotated[
        str | None,
        typer.Option("--ssn", metavar="NNN-NN-NNNN", help="A person's, where there is no EIN."),
    ] = None
    npi: Annotated[
        str | None,
        typer.Option("--npi", metavar="NPI", help="The organisation's own, if it has one."),
    ] = None
    taxonomy: Annotated[
        str | None,
        typer.Option("--taxonomy", metavar="CODE", help="The organisation's specialty."),
    ] = None
    payee: Annotated[
        Payee | None,
        typer.Option(
            "--payee", metavar="WHO", help="Whom to pay: clinic, provider, client, none."
        ),
    ] = None
    footer: Annotated[
        str | None, typer.Option("--footer", metavar="TEXT", help="Below each superbill.")
    ] = None
    contact: Annotated[
        str | None,
        typer.Option("--contact", metavar="TEXT", help="Whom to ask.", rich_help_panel=_CLAIMS),
    ] = None
    submitter_id: Annotated[
        str | None,
        typer.Option(
            "--submitter-id",
            metavar="ID",
            help="The practice at the clearing house.",
            rich_help_panel=_CLAIMS,
        ),
    ] = None
    receiver_name: Annotated[
        str | None,
        typer.Option(
            "--receiver-name",
            metavar="TEXT",
            help="The clearing house.",
            rich_help_panel=_CLAIMS,
        ),
    ] = None
    receiver_id: Annotated[
        str | None,
        typer.Option(
            "--receiver-id", metavar="ID", help="The house's own.", rich_help_panel=_CLAIMS
        ),
    ] = None

    def over(self, before: PracticeProfile) -> PracticeProfile:
        """Return the profile with what was said changed; raises Invalid."""
        if self.ein and self.ssn:
            raise Invalid("tin", "give an EIN or an SSN")
        kind = {"tin_kind": TaxIdKind.SSN if self.ssn else TaxIdKind.EIN}
        tin = self.ssn or self.ein
        said = given(
            legal_name=self.legal_name,
            phone=self.phone,
            tin=tin,
            npi=self.npi,
            taxonomy=self.taxonomy,
            payee=self.payee,
            footer=self.footer,
            contact=self.contact,
            submitter_id=self.submitter_id,
            receiver_name=self.receiver_name,
            receiver_id=self.receiver_id,
        )
        return replace(before, **said, **(kind if tin else {}))  # type: ignore[arg-type]  # each has its field's type
