"""Links to Google as a practice manages them: how much is told, what is watched, when they end.

Nothing here calls Google: what is wished is stored, and whoever holds the link carries it out.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from server.domain.appointment import Appointment
from server.domain.errors import Invalid, NotAllowed, NotFound
from server.domain.google import (
    CalendarRole,
    Conflict,
    EventMap,
    GoogleCalendar,
    GoogleLink,
    LinkState,
    MovePolicy,
    Origin,
    OutwardLevel,
    PushChannel,
)
from server.domain.google_compared import Comparison
from server.domain.ids import GoogleLinkId, UserName
from server.domain.vocabulary import CalendarKind
from server.usecases.context import Context
from server.usecases.delete_appointment import delete_appointment
from server.usecases.edit_appointment import Target
from server.usecases.google_unknown import unknown_since
from server.usecases.google_unpark import unpark
from server.usecases.ports import UnitOfWork
from server.usecases.ports.google import Tally
from server.usecases.put_personal import remove_hours

log = logging.getLogger(__name__)

LEVELS: Final = tuple(OutwardLevel)
"""From the least that Google is told to the most."""
CONFLICTS_KEPT: Final = timedelta(days=90)
_CALENDAR: Final = re.compile(r"[!-~]{1,250}")


class Standing(NamedTuple):
    """A link with its calendars and channels, and how much of it waits."""

    link: GoogleLink
    calendars: Sequence[GoogleCalendar]
    channels: Sequence[PushChannel]
    tally: Tally
    open_conflicts: int
    comparisons: Mapping[str, Comparison]

    def unknown(self, now: datetime) -> Mapping[str, datetime]:
        """Return the watched calendars of which it is not known what they hold, since when."""
        watched = [one for one in self.calendars if one.role is CalendarRole.WATCHED]
        found = {one.id: unknown_since(one, now) for one in watched}
        return {name: since for name, since in found.items() if since is not None}

    @property
    def managed(self) -> GoogleCalendar | None:
        """The calendar that is written to."""
        found = (one for one in self.calendars if one.role is CalendarRole.MANAGED)
        return next(found, None)

    def is_told(self, now: datetime) -> bool:
        """Whether Google tells of changes in all of the calendars."""
        told = {
            one.calendar
            for one in self.channels
            if not one.closing and not one.silent and one.expires_at > now
        }
        return bool(self.calendars) and all(one.id in told for one in self.calendars)

    def word(self) -> str:
        """Return how it stands, in a word or two."""
        link = self.link
        match link.state:
            case LinkState.CONNECTED if link.ending is not None:
                return "ending"
            case LinkState.CONNECTED if link.rewriting or self.is_catching_up:
                return "catching up"
            case LinkState.REAUTH_REQUIRED:
                return "reconnect"
            case LinkState.NEEDS_DECISION:
                return "decide"
            case _:
                return link.state.value

    @property
    def is_catching_up(self) -> bool:
        """Whether a calendar was not read whole yet, or much waits to be told."""
        is_first = any(not one.sync_token or one.reading_fully for one in self.calendars)
        return is_first or self.tally.waiting > _A_FEW or self.tally.staged > _A_FEW

    def lag(self, now: datetime) -> timedelta | None:
        """Return how long ago Google was last read, None if it never was."""
        return None if self.link.read_at is None else max(now - self.link.read_at, timedelta())


_A_FEW: Final = 20


@dataclass(frozen=True, slots=True)
class ConnectWanted:
    """Whose account is to be connected, and how.

    ``link`` names the one that is connected anew, where there are several. ``another`` asks
    for an account that has no link yet. ``watched`` are ids of calendars whose busy times
    count; ``more`` are names of further scopes. ``level`` None leaves it as it is.
    """

    user: UserName
    link: str = ""
    another: bool = False
    watched: tuple[str, ...] = ("primary",)
    more: tuple[str, ...] = ()
    level: OutwardLevel | None = None


@dataclass(frozen=True, slots=True)
class LinkWanted:
    """Which link is meant: its id, or a user who has only one."""

    user: UserName
    link: str = ""


def find_link(uow: UnitOfWork, wanted: LinkWanted) -> GoogleLink:
    """Return a link, locked; raises NotFound, and Invalid where it is not said which."""
    links = [one for one in uow.google.links.links(wanted.user) if wanted.link in ("", one.id)]
    if not links:
        raise NotFound("link to Google", (wanted.link or wanted.user)[:40])
    if len(links) > 1:
        raise Invalid("link", f"there are several, say which: {', '.join(x.id for x in links)}")
    return uow.google.links.locked(links[0].id) or links[0]


def standings(uow: UnitOfWork, user: UserName | None, now: datetime) -> list[Standing]:
    """Return how one user's links stand, or all."""
    return [standing(uow, link, now) for link in uow.google.links.links(user)]


