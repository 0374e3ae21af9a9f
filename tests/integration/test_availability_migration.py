"""Who was a practitioner before there were bookable hours has a calendar of them afterwards."""

from __future__ import annotations

from sqlalchemy import Connection, text

from server.practice_db.engines import begin, connect
from server.practice_db.migrations import downgrade, upgrade

PRACTICE = "INSERT INTO practice VALUES (1, 'test', 'Test', 'Europe/Berlin', 1)"
USER = "INSERT INTO app_user VALUES (1, '{0}', '{0}', '', 'practitioner', 'x', 'full', false)"
CALENDAR = """
INSERT INTO calendar VALUES (1, '{}', '{}', '{}', '{}', '["VEVENT"]', '{{}}', 5, 0, 1000)
"""


def hours(connection: Connection) -> list[tuple[str, str, str, int]]:
    rows = connection.execute(
        text(
            "SELECT id, owner, slug, revision FROM calendar"
            " WHERE kind = 'availability' ORDER BY owner"
        )
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def test_practitioners_that_are_there_get_bookable_hours(unmigrated_url: str) -> None:
    engine = connect(unmigrated_url)
    upgrade(engine, "0010")
    with begin(engine) as connection:
        for statement in (
            PRACTICE,
            USER.format("alma"),
            USER.format("theo"),
            CALENDAR.format("0A", "alma", "appointments", "appointments"),
            CALENDAR.format("0T", "theo", "appointments", "appointments"),
            CALENDAR.format("0P", "theo", "availability", "personal"),
        ):
            connection.execute(text(statement))
    upgrade(engine)
    with begin(engine) as connection:
        assert hours(connection) == [
            ("VA", "alma", "availability", 0),
            ("VT", "theo", "bookable-hours", 0),
        ]
    downgrade(engine, "0010")
    with begin(engine) as connection:
        assert hours(connection) == []
        count = text("SELECT count(*) FROM calendar")
        assert connection.execute(count).scalar() == 3
    engine.dispose()
