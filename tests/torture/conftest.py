"""What the torture needs: databases of both engines."""

from __future__ import annotations

from tests.databases import postgres_server, sqlite_template

__all__ = ["postgres_server", "sqlite_template"]
