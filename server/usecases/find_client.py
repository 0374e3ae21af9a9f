"""Which client the words of a title mean: exactly one, or none is guessed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from server.domain.ids import ClientNumber, UserName
from server.domain.practice import Client, fold
from server.domain.when import beside
from server.usecases.ports import UnitOfWork

_NEAR = timedelta(days=60)
_INITIALS_AT_MOST = 4


@dataclass(frozen=True, slots=True)
class Found:
    """The client, or how many the words fit; ``rest`` are words that name nobody."""

    client: Client | None
    candidates: int = 0
    rest: str = ""


@dataclass(frozen=True, slots=True)
class Seeker:
    """For whose calendar, and around which instant (UTC), a client is looked for."""

    practitioner: UserName
    around: datetime
    initials_count: bool = True


def find_client(uow: UnitOfWork, words: str, seeker: Seeker) -> Found:
    """Return the one client whom the words name.

    The whole words are tried first, then the longest run of them at the start or the end. A
    number goes before a name, a name before initials; the practitioner's own clients before
    others.
    """
    tokens = words.replace("·", " ").split()
    whole = _by_text(uow, " ".join(tokens), seeker)
    if whole.client or whole.candidates:
        return whole
    for size in range(len(tokens) - 1, 1, -1):
        for start in (0, len(tokens) - size):
            found = _by_text(uow, " ".join(tokens[start : start + size]), seeker)
            if found.client or found.candidates:
                rest = tokens[:start] + tokens[start + size :]
                return Found(found.client, found.candidates, " ".join(rest))
    return Found(None, 0)


def find_by_number(uow: UnitOfWork, number: str) -> Client | None:
    """Return the client with this number, whatever its case, archived ones too."""
    return uow.clients.get(ClientNumber(number.upper())) or uow.clients.get(
        ClientNumber(number)
    )


def find_by_address(uow: UnitOfWork, addresses: Sequence[str], seeker: Seeker) -> Found:
    """Return the one client with one of these e-mail addresses."""
    people = {
        found.number: found
        for address in addresses
        for found in uow.clients.with_email(address)
    }
    return _one_of(uow, list(people.values()), seeker.practitioner)


def _by_text(uow: UnitOfWork, text: str, seeker: Seeker) -> Found:
    if not text:
        return Found(None)
    numbered = find_by_number(uow, text) if " " not in text else None
    if numbered is not None and not numbered.archived:
        return Found(numbered, 1)
    found = _one_of(uow, uow.clients.named(fold(text)), seeker.practitioner)
    if found.client or found.candidates or not seeker.initials_count:
        return found
    return _by_initials(uow, text, seeker)


def _by_initials(uow: UnitOfWork, text: str, seeker: Seeker) -> Found:
    letters = text.replace(".", "")
    if not (1 < len(letters) <= _INITIALS_AT_MOST and letters.isalpha() and letters.isupper()):
        return Found(None)
    people = uow.clients.with_initials(letters)
    own = uow.clients.seen_by(seeker.practitioner, [client.number for client in people])
    people = [client for client in people if client.number in own]
    span = (beside(seeker.around, -_NEAR), beside(seeker.around, _NEAR))
    near = uow.clients.near(seeker.practitioner, [client.number for client in people], span)
    if len(people) == 1 and people[0].number in near:
        return Found(people[0], 1)
    return Found(None, len(people))


def _one_of(uow: UnitOfWork, people: Sequence[Client], practitioner: UserName) -> Found:
    """The practitioner's own clients decide; others only where there is no own one."""
    if len(people) > 1:
        own = uow.clients.seen_by(practitioner, [client.number for client in people])
        people = [client for client in people if client.number in own] or people
    return Found(people[0] if len(people) == 1 else None, len(people))


def is_rendering_of(words: str, client: Client) -> bool:
    """Whether the words are one of the ways in which this client's title is shown (M7)."""
    shown = (
        client.full_name,
        client.first_name,
        client.initials,
        client.number,
        f"{client.last_name}, {client.first_name}",
    )
    return bool(words) and fold(words) in map(fold, shown)
