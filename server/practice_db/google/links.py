"""Links to Google accounts, and who writes for one, in the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import starmap
from typing import Final

from sqlalchemy import ColumnElement, Table, and_, bindparam, case, delete, or_, select, update

from server.domain.google import GoogleConsent, GoogleLink, LinkState
from server.domain.ids import GoogleLinkId, UserName
from server.practice_db.catalogue import CatalogueReader
from server.practice_db.columns import Instant
from server.practice_db.configuration import count_up_catalogue
from server.practice_db.google.rows import columns_of, records_of, row_of
from server.practice_db.statement import PRACTICE, Statement, insert_new
from server.practice_db.tables.google import (
    google_calendar,
    google_channel,
    google_consent,
    google_dirty,
    google_link,
)
from server.practice_db.transaction import Transaction
from server.usecases.ports.google import DueLink

_g, _o = google_link.c, google_consent.c
_LEASE: Final = ("holder", "held_until", "fence")
_THIS: Final = (_g.practice_id == PRACTICE, _g.id == bindparam("link"))
_ORDERED: Final = records_of(google_link).order_by(_g.made_at, _g.id)
_ALL: Final = Statement(_ORDERED)
_OF_USER: Final = Statement(_ORDERED.where(_g.user_name == bindparam("user")))
_ONE: Final = Statement(records_of(google_link).where(_g.id == bindparam("link")))
_LOCKED: Final = Statement(
    records_of(google_link).where(_g.id == bindparam("link")).with_for_update()
)
_ADD: Final = insert_new(google_link)
_CHANGED: Final = [
    column for column in columns_of(google_link) if column.name not in (*_LEASE, "id")
]
_CHANGE: Final = Statement(
    update(google_link)
    .where(*_THIS)
    .values({column.name: bindparam(f"new_{column.name}") for column in _CHANGED})
)
_STATE: Final = Statement(select(_g.state).where(*_THIS))
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
    # Not the key: who changes an appointment meanwhile marks it for this link.
    .with_for_update(key_share=True)
)
_LET_GO: Final = Statement(
    update(google_link)
    .where(*_THIS, _g.holder == bindparam("held_by"))
    .values(holder="", held_until=None)
)


def _any(table: Table, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether a link has a row of this kind."""
    of_link = (table.c.practice_id == PRACTICE, table.c.link_id == _g.id)
    return select(table.c.link_id).where(*of_link, *conditions).exists()


_c, _d, _h = google_calendar.c, google_dirty.c, google_channel.c
_IS_SLOW: Final = or_(
    _g.state == LinkState.CONNECTING,
    _g.ending.is_not(None),
    _g.rewriting,
    _any(google_calendar, or_(_c.sync_token == "", _c.reading_fully)),
)
_IS_HEARD: Final = (
    select(_h.link_id)
    .where(
        _h.practice_id == PRACTICE,
        _h.link_id == _c.link_id,
        _h.calendar == _c.id,
        or_(_c.read_at.is_(None), _h.heard_at > _c.read_at),
    )
    .exists()
)
_IS_FRESH: Final = or_(
    # What was put off is tried again when nothing else waits.
    _any(google_dirty, _d.due_at <= _NOW, _d.attempts == 0),
    _any(google_calendar, _c.poll_at <= _NOW, _IS_HEARD),
)
_HAS_WORK: Final = or_(
    _g.state == LinkState.CONNECTING,
    _any(google_calendar, or_(_c.poll_at.is_(None), _c.poll_at <= _NOW)),
    _any(google_dirty, _d.due_at <= _NOW),
    _any(google_channel, _h.renew_at <= _NOW),
)
_DUE: Final = Statement(
    select(_g.id, case((_IS_SLOW, 1), else_=0), case((_IS_FRESH, 1), else_=0))
    .where(
        _g.practice_id == PRACTICE,
        or_(_g.rests_until.is_(None), _g.rests_until <= _NOW),
        or_(_g.holder == "", _g.held_until.is_(None), _g.held_until <= _NOW),
        or_(
            and_(
                or_(_g.state == LinkState.CONNECTED, _g.state == LinkState.CONNECTING),
                _HAS_WORK,
            ),
            and_(_g.state != LinkState.DISCONNECTED, _g.ending.is_not(None)),
        ),
    )
    .order_by(_g.id)
)
_ADD_CONSENT: Final = insert_new(google_consent)
_CONSENT: Final = Statement(
    records_of(google_consent).where(_o.state_hash == bindparam("state_hash")).with_for_update()
)
_USE_CONSENT: Final = Statement(
    delete(google_consent).where(
        _o.practice_id == PRACTICE, _o.state_hash == bindparam("state_hash")
    )
)
_PRUNE_CONSENTS: Final = Statement(
    delete(google_consent).where(_o.practice_id == PRACTICE, _o.expires_at < _NOW)
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

    def locked(self, link: GoogleLinkId) -> GoogleLink | None:
        row = self._transaction.first(_LOCKED, link=link)
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
        before = self._transaction.first(_STATE, link=link.id)
        self._transaction.run(_CHANGE, link=link.id, **changed)
        if before and LinkState.DISCONNECTED in {before[0], link.state} != {before[0]}:
            count_up_catalogue(self._transaction, self._reader)

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

    def due(self, now: datetime) -> Sequence[DueLink]:
        rows = self._transaction.all(_DUE, now=now)
        return [DueLink(link, bool(slow), bool(fresh)) for link, slow, fresh in rows]

    def add_consent(self, consent: GoogleConsent) -> None:
        self._transaction.add_new(_ADD_CONSENT, row_of(google_consent, consent))

    def use_consent(self, state_hash: str) -> GoogleConsent | None:
        row = self._transaction.first(_CONSENT, state_hash=state_hash)
        if row is None:
            return None
        self._transaction.run(_USE_CONSENT, state_hash=state_hash)
        return GoogleConsent(*row)

    def prune_consents(self, before: datetime) -> int:
        return self._transaction.run(_PRUNE_CONSENTS, now=before)
