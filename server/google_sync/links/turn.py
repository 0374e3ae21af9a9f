"""One turn of one link: all that is due for it, by one writer, within a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from server.domain.google import GoogleLink
from server.domain.ids import GoogleLinkId
from server.google_sync.http.limits import Bucket, Paces
from server.google_sync.http.limits_guard import Guarded, LinkLimit, ProjectLimit, Waiting
from server.google_sync.links.lease import Held
from server.google_sync.links.oauth_tokens import TokenKeeper
from server.google_sync.links.office import Office
from server.google_sync.links.syncing import LeaseLost, LinkGone
from server.usecases.ports import UnitOfWork

if TYPE_CHECKING:
    from server.google_sync.http.transport import GoogleCalls


@dataclass(frozen=True, slots=True)
class Turn:
    """A link that is held, and the way to its Google account, within limits.

    ``plain`` is the same way for what is no part of Calls.
    """

    office: Office
    held: Held
    calls: Guarded
    plain: GoogleCalls

    @property
    def link(self) -> GoogleLinkId:
        """The link whose turn it is."""
        return self.held.link

    def stored(self) -> GoogleLink:
        """Return the link as it is kept now; raises LinkGone."""
        with self.office.database.reading() as uow:
            link = uow.google.links.link(self.link)
        if link is None:
            raise LinkGone
        return link

    def own(self, uow: UnitOfWork) -> GoogleLink:
        """Return the link to be changed in a transaction; raises LeaseLost and LinkGone."""
        lease = self.held.lease
        if not uow.google.links.is_held(self.link, lease.holder, lease.fence):
            raise LeaseLost
        link = uow.google.links.locked(self.link)
        if link is None:
            raise LinkGone
        return link


@dataclass(slots=True)
class Limits:
    """What was spent so far: by each link, and by all links of this process."""

    project: ProjectLimit
    units: int
    between_writes: float
    links: dict[GoogleLinkId, LinkLimit] = field(default_factory=dict)

    @classmethod
    def of(cls, office: Office) -> Limits:
        """Return the limits that a practice's settings say."""
        terms = office.terms
        project = ProjectLimit(Bucket(terms.units_project))
        return cls(project, terms.units, terms.between_writes)

    def of_link(self, link: GoogleLinkId) -> LinkLimit:
        """Return what a link has spent."""
        return self.links.setdefault(
            link, LinkLimit(Bucket(self.units), Paces(self.between_writes))
        )


@dataclass(frozen=True, slots=True)
class Patience:
    """How a turn waits, and for how many seconds it lasts at most."""

    seconds: Callable[[], float]
    pause: Callable[[float], bool]
    lasts: float


def turn_of(office: Office, held: Held, limits: Limits, patience: Patience) -> Turn:
    """Return the turn of a link that is held."""
    from server.google_sync.http.transport import GoogleCalls as Made  # noqa: PLC0415 - loads long

    tokens = TokenKeeper(office, held.link, held.lease)
    plain = Made(office.connection, tokens)
    until = patience.seconds() + patience.lasts
    waiting = Waiting(patience.seconds, patience.pause, until, held.keep)
    guarded = Guarded(plain, limits.of_link(held.link), limits.project, waiting)
    return Turn(office, held, guarded, plain)
