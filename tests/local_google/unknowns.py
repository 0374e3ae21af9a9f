"""What nobody has told for certain about Google: one switch each, both to be lived with.

A switch's default is what is reported, where anything is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace


@dataclass(frozen=True)
class Unknowns:
    """One field for each behaviour that is not known; its sentence says what True means."""

    delta_keeps_window: bool = False
    """A sync token remembers timeMin and timeMax of the first read, and tells only of those."""
    bad_token_is_gone: bool = True
    """A mangled sync token is answered with 410, otherwise with 400."""
    gone_says_why: bool = True
    """A 410 for a sync token names its reason."""
    empty_patch_moves_etag: bool = True
    """A patch that changes nothing gives the event another etag and tells of it."""
    paging_shows_changes: bool = True
    """What changes during a read is shown on its later pages, otherwise by the next delta."""
    lists_newest_first: bool = False
    """Rows come newest first, so that exceptions come before their master."""
    tells_lost_exceptions: bool = True
    """Exceptions that end with their series come as cancelled rows of their own."""
    edit_all_drops_exceptions: bool = False
    """A new time or rule of a series drops all exceptions, otherwise those that fit no more."""
    tombstones_keep_details: bool = True
    """A deleted event is listed with all that it held, otherwise with its id only."""
    rewrites_rules: bool = True
    """RRULE comes back in another order and with WKST."""
    rewrites_exclusions: bool = True
    """EXDATE and RDATE come back as wall time in the event's zone, several on a line."""
    single_events_name_zone: bool = True
    """A timed event that does not repeat is shown with its time zone."""
    offsets_follow_calendar: bool = True
    """Times are written at the offset of the calendar's zone, otherwise of the event's."""
    freebusy_scope_hides: bool = True
    """With the free/busy scope alone an event is shown without its texts."""
    foreign_calendar_is_unknown: bool = True
    """A calendar that the granted scopes do not reach is 404, otherwise 403."""
    import_replaces: bool = True
    """An import of a known iCalUID replaces the event, otherwise it is a duplicate."""
    none_still_mails: bool = False
    """sendUpdates=none mails guests outside Google nevertheless."""
    numbers_have_gaps: bool = False
    """Numbers of push messages rise by more than one."""
    channels_live_long: bool = False
    """A channel lives for at most 30 days, otherwise for 7."""
    stopped_channels_linger: bool = False
    """A stopped channel delivers what happens within the next minutes nevertheless."""
    expansion_is_limited: bool = True
    """A series without end is expanded to 730 instances, otherwise to five years from now."""
    refuses_long_ranges: bool = False
    """freebusy.query refuses more than three months with timeRangeTooLong."""
    oversized_properties_are_refused: bool = False
    """Too long extended properties are refused, otherwise dropped or cut without a word."""
    rotates_refresh_tokens: bool = False
    """A refresh gives another refresh token; the one before stays good for an hour."""
    tokens_survive_restart: bool = True
    """Sync tokens are still good after the server was started again from its save file."""

    @classmethod
    def as_reported(cls) -> Unknowns:
        """Every switch as people report Google to be."""
        return cls()

    @classmethod
    def otherwise(cls) -> Unknowns:
        """Every switch in its other position."""
        return cls(**{each.name: not each.default for each in fields(cls)})

    def flipped(self, name: str) -> Unknowns:
        """One switch in its other position."""
        return replace(self, **{name: not getattr(self, name)})

    @classmethod
    def names(cls) -> list[str]:
        """The names of all switches."""
        return [each.name for each in fields(cls)]

    @classmethod
    def all_positions(cls) -> Iterator[tuple[str, Unknowns]]:
        """Each with a name for a test: both presets, then each switch flipped by itself."""
        yield "as_reported", cls.as_reported()
        yield "otherwise", cls.otherwise()
        for name in cls.names():
            yield f"{name}={not getattr(cls(), name)}", cls().flipped(name)
