"""What the practice does by other doors while calendar apps look on."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from server.domain.appointment import Appointment, Details, Part
from server.domain.calendars import Notice
from server.domain.ids import AppointmentId, ClientNumber, SessionTypeId, UserName, new_ulid
from server.domain.vocabulary import Kind, Status, TitleLevel
from server.domain.when import MASTER, RecurrenceKey, Timed, key_of
from server.ics.moments import with_times
from server.usecases.delete_appointment import cancel_appointment
from server.usecases.edit_appointment import Changes, Scope, Target, edit_appointment
from server.usecases.manage_users import edit_user
from server.usecases.record import Place, record
from tests.system.practice import operator
from tests.system.servers import Site


def target_of(site: Site, owner: str, href: str, key: RecurrenceKey = MASTER) -> Target:
    """Return the appointment that an object shows, or one occurrence of it."""
    appointment = site.appointment(owner, href)
    assert appointment is not None
    return Target(appointment.id, key, Scope.THIS if key else Scope.ALL)


def change(
    site: Site,
    owner: str,
    href: str,
    *,
    occurrence: datetime | None = None,
    start: datetime | None = None,
    **details: object,
) -> None:
    """Edit an appointment, or one occurrence of a series by its original start."""
    target = target_of(site, owner, href, key_of(occurrence) if occurrence else MASTER)
    when = None
    if start is not None:
        master = site.appointment(owner, href)
        assert master is not None
        held = master.first_part.when
        assert isinstance(held, Timed)
        when = Timed(start, start + held.duration)
    with site.database.writing() as uow:
        edit_appointment(uow, operator(), target, Changes(details, when))


def cancel(site: Site, owner: str, href: str, occurrence: datetime | None = None) -> None:
    """Cancel an appointment, or one occurrence of a series."""
    target = target_of(site, owner, href, key_of(occurrence) if occurrence else MASTER)
    with site.database.writing() as uow:
        cancel_appointment(uow, operator(), target)


def request(site: Site, owner: str, start: datetime, client: str = "C1001") -> str:
    """Store a request of a client, as the booking page will; return its href."""
    number = AppointmentId(new_ulid(operator().now))
    calendar = site.calendar(owner)
    details = Details(
        Kind.REQUEST,
        Status.REQUESTED,
        UserName(owner),
        client=ClientNumber(client),
        session_type=SessionTypeId("acupfollow"),
    )
    span = Timed(start, start + timedelta(minutes=45))
    asked = Appointment(
        number,
        calendar.id,
        f"{number}@practice",
        Part(span, details, with_times((), span, None)),
    )
    with site.database.writing() as uow:
        uow.calendars.lock([calendar.id])
        record(uow, operator(), None, asked, Place(calendar, f"{number}.ics"))
    return f"{number}.ics"


def archive(site: Site, session: str, *, archived: bool) -> None:
    """Archive a session type, or bring it back."""
    with site.database.writing() as uow:
        kind = uow.catalogue.session_type[SessionTypeId(session)]
        uow.configuration.save_session_type(replace(kind, archived=archived))


def notices(site: Site, user: str) -> list[Notice]:
    """Return what a user has not yet read."""
    with site.reading() as uow:
        return list(uow.notices.of(UserName(user)))


def show_titles(site: Site, name: str, level: TitleLevel) -> None:
    """Give a practitioner another title level."""
    with site.database.writing() as uow:
        user = uow.catalogue.user[UserName(name)]
        edit_user(uow, operator(), replace(user, title_level=level))
