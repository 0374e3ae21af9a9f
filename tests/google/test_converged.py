"""What histories made at random have found: each said by itself, and how it ends now."""

from __future__ import annotations

from server.domain.google import MovePolicy
from server.domain.vocabulary import Attention, Status
from server.domain.when import Timed
from tests.google.converging import assert_alike
from tests.google.house import Linked
from tests.google.series import TUESDAYS, dragged, instances, of_google, weekly
from tests.practice import at, following, other, session, this, timed


def lines(alma: Linked) -> list[str]:
    """Return how the one series in Google repeats."""
    return sorted(next(one for one in alma.events if "recurrence" in one)["recurrence"])


def test_g094_what_has_happened_stands_when_its_series_is_cancelled(alma: Linked) -> None:
    number = weekly(alma)
    alma.house.edit(this(number, at(8, month=12)), status=Status.ARRIVED)
    alma.settle()
    alma.house.edit(number, status=Status.CANCELLED)
    alma.settle()
    assert alma.house.starts(number) == ["12-08 14:00"]
    assert instances(alma) == ["12-08 14:00"]
    alma.house.edit(number, status=Status.BOOKED)
    alma.settle()
    assert_alike(alma)


def test_g094_of_a_cancelled_series_one_occurrence_is_booked_again(alma: Linked) -> None:
    number = weekly(alma)
    alma.house.edit(number, status=Status.CANCELLED)
    alma.settle()
    assert instances(alma) == []
    alma.house.edit(this(number, at(1, month=12)), status=Status.BOOKED)
    alma.settle()
    assert instances(alma) == ["12-01 14:00"]


def test_g094_an_occurrence_that_left_the_rule_is_booked_again(alma: Linked) -> None:
    number = weekly(alma, 2)
    alma.house.edit(this(number, at(1, month=12)), status=Status.CANCELLED)
    alma.settle()
    alma.house.edit(number, timed(at(23)))
    alma.house.edit(this(number, at(1, month=12)), status=Status.BOOKED)
    alma.settle()
    assert "12-01 14:00" in alma.house.starts(number)
    assert instances(alma) == alma.house.starts(number)


def test_g094_an_occurrence_that_left_the_rule_is_there_once_when_the_rule_is_back(
    alma: Linked,
) -> None:
    number = weekly(alma, 3)
    alma.house.edit(this(number, at(1, month=12)), timed(at(2, month=12)))
    alma.settle()
    alma.house.edit(number, timed(at(26, 9)))
    alma.settle()
    assert_alike(alma)
    assert "RDATE" not in str(lines(alma))
    alma.house.edit(number, timed(at(24)))
    alma.settle()
    assert_alike(alma)
    assert instances(alma).count("12-02 14:00") == 1


def test_g094_a_series_that_kept_an_occurrence_is_split_in_google(alma: Linked) -> None:
    number = weekly(alma, 4)
    alma.house.edit(this(number, at(15, month=12)), timed(at(16, month=12)))
    alma.settle()
    alma.house.edit(number, timed(at(26, 9)))
    alma.settle()
    cut = alma.instance(alma.pair(number).event, at(10, 9, month=12))
    alma.act("this_and_following", cut, changes=dragged(11, month=12))
    alma.settle()
    assert_alike(alma)
    assert instances(alma).count("12-16 14:00") == 1


def test_g094_what_was_taken_out_of_a_series_of_others_stays_out(alma: Linked) -> None:
    rule = ["RRULE:FREQ=WEEKLY;COUNT=2"]
    body = {"summary": "Choir", "recurrence": rule, **dragged(24)}
    made = alma.act("create", body=body)["id"]
    alma.settle()
    alma.act("cancel_one", alma.instance(made, at(1, month=12)))
    alma.settle()
    alma.act("edit_all", made, changes={"recurrence": ["RRULE:FREQ=WEEKLY;COUNT=3"]})
    alma.settle()
    assert alma.house.starts(of_google(alma, made)) == instances(alma)


def test_g094_an_occurrence_of_others_comes_back_out_of_the_bin(alma: Linked) -> None:
    body = {"recurrence": ["RRULE:FREQ=WEEKLY;COUNT=3"], **dragged(24)}
    made = alma.act("create", body=body)["id"]
    gone = alma.instance(made, at(1, month=12))
    alma.act("cancel_one", gone)
    alma.settle()
    number = of_google(alma, made)
    assert alma.house.starts(number) == ["11-24 14:00", "12-08 14:00"]
    mark = alma.mark
    alma.act("undelete", gone)
    alma.settle()
    assert alma.house.starts(number) == TUESDAYS[:3]
    assert alma.writes(mark) == []


def test_g094_a_meeting_that_overlaps_is_as_busy_as_it_says(alma: Linked) -> None:
    alma.house.book(timed(at(24)), session())
    number = alma.house.book(timed(at(24, 14, 30)), other())
    assert Attention.OVERLAP in alma.house.details(number).attention
    alma.settle()
    alma.house.edit(number, timed(at(24, 13, 30)))
    alma.act("mark_free", alma.pair(number).event)
    alma.settle()
    assert_alike(alma)


def test_g094_what_google_cancelled_while_its_series_was_cut_is_made_again(
    alma: Linked,
) -> None:
    number = weekly(alma, 3)
    alma.change(policy=MovePolicy.REVERT)
    series = alma.pair(number).event
    alma.act("cancel_one", alma.instance(series, at(1, month=12)))
    rule = ["RRULE:FREQ=WEEKLY;COUNT=2"]
    alma.act("edit_all", series, changes={"recurrence": rule})
    alma.sync()
    alma.house = alma.house.later(minutes=2)
    alma.settle(10)
    assert alma.house.starts(number) == TUESDAYS[:3]
    assert_alike(alma)


def test_r05_an_occurrence_that_left_the_rule_keeps_all_that_it_is(alma: Linked) -> None:
    number = weekly(alma, 3)
    second = this(number, at(1, month=12))
    alma.house.edit(second, timed(at(2, month=12)), note="Brings her scans")
    alma.settle()
    alma.drag(alma.pair(number).event, at(26, 9))
    alma.settle()
    part = alma.house.get(number).overrides[second.key]
    assert isinstance(part.when, Timed)
    assert (part.when.start, part.details.note) == (at(2, month=12), "Brings her scans")
    assert part.details.client == session().client
    assert alma.house.starts(number) == instances(alma)
    assert "12-02 14:00" in instances(alma)
    assert "google-left-behind" in alma.notices()


def test_r05_nothing_is_told_where_every_occurrence_still_falls_on_the_rule(
    alma: Linked,
) -> None:
    number = weekly(alma, 3)
    alma.house.edit(this(number, at(1, month=12)), timed(at(2, month=12)))
    alma.settle()
    alma.act(
        "edit_all",
        alma.pair(number).event,
        changes={"recurrence": ["RRULE:FREQ=WEEKLY;COUNT=5"]},
    )
    alma.settle()
    assert alma.notices() == []
    assert_alike(alma)


def test_r07_a_split_here_takes_the_occurrences_that_left_the_rule_along(alma: Linked) -> None:
    number = weekly(alma, 4)
    alma.house.edit(this(number, at(15, month=12)), timed(at(16, month=12)))
    alma.house.edit(number, timed(at(26, 9)))
    alma.settle()
    alma.house.edit(following(number, at(10, 9, month=12)), timed(at(11, 9, month=12), 75))
    alma.settle()
    assert_alike(alma)
    assert instances(alma).count("12-16 14:00") == 1
