"""Who is served the titles of watched events: their owner over CalDAV, nobody anywhere else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from server.domain.feeds import FeedKind, FeedLevel
from server.domain.ids import UserName
from server.usecases.check_database import check
from server.usecases.export_calendar import export_calendar
from server.usecases.feeds import FeedRequest, new_feed, path_of
from tests.contract.whole_practice import dump
from tests.google.house import Linked
from tests.google.seeing import HIDDEN, OTHERS, Seeing, seeing, titles
from tests.in_process import sender
from tests.practice import ADMIN, ALMA, DESK, THEO, at
from tests.system.api import Program, token_for
from tests.system.phone import DAV, Phone, Wire, hang_up
from tests.system.practice import operator
from tests.system.reports import comp, data, found, names, prop, query, sync, text
from tests.system.test_stock_radicale import launch

RANGE = "20261120T000000Z", "20261130T000000Z"
EVERYBODY_ELSE = (DESK, ADMIN, THEO)


@pytest.fixture
def seen(alma: Linked, tmp_path: Path) -> Iterator[Seeing]:
    """Return Alma's link with one event of hers, whose title she sees."""
    with seeing(alma, tmp_path) as made:
        made.watch()
        made.create("Dentist", at(24, 8))
        alma.settle()
        yield made


def summary(words: str) -> str:
    """Return a filter of events by what they are called."""
    return comp("VEVENT", prop("SUMMARY", text(words)))


def all_texts(phone: Phone) -> dict[str, str]:
    """Return the one object as each way of reading it serves it."""
    href, *_ = phone.sync().there
    start, end = RANGE
    expanded = f'<C:expand start="{start}" end="{end}"/>'
    narrow = '<C:comp name="VCALENDAR"><C:allprop/><C:allcomp/></C:comp>'
    return {
        "get": phone.get(href).text,
        "file": phone.get("").text,
        "jcal": phone.get(href, Accept="application/calendar+json").text,
        "multiget": "".join(data(phone.multiget("", href)).values()),
        "range": "".join(data(phone.query("", start, end)).values()),
        "expand": "".join(data(phone.query("", start, end, expanded)).values()),
        "shaped": "".join(data(phone.query("", start, end, narrow)).values()),
        "home": phone.report("/alma/", query(summary("Dent")), Depth="infinity").text,
        "sync": "".join(data(phone.report("", sync(inner="<C:calendar-data/>"))).values()),
    }


def test_g081_the_owner_is_served_titles_by_every_way_of_reading(seen: Seeing) -> None:
    texts = all_texts(seen.phone())
    without = [way for way, said in texts.items() if "Dentist" not in said or HIDDEN in said]
    assert without == []
    assert titles(texts["get"]) == ["Dentist"]


def test_what_is_served_fits_what_is_said_of_it(seen: Seeing) -> None:
    phone = seen.phone()
    (href,) = phone.sync().there
    path = f"{OTHERS}{href}"
    got = phone.get(href)
    assert got.headers["content-length"] == str(len(got.body))
    listed = phone.propfind(OTHERS, "D:getetag", "D:getcontentlength", depth=1)
    tag = listed.property_of(path, f"{DAV}getetag")
    assert tag is not None
    assert tag.text == got.etag
    assert listed.property_of(path, f"{DAV}getcontentlength") is None
    assert phone.get(href, If_None_Match=got.etag or "").status == 304
    made = phone.multiget("", href).property_of(path, f"{DAV}getetag")
    assert made is not None
    assert made.text == got.etag


def test_the_owner_finds_an_event_by_its_title_and_not_by_what_others_see(
    seen: Seeing,
) -> None:
    phone = seen.phone()
    assert len(found(phone, summary("dentist"))) == 1
    assert found(phone, summary("Other")) == set()


@pytest.mark.parametrize("user", EVERYBODY_ELSE)
def test_g081_others_find_nothing_by_a_title(seen: Seeing, user: UserName) -> None:
    phone = seen.phone(user)
    home = f"/{user}/"
    for words in ("Dentist", "Other event", "No such word"):
        answer = phone.report(home, query(summary(words)), Depth="infinity")
        assert names(answer) == set()
    listed = phone.propfind(home, "D:displayname", depth=1)
    assert "other-calendars" not in listed.text
    (href,) = seen.phone().sync().there
    for path in (OTHERS, f"{OTHERS}{href}", f"{home}other-calendars/{href}"):
        assert phone.get(path).status == 404
        assert phone.report(path, query(summary("Dentist"))).status == 404
    assert "Dentist" not in phone.report(f"{home}alma/", query(summary("e"))).text


