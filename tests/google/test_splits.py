"""A series that is split in Google is split here, in whichever order it is told."""

from __future__ import annotations

import pytest

from server.domain.ids import AppointmentId
from server.domain.vocabulary import Status
from tests.google.house import Linked
from tests.google.series import TUESDAYS, instances, weekly
from tests.practice import at, this, timed

SIXTEEN = {
    "start": {"dateTime": "2026-12-08T16:00:00", "timeZone": "America/New_York"},
    "end": {"dateTime": "2026-12-08T17:15:00", "timeZone": "America/New_York"},
}


def both(alma: Linked, number: AppointmentId) -> list[str]:
    """Return the starts of a series and of what goes on from it."""
    with alma.house.database.reading() as uow:
        rest = [
            one
            for one in uow.appointments.get_many(uow.appointments.ids()).values()
            if one.continues == number
        ]
    assert len(rest) == 1
    return sorted(alma.house.starts(number) + alma.house.starts(rest[0].id))


def test_g039_this_and_following_in_google_splits_the_series_here(alma: Linked) -> None:
    number = weekly(alma)
    series = alma.pair(number).event
    alma.drag(alma.instance(series, at(1, month=12)), at(2, 10, month=12))
    alma.drag(alma.instance(series, at(15, month=12)), at(16, 10, month=12))
    alma.settle()
    alma.act("this_and_following", alma.instance(series, at(8, month=12)), changes=SIXTEEN)
    alma.settle()
    expected = [
        "11-24 14:00",
        "12-02 10:00",
        "12-08 16:00",
        "12-16 10:00",
        "12-22 16:00",
        "12-29 16:00",
    ]
    assert both(alma, number) == expected
    assert instances(alma) == expected
    assert "Doe" not in alma.said()
    assert len([one for one in alma.events if "recurrence" in one]) == 2


@pytest.mark.parametrize("between", [1, 0])
def test_g040_the_halves_of_a_split_may_come_in_two_reads(alma: Linked, between: int) -> None:
    number = weekly(alma)
    cut = alma.instance(alma.pair(number).event, at(8, month=12))
    alma.act("this_and_following", cut, changes=SIXTEEN, half="truncate")
    alma.sync(between)
    alma.act("this_and_following", cut, half="insert")
    alma.settle()
    expected = [*TUESDAYS[:2], "12-08 16:00", "12-15 16:00", "12-22 16:00", "12-29 16:00"]
    assert both(alma, number) == expected
    assert instances(alma) == expected


def test_g040_a_series_that_does_not_go_on_has_ended(alma: Linked) -> None:
    number = weekly(alma)
    cut = alma.instance(alma.pair(number).event, at(8, month=12))
    alma.act("this_and_following", cut, changes=SIXTEEN, half="truncate")
    alma.sync()
    assert len(alma.house.starts(number)) == 6
    alma.house = alma.house.later(minutes=2)
    alma.settle()
    assert alma.house.starts(number) == TUESDAYS[:2]
    assert instances(alma) == TUESDAYS[:2]


def test_g039_what_has_happened_after_the_cut_stays_where_it_was(alma: Linked) -> None:
    number = weekly(alma)
    alma.house.edit(this(number, at(15, month=12)), status=Status.ARRIVED)
    alma.settle()
    cut = alma.instance(alma.pair(number).event, at(8, month=12))
    alma.act("this_and_following", cut, changes=SIXTEEN)
    alma.settle()
    expected = [*TUESDAYS[:2], "12-08 16:00", "12-15 14:00", "12-22 16:00", "12-29 16:00"]
    assert both(alma, number) == expected
    assert instances(alma) == expected


def test_g039_a_split_onto_another_appointment_is_undone(alma: Linked) -> None:
    number = weekly(alma)
    alma.house.book(timed(at(8, 16, month=12)))
    alma.settle()
    cut = alma.instance(alma.pair(number).event, at(8, month=12))
    alma.act("this_and_following", cut, changes=SIXTEEN)
    alma.settle()
    assert alma.house.starts(number) == [*TUESDAYS, "12-29 14:00"]
    assert instances(alma) == sorted([*TUESDAYS, "12-29 14:00", "12-08 16:00"])
    assert "google-refused" in alma.notices()


def test_g038_an_occurrence_may_come_before_its_series(alma: Linked) -> None:
    alma.google.knobs.page_size = 1
    body = {
        "summary": "Theirs",
        "start": {"dateTime": "2026-11-26T09:00:00", "timeZone": "America/New_York"},
        "end": {"dateTime": "2026-11-26T10:00:00", "timeZone": "America/New_York"},
        "recurrence": ["RRULE:FREQ=WEEKLY;COUNT=3"],
    }
    made = alma.act("create", body=body)
    alma.drag(alma.instance(made["id"], at(3, 9, month=12)), at(4, 9, month=12))
    alma.settle()
    pair = next(one for one in alma.pairs() if one.event == made["id"])
    assert alma.house.starts(pair.appointment) == ["11-26 09:00", "12-04 09:00", "12-10 09:00"]
