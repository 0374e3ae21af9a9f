"""What charging looks at of an appointment, and which changes do not concern it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from server.billing_hooks.visits import Visit, visits_of
from server.domain.appointment import Appointment, FeeOverride, Part, parse_services
from server.domain.ids import AppointmentId, CalendarId, RoomKey, SessionTypeId, UserName
from server.domain.money import Money
from server.domain.vocabulary import Kind, Status
from server.domain.when import MASTER, AllDay, Recurrence, Timed, key_of
from server.usecases.context import Rules
from tests.unit.billing import BOOKED, HOUR, JOHN, NEW_YORK, START, TELEHEALTH, TODAY, visit

RULES = Rules()
SINGLE = Appointment(AppointmentId("A1"), CalendarId("alma"), "uid", Part(HOUR, BOOKED))
WEEKLY = replace(SINGLE, recurrence=Recurrence(("FREQ=WEEKLY;COUNT=4",)))


@pytest.mark.parametrize(
    "status", [Status.REQUESTED, Status.BOOKED, Status.CONFIRMED, Status.CANCELLED]
)
def test_what_charges_nothing_has_no_facts(status: Status) -> None:
    assert visit(status).facts(RULES) is None


def test_an_event_without_a_client_has_no_facts() -> None:
    assert visit(client=None).facts(RULES) is None
    assert visit(Status.NO_SHOW, client=None).facts(RULES) is None


def test_charging_on_completion_an_arrival_has_no_facts_yet() -> None:
    late = Rules(charge_on=Status.COMPLETED)
    assert visit(Status.ARRIVED).facts(late) is None
    assert visit(Status.COMPLETED).facts(late) == visit(Status.ARRIVED).facts(RULES)


@pytest.mark.parametrize(
    "change",
    [
        {"client": JOHN},
        {"session_type": SessionTypeId("other")},
        {"services": parse_services("97810+95")},
        {"location": TELEHEALTH},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_decides_on_the_services_is_a_fact(change: dict[str, object]) -> None:
    assert visit(**change).facts(RULES) != visit().facts(RULES)  # type: ignore[arg-type]  # fields of Details


@pytest.mark.parametrize(
    "change",
    [
        {"practitioner": UserName("theo")},
        {"room": RoomKey("room-1")},
        {"note": "Called"},
        {"fee": FeeOverride(Money(4000))},
        {"status": Status.COMPLETED},
        {"kind": Kind.CONTACT},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_decides_on_no_charge_is_no_fact(change: dict[str, object]) -> None:
    now = replace(visit(), details=replace(visit().details, **change))  # type: ignore[arg-type]  # fields of Details
    assert now.facts(RULES) == visit().facts(RULES)


def test_neither_day_nor_length_is_a_fact() -> None:
    assert replace(visit(), minutes=5, service_date=date(2027, 1, 1)).facts(RULES) == (
        visit().facts(RULES)
    )


@pytest.mark.parametrize(
    "change",
    [
        {"client": JOHN},
        {"session_type": SessionTypeId("other")},
        {"fee": FeeOverride(Money(4000))},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_decides_on_the_fee_is_a_fact(change: dict[str, object]) -> None:
    missed = visit(Status.NO_SHOW)
    now = replace(missed, details=replace(missed.details, **change))  # type: ignore[arg-type]  # fields of Details
    assert now.facts(RULES) != missed.facts(RULES)


def test_the_reason_of_a_fee_is_no_fact_but_its_kind_is() -> None:
    named = visit(Status.NO_SHOW, fee=FeeOverride(Money(4000), "Second time"))
    plain = visit(Status.NO_SHOW, fee=FeeOverride(Money(4000)))
    assert named.facts(RULES) == plain.facts(RULES)
    late = visit(Status.LATE_CANCELLED, fee=FeeOverride(Money(4000)))
    assert late.facts(RULES) != plain.facts(RULES)


def test_the_services_of_what_was_missed_are_no_facts() -> None:
    missed = visit(Status.NO_SHOW)
    other = visit(Status.NO_SHOW, services=parse_services("97811"), location=TELEHEALTH)
    assert missed.facts(RULES) == other.facts(RULES)


def test_only_the_practices_statuses_are_missed() -> None:
    none = Rules(fee_statuses=frozenset())
    assert visit(Status.NO_SHOW).facts(none) is None
    cancelled = Rules(fee_statuses=frozenset({Status.CANCELLED}))
    assert visit(Status.CANCELLED).facts(cancelled) is not None


def test_a_single_appointment_is_one_visit() -> None:
    [(key, found)] = visits_of(SINGLE).items()
    assert (key, found.service_date, found.minutes) == (MASTER, TODAY, 60)


def test_of_a_series_only_what_stands_for_itself_is_a_visit() -> None:
    assert visits_of(WEEKLY) == {}
    key = key_of(START + timedelta(weeks=1))
    own = WEEKLY.with_override(key, Part(HOUR, BOOKED))
    assert list(visits_of(own)) == [key]
    taken_out = WEEKLY.with_override(key, Part(HOUR, BOOKED, deleted=True))
    assert visits_of(taken_out) == {}


def test_an_object_of_occurrences_alone_has_a_visit_for_each() -> None:
    key = key_of(START)
    alone = replace(SINGLE, master=None).with_override(key, Part(HOUR, BOOKED))
    assert list(visits_of(alone)) == [key]


def test_what_is_deleted_or_not_there_has_no_visits() -> None:
    assert visits_of(None) == {}
    assert visits_of(replace(SINGLE, deleted_at=START)) == {}


def test_the_service_date_is_the_day_in_the_appointments_own_zone() -> None:
    late = datetime(2026, 11, 24, 23, 30, tzinfo=NEW_YORK)
    part = Part(Timed(late, late + timedelta(minutes=50)), BOOKED)
    [found] = visits_of(replace(SINGLE, master=part)).values()
    assert (found.service_date, found.minutes) == (date(2026, 11, 24), 50)


def test_a_whole_day_starts_on_its_first_day_and_has_no_minutes() -> None:
    part = Part(AllDay(TODAY, 2), BOOKED)
    [found] = visits_of(replace(SINGLE, master=part)).values()
    assert found == Visit(found.occurrence, BOOKED, TODAY, 0)
