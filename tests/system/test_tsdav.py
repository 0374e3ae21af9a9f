"""tsdav itself, by which web booking tools read calendars: discovery, busy times, free/busy."""

from __future__ import annotations

import json
import os
import subprocess
from datetime import timedelta
from typing import Any

import pytest

from tests.system.events import at, event, monday, new_uid, stamp, times, vcalendar, vevent
from tests.system.openings import free, open_hours
from tests.system.phone import Phone
from tests.system.practice import new_secret, operator
from tests.system.servers import Site
from tests.tsdav.prepare import HERE, MODULES, NODE, is_prepared

START = monday(weeks=2, hour=9)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
Answer = dict[str, Any]


@pytest.fixture(scope="module")
def program() -> list[str]:
    """Return how to run the client; `make test` has installed it."""
    assert is_prepared(), "run: make test, or python -m tests.tsdav.prepare"
    return [str(NODE), str(HERE / "client.cjs")]


def ask(program: list[str], site: Site, phone: Phone, **said: str) -> Answer:
    """Return what the client found in the own calendar, in a week."""
    with site.database.writing() as uow:
        secret = new_secret(uow, operator(), phone.user, "booking tool")
    wanted = {
        "address": site.address,
        "user": phone.user,
        "secret": secret,
        "calendar": phone.calendar,
        "start": START.isoformat(),
        "end": (START + 7 * DAY).isoformat(),
        **said,
    }
    ran = subprocess.run(
        program,
        input=json.dumps(wanted),
        env={**os.environ, "NODE_PATH": str(MODULES)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ran.returncode == 0, ran.stderr
    answer: Answer = json.loads(ran.stdout)
    return answer


def test_it_finds_the_calendars_and_no_inbox_among_them(
    program: list[str], site: Site, phone: Phone
) -> None:
    found = {one["url"] for one in ask(program, site, phone)["calendars"]}
    base = site.address.rstrip("/")
    assert f"{base}{phone.calendar}" in found
    assert f"{base}/{phone.user}/availability/" in found
    assert not [url for url in found if url.endswith(("/inbox/", "/outbox/"))]


def test_it_reads_each_occurrence_that_stands_in_the_way(
    program: list[str], site: Site, phone: Phone
) -> None:
    uid = new_uid()
    moved = vevent(uid, "Choir", times(START + DAY + HOUR), at("RECURRENCE-ID", START + DAY))
    series = vevent(uid, "Choir", times(START), "RRULE:FREQ=DAILY;COUNT=3")
    phone.put("series.ics", vcalendar(series, moved))
    phone.put("later.ics", event("Later", START + 30 * DAY))
    answer = ask(program, site, phone)
    (only,) = answer["expanded"]
    assert only["url"].endswith("series.ics")
    assert only["data"].count("BEGIN:VEVENT") == 3
    assert "RRULE" not in only["data"]
    starts = (START, START + DAY + HOUR, START + 2 * DAY)
    for start in starts:
        assert f"DTSTART:{stamp(start)}" in only["data"]
        assert f"{stamp(start)}/{stamp(start + HOUR)}" in str(answer["busy"])


def test_free_busy_names_nobody(program: list[str], site: Site, phone: Phone) -> None:
    phone.put("a.ics", event("acupfollow Jane Doe", START, minutes=45))
    busy = str(ask(program, site, phone)["busy"])
    assert "FREEBUSY" in busy
    for word in ("Jane", "Doe", "JD", "acup"):
        assert word not in busy


def test_what_it_books_stands_in_the_way_of_the_own_page(
    program: list[str], site: Site, phone: Phone
) -> None:
    open_hours(site, phone, START, 2)
    before = free(site, phone, (START, START + 2 * HOUR))
    booked = event("Intro call", START, minutes=30)
    answer = ask(program, site, phone, event=booked)
    assert answer["made"] == 201
    assert f"{stamp(START)}/{stamp(START + HOUR / 2)}" in str(answer["busy"])
    assert free(site, phone, (START, START + 2 * HOUR)) == before[1:]
    assert site.findings() == []
