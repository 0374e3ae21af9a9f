"""Where sessions happen: locations with their place of service, rooms (SH-07, SH-08)."""

from __future__ import annotations

from dataclasses import replace

from server.domain.errors import AlreadyThere, Archived, Invalid, NotFound
from server.domain.ids import LocationKey, RoomKey
from server.domain.practice import Location, Room
from server.usecases import accepted_values as accepted
from server.usecases.context import Context
from server.usecases.ports import UnitOfWork
from server.usecases.refresh_objects import Selector, refresh

PLACES_OF_SERVICE = {
    "01": "Pharmacy",
    "02": "Telehealth elsewhere than at home",
    "03": "School",
    "04": "Homeless shelter",
    "05": "Indian Health Service, free-standing",
    "06": "Indian Health Service, provider-based",
    "07": "Tribal 638, free-standing",
    "08": "Tribal 638, provider-based",
    "09": "Prison or correctional facility",
    "10": "Telehealth in the patient's home",
    "11": "Office",
    "12": "Home",
    "13": "Assisted living facility",
    "14": "Group home",
    "15": "Mobile unit",
    "16": "Temporary lodging",
    "17": "Walk-in retail health clinic",
    "18": "Place of employment",
    "19": "Outpatient hospital, off campus",
    "20": "Urgent care facility",
    "21": "Inpatient hospital",
    "22": "Outpatient hospital, on campus",
    "23": "Emergency room",
    "24": "Ambulatory surgical center",
    "25": "Birthing center",
    "26": "Military treatment facility",
    "27": "Outreach site or street",
    "31": "Skilled nursing facility",
    "32": "Nursing facility",
    "33": "Custodial care facility",
    "34": "Hospice",
    "41": "Ambulance, land",
    "42": "Ambulance, air or water",
    "49": "Independent clinic",
    "50": "Federally qualified health center",
    "51": "Inpatient psychiatric facility",
    "52": "Psychiatric facility, partial hospitalization",
    "53": "Community mental health center",
    "54": "Intermediate care, intellectual disabilities",
    "55": "Residential substance abuse treatment",
    "56": "Psychiatric residential treatment center",
    "57": "Non-residential substance abuse treatment",
    "58": "Non-residential opioid treatment",
    "60": "Mass immunization center",
    "61": "Inpatient rehabilitation facility",
    "62": "Outpatient rehabilitation facility",
    "65": "End-stage renal disease treatment",
    "66": "PACE center",
    "71": "Public health clinic",
    "72": "Rural health clinic",
    "81": "Independent laboratory",
    "99": "Other place of service",
}
"""The codes of the CMS list of places of service, with short names of our own."""


def find_location(uow: UnitOfWork, key: str) -> Location:
    """Return a location; raises NotFound."""
    location = uow.catalogue.location.get(LocationKey(key))
    if location is None:
        raise NotFound("location", key[:40])
    return location


def add_location(uow: UnitOfWork, location: Location) -> None:
    """Add a location; raises Invalid, AlreadyThere where a location or room has the key."""
    _refuse_taken(uow, accepted.key("key", location.key))
    uow.configuration.save_location(_accepted_location(location))


def edit_location(uow: UnitOfWork, context: Context, changed: Location) -> None:
    """Store what changed of a location; raises NotFound and Invalid.

    An archived one is offered no more; appointments there stay.
    """
    before = find_location(uow, changed.key)
    kept = _accepted_location(changed)
    uow.configuration.save_location(kept)
    if replace(before, archived=kept.archived) != kept:
        refresh(uow, context, Selector(location=kept.key))


def find_room(uow: UnitOfWork, key: str) -> Room:
    """Return a room; raises NotFound."""
    room = uow.catalogue.room.get(RoomKey(key))
    if room is None:
        raise NotFound("room", key[:40])
    return room


def add_room(uow: UnitOfWork, room: Room) -> None:
    """Add a room to a location; raises Invalid, NotFound, Archived and AlreadyThere."""
    _refuse_taken(uow, accepted.key("key", room.key))
    if find_location(uow, room.location).archived:
        raise Archived(f"The location '{room.location}' is archived.")
    uow.configuration.save_room(replace(room, name=accepted.required_text("name", room.name)))


def edit_room(uow: UnitOfWork, context: Context, changed: Room) -> None:
    """Store what changed of a room; raises NotFound and Invalid."""
    before = find_room(uow, changed.key)
    find_location(uow, changed.location)
    kept = replace(changed, name=accepted.required_text("name", changed.name))
    uow.configuration.save_room(kept)
    if replace(before, archived=kept.archived) != kept:
        refresh(uow, context, Selector(room=kept.key))


def _refuse_taken(uow: UnitOfWork, key: str) -> None:
    # Titles name both after the same sign, as in "@room-2" and "@telehealth".
    if LocationKey(key) in uow.catalogue.location:
        raise AlreadyThere("location", key)
    if RoomKey(key) in uow.catalogue.room:
        raise AlreadyThere("room", key)


def _accepted_location(location: Location) -> Location:
    if location.place_of_service not in PLACES_OF_SERVICE:
        raise Invalid(
            "place of service",
            f"'{location.place_of_service[:8]}' is not on the list; 11 is an office, "
            "10 telehealth at the patient's home, 02 telehealth elsewhere",
        )
    return replace(
        location,
        name=accepted.required_text("name", location.name),
        url=accepted.web_address("url", location.url),
    )
