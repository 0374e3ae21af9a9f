"""What the job of caldav-server-tester needs: databases of both engines."""

from __future__ import annotations

from tests.databases import (
    database_url,
    postgres_server,
    postgres_url,
    sqlite_template,
    sqlite_url,
)

__all__ = ["database_url", "postgres_server", "postgres_url", "sqlite_template", "sqlite_url"]
