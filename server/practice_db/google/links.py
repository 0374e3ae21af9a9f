"""Links to Google accounts, and who writes for one, in the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import starmap
from typing import Final

from sqlalchemy import bindparam, delete, or_, select, update

from server.domain.google import GoogleLink
from server.domain.ids import GoogleLinkId, UserName
from server.practice_db.catalogue import CatalogueReader
from server.practice_db.columns import Instant
from server.practice_db.configuration import count_up_catalogue
from server.practice_db.google.rows import columns_of, records_of, row_of
from server.practice_db.statement import PRACTICE, Statement, insert_new
from server.practice_db.tables.google import google_link
from server.practice_db.transaction import Transaction

_g = google_link.c
_LEASE: Final = ("holder", "held_until", "fence")
_THIS: Final = (_g.practice_id == PRACTICE, _g.id == bindparam("link"))
_ORDERED: Final = records_of(google_link).order_by(_g.made_at, _g.id)
_ALL: Final = Statement(_ORDERED)
_OF_USER: Final = Statement(_ORDERED.where(_g.user_name == bindparam("user")))
_ONE: Final = Statement(records_of(google_link).where(_g.id == bindparam("link")))
_ADD: Final = insert_new(google_link)
_CHANGED: Final = [
    column for column in columns_of(google_link) if column.name not in (*_LEASE, "id")
]
_CHANGE: Final = Statement(
    update(google_link)
    .where(*_THIS)
    .values({column.name: bindparam(f"new_{column.name}") for column in _CHANGED})
)
_REMOVE: Final = Statement(delete(google_link).where(*_THIS))
_NOW: Final = bindparam("now", type_=Instant)
_TAKE: Final = Statement(
    update(google_link)
    .where(
        *_THIS,
        or_(
            _g.holder == "",
            _g.held_until.is_(None),
            _g.held_until <= _NOW,
        ),
    )
    .values(
        holder=bindparam("new_holder"),
        held_until=bindparam("until", type_=Instant),
        fence=_g.fence + 1,
    )
)
_KEEP: Final = Statement(
    update(google_link)
    .where(*_THIS, _g.holder == bindparam("held_by"), _g.held_until > _NOW)
    .values(held_until=bindparam("until", type_=Instant))
)
_FENCE: Final = Statement(select(_g.fence).where(*_THIS))
_HELD: Final = Statement(
    select(_g.id)
    .where(*_THIS, _g.holder == bindparam("held_by"), _g.fence == bindparam("its_fence"))
    .with_for_update()
)
_LET_GO: Final = Statement(
    update(google_link)
    .where(*_THIS, _g.holder == bindparam("held_by"))
    .values(holder="", held_until=None)
)


class SqlGoogleLinks:
    """Implements server.usecases.ports.GoogleLinks."""

    __slots__ = ("_reader", "_transaction")

    def __init__(self, transaction: Transaction, reader: CatalogueReader) -> None:
        self._transaction = transaction
        self._reader = reader

    def link(self, link: GoogleLinkId) -> GoogleLink | None:
        row = self._transaction.first(_ONE, link=link)
        return None if row is None else GoogleLink(*row)

    def links(self, user: UserName | None = None) -> Sequence[GoogleLink]:
        if user is None:
            return list(starmap(GoogleLink, self._transaction.all(_ALL)))
        return list(starmap(GoogleLink, self._transaction.all(_OF_USER, user=user)))

    def save_link(self, link: GoogleLink) -> None:
        row = row_of(google_link, link)
        if self._transaction.add_new(_ADD, row):
            # Who has a link is read with the catalogue, so that others pay nothing for it.
            count_up_catalogue(self._transaction, self._reader)
            return
        changed = {f"new_{name}": row[name] for name in (each.name for each in _CHANGED)}
        self._transaction.run(_CHANGE, link=link.id, **changed)

    def remove_link(self, link: GoogleLinkId) -> None:
        self._transaction.run(_REMOVE, link=link)
        count_up_catalogue(self._transaction, self._reader)

    def take(
        self, link: GoogleLinkId, holder: str, now: datetime, until: datetime
    ) -> int | None:
        kept = self._transaction.run(_KEEP, link=link, held_by=holder, now=now, until=until)
        taken = kept or self._transaction.run(
            _TAKE, link=link, new_holder=holder, now=now, until=until
        )
        row = self._transaction.first(_FENCE, link=link) if taken else None
        return None if row is None else int(row[0])

    def is_held(self, link: GoogleLinkId, holder: str, fence: int) -> bool:
        row = self._transaction.first(_HELD, link=link, held_by=holder, its_fence=fence)
        return row is not None

    def let_go(self, link: GoogleLinkId, holder: str) -> None:
        self._transaction.run(_LET_GO, link=link, held_by=holder)
