"""Who calls, with which scopes, and what they may do with a calendar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.local_google.refusals import forbidden, not_found
from tests.local_google.rendering import View
from tests.local_google.times import Json, zone
from tests.local_google.world import ROLES, Account, Calendar, World

WRITES = "writerWithoutPrivateAccess"
"""The least role that writes; private events are closed to it."""
FREEBUSY_SCOPES = {"calendar.events.freebusy", "calendar.freebusy"}


@dataclass
class Call:
    """One request to the API, its parameters read and checked.

    ``method`` is the name in the discovery document without `calendar.`; ``scopes`` are those
    granted ones, by their last part, that the method takes.
    """

    world: World
    method: str
    account: Account
    client: str
    scopes: frozenset[str]
    parameters: dict[str, Any] = field(default_factory=dict)
    body: Json = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    root: str = ""

    def get(self, name: str, default: Any = None) -> Any:  # noqa: ANN401  # of any type
        """Return a parameter."""
        return self.parameters.get(name, default)

    @property
    def if_match(self) -> str:
        """The etag that the thing has to have; empty or * is any."""
        found = self.headers.get("if-match", "")
        return "" if found == "*" else found


def reaches(call: Call, calendar: Calendar, scope: str) -> bool:
    """Whether a scope goes as far as a calendar."""
    if scope == "calendar.app.created":
        return calendar.app == call.client
    if scope.startswith("calendar.events.owned"):
        return calendar.role_of(call.account.email) == "owner"
    if scope == "calendar.events.public.readonly":
        return any(rule.scope.get("type") == "default" for rule in calendar.rules.values())
    return True


def calendar_of(call: Call, needs: str = "freeBusyReader", name: str = "") -> Calendar:
    """Return the calendar that is asked for; raises Refused where it may not be touched."""
    asked = name or call.get("calendarId")
    found = call.world.live_calendar(call.account.email if asked == "primary" else asked)
    if found is None:
        raise not_found()
    role = found.role_of(call.account.email)
    if role == "none":
        raise not_found()
    _check_reach(call, found)
    if ROLES.index(role) < ROLES.index(needs):
        role = "writer" if needs == WRITES else needs
        message = f"You need to have {role} access to this calendar."
        raise forbidden("requiredAccessLevel", message)
    return found


def _check_reach(call: Call, calendar: Calendar) -> None:
    if any(reaches(call, calendar, scope) for scope in call.scopes):
        return
    if call.world.unknowns.foreign_calendar_is_unknown:
        raise not_found()
    raise forbidden("insufficientPermissions", "Insufficient Permission")


def view_of(call: Call, calendar: Calendar) -> View:
    """Return how the caller sees a calendar; raises Refused for a zone that is none."""
    named = call.get("timeZone") or calendar.zone
    useful = {scope for scope in call.scopes if reaches(call, calendar, scope)}
    return View(
        call.world,
        calendar,
        call.account,
        calendar.role_of(call.account.email),
        zone(named).key,
        call.world.unknowns.freebusy_scope_hides and useful <= FREEBUSY_SCOPES,
        call.get("maxAttendees") or 0,
    )


def check_quota(call: Call) -> None:
    """Refuse a write of somebody whose calendar takes none for now."""
    if call.account.is_over_quota:
        raise forbidden("quotaExceeded", "Calendar usage limits exceeded.")
