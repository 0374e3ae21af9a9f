"""Series for tests of Google sync: booked here, and read there as they occur."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from server.domain.ids import AppointmentId
from server.domain.when import Recurrence
from server.usecases.delete_appointment import delete_appointment
from server.usecases.edit_appointment import Changes, Target, edit_appointment
from tests.google.house import Json, Linked
from tests.practice import (
    NEW_YORK,
    Field,
    at,
    session,
    timed,
)


def weekly(alma: Linked, count: int = 6, **more: Field) -> AppointmentId:
    """Book a weekly series on Tuesdays at two, and tell Google."""
    rule = Recurrence((f"FREQ=WEEKLY;COUNT={count}",))
    number = alma.house.book(timed(at(24)), more.pop("details", session()), rule)
    alma.settle()
    return number


def delete(alma: Linked, target: Target) -> None:
    with alma.house.database.writing() as uow:
        delete_appointment(uow, alma.house.context(), target)


def dragged(day: int, hour: int = 14, *, month: int = 11) -> dict[str, dict[str, str]]:
    """Return the bounds of an hour, as Google takes them."""
    start = at(day, hour, month=month)
    bounds = {"start": start, "end": start + timedelta(hours=1)}
    return {
        name: {"dateTime": one.isoformat(), "timeZone": str(NEW_YORK)}
        for name, one in bounds.items()
    }


def of_google(alma: Linked, event: str) -> AppointmentId:
    return next(one.appointment for one in alma.pairs() if one.event == event)


def repeat(alma: Linked, number: AppointmentId, rule: str) -> None:
    with alma.house.database.writing() as uow:
        changes = Changes(recurrence=Recurrence((rule,)))
        edit_appointment(uow, alma.house.context(), Target(number), changes)


def instances(alma: Linked) -> list[str]:
    """Return when the events of the managed calendar are, expanded, in New York."""
    starts = []
    for one in alma.events:
        if "recurrence" in one:
            starts += [i["start"] for i in expanded(alma, one["id"])]
        elif "recurringEventId" not in one:
            starts.append(one["start"])
    return sorted(local(one) for one in starts)


def expanded(alma: Linked, series: str) -> Iterator[Json]:
    """Yield the occurrences of a series in Google that take place."""
    calls, page = alma.syncing.calls, ""
    while True:
        answer = calls.instances(alma.calendar, series, page=page)
        yield from (one for one in answer.items if one["status"] != "cancelled")
        page = answer.next_page
        if not page:
            return


def local(bound: Json) -> str:
    if "date" in bound:
        return str(bound["date"])[5:]
    moment = datetime.fromisoformat(bound["dateTime"]).astimezone(NEW_YORK)
    return moment.strftime("%m-%d %H:%M")


TUESDAYS = ["11-24 14:00", "12-01 14:00", "12-08 14:00", "12-15 14:00", "12-22 14:00"]
