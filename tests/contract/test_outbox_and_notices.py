"""What ports.Outbox and ports.Notices promise."""

from __future__ import annotations

from dataclasses import replace

from server.domain.calendars import Notice
from server.domain.vocabulary import Fact
from server.domain.when import MASTER, RecurrenceKey
from server.practice_db.database import SqlDatabase
from tests.contract.samples import ALMA, DAY, HOUR, NOW, THEO, VISIT

NOTICE = Notice("n1", ALMA, NOW, "locked", "This appointment is held.", VISIT)


def test_without_subscribers_nothing_waits(furnished: SqlDatabase) -> None:
    with furnished.writing() as uow:
        uow.outbox.announce(Fact.BOOKED, VISIT, MASTER, 1, NOW)
        assert uow.outbox.subscribers() == ()
        assert uow.outbox.waiting() == []


def test_each_subscriber_gets_a_row_of_its_own(furnished: SqlDatabase) -> None:
    key = RecurrenceKey("20261124T140000Z")
    with furnished.writing() as uow:
        for name in ("webhook", "google", "google"):
            uow.outbox.subscribe(name)
        uow.outbox.announce(Fact.MOVED, VISIT, key, 7, NOW)
    with furnished.reading() as uow:
        assert uow.outbox.subscribers() == ("google", "webhook")
        rows = uow.outbox.waiting()
    assert sorted(row.subscriber for row in rows) == ["google", "webhook"]
    assert len({row.id for row in rows}) == 2
    assert {(row.appointment, row.key, row.fact, row.revision, row.due_at) for row in rows} == {
        (VISIT, key, Fact.MOVED, 7, NOW)
    }
    assert {(row.attempts, row.told_at) for row in rows} == {(0, None)}


def test_rows_wait_in_the_order_of_their_time_and_revision(furnished: SqlDatabase) -> None:
    with furnished.writing() as uow:
        uow.outbox.subscribe("google")
        uow.outbox.announce(Fact.EDITED, VISIT, MASTER, 3, NOW + HOUR)
        uow.outbox.announce(Fact.MOVED, VISIT, MASTER, 2, NOW)
        uow.outbox.announce(Fact.BOOKED, VISIT, MASTER, 1, NOW)
        assert [row.revision for row in uow.outbox.waiting()] == [1, 2, 3]


def test_notices_come_by_time_for_one_or_for_all(furnished: SqlDatabase) -> None:
    theos = replace(NOTICE, id="n0", user=THEO, at=NOW - DAY, appointment=None)
    with furnished.writing() as uow:
        uow.notices.add(NOTICE)
        uow.notices.add(theos)
    with furnished.reading() as uow:
        assert uow.notices.of() == [theos, NOTICE]
        assert uow.notices.of(ALMA) == [NOTICE]


def test_a_cleared_notice_is_shown_only_when_asked_for(furnished: SqlDatabase) -> None:
    cleared = replace(NOTICE, cleared_at=NOW)
    with furnished.writing() as uow:
        uow.notices.add(NOTICE)
        assert uow.notices.clear("n1", NOW)
        assert uow.notices.clear("n1", NOW + DAY)
        assert uow.notices.of(ALMA) == []
        assert uow.notices.of(ALMA, cleared=True) == [cleared]
        assert uow.notices.of(cleared=True) == [cleared]


def test_a_notice_that_is_not_there_cannot_be_cleared(furnished: SqlDatabase) -> None:
    with furnished.writing() as uow:
        assert not uow.notices.clear("n1", NOW)
