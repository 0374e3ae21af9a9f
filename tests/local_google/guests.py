"""Guests of an event: their copies of it, their answers, and the mails they would get."""

from __future__ import annotations

from dataclasses import dataclass

from tests.local_google.instances import Row, row_of
from tests.local_google.refusals import Refused, forbidden
from tests.local_google.times import Json
from tests.local_google.world import Calendar, Event, Mail, World

OWN = {"reminders", "colorId", "transparency", "visibility", "extendedProperties"}
"""What a guest's copy has for itself."""
MOST_HEARD = 200
"""With more guests than these, answers are not carried to the organizer."""
_FREE_FOR_GUESTS = {*OWN, "attendees"}


@dataclass(frozen=True)
class Told:
    """How guests are told of a change: `all`, `externalOnly` or `none`."""

    mode: str

    def mails(self, world: World, address: str) -> bool:
        """Whether an address gets a mail."""
        is_outside = address not in world.accounts
        if self.mode == "all":
            return True
        return is_outside and (self.mode == "externalOnly" or world.unknowns.none_still_mails)


def told(parameters: Json) -> Told:
    """Return how guests are told, as the parameters of a write say."""
    mode = parameters.get("sendUpdates")
    return Told(mode or ("all" if parameters.get("sendNotifications") else "none"))


def mail_guests(world: World, calendar: Calendar, row: Row, about: str, how: Told) -> None:
    """Note the mails about an event to all its guests but the organizer."""
    for each in row.body.get("attendees", ()):
        address = each["email"]
        if address != calendar.id and how.mails(world, address):
            summary = row.body.get("summary", "")
            world.mails.append(Mail(address, about, row.id, calendar.id, summary))


def check_guest_may(before: Row, after: Json) -> None:
    """Refuse a guest's change to what is the organizer's."""
    if not before.record.organizer or before.body.get("guestsCanModify"):
        return
    names = before.body.keys() | after.keys()
    changed = {name for name in names if before.body.get(name) != after.get(name)}
    if changed - _FREE_FOR_GUESTS:
        message = "Shared properties can only be changed by the organizer of the event."
        raise forbidden("forbiddenForNonOrganizer", message)


def spread(world: World, calendar: Calendar, event: Event) -> None:
    """Bring the copies of all guests who have an account here up to date."""
    if event.is_private_copy:
        return
    row = row_of(calendar, event)
    for each in row.body.get("attendees", ()):
        home = world.calendars.get(each["email"])
        if home is not None and home.is_primary and home is not calendar:
            _copy(world, calendar, row, home)


def _copy(world: World, calendar: Calendar, row: Row, home: Calendar) -> None:
    origin = row.record
    copy = home.events.get(row.id)
    own = {n: v for n, v in copy.body.items() if n in OWN} if copy else {}
    body = {n: value for n, value in row.body.items() if n not in OWN} | own
    if copy is None:
        copy = Event(
            row.id, origin.uid, {}, origin.creator, origin.created, world.tick(), origin.updated
        )
        home.events[row.id] = copy
    copy.body, copy.parent, copy.original = body, origin.parent, origin.original
    copy.cancelled, copy.sequence = origin.cancelled, origin.sequence
    copy.organizer = calendar.id
    copy.is_stub = False
    world.touch(home, copy)


def withdraw(world: World, row: Row, how: Told) -> None:
    """Take an event that was deleted off its guests' calendars, unless nobody is told."""
    if how.mode == "none":
        return
    for each in row.body.get("attendees", ()):
        home = world.calendars.get(each["email"])
        copy = home.events.get(row.id) if home else None
        if home is not None and copy is not None and copy.organizer:
            copy.cancelled = True
            world.touch(home, copy)


def answer(world: World, copy: Event, address: str) -> None:
    """Carry a guest's answer from their copy to the organizer's event."""
    home = world.live_calendar(copy.organizer)
    origin = home.events.get(copy.id) if home else None
    if home is None or origin is None or "attendees" not in origin.body:
        return
    if len(origin.body["attendees"]) > MOST_HEARD:
        return
    said = {e["email"]: e.get("responseStatus") for e in copy.body.get("attendees", ())}
    if said.get(address) is None:
        return
    origin.body["attendees"] = [
        {**each, "responseStatus": said[address]} if each["email"] == address else each
        for each in origin.body["attendees"]
    ]
    world.touch(home, origin)


def check_movable(event: Event) -> None:
    """Refuse to move what cannot be moved."""
    if event.body.get("eventType", "default") != "default":
        raise Refused(400, "eventTypeRestriction", "Only default events can be moved.")
    if event.parent:
        reason = "cannotChangeOrganizerOfInstance"
        message = "Cannot change the organizer of an instance."
        raise Refused(400, reason, message, "", "calendar")
