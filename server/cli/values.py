"""How the words of a command line become values; what cannot be read is refused."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from server.domain.errors import Invalid


def zone_of(text: str | None) -> ZoneInfo | None:
    """Return the IANA time zone of that name, None for nothing; raises Invalid."""
    if not text:
        return None
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Invalid(
            "zone", f"'{text[:40]}' is not a time zone such as America/New_York"
        ) from error


def date_of(field: str, text: str | None) -> date | None:
    """Return the day ``YYYY-MM-DD``, None for nothing; raises Invalid."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Invalid(field, f"'{text[:20]}' is not a day such as 2026-11-24") from error


def moment_of(field: str, text: str, zone: ZoneInfo, day: date | None = None) -> datetime:
    """Return ``YYYY-MM-DD HH:MM`` as a moment of a zone; a time alone is of ``day``.

    A moment with an offset of its own is converted. Raises Invalid.
    """
    bare = text.strip()
    try:
        if day is None or "-" in bare[:5]:
            day, bare = date.fromisoformat(bare[:10]), bare[11:]
        moment = datetime.combine(day, time.fromisoformat(bare))
    except ValueError as error:
        raise Invalid(
            field, f"'{text[:30]}' is not a day and time such as '2026-11-24 14:00'"
        ) from error
    return moment.replace(tzinfo=zone) if moment.tzinfo is None else moment.astimezone(zone)
