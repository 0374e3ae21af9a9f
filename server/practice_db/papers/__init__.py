"""Superbills and claims in the database: what they need to know, and what was issued."""

from __future__ import annotations

from server.practice_db.papers.claims import SqlClaims
from server.practice_db.papers.profiles import SqlProfiles
from server.practice_db.papers.superbills import SqlSuperbills
from server.practice_db.transaction import Transaction
from server.usecases.ports import papers as ports

__all__ = ["SqlPapers"]


class SqlPapers:
    """Implements server.usecases.ports.Papers."""

    def __init__(self, transaction: Transaction) -> None:
        self.profiles: ports.Profiles = SqlProfiles(transaction)
        self.superbills: ports.Superbills = SqlSuperbills(transaction)
        self.claims: ports.Claims = SqlClaims(transaction)
