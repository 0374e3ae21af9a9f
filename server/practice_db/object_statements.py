"""The statements of objects.py, built once."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Integer,
    ScalarSelect,
    and_,
    bindparam,
    case,
    delete,
    exists,
    literal_column,
    or_,
    select,
    union_all,
)

from server.domain.vocabulary import Status
from server.practice_db.one_of import one_of
from server.practice_db.ranges import CLASSES, overlaps_in
from server.practice_db.tables.appointments import appointment, occurrence
from server.practice_db.tables.calendars import (
    calendar_object,
    change,
    object_personal,
    object_version,
)
from server.practice_db.transaction import PRACTICE, Upsert

_CALENDAR: Final[BindParameter[str]] = bindparam("calendar")
_HREF: Final[BindParameter[str]] = bindparam("href")
_o = calendar_object.c
_v = object_version.c

# The text is fetched row by row through the whole key, as a subquery. As a join, PostgreSQL
# walks all texts of a calendar as long as it has no statistics of a table that has just grown.
_TEXT: Final = (
    select(_v.text)
    .where(
        _v.practice_id == _o.practice_id,
        _v.calendar_id == _o.calendar_id,
        _v.href == _o.href,
        _v.revision == _o.revision,
    )
    .scalar_subquery()
)

# The columns of StoredObject, in its order.
_OBJECTS: Final = select(
    _o.calendar_id,
    _o.href,
    _o.uid,
    _o.component,
    _TEXT,
    _o.etag,
    _o.revision,
    _o.modified_at,
    _o.appointment_id,
    _o.hide_at,
).where(_o.practice_id == PRACTICE)
_OF_CALENDAR: Final = _OBJECTS.where(_o.calendar_id == _CALENDAR)
ALL: Final = _OF_CALENDAR.order_by(_o.href)
ONE: Final = _OF_CALENDAR.where(_o.href == _HREF)
MANY: Final = _OF_CALENDAR.where(one_of(_o.href, "hrefs"))
WITH_UID: Final = _OBJECTS.where(_o.uid == bindparam("uid")).order_by(_o.calendar_id)
OF_APPOINTMENT: Final = _OBJECTS.where(_o.appointment_id == bindparam("appointment"))
TO_HIDE: Final = _OBJECTS.where(
    _o.hide_at.is_not(None), _o.hide_at <= bindparam("now", type_=_o.hide_at.type)
).order_by(_o.hide_at, _o.calendar_id, _o.href)
TO_HIDE_OF: Final = TO_HIDE.where(_o.calendar_id == _CALENDAR)

# The columns of Entry, in its order.
ENTRIES: Final = (
    select(
        _o.href, _o.uid, _o.component, _o.revision, _o.size, _o.modified_at, _o.appointment_id
    )
    .where(_o.practice_id == PRACTICE, _o.calendar_id == _CALENDAR)
    .order_by(_o.href)
)
HREF_OF_UID: Final = select(_o.href).where(
    _o.practice_id == PRACTICE, _o.uid == bindparam("uid"), _o.calendar_id == _CALENDAR
)

PUT_OBJECT: Final = Upsert(calendar_object)
PUT_VERSION: Final = Upsert(object_version)
PUT_CHANGE: Final = Upsert(change)
PUT_PERSONAL: Final = Upsert(object_personal)

DELETE_OBJECT: Final = delete(calendar_object).where(
    _o.practice_id == PRACTICE, _o.calendar_id == _CALENDAR, _o.href == _HREF
)
_THIS_VERSIONS: Final = (
    _v.practice_id == PRACTICE,
    _v.calendar_id == _CALENDAR,
    _v.href == _HREF,
)
VERSION: Final = select(_v.text).where(
    *_THIS_VERSIONS, _v.revision == bindparam("revision", type_=BigInteger)
)
_newer = object_version.alias("newer")
TRIM_VERSIONS: Final = delete(object_version).where(
    *_THIS_VERSIONS,
    _v.revision
    <= select(_newer.c.revision)
    .where(
        _newer.c.practice_id == PRACTICE,
        _newer.c.calendar_id == _CALENDAR,
        _newer.c.href == _HREF,
    )
    .order_by(_newer.c.revision.desc())
    .limit(1)
    .offset(bindparam("kept", type_=Integer))
    .scalar_subquery(),
)

CHANGED_SINCE: Final = (
    select(change.c.href, change.c.removed)
    .where(
        change.c.practice_id == PRACTICE,
        change.c.calendar_id == _CALENDAR,
        change.c.revision > bindparam("revision", type_=BigInteger),
    )
    .order_by(change.c.revision)
)

_BELOW: Final = bindparam("below", type_=BigInteger)
PRUNE_CHANGES: Final = delete(change).where(
    change.c.practice_id == PRACTICE,
    change.c.calendar_id == _CALENDAR,
    change.c.revision < _BELOW,
    # The change that led to what is there now is kept: each object has its line in the log.
    ~exists().where(
        _o.practice_id == change.c.practice_id,
        _o.calendar_id == change.c.calendar_id,
        _o.href == change.c.href,
        _o.revision == change.c.revision,
    ),
)
PRUNE_VERSIONS: Final = delete(object_version).where(
    _v.practice_id == PRACTICE,
    _v.calendar_id == _CALENDAR,
    _v.revision < _BELOW,
    ~exists().where(
        _o.practice_id == _v.practice_id,
        _o.calendar_id == _v.calendar_id,
        _o.href == _v.href,
        _o.revision == _v.revision,
    ),
)

_THIS_PERSONAL: Final = (
    object_personal.c.practice_id == PRACTICE,
    object_personal.c.calendar_id == _CALENDAR,
    object_personal.c.href == _HREF,
    object_personal.c.user_name == bindparam("user"),
)
PERSONAL_LINES: Final = select(object_personal.c.lines).where(*_THIS_PERSONAL)
DROP_PERSONAL: Final = delete(object_personal).where(*_THIS_PERSONAL)


def _href_of(appointment_id: ColumnElement[str]) -> ScalarSelect[str]:
    # A subquery for the same reason as the text.
    return (
        select(_o.href)
        .where(
            _o.practice_id == PRACTICE,
            _o.appointment_id == appointment_id,
            _o.calendar_id == _CALENDAR,
        )
        .limit(1)
        .scalar_subquery()
    )


_CANCELLED: Final = [status for status in Status if status.is_cancelled]
_OCCURS: Final = literal_column("0", Integer)
_MAY_OCCUR: Final = literal_column("1", Integer)
# A cancelled occurrence of a series is usually not shown: its text has to be looked at.
_HOW: Final = case(
    (and_(occurrence.c.pinned, occurrence.c.status.in_(_CANCELLED)), _MAY_OCCUR), else_=_OCCURS
)
_OCCURRING: Final = [
    select(_href_of(occurrence.c.appointment_id).label("href"), _HOW.label("how")).where(
        occurrence.c.practice_id == PRACTICE,
        occurrence.c.calendar_id == _CALENDAR,
        overlaps_in(number),
    )
    for number in CLASSES
]
_TIMELESS: Final = select(_o.href, _MAY_OCCUR).where(
    _o.practice_id == PRACTICE, _o.appointment_id.is_(None), _o.calendar_id == _CALENDAR
)
_START: Final = bindparam("range_start", type_=BigInteger)
_END: Final = bindparam("range_end", type_=BigInteger)
_a = appointment.c
GOES_ON_AFTER: Final = and_(
    _a.practice_id == PRACTICE,
    _a.unindexed_after.is_not(None),
    _a.unindexed_after < _END,
    or_(_a.last_end.is_(None), _a.last_end > _START),
)
BEGAN_BEFORE: Final = and_(
    _a.practice_id == PRACTICE,
    _a.unindexed_before.is_not(None),
    _a.unindexed_before > _START,
    or_(_a.first_start.is_(None), _a.first_start < _END),
)
_BEYOND: Final = [
    select(_href_of(_a.id), _MAY_OCCUR).where(condition, _a.calendar_id == _CALENDAR)
    for condition in (GOES_ON_AFTER, BEGAN_BEFORE)
]
IN_RANGE: Final = union_all(*_OCCURRING, _TIMELESS, *_BEYOND)
