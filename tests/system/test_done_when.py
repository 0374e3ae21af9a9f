"""What the first issue promises of CalDAV, as a person with a calendar app sees it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from server.domain.ids import UserName
from server.domain.vocabulary import Attention, Kind, Status, TitleLevel
from tests.system.events import (
    DAY,
    at,
    edited,
    event,
    monday,
    new_uid,
    stamp,
    times,
    vcalendar,
    vevent,
    without,
)
from tests.system.phone import Phone
from tests.system.servers import Site, praxical

_KEPT = (
    'X-APPLE-STRUCTURED-LOCATION;VALUE=URI;X-TITLE="Main street":geo:52.52,13.40',
    'CONFERENCE;VALUE=URI;FEATURE=VIDEO,AUDIO;LABEL="Join":https://video.example/a,b;c',
    "X-FOO:a,b;c",
)
_FIELDS = {
    "id", "series", "kind", "status", "start", "end", "zone", "client", "session", "services",
    "location", "room", "practitioner", "attention",
}  # fmt: skip


def command_line_lists(site: Site, start: datetime) -> list[dict[str, Any]]:
    """Return what `praxical appointment list --json` prints of alma's from a start on."""
    words = ["--from", f"{start:%Y-%m-%d}", "--to", f"{start + DAY:%Y-%m-%d}", "--json"]
    printed = praxical(site.url, "appointment", "list", *words)
    assert printed.returncode == 0, printed.stderr
    rows: list[dict[str, Any]] = json.loads(printed.stdout)
    return [
        row
        for row in rows
        if row["practitioner"] == "alma" and datetime.fromisoformat(row["start"]) == start
    ]


def test_a_typed_title_becomes_a_session_with_client_type_duration_place_and_services(
    site: Site, alma: Phone
) -> None:
    start = monday(weeks=1, hour=9)
    answer = alma.put("typed.ics", event("acupinitial Jane Doe", start))
    assert answer.status == 201
    assert answer.etag is None
    [row] = command_line_lists(site, start)
    assert row.keys() >= _FIELDS
    assert (row["kind"], row["status"], row["client"]) == ("session", "booked", "C1001")
    assert (row["session"], row["location"]) == ("acupinitial", "main")
    assert row["services"] == ["97810*1", "97811*1"]
    lasts = datetime.fromisoformat(row["end"]) - datetime.fromisoformat(row["start"])
    assert lasts == timedelta(minutes=75)
    assert datetime.fromisoformat(row["start"]) == start


def test_the_next_get_shows_the_rendered_title_and_our_properties(
    site: Site, alma: Phone
) -> None:
    alma.put("shown.ics", event("acupinitial Jane Doe", monday(weeks=1, hour=14)))
    shown = alma.get("shown.ics")
    appointment = site.appointment("alma", "shown.ics")
    assert appointment is not None
    assert shown.value("SUMMARY") == "JD · acupinitial"
    assert shown.value("X-PRAXICAL-REF") == appointment.id
    assert shown.value("X-PRAXICAL-CLIENT") == "C1001"
    assert shown.value("X-PRAXICAL-SESSION") == "acupinitial"
    assert shown.value("X-PRAXICAL-SERVICES") == "97810*1 97811*1"
    assert shown.says("X-PRAXICAL-LOCATION;X-POS=11:main")
    assert shown.says("CLASS:PRIVATE")
    assert shown.etag is not None


def test_two_people_of_one_name_are_not_guessed_between(site: Site, alma: Phone) -> None:
    start = monday(weeks=2)
    answer = alma.put("maria.ics", event("psy50 Maria Garcia", start))
    assert answer.status == 201
    assert answer.etag is None
    [row] = command_line_lists(site, start)
    assert row["client"] is None
    assert "client-ambiguous" in row["attention"]
    details = site.details("alma", "maria.ics")
    assert details.blocks
    assert details.attention >= {Attention.CLIENT_AMBIGUOUS}
    title = alma.get("maria.ics").value("SUMMARY") or ""
    assert title.startswith("⚠")
    assert "which client? Maria Garcia (2)" in title


def test_fixing_the_title_resolves_the_question(site: Site, phone: Phone) -> None:
    phone.put("fixed.ics", event("psy50 Maria Garcia", monday(weeks=3)))
    shown = phone.get("fixed.ics")
    answered = edited(shown.text, (f"SUMMARY:{shown.value('SUMMARY')}", "SUMMARY:psy50 C1011"))
    assert phone.put("fixed.ics", answered, If_Match=shown.etag or "").status == 204
    details = site.details(phone.user, "fixed.ics")
    assert details.client == "C1011"
    assert not details.attention


def test_an_app_that_drops_every_x_property_changes_no_practice_field(
    site: Site, alma: Phone
) -> None:
    alma.put("drops.ics", event("acupinitial Jane Doe", monday(weeks=4), *_KEPT))
    before = site.details("alma", "drops.ics")
    shown = alma.get("drops.ics")
    dropped = without(shown.text, "X-", "CONFERENCE", "COLOR", "CLASS")
    moved = edited(dropped, ("SUMMARY:JD · acupinitial", "SUMMARY:JD · acupinitial #confirmed"))
    assert alma.put("drops.ics", moved, If_Match=shown.etag or "").status == 204
    after = site.details("alma", "drops.ics")
    assert after.status is Status.CONFIRMED
    assert {**_fields(after), "status": None} == {**_fields(before), "status": None}


def _fields(details: object) -> dict[str, object]:
    return {name: getattr(details, name) for name in details.__slots__}  # type: ignore[attr-defined]


