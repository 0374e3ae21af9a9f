"""`praxical location` and `praxical room`: where sessions happen."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

import typer

from server.cli.commands import AsJson, command, given, group
from server.cli.desk import Desk
from server.cli.output import say, show_json, show_table
from server.cli.values import zone_of
from server.domain.ids import LocationKey, RoomKey
from server.domain.practice import Location, Room
from server.usecases import manage_places

locations = group("Locations with their place of service.")
rooms = group("Rooms of the locations.")

Key = Annotated[str, typer.Argument(metavar="KEY", help="Short, as in the title mark @KEY.")]
Name = Annotated[str | None, typer.Option("--name", metavar="TEXT", help="Name for people.")]
Place = Annotated[
    str,
    typer.Option(
        "--place-of-service", metavar="NN", help="CMS code: 11 office, 10 or 02 telehealth."
    ),
]
NewPlace = Annotated[
    str | None, typer.Option("--place-of-service", metavar="NN", help="CMS code, two digits.")
]
Zone = Annotated[
    str | None,
    typer.Option("--zone", metavar="ZONE", help="Time zone, where it is another one."),
]
Auto95 = Annotated[
    bool | None,
    typer.Option("--auto-95/--no-auto-95", help="Telehealth brings modifier 95 by itself."),
]
Url = Annotated[str | None, typer.Option("--url", metavar="URL", help="Video room, https.")]
OfLocation = Annotated[
    str, typer.Option("--location", metavar="KEY", help="The room's location.")
]
NewLocation = Annotated[
    str | None, typer.Option("--location", metavar="KEY", help="The room's location.")
]
All = Annotated[bool, typer.Option("--all", help="Show archived ones too.")]


@command(
    locations,
    "add",
    "praxical location add main --name 'Main street' --place-of-service 11",
    "praxical location add telehealth --place-of-service 10 --url https://video.example.org/alma",
)
def add_location(
    desk: Desk,
    key: Key,
    *,
    name: Name = None,
    place: Place = "11",
    zone: Zone = None,
    auto_95: Auto95 = None,
    url: Url = None,
) -> None:
    """Add a location."""
    automatic = True if auto_95 is None else auto_95
    shown = name or key.capitalize()
    new = Location(LocationKey(key), shown, place, zone_of(zone), automatic, url or "")
    with desk.writing() as uow:
        manage_places.add_location(uow, new)
    say(f"Added the location {key}: {manage_places.PLACES_OF_SERVICE[place]}.")


@command(locations, "list", "praxical location list", "praxical location list --json")
def list_locations(desk: Desk, *, everything: All = False, as_json: AsJson = False) -> None:
    """List the locations."""
    with desk.reading() as uow:
        known = sorted(uow.catalogue.locations, key=lambda location: location.key)
    found = [location for location in known if everything or not location.archived]
    if as_json:
        show_json([_location_json(location) for location in found])
        return
    show_table(
        ("KEY", "NAME", "PLACE OF SERVICE", "ADDS 95", "ZONE", ""),
        (
            (
                one.key,
                one.name,
                f"{one.place_of_service} {_place(one)}",
                one.is_telehealth,
                one.zone,
                "archived" if one.archived else "",
            )
            for one in found
        ),
        "There are no locations yet. Add one with: praxical location add KEY",
    )


@command(locations, "edit", "praxical location edit telehealth --no-auto-95")
def edit_location(
    desk: Desk,
    key: Key,
    *,
    name: Name = None,
    place: NewPlace = None,
    zone: Zone = None,
    auto_95: Auto95 = None,
    url: Url = None,
) -> None:
    """Change a location; an empty text clears a field."""
    changes: dict[str, Any] = given(name=name, place_of_service=place, auto_95=auto_95, url=url)
    if zone is not None:
        changes["zone"] = zone_of(zone)
    with desk.writing() as uow:
        location = manage_places.find_location(uow, key)
        manage_places.edit_location(uow, desk.context, replace(location, **changes))
    say(f"Changed the location {key}.")


@command(locations, "archive", "praxical location archive annex")
def archive_location(desk: Desk, key: Key) -> None:
    """Offer a location no more; appointments there stay."""
    _set_location_archived(desk, key, archived=True)
    say(f"Archived the location {key}.")


@command(locations, "unarchive", "praxical location unarchive annex")
def unarchive_location(desk: Desk, key: Key) -> None:
    """Offer an archived location again."""
    _set_location_archived(desk, key, archived=False)
    say(f"The location {key} is back.")


@command(rooms, "add", "praxical room add room-1 --location main --name 'Room 1'")
def add_room(desk: Desk, key: Key, *, location: OfLocation, name: Name = None) -> None:
    """Add a room to a location."""
    new = Room(RoomKey(key), name or key.capitalize(), LocationKey(location))
    with desk.writing() as uow:
        manage_places.add_room(uow, new)
    say(f"Added the room {key}.")


@command(rooms, "list", "praxical room list", "praxical room list --json")
def list_rooms(desk: Desk, *, everything: All = False, as_json: AsJson = False) -> None:
    """List the rooms."""
    with desk.reading() as uow:
        known = sorted(uow.catalogue.rooms, key=lambda room: (room.location, room.key))
    found = [room for room in known if everything or not room.archived]
    if as_json:
        show_json([_room_json(room) for room in found])
        return
    show_table(
        ("KEY", "NAME", "LOCATION", ""),
        (
            (one.key, one.name, one.location, "archived" if one.archived else "")
            for one in found
        ),
        "There are no rooms yet. Add one with: praxical room add KEY --location KEY",
    )


@command(rooms, "edit", "praxical room edit room-1 --name 'Blue room'")
def edit_room(desk: Desk, key: Key, *, name: Name = None, location: NewLocation = None) -> None:
    """Change a room."""
    changes: dict[str, Any] = given(name=name, location=location)
    with desk.writing() as uow:
        room = manage_places.find_room(uow, key)
        manage_places.edit_room(uow, desk.context, replace(room, **changes))
    say(f"Changed the room {key}.")


@command(rooms, "archive", "praxical room archive room-1")
def archive_room(desk: Desk, key: Key) -> None:
    """Offer a room no more; appointments there stay."""
    _set_room_archived(desk, key, archived=True)
    say(f"Archived the room {key}.")


@command(rooms, "unarchive", "praxical room unarchive room-1")
def unarchive_room(desk: Desk, key: Key) -> None:
    """Offer an archived room again."""
    _set_room_archived(desk, key, archived=False)
    say(f"The room {key} is back.")


def _set_location_archived(desk: Desk, key: str, *, archived: bool) -> None:
    with desk.writing() as uow:
        changed = replace(manage_places.find_location(uow, key), archived=archived)
        manage_places.edit_location(uow, desk.context, changed)


def _set_room_archived(desk: Desk, key: str, *, archived: bool) -> None:
    with desk.writing() as uow:
        changed = replace(manage_places.find_room(uow, key), archived=archived)
        manage_places.edit_room(uow, desk.context, changed)


def _place(location: Location) -> str:
    return manage_places.PLACES_OF_SERVICE.get(location.place_of_service, "")


def _location_json(location: Location) -> dict[str, object]:
    return {
        "key": location.key,
        "name": location.name,
        "place_of_service": location.place_of_service,
        "zone": str(location.zone) if location.zone else None,
        "auto_95": location.auto_95,
        "url": location.url,
        "archived": location.archived,
    }


def _room_json(room: Room) -> dict[str, object]:
    return {
        "key": room.key,
        "name": room.name,
        "location": room.location,
        "archived": room.archived,
    }
