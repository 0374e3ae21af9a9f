"""What an app is told that knows an earlier state, all at once or step by step."""

from __future__ import annotations

from dataclasses import replace

import pytest

from server.domain.errors import Invalid
from server.usecases.read_calendar import Reading
from server.usecases.sync_calendar import Changes, changes_since
from tests.practice import ALMA, House, event


def told(house: House, token: str = "", limit: int | None = None) -> Changes:
    with house.database.reading() as uow:
        viewer = uow.catalogue.user[ALMA]
        return changes_since(Reading(uow, house.rules, house.calendar(), viewer), token, limit)


def write(house: House, *names: str) -> None:
    for name in names:
        house.put(event(f"Meeting {name}", uid=name), href=f"{name}.ics")


def test_an_app_that_knows_nothing_is_told_of_every_object(any_house: House) -> None:
    write(any_house, "a")
    assert told(any_house).present is None


def test_an_app_that_knows_all_is_told_nothing(any_house: House) -> None:
    write(any_house, "a")
    token = told(any_house).token
    assert told(any_house, token) == Changes(token, {}, ())


def test_changed_and_removed_objects_are_told_apart(any_house: House) -> None:
    write(any_house, "a", "b", "c")
    token = told(any_house).token
    write(any_house, "d")
    any_house.delete(href="a.ics")
    changes = told(any_house, token)
    assert (list(changes.present or ()), changes.removed) == (["d.ics"], ["a.ics"])


def test_a_limit_tells_the_earliest_changes_and_where_to_go_on(any_house: House) -> None:
    write(any_house, "a", "b", "c")
    first = told(any_house, limit=2)
    second = told(any_house, first.token, limit=2)
    assert (list(first.present or ()), first.more) == (["a.ics", "b.ics"], True)
    assert (list(second.present or ()), second.more) == (["c.ics"], False)


def test_the_last_step_ends_where_one_step_would_have_ended(any_house: House) -> None:
    write(any_house, "a", "b", "c")
    first = told(any_house, limit=2)
    assert told(any_house, first.token, limit=1).token == told(any_house).token


def test_what_was_removed_before_the_first_step_is_not_named(any_house: House) -> None:
    write(any_house, "a", "b", "c")
    any_house.delete(href="a.ics")
    first = told(any_house, limit=1)
    assert told(any_house, first.token).removed == []


def test_what_is_removed_between_two_steps_is_named(any_house: House) -> None:
    write(any_house, "a", "b", "c")
    first = told(any_house, limit=1)
    any_house.delete(href="a.ics")
    assert told(any_house, first.token).removed == ["a.ics"]


def test_steps_go_on_where_the_log_was_pruned_before_the_first_one(any_house: House) -> None:
    write(any_house, "a", "b", "c")
    prune(any_house, any_house.calendar().revision)
    first = told(any_house, limit=1)
    assert list(told(any_house, first.token).present or ()) == ["b.ics", "c.ics"]


@pytest.mark.parametrize("limit", [None, 1])
def test_a_token_from_before_the_log_begins_is_refused(
    any_house: House, limit: int | None
) -> None:
    write(any_house, "a", "b")
    token = told(any_house, limit=limit).token
    write(any_house, "c")
    prune(any_house, any_house.calendar().revision)
    with pytest.raises(Invalid, match="too old"):
        told(any_house, token)


@pytest.mark.parametrize(
    "token", ["", "urn:x-praxical:sync:other:owner:1", "{token}9", "{token}:", "1"]
)
def test_a_token_that_was_never_given_out_is_refused(any_house: House, token: str) -> None:
    write(any_house, "a")
    wrong = token.format(token=told(any_house).token) or "data:,1"
    with pytest.raises(Invalid):
        told(any_house, wrong)


def prune(house: House, below: int) -> None:
    with house.database.writing() as uow:
        calendar = house.calendar()
        uow.objects.prune(calendar.id, below)
        uow.calendars.save(replace(calendar, oldest=below))
