"""`praxical superbill`: what a client hands to an insurer."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from server.billing_hooks.papers import superbill as superbills
from server.billing_hooks.papers.as_data import superbill_data
from server.billing_hooks.papers.superbill import Wishes
from server.billing_hooks.papers.superbill_pdf import pdf_of
from server.cli.billing_targets import client_named, short
from server.cli.billing_views import counted
from server.cli.commands import AsJson, command, group
from server.cli.desk import Desk
from server.cli.output import say, show_json, show_record, show_table
from server.cli.papers import Services
from server.cli.private_files import write_private
from server.domain.superbills import Superbill

app = group("Superbills: statements of billed services that a client hands to an insurer.")

Number = Annotated[int, typer.Argument(metavar="NUMBER", help="The superbill's number.")]
OfClient = Annotated[
    str | None, typer.Option("--client", metavar="NUMBER", help="Only this client's.")
]
MemberId = Annotated[
    bool, typer.Option("--member-id", help="Name the client's insurer and member number.")
]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; it is kept.")]
Reissue = Annotated[
    bool,
    typer.Option("--reissue", help="Issue one of the same services anew, as they are now."),
]
Pdf = Annotated[
    Path | None, typer.Option("--pdf", metavar="FILE.pdf", help="Write it as a PDF.")
]
Folder = Annotated[
    Path | None,
    typer.Option(
        "--pdf-folder",
        metavar="DIR",
        exists=True,
        file_okay=False,
        help="Write each as a PDF into this folder.",
    ),
]


@command(
    app,
    "new",
    "praxical superbill new --client C1001 --from 2026-11-01 --to 2026-11-30",
    "praxical superbill new --bill 12 --member-id --pdf-folder superbills",
)
def new(
    desk: Desk,
    services: Services,
    *,
    member_id: MemberId = False,
    pdf_folder: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Issue superbills over billed services, one for each practitioner.

    Fees, products and services without a code or an amount have no place on them. Where
    something is missing, such as an NPI or a diagnosis, all of it is named and none is issued.
    """
    with desk.writing() as uow:
        wanted = services.wanted(uow)
        made = superbills.issue(uow, desk.context, wanted, _wishes(desk, member_id))
    _tell(made, pdf_folder, as_json=as_json)


@command(app, "list", "praxical superbill list", "praxical superbill list --client C1001")
def list_superbills(desk: Desk, *, client: OfClient = None, as_json: AsJson = False) -> None:
    """List superbills by number, voided ones included."""
    with desk.reading() as uow:
        found = uow.papers.superbills.of(client_named(uow, client))
    if as_json:
        show_json([superbill_data(one) for one in found])
        return
    show_table(
        ("NUMBER>", "DATE", "CLIENT", "PRACTITIONER", "SERVICES>", "CHARGED>", "BALANCE>", ""),
        (
            (
                one.number,
                one.issued_on,
                one.client,
                one.content.provider.user,
                len(one.content.lines),
                one.content.charged,
                one.content.balance,
                _standing(one),
            )
            for one in found
        ),
        "There are no superbills yet.",
    )


@command(
    app,
    "show",
    "praxical superbill show 3",
    "praxical superbill show 3 --pdf superbill-3.pdf",
)
def show(desk: Desk, number: Number, *, pdf: Pdf = None, as_json: AsJson = False) -> None:
    """Show a superbill as it was issued, or write it as a PDF that you alone can read."""
    with desk.reading() as uow:
        found = superbills.find_superbill(uow, number)
    if pdf is not None:
        write_private(pdf, [pdf_of(found)])
    if as_json:
        show_json(superbill_data(found))
    elif pdf is not None:
        say(f"Wrote superbill {number} to {pdf}.")
    else:
        _show(found)


@command(
    app,
    "void",
    "praxical superbill void 3 --reason 'Wrong diagnosis'",
    "praxical superbill void 3 --reason 'Paid meanwhile' --reissue",
)
def void(
    desk: Desk,
    number: Number,
    *,
    reason: Reason,
    reissue: Reissue = False,
    member_id: MemberId = False,
    pdf_folder: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Void a superbill for good; it stays on record. Its services can be issued anew."""
    made: list[Superbill] = []
    with desk.writing() as uow:
        if reissue:
            wishes = _wishes(desk, member_id)
            made = superbills.reissue(uow, desk.context, number, reason, wishes)
        else:
            superbills.void(uow, desk.context, number, reason)
    if not as_json:
        say(f"Voided superbill {number}.")
    _tell(made, pdf_folder, as_json=as_json)


def _wishes(desk: Desk, member_id: bool) -> Wishes:
    return Wishes(member_id, desk.settings.billing.signed_note_for_claims)


def _tell(made: Iterable[Superbill], folder: Path | None, *, as_json: bool) -> None:
    issued = list(made)
    if folder is not None:
        for one in issued:
            write_private(folder / f"superbill-{one.number}.pdf", [pdf_of(one)])
    if as_json:
        show_json([superbill_data(one) for one in issued])
        return
    for one in issued:
        content = one.content
        services = counted(len(content.lines), "service")
        in_place_of = f" in place of {one.replaces}" if one.replaces is not None else ""
        say(
            f"Issued superbill {one.number}{in_place_of} for {one.client}: {services} of "
            f"{content.provider.user}, {content.charged}, balance {content.balance}."
        )


def _standing(superbill: Superbill) -> str:
    if superbill.voided is not None:
        return "void"
    return f"replaces {superbill.replaces}" if superbill.replaces is not None else ""


def _show(superbill: Superbill) -> None:
    content, voided = superbill.content, superbill.voided
    show_record(
        [
            ("superbill", superbill.number),
            ("date", superbill.issued_on),
            ("client", f"{content.client.number} {content.client.name}"),
            ("provider", f"{content.provider.full_name}, {content.provider.credentials}"),
            ("diagnoses", [each.code for each in content.diagnoses]),
            ("charged", content.charged),
            ("paid", content.paid),
            ("written off", content.written_off if content.written_off.minor else None),
            ("balance", content.balance),
            ("replaces", superbill.replaces),
            ("void", voided.reason if voided else None),
        ]
    )
    show_table(
        ("DATE", "POS", "CODE", "UNITS>", "ICD-10", "FEE>", "CHARGE"),
        (
            (
                line.service_date,
                line.place_of_service,
                " ".join((line.code, *line.modifiers)),
                line.units,
                " ".join(line.diagnoses),
                line.amount,
                short(line.charge),
            )
            for line in content.lines
        ),
        "",
    )
