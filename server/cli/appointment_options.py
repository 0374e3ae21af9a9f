"""The options with which a command says what an appointment is, when, and how it repeats."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from server.cli.values import date_of, moment_of, zone_of
from server.domain.errors import Invalid
from server.domain.vocabulary import ContactWith, Kind, Medium, Status
from server.domain.when import AllDay, Timed, When, later
from server.usecases.describe_appointment import Wanted
from server.usecases.repeat_presets import Repeat, Repetition

_WHAT = "What it is"
_WHEN = "When"


@dataclass(frozen=True)
class Words:
    """What an appointment is, as options say it."""

    session: Annotated[
        str | None,
        typer.Option("--session", metavar="NAME", help="Session type.", rich_help_panel=_WHAT),
    ] = None
    service: Annotated[
        list[str] | None,
        typer.Option(
            "--service",
            metavar="CODE[*N][+MOD]",
            help="Such as 97810*1+95; repeat it. Replaces those of the session type.",
            rich_help_panel=_WHAT,
        ),
    ] = None
    kind: Annotated[
        Kind | None,
        typer.Option(
            "--kind",
            metavar="KIND",
            help="session, contact, collateral, other.",
            rich_help_panel=_WHAT,
        ),
    ] = None
    status: Annotated[
        Status | None,
        typer.Option(
            "--status",
            metavar="STATUS",
            help="booked, confirmed, arrived, completed, no-show, cancelled, late-cancelled.",
            rich_help_panel=_WHAT,
        ),
    ] = None
    fee: Annotated[
        str | None,
        typer.Option(
            "--fee",
            metavar="AMOUNT",
            help="Instead of the usual; 0 waives.",
            rich_help_panel=_WHAT,
        ),
    ] = None
    title: Annotated[
        str | None,
        typer.Option(
            "--title", metavar="TEXT", help="Of an Other Event.", rich_help_panel=_WHAT
        ),
    ] = None
    busy: Annotated[
        bool | None,
        typer.Option(
            "--busy/--free", help="Whether an Other Event blocks.", rich_help_panel=_WHAT
        ),
    ] = None
    location: Annotated[
        str | None,
        typer.Option("--location", metavar="KEY", help="Location.", rich_help_panel=_WHAT),
    ] = None
    room: Annotated[
        str | None, typer.Option("--room", metavar="KEY", help="Room.", rich_help_panel=_WHAT)
    ] = None
    medium: Annotated[
        Medium | None,
        typer.Option(
            "--medium",
            metavar="MEDIUM",
            help="Of a contact: phone, in-person, email, text, video, letter, other.",
            rich_help_panel=_WHAT,
        ),
    ] = None
    contact_with: Annotated[
        ContactWith | None,
        typer.Option(
            "--with",
            metavar="WHOM",
            help="Of a collateral contact: parent-guardian, spouse, family-member, "
            "psychologist, caseworker, physician, other.",
            rich_help_panel=_WHAT,
        ),
    ] = None
    contact_name: Annotated[
        str | None,
        typer.Option("--with-name", metavar="NAME", help="That person.", rich_help_panel=_WHAT),
    ] = None
    url: Annotated[
        str | None,
        typer.Option("--url", metavar="URL", help="Video room, https.", rich_help_panel=_WHAT),
    ] = None
    instructions: Annotated[
        str | None,
        typer.Option(
            "--instructions", metavar="TEXT", help="For the client.", rich_help_panel=_WHAT
        ),
    ] = None
    note: Annotated[
        str | None,
        typer.Option(
            "--note", metavar="TEXT", help="Internal; no client sees it.", rich_help_panel=_WHAT
        ),
    ] = None
    travel: Annotated[
        int | None,
        typer.Option(
            "--travel", metavar="MIN", help="Minutes blocked before it.", rich_help_panel=_WHAT
        ),
    ] = None
    reminder: Annotated[
        list[str] | None,
        typer.Option(
            "--reminder",
            metavar="nD-WAY",
            help="Such as 1D-text or 3D-email; up to two.",
            rich_help_panel=_WHAT,
        ),
    ] = None
    session_bridge: Annotated[
        bool | None,
        typer.Option(
            "--session-bridge/--no-session-bridge",
            help="Ask the client for feedback afterwards.",
            rich_help_panel=_WHAT,
        ),
    ] = None

    def wanted(self, client: str | None = None) -> Wanted:
        """Return what is said, for the use case."""
        return Wanted(
            client=client,
            session=self.session,
            services=None if self.service is None else " ".join(self.service),
            kind=self.kind,
            status=self.status,
            title=self.title,
            location=self.location,
            room=self.room,
            medium=self.medium,
            contact_with=self.contact_with,
            contact_name=self.contact_name,
            url=self.url,
            instructions=self.instructions,
            note=self.note,
            busy=self.busy,
            travel=self.travel,
            reminders=None if self.reminder is None else " ".join(self.reminder),
            session_bridge=self.session_bridge,
            fee=self.fee,
        )


@dataclass(frozen=True)
class Length:
    """How long something lasts and in which zone it is said."""

    end: Annotated[
        str | None,
        typer.Option(
            "--end", metavar="TIME", help="'14:45', or day and time.", rich_help_panel=_WHEN
        ),
    ] = None
    minutes: Annotated[
        int | None,
        typer.Option(
            "--minutes", metavar="N", min=0, help="Instead of --end.", rich_help_panel=_WHEN
        ),
    ] = None
    days: Annotated[
        int | None,
        typer.Option(
            "--days",
            metavar="N",
            min=1,
            help="Whole days, from that day.",
            rich_help_panel=_WHEN,
        ),
    ] = None
    zone: Annotated[
        str | None,
        typer.Option(
            "--zone", metavar="ZONE", help="Else the practice's.", rich_help_panel=_WHEN
        ),
    ] = None

    @property
    def is_open(self) -> bool:
        """Whether nothing says how long."""
        return self.end is None and self.minutes is None and self.days is None

    def when(self, start: str, practice_zone: ZoneInfo, usual: timedelta | None) -> When:
        """Return the span from ``start``, of the usual length where none is said.

        Raises Invalid.
        """
        if self.days is not None:
            first = date_of("start", start)
            if first is None or self.end or self.minutes is not None:
                raise Invalid(
                    "days", "whole days have a first day, and neither end nor minutes"
                )
            return AllDay(first, self.days)
        zone = zone_of(self.zone) or practice_zone
        begins = moment_of("start", start, zone)
        return Timed(begins, self._end(begins, zone, usual))

    def _end(self, begins: datetime, zone: ZoneInfo, usual: timedelta | None) -> datetime:
        if self.end is not None and self.minutes is not None:
            raise Invalid("end", "say an end or minutes, not both")
        if self.end is not None:
            return moment_of("end", self.end, zone, begins.date())
        length = usual if self.minutes is None else timedelta(minutes=self.minutes)
        if length is None:
            raise Invalid("end", "say --end or --minutes")
        return later(begins, length)


@dataclass(frozen=True)
class Repeating:
    """How something repeats."""

    repeat: Annotated[
        Repeat | None,
        typer.Option(
            "--repeat",
            metavar="HOW",
            help="daily, weekly, every-other-week, monthly.",
            rich_help_panel=_WHEN,
        ),
    ] = None
    custom: Annotated[
        str | None,
        typer.Option(
            "--custom", metavar="DAYS", help="Weekdays, such as MO,TH.", rich_help_panel=_WHEN
        ),
    ] = None
    until: Annotated[
        str | None,
        typer.Option("--until", metavar="DATE", help="The last day.", rich_help_panel=_WHEN),
    ] = None
    times: Annotated[
        int | None,
        typer.Option("--times", metavar="N", help="Instead of --until.", rich_help_panel=_WHEN),
    ] = None

    def repetition(self) -> Repetition:
        """Return what is said; raises Invalid."""
        days = tuple(self.custom.replace(",", " ").split()) if self.custom else ()
        last: date | None = date_of("until", self.until)
        return Repetition(self.repeat, days, last, self.times)
