"""Moments in mails: as people say them, with the zone in which they are meant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from string import Formatter
from zoneinfo import ZoneInfo

import pytest

from server.usecases.mail_words import OPENINGS, SUBJECTS, Says, moment_said, span_said

NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("moment", "zone", "said"),
    [
        ((2026, 11, 24, 14, 0), "America/New_York", "Tuesday, 24 November 2026, 9:00 am EST"),
        ((2026, 7, 1, 4, 5), "America/New_York", "Wednesday, 1 July 2026, 12:05 am EDT"),
        ((2026, 7, 1, 16, 0), "America/New_York", "Wednesday, 1 July 2026, 12:00 pm EDT"),
        ((2026, 7, 1, 16, 30), "Europe/Berlin", "Wednesday, 1 July 2026, 6:30 pm CEST"),
    ],
)
def test_a_moment_is_said_in_its_zone(moment: tuple[int, ...], zone: str, said: str) -> None:
    at = datetime(*moment, tzinfo=UTC)  # type: ignore[arg-type,misc]  # five numbers
    assert moment_said(at, ZoneInfo(zone)) == f"{said} ({zone})"


def test_a_zone_without_letters_is_said_by_its_place() -> None:
    zone = ZoneInfo("America/Sao_Paulo")
    said = moment_said(datetime(2026, 11, 24, 14, tzinfo=UTC), zone)
    assert said == "Tuesday, 24 November 2026, 11:00 am (America/Sao_Paulo)"
    assert moment_said(datetime(2026, 11, 24, 14, tzinfo=UTC), ZoneInfo("UTC")).endswith(
        "2:00 pm (UTC)"
    )


def test_a_span_says_its_last_day_only_where_it_is_another() -> None:
    start = datetime(2026, 11, 25, 4, tzinfo=UTC)
    short = span_said(start, start + timedelta(minutes=45), NEW_YORK)
    assert short == "Tuesday, 24 November 2026, 11:00 pm to 11:45 pm EST (America/New_York)"
    long = span_said(start, start + timedelta(hours=2), NEW_YORK)
    assert "11:00 pm to Wednesday, 25 November 2026, 1:00 am EST" in long


def test_the_hour_that_comes_twice_is_told_apart_by_its_zone() -> None:
    first = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
    said = [moment_said(first + timedelta(hours=number), NEW_YORK) for number in (0, 1)]
    assert [one[-23:-19] for one in said] == [" EDT", " EST"]


def test_every_mail_has_a_subject_and_an_opening() -> None:
    assert set(SUBJECTS) == set(OPENINGS) == set(Says)
    fields = {
        name
        for text in (*SUBJECTS.values(), *OPENINGS.values())
        for _, name, _, _ in Formatter().parse(text)
        if name
    }
    assert fields == {"code", "practice"}
