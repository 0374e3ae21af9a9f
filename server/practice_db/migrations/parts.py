"""What several revisions are made of."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

CODE: Final = sa.String().with_variant(sa.String(collation="C"), "postgresql")
"""An id, key or path segment: ordered by code point on both engines."""


def partial_index(
    name: str, table: str, columns: list[str], condition: str, *, unique: bool = False
) -> None:
    """Make an index that holds only the rows that are ever looked for."""
    only = sa.text(condition)
    op.create_index(
        name, table, columns, unique=unique, sqlite_where=only, postgresql_where=only
    )
