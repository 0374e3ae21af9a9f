"""Series that start where their rule has no occurrence, which no two programs read alike."""

from __future__ import annotations

import pytest

from server.domain.when import AllDay, Recurrence
from server.google_sync.links.syncing import Report
from server.google_sync.model.recurrence_lines import in_step
from server.google_sync.writing.practice_side import write_appointment
from tests.google.converging import assert_alike
from tests.google.house import Linked
from tests.google.series import dragged, expanded, instances, of_google, repeat, weekly
from tests.practice import at, timed


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ("FREQ=WEEKLY;BYDAY=TU,TH;COUNT=3", "FREQ=WEEKLY;BYDAY=TU,TH;UNTIL=20261201T190000Z"),
        ("FREQ=WEEKLY;BYDAY=TU,TH;COUNT=1", "FREQ=WEEKLY;BYDAY=TU,TH;UNTIL=20261125T190000Z"),
        ("FREQ=WEEKLY;BYDAY=TU", "FREQ=WEEKLY;BYDAY=TU"),
    ],
)
def test_g094_a_series_that_starts_off_its_rule_names_its_start(rule: str, told: str) -> None:
    start = timed(at(25))
    assert in_step(start, Recurrence((rule,))) == Recurrence((told,), (start.start,))


def test_g094_a_series_of_days_that_starts_off_its_rule_names_its_start() -> None:
    day = AllDay(at(25).date(), 1)
    found = in_step(day, Recurrence(("FREQ=WEEKLY;BYDAY=TU;COUNT=2",)))
    assert found == Recurrence(("FREQ=WEEKLY;BYDAY=TU;UNTIL=20261201",), (day.first,))


@pytest.mark.parametrize("rule", ["FREQ=WEEKLY;COUNT=3", "FREQ=DAILY;BYDAY=WE;COUNT=2"])
def test_g094_a_series_that_starts_by_its_rule_is_told_as_it_is(rule: str) -> None:
    found = Recurrence((rule,))
    assert in_step(timed(at(25)), found) is found


def test_g042_a_series_that_is_moved_here_off_its_rule_is_alike_in_google(
    alma: Linked,
) -> None:
    number = weekly(alma, 2)
    repeat(alma, number, "FREQ=WEEKLY;BYDAY=TU,TH;COUNT=4")
    alma.settle()
    before = instances(alma)
    alma.house.edit(number, timed(at(25)))
    alma.settle()
    assert instances(alma) == alma.house.starts(number) != before
    assert len(instances(alma)) == 4


def test_r09_a_series_of_others_that_starts_off_its_rule_is_as_google_has_it(
    alma: Linked,
) -> None:
    rule = ["RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=2"]
    made = alma.act("create", body={"recurrence": rule, **dragged(25)})["id"]
    alma.settle()
    assert alma.house.starts(of_google(alma, made)) == instances(alma) != []


def test_r09_an_odd_series_of_others_of_which_nothing_is_left_takes_no_time(
    alma: Linked,
) -> None:
    rule = ["RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=1"]
    made = alma.act("create", body={"recurrence": rule, **dragged(25)})["id"]
    alma.settle()
    number = of_google(alma, made)
    assert_alike(alma)
    for one in instances_of(alma, made):
        alma.act("cancel_one", one)
        alma.act("edit", made, changes={"colorId": "3"})
    alma.settle()
    assert alma.house.starts(number) == []


def instances_of(alma: Linked, series: str) -> list[str]:
    return [one["id"] for one in expanded(alma, series)]


def test_r09_an_odd_series_that_is_read_by_itself_is_still_all_its_dates(
    alma: Linked,
) -> None:
    rule = ["RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=3"]
    made = alma.act("create", body={"recurrence": rule, **dragged(25)})["id"]
    alma.settle()
    number = of_google(alma, made)
    alma.house.edit(number, timed(at(26, 9)))
    # Moved while the list was read: only the request to change it finds that.
    (dirty,) = alma.dirty()
    alma.drag(made, at(27, 10))
    write_appointment(alma.syncing, dirty, Report())
    assert len(alma.house.starts(number)) == 3
    alma.settle()
    assert_alike(alma)


def test_r09_a_split_that_goes_on_off_its_rule_is_undone(alma: Linked) -> None:
    number = weekly(alma, 2)
    repeat(alma, number, "FREQ=WEEKLY;BYDAY=TU,TH;COUNT=5")
    alma.settle()
    before = instances(alma)
    cut = alma.instance(alma.pair(number).event, at(1, month=12))
    alma.act("this_and_following", cut, changes=dragged(5, month=12))
    alma.settle()
    assert instances(alma) == alma.house.starts(number) == before
    assert "google-refused" in alma.notices()
