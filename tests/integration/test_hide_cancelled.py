"""When a cancelled appointment leaves the calendar, and how it comes back."""

from __future__ import annotations

from datetime import timedelta

from server.domain.vocabulary import Status
from server.usecases.hide_cancelled import hide_due
from tests.practice import ALMA, DORN, THEO, House, at, event, session, timed


def hide(house: House, owner: str | None = None) -> int:
    with house.database.writing() as uow:
        calendar = uow.calendars.get(owner, "appointments") if owner else None  # type: ignore[arg-type]  # a name
        return hide_due(uow, house.context(), calendar)


def test_what_the_desk_cancels_leaves_at_once(any_house: House) -> None:
    number = any_house.book()
    any_house.edit(number, status=Status.CANCELLED)
    assert any_house.stored() == []
    assert hide(any_house) == 0


def test_what_an_app_cancels_is_shown_struck_through_for_ten_minutes(any_house: House) -> None:
    any_house.put(event("acupinitial Jane Doe"))
    any_house.put(event("acupinitial Jane Doe", "20261124T140000", "STATUS:CANCELLED"))
    (stored,) = any_house.stored()
    assert stored.hide_at == any_house.now + timedelta(minutes=10)
    assert "STATUS:CANCELLED" in stored.text
    assert "TRANSP:TRANSPARENT" in stored.text


def test_it_is_hidden_under_a_new_revision_so_that_apps_hear_of_it(any_house: House) -> None:
    any_house.put(event("acupinitial Jane Doe #cancel"))
    before = any_house.calendar().revision
    assert hide(any_house.later(minutes=10)) == 1
    calendar = any_house.calendar()
    assert calendar.revision == before + 1
    with any_house.database.reading() as uow:
        assert uow.objects.changed_since(calendar.id, before) == {"one.ics": False}


def test_one_calendar_is_hidden_without_the_others(any_house: House) -> None:
    any_house.put(event("acupinitial Jane Doe #cancel"))
    any_house.put(event("psy50 Jana Dorn #cancel", uid="two"), THEO)
    later = any_house.later(minutes=10)
    assert hide(later, ALMA) == 1
    assert len(any_house.stored(THEO)) == 1
    assert hide(later) == 1


def test_the_next_put_of_an_app_finds_it_hidden(any_house: House) -> None:
    any_house.put(event("acupinitial Jane Doe #cancel"))
    later = any_house.later(minutes=11)
    later.put(event("acupinitial John Doe", "20261125T090000", uid="two"), href="two.ics")
    assert [one.href for one in later.stored()] == ["two.ics"]


def test_taken_back_before_it_is_hidden_it_stays(any_house: House) -> None:
    any_house.put(event("acupinitial Jane Doe #cancel"))
    any_house.edit(any_house.of_href(), status=Status.BOOKED)
    assert hide(any_house.later(minutes=10)) == 0
    assert len(any_house.stored()) == 1


def test_a_no_show_stays(any_house: House) -> None:
    number = any_house.book(timed(at(24)), session(DORN, "psy50", THEO))
    any_house.edit(number, status=Status.NO_SHOW)
    assert hide(any_house.later(days=1)) == 0
    assert "STATUS:CONFIRMED" in any_house.shown(number, THEO)
