"""freebusy.query of the local Google: what is busy, what is free, and what cannot be told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from googleapiclient.errors import HttpError

from tests.local_google import LocalGoogle, Unknowns
from tests.local_google.clients import service, timed

ALMA, BO = "alma@example.org", "bo@example.org"
DAY = {"timeMin": "2026-11-09T00:00:00Z", "timeMax": "2026-11-10T00:00:00Z"}
NINE = ("2026-11-09T08:00:00Z", "2026-11-09T09:00:00Z")
BODY = timed("2026-11-09T09:00", "2026-11-09T10:00")


@pytest.fixture
def google() -> Iterator[LocalGoogle]:
    with LocalGoogle(at=datetime(2026, 11, 3, 8, tzinfo=UTC)) as running:
        running.account(ALMA)
        yield running


def query(google: LocalGoogle, *calendars: str, **more: Any) -> Any:  # noqa: ANN401  # an answer
    items = [{"id": one} for one in calendars or (ALMA,)]
    client = service(google, ALMA, "calendar.freebusy")
    return client.freebusy().query(body={**DAY, "items": items, **more}).execute()


def busy(google: LocalGoogle, **more: Any) -> list[tuple[str, str]]:  # noqa: ANN401  # parameters
    found = query(google, **more)["calendars"][ALMA]["busy"]
    return [(one["start"], one["end"]) for one in found]


def create(google: LocalGoogle, **more: Any) -> str:  # noqa: ANN401  # fields of an event
    return str(google.act("create", account=ALMA, body={**BODY, **more})["id"])


@pytest.mark.parametrize(
    ("more", "is_busy"),
    [
        ({}, True),
        ({"status": "tentative"}, True),
        ({"visibility": "private"}, True),
        ({"transparency": "transparent"}, False),
        ({"eventType": "outOfOffice"}, True),
        ({"eventType": "focusTime"}, True),
        ({"eventType": "workingLocation"}, False),
        ({"attendees": [{"email": ALMA, "responseStatus": "declined"}]}, False),
        ({"attendees": [{"email": ALMA, "responseStatus": "tentative"}]}, True),
    ],
)
def test_what_counts_as_busy(google: LocalGoogle, more: dict[str, Any], is_busy: bool) -> None:
    create(google, **more)
    assert busy(google) == ([NINE] if is_busy else [])


def test_what_overlaps_is_told_once_and_what_sticks_out_is_cut(google: LocalGoogle) -> None:
    create(google)
    create(google, **timed("2026-11-09T09:30", "2026-11-09T11:00"))
    create(google, **timed("2026-11-09T23:00", "2026-11-10T08:00"))
    assert busy(google) == [
        ("2026-11-09T08:00:00Z", "2026-11-09T10:00:00Z"),
        ("2026-11-09T22:00:00Z", "2026-11-10T00:00:00Z"),
    ]


def test_a_day_is_busy_from_midnight_to_midnight_of_its_calendar(google: LocalGoogle) -> None:
    create(google, start={"date": "2026-11-09"}, end={"date": "2026-11-10"})
    assert busy(google, timeZone="Europe/Zurich") == [
        ("2026-11-09T01:00:00+01:00", "2026-11-10T00:00:00+01:00")
    ]


def test_instances_are_busy_and_cancelled_ones_are_not(google: LocalGoogle) -> None:
    name = create(google, recurrence=["RRULE:FREQ=HOURLY;COUNT=3"])
    google.act("cancel_one", account=ALMA, event=f"{name}_20261109T090000Z")
    assert busy(google) == [NINE, ("2026-11-09T10:00:00Z", "2026-11-09T11:00:00Z")]
    google.act("delete", account=ALMA, event=name)
    assert busy(google) == []


def test_a_calendar_that_cannot_be_seen_has_errors_and_is_not_free(
    google: LocalGoogle,
) -> None:
    google.account(BO)
    google.knobs.freebusy_errors[ALMA] = "internalError"
    found = query(google, ALMA, BO, "nobody@example.org")["calendars"]
    reasons = {name: one["errors"][0]["reason"] for name, one in found.items()}
    assert reasons == {ALMA: "internalError", BO: "notFound", "nobody@example.org": "notFound"}
    google.act("share", account=BO, **{"with": ALMA}, role="freeBusyReader")
    assert "errors" not in query(google, BO)["calendars"][BO]


def test_a_cap_that_is_named_is_kept(google: LocalGoogle) -> None:
    names = [f"c{number}@example.org" for number in range(51)]
    assert len(query(google, *names)["calendars"]) == 51
    for cap, reason in ((50, "tooManyCalendarsRequested"), (51, "invalid")):
        with pytest.raises(HttpError) as refused:
            query(google, *names, calendarExpansionMax=cap)
        assert refused.value.error_details[0]["reason"] == reason


@pytest.mark.parametrize("refuses", [True, False])
def test_a_long_range_is_refused_or_answered(refuses: bool) -> None:
    with LocalGoogle(Unknowns(refuses_long_ranges=refuses)) as google:
        google.account(ALMA)
        if refuses:
            with pytest.raises(HttpError) as refused:
                busy(google, timeMax="2027-11-10T00:00:00Z")
            assert refused.value.error_details[0]["reason"] == "timeRangeTooLong"
        else:
            assert busy(google, timeMax="2027-11-10T00:00:00Z") == []


def test_an_empty_or_unnamed_range_is_refused(google: LocalGoogle) -> None:
    for wrong in (
        {"timeMax": DAY["timeMin"]},
        {"timeMin": None},
        {"timeMin": "2026-11-09T00:00:00"},
    ):
        with pytest.raises(HttpError) as refused:
            busy(google, **wrong)
        assert refused.value.resp.status == 400
