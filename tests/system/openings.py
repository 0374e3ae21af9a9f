"""What is free and what is taken of somebody, asked for by every door at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from server.domain.booking_rules import BookingMode, BookingRule
from server.domain.feeds import FeedKind, FeedLevel
from server.domain.ids import SessionTypeId, UserName
from server.usecases.feeds import FeedRequest, new_feed, path_of
from server.usecases.manage_session_types import add_session_type, find_session_type
from tests.system import boxes, reports
from tests.system.api import READ, program, read
from tests.system.events import event, stamp
from tests.system.phone import Answer, Phone, Wire
from tests.system.practice import MAIN, operator
from tests.system.servers import Site

SESSION, HALF_HOUR = "halfhour", timedelta(minutes=30)
Span = tuple[datetime, datetime]
_RULE = BookingRule(BookingMode.INSTANT, notice=0, horizon=365, grid=30)


def offer(site: Site) -> None:
    """Let half hours be booked at once, for a year, in the main street."""
    with site.database.writing() as uow:
        if SESSION not in uow.catalogue.session_type_named:
            kind = find_session_type(uow, "acupfollow")
            new = replace(
                kind,
                id=SessionTypeId(""),
                name=SESSION,
                description="Half an hour",
                aliases=(),
                minutes=30,
                locations=(MAIN,),
                online_bookable=True,
                booking=_RULE,
            )
            add_session_type(uow, operator(), new)


def open_hours(site: Site, phone: Phone, start: datetime, hours: int, *lines: str) -> None:
    """Draw bookable hours."""
    offer(site)
    text = event(SESSION, start, *lines, minutes=60 * hours)
    assert phone.put(f"/{phone.user}/availability/hours.ics", text).status == 201


def free(site: Site, phone: Phone, span: Span) -> list[datetime]:
    """Return the starts that are offered in a range."""
    asking = program(site, phone.user, READ)
    said = {"from_": span[0].isoformat(), "to": span[1].isoformat(), "tz": "UTC"}
    found = read(asking.get("/slots", session=SESSION, practitioner=phone.user, **said))
    return [datetime.fromisoformat(one["start"]) for one in found["items"]]


def starts(span: Span) -> Iterator[datetime]:
    """Yield each half hour of a range."""
    at = span[0]
    while at < span[1]:
        yield at.astimezone(UTC)
        at = (at.astimezone(UTC) + HALF_HOUR).astimezone(span[0].tzinfo)


def clear_of(taken: Iterable[Span], times: Iterable[datetime]) -> list[datetime]:
    """Return the starts of half hours that nothing of this meets."""
    spans = list(taken)
    return [
        at
        for at in times
        if not any(start < at + HALF_HOUR and at < end for start, end in spans)
    ]


def taken(site: Site, phone: Phone, reader: Phone, span: Span) -> list[Span]:
    """Return what is busy in a range, which every form of busy time says alike.

    ``reader`` is a colleague's device.
    """
    forms = dict(_forms(site, phone, reader, span))
    (told,) = {tuple(each) for each in forms.values()}
    return list(told)


def _forms(
    site: Site, phone: Phone, reader: Phone, span: Span
) -> Iterator[tuple[str, list[Span]]]:
    query = reports.free_busy(*span)
    home = f"/{phone.user}/"
    yield "REPORT on the home", _periods(phone.report(home, query, depth="1").lines)
    (answer,) = boxes.ask(reader, [phone.user], span).values()
    yield "outbox", _periods(answer.lines)
    yield "address", _periods(_at_an_address(site, phone, span).lines)
    asking = program(site, phone.user, READ)
    said = {"from_": span[0].isoformat(), "to": span[1].isoformat(), "tz": "UTC"}
    shown = read(asking.get("/freebusy", practitioner=phone.user, **said))
    (somebody,) = shown["practitioners"]
    yield (
        "API",
        [
            (datetime.fromisoformat(one["start"]), datetime.fromisoformat(one["end"]))
            for one in somebody["busy"]
        ],
    )


def _at_an_address(site: Site, phone: Phone, span: Span) -> Answer:
    wanted = FeedRequest(UserName(phone.user), "test", FeedKind.FREE_BUSY, FeedLevel.BUSY)
    with site.database.writing() as uow:
        token, text = new_feed(uow, operator(), wanted)
    path = f"{path_of(token.kind, text)}?start={stamp(span[0])}&end={stamp(span[1])}"
    answer = Wire(site.server.port).send("GET", path, b"", {})
    assert answer.status == 200, answer.text
    return answer


def _periods(lines: Iterable[str]) -> list[Span]:
    found = [line.partition(":")[2] for line in lines if line.startswith("FREEBUSY")]
    spans = [one.partition("/") for value in found for one in value.split(",")]
    return sorted((_moment(start), _moment(end)) for start, _, end in spans)


def _moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