def test_foreign_properties_survive_byte_for_byte(alma: Phone) -> None:
    start = monday(weeks=5)
    alma.put("kept.ics", event("acupinitial Jane Doe", start, *_KEPT))
    first = alma.get("kept.ics")
    assert [line for line in first.lines if line in _KEPT] == list(_KEPT)
    # Another app, which knows none of them, changes the time.
    again = without(first.text, "X-APPLE", "CONFERENCE", "X-FOO")
    later = edited(again, (at("DTSTART", start), at("DTSTART", start - timedelta(minutes=15))))
    assert alma.put("kept.ics", later, If_Match=first.etag or "").status == 204
    assert [line for line in alma.get("kept.ics").lines if line in _KEPT] == list(_KEPT)


class Series:
    """A weekly session of one practitioner, to be moved by an hour from the third one on."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.phone = site.newcomer(level=TitleLevel.INITIALS)
        self.first = monday(weeks=1, hour=9)
        rule = "RRULE:FREQ=WEEKLY;COUNT=6"
        self.phone.put("s.ics", event("acupfollow Jane Doe", self.first, rule, minutes=45))
        self.shown = self.phone.get("s.ics")
        assert self.shown.status == 200

    def start(self, number: int) -> datetime:
        """Return the original start of an occurrence, the first being number 0."""
        return self.first + timedelta(weeks=number)

    def late(self, number: int) -> datetime:
        """Return the start an hour later."""
        return self.start(number) + timedelta(hours=1)

    def put(self, href: str, text: str) -> None:
        """Put a text as the app does that was shown the present one."""
        etag = self.phone.get(href).etag
        headers = {"If_Match": etag} if etag else {"If_None_Match": "*"}
        assert self.phone.put(href, text, **headers).status in (201, 204)

    def ended(self) -> str:
        """Return the series as it was shown, ending before the third occurrence."""
        until = stamp(self.start(2) - timedelta(seconds=1))
        return edited(self.shown.text, ("FREQ=WEEKLY;COUNT=6", f"FREQ=WEEKLY;UNTIL={until}"))

    def rest(self, *lines: str) -> str:
        """Return the new series of an app that splits, under a UID of its own."""
        title = self.shown.value("SUMMARY") or ""
        timing = times(self.late(2), 45)
        rule = "RRULE:FREQ=WEEKLY;COUNT=4"
        return vcalendar(vevent(new_uid(), title, timing, rule, *lines))

    @property
    def practice_lines(self) -> list[str]:
        """Our own properties as the app was shown them."""
        return [line for line in self.shown.lines if line.startswith("X-PRAXICAL-")]

    def outcome(self) -> list[tuple[object, ...]]:
        """Return what stands in the database: one line per occurrence."""
        rows = self.site.listed(practitioner=UserName(self.phone.user))
        assert self.site.findings() == []
        return [
            (
                row.occurrence.start,
                row.occurrence.end - row.occurrence.start,
                row.part.details.kind,
                row.part.details.status,
                row.part.details.client,
                row.part.details.session_type,
                row.part.details.services,
                row.part.details.location,
                row.part.details.attention,
            )
            for row in rows
        ]


def _thunderbirds_way(series: Series) -> None:
    """Each of the following instances is changed: one override at a time."""
    for number in range(2, 6):
        shown = series.phone.get("s.ics")
        uid, title = shown.value("UID") or "", shown.value("SUMMARY") or ""
        identity = at("RECURRENCE-ID", series.start(number))
        override = vevent(
            uid, title, times(series.late(number), 45), identity, *series.practice_lines
        )
        series.put("s.ics", edited(shown.text, ("END:VCALENDAR", f"{override}END:VCALENDAR")))


def _apples_way(series: Series) -> None:
    """The new series is put first, with a copy of our properties; then the old one ends."""
    series.put("new.ics", series.rest(*series.practice_lines))
    series.put("s.ics", series.ended())


def _apples_way_from_the_phone(series: Series) -> None:
    """The old series ends first."""
    series.put("s.ics", series.ended())
    series.put("new.ics", series.rest(*series.practice_lines))


def _davx5s_way(series: Series) -> None:
    """The old series ends; the new one has none of our properties, only the title shown."""
    series.put("s.ics", series.ended())
    series.put("new.ics", series.rest())


def _one_that_says_this_and_future(series: Series) -> None:
    """One override speaks for all that follow (RFC 5545 3.2.13)."""
    uid, title = series.shown.value("UID") or "", series.shown.value("SUMMARY") or ""
    identity = at("RECURRENCE-ID;RANGE=THISANDFUTURE", series.start(2))
    override = vevent(uid, title, times(series.late(2), 45), identity)
    text = edited(series.shown.text, ("END:VCALENDAR", f"{override}END:VCALENDAR"))
    series.put("s.ics", text)


def test_a_series_moved_from_the_third_one_on_ends_alike_from_every_app(site: Site) -> None:
    ways = (
        _thunderbirds_way,
        _apples_way,
        _apples_way_from_the_phone,
        _davx5s_way,
        _one_that_says_this_and_future,
    )
    outcomes = []
    for way in ways:
        series = Series(site)
        way(series)
        outcomes.append((way.__name__, series.outcome(), series))
    name, expected, series = outcomes[0]
    starts = [row[0] for row in expected]
    assert starts == [series.start(0), series.start(1), *map(series.late, range(2, 6))], name
    assert {row[2:5] for row in expected} == {(Kind.SESSION, Status.BOOKED, "C1001")}
    for name, outcome, _ in outcomes[1:]:
        assert outcome == expected, name
