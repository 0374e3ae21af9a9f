"""Other calendars of a practitioner: their time is taken here, and nothing of them is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from server.domain.errors import NotAllowed
from server.domain.google import CalendarRole, GoogleCalendar, MapState
from server.domain.vocabulary import CalendarKind
from server.usecases.busy_time import busy_time
from tests.google.house import Json, Linked
from tests.local_google import Fault
from tests.practice import ALMA, at, event


@pytest.fixture
def watching(alma: Linked) -> Linked:
    """Return Alma's link, which watches her own calendar."""
    alma.google.account(alma.account)
    with alma.house.database.writing() as uow:
        uow.google.calendars.save(GoogleCalendar(alma.link, alma.account, CalendarRole.WATCHED))
    return alma


def create(alma: Linked, begins: datetime, **body: object) -> Json:
    end = begins + timedelta(minutes=60)
    said = {
        "summary": "Dentist",
        "start": {"dateTime": begins.isoformat(), "timeZone": "America/New_York"},
        "end": {"dateTime": end.isoformat(), "timeZone": "America/New_York"},
    }
    return alma.google.act("create", account=alma.account, body={**said, **body})


def busy(alma: Linked) -> list[str]:
    """Return when Alma is busy in these weeks, in New York."""
    span = (at(20).astimezone(UTC), at(30, month=12).astimezone(UTC))
    with alma.house.database.reading() as uow:
        found = busy_time(uow, alma.house.rules, [ALMA], span)[ALMA]
    zone = at(24).tzinfo
    return [datetime.fromtimestamp(one[0], zone).strftime("%m-%d %H:%M") for one in found]


def texts(alma: Linked) -> list[str]:
    with alma.house.database.reading() as uow:
        for calendar in uow.calendars.of_owner(ALMA):
            if calendar.kind is CalendarKind.WATCHED:
                return [one.text for one in uow.objects.get_many(calendar.id)]
    return []


def test_g073_what_takes_time_and_what_does_not(watching: Linked) -> None:
    create(watching, at(24, 8))
    create(watching, at(24, 10), transparency="transparent")
    me = {"email": watching.account, "self": True, "responseStatus": "declined"}
    create(watching, at(24, 12), attendees=[me])
    create(watching, at(24, 14), status="tentative")
    day = {"date": "2026-11-27"}, {"date": "2026-11-28"}
    create(watching, at(27), start=day[0], end=day[1], transparency="transparent")
    create(watching, at(28), start={"date": "2026-11-28"}, end={"date": "2026-11-29"})
    watching.settle()
    # Where Google does not show who declined, a time counts as taken.
    hidden = watching.google.google.world.unknowns.freebusy_scope_hides
    declined = ["11-24 12:00"] if hidden else []
    assert busy(watching) == ["11-24 08:00", *declined, "11-24 14:00", "11-28 00:00"]


def test_g074_the_same_time_in_two_calendars_counts_once(watching: Linked) -> None:
    other = watching.google.act("make_calendar", account=watching.account, title="Private")
    with watching.house.database.writing() as uow:
        uow.google.calendars.save(
            GoogleCalendar(watching.link, other["id"], CalendarRole.WATCHED)
        )
    create(watching, at(24, 8))
    start, end = ({"dateTime": at(24, hour).isoformat()} for hour in (8, 9))
    watching.google.act(
        "create",
        account=watching.account,
        calendar=other["id"],
        body={"start": start, "end": end},
    )
    watching.settle()
    assert busy(watching) == ["11-24 08:00"]
    assert len(texts(watching)) == 2


def test_g076_g080_a_watched_event_is_read_only_and_without_a_word(watching: Linked) -> None:
    made = create(watching, at(24, 8))
    watching.settle()
    text = texts(watching)[0]
    assert "SUMMARY:Other event" in text
    assert "CLASS:PRIVATE" in text
    assert "Dentist" not in dump(watching)
    with watching.house.database.reading() as uow:
        place = next(
            one for one in uow.calendars.of_owner(ALMA) if one.kind is CalendarKind.WATCHED
        )
        href = uow.objects.get_many(place.id)[0].href
    with pytest.raises(NotAllowed):
        watching.house.put(event("Mine"), href=href, slug=place.slug)
    with pytest.raises(NotAllowed):
        watching.house.delete(href=href, slug=place.slug)
    watching.google.act(
        "move",
        account=watching.account,
        event=made["id"],
        start={"dateTime": at(25, 9).isoformat()},
    )
    watching.settle()
    assert busy(watching) == ["11-25 09:00"]
    watching.google.act("delete", account=watching.account, event=made["id"])
    watching.settle()
    assert busy(watching) == []
    assert texts(watching) == []


