"""`praxical claim`: what an insurer is asked to pay, and how far that has come."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from server.billing_hooks.papers import claims
from server.billing_hooks.papers.as_data import checked_data, claim_data
from server.billing_hooks.papers.claim_export import export
from server.billing_hooks.papers.claims import Checked, Terms
from server.cli.billing_targets import bill_named, client_named, short
from server.cli.billing_views import counted
from server.cli.commands import AsJson, command, group
from server.cli.desk import Desk
from server.cli.output import moment, say, show_blocks, show_json, show_record, show_table
from server.cli.papers import Services
from server.cli.private_files import write_private
from server.domain.claims import Claim, ClaimState
from server.domain.ids import PayerId
from server.usecases.ports.papers import ClaimFilter

app = group("Claims: what an insurer is asked to pay for billed services.")

FOUND = 1

Number = Annotated[int, typer.Argument(metavar="NUMBER", help="The claim's number.")]
Numbers = Annotated[
    list[int] | None,
    typer.Argument(metavar="[NUMBER]...", help="Which; else all that are ready."),
]
Payer = Annotated[
    str | None,
    typer.Option("--payer", metavar="ID", help="From whom; else the client's first payer."),
]
OfClient = Annotated[
    str | None, typer.Option("--client", metavar="NUMBER", help="Only this client's.")
]
OfBill = Annotated[
    str | None, typer.Option("--bill", metavar="NUMBER", help="Only those of this bill.")
]
State = Annotated[
    ClaimState | None, typer.Option("--state", metavar="STATE", help="Such as ready.")
]
NewState = Annotated[
    ClaimState,
    typer.Argument(
        metavar="STATE",
        help="ready, draft, submitted, accepted, rejected, paid, part-paid, denied, closed.",
    ),
]
Note = Annotated[
    str, typer.Option("--note", metavar="TEXT", help="Kept with it; no client data.")
]
Output = Annotated[
    Path, typer.Option("--output", metavar="FILE", help="Where the 837P file goes.")
]
Test = Annotated[
    bool, typer.Option("--test", help="Mark it as a test; the claims stay as they are.")
]


@command(
    app,
    "check",
    "praxical claim check --bill 12",
    "praxical claim check --client C1001 --from 2026-11-01 --json",
)
def check(
    desk: Desk, services: Services, *, payer: Payer = None, as_json: AsJson = False
) -> None:
    """Say of each charge what it lacks to be claimed; ends with 1 where that is something."""
    with desk.reading() as uow:
        found = claims.check(uow, services.wanted(uow), _terms(desk, payer))
    if as_json:
        show_json([checked_data(one) for one in found])
    else:
        _show_checked(found)
    if any(one.missing for one in found):
        raise typer.Exit(FOUND)


@command(app, "new", "praxical claim new --bill 12", "praxical claim new --client C1001")
def new(
    desk: Desk, services: Services, *, payer: Payer = None, as_json: AsJson = False
) -> None:
    """Make drafts of claims over all charges that lack nothing, and name the others."""
    with desk.writing() as uow:
        wanted = services.wanted(uow)
        made = claims.new_claims(uow, desk.context, wanted, _terms(desk, payer))
    if as_json:
        show_json(
            {
                "claims": [claim_data(one) for one in made.claims],
                "left_out": [checked_data(one) for one in made.left_out],
            }
        )
        return
    for one in made.claims:
        lines = counted(len(one.content.lines), "service")
        say(f"Made the draft of claim {one.number}: {lines}, {one.content.charged}.")
    if made.left_out:
        say("\nOn no claim:")
        _show_checked(made.left_out)


@command(app, "list", "praxical claim list --state submitted", "praxical claim list --json")
def list_claims(
    desk: Desk,
    *,
    client: OfClient = None,
    bill: OfBill = None,
    state: State = None,
    as_json: AsJson = False,
) -> None:
    """List claims by number."""
    with desk.reading() as uow:
        of_bill = bill_named(uow, bill).id if bill else None
        wanted = ClaimFilter(state, client_named(uow, client), of_bill)
        found = uow.papers.claims.matching(wanted)
    if as_json:
        show_json([claim_data(one) for one in found])
        return
    show_table(
        ("CLAIM>", "CLIENT", "PAYER", "PRACTITIONER", "SERVICES>", "CHARGED>", "STATE"),
        (
            (
                one.number,
                one.client,
                one.payer,
                one.content.provider.user,
                len(one.content.lines),
                one.content.charged,
                one.state,
            )
            for one in found
        ),
        "There are no claims.",
    )


@command(app, "show", "praxical claim show 4")
def show(desk: Desk, number: Number, *, as_json: AsJson = False) -> None:
    """Show a claim with its lines and what became of it."""
    with desk.reading() as uow:
        found, zone = claims.find_claim(uow, number), uow.practice.zone
    if as_json:
        show_json(claim_data(found))
        return
    _show(found)
    show_table(
        ("WHEN", "STATE", "BY", "NOTE"),
        ((moment(step.at, zone), step.state, step.by, step.note) for step in found.steps),
        "",
    )


@command(
    app,
    "set-state",
    "praxical claim set-state 4 ready",
    "praxical claim set-state 4 rejected --note 'Payer id unknown'",
)
def set_state(
    desk: Desk,
    number: Number,
    state: NewState,
    *,
    note: Note = "",
    as_json: AsJson = False,
) -> None:
    """Say where a claim stands. To become ready it must lack nothing."""
    with desk.writing() as uow:
        terms = _terms(desk, None)
        claim = claims.set_state(uow, desk.context, number, (state, note), terms)
    if as_json:
        show_json(claim_data(claim))
    else:
        say(f"The claim {number} is {state} now.")


@command(
    app,
    "export",
    "praxical claim export --output claims.837",
    "praxical claim export 4 7 --output test.837 --test",
)
def export_claims(
    desk: Desk, numbers: Numbers = None, *, output: Output, test: Test = False
) -> None:
    """Write ready claims as an 837P file that you alone can read; they are submitted then."""
    with desk.writing() as uow:
        exported = export(uow, desk.context, numbers or (), is_test=test)
        # Before the end of the transaction: claims are submitted only if there is a file.
        write_private(output, [exported.text.encode("ascii")])
    say(f"Wrote {counted(len(exported.claims), 'claim')} to {output}.")
    say(f"The interchange has the control number {exported.number:09}.")


def _terms(desk: Desk, payer: str | None) -> Terms:
    insurer = PayerId(payer) if payer else None
    return Terms(insurer, desk.settings.billing.signed_note_for_claims)


def _show_checked(found: Sequence[Checked]) -> None:
    # What all of them lack, such as the practice's tax number, is said once.
    everywhere = [
        each
        for each in (found[0].missing if len(found) > 1 else ())
        if all(each in one.missing for one in found)
    ]
    blocks = [("All of these", [each.sentence for each in everywhere])] if everywhere else []
    for one in found:
        charge = one.charge
        heading = f"{charge.service_date} {charge.line.code} {short(charge.id)}"
        own = [each.sentence for each in one.missing if each not in everywhere]
        blocks.append((heading, own or ["As above." if one.missing else "Can be claimed."]))
    show_blocks(blocks, "There are no charges for this.")


def _show(claim: Claim) -> None:
    content = claim.content
    show_record(
        [
            ("claim", claim.number),
            ("state", claim.state),
            ("client", claim.client),
            ("payer", claim.payer),
            ("practitioner", content.provider.user),
            ("diagnoses", content.diagnoses),
            ("charged", content.charged),
            ("client paid", content.patient_paid if content.patient_paid.minor else None),
        ]
    )
    show_table(
        ("DATE", "POS", "CODE", "UNITS>", "POINTERS", "AMOUNT>", "CHARGE"),
        (
            (
                line.service_date,
                line.place_of_service,
                " ".join((line.code, *line.modifiers)),
                line.units,
                ", ".join(content.diagnoses[pointer - 1] for pointer in line.pointers),
                line.amount,
                short(line.charge),
            )
            for line in content.lines
        ),
        "",
    )
