"""Appointments as whoever asks may see them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from server.domain.api_access import ApiScope
from server.domain.appointment import Appointment, Details, Part
from server.domain.calendars import Calendar, Occurrence
from server.domain.ids import CalendarId, ClientNumber
from server.domain.locks import locks_of
from server.domain.practice import Client
from server.domain.when import AllDay, RecurrenceKey, When
from server.usecases.viewers import may_write
from server.web.appointment_models import AppointmentShown
from server.web.route import Call
from server.web.values import Amount, ServiceLineShown


@dataclass(frozen=True, slots=True)
class Viewing:
    """Who looks, at which calendars, and who the clients are where that may be seen."""

    call: Call
    calendars: Mapping[CalendarId, Calendar]
    clients: Mapping[ClientNumber, Client]

    @classmethod
    def of(cls, call: Call, parts: Iterable[Part]) -> Viewing:
        """Look up what is needed to show these parts."""
        seen = {one.id: one for one in call.uow.calendars.all() if may_write(call.user, one)}
        if not call.may(ApiScope.CLIENTS_NAMES):
            return cls(call, seen, {})
        numbers = {part.details.client for part in parts if part.details.client}
        return cls(call, seen, call.uow.clients.get_many(numbers))

    def sees(self, appointment: Appointment) -> bool:
        """Whether an appointment lies in a calendar that is open to whoever asks."""
        return appointment.calendar in self.calendars

    def shown(
        self,
        appointment: Appointment,
        key: RecurrenceKey,
        part: Part,
        row: Occurrence | None = None,
    ) -> AppointmentShown:
        """Return an appointment, or the occurrence that a row of the index says when it is."""
        details = part.details
        start, end, zone = self._times(part.when, row)
        named = self.call.may(ApiScope.CLIENTS_NAMES)
        own = self.calendars[appointment.calendar].owner == self.call.user.name
        priced = own or self.call.may(ApiScope.BILLING_READ)
        return AppointmentShown(
            id=f"{appointment.id}.{key}" if key else appointment.id,
            occurrence=key or None,
            series=appointment.is_series,
            kind=details.kind,
            status=details.status,
            all_day=isinstance(part.when, AllDay),
            start=start,
            end=end,
            zone=zone,
            practitioner=details.practitioner,
            client=details.client,
            client_name=self._name_of(details),
            session=self._session_of(details),
            services=[ServiceLineShown.of(line) for line in details.services] if priced else [],
            location=details.location,
            room=details.room,
            medium=details.medium,
            contact_with=details.contact_with,
            contact_name=details.contact_name if named else None,
            title=details.title if named else None,
            url=details.url,
            instructions=details.instructions if named else None,
            note=details.note if named and own else None,
            busy=details.blocks,
            travel_minutes=int(details.travel.total_seconds()) // 60,
            reminders=[str(one) for one in details.reminders],
            session_bridge=details.session_bridge,
            fee=Amount.of(details.fee.amount) if details.fee else None,
            locks=sorted(locks_of(part)),
            attention=sorted(details.attention),
            revision=appointment.revision,
        )

    def _name_of(self, details: Details) -> str | None:
        client = self.clients.get(details.client) if details.client else None
        return client.full_name if client else None

    def _session_of(self, details: Details) -> str | None:
        types = self.call.uow.catalogue.session_type
        session = types.get(details.session_type) if details.session_type else None
        return session.name if session else None

    def _times(
        self, when: When, row: Occurrence | None
    ) -> tuple[datetime | date, datetime | date, str]:
        """Return an occurrence's first and last moment in its own zone, or its days."""
        practice: ZoneInfo = self.call.uow.practice.zone
        if isinstance(when, AllDay):
            if row is None:
                return when.first, when.end, practice.key
            days = (row.start.astimezone(practice), row.end.astimezone(practice))
            return days[0].date(), days[1].date(), practice.key
        if row is None:
            return when.start, when.end, when.zone
        own = when.zone_info
        return row.start.astimezone(own), row.end.astimezone(own), own.key
