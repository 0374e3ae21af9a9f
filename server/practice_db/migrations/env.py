"""How Alembic runs our migrations: on the connection it is handed, in that transaction."""

from __future__ import annotations

from alembic import context

from server.practice_db import tables
from server.practice_db.columns import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    compare_type=True,
)
context.run_migrations()

__all__ = ["tables"]
