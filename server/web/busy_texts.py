"""Busy times as they are written: made quickly, and kept until a calendar changes.

Booking pages ask for the same days again and again, and a hundred practitioners have tens of
thousands of times in a month.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from threading import Lock
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from server.domain.ids import CalendarId, UserName
from server.domain.slots import offsets_of
from server.ics.free_busy import Busy
from server.usecases.busy_time import BusySpan

_BYTES_AT_MOST: Final = 32_000_000
_DAY: Final = 86_400
_EPOCH: Final = date(1970, 1, 1)
_SAID: Final = {Busy.TENTATIVE.value: "tentative"}


class Asked(NamedTuple):
    """Whose times are asked for, of when (seconds since 1970), shown in which zone.

    ``revisions`` are those of the calendars and of the practice's configuration: whatever
    changes an answer raises one of them.
    """

    user: UserName
    start: int
    end: int
    zone: str
    configured: int
    revisions: tuple[tuple[CalendarId, int], ...]


@dataclass(slots=True)
class BusyTexts:
    """What was written last, of each practitioner for itself; shared by all threads."""

    _texts: OrderedDict[Asked, bytes] = field(default_factory=OrderedDict)
    _bytes: int = 0
    _lock: Lock = field(default_factory=Lock)

    def get(self, asked: Asked) -> bytes | None:
        """Return what was written before, None where that was not asked or has changed."""
        with self._lock:
            text = self._texts.get(asked)
            if text is not None:
                self._texts.move_to_end(asked)
            return text

    def keep(self, asked: Asked, text: bytes) -> None:
        """Keep what was written; what nobody asked for the longest time goes."""
        with self._lock:
            if asked in self._texts:
                return
            self._texts[asked] = text
            self._bytes += len(text)
            while self._bytes > _BYTES_AT_MOST:
                _, gone = self._texts.popitem(last=False)
                self._bytes -= len(gone)


class Clockface:
    """Writes moments of a range as RFC 3339 in a zone: what days and times share is kept."""

    def __init__(self, zone: ZoneInfo, start: int, end: int) -> None:
        pieces = offsets_of(zone, start, max(end, start + 1))
        self._starts = [piece.start for piece in pieces]
        self._seconds = [piece.seconds for piece in pieces]
        self._days: dict[int, str] = {}
        self._times: dict[tuple[int, int], str] = {}

    def text(self, moment: int) -> str:
        """Return a moment, in seconds since 1970, that lies in the range or at its end."""
        seconds = self._seconds[max(0, bisect_right(self._starts, moment) - 1)]
        day, time = divmod(moment + seconds, _DAY)
        head = self._days.get(day) or self._day(day)
        return head + (self._times.get((time, seconds)) or self._time(time, seconds))

    def _day(self, day: int) -> str:
        text = self._days[day] = (_EPOCH + timedelta(days=day)).isoformat()
        return text

    def _time(self, time: int, seconds: int) -> str:
        hours, rest = divmod(time, 3600)
        minutes, odd = divmod(rest, 60)
        text = f"T{hours:02}:{minutes:02}:{odd:02}{_offset(seconds)}"
        self._times[time, seconds] = text
        return text


def _offset(seconds: int) -> str:
    """Return an offset as RFC 3339 has it; seconds of one, as long ago, are said too."""
    sign = "-" if seconds < 0 else "+"
    hours, rest = divmod(abs(seconds), 3600)
    minutes, odd = divmod(rest, 60)
    return f"{sign}{hours:02}:{minutes:02}" + (f":{odd:02}" if odd else "")


def written(spans: Iterable[BusySpan], clock: Clockface) -> bytes:
    """Return busy times as JSON, without the brackets around them."""
    text, said = clock.text, _SAID.get
    pieces: Sequence[str] = [
        f'{{"start":"{text(start)}","end":"{text(end)}","type":"{said(kind, "busy")}"}}'
        for start, end, kind in spans
    ]
    return ",".join(pieces).encode()
