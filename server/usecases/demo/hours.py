"""When the demo practice's practitioners can be booked online: drawn in their calendars."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Final

from server.domain.ids import UserName
from server.domain.when import Recurrence, Timed
from server.ics.hours_text import NewHours
from server.usecases.context import Context
from server.usecases.demo.entries import FIRST_WEEK, FRI, MON, THU, TUE, WEEK, Today
from server.usecases.demo.people import ALMA, THEO
from server.usecases.edit_availability import add_hours
from server.usecases.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class _Drawn:
    """Hours of some weekdays, for as long as the practice is there."""

    owner: UserName
    weekdays: str
    begins: str
    ends: str
    title: str = "Bookable"
    place: str = field(default="", kw_only=True)


HOURS: Final = (
    _Drawn(ALMA, "MO,TU,WE,TH,FR", "09:00", "12:00"),
    _Drawn(ALMA, "MO,WE", "13:00", "17:00"),
    _Drawn(ALMA, "TU,TH", "13:00", "18:00"),
    _Drawn(ALMA, "FR", "13:00", "15:00", "acupfollow, consult15"),
    _Drawn(THEO, "TU,WE,TH", "09:00", "12:00"),
    _Drawn(THEO, "TU,WE", "14:00", "17:00"),
    _Drawn(THEO, "TH", "14:00", "19:00"),
    _Drawn(THEO, "FR", "13:00", "15:00", place="Telehealth"),
)
_FIRST_DAYS: Final = {"MO": MON, "TU": TUE, "TH": THU, "FR": FRI}


def draw_hours(uow: UnitOfWork, context: Context, today: Today) -> None:
    """Draw the hours, from the first week of the book on; at noon nobody can be booked."""
    for drawn in HOURS:
        days = FIRST_WEEK * WEEK + _FIRST_DAYS[drawn.weekdays[:2]]
        day = today.monday + timedelta(days=days)
        starts, ends = (
            datetime.combine(day, time.fromisoformat(at), today.zone)
            for at in (drawn.begins, drawn.ends)
        )
        weekly = Recurrence((f"FREQ=WEEKLY;BYDAY={drawn.weekdays}",))
        new = NewHours(Timed(starts, ends), weekly, drawn.title, drawn.place)
        add_hours(uow, context, drawn.owner, new)
