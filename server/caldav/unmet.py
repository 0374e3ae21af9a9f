"""Conditions that several writing methods ask for, each with its status and its sentence."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from server.caldav.answers import Unmet
from server.caldav.properties.methods import (
    OF_OBJECTS,
    OF_READ_OBJECTS,
    TO_MAKE_CALENDARS,
    methods_of,
)
from server.caldav.properties.place import place_of
from server.caldav.xml_out import DAV, OURS, href

if TYPE_CHECKING:
    from server.caldav.request import Request


class MethodNotAllowed(Unmet):
    """What is at a path has no such method (RFC 9110 15.5.6)."""

    def __init__(self, request: Request, sentence: str) -> None:
        super().__init__(HTTPStatus.METHOD_NOT_ALLOWED, f"{OURS}method-allowed", sentence)
        headers = {**self.response.headers, "Allow": allowed(request)}
        self.response = replace(self.response, headers=headers)


def allowed(request: Request) -> str:
    """Return the methods of what is at the path, or of what could be made there.

    A method that a calendar takes for the objects in it is not allowed on itself.
    """
    return ", ".join(method for method in _methods(request) if method != request.method)


def _methods(request: Request) -> tuple[str, ...]:
    if request.is_object:
        return OF_OBJECTS if request.may_write() else OF_READ_OBJECTS
    place = place_of(request)
    if place is None:
        return TO_MAKE_CALENDARS
    return methods_of(place.sort, may_write=place.may_write)


def missing() -> Unmet:
    """Return the refusal of a path at which nothing is, or nothing for this user."""
    said = "There is nothing at this address."
    return Unmet(HTTPStatus.NOT_FOUND, f"{OURS}not-found", said)


def no_parent() -> Unmet:
    """Return the refusal of a path that lies in no collection (RFC 4918 9.7.1, 9.8.5)."""
    said = "There is no calendar here that could hold it."
    return Unmet(HTTPStatus.CONFLICT, f"{OURS}parent-exists", said)


def lacks(privilege: str, path: str) -> Unmet:
    """Return the refusal that names a privilege the user lacks, and where (RFC 3744 7.1.1)."""
    needed = f"<D:privilege><D:{privilege}/></D:privilege>"
    inner = f"<D:resource>{href(path)}{needed}</D:resource>"
    said = "You may not do this here."
    return Unmet(HTTPStatus.FORBIDDEN, f"{DAV}need-privileges", said, inner)
