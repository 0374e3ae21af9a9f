"""One practice never meets another: in the tables, in the statements, in what is found."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from server.domain.vocabulary import Fact
from server.domain.when import MASTER
from server.practice_db.columns import METADATA
from server.practice_db.database import SqlDatabase
from server.usecases.ports import OccurrenceFilter, UnitOfWork
from tests.contract.api_samples import read_api, write_api
from tests.contract.billing_samples import read_money, write_money
from tests.contract.booking_samples import read_bookings, write_bookings
from tests.contract.feed_samples import read_feeds, write_feeds
from tests.contract.google_samples import read_google, write_google
from tests.contract.paper_samples import read_papers, write_papers
from tests.contract.samples import (
    ALMA,
    ALMAS,
    DAY,
    INITIAL,
    JANE,
    JANE_DOE,
    NOW,
    SERVICE,
    VISIT,
    another_practice,
    happened,
    save,
    stored,
    visit,
)
from tests.contract.webhook_samples import read_webhooks, write_webhooks


def test_every_primary_key_begins_with_the_practice() -> None:
    firsts = {
        name: next(iter(table.primary_key.columns)).name
        for name, table in METADATA.tables.items()
    }
    assert set(firsts.values()) == {"practice_id"}


def test_every_foreign_key_carries_the_practice() -> None:
    keys = [key for table in METADATA.tables.values() for key in table.foreign_key_constraints]
    assert keys
    for key in keys:
        first = key.elements[0]
        assert (first.parent.name, first.column.name) == ("practice_id", "practice_id")


def test_every_index_begins_with_the_practice() -> None:
    indexes = [index for table in METADATA.tables.values() for index in table.indexes]
    assert indexes
    assert {next(iter(index.columns)).name for index in indexes} == {"practice_id"}


@contextmanager
def statements(database: SqlDatabase) -> Iterator[list[str]]:
    """Collect what is sent to the database."""
    seen: list[str] = []
    database.watch(seen.append)
    yield seen
    database.watch(None)


def test_every_statement_issued_names_the_practice(furnished: SqlDatabase) -> None:
    with statements(furnished) as seen:
        with furnished.writing([(ALMA, "appointments")]) as uow:
            write_everything(uow)
        with furnished.writing() as uow:
            write_money(uow)
            write_papers(uow)
        with furnished.reading() as uow:
            read_people_and_objects(uow)
            read_appointments(uow)
            read_money(uow)
            read_papers(uow)
    tables = {name for statement in seen for name in METADATA.tables if names(statement, name)}
    # What is written of a practice that is removed: test_practice_ends.py.
    assert tables == set(METADATA.tables) - {"practice_ending", "practice_ended"}
    assert [statement for statement in seen if not is_bound(statement)] == []


def names(statement: str, table: str) -> bool:
    return re.search(rf"\b{table}\b", statement) is not None


def is_bound(statement: str) -> bool:
    """Whether each part that names a table also compares or sets the practice."""
    if statement.startswith("INSERT"):
        return "practice_id" in statement.partition("VALUES")[0]
    parts = re.split(r"\bUNION(?: ALL)?\b", statement)
    return all(re.search(r"practice_id = (\?|\$\d+)", part) for part in parts)


def write_everything(uow: UnitOfWork) -> None:
    people = uow.people
    people.note_wrong_secret("alma", "192.0.2.0/24", "mac", NOW)
    people.wrong_secrets("alma", "192.0.2.0/24", NOW)
    people.app_passwords(ALMA)
    uow.outbox.subscribe("google")
    uow.configuration.save_service(SERVICE)
    uow.configuration.save_practice(uow.practice)
    uow.configuration.delete_session_type(INITIAL)
    uow.clients.save(replace(JANE_DOE, number=uow.clients.next_number()))
    uow.calendars.lock([ALMAS])
    details = replace(visit().first_part.details, session_type=None)
    for _ in range(2):
        save(uow, visit(details=details))
    uow.appointments.set_revision(VISIT, 8)
    uow.objects.put(stored("a.ics", 8, VISIT))
    uow.objects.save_personal_lines(ALMAS, "a.ics", ALMA, ("X-A:1",))
    uow.objects.save_personal_lines(ALMAS, "a.ics", ALMA, ())
    uow.objects.delete(ALMAS, "b.ics", 9)
    uow.objects.prune(ALMAS, 5)
    uow.history.append(ALMAS, happened(1, Fact.BOOKED))
    uow.outbox.announce(Fact.BOOKED, VISIT, MASTER, 1, NOW)
    uow.notices.clear("none", NOW)
    for write in (write_api, write_webhooks, write_feeds, write_bookings, write_google):
        write(uow)
    uow.calendars.save(uow.calendars.all()[0])
    uow.calendars.next_revision(ALMAS)


def read_people_and_objects(uow: UnitOfWork) -> None:
    assert uow.catalogue.users
    uow.clients.get_many([JANE])
    uow.clients.named("jane doe")
    uow.clients.search("jane", archived=True)
    uow.clients.seen_by(ALMA, [JANE])
    uow.clients.near(ALMA, [JANE], (NOW, NOW + DAY))
    uow.calendars.of_owner(ALMA)
    uow.objects.get(ALMAS, "a.ics")
    uow.objects.get_many(ALMAS, ["a.ics"])
    uow.objects.get_many(ALMAS)
    uow.objects.entries(ALMAS)
    uow.objects.version(ALMAS, "a.ics", 8)
    uow.objects.changed_since(ALMAS, 0)
    uow.objects.listing(ALMAS, ("href", "size"))
    uow.objects.in_range(ALMAS, NOW, None)
    uow.objects.rows_in_range(ALMAS, ("href", "text"), (None, NOW))
    uow.objects.rows(ALMAS, ("href", "text"), ["visit.ics"])
    uow.instances.of_calendar(ALMAS, None, NOW)
    uow.instances.busy(ALMAS, NOW, None)
    uow.bookable.hours([ALMA], NOW, NOW + DAY)
    for with_types in (False, True):
        uow.bookable.taken([ALMA], NOW, NOW + DAY, with_types=with_types)
    uow.objects.to_hide(None, NOW)
    uow.objects.with_uid("x")


def read_appointments(uow: UnitOfWork) -> None:
    uow.appointments.get_many([VISIT])
    for wanted in (
        OccurrenceFilter(NOW),
        OccurrenceFilter(client=JANE),
        OccurrenceFilter(calendar=ALMAS),
    ):
        uow.appointments.occurrences(wanted)
    uow.appointments.beyond_index(NOW, NOW + DAY)
    uow.appointments.to_extend(NOW, 5)
    uow.appointments.copy_of(VISIT, NOW)
    uow.appointments.ids()
    uow.configuration.uses_of_session_type(INITIAL)
    uow.history.of(VISIT)
    uow.history.broken_links()
    uow.outbox.waiting()
    uow.notices.of(ALMA)
    for read in (read_api, read_webhooks, read_feeds, read_bookings, read_google):
        read(uow)


def fill(database: SqlDatabase, text: str) -> None:
    with database.writing() as uow:
        save(uow, visit())
        uow.objects.put(replace(stored("a.ics", 1, VISIT), text=text))
        uow.history.append(ALMAS, happened(1, Fact.BOOKED))
        uow.clients.save(replace(JANE_DOE, phone=text))


def test_two_practices_with_the_same_names_see_only_their_own(furnished: SqlDatabase) -> None:
    other = another_practice(furnished)
    fill(furnished, "ours")
    fill(other, "theirs")
    for database, text in ((furnished, "ours"), (other, "theirs")):
        with database.reading() as uow:
            assert [one.text for one in uow.objects.get_many(ALMAS)] == [text]
            assert [one.text for one in uow.objects.with_uid("uid-a.ics")] == [text]
            assert [client.phone for client in uow.clients.named("jane doe")] == [text]
            assert len(uow.appointments.occurrences(OccurrenceFilter(client=JANE))) == 1
            assert len(uow.appointments.occurrences(OccurrenceFilter())) == 1
            assert uow.objects.in_range(ALMAS, None, None)[0] == {"a.ics"}
            assert len(uow.history.of(VISIT)) == 1
    other.close()


def test_what_one_practice_deletes_stays_in_the_other(furnished: SqlDatabase) -> None:
    other = another_practice(furnished)
    fill(furnished, "ours")
    fill(other, "theirs")
    with furnished.writing() as uow:
        uow.objects.prune(ALMAS, 99)
        uow.objects.delete(ALMAS, "a.ics", 2)
        uow.calendars.delete(ALMAS)
    with other.reading() as uow:
        assert [one.text for one in uow.objects.get_many(ALMAS)] == ["theirs"]
        assert uow.appointments.get(VISIT) is not None
        assert len(uow.appointments.occurrences(OccurrenceFilter(appointment=VISIT))) == 1
    other.close()
