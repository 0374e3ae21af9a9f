"""Appointments as the API shows them and as requests say them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from server.domain.errors import Invalid
from server.domain.vocabulary import Attention, ContactWith, Kind, Lock, Medium, Status
from server.usecases.describe_appointment import Wanted
from server.usecases.edit_appointment import Scope
from server.web.appointment_times import RepeatSaid, TimesSaid
from server.web.messages import Said, Shown
from server.web.values import Amount, AmountSaid, ServiceLineSaid, ServiceLineShown


def _in_our_years(day: date) -> date:
    if not 1900 <= day.year <= 2999:  # noqa: PLR2004 - nobody is booked beyond them
        raise ValueError("a day of the years 1900 to 2999 is needed")
    return day


Day = Annotated[date, AfterValidator(_in_our_years)]
"""A day that has one before and one after it."""


class AppointmentQuery(Said):
    """Which appointments are wanted; days are those of the practice, the last one included."""

    since: Day | None = Field(
        default=None, alias="from", description="Today where it is missing."
    )
    until: Day | None = Field(
        default=None, alias="to", description="A week from the first day."
    )
    practitioner: str | None = Field(default=None, description="Whose.")
    client: str | None = Field(default=None, description="With this client, by number.")
    status: Status | None = None


class OneAppointmentQuery(Said):
    """Which occurrence of an appointment is wanted."""

    occurrence: str | None = Field(default=None, description="As a listing shows it.")


class RemovalQuery(OneAppointmentQuery):
    """How much of a series goes."""

    scope: Scope | None = Field(
        default=None, description="This one where an occurrence is said."
    )


class AppointmentShown(Shown):
    """An appointment, or one occurrence of a series.

    Names and free texts, which may hold names, are null without the scope `clients:names`;
    services are empty without `billing:read`, unless the calendar is the user's own.
    """

    id: str
    occurrence: str | None = Field(description="Key of the original start, in a series.")
    series: bool
    kind: Kind
    status: Status
    all_day: bool
    start: datetime | date
    end: datetime | date = Field(description="Of whole days the day after the last.")
    zone: str
    practitioner: str
    client: str | None = Field(description="Number.")
    client_name: str | None
    session: str | None = Field(description="Name of the session type.")
    services: list[ServiceLineShown]
    location: str | None
    room: str | None
    medium: Medium | None
    contact_with: ContactWith | None
    contact_name: str | None
    title: str | None = Field(description="Of an Other Event, or words not understood.")
    url: str
    instructions: str | None
    note: str | None = Field(description="Internal; only for the practitioner.")
    busy: bool
    travel_minutes: int
    reminders: list[str] = Field(description="Such as `1D-text`.")
    session_bridge: bool
    fee: Amount | None = Field(description="Instead of the usual one, if it was missed.")
    locks: list[Lock] = Field(description="What holds it; nothing of it changes meanwhile.")
    attention: list[Attention] = Field(description="What somebody must look at.")
    revision: int


class AppointmentList(Shown):
    """Appointments by start."""

    items: list[AppointmentShown]


class DescriptionSaid(TimesSaid):
    """What an appointment shall be; what is not said stays, null and an empty text clear."""

    client: str | None = Field(default=None, description="Number.")
    session: str | None = Field(default=None, description="Name of a session type.")
    services: list[ServiceLineSaid] | None = Field(
        default=None, description="Instead of those of the session type."
    )
    kind: Kind | None = None
    status: Status | None = None
    title: str | None = Field(default=None, description="Of an Other Event.")
    location: str | None = None
    room: str | None = None
    medium: Medium | None = None
    contact_with: ContactWith | None = None
    contact_name: str | None = None
    url: str | None = None
    instructions: str | None = None
    note: str | None = None
    busy: bool | None = None
    travel_minutes: int | None = None
    reminders: list[str] | None = None
    session_bridge: bool | None = None
    fee: AmountSaid | None = Field(default=None, description="Of a missed one; 0 waives it.")

    def wanted(self, currency: str) -> Wanted:
        """Return what is said, with amounts in this currency; raises Invalid."""
        return Wanted(
            client=self._text("client"),
            session=self._text("session"),
            services=self._services(),
            kind=self.kind,
            status=self.status,
            title=self._text("title"),
            location=self._text("location"),
            room=self._text("room"),
            medium=self.medium,
            contact_with=self.contact_with,
            contact_name=self._text("contact_name"),
            url=self._text("url"),
            instructions=self._text("instructions"),
            note=self._text("note"),
            busy=self.busy,
            travel=self.travel_minutes,
            reminders=None if self.reminders is None else " ".join(self.reminders),
            session_bridge=self.session_bridge,
            fee=self._fee(currency),
        )

    def _text(self, name: str) -> str | None:
        value: Any = getattr(self, name)
        return "" if value is None and self.says(name) else value

    def _fee(self, currency: str) -> str | None:
        if self.fee is None:
            return "" if self.says("fee") else None
        return f"{self.fee.money(currency).decimal:.2f}"

    def _services(self) -> str | None:
        if self.services is None:
            return None
        return " ".join(str(one.line()) for one in self.services)


class NewAppointment(DescriptionSaid):
    """An appointment to be booked."""

    practitioner: str | None = Field(
        default=None, description="Whose; else the token's user's."
    )
    repeat: RepeatSaid | None = None


class ChangedAppointment(DescriptionSaid):
    """What changes of an appointment, or of occurrences of a series."""

    occurrence: str | None = Field(default=None, description="As a listing shows it.")
    scope: Scope | None = Field(
        default=None, description="This one where an occurrence is said."
    )
    repeat: RepeatSaid | None = Field(default=None, description="Of a whole series.")
    once: bool = Field(default=False, description="The series ends with its first occurrence.")

    def check(self) -> None:
        """Raise Invalid where repeating and not repeating are both said."""
        if self.once and self.repeat is not None:
            raise Invalid("repeat", "say `repeat` or `once`, not both")
