"""Opening a practice's database, and its transactions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from pathlib import Path
from typing import Final

from sqlalchemy import Engine, bindparam, func, insert, select, union_all
from sqlalchemy.exc import IntegrityError

from server.domain.errors import AlreadyThere, Invalid, NotFound
from server.domain.ids import PracticeId, UserName
from server.domain.practice import Practice
from server.practice_db.catalogue import CatalogueCache
from server.practice_db.engines import Engines, begin, connect_both, read_url
from server.practice_db.errors import NotMigrated, named_by_reason
from server.practice_db.links import Links
from server.practice_db.migrations import HEAD, current_revision
from server.practice_db.objects import SqlObjects
from server.practice_db.tables.practice import practice as practices
from server.practice_db.tables.practice_ends import practice_ended
from server.practice_db.transaction import Transaction
from server.practice_db.unit_of_work import SqlUnitOfWork
from server.practice_db.write_queue import WriteQueue
from server.usecases.ports import Served

_BY_SLUG: Final = select(practices.c.practice_id).where(practices.c.slug == bindparam("slug"))
_EVERY: Final = select(practices.c.practice_id)
_USED: Final = union_all(
    select(practices.c.practice_id), select(practice_ended.c.practice_id)
).subquery()
_LAST_ID: Final = select(func.coalesce(func.max(_USED.c.practice_id), 0))


class SqlDatabase:
    """Implements server.usecases.ports.Database; safe to share between threads.

    Transactions raise DatabaseBusy, DatabaseUnreachable, and NotFound where the practice was
    removed meanwhile; nothing is changed then.
    """

    def __init__(self, engines: Engines, practice: PracticeId) -> None:
        self.engines = engines
        self.practice = practice
        self._reading = Links(engines.reading)
        self._writing = Links(engines.writing)
        self._cache = CatalogueCache()
        self._queue: AbstractContextManager[None] = (
            WriteQueue() if engines.is_sqlite else nullcontext()
        )

    @contextmanager
    def reading(self) -> Iterator[SqlUnitOfWork]:
        with self._reading.begin() as link:
            yield SqlUnitOfWork(Transaction(link, self.practice), self._cache)

    def served(self, owner: UserName, slug: str, href: str) -> Served | None:
        with self._reading.alone() as link:
            return SqlObjects(Transaction(link, self.practice)).served(owner, slug, href)

    @contextmanager
    def writing(
        self, calendars: Iterable[tuple[UserName, str]] = ()
    ) -> Iterator[SqlUnitOfWork]:
        try:
            with self._queue, self._writing.begin() as link:
                transaction = Transaction(link, self.practice)
                transaction.lock_paths(tuple(calendars))
                yield SqlUnitOfWork(transaction, self._cache)
        except IntegrityError:
            # Nothing can be added to a practice that was removed while this process ran.
            with self.reading() as uow:
                uow.check_there()
            raise

    def watch(self, told: Callable[[str], None] | None) -> None:
        """Tell of the text of every statement that is run from now on, or of none."""
        self._reading.watch = self._writing.watch = told

    def refresh_statistics(self) -> None:
        """Tell PostgreSQL's planner how large the tables are now, after a bulk of writes."""
        if not self.engines.is_sqlite:
            with named_by_reason(), begin(self.engines.writing) as connection:
                connection.exec_driver_sql("ANALYZE")

    def close(self) -> None:
        """Close all connections."""
        self._reading.close()
        self._writing.close()
        self.engines.dispose()


def open_database(url: str, practice_slug: str) -> SqlDatabase:
    """Open a migrated database for one practice; without a slug, for the only one in it.

    Raises UnknownDatabaseUrl, DatabaseUnreachable, NotMigrated, and NotFound for the practice.
    """
    parsed = read_url(url)
    if parsed.drivername.startswith("sqlite") and not Path(parsed.database or "").exists():
        raise NotMigrated(None, HEAD)
    engines = connect_both(url)
    with ExitStack() as when_it_raises:
        when_it_raises.callback(engines.dispose)
        practice = _practice_id(engines.reading, practice_slug)
        when_it_raises.pop_all()
    return SqlDatabase(engines, practice)


def create_practice(engine: Engine, practice: Practice) -> PracticeId:
    """Store a new practice under an id that none ever had; return it; raises AlreadyThere."""
    with begin(engine) as connection:
        if connection.execute(_BY_SLUG, {"slug": practice.slug}).first() is not None:
            raise AlreadyThere("practice", practice.slug)
        number = practice.id or connection.execute(_LAST_ID).scalar_one() + 1
        connection.execute(
            insert(practices),
            {
                "practice_id": number,
                "slug": practice.slug,
                "name": practice.name,
                "zone": practice.zone.key,
                "catalogue_revision": practice.catalogue_revision,
            },
        )
    return PracticeId(number)


def has_practice(engine: Engine) -> bool:
    """Whether there is any practice in a migrated database."""
    with begin(engine) as connection:
        return connection.execute(_EVERY).first() is not None


def _practice_id(engine: Engine, slug: str) -> PracticeId:
    with named_by_reason():
        found = current_revision(engine)
    if found != HEAD:
        raise NotMigrated(found, HEAD)
    with begin(engine) as connection:
        asked = (_BY_SLUG, {"slug": slug}) if slug else (_EVERY, {})
        rows = connection.execute(*asked).all()
    if len(rows) > 1:
        raise Invalid("practice", "the database holds several; say which by its short name")
    if not rows:
        raise NotFound("practice", slug or "in this database")
    return PracticeId(rows[0][0])
