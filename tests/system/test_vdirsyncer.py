"""vdirsyncer as two devices of one practitioner: two folders, one server, the real program."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.system.events import edited, event, monday, new_uid
from tests.system.phone import APPLE, DAV, Phone
from tests.system.servers import Site

pytestmark = pytest.mark.slow

on_sqlite = pytest.mark.parametrize("site", ["sqlite"], indirect=True)
"""Where the engine cannot matter: others here run on both, and each run costs."""

CONFIG = """
[general]
status_path = "{folder}/status"

[pair calendars]
a = "folder"
b = "server"
collections = {collections}
metadata = ["color", "displayname"]
conflict_resolution = {winner}

[storage folder]
type = "filesystem"
path = "{folder}/calendars"
fileext = ".ics"

[storage server]
type = "caldav"
url = "{address}"
username = "{user}"
password = "{secret}"
"""


@dataclass(frozen=True)
class Folder:
    """One device: a folder that vdirsyncer keeps in step with the server."""

    folder: Path
    address: str
    phone: Phone
    collections: tuple[str, ...] = ("appointments",)

    @property
    def calendars(self) -> Path:
        return self.folder / "calendars"

    def run(self, *words: str, winner: str = "null") -> subprocess.CompletedProcess[str]:
        """Run the program; questions whether to make a collection are answered with yes."""
        self.calendars.mkdir(parents=True, exist_ok=True)
        config = self.folder / "config"
        config.write_text(
            CONFIG.format(
                folder=self.folder,
                collections=json.dumps(self.collections),
                winner=winner,
                address=self.address,
                user=self.phone.user,
                secret=self.phone.secret,
            )
        )
        return subprocess.run(
            [str(Path(sys.executable).with_name("vdirsyncer")), "-c", str(config), *words],
            check=False,
            # It asks about each calendar; tests before this one may have made many colleagues.
            input="y\n" * 5000,
            capture_output=True,
            text=True,
            timeout=60,
            env={**os.environ, "HOME": str(self.folder)},
        )

    def sync(self, winner: str = "null") -> str:
        """Synchronise, which must succeed; return what the program says."""
        run = self.run("sync", winner=winner)
        assert run.returncode == 0, run.stderr
        return run.stdout + run.stderr

    def metasync(self) -> None:
        run = self.run("metasync")
        assert run.returncode == 0, run.stderr

    def discover(self) -> None:
        run = self.run("discover")
        assert run.returncode == 0, run.stderr

    def file(self, name: str, calendar: str = "appointments") -> Path:
        return self.calendars / calendar / f"{name}.ics"

    def write(self, name: str, text: str, calendar: str = "appointments") -> None:
        self.file(name, calendar).write_bytes(text.encode())

    def holding(self, uid: str) -> Path:
        """Return the file of an event; who names it, the other device or this one, is open."""
        files = (self.calendars / "appointments").glob("*.ics")
        return next(file for file in files if uid in file.read_text())

    def events(self, calendar: str = "appointments") -> dict[str, str]:
        """Return the events in the folder by UID, without ends of line."""
        texts = [file.read_text() for file in (self.calendars / calendar).glob("*.ics")]
        return {uid_of(text): text for text in texts}


def uid_of(text: str) -> str:
    return next(line[4:] for line in text.splitlines() if line.startswith("UID:"))


def plain(text: str) -> str:
    """Return a text as Python reads it from a file."""
    return text.replace("\r\n", "\n")


def title_in(text: str) -> str:
    return next(line[8:] for line in text.splitlines() if line.startswith("SUMMARY:"))


def hrefs(phone: Phone, path: str = "") -> list[str]:
    """Return what is in a calendar; vdirsyncer chooses names of its own."""
    return sorted(phone.sync(path).there)


def only_in(phone: Phone, path: str = "") -> str:
    """Return the text of the one object in a calendar."""
    (href,) = hrefs(phone, path)
    return phone.get(f"{path}{href}").text


def rests(*devices: Folder) -> None:
    """See that nothing is left to do: the next sync of each device changes nothing."""
    for device in devices:
        said = device.sync()
        assert "Copying" not in said
        assert "Deleting" not in said


@pytest.fixture
def desk(site: Site, phone: Phone, tmp_path: Path) -> Folder:
    """Return the first device, its calendars discovered and synchronised."""
    return _device(site, phone, tmp_path / "desk")


@pytest.fixture
def laptop(site: Site, phone: Phone, tmp_path: Path) -> Folder:
    """Return the second device of the same person."""
    return _device(site, phone, tmp_path / "laptop")


def _device(site: Site, phone: Phone, folder: Path, *collections: str) -> Folder:
    device = Folder(folder, site.address, phone, collections or ("appointments",))
    device.discover()
    device.sync()
    return device


@on_sqlite
def test_the_calendars_of_the_home_are_discovered(
    site: Site, phone: Phone, tmp_path: Path
) -> None:
    phone.mkcalendar(f"/{phone.user}/mine/", "VEVENT", "VTODO")
    device = _device(site, phone, tmp_path, "from a", "from b")
    made = {folder.name for folder in device.calendars.iterdir()}
    assert {"appointments", "mine", "alma", "theo"} <= made


def test_a_new_event_becomes_a_session_and_reaches_both_devices(
    site: Site, phone: Phone, desk: Folder, laptop: Folder
) -> None:
    uid = new_uid()
    desk.write("first", event("acupinitial Jane Doe", uid=uid))
    desk.sync()
    laptop.sync()
    desk.sync()
    shown = only_in(phone)
    assert site.details(phone.user, hrefs(phone)[0]).client == "C1001"
    assert desk.events()[uid] == laptop.events()[uid] == plain(shown)
    assert title_in(shown) == "JD \u00b7 acupinitial"
    rests(desk, laptop)


def test_a_change_and_a_deletion_reach_the_other_device(
    phone: Phone, desk: Folder, laptop: Folder
) -> None:
    uid, other = new_uid(), new_uid()
    desk.write("one", event("Staff meeting", monday(2), uid=uid))
    desk.write("two", event("Lunch", monday(3), uid=other))
    desk.sync()
    laptop.sync()
    file = laptop.holding(uid)
    file.write_text(edited(file.read_text(), ("Staff meeting", "Team meeting")))
    laptop.sync()
    desk.sync()  # what the server made of the new events
    desk.holding(other).unlink()
    desk.sync()
    laptop.sync()
    desk.sync()
    titles = {each: title_in(text) for each, text in laptop.events().items()}
    assert titles == {uid: "Team meeting"}
    assert laptop.events() == desk.events()
    assert uid_of(only_in(phone)) == uid
    rests(desk, laptop)


@on_sqlite
def test_a_conflict_is_told_and_ends_as_the_person_decides(
    phone: Phone, desk: Folder, laptop: Folder
) -> None:
    uid = new_uid()
    desk.write("one", event("Staff meeting", uid=uid))
    desk.sync()
    desk.sync()
    laptop.sync()
    for device, title in ((laptop, "From the laptop"), (desk, "From the desk")):
        file = device.holding(uid)
        file.write_text(edited(file.read_text(), ("Staff meeting", title)))
    laptop.sync()
    stopped = desk.run("sync")
    assert stopped.returncode != 0
    assert "conflict" in stopped.stderr.lower()
    desk.sync(winner='"b wins"')
    laptop.sync()
    assert title_in(only_in(phone)) == "From the laptop"
    assert title_in(desk.events()[uid]) == title_in(laptop.events()[uid]) == "From the laptop"
    rests(desk, laptop)


@on_sqlite
def test_what_is_written_into_a_calendar_that_it_makes_comes_back_octet_for_octet(
    site: Site, phone: Phone, tmp_path: Path
) -> None:
    desk = _device(site, phone, tmp_path / "desk", "mine")
    laptop = _device(site, phone, tmp_path / "laptop", "mine")
    text = event("Dentist", None, "X-FOO:a,b;c")
    desk.write("dentist", text, "mine")
    desk.sync()
    laptop.sync()
    mine = f"/{phone.user}/mine/"
    assert laptop.events("mine") == desk.events("mine") == {uid_of(text): plain(text)}
    assert only_in(phone, mine) == text
    rests(desk, laptop)


@on_sqlite
def test_name_and_colour_travel_by_metasync(phone: Phone, desk: Folder, laptop: Folder) -> None:
    wanted = {"displayname": "My days", "color": "#12ab34ff"}
    desk.metasync()
    for name, value in wanted.items():
        (desk.calendars / "appointments" / name).write_text(value)
    desk.metasync()
    answer = phone.propfind(phone.calendar, "D:displayname", "A:calendar-color")
    named = answer.property_of(phone.calendar, f"{DAV}displayname")
    coloured = answer.property_of(phone.calendar, f"{APPLE}calendar-color")
    assert [each.text for each in (named, coloured) if each is not None] == [
        "My days",
        "#12ab34ff",
    ]
    laptop.metasync()
    for name, value in wanted.items():
        assert (laptop.calendars / "appointments" / name).read_text() == value
    rests(desk, laptop)


@on_sqlite
def test_a_colleagues_calendar_is_busy_and_takes_nothing(
    site: Site, phone: Phone, tmp_path: Path
) -> None:
    colleague = site.newcomer()
    colleague.put("session.ics", event("psy50 John Doe", monday(4)))
    device = _device(site, phone, tmp_path, colleague.user)
    device.write("intruder", event("Mine now", monday(5)), colleague.user)
    refused = device.run("sync")
    assert refused.returncode != 0
    device.file("intruder", colleague.user).unlink()
    device.sync()
    assert hrefs(colleague) == ["session.ics"]
    assert [title_in(text) for text in device.events(colleague.user).values()] == ["Busy"]
