"""What the system tests share: databases of both engines, and practices that are served."""

from __future__ import annotations

from tests.databases import (
    database,
    database_url,
    postgres_server,
    postgres_url,
    sqlite_database,
    sqlite_template,
    sqlite_url,
)
from tests.system.servers import alma, colleague, desk, hung_up, phone, site

__all__ = [
    "alma",
    "colleague",
    "database",
    "database_url",
    "desk",
    "hung_up",
    "phone",
    "postgres_server",
    "postgres_url",
    "site",
    "sqlite_database",
    "sqlite_template",
    "sqlite_url",
]
