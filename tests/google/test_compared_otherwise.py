"""What comparing busy times costs, what it leaves alone, and what it counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from server.cli.google_views import as_data, show_links
from server.domain.google import CalendarRole, GoogleCalendar
from server.google_sync.links.syncing import Lease, LeaseLost, Report, Settings
from server.google_sync.worker.comparing import compare_busy
from server.usecases.google_links import standings
from server.web.google_models import shown as shown_by_api
from tests.google.connected import ACCOUNT, Connected, connecting
from tests.google.house import Linked
from tests.google.nights import (
    DAY,
    LIST,
    QUERY,
    add,
    comparison,
    in_world,
    lose,
    night,
    queries,
    rows,
    shown,
)
from tests.google.push_site import push_site
from tests.local_google import Fault, LocalGoogle
from tests.practice import House, at


@pytest.fixture
def watching(any_house: House, local_google: LocalGoogle) -> Iterator[Connected]:
    """Return a practice that watches a practitioner's own calendar, without push."""
    with connecting(any_house, local_google) as found:
        found.connect(watched=(ACCOUNT,))
        yield found


def test_focus_time_that_is_free_here_is_no_difference(
    any_house: House, local_google: LocalGoogle
) -> None:
    engine = Settings(focus_blocks=False)
    with connecting(any_house, local_google, engine=engine) as found:
        found.connect(watched=(ACCOUNT,))
        made = add(found, at(24, 8) + 3 * DAY)
        in_world(found).events[made["id"]].body["eventType"] = "focusTime"
        night(found, 2)
        assert shown(found) == 0
        assert comparison(found).compared_at is not None
        assert comparison(found).differed == 0


def test_g095_an_idle_link_that_is_compared_asks_at_most_twice_an_hour(
    any_house: House, local_google: LocalGoogle
) -> None:
    with (
        push_site(any_house) as site,
        connecting(any_house, local_google, public_url=site) as told,
    ):
        told.connect(watched=("primary",))
        local_google.quiet()
        told.later(seconds=5)
        told.work()
        with told.asked() as asked:
            for _ in range(24 * 4):
                told.later(minutes=15)
                told.work()
        assert asked[QUERY] == queries(told, 1)
        assert comparison(told, "primary").compared_at is not None
        assert sum(count for name, count in asked.items() if name != "token") <= 2 * 24


def read(watching: Connected) -> None:
    """Let what is new in Google be read."""
    watching.later(minutes=15)
    with watching.asked() as asked:
        watching.work()
    assert asked[LIST]


def test_what_comes_into_the_time_that_is_kept_is_shown_by_the_next_full_read(
    watching: Connected,
) -> None:
    add(watching, watching.house.now + 552 * DAY)
    read(watching)
    assert shown(watching) == 0
    watching.later(days=8)
    watching.work()
    assert shown(watching) == 1


def test_a_series_that_is_kept_as_so_many_dates_goes_on_with_the_days(
    watching: Connected,
) -> None:
    rules = ["RRULE:FREQ=WEEKLY", "RRULE:FREQ=WEEKLY;BYDAY=TH"]
    add(watching, at(24, 8), recurrence=rules)
    read(watching)
    before = rows(watching)[-1].end
    watching.later(days=25)
    watching.work()
    assert rows(watching)[-1].end - before >= 3 * 7 * 86_400


def test_a_calendar_that_is_no_longer_watched_is_forgotten(watching: Connected) -> None:
    with watching.house.database.writing() as uow:
        uow.google.calendars.remove(watching.link().id, ACCOUNT)
    night(watching)
    with watching.house.database.reading() as uow:
        assert uow.google.calendars.comparisons(watching.link().id) == []


def test_calls_and_turns_are_counted_for_monitoring(watching: Connected) -> None:
    watching.google.script(Fault(QUERY, status=400, reason="invalid"))
    with watching.asked() as asked:
        night(watching, 2)
    sums = watching.office.counts.read()
    calls = {(method, outcome): times for method, outcome, times in sums.calls()}
    assert calls["busy", "ok"] + calls["busy", "Refused"] == asked[QUERY]
    assert calls["list_events", "ok"] >= asked[LIST]
    assert sums.turns()["done"] > 24
    assert sums.turns()["failed"] == 0


def test_how_it_compares_is_shown_by_command_line_and_api(
    watching: Connected, capsys: pytest.CaptureFixture[str]
) -> None:
    made = add(watching, at(24, 8) + 30 * DAY)
    night(watching)
    lose(watching, made["id"])
    due = comparison(watching).due_at - watching.house.now
    watching.later(seconds=due.total_seconds())
    watching.work()
    now = watching.house.now
    with watching.house.database.reading() as uow:
        (found,) = standings(uow, None, now)
        zone = uow.practice.zone
    data: tuple[dict[str, Any], ...] = (
        as_data(found, now),
        shown_by_api(found, now).model_dump(),
    )
    for told in data:
        (calendar,) = [one for one in told["calendars"] if one["id"] == ACCOUNT]
        assert calendar["differed"] == 1
        assert calendar["compared"] == calendar["differs_since"] == now.isoformat()
    show_links([found], now, zone, as_json=False)
    assert f"Google says other busy times of {ACCOUNT}" in capsys.readouterr().out


def test_who_has_lost_the_link_records_nothing(alma: Linked) -> None:
    with alma.house.database.writing() as uow:
        uow.google.calendars.save(GoogleCalendar(alma.link, alma.account, CalendarRole.WATCHED))
    late = replace(alma.syncing, lease=Lease("another", 99))
    with pytest.raises(LeaseLost):
        compare_busy(late, Report())
    with alma.house.database.reading() as uow:
        assert uow.google.calendars.comparisons(alma.link) == []
    compare_busy(alma.syncing, Report())
    with alma.house.database.reading() as uow:
        assert len(uow.google.calendars.comparisons(alma.link)) == 1
