"""Superbills: issue, void, issue anew. What was issued is never edited."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from server.billing_hooks.diagnoses import words_of
from server.billing_hooks.papers.billed import Billed, Wanted, billed, client_of
from server.billing_hooks.papers.superbill_content import Sources, belongs, compose
from server.domain.errors import Invalid, NotFound, PracticeError
from server.domain.ids import ChargeId, ClientNumber, UserName
from server.domain.papers import Coverage, Incomplete, Missing, Payer
from server.domain.superbills import Superbill, SuperbillContent, Voiding
from server.usecases import accepted_values as accepted
from server.usecases.context import Context
from server.usecases.manage_clients import find_client
from server.usecases.ports import UnitOfWork


class NothingToShow(PracticeError):
    """None of the services that were asked for has a place on a superbill."""

    condition = "nothing-to-show"

    def __init__(self) -> None:
        super().__init__(
            "There is no service with a code and an amount on an open bill for this."
        )


class AlreadyIssued(PracticeError):
    """A service stands on a superbill already; an insurer must not see it twice."""

    condition = "already-issued"

    def __init__(self, numbers: Iterable[int]) -> None:
        self.numbers = tuple(sorted(set(numbers)))
        told = ", ".join(map(str, self.numbers))
        super().__init__(f"These services are on superbill {told} already. Void it first.")


@dataclass(frozen=True, slots=True)
class Wishes:
    """How it is to be made: whether it names the insurer and the member's number."""

    with_member_id: bool = False
    needs_signed_note: bool = True


_USUAL = Wishes()


def preview(uow: UnitOfWork, wanted: Wanted, wishes: Wishes = _USUAL) -> list[SuperbillContent]:
    """Return what superbills would say: one for each practitioner.

    Raises NotFound, NothingToShow and Incomplete, which says all that is missing.
    """
    client = client_of(uow, wanted)
    services = [service for service in billed(uow, wanted) if belongs(service)]
    if not services:
        raise NothingToShow
    return _contents(uow, client, services, wishes)


def issue(
    uow: UnitOfWork, context: Context, wanted: Wanted, wishes: Wishes = _USUAL
) -> list[Superbill]:
    """Issue superbills, one for each practitioner, each with the next number.

    Raises what preview raises, and AlreadyIssued.
    """
    client = client_of(uow, wanted)
    # Whoever pays, bills or issues for this client at the same time waits.
    uow.billing.lock(client)
    contents = preview(uow, wanted, wishes)
    _refuse_issued(uow, client, contents)
    return [_add(uow, context, content) for content in contents]


def find_superbill(uow: UnitOfWork, number: int) -> Superbill:
    """Return a superbill, voided or not; raises NotFound."""
    found = uow.papers.superbills.get(number)
    if found is None:
        raise NotFound("superbill", str(number))
    return found


def void(uow: UnitOfWork, context: Context, number: int, reason: str) -> Superbill:
    """Void a superbill for good; it stays on record. Raises NotFound and Invalid."""
    uow.billing.lock(find_superbill(uow, number).client)
    superbill = find_superbill(uow, number)
    if superbill.voided is not None:
        raise Invalid("superbill", f"{number} is void already")
    why = accepted.required_text("reason", reason)
    voiding = Voiding(context.now, context.actor.user, why)
    uow.papers.superbills.void(number, voiding)
    return replace(superbill, voided=voiding)


def reissue(
    uow: UnitOfWork, context: Context, number: int, reason: str, wishes: Wishes = _USUAL
) -> list[Superbill]:
    """Void a superbill and issue one of the same services, as they are known now.

    It has a new number and names the one that it replaces. Services that have lost their place
    on superbills since are left out; where they are of two practitioners by now, there are two.
    Raises what void and preview raise.
    """
    voided = void(uow, context, number, reason)
    still_there = _still_there(uow, voided)
    wanted = Wanted(client=voided.client, charges=still_there)
    if not still_there:
        raise NothingToShow
    contents = preview(uow, wanted, wishes)
    return [_add(uow, context, content, replaces=number) for content in contents]


def _still_there(uow: UnitOfWork, superbill: Superbill) -> frozenset[ChargeId]:
    now = {service.charge.id: service for service in billed(uow, Wanted(superbill.client))}
    return frozenset(one for one in superbill.charges if one in now and belongs(now[one]))


def _contents(
    uow: UnitOfWork, client: ClientNumber, services: list[Billed], wishes: Wishes
) -> list[SuperbillContent]:
    contents: list[SuperbillContent] = []
    missing: list[Missing] = []
    for user in dict.fromkeys(service.charge.practitioner for service in services):
        own = tuple(one for one in services if one.charge.practitioner == user)
        try:
            contents.append(compose(_sources(uow, client, own, wishes)))
        except Incomplete as error:
            missing.extend(error.missing)
    if missing:
        raise Incomplete("The superbill", missing)
    return contents


def _sources(
    uow: UnitOfWork, client: ClientNumber, services: tuple[Billed, ...], wishes: Wishes
) -> Sources:
    profiles = uow.papers.profiles
    codes = {code for one in services if one.note for code in one.note.diagnoses}
    coverage, payer = _primary(uow, client) if wishes.with_member_id else (None, None)
    return Sources(
        profiles.practice(),
        profiles.practitioner(services[0].charge.practitioner or UserName("")),
        find_client(uow, client),
        profiles.client(client),
        services,
        {code: words_of(code) for code in codes},
        coverage,
        payer,
        wishes.needs_signed_note,
    )


def _primary(uow: UnitOfWork, client: ClientNumber) -> tuple[Coverage | None, Payer | None]:
    coverage = next(iter(uow.papers.profiles.coverages(client)), None)
    return coverage, uow.papers.profiles.payer(coverage.payer) if coverage else None


def _refuse_issued(
    uow: UnitOfWork, client: ClientNumber, contents: list[SuperbillContent]
) -> None:
    wanted = {line.charge for content in contents for line in content.lines}
    standing = [one for one in uow.papers.superbills.of(client) if one.voided is None]
    if shown := [one.number for one in standing if wanted.intersection(one.charges)]:
        raise AlreadyIssued(shown)


def _add(
    uow: UnitOfWork,
    context: Context,
    content: SuperbillContent,
    *,
    replaces: int | None = None,
) -> Superbill:
    superbill = Superbill(
        uow.papers.superbills.next_number(),
        context.now.astimezone(uow.practice.zone).date(),
        context.now,
        context.actor.user,
        content,
        replaces,
    )
    uow.papers.superbills.add(superbill)
    return superbill
