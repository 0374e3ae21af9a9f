"""`praxical billing-profile`: what superbills and claims say of people and insurers.

A command with options changes what is known; without any it shows it.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Annotated, Any

import typer

from server.billing_hooks.papers import profiles
from server.cli.billing_profile_options import AddressWords, PracticeWords
from server.cli.commands import AsJson, command, given, group
from server.cli.desk import Desk
from server.cli.output import say, show_json, show_record, show_table
from server.cli.values import date_of
from server.domain.ids import PayerId
from server.domain.papers import (
    Address,
    Coverage,
    Payer,
    Relationship,
    Sex,
    Subscriber,
)
from server.usecases.manage_clients import find_client, split_name

app = group("What superbills and claims say of the practice, its people and insurers.")

Number = Annotated[str, typer.Argument(metavar="NUMBER", help="The client's, as C1001.")]
User = Annotated[str, typer.Argument(metavar="USER", help="The practitioner.")]
PayerArgument = Annotated[
    str, typer.Argument(metavar="PAYER", help="The insurer's key, in small letters.")
]
Sexes = Annotated[
    Sex | None, typer.Option("--sex", metavar="SEX", help="female, male, unknown.")
]
Text = Annotated[str | None, typer.Option(metavar="TEXT")]
Npi = Annotated[str | None, typer.Option("--npi", metavar="NPI", help="Ten digits; checked.")]
Taxonomy = Annotated[
    str | None, typer.Option("--taxonomy", metavar="CODE", help="Specialty, as 171100000X.")
]
LicenceState = Annotated[
    str | None, typer.Option("--licence-state", metavar="XX", help="Two letters, as NY.")
]
ClaimId = Annotated[
    str | None,
    typer.Option("--claim-id", metavar="ID", help="The insurer at the clearing house."),
]
Filing = Annotated[
    str | None,
    typer.Option("--filing", metavar="CODE", help="CI commercial, BL, MB, MC, and so on."),
]
FeesForbidden = Annotated[
    bool | None,
    typer.Option(
        "--fees-forbidden/--fees-allowed", help="Whether missed appointments may cost."
    ),
]
Archived = Annotated[
    bool | None, typer.Option("--archive/--unarchive", help="Whether it is offered.")
]
MemberId = Annotated[str | None, typer.Option("--member-id", metavar="ID")]
GroupNumber = Annotated[str | None, typer.Option("--group", metavar="ID")]
Related = Annotated[
    Relationship | None,
    typer.Option(
        "--relationship",
        metavar="WORD",
        help="What the client is to the insured: self, spouse, child, other.",
    ),
]
SubscriberName = Annotated[
    str | None,
    typer.Option("--subscriber", metavar="NAME", help="Who is insured, if not the client."),
]
SubscriberBirth = Annotated[
    str | None, typer.Option("--subscriber-birth-date", metavar="DATE", help="YYYY-MM-DD.")
]
Remove = Annotated[bool, typer.Option("--remove", help="Forget this coverage.")]


@command(
    app,
    "practice",
    "praxical billing-profile practice",
    "praxical billing-profile practice --ein 12-3456789 --npi 1234567893 --payee clinic",
)
def practice(
    desk: Desk, words: PracticeWords, address: AddressWords, *, as_json: AsJson = False
) -> None:
    """Show or change what papers say of the practice; an empty text clears a field."""
    if words == PracticeWords() and address == AddressWords():
        with desk.reading() as uow:
            known = uow.papers.profiles.practice()
        _show({**asdict(known), "tin": known.written_tin}, known.address, as_json=as_json)
        return
    with desk.writing() as uow:
        before = uow.papers.profiles.practice()
        changed = replace(words.over(before), address=address.over(before.address))
        profiles.save_practice(uow, changed)
    say("Changed the billing profile of the practice.")


@command(
    app,
    "practitioner",
    "praxical billing-profile practitioner alma",
    "praxical billing-profile practitioner alma --credentials LAc --npi 1245319599",
)
def practitioner(
    desk: Desk,
    user: User,
    *,
    first_name: Text = None,
    last_name: Text = None,
    credentials: Text = None,
    npi: Npi = None,
    taxonomy: Taxonomy = None,
    licence: Text = None,
    licence_state: LicenceState = None,
    as_json: AsJson = False,
) -> None:
    """Show or change what papers say of a practitioner; an empty text clears a field."""
    said: dict[str, Any] = given(
        first_name=first_name,
        last_name=last_name,
        credentials=credentials,
        npi=npi,
        taxonomy=taxonomy,
        licence=licence,
        licence_state=licence_state,
    )
    if not said:
        with desk.reading() as uow:
            known = profiles.find_practitioner(uow, user)
        _show(asdict(known), None, as_json=as_json)
        return
    with desk.writing() as uow:
        before = profiles.find_practitioner(uow, user)
        profiles.save_practitioner(uow, replace(before, **said))
    say(f"Changed the billing profile of {before.user}.")


@command(
    app,
    "client",
    "praxical billing-profile client C1001",
    "praxical billing-profile client C1001 --sex female --city Brooklyn --state NY",
)
def client(
    desk: Desk,
    number: Number,
    address: AddressWords,
    *,
    sex: Sexes = None,
    as_json: AsJson = False,
) -> None:
    """Show or change what papers say of a client beside the name and day of birth."""
    if sex is None and address == AddressWords():
        with desk.reading() as uow:
            known = uow.papers.profiles.client(find_client(uow, number).number)
            coverages = uow.papers.profiles.coverages(known.client)
        insured = {"coverages": [one.payer for one in coverages]}
        _show({**asdict(known), **insured}, known.address, as_json=as_json)
        return
    with desk.writing() as uow:
        before = uow.papers.profiles.client(find_client(uow, number).number)
        kept = address.over(before.address)
        profiles.save_client(uow, replace(before, sex=sex or before.sex, address=kept))
    say(f"Changed the billing profile of {before.client}.")


@command(
    app,
    "payer",
    "praxical billing-profile payer example --name 'Example Health Plan' --claim-id 60054",
    "praxical billing-profile payer medicaid --filing MC --fees-forbidden",
)
def payer(
    desk: Desk,
    payer: PayerArgument,
    *,
    name: Text = None,
    claim_id: ClaimId = None,
    filing: Filing = None,
    fees_forbidden: FeesForbidden = None,
    archived: Archived = None,
) -> None:
    """Add an insurer, or change what is known of it."""
    said: dict[str, Any] = given(
        name=name,
        claim_id=claim_id,
        filing=filing,
        fees_forbidden=fees_forbidden,
        archived=archived,
    )
    with desk.writing() as uow:
        before = uow.papers.profiles.payer(PayerId(payer)) or Payer(PayerId(payer), "")
        profiles.save_payer(uow, replace(before, **said))
    say(f"The payer {payer} is known.")


@command(app, "payers", "praxical billing-profile payers --json")
def payers(desk: Desk, *, as_json: AsJson = False) -> None:
    """List the insurers."""
    with desk.reading() as uow:
        found = uow.papers.profiles.payers()
    if as_json:
        show_json([asdict(one) for one in found])
        return
    show_table(
        ("PAYER", "NAME", "CLAIM ID", "FILING", "FORBIDS FEES", ""),
        (
            (
                one.id,
                one.name,
                one.claim_id,
                one.filing,
                one.fees_forbidden,
                "archived" if one.archived else "",
            )
            for one in found
        ),
        "There are no payers yet.",
    )


@command(
    app,
    "coverage",
    "praxical billing-profile coverage C1001 example --member-id XYZ123456",
    "praxical billing-profile coverage C1003 example --member-id XYZ1 --relationship child "
    "--subscriber 'Otis Marmalade'",
)
def coverage(
    desk: Desk,
    number: Number,
    payer: PayerArgument,
    *,
    member_id: MemberId = None,
    group_number: GroupNumber = None,
    relationship: Related = None,
    subscriber: SubscriberName = None,
    subscriber_birth_date: SubscriberBirth = None,
    remove: Remove = False,
) -> None:
    """Say how a client is insured; the first insurance is the primary one."""
    with desk.writing() as uow:
        who = find_client(uow, number).number
        insurer = PayerId(payer)
        if remove:
            profiles.remove_coverage(uow, who, insurer)
            say(f"Forgot the coverage of {who} by {payer}.")
            return
        known = {one.payer: one for one in uow.papers.profiles.coverages(who)}
        before = known.get(insurer) or Coverage(who, insurer, "")
        born = date_of("subscriber's birth date", subscriber_birth_date)
        said: dict[str, Any] = given(
            member_id=member_id, group_number=group_number, relationship=relationship
        )
        if relationship is Relationship.SELF:
            said["subscriber"] = None
        if subscriber:
            said["subscriber"] = Subscriber(*split_name(subscriber), born)
        profiles.save_coverage(uow, desk.context, replace(before, **said))
    say(f"Kept the coverage of {who} by {payer}.")


def _show(fields: dict[str, Any], address: Address | None, *, as_json: bool) -> None:
    if as_json:
        show_json(fields)
        return
    if address is not None:
        town = f"{address.city} {address.state} {address.postal_code}".strip()
        lines = [line for line in (address.line1, address.line2, town) if line]
        fields = {**fields, "address": lines}
    show_record([(name.replace("_", " "), value) for name, value in fields.items()])
