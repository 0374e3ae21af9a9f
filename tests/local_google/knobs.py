"""Limits and bad days of the local Google that a test may set, also while it runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta


@dataclass
class Knobs:
    """Each default is Google's, or is off."""

    page_size: int = 0
    """Rows on a page at most, whatever maxResults says; 0 leaves it to maxResults."""
    empty_every: int = 0
    """Every so-manieth page of a read is empty though more follow; 0 is never."""
    thin_pages: bool = False
    """Rows that are not shown count towards a page, so that it may hold few or none."""
    exclusions: int = 120
    """How many dates EXDATE and RDATE lines of an event may hold in all."""
    sync_token_life: timedelta = timedelta(days=30)
    tombstone_life: timedelta = timedelta(days=365)
    """How long a deleted event is remembered."""
    calendars: int = 60
    """How many secondary calendars an account may ever make; deleting gives none back."""
    misses_duplicates: bool = False
    """An insert under a taken id is answered with 200 and makes a second event of that id."""
    unwatchable: set[str] = field(default_factory=set)
    """Calendars that cannot be watched."""
    freebusy_errors: dict[str, str] = field(default_factory=dict)
    """Calendars for which freebusy.query answers with an error, and its reason."""
    checks_answers: bool = True
    """Whether answers are held against the discovery document; off only to measure speed."""
    user_per_minute: int = 0
    """Units that an account may spend with a client in a minute; 0 is without limit."""
    project_per_minute: int = 0
    """Units that a client may spend in a minute; 0 is without limit."""
    consent_in_testing: bool = False
    """Refresh tokens die after seven days, as those of an app that is not published."""


@dataclass
class PushKnobs:
    """What befalls push messages; those that are held wait until they are delivered."""

    drop: int = 0
    """So many of the next messages are lost."""
    copies: int = 1
    """Each message is sent so many times."""
    held: bool = False
    """Messages wait for `deliver`."""
    routes: dict[str, str] = field(default_factory=dict)
    """Where messages for a public address really go: its beginning, and a loopback root."""
    retries: int = 4
    """Tries after an answer of 500, 502, 503 or 504."""
    first_pause: float = 0.05
    """Seconds before the first of them; each next pause is twice as long."""
