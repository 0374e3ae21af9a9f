"""The practice's clients over the API: numbers, and names for tokens that may have them."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field

from server.domain.api_access import ApiScope
from server.domain.ids import ClientNumber
from server.domain.practice import Client
from server.domain.vocabulary import Role
from server.web.catalogue import CatalogueQuery
from server.web.messages import Shown
from server.web.route import AnyRoute, Call, Method, Route

_CLIENTS_AT_ONCE: Final = 200


class ClientQuery(CatalogueQuery):
    """Which clients are wanted, by number."""

    after: str | None = Field(default=None, description="The last number of the page before.")
    limit: Annotated[int, Field(ge=1, le=1000)] = _CLIENTS_AT_ONCE


class ClientShown(Shown):
    """A client; names are null without the scope `clients:names`."""

    number: str
    first_name: str | None
    last_name: str | None
    practitioner: str | None
    archived: bool


class ClientList(Shown):
    """Clients by number."""

    items: list[ClientShown]
    next: str | None = Field(description="`after` of the next page, null on the last.")


def list_clients(call: Call, said: ClientQuery) -> ClientList:
    """List clients by number: a practitioner's token lists that practitioner's."""
    found = call.uow.clients.search(archived=said.archived)
    if call.user.role is Role.PRACTITIONER:
        own = call.uow.clients.seen_by(call.user.name, [one.number for one in found])
        found = [one for one in found if one.number in own]
    after = (_order(ClientNumber(said.after.upper())),) if said.after else ()
    later = sorted(
        (one for one in found if not after or _order(one.number) > after[0]),
        key=lambda one: _order(one.number),
    )
    page = later[: said.limit]
    more = len(later) > len(page)
    named = call.may(ApiScope.CLIENTS_NAMES)
    return ClientList(
        items=[_client(one, named=named) for one in page],
        next=page[-1].number if more else None,
    )


def _order(number: ClientNumber) -> tuple[int, str]:
    """Numbers count up in their length first: C999 comes before C1000."""
    return len(number), number


def _client(client: Client, *, named: bool) -> ClientShown:
    return ClientShown(
        number=client.number,
        first_name=client.first_name if named else None,
        last_name=client.last_name if named else None,
        practitioner=client.practitioner,
        archived=client.archived,
    )


ROUTES: Final[tuple[AnyRoute, ...]] = (
    Route(
        Method.GET,
        "/clients",
        ApiScope.CATALOGUE_READ,
        list_clients,
        ClientQuery,
        ClientList,
        "Clients by number",
    ),
)
