"""Any row of changes by any apps: nothing that another one wrote is lost or invented."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.domain.ids import AppointmentId
from server.domain.vocabulary import Status
from server.domain.when import key_of
from server.ics import quirks
from server.ics.lines import name_of, parse
from server.ics.own_lines import grouped
from server.ics.reader import read_object
from server.practice_db.database import open_database
from server.practice_db.engines import database_file
from server.usecases.conditions import UNCONDITIONAL, Conditions
from server.usecases.edit_appointment import Scope, Target
from tests.databases import SLUG
from tests.practice import JANE, NEW_YORK, WEEKLY, House, at, calendar, furnish, timed

PRODUCTS = {
    quirks.THUNDERBIRD: "-//Mozilla.org/NONSGML Mozilla Calendar V1.1//EN",
    quirks.EVOLUTION: "-//Ximian//NONSGML Evolution Calendar//EN",
    quirks.APPLE: "-//Apple Inc.//iOS 26.1//EN",
    quirks.ANDROID: "+//IDN bitfire.at//DAVx5/4.5//EN",
    quirks.KHAL: "PIMUTILS.ORG//NONSGML khal / icalendar //EN",
    quirks.OUTLOOK: "-//CalDavSynchronizer//EN",
    quirks.CALCURSE: "-//calcurse//NONSGML v4.8//EN",
    quirks.OTHER: "-//Somebody//Else//EN",
}
VALUES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20)
LINES = st.dictionaries(
    st.sampled_from(["X-FOO", "X-APPLE-NOTE", "X-MOZ-STAMP", "GEO", "CONTACT", "COMMENT"]),
    VALUES,
    max_size=4,
).map(lambda said: tuple(f"{name}:{value}" for name, value in said.items()))
TIMES = st.sampled_from(["20261124T140000", "20261124T090000", "20261126T101500"])
SHARED = settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@dataclass(frozen=True)
class Visit:
    """One PUT of an app: which app, what it adds, what of ours it drops, when it moves to."""

    family: str
    lines: tuple[str, ...]
    drops_ours: bool
    drops_foreign: bool
    start: str | None
    by_condition: bool


VISITS = st.lists(
    st.builds(
        Visit,
        st.sampled_from(sorted(PRODUCTS)),
        LINES,
        st.booleans(),
        st.booleans(),
        TIMES | st.none(),
        st.booleans(),
    ),
    min_size=1,
    max_size=6,
)


@pytest.fixture(scope="module")
def house(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("merges") / "data"
    shutil.copytree(sqlite_template, folder)
    opened = open_database(database_file(folder), SLUG)
    with opened.writing() as uow:
        furnish(uow)
    yield House(opened)
    opened.close()


def foreign(lines: list[str]) -> dict[str, list[str]]:
    known = ("X-FOO", "X-APPLE-NOTE", "X-MOZ-STAMP", "GEO", "CONTACT", "COMMENT")
    return {name: held for name, held in grouped(lines).items() if name in known}


def shown_lines(house: House, href: str) -> list[str]:
    text = house.shown(house.of_href(href))
    (event,) = [child for child in parse(text).children if child.name == "VEVENT"]
    return event.lines


def sent_lines(visit: Visit, shown: list[str]) -> list[str]:
    """Return what an app makes of what it was shown."""
    names = {name_of(line) for line in visit.lines}
    kept = [
        line
        for line in shown
        if name_of(line) not in names
        and not (visit.drops_ours and name_of(line).startswith("X-PRAXICAL-"))
        and not (visit.drops_foreign and name_of(line) in foreign(shown))
    ]
    if visit.start is not None:
        kept = [line for line in kept if name_of(line) not in ("DTSTART", "DTEND")]
        kept += [f"DTSTART;TZID=America/New_York:{visit.start}", "DURATION:PT75M"]
    return [*kept, *visit.lines]


def pay(house: House, href: str, visit: Visit) -> None:
    lines = sent_lines(visit, shown_lines(house, href))
    etags = {one.href: one.etag for one in house.stored()}
    conditions = Conditions.matching(etags[href]) if visit.by_condition else UNCONDITIONAL
    text = calendar(*lines, product=PRODUCTS[visit.family])
    house.put(text, href=href, conditions=conditions)


def emptied(house: House) -> None:
    """Take out what an earlier example left."""
    for stored in house.stored():
        house.delete(href=stored.href)


def opened_with(house: House, *lines: str) -> str:
    emptied(house)
    href = f"{uuid4().hex}.ics"
    house.put(
        calendar(
            f"UID:{href}",
            "DTSTART;TZID=America/New_York:20261124T140000",
            "DURATION:PT75M",
            "SUMMARY:acupinitial Jane Doe #confirmed",
            *lines,
        ),
        href=href,
    )
    return href


def bears(family: str, name: str) -> bool:
    """Whether the silence of an app about a property means that it was removed (M4)."""
    return quirks.means_removal(family, name)


@SHARED
@given(LINES, VISITS)
def test_what_apps_wrote_outlives_every_other_app(
    house: House, first: tuple[str, ...], visits: list[Visit]
) -> None:
    href = opened_with(house, *first)
    expected = foreign(list(first))
    for visit in visits:
        if visit.drops_foreign:
            expected = {
                name: lines for name, lines in expected.items() if not bears(visit.family, name)
            }
        expected |= foreign(list(visit.lines))
        pay(house, href, visit)
        assert foreign(shown_lines(house, href)) == expected


@SHARED
@given(VISITS)
def test_t10_no_app_changes_what_the_practice_knows_by_dropping_it(
    house: House, visits: list[Visit]
) -> None:
    href = opened_with(house)
    before = house.details(house.of_href(href))
    for visit in visits:
        pay(house, href, visit)
    after = house.details(house.of_href(href))
    assert after == before
    assert (after.client, after.status) == (JANE, Status.CONFIRMED)


@SHARED
@given(VISITS)
def test_the_last_time_that_was_said_is_the_time(house: House, visits: list[Visit]) -> None:
    href = opened_with(house)
    for visit in visits:
        pay(house, href, visit)
    said = [visit.start for visit in visits if visit.start] or ["20261124T140000"]
    (row,) = house.rows(appointment=house.of_href(href))
    local = row.start.astimezone(NEW_YORK)
    assert local.strftime("%Y%m%dT%H%M%S") == said[-1]
    assert (row.end - row.start).total_seconds() == 75 * 60


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["arrive", "cancel", "move series", "move one"]),
        st.integers(0, 5),
        st.integers(8, 18),
    ),
    max_size=7,
)


@SHARED
@given(STEPS)
def test_m10_what_has_happened_stays_whatever_becomes_of_its_series(
    house: House, steps: list[tuple[str, int, int]]
) -> None:
    emptied(house)
    number = house.book(timed(at(24)), None, WEEKLY)
    arrived: set[datetime] = set()
    cancelled = 0
    for step, which, hour in steps:
        rows = [row for row in house.rows(appointment=number) if row.status is Status.BOOKED]
        if step == "move series":
            house.edit(number, timed(at(24, hour)))
        elif rows:
            row = rows[which % len(rows)]
            target = Target(number, row.key, Scope.THIS)
            if step == "arrive":
                house.edit(target, status=Status.ARRIVED)
                arrived.add(row.start)
            elif step == "cancel":
                house.edit(target, status=Status.CANCELLED)
                cancelled += 1
            else:
                start = row.start.astimezone(NEW_YORK).replace(hour=hour)
                house.edit(target, timed(start))
        check(house, number, arrived, 6 - cancelled)


def check(house: House, number: AppointmentId, arrived: set[datetime], live: int) -> None:
    rows = house.rows(appointment=number)
    assert {row.start for row in rows if row.status is Status.ARRIVED} == arrived
    assert len([row for row in rows if not row.status.is_cancelled]) == live
    text = house.shown(number)
    if live:
        seen = read_object(text, NEW_YORK)
        assert seen.master is not None
        gone = seen.master.recurrence.exdates if seen.master.recurrence else ()
        assert not {key_of(moment) for moment in gone} & seen.overrides.keys()
