"""Superbills over the API: preview, issue, show as data or PDF, void, issue anew."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from server.billing_hooks.papers import superbill as superbills
from server.billing_hooks.papers.superbill import Wishes
from server.billing_hooks.papers.superbill_pdf import pdf_of
from server.domain.api_access import ApiScope
from server.domain.errors import NotFound
from server.domain.superbills import Superbill
from server.web.messages import Download, Nothing
from server.web.papers import numbered, seen
from server.web.route import AnyRoute, Call, Method, Route
from server.web.superbill_models import (
    IssuedList,
    NewSuperbill,
    ReissueSaid,
    SuperbillContentShown,
    SuperbillList,
    SuperbillPreview,
    SuperbillQuery,
    SuperbillShown,
    SuperbillSummary,
    VoidSaid,
)
from server.web.till import Till

PDF: Final = "application/pdf"


def list_superbills(call: Call, said: SuperbillQuery) -> SuperbillList:
    """List superbills by number, voided ones included."""
    client = Till(call).client(said.client).number if said.client else None
    found = seen(call, call.uow.papers.superbills.of(client))
    page, after = said.page(found, lambda superbill: str(superbill.number))
    return SuperbillList(items=[SuperbillSummary.of(one) for one in page], next=after)


def preview_superbills(call: Call, said: NewSuperbill) -> SuperbillPreview:
    """Show what superbills would say."""
    wishes = _wishes(call, with_member_id=said.with_member_id)
    found = superbills.preview(call.uow, said.wanted(call), wishes)
    return SuperbillPreview(items=[SuperbillContentShown.previewed(one) for one in found])


def issue_superbills(call: Call, said: NewSuperbill) -> IssuedList:
    """Issue superbills over billed services."""
    wishes = _wishes(call, with_member_id=said.with_member_id)
    made = superbills.issue(call.uow, call.context, said.wanted(call), wishes)
    return IssuedList(items=[SuperbillSummary.of(one) for one in made])


def show_superbill(call: Call, said: Nothing) -> SuperbillShown | Download:
    """Show a superbill as it was issued."""
    del said
    found = _find(call)
    if call.wants(PDF):
        return Download(PDF, f"superbill-{found.number}.pdf", pdf_of(found))
    return SuperbillShown.of(found)


def show_superbill_pdf(call: Call, said: Nothing) -> Download:
    """Show a superbill as a PDF, whatever is accepted."""
    del said
    found = _find(call)
    return Download(PDF, f"superbill-{found.number}.pdf", pdf_of(found))


def void_superbill(call: Call, said: VoidSaid) -> SuperbillSummary:
    """Void a superbill for good; it stays on record."""
    number = _find(call).number
    voided = superbills.void(call.uow, call.context, number, said.reason)
    return SuperbillSummary.of(voided)


def reissue_superbill(call: Call, said: ReissueSaid) -> IssuedList:
    """Void a superbill and issue its services anew, as they are known now."""
    wishes = _wishes(call, with_member_id=said.with_member_id)
    number = _find(call).number
    made = superbills.reissue(call.uow, call.context, number, said.reason, wishes)
    return IssuedList(items=[SuperbillSummary.of(one) for one in made])


def _find(call: Call) -> Superbill:
    """Return the superbill of a request; raises NotFound also for another's."""
    found = superbills.find_superbill(call.uow, numbered(call, "superbill"))
    if not seen(call, [found]):
        raise NotFound("superbill", str(found.number))
    return found


def _wishes(call: Call, *, with_member_id: bool) -> Wishes:
    return Wishes(with_member_id, call.context.rules.signed_note_for_claims)


_READ, _WRITE = ApiScope.BILLING_READ, ApiScope.BILLING_WRITE
_ONE: Final = "/superbills/{number}"

ROUTES: Final[tuple[AnyRoute, ...]] = (
    Route(
        Method.GET,
        "/superbills",
        _READ,
        list_superbills,
        SuperbillQuery,
        SuperbillList,
        "Superbills by number",
    ),
    Route(
        Method.POST,
        "/superbills",
        _WRITE,
        issue_superbills,
        NewSuperbill,
        IssuedList,
        "Issue superbills over billed services, one for each practitioner",
        HTTPStatus.CREATED,
    ),
    Route(
        Method.POST,
        "/superbills/preview",
        _READ,
        preview_superbills,
        NewSuperbill,
        SuperbillPreview,
        "What superbills would say; nothing is changed",
        names=True,
    ),
    Route(
        Method.GET,
        _ONE,
        _READ,
        show_superbill,
        Nothing,
        SuperbillShown,
        "One superbill, as data or as a PDF",
        names=True,
        download=PDF,
    ),
    Route(
        Method.GET,
        f"{_ONE}/pdf",
        _READ,
        show_superbill_pdf,
        Nothing,
        None,
        "One superbill as a PDF",
        names=True,
        download=PDF,
    ),
    Route(
        Method.POST,
        f"{_ONE}/void",
        _WRITE,
        void_superbill,
        VoidSaid,
        SuperbillSummary,
        "Void a superbill; it stays on record",
    ),
    Route(
        Method.POST,
        f"{_ONE}/reissue",
        _WRITE,
        reissue_superbill,
        ReissueSaid,
        IssuedList,
        "Void a superbill and issue its services anew",
        HTTPStatus.CREATED,
    ),
)
