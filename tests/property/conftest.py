"""What the property tests share: databases of both engines, a practice in this process."""

from __future__ import annotations

from tests.databases import postgres_server, postgres_url, sqlite_template, sqlite_url
from tests.property.in_process import postgres_inside, sqlite_inside

__all__ = [
    "postgres_inside",
    "postgres_server",
    "postgres_url",
    "sqlite_inside",
    "sqlite_template",
    "sqlite_url",
]
