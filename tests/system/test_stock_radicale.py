"""An unchanged `radicale` process over the practice: storage, sign-in, rights of the plugin."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest

from server.practice_db.database import open_database
from tests.databases import BOTH, SLUG
from tests.system.events import at, event, monday, new_uid, times, vcalendar, vevent
from tests.system.phone import CALDAV, DAV, Phone
from tests.system.practice import furnish
from tests.system.servers import (
    ROOT,
    STARTS_WITHIN_SECONDS,
    Server,
    Site,
    close_site,
    free_port,
    prepared_url,
)

CONFIG = """
[server]
hosts = 127.0.0.1:{port}
[storage]
type = server.storage_plugin
praxical_config = {settings}
[auth]
type = server.storage_plugin
delay = 0
[rights]
type = server.storage_plugin
[web]
type = none
[logging]
level = error
"""
SETTINGS = """
[practice]
slug = "{slug}"
[database]
url = "{url}"
"""
DESTROYED_BY_VOBJECT = (
    "X-A:95,GT",
    "X-FOO:a,b;c",
    'X-JSON:{"a": [1, 2], "b": 3}',
    "CONFERENCE;VALUE=URI:https://meet.example/r?a=1;b=2,c=3",
    "X-APPLE-STRUCTURED-LOCATION;VALUE=URI;X-TITLE=Park:geo:37.33,-122.03",
)


def launch(url: str, folder: Path) -> Server:
    """Start a stock Radicale on a database and wait until it answers."""
    port = free_port()
    settings, config = folder / "praxical.toml", folder / "radicale"
    settings.write_text(SETTINGS.format(slug=SLUG, url=url))
    config.write_text(CONFIG.format(port=port, settings=settings))
    command = [sys.executable, "-m", "radicale", "--config", str(config)]
    process = subprocess.Popen(command, cwd=ROOT, env=dict(os.environ))
    pause = Event()
    for _ in range(STARTS_WITHIN_SECONDS * 10):
        assert process.poll() is None, "radicale ended"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            pause.wait(0.1)
        else:
            break
    return Server(process, port)


@pytest.fixture(scope="module", params=BOTH)
def stock(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """Return the invented practice, served by the host alone."""
    with prepared_url(request.param, request) as url:
        database = open_database(url, SLUG)
        with database.writing() as uow:
            secrets = furnish(uow)
        server = launch(url, tmp_path_factory.mktemp("stock"))
        site = Site(url, database, secrets, server)
        yield site
        close_site(site)


@pytest.fixture
def phone(stock: Site) -> Phone:
    """Return a device of a new practitioner."""
    return stock.newcomer()


def test_an_event_becomes_an_appointment_and_is_listed(stock: Site, phone: Phone) -> None:
    answer = phone.put("one.ics", event("acupinitial Jane Doe", monday(2)))
    assert answer.status == 201
    assert stock.details(phone.user, "one.ics").client == "C1001"
    shown = phone.get("one.ics")
    assert shown.value("SUMMARY") == "JD \u00b7 acupinitial"
    listed = phone.propfind(phone.calendar, "D:getetag", depth=1)
    etag = listed.property_of(f"{phone.calendar}one.ics", f"{DAV}getetag")
    assert etag is not None
    assert etag.text == shown.etag


@pytest.mark.parametrize("line", DESTROYED_BY_VOBJECT)
def test_vobject_damages_no_property_on_the_way(phone: Phone, line: str) -> None:
    phone.put("one.ics", event("Team day", monday(3), line))
    assert phone.get("one.ics").says(line)


def test_a_sync_gives_what_changed_and_what_went(phone: Phone) -> None:
    phone.put("kept.ics", event("Kept", monday(4)))
    phone.put("gone.ics", event("Gone", monday(5)))
    first = phone.sync()
    assert set(first.there) == {"kept.ics", "gone.ics"}
    assert phone.sync(token=first.token).there == {}
    phone.delete("gone.ics")
    phone.put("new.ics", event("New", monday(6)))
    then = phone.sync(token=first.token)
    assert (set(then.there), then.gone) == ({"new.ics"}, {"gone.ics"})
    fresh = phone.sync()
    assert (set(fresh.there), fresh.gone) == ({"kept.ics", "new.ics"}, set())
    assert fresh.answer.status == 207


def test_a_lost_sync_token_is_refused_by_name(phone: Phone) -> None:
    answer = phone.sync(token="urn:x-praxical:sync:other:owner:1").answer
    assert (answer.status, answer.condition) == (403, "valid-sync-token")


def test_a_query_finds_a_series_by_the_week_of_any_occurrence(phone: Phone) -> None:
    first = monday(8)
    phone.put(
        "series.ics",
        vcalendar(
            vevent(new_uid(), "psy50 John Doe", times(first), "RRULE:FREQ=WEEKLY;COUNT=4")
        ),
    )
    found = phone.query("", "20991231T000000Z", "21000101T000000Z")
    assert found.responses == {}
    week = f"{first:%Y%m%d}T000000Z", f"{monday(11):%Y%m%d}T000000Z"
    assert set(phone.query("", *week).responses) == {f"{phone.calendar}series.ics"}


def test_one_override_without_its_master_breaks_no_listing_and_no_query(phone: Phone) -> None:
    first = monday(9)
    override = vevent(new_uid(), "Invited", times(first), at("RECURRENCE-ID", first))
    phone.put("override.ics", vcalendar(override))
    phone.put("other.ics", event("Other", first))
    span = f"{first:%Y%m%d}T000000Z", f"{monday(10):%Y%m%d}T000000Z"
    expanded = f'<C:expand start="{span[0]}" end="{span[1]}"/>'
    both = {f"{phone.calendar}{name}.ics" for name in ("override", "other")}
    assert set(phone.query("", *span).responses) == both
    assert set(phone.query("", *span, expanded).responses) == both
    listed = phone.propfind(phone.calendar, "D:getetag", depth=1)
    assert both <= set(listed.responses)


def test_a_refusal_is_answered_403_and_stores_nothing(stock: Site, phone: Phone) -> None:
    uid = new_uid()
    task = f"BEGIN:VTODO\r\nUID:{uid}\r\nDTSTAMP:20260101T000000Z\r\nEND:VTODO\r\n"
    assert phone.put("task.ics", vcalendar(task)).status == 403
    assert phone.get("task.ics").status == 404
    theo = stock.phone("theo")
    theo.put("his.ics", event("psy50 Jane Doe", monday(2)))
    answer = phone.put(f"/{phone.user}/theo/his.ics", event("Mine", monday(2)))
    assert answer.status == 403
    assert stock.details("theo", "his.ics").client == "C1001"


def test_malformed_data_is_answered_400_and_stores_nothing(stock: Site, phone: Phone) -> None:
    backwards = vevent(new_uid(), "Back", [at("DTSTART", monday(3)), at("DTEND", monday(2))])
    assert phone.put("back.ics", vcalendar(backwards)).status == 400
    assert phone.put("junk.ics", "BEGIN:VCALENDAR\r\nnonsense").status == 400
    assert phone.sync().there == {}
    assert stock.findings() == []


def test_a_stale_condition_changes_nothing(stock: Site, phone: Phone) -> None:
    phone.put("one.ics", event("Staff meeting", monday(2)))
    uid = phone.get("one.ics").value("UID") or ""
    answer = phone.put("one.ics", event("Changed", monday(2), uid=uid), If_Match='"999"')
    assert answer.status == 412
    assert stock.details(phone.user, "one.ics").title == "Staff meeting"


def test_a_personal_calendar_is_made_for_its_components(phone: Phone) -> None:
    home = f"/{phone.user}/tasks/"
    assert phone.mkcalendar(home, "VTODO").status == 201
    named = phone.propfind(home, "C:supported-calendar-component-set", "D:resourcetype")
    components = named.property_of(home, f"{CALDAV}supported-calendar-component-set")
    assert components is not None
    assert [each.get("name") for each in components] == ["VTODO"]
    assert phone.put(f"{home}one.ics", event("No task")).status == 403
    task = f"BEGIN:VTODO\r\nUID:{new_uid()}\r\nSUMMARY:Call\r\nEND:VTODO\r\n"
    assert phone.put(f"{home}task.ics", vcalendar(task)).status == 201
    assert phone.get(f"{home}task.ics").value("SUMMARY") == "Call"
    assert phone.delete(home).status == 200


def test_an_event_moves_to_another_calendar_with_its_identity(
    stock: Site, phone: Phone
) -> None:
    phone.put("one.ics", event("Lunch", monday(2)))
    phone.mkcalendar(f"/{phone.user}/mine/")
    destination = f"http://127.0.0.1:{stock.server.port}/{phone.user}/mine/two.ics"
    answer = phone.request("MOVE", "one.ics", Destination=destination)
    assert answer.status == 201
    assert phone.get("one.ics").status == 404
    assert phone.get(f"/{phone.user}/mine/two.ics").value("SUMMARY") == "Lunch"


def test_strangers_are_asked_who_they_are(stock: Site) -> None:
    answer = stock.stranger().request("PROPFIND", "/alma/appointments/")
    assert answer.status == 401
    assert "www-authenticate" in answer.headers


def test_nothing_is_wrong_after_all_this(stock: Site) -> None:
    stock.phone("alma").put("last.ics", event("acupfollow John Doe", monday(3)))
    assert stock.findings() == []
