"""Tables of the collections: objects, their texts, the log of changes.

The texts lie apart from the objects, so that a listing of thousands reads small rows only, and
the text of an earlier revision is found where the present one is.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from server.domain.vocabulary import CalendarKind
from server.practice_db.columns import (
    METADATA,
    Choice,
    Instant,
    Pairs,
    Words,
    code,
    key,
    points_to,
    practice_key,
)

calendar = Table(
    "calendar",
    METADATA,
    practice_key(),
    key("id"),
    Column("owner", code(), nullable=False),
    Column("slug", code(), nullable=False),
    Column("kind", Choice(CalendarKind), nullable=False),
    Column("components", Words, nullable=False),
    Column("properties", Pairs, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("oldest", BigInteger, nullable=False),
    Column("modified_at", Instant),
    UniqueConstraint("practice_id", "owner", "slug", name="uq_calendar_path"),
    points_to("app_user", {"owner": "name"}),
)

calendar_object = Table(
    "calendar_object",
    METADATA,
    practice_key(),
    key("calendar_id"),
    key("href"),
    Column("uid", code(), nullable=False),
    Column("component", String, nullable=False),
    Column("etag", String, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("size", Integer, nullable=False, comment="octets of the present text"),
    Column("modified_at", Instant, nullable=False),
    Column("appointment_id", code()),
    Column("hide_at", Instant),
    points_to("calendar", {"calendar_id": "id"}, cascade=True),
    # Deferred: an object and its appointment may be written in either order.
    points_to("appointment", {"appointment_id": "id"}, deferred=True),
    # One UID once in a calendar (RFC 4791 5.3.2.1); its order also finds a UID in all of them.
    UniqueConstraint("practice_id", "uid", "calendar_id", name="uq_calendar_object_uid"),
    Index("ix_calendar_object_appointment", "practice_id", "appointment_id", "calendar_id"),
)
Index(
    "ix_calendar_object_hide",
    calendar_object.c.practice_id,
    calendar_object.c.hide_at,
    sqlite_where=calendar_object.c.hide_at.is_not(None),
    postgresql_where=calendar_object.c.hide_at.is_not(None),
)

object_version = Table(
    "object_version",
    METADATA,
    practice_key(),
    key("calendar_id"),
    key("href"),
    Column("revision", BigInteger, primary_key=True, autoincrement=False),
    Column("modified_at", Instant, nullable=False),
    Column("text", Text, nullable=False),
    points_to("calendar", {"calendar_id": "id"}, cascade=True),
)

object_personal = Table(
    "object_personal",
    METADATA,
    practice_key(),
    key("calendar_id"),
    key("href"),
    key("user_name"),
    Column("lines", Words, nullable=False),
    points_to("calendar_object", {"calendar_id": "calendar_id", "href": "href"}, cascade=True),
    points_to("app_user", {"user_name": "name"}),
)

change = Table(
    "change",
    METADATA,
    practice_key(),
    key("calendar_id"),
    Column("revision", BigInteger, primary_key=True, autoincrement=False),
    key("href"),
    Column("removed", Boolean, nullable=False),
    points_to("calendar", {"calendar_id": "id"}, cascade=True),
    sqlite_with_rowid=False,
)
