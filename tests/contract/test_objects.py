"""What ports.Objects promises about objects, their versions and private lines."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from server.domain.ids import AppointmentId
from server.practice_db.database import SqlDatabase
from tests.contract.samples import (
    ALMA,
    ALMAS,
    DAY,
    NOW,
    THEO,
    THEOS,
    VISIT,
    save,
    stored,
    visit,
)


def test_an_object_comes_back_octet_for_octet(furnished: SqlDatabase) -> None:
    text = "BEGIN:VCALENDAR\r\nX-FOO:a,b;c\\n\ttab 'quote' \U0001f34e\r\nEND:VCALENDAR\r\n"
    one = replace(stored("a.ics", 3), text=text, hide_at=NOW)
    with furnished.writing() as uow:
        uow.objects.put(one)
    with furnished.reading() as uow:
        assert uow.objects.get(ALMAS, "a.ics") == one


def test_replacing_changes_the_text_and_keeps_the_earlier_version(
    furnished: SqlDatabase,
) -> None:
    before, after = stored("a.ics", 1), stored("a.ics", 2)
    with furnished.writing() as uow:
        uow.objects.put(before)
        uow.objects.put(after)
    with furnished.reading() as uow:
        assert uow.objects.get(ALMAS, "a.ics") == after
        assert uow.objects.version(ALMAS, "a.ics", 1) == before.text
        assert uow.objects.version(ALMAS, "a.ics", 2) == after.text
        assert uow.objects.version(ALMAS, "a.ics", 3) is None


def test_writing_twice_under_one_revision_keeps_the_last(furnished: SqlDatabase) -> None:
    last = replace(stored("a.ics", 1), text="last", etag='"x"')
    with furnished.writing() as uow:
        uow.objects.put(stored("a.ics", 1))
        uow.objects.put(last)
        assert uow.objects.get(ALMAS, "a.ics") == last
        assert uow.objects.version(ALMAS, "a.ics", 1) == "last"


def test_about_twenty_versions_are_kept(furnished: SqlDatabase) -> None:
    with furnished.writing() as uow:
        for revision in range(1, 65):
            uow.objects.put(stored("a.ics", revision))
        kept = [r for r in range(1, 65) if uow.objects.version(ALMAS, "a.ics", r)]
    assert kept == list(range(45, 65))


def test_versions_of_a_deleted_object_stay(furnished: SqlDatabase) -> None:
    with furnished.writing() as uow:
        uow.objects.put(stored("a.ics", 1))
        uow.objects.delete(ALMAS, "a.ics", 2)
        assert uow.objects.get(ALMAS, "a.ics") is None
        assert uow.objects.version(ALMAS, "a.ics", 1) == stored("a.ics", 1).text


def test_any_number_of_objects_can_be_asked_for(furnished: SqlDatabase) -> None:
    every = [stored(f"{number:04}.ics", number) for number in range(1, 1101)]
    with furnished.writing() as uow:
        for one in every:
            uow.objects.put(one)
    hrefs = [one.href for one in every]
    with furnished.reading() as uow:
        found = uow.objects.get_many(ALMAS, [*hrefs, "none.ics", hrefs[0]])
        assert sorted(found, key=lambda one: one.href) == every
        assert uow.objects.get_many(ALMAS) == every
        assert uow.objects.get_many(ALMAS, []) == []
        assert uow.objects.get_many(THEOS) == []


def test_entries_tell_all_but_the_text(furnished: SqlDatabase) -> None:
    with furnished.writing() as uow:
        save(uow, visit())
        uow.objects.put(stored("b.ics", 1, VISIT))
        uow.objects.put(stored("a.ics", 2))
        assert uow.objects.entries(ALMAS) == [
            stored("a.ics", 2).entry,
            stored("b.ics", 1, VISIT).entry,
        ]


def test_a_uid_leads_to_its_href_in_the_calendar(furnished: SqlDatabase) -> None:
    with furnished.writing() as uow:
        uow.objects.put(stored("a.ics", 1))
        assert uow.objects.href_of_uid(ALMAS, "uid-a.ics") == "a.ics"
        assert uow.objects.href_of_uid(THEOS, "uid-a.ics") is None


def test_a_uid_is_in_a_calendar_once(furnished: SqlDatabase) -> None:
    with furnished.writing() as uow:
        uow.objects.put(stored("a.ics", 1))
        with pytest.raises(IntegrityError), uow.savepoint():
            uow.objects.put(replace(stored("b.ics", 2), uid="uid-a.ics"))
        assert uow.objects.changed_since(ALMAS, 0) == {"a.ics": True}


def test_a_uid_may_be_in_several_calendars(furnished: SqlDatabase) -> None:
    alma, theo = stored("a.ics", 1), stored("a.ics", 5, calendar=THEOS)
    with furnished.writing() as uow:
        uow.objects.put(theo)
        uow.objects.put(alma)
        assert uow.objects.with_uid("uid-a.ics") == [alma, theo]
        assert uow.objects.with_uid("uid-b.ics") == []


def test_an_appointment_leads_to_its_object(furnished: SqlDatabase) -> None:
    with furnished.writing() as uow:
        # In this order too: the key between them is looked at when all is written.
        uow.objects.put(stored("a.ics", 1, VISIT))
        save(uow, visit())
    with furnished.reading() as uow:
        assert uow.objects.of_appointment(VISIT) == stored("a.ics", 1, VISIT)
        assert uow.objects.of_appointment(AppointmentId("none")) is None


def test_an_object_without_its_appointment_is_not_committed(furnished: SqlDatabase) -> None:
    with pytest.raises(IntegrityError), furnished.writing() as uow:
        uow.objects.put(stored("a.ics", 1, VISIT))
    with furnished.reading() as uow:
        assert uow.objects.entries(ALMAS) == []


def test_lines_of_another_viewer_are_kept_for_that_viewer(furnished: SqlDatabase) -> None:
    lines = ("X-MOZ-LASTACK:20261121T120000Z", "BEGIN:VALARM", "END:VALARM")
    with furnished.writing() as uow:
        uow.objects.put(stored("a.ics", 1))
        uow.objects.save_personal_lines(ALMAS, "a.ics", THEO, ("X-OLD:1",))
        uow.objects.save_personal_lines(ALMAS, "a.ics", THEO, lines)
        assert uow.objects.personal_lines(ALMAS, "a.ics", THEO) == lines
        assert uow.objects.personal_lines(ALMAS, "a.ics", ALMA) == ()


def test_lines_of_a_viewer_go_with_the_object_or_when_emptied(furnished: SqlDatabase) -> None:
    with furnished.writing() as uow:
        for href in ("a.ics", "b.ics"):
            uow.objects.put(stored(href, 1))
            uow.objects.save_personal_lines(ALMAS, href, THEO, ("X-A:1",))
        uow.objects.save_personal_lines(ALMAS, "a.ics", THEO, ())
        uow.objects.delete(ALMAS, "b.ics", 2)
        assert uow.objects.personal_lines(ALMAS, "a.ics", THEO) == ()
        assert uow.objects.personal_lines(ALMAS, "b.ics", THEO) == ()


def test_objects_are_hidden_when_their_time_has_come(furnished: SqlDatabase) -> None:
    due = replace(stored("a.ics", 1), hide_at=NOW)
    later = replace(stored("b.ics", 2), hide_at=NOW + DAY)
    theos = replace(stored("c.ics", 1, calendar=THEOS), hide_at=NOW - DAY)
    with furnished.writing() as uow:
        for one in (due, later, theos, stored("d.ics", 3)):
            uow.objects.put(one)
        assert uow.objects.to_hide(None, NOW) == [theos, due]
        assert uow.objects.to_hide(ALMAS, NOW) == [due]