def dump(alma: Linked) -> str:
    """Return what is staged, paired and shown, as one text."""
    with alma.house.database.reading() as uow:
        rows = [str(one) for one in uow.google.events.all(alma.link)]
        for calendar in uow.google.calendars.of_link(alma.link):
            rows += [str(one) for one in uow.google.events.staged(alma.link, calendar.id, 99)]
    return "\n".join([*rows, *texts(alma)])


def test_g036_a_series_of_others_follows_its_exceptions(watching: Linked) -> None:
    made = create(watching, at(24, 8), recurrence=["RRULE:FREQ=WEEKLY;COUNT=4"])
    watching.settle()
    assert busy(watching) == ["11-24 08:00", "12-01 08:00", "12-08 08:00", "12-15 08:00"]
    name = watching.instance(made["id"], at(1, 8, month=12))
    moved = {"dateTime": at(2, 9, month=12).isoformat()}
    watching.google.act("move", account=watching.account, event=name, start=moved)
    gone = watching.instance(made["id"], at(8, 8, month=12))
    watching.google.act("cancel_one", account=watching.account, event=gone)
    watching.settle()
    assert busy(watching) == ["11-24 08:00", "12-02 09:00", "12-15 08:00"]


def test_g013_what_comes_from_google_is_written_to_no_google(watching: Linked) -> None:
    mark = watching.mark
    create(watching, at(24, 8))
    watching.act(
        "create",
        body={
            "summary": "Lunch",
            "start": {"dateTime": at(24, 12).isoformat()},
            "end": {"dateTime": at(24, 13).isoformat()},
        },
    )
    watching.settle()
    assert watching.writes(mark) == []
    assert busy(watching) == ["11-24 08:00", "11-24 12:00"]


def test_g053_after_a_full_read_what_is_gone_takes_no_time(watching: Linked) -> None:
    made = create(watching, at(24, 8))
    create(watching, at(25, 8))
    watching.settle()
    watching.google.act("delete", account=watching.account, event=made["id"])
    watching.google.knobs.tombstone_life = timedelta(0)
    watching.google.act(
        "share", account=watching.account, **{"with": "friend@example.net"}, role="reader"
    )
    watching.house = watching.house.later(hours=1)
    watching.settle()
    assert busy(watching) == ["11-25 08:00"]


def test_g056_what_lies_beyond_the_time_that_is_kept_is_no_deletion(watching: Linked) -> None:
    create(watching, at(24, 8) - timedelta(days=300))
    create(watching, at(24, 8) + timedelta(days=900))
    create(watching, at(24, 8))
    watching.settle()
    assert len(texts(watching)) == 1


def test_g062_an_appointment_dragged_to_another_calendar_comes_back(watching: Linked) -> None:
    number = watching.house.book()
    watching.settle()
    watching.act("drag", watching.only["id"], to=watching.account)
    watching.settle()
    assert watching.house.starts(number) == ["11-24 14:00"]
    assert watching.starts() == ["11-24 19:00"]
    assert busy(watching) == ["11-24 14:00"]
    assert texts(watching) == []
    assert watching.notices() == ["google-moved-out"]


def test_g075_what_cannot_be_read_is_unknown_and_stays(watching: Linked) -> None:
    create(watching, at(24, 8))
    watching.settle()
    fault = Fault("events.list", status=404, reason="notFound", times=None)
    fault.path = "alma"
    watching.google.script(fault)
    watching.sync()
    assert busy(watching) == ["11-24 08:00"]
    with watching.house.database.reading() as uow:
        calendar = uow.google.calendars.get(watching.link, watching.account)
    assert calendar is not None
    assert calendar.unknown_since == watching.house.now


@pytest.mark.parametrize("kind", ["edit", "delete"])
@pytest.mark.parametrize("side", ["google", "practice"])
def test_g076_an_event_of_the_managed_calendar_is_edited_on_both_sides(
    alma: Linked, side: str, kind: str
) -> None:
    body = {
        "summary": "Lunch",
        "start": {"dateTime": at(24, 12).isoformat()},
        "end": {"dateTime": at(24, 13).isoformat()},
    }
    made = alma.act("create", body=body)
    alma.settle()
    pair = alma.pairs()[0]
    if side == "google" and kind == "edit":
        alma.drag(made["id"], at(25, 12))
    elif side == "google":
        alma.act("delete", made["id"])
    else:
        href = alma.house.stored()[0].href
        text = alma.house.stored()[0].text
        if kind == "edit":
            alma.house.put(text.replace("20261124", "20261125"), href=href)
        else:
            alma.house.delete(href=href)
    alma.settle()
    expected = ["11-25 12:00"] if kind == "edit" else []
    assert alma.house.starts(pair.appointment) == expected
    assert alma.starts() == (["11-25 17:00"] if kind == "edit" else [])
    if kind == "edit":
        assert alma.only["summary"] == "Lunch"
    else:
        assert alma.pairs()[0].state in (MapState.GONE_LOCAL, MapState.GONE_GOOGLE)
