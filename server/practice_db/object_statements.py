"""The statements of objects.py, built once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Integer,
    bindparam,
    delete,
    exists,
    select,
)

from server.practice_db.one_of import one_of
from server.practice_db.statement import PRACTICE, Statement, upsert
from server.practice_db.tables.calendars import (
    calendar_object,
    change,
    object_personal,
    object_version,
)

_CALENDAR: Final[BindParameter[str]] = bindparam("calendar")
_HREF: Final[BindParameter[str]] = bindparam("href")
_o = calendar_object.c
_v = object_version.c

# The text is fetched row by row through the whole key, as a subquery. As a join, PostgreSQL
# walks all texts of a calendar as long as it has no statistics of a table that has just grown.
TEXT: Final = (
    select(_v.text)
    .where(
        _v.practice_id == _o.practice_id,
        _v.calendar_id == _o.calendar_id,
        _v.href == _o.href,
        _v.revision == _o.revision,
    )
    .scalar_subquery()
    .label("text")
)

COLUMNS: Final = (
    _o.calendar_id,
    _o.href,
    _o.uid,
    _o.component,
    TEXT,
    _o.etag,
    _o.revision,
    _o.modified_at,
    _o.appointment_id,
    _o.hide_at,
)
"""The columns of StoredObject, in its order."""
_OBJECTS: Final = select(*COLUMNS).where(_o.practice_id == PRACTICE)
_OF_CALENDAR: Final = _OBJECTS.where(_o.calendar_id == _CALENDAR)
ALL: Final = Statement(_OF_CALENDAR.order_by(_o.href))
ONE: Final = Statement(_OF_CALENDAR.where(_o.href == _HREF))
MANY: Final = Statement(_OF_CALENDAR.where(one_of(_o.href, "hrefs")))
WITH_UID: Final = Statement(_OBJECTS.where(_o.uid == bindparam("uid")).order_by(_o.calendar_id))
OF_APPOINTMENT: Final = Statement(_OBJECTS.where(_o.appointment_id == bindparam("appointment")))
_TO_HIDE: Final = _OBJECTS.where(
    _o.hide_at.is_not(None), _o.hide_at <= bindparam("now", type_=_o.hide_at.type)
).order_by(_o.hide_at, _o.calendar_id, _o.href)
TO_HIDE: Final = Statement(_TO_HIDE)
TO_HIDE_OF: Final = Statement(_TO_HIDE.where(_o.calendar_id == _CALENDAR))

_LISTED: Final[Mapping[str, ColumnElement[Any]]] = {
    name: _o[name]
    for name in (
        "href",
        "uid",
        "component",
        "revision",
        "size",
        "modified_at",
        "appointment_id",
    )
}


_IN_CALENDAR: Final = (_o.practice_id == PRACTICE, _o.calendar_id == _CALENDAR)


def columns_of(fields: tuple[str, ...]) -> list[ColumnElement[Any]]:
    """Return the columns of these fields; the field ``text`` is the present text."""
    return [TEXT.label("text") if name == "text" else _LISTED[name] for name in fields]


@cache
def listing(fields: tuple[str, ...]) -> Statement:
    """Return the statement that lists these columns of every object of a calendar."""
    return Statement(select(*columns_of(fields)).where(*_IN_CALENDAR).order_by(_o.href))


@cache
def some(fields: tuple[str, ...]) -> Statement:
    """Return the statement that reads these columns of some objects."""
    return Statement(select(*columns_of(fields)).where(*_IN_CALENDAR, one_of(_o.href, "hrefs")))


ENTRIES: Final = listing(tuple(_LISTED))
"""The columns of Entry, in its order."""
HREF_OF_UID: Final = Statement(
    select(_o.href).where(
        _o.practice_id == PRACTICE, _o.uid == bindparam("uid"), _o.calendar_id == _CALENDAR
    )
)

PUT_OBJECT: Final = upsert(calendar_object)
PUT_VERSION: Final = upsert(object_version)
PUT_CHANGE: Final = upsert(change)
PUT_PERSONAL: Final = upsert(object_personal)

DELETE_OBJECT: Final = Statement(
    delete(calendar_object).where(
        _o.practice_id == PRACTICE, _o.calendar_id == _CALENDAR, _o.href == _HREF
    )
)
_THIS_VERSIONS: Final = (
    _v.practice_id == PRACTICE,
    _v.calendar_id == _CALENDAR,
    _v.href == _HREF,
)
VERSION: Final = Statement(
    select(_v.text).where(
        *_THIS_VERSIONS, _v.revision == bindparam("revision", type_=BigInteger)
    )
)
_newer = object_version.alias("newer")
TRIM_VERSIONS: Final = Statement(
    delete(object_version).where(
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
)

CHANGED_SINCE: Final = Statement(
    select(change.c.href, change.c.revision, change.c.removed)
    .where(
        change.c.practice_id == PRACTICE,
        change.c.calendar_id == _CALENDAR,
        change.c.revision > bindparam("revision", type_=BigInteger),
    )
    .order_by(change.c.revision, change.c.href)
)

_BELOW: Final = bindparam("below", type_=BigInteger)
PRUNE_CHANGES: Final = Statement(
    delete(change).where(
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
)
PRUNE_VERSIONS: Final = Statement(
    delete(object_version).where(
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
)

_THIS_PERSONAL: Final = (
    object_personal.c.practice_id == PRACTICE,
    object_personal.c.calendar_id == _CALENDAR,
    object_personal.c.href == _HREF,
    object_personal.c.user_name == bindparam("user"),
)
PERSONAL_LINES: Final = Statement(select(object_personal.c.lines).where(*_THIS_PERSONAL))
DROP_PERSONAL: Final = Statement(delete(object_personal).where(*_THIS_PERSONAL))
