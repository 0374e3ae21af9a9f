#!/usr/bin/env python3
"""Copy a whole Praxical database into an empty one, row by row: `copy_database.py FROM TO`.

Both are addresses such as sqlite:////var/lib/praxical/data/praxical.sqlite3 or
postgresql://praxical@db/praxical. Stop the server first.
"""

from __future__ import annotations

import sys

from sqlalchemy import Select, Table, func, select

from server.practice_db.columns import METADATA
from server.practice_db.engines import begin, connect, connect_both
from server.practice_db.migrations import HEAD, current_revision, upgrade

ROWS_AT_ONCE = 1000


def in_order() -> list[Table]:
    """Return the tables, each behind those that it points to.

    The entries of the ledger are apart: they come before the transaction that closes them.
    """
    place = {table.name: float(number) for number, table in enumerate(METADATA.sorted_tables)}
    place["ledger_entry"] = place["ledger_transaction"] - 0.5
    return sorted(METADATA.sorted_tables, key=lambda table: place[table.name])


def rows_of(table: Table) -> Select[tuple[object, ...]]:
    """Return the query for all rows; what points to another row of its table comes last."""
    pointing = [
        column.is_not(None)
        for key in table.foreign_key_constraints
        if key.referred_table is table
        for column in key.columns
        if not column.primary_key
    ]
    return select(table).order_by(*pointing, *table.primary_key)


def copy(from_url: str, to_url: str) -> dict[str, int]:
    """Copy every table in one transaction and return how many rows each has."""
    source, target = connect_both(from_url).reading, connect(to_url)
    if current_revision(source) != HEAD:
        sys.exit("The source is of another version. Run 'praxical migrate' on it first.")
    upgrade(target)
    copied: dict[str, int] = {}
    with begin(source) as reading, begin(target) as writing:
        for table in in_order():
            if writing.execute(select(func.count()).select_from(table)).scalar_one():
                sys.exit(f"The table {table.name} of the target is not empty.")
            rows = reading.execute(rows_of(table)).mappings()
            copied[table.name] = 0
            while chunk := rows.fetchmany(ROWS_AT_ONCE):
                writing.execute(table.insert(), [dict(row) for row in chunk])
                copied[table.name] += len(chunk)
    return copied


def main() -> None:
    """Copy, and print what was copied."""
    if len(sys.argv) != len(("program", "from", "to")):
        sys.exit("usage: copy_database.py FROM TO")
    for table, rows in copy(sys.argv[1], sys.argv[2]).items():
        sys.stdout.write(f"{table:24}{rows:8}\n")


if __name__ == "__main__":
    main()
