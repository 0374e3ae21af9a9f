"""What a request reads first, at one go."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, and_, bindparam, select, type_coerce

from server.domain.vocabulary import CalendarKind
from server.practice_db.calendars import COLUMNS as CALENDAR_COLUMNS
from server.practice_db.object_statements import TEXT
from server.practice_db.statement import PRACTICE, Statement
from server.practice_db.tables.calendars import calendar, calendar_object
from server.practice_db.tables.practice import practice

PRACTICE_COLUMNS: Final = tuple(
    practice.c[name] for name in ("practice_id", "slug", "name", "zone", "catalogue_revision")
)
_THIS_CALENDAR: Final = and_(
    calendar.c.practice_id == practice.c.practice_id,
    calendar.c.owner == bindparam("owner"),
    calendar.c.slug == bindparam("slug"),
)
_OF_PRACTICE: Final = practice.c.practice_id == PRACTICE
GLANCE: Final = Statement(
    select(*PRACTICE_COLUMNS, *CALENDAR_COLUMNS)
    .select_from(practice.outerjoin(calendar, _THIS_CALENDAR))
    .where(_OF_PRACTICE)
)
"""The columns of Practice, then those of Calendar: null where there is none."""
CALENDAR_FROM: Final = len(PRACTICE_COLUMNS)

_o = calendar_object.c
SERVED: Final = Statement(
    select(
        practice.c.catalogue_revision,
        _o.calendar_id,
        _o.etag,
        _o.revision,
        type_coerce(_o.modified_at, BigInteger),
        TEXT,
    )
    .select_from(
        practice.join(calendar, _THIS_CALENDAR).join(
            calendar_object,
            and_(
                _o.practice_id == calendar.c.practice_id,
                _o.calendar_id == calendar.c.id,
                _o.href == bindparam("href"),
            ),
        )
    )
    # What is served of a watched calendar is not what is stored.
    .where(_OF_PRACTICE, calendar.c.kind != CalendarKind.WATCHED)
)
"""The columns of Served, in its order."""
