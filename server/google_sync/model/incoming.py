"""What is read of an event of Google: no text of anybody's, only what is compared."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from server.domain.errors import Invalid
from server.domain.when import MASTER, AllDay, Recurrence, RecurrenceKey, Timed, When, key_of
from server.google_sync.http.calls import Json
from server.google_sync.model.canonical import Projection, projection_from, times_of
from server.google_sync.model.marks import PROPERTY, text_hash
from server.google_sync.model.recurrence_lines import NotOneRule, read_lines
from server.ics.lines import decode
from server.ics.moments import UTC_ZONE
from server.ics.zones import resolve

_PRIVATE: Final = frozenset({"private", "confidential"})
_NEVER_BUSY: Final = frozenset({"workingLocation", "birthday"})
FOCUS_TIME: Final = "focusTime"


@dataclass(frozen=True, slots=True)
class Reader:
    """By what an event is read: the link's key, the calendar's zone, how focus time counts."""

    key: bytes = field(repr=False)
    zone: ZoneInfo = UTC_ZONE
    focus_blocks: bool = True


@dataclass(frozen=True, slots=True)
class Incoming:
    """One event as Google has it now; ``projection`` is None where it says no times.

    ``original`` is the occurrence of ``series`` that it stands for. ``odd`` says why how it
    repeats cannot be kept as one rule. ``zone`` is the zone that its start is told in.
    ``made`` is Google's stamp of when it was made: not compared with any clock, but two events
    differ in it. ``sealed_title`` is kept beside what is staged, so that it can be forgotten by
    itself. ``called`` is the title itself, never staged and only known of an event that was
    read by itself.
    """

    event: str
    etag: str
    cancelled: bool = False
    series: str = ""
    original: RecurrenceKey = MASTER
    mark: str = ""
    projection: Projection | None = None
    guests: bool = False
    odd: str = ""
    zone: str = ""
    made: str = ""
    sealed_title: str = ""
    called: str | None = field(default=None, repr=False)

    @property
    def is_exception(self) -> bool:
        """Whether it stands for one occurrence of a series."""
        return bool(self.series)

    def without_text(self) -> Incoming:
        """Return the same without even a hash of its title."""
        projection = replace(self.projection, title="") if self.projection else None
        return replace(self, projection=projection, called=None)


def read_event(reader: Reader, item: Json) -> Incoming:
    """Return what is compared of an event; of its texts only a keyed hash of the title."""
    start: Json = item.get("start") or {}
    found = Incoming(
        event=item["id"],
        etag=item.get("etag", ""),
        cancelled=item.get("status") == "cancelled",
        series=item.get("recurringEventId", ""),
        original=_original(item.get("originalStartTime"), reader.zone),
        mark=item.get("extendedProperties", {}).get("private", {}).get(PROPERTY, ""),
        guests=_has_guests(item),
        zone=_zone_of(start, reader.zone).key,
        made=item.get("created", ""),
    )
    if not start:
        return found
    try:
        when = _when(item, reader.zone)
    except Invalid:
        return replace(found, odd="it ends before it starts")
    recurrence, odd = _recurrence(item, when)
    projection = Projection(
        times_of(when, recurrence),
        title=text_hash(reader.key, as_compared(item.get("summary", ""))),
        opaque=_is_busy(item, focus_blocks=reader.focus_blocks),
        tentative=item.get("status") == "tentative",
        private=item.get("visibility", "default") in _PRIVATE,
    )
    return replace(found, projection=projection, odd=odd)


def named(read: Incoming, item: Json) -> Incoming:
    """Return what was read of an event with its title, in one line that any app can show."""
    title = " ".join(as_compared(item.get("summary", "")).split())
    return replace(read, called=decode(title.encode("utf-8", "ignore")))


def as_compared(text: str) -> str:
    """Return a text as it is compared: composed letters, no blanks around it."""
    return unicodedata.normalize("NFC", text).strip()


def staged_text(incoming: Incoming) -> str:
    """Return what was read as it is staged (JSON), but for how it is called."""
    said = asdict(incoming)
    del said["sealed_title"], said["called"]
    return json.dumps(said, separators=(",", ":"))


def read_staged(text: str, sealed_title: str = "") -> Incoming:
    """Return what was staged, with its title as it is kept beside it."""
    said: dict[str, Any] = json.loads(text)
    projection = said.pop("projection")
    return Incoming(
        **said,
        projection=projection_from(projection) if projection else None,
        sealed_title=sealed_title,
    )


def _when(item: Json, zone: ZoneInfo) -> When:
    start: Json = item["start"]
    end: Json = item.get("end") or start
    if start.get("date"):
        first = date.fromisoformat(start["date"])
        last = date.fromisoformat(end.get("date") or start["date"])
        return AllDay(first, max(1, (last - first).days))
    own = _zone_of(start, zone)
    begins = _moment(start, own)
    ends = _moment(end, own) if end.get("dateTime") else begins
    return Timed(begins, ends)


def _moment(said: Json, zone: ZoneInfo) -> datetime:
    """Return a moment in the event's own zone, in whichever offset Google shows it."""
    moment = datetime.fromisoformat(said["dateTime"])
    if moment.tzinfo is None:
        return moment.replace(tzinfo=zone, microsecond=0)
    return moment.astimezone(UTC).replace(microsecond=0).astimezone(zone)


def _zone_of(said: Json, zone: ZoneInfo) -> ZoneInfo:
    named = said.get("timeZone") or ""
    return resolve(named, None, zone) if named else zone


def _original(said: Json | None, zone: ZoneInfo) -> RecurrenceKey:
    if not said:
        return MASTER
    if said.get("date"):
        return key_of(date.fromisoformat(said["date"]))
    return key_of(_moment(said, _zone_of(said, zone)))


def _recurrence(item: Json, when: When) -> tuple[Recurrence | None, str]:
    lines = item.get("recurrence")
    if not lines:
        return None, ""
    try:
        return read_lines(lines, when), ""
    except NotOneRule as why:
        return None, str(why)


def _is_busy(item: Json, *, focus_blocks: bool) -> bool:
    """Whether an event takes time: not what is transparent, declined, or says only where."""
    if item.get("transparency") == "transparent":
        return False
    kind = item.get("eventType", "default")
    if kind in _NEVER_BUSY or (kind == FOCUS_TIME and not focus_blocks):
        return False
    return not any(
        guest.get("self") and guest.get("responseStatus") == "declined"
        for guest in item.get("attendees", ())
    )


def _has_guests(item: Json) -> bool:
    return any(not guest.get("self") for guest in item.get("attendees", ()))
