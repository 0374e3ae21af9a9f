"""Zones as clients name and define them, and the definitions that we give."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest

from server.ics.zone_definition import defined_zone
from server.ics.zones import is_iana, local_to_utc, resolve, vtimezone

NEW_YORK = ZoneInfo("America/New_York")
BERLIN = ZoneInfo("Europe/Berlin")
KOLKATA = ZoneInfo("Asia/Kolkata")


def definition(*observances: list[str], more: tuple[str, ...] = ()) -> list[str]:
    lines = ["BEGIN:VTIMEZONE", "TZID:Praxis Local", *more]
    for observance in observances:
        lines += observance
    return [*lines, "END:VTIMEZONE"]


def observance(kind: str, start: str, offsets: str, *more: str) -> list[str]:
    before, after = offsets.split()
    head = [
        f"BEGIN:{kind}",
        f"DTSTART:{start}",
        f"TZOFFSETFROM:{before}",
        f"TZOFFSETTO:{after}",
    ]
    return [*head, *more, f"END:{kind}"]


OUTLOOK_GERMANY = definition(
    observance(
        "STANDARD", "16011028T030000", "+0200 +0100", "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10"
    ),
    observance(
        "DAYLIGHT", "16010325T020000", "+0100 +0200", "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3"
    ),
)
# The United States before 2007: no zone of today still does so.
OLD_AMERICA = definition(
    observance(
        "STANDARD", "16011028T020000", "-0400 -0500", "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10"
    ),
    observance(
        "DAYLIGHT", "16010401T020000", "-0500 -0400", "RRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=4"
    ),
)


# --- by name ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tzid", "key"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ('"Europe/Berlin"', "Europe/Berlin"),
        (" Europe/Berlin ", "Europe/Berlin"),
        ("America/New York", "America/New_York"),
        ("US/Eastern", "US/Eastern"),
        ("UTC", "UTC"),
        ("/freeassociation.sourceforge.net/Europe/Berlin", "Europe/Berlin"),
        ("/freeassociation.sourceforge.net/Tzfile/Europe/Berlin", "Europe/Berlin"),
        (
            "/citadel.org/20070227_1/America/Indiana/Indianapolis",
            "America/Indiana/Indianapolis",
        ),
        ("/mozilla.org/20050126_1/America/New_York", "America/New_York"),
        ("tzone://Microsoft/Utc", "UTC"),
        ("W. Europe Standard Time", "Europe/Berlin"),
        ("Eastern Standard Time", "America/New_York"),
        ("PACIFIC STANDARD TIME", "America/Los_Angeles"),
        ("Pacific Standard Time 1", "America/Los_Angeles"),
        ("Pacific Daylight Time", "America/Los_Angeles"),
        ("GMT-0500", "Etc/GMT+5"),
        ("UTC+2", "Etc/GMT-2"),
    ],
)
def test_a_zone_is_known_by_the_names_that_clients_use(tzid: str, key: str) -> None:
    zone = resolve(tzid, None, KOLKATA)
    assert zone.key == key
    assert is_iana(zone)


@pytest.mark.parametrize(
    "tzid", ["", "Praxis Local", "../etc/passwd", "Factory", "/", "x" * 9999]
)
def test_a_name_that_nobody_knows_means_the_zone_of_the_calendar(tzid: str) -> None:
    assert resolve(tzid, None, KOLKATA) is KOLKATA
    assert resolve(tzid, [], KOLKATA) is KOLKATA


# --- by definition ---------------------------------------------------------------------------


def test_an_unknown_name_is_known_by_its_offsets() -> None:
    zone = resolve("Praxis Local", OUTLOOK_GERMANY, NEW_YORK)
    summer = datetime(2026, 7, 1, 12, tzinfo=zone)
    assert is_iana(zone)
    assert summer.utcoffset() == timedelta(hours=2)


def test_the_zone_of_the_calendar_is_the_likeliest_of_those_that_agree() -> None:
    paris = ZoneInfo("Europe/Paris")
    assert resolve("Praxis Local", OUTLOOK_GERMANY, BERLIN) is BERLIN
    assert resolve("Praxis Local", OUTLOOK_GERMANY, paris) is paris


@pytest.mark.parametrize(
    "line", ["X-LIC-LOCATION:Europe/Vienna", "X-TZINFO:Europe/Vienna[2025b/Partial@9223]"]
)
def test_a_definition_may_say_which_zone_it_copies(line: str) -> None:
    lines = definition(observance("STANDARD", "19700101T000000", "+0100 +0100"), more=(line,))
    assert resolve("Praxis Local", lines, NEW_YORK).key == "Europe/Vienna"


def test_a_definition_that_no_zone_agrees_with_is_followed_as_it_stands() -> None:
    zone = resolve("Praxis Local", OLD_AMERICA, NEW_YORK)
    assert not is_iana(zone)
    # Between the old and the new beginning of summer time, only New York has it.
    assert datetime(2026, 3, 20, 12, tzinfo=zone).utcoffset() == timedelta(hours=-5)
    assert datetime(2026, 3, 20, 12, tzinfo=NEW_YORK).utcoffset() == timedelta(hours=-4)
    assert datetime(2026, 4, 20, 12, tzinfo=zone).utcoffset() == timedelta(hours=-4)
    assert datetime(2099, 4, 20, 12, tzinfo=zone).utcoffset() == timedelta(hours=-4)


def test_a_definition_is_followed_with_until_dates_and_odd_offsets() -> None:
    zone = defined_zone(
        definition(
            observance(
                "DAYLIGHT",
                "20200301T020000",
                "+0030 +0130",
                "RRULE:FREQ=YEARLY;UNTIL=20220301T013000Z",
                "RRULE:FREQ=YEARLY;UNTIL=20210301",
            ),
            observance(
                "STANDARD",
                "20200901T020000",
                "+0130 +003015",
                "RDATE:20210901T020000,20220901T020000",
            ),
        )
    )
    assert zone is not None
    offsets = [
        datetime(year, 6, 1, tzinfo=zone).utcoffset() for year in (2019, 2020, 2022, 2023)
    ]
    summer, winter = timedelta(minutes=90), timedelta(minutes=30, seconds=15)
    assert offsets == [timedelta(minutes=30), summer, summer, winter]


@pytest.mark.parametrize(
    "lines",
    [
        ["BEGIN:VTIMEZONE", "TZID:Praxis Local", "END:VTIMEZONE"],
        ["BEGIN:VTIMEZONE", "nonsense"],
        definition(["BEGIN:STANDARD", "DTSTART:20200101T000000", "END:STANDARD"]),
        definition(observance("STANDARD", "20200101", "+0100 +0100")),
        definition(observance("STANDARD", "20201399T000000", "+0100 +0100")),
        definition(observance("STANDARD", "20200101T000000", "+0100 +9900")),
        definition(observance("STANDARD", "20200101T000000", "+0100 soon")),
    ],
)
def test_a_definition_that_defines_nothing_means_the_zone_of_the_calendar(
    lines: list[str],
) -> None:
    assert resolve("Praxis Local", lines, NEW_YORK) is NEW_YORK


@pytest.mark.parametrize(
    "rule", ["FREQ=SECONDLY", "FREQ=FORTNIGHTLY", "FREQ=DAILY;COUNT=99999999"]
)
def test_a_rule_that_cannot_be_followed_leaves_the_rest_of_the_definition(rule: str) -> None:
    lines = definition(
        observance("STANDARD", "19700101T000000", "+0530 +0530", f"RRULE:{rule}")
    )
    assert resolve("Praxis Local", lines, NEW_YORK).utcoffset(
        datetime(2026, 1, 1)  # noqa: DTZ001 - asks for an offset
    ) == timedelta(hours=5, minutes=30)


# --- wall time to UTC ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wall", "utc"),
    [
        (datetime(2026, 6, 1, 9), datetime(2026, 6, 1, 13)),  # noqa: DTZ001 - wall time
        (datetime(2026, 3, 8, 2, 30), datetime(2026, 3, 8, 7, 30)),  # noqa: DTZ001 - skipped
        (datetime(2026, 11, 1, 1, 30), datetime(2026, 11, 1, 5, 30)),  # noqa: DTZ001 - twice
        (datetime(2026, 11, 1, 1, 30, fold=1), datetime(2026, 11, 1, 5, 30)),  # noqa: DTZ001
    ],
)
def test_wall_time_has_one_instant(wall: datetime, utc: datetime) -> None:
    assert local_to_utc(wall, NEW_YORK) == utc.replace(tzinfo=UTC)


# --- our own definitions ---------------------------------------------------------------------


def test_the_zone_of_the_demo_practice_is_defined_in_two_rules() -> None:
    assert vtimezone("America/New_York", 2020) == [
        "BEGIN:VTIMEZONE",
        "TZID:America/New_York",
        "BEGIN:DAYLIGHT",
        "DTSTART:20190310T020000",
        "TZOFFSETFROM:-0500",
        "TZOFFSETTO:-0400",
        "TZNAME:EDT",
        "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU",
        "END:DAYLIGHT",
        "BEGIN:STANDARD",
        "DTSTART:20191103T020000",
        "TZOFFSETFROM:-0400",
        "TZOFFSETTO:-0500",
        "TZNAME:EST",
        "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU",
        "END:STANDARD",
        "END:VTIMEZONE",
    ]


def test_a_zone_without_changes_is_one_observance() -> None:
    assert vtimezone("Asia/Tokyo")[2:8] == [
        "BEGIN:STANDARD",
        "DTSTART:19700101T000000",
        "TZOFFSETFROM:+0900",
        "TZOFFSETTO:+0900",
        "TZNAME:JST",
        "END:STANDARD",
    ]


def test_a_change_of_law_shows_as_two_rules() -> None:
    rules = [line for line in vtimezone("America/New_York", 2000) if line.startswith("RRULE")]
    assert rules == [
        "RRULE:FREQ=YEARLY;BYMONTH=4;BYDAY=1SU;UNTIL=20060402T070000Z",
        "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU",
        "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU;UNTIL=20061029T060000Z",
        "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU",
    ]


def test_the_irish_winter_is_standard_time_as_clients_expect() -> None:
    lines = vtimezone("Europe/Dublin", 2020)
    assert lines[lines.index("BEGIN:DAYLIGHT") + 3] == "TZOFFSETTO:+0100"


def test_a_zone_that_announces_each_year_is_as_long_as_the_years_asked_for() -> None:
    short, long = (
        vtimezone("Africa/Casablanca", 2025, 2027),
        vtimezone("Africa/Casablanca", 2025),
    )
    assert len(short) < 40 < len(long)


def test_a_zone_that_iana_does_not_know_has_no_definition() -> None:
    with pytest.raises(ZoneInfoNotFoundError):
        vtimezone("Praxis/Local")
