"""What the local Google holds, for whoever looks at it from outside."""

from __future__ import annotations

from tests.local_google.channels import is_live
from tests.local_google.google import Google
from tests.local_google.instances import row_of
from tests.local_google.refusals import not_found
from tests.local_google.rendering import View, rendered
from tests.local_google.times import Json
from tests.local_google.world import Calendar


def find_calendar(google: Google, email: str, calendar: str) -> Calendar:
    """Return a calendar by id, `primary` or title, deleted ones too; raises Refused."""
    world = google.world
    found = world.calendars.get(email if calendar == "primary" else calendar)
    if found is None:
        named = [
            one
            for one in world.calendars.values()
            if one.owner == email and one.summary == calendar
        ]
        found = next((one for one in named if not one.is_deleted), next(iter(named), None))
    if found is None:
        raise not_found()
    return found


def shown_events(google: Google, email: str, calendar: str) -> list[Json]:
    """Return all events of a calendar as its owner sees them, the oldest first."""
    found = find_calendar(google, email, calendar)
    account = google.account(found.owner)
    view = View(google.world, found, account, "owner", found.zone)
    return [rendered(view, row_of(found, event)) for event in found.rows()]


def everything(google: Google) -> Json:
    """Return all that is held: accounts with their grants, calendars with their events."""
    return {
        email: {
            "sub": account.sub,
            "overQuota": account.is_over_quota,
            "grants": _grants(google, email),
            "calendars": [
                _calendar(google, one)
                for one in google.world.calendars.values()
                if one.owner == email
            ],
        }
        for email, account in google.world.accounts.items()
    }


def _grants(google: Google, email: str) -> list[Json]:
    return [
        {"client": one.client, "scopes": sorted(one.scopes)}
        for one in google.grants.refreshes.values()
        if one.account == email
    ]


def _calendar(google: Google, calendar: Calendar) -> Json:
    resource = f"calendars/{calendar.id}/events"
    return {
        "id": calendar.id,
        "summary": calendar.summary,
        "description": calendar.description,
        "timeZone": calendar.zone,
        "primary": calendar.is_primary,
        "deleted": calendar.is_deleted,
        "madeBy": calendar.app,
        "channels": [
            one.id
            for one in google.world.channels
            if one.resource == resource and is_live(google.world, one)
        ],
        "events": shown_events(google, calendar.owner, calendar.id),
    }
