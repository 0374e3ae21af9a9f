"""What is said and shown of links to Google over the API."""

from __future__ import annotations

import json
from datetime import datetime

from pydantic import Field

from server.domain.google import (
    Conflict,
    Ending,
    GoogleCalendar,
    InwardLevel,
    MovePolicy,
    OutwardLevel,
)
from server.google_sync.deciding.connect_decision import Decision
from server.usecases.google_links import Standing
from server.web.messages import Said, Shown


class LinksQuery(Said):
    """Whose links are wanted."""

    practitioner: str = Field(default="", description="All that may be seen where missing.")


class ConflictsQuery(LinksQuery):
    """Whose conflicts are wanted."""

    settled: bool = Field(default=False, description="Settled ones too.")


class ConnectBody(Said):
    """Whose account is to be connected."""

    practitioner: str
    link: str = Field(default="", description="Which one anew, where there are several.")
    another: bool = Field(default=False, description="An account beside the one there is.")
    watched: list[str] = Field(
        default=["primary"],
        max_length=50,
        description="Ids of calendars in Google whose busy times count.",
    )
    names: bool = Field(default=False, description="Ask for the names of calendars too.")
    titles: bool = Field(
        default=False,
        description="Ask for titles too; nobody but the practitioner is shown them.",
    )
    level: OutwardLevel | None = Field(default=None, description="How much Google is told.")


class ConnectAddress(Shown):
    """Where to send the practitioner's browser: once, within ten minutes."""

    address: str


class LinkBody(Said):
    """What is to be changed of a link; what is not said stays."""

    level: OutwardLevel | None = None
    agreement_signed: bool = Field(
        default=False,
        description="Names need it: Google has signed a business associate agreement.",
    )
    policy: MovePolicy | None = None
    watch: list[str] = Field(default=[], max_length=50, description="Calendars to watch.")
    unwatch: list[str] = Field(default=[], max_length=50, description="No more of these.")
    titles: list[str] = Field(
        default=[],
        max_length=50,
        description="Watched calendars whose titles the practitioner wishes to see.",
    )
    no_titles: list[str] = Field(
        default=[], max_length=50, description="Those whose titles are to be forgotten."
    )
    shared: bool | None = Field(
        default=None,
        description="Whether others see the calendar in Google: then it is told numbers at "
        "most.",
    )
    shared_confirmed: bool = Field(
        default=False,
        description="With shared, by an administrator: the others may see more.",
    )


class EndBody(Said):
    """What becomes of the events in Google."""

    events: Ending


class ProposalBody(Said):
    """Whether what was changed in Google counts."""

    accepted: bool


class DecisionBody(Said):
    """What is to be done where very much has vanished from Google, or stands there unknown."""

    decision: Decision


class CalendarShown(Shown):
    """One calendar in Google."""

    id: str
    role: str
    titles: bool = Field(description="Whether the practitioner sees how its events are called.")
    read: str | None
    unknown_since: str | None = Field(
        description="Set while its busy times are not known: it cannot be read, or was not "
        "for 24 hours."
    )
    compared: str | None = Field(
        description="When its busy times were last held against those that Google tells."
    )
    differs_since: str | None = Field(description="Set while they differ.")
    differed: int = Field(description="How often it was read as a whole for that.")


class LinkShown(Shown):
    """A link to one Google account, and how it stands."""

    id: str
    practitioner: str
    state: str
    standing: str = Field(description="The state in words for a person.")
    reason: str
    level: str
    shared: bool = Field(description="Whether others see the calendar in Google.")
    shared_confirmed: bool = Field(description="Whether they may see more than numbers.")
    policy: str
    read: str | None = Field(description="When Google was last read.")
    written: str | None = Field(description="When Google was last told something.")
    lag_seconds: int | None
    events: int = Field(description="How many events are paired.")
    told: int = Field(description="How many appointments Google was told all of.")
    waiting: int = Field(description="How many appointments Google is still to be told of.")
    parked: int = Field(description="How many events wait for somebody to look at them.")
    conflicts: int
    unknown: int = Field(description="How many watched calendars are not known now.")
    told_of_changes: bool = Field(description="Whether Google tells us, or we have to look.")
    calendars: list[CalendarShown]
    ended: dict[str, int | bool] | None = Field(
        description="What became of the events when the link ended."
    )


class LinkList(Shown):
    """Links by creation."""

    items: list[LinkShown]


class ConflictShown(Shown):
    """What was decided where both sides differed: times and states, never a name."""

    id: str
    link: str
    at: str
    appointment: str
    occurrence: str
    decision: str
    ours: str
    theirs: str
    settled: str | None


class ConflictList(Shown):
    """Conflicts of the last 90 days, oldest first."""

    items: list[ConflictShown]


def shown(one: Standing, now: datetime) -> LinkShown:
    """Return how a link stands."""
    link, lag, unknown = one.link, one.lag(now), one.unknown(now)
    return LinkShown(
        id=link.id,
        practitioner=link.user,
        state=link.state,
        standing=one.word(),
        reason=link.reason,
        level=link.level,
        shared=link.shared,
        shared_confirmed=bool(link.shared_ok_by),
        policy=link.policy,
        read=_iso(link.read_at),
        written=_iso(link.written_at),
        lag_seconds=None if lag is None else int(lag.total_seconds()),
        events=one.tally.live,
        told=one.tally.told,
        waiting=one.tally.waiting,
        parked=one.tally.parked,
        conflicts=one.open_conflicts,
        unknown=len(unknown),
        told_of_changes=one.is_told(now),
        calendars=[
            _calendar_shown(one, each, unknown.get(each.id) or each.unknown_since)
            for each in one.calendars
        ],
        ended=json.loads(link.report) if link.report else None,
    )


def _calendar_shown(
    one: Standing, each: GoogleCalendar, unknown_since: datetime | None
) -> CalendarShown:
    compared = one.comparisons.get(each.id)
    return CalendarShown(
        id=each.id,
        role=each.role,
        titles=each.inward is InwardLevel.OWN_TITLE,
        read=_iso(each.read_at),
        unknown_since=_iso(unknown_since),
        compared=_iso(compared.compared_at if compared else None),
        differs_since=_iso(compared.differs_since if compared else None),
        differed=compared.differed if compared else 0,
    )


def conflict_shown(one: Conflict) -> ConflictShown:
    """Return what was decided once."""
    return ConflictShown(
        id=one.id,
        link=one.link,
        at=one.at.isoformat(),
        appointment=one.appointment,
        occurrence=one.key,
        decision=one.decision,
        ours=one.ours,
        theirs=one.theirs,
        settled=_iso(one.settled_at),
    )


def _iso(value: datetime | None) -> str | None:
    return value.isoformat() if value else None
