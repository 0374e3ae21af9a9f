"""Properties of a home, which is the principal of its user (RFC 3744 4, RFC 4791 6.2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from server.caldav.properties.common import COMMON, Read, fixed, href_of, resource_id
from server.caldav.properties.place import Place, Sort
from server.caldav.properties.sizes import octets_in
from server.caldav.xml_out import CALDAV, CALSERVER, DAV, element, escape, href, text_element
from server.domain.calendars import INBOX, OUTBOX


def _addresses(place: Place) -> str:
    """Return the path and the mail address: by either an event may name the user (6.2.1)."""
    email = place.request.user.email
    mail = href_of(escape(f"mailto:{email}")) if email else ""
    return href(place.path) + mail


def _mail_addresses(place: Place) -> str | None:
    email = place.request.user.email
    return text_element(f"{CALSERVER}email-address", email) if email else None


def _used(place: Place) -> str:
    """Return the octets of all own calendars (RFC 4331 4); there is no limit to tell of."""
    own = (one for one in place.members() if one.sort is Sort.CALENDAR and one.is_own)
    return str(sum(octets_in(one) for one in own))


HOME: Final[Mapping[str, Read]] = {
    **COMMON,
    f"{DAV}resourcetype": fixed(element(f"{DAV}collection") + element(f"{DAV}principal")),
    f"{DAV}displayname": lambda place: escape(place.request.user.display_name),
    f"{DAV}owner": lambda place: href(place.path),
    f"{DAV}principal-URL": lambda place: href(place.path),
    f"{DAV}alternate-URI-set": fixed(""),
    # Nobody acts for somebody else here: what a person may see of colleagues' calendars lies
    # in that person's own home. A list of delegates would lead apps to homes that they cannot
    # open, and show each calendar twice; an empty one is the true and the quiet answer.
    f"{DAV}group-member-set": fixed(""),
    f"{DAV}group-membership": fixed(""),
    f"{CALSERVER}calendar-proxy-read-for": fixed(""),
    f"{CALSERVER}calendar-proxy-write-for": fixed(""),
    f"{CALDAV}calendar-home-set": lambda place: href(place.path),
    f"{CALDAV}calendar-user-address-set": _addresses,
    f"{CALDAV}calendar-user-type": fixed("INDIVIDUAL"),
    f"{CALDAV}schedule-inbox-URL": lambda place: href(f"{place.path}{INBOX}/"),
    f"{CALDAV}schedule-outbox-URL": lambda place: href(f"{place.path}{OUTBOX}/"),
    f"{CALSERVER}email-address-set": _mail_addresses,
    f"{DAV}quota-used-bytes": _used,
    f"{DAV}resource-id": lambda place: resource_id(place, place.request.user.name),
}
"""By Clark name."""