@pytest.mark.parametrize("user", [ALMA, *EVERYBODY_ELSE])
def test_g081_no_title_leaves_by_api_feed_or_file(seen: Seeing, user: UserName) -> None:
    send, database = sender(seen.port), seen.link.house.database
    program = Program(send, token_for(database, user))
    dates = {"from_": "2026-11-20", "to": "2026-11-30"}
    answers = [program.get("/appointments", **dates), program.get("/google/links")]
    told = "".join(answer.text for answer in answers)
    assert [answer.status for answer in answers] == [200, 200]
    for kind in FeedKind:
        with database.writing() as uow:
            wanted = FeedRequest(ALMA, "phone", kind, FeedLevel.BUSY)
            token, address = new_feed(uow, operator(seen.server.clock), wanted)
        answer = send("GET", path_of(token.kind, address), b"", {})
        assert answer.status == 200
        told += answer.text
    with database.reading() as uow:
        for place in uow.calendars.of_owner(ALMA):
            told += "".join(export_calendar(uow, place))
    assert "Dentist" not in told
    assert HIDDEN in told


def test_a_copy_of_an_event_is_without_its_title(seen: Seeing) -> None:
    phone = seen.phone()
    (href,) = phone.sync().there
    assert phone.mkcalendar("/alma/mine/").status == 201
    to = "https://cal.practice.example/alma/mine/copy.ics"
    assert phone.request("COPY", href, Destination=to).status == 201
    assert titles(phone.get("/alma/mine/copy.ics").text) == [HIDDEN]
    assert phone.request("MOVE", href, Destination=to).status == 403
    assert phone.put(href, phone.get(href).text).status == 403
    assert phone.delete(href).status == 403
    assert "Dentist" not in repr(dump(seen.link.house.database))


def test_a_database_with_titles_is_found_to_be_whole(seen: Seeing) -> None:
    seen.create("Baker", at(25, 8))
    seen.link.settle()
    seen.watch(titles=False)
    with seen.link.house.database.reading() as uow:
        assert list(check(uow, seen.server.rules, seen.server.clock)) == []


def test_a_device_that_only_reads_is_served_titles_too(seen: Seeing) -> None:
    phone = seen.phone(read_only=True)
    (href,) = phone.sync().there
    assert titles(phone.get(href).text) == ["Dentist"]


def test_other_calendars_cost_no_statement_more(seen: Seeing) -> None:
    number = seen.link.house.book()
    own = "/alma/appointments/"
    phone = seen.phone()
    with seen.link.house.database.reading() as uow:
        stored = uow.objects.of_appointment(number)
    assert stored is not None
    reads = [(own, stored.href), (OTHERS, next(iter(phone.sync().there)))]
    counts = []
    for place, href in reads:
        phone.get(f"{place}{href}")
        statements: list[str] = []
        seen.link.house.database.watch(statements.append)
        assert phone.get(f"{place}{href}").status == 200
        assert phone.multiget(place, f"{place}{href}").status == 207
        seen.link.house.database.watch(None)
        counts.append(sum("sealed_title" in one for one in statements))
    assert counts == [0, 2]


def test_g081_a_stock_radicale_serves_titles_to_their_owner_only(
    seen: Seeing, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRAXICAL_SECURITY_KEY_FILE", str(seen.key_file))
    alma, desk = seen.phone(), seen.phone(DESK)
    server = launch(database_url, tmp_path)
    try:
        alma.send = desk.send = Wire(server.port).send
        (href,) = alma.sync().there
        assert titles(alma.get(href).text) == ["Dentist"]
        assert len(found(alma, summary("Dentist"))) == 1
        assert found(alma, summary("Other event")) == set()
        assert desk.get(f"{OTHERS}{href}").status in (403, 404)
        assert desk.get(href).status == 404
        assert "Dentist" not in desk.report("/desk/alma/", query(summary("e"))).text
    finally:
        hang_up()
        server.stop()