def standing(uow: UnitOfWork, link: GoogleLink, now: datetime) -> Standing:
    """Return how a link stands."""
    google = uow.google
    return Standing(
        link,
        google.calendars.of_link(link.id),
        google.calendars.channels(link.id),
        google.events.tally(link.id),
        len(google.events.conflicts(link.id, since=now - CONFLICTS_KEPT)),
        {one.calendar: one for one in google.calendars.comparisons(link.id)},
    )


def conflicts(
    uow: UnitOfWork, link: GoogleLinkId | None, now: datetime, *, settled: bool = False
) -> Sequence[Conflict]:
    """Return what was decided where both sides did not agree, of the last 90 days."""
    return uow.google.events.conflicts(link, since=now - CONFLICTS_KEPT, settled=settled)


def with_level(link: GoogleLink, level: OutwardLevel) -> GoogleLink:
    """Return a link that tells Google so much; less is carried into what stands there.

    Where others see what is told it is no more than they may see.
    """
    level = min(level, link.at_most, key=LEVELS.index)
    lowered = LEVELS.index(level) < LEVELS.index(link.level)
    return replace(link, level=level, rewriting=link.rewriting or lowered)


@dataclass(frozen=True, slots=True)
class Levels:
    """What the practice allows at most; ``agreed``: Google has signed what the law asks for."""

    most: OutwardLevel
    agreed: bool = False


def set_level(
    uow: UnitOfWork, context: Context, link: GoogleLink, level: OutwardLevel, levels: Levels
) -> GoogleLink:
    """Tell Google more or less from now on, and return the link.

    Less is carried into all that stands in Google, past events too; more only into what is
    to come. Raises Invalid for more than the practice allows, NotAllowed for names without
    the agreement.
    """
    if LEVELS.index(level) > LEVELS.index(levels.most):
        raise Invalid("level", f"the practice allows '{levels.most}' at most ([google] level)")
    if LEVELS.index(level) > LEVELS.index(link.at_most):
        raise Invalid("level", f"the calendar is shared in Google: '{link.at_most}' at most")
    changed = with_level(link, level)
    if level is OutwardLevel.FULL:
        if not levels.agreed:
            raise NotAllowed("Names need a signed business associate agreement with Google.")
        changed = replace(changed, full_by=context.actor.user, full_at=context.now)
    uow.google.links.save_link(changed)
    carry_level(uow, context, changed)
    return changed


def carry_level(uow: UnitOfWork, context: Context, link: GoogleLink) -> None:
    """Let another level be carried into Google soon."""
    _mark_coming(uow, context, link)
    _hurry(uow, link, context.now)


def set_policy(uow: UnitOfWork, link: GoogleLink, policy: MovePolicy) -> GoogleLink:
    """Say what a move made in Google does here from now on, and return the link."""
    changed = replace(link, policy=policy)
    uow.google.links.save_link(changed)
    return changed


def drop_blocks(
    uow: UnitOfWork, context: Context, link: GoogleLink, pairs: Iterable[EventMap]
) -> None:
    """Delete what stands here for other events of the person's, of these pairs."""
    foreign = [pair for pair in pairs if pair.origin is Origin.GOOGLE]
    for number in sorted({pair.appointment for pair in foreign if pair.appointment}):
        found = uow.appointments.get(number)
        if found is not None and found.deleted_at is None:
            _drop_block(uow, context, found)
    for pair in foreign:
        uow.google.events.remove(pair)
    log.info("blocks dropped link=%s events=%d", link.id, len(foreign))


def _drop_block(uow: UnitOfWork, context: Context, block: Appointment) -> None:
    calendar = uow.calendars.by_id(block.calendar)
    shown = uow.objects.of_appointment(block.id)
    if calendar is None or shown is None or calendar.kind is not CalendarKind.WATCHED:
        delete_appointment(uow, context, Target(block.id))
        return
    uow.calendars.lock([calendar.id])
    remove_hours(uow, context, shown.href, block)


def resync(uow: UnitOfWork, context: Context, link: GoogleLink) -> int:
    """Let all calendars be read whole and all appointments be compared anew.

    Returns how many appointments. Nothing is written that is the same on both sides. Events
    that were left alone are taken up again.
    """
    unpark(uow, link.id, context.now)
    for calendar in uow.google.calendars.of_link(link.id):
        uow.google.calendars.save(
            replace(
                calendar, sync_token="", page="", poll_at=context.now, next_full_read_at=None
            )
        )
    return _mark_coming(uow, context, link)


def accepted_calendar(calendar: str) -> str:
    """Return the id of a calendar in Google; raises Invalid."""
    if not _CALENDAR.fullmatch(calendar):
        raise Invalid("calendar", f"'{calendar[:60]}' is not the id of a calendar")
    return calendar


def _mark_coming(uow: UnitOfWork, context: Context, link: GoogleLink) -> int:
    events = uow.google.events
    return events.mark_all(link.id, link.user, context.now, context.now)


def _hurry(uow: UnitOfWork, link: GoogleLink, now: datetime) -> None:
    for calendar in uow.google.calendars.of_link(link.id):
        uow.google.calendars.hurry(link.id, calendar.id, now)
