"""Busy times as they are written: made quickly, and kept until a calendar changes.

Booking pages ask for days that overlap again and again, and a hundred practitioners have tens
of thousands of times in a month. So whole weeks are written, and what was asked is cut out.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from threading import Lock
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from server.domain.ids import CalendarId, UserName
from server.domain.slots import offsets_of
from server.ics.free_busy import Busy
from server.usecases.busy_time import BusySpan

_BYTES_AT_MOST: Final = 32_000_000
_BYTES_OF_A_SPAN: Final = 120
_DAY: Final = 86_400
_WEEK: Final = 7 * _DAY
_EPOCH: Final = date(1970, 1, 1)
_FIRST: Final = int(datetime.min.replace(tzinfo=UTC).timestamp())
_LAST: Final = int(datetime.max.replace(tzinfo=UTC, microsecond=0).timestamp())
_ENDS: Final = {
    kind.value: f'","type":"{"tentative" if kind is Busy.TENTATIVE else "busy"}"}},'
    for kind in Busy
}


class Asked(NamedTuple):
    """Whose times are asked for, of which weeks (seconds since 1970), shown in which zone.

    ``revisions`` are those of the calendars and of the practice's configuration: whatever
    changes an answer raises one of them.
    """

    user: UserName
    start: int
    end: int
    zone: str
    configured: int
    revisions: tuple[tuple[CalendarId, int], ...]


def weeks_around(start: int, end: int) -> tuple[int, int]:
    """Return the whole weeks that hold a range, as far as there are dates.

    All are seconds since 1970.
    """
    return max(start - start % _WEEK, _FIRST), min(end + -end % _WEEK, _LAST)


class WrittenTimes:
    """Somebody's busy times of some weeks as JSON, any part of which can be cut out.

    ``spans`` are sorted, and those of one kind apart from each other.
    """

    __slots__ = ("_at", "_clock", "_reach", "_spans", "_starts", "_text")

    def __init__(self, spans: Sequence[BusySpan], clock: Clockface) -> None:
        pieces = _written(spans, clock)
        self._clock = clock
        self._spans = spans
        self._text = "".join(pieces).encode()
        self._starts = array("q", (start for start, _, _ in spans))
        self._reach = array("q", accumulate((end for _, end, _ in spans), max))
        self._at = array("q", accumulate(map(len, pieces), initial=0))

    @property
    def size(self) -> int:
        """How much memory this takes, in bytes, more or less."""
        return len(self._text) + _BYTES_OF_A_SPAN * len(self._spans)

    def between(self, start: int, end: int) -> bytes:
        """Return what is taken in a range of these weeks, without the brackets around it."""
        # What begins before the range and what ends with it or after it is cut to it; all
        # between is as it was written.
        first, inner = bisect_right(self._reach, start), bisect_right(self._starts, start)
        last, outer = bisect_left(self._starts, end), bisect_left(self._reach, end)
        text = self._cut(first, min(inner, last), start, end)
        if inner < outer:
            text += self._text[self._at[inner] : self._at[outer]]
        text += self._cut(max(inner, outer), last, start, end)
        return text.removesuffix(b",")

    def _cut(self, first: int, last: int, start: int, end: int) -> bytes:
        found = sorted(
            (max(begins, start), min(ends, end), kind)
            for begins, ends, kind in self._spans[first:last]
            if ends > start
        )
        return "".join(_written(found, self._clock)).encode()


@dataclass(slots=True)
class BusyTexts:
    """What was written last, of each practitioner for itself; shared by all threads."""

    _texts: OrderedDict[Asked, WrittenTimes] = field(default_factory=OrderedDict)
    _bytes: int = 0
    _lock: Lock = field(default_factory=Lock)

    def get(self, asked: Asked) -> WrittenTimes | None:
        """Return what was written before, None where that was not asked or has changed."""
        with self._lock:
            text = self._texts.get(asked)
            if text is not None:
                self._texts.move_to_end(asked)
            return text

    def keep(self, asked: Asked, text: WrittenTimes) -> None:
        """Keep what was written; what nobody asked for the longest time goes."""
        with self._lock:
            if asked in self._texts:
                return
            self._texts[asked] = text
            self._bytes += text.size
            while self._bytes > _BYTES_AT_MOST:
                _, gone = self._texts.popitem(last=False)
                self._bytes -= gone.size


class Clockface(dict[int, str]):
    """Writes moments of a range, in seconds since 1970, as RFC 3339 in a zone; each once."""

    def __init__(self, zone: ZoneInfo, start: int, end: int) -> None:
        super().__init__()
        pieces = offsets_of(zone, start, max(end, start + 1))
        self._starts = [piece.start for piece in pieces]
        self._seconds = [piece.seconds for piece in pieces]

    def __missing__(self, moment: int) -> str:
        seconds = self._seconds[max(0, bisect_right(self._starts, moment) - 1)]
        day, time = divmod(moment + seconds, _DAY)
        hours, rest = divmod(time, 3600)
        minutes, odd = divmod(rest, 60)
        said = (_EPOCH + timedelta(days=day)).isoformat()
        text = f"{said}T{hours:02}:{minutes:02}:{odd:02}{_offset(seconds)}"
        self[moment] = text
        return text


def _offset(seconds: int) -> str:
    """Return an offset as RFC 3339 has it; seconds of one, as long ago, are said too."""
    sign = "-" if seconds < 0 else "+"
    hours, rest = divmod(abs(seconds), 3600)
    minutes, odd = divmod(rest, 60)
    return f"{sign}{hours:02}:{minutes:02}" + (f":{odd:02}" if odd else "")


def _written(spans: Sequence[BusySpan], clock: Clockface) -> list[str]:
    """Return busy times as JSON, each with the comma that parts it from the next."""
    return [
        f'{{"start":"{clock[start]}","end":"{clock[end]}{_ENDS[kind]}'
        for start, end, kind in spans
    ]
