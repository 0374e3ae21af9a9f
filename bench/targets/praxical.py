"""Praxical on SQLite or PostgreSQL, with a new personal calendar or a fresh practice's own."""

import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Final

from typing_extensions import override

from bench.processes import TargetFailed, free_port, run
from bench.targets.target import Target, xml_request
from bench.wire import Connection, Endpoint
from bench.workload import ZONE

_USER: Final = "alma"
_PASSWORD: Final = "bench-login-of-one-run"  # noqa: S105  # of a server that lives for one run
_CREATED: Final = 201
_OPEN_SECONDS: Final = 60.0
_MAKE_CALENDAR: Final = (
    '<C:mkcalendar xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:set><D:prop>'
    "<D:displayname>Bench</D:displayname></D:prop></D:set></C:mkcalendar>"
)


class Calendar(StrEnum):
    """The calendar that is filled: one made by MKCALENDAR, or a new practice's appointments.

    No title of the workload names a session type or a client, so in the second each event
    becomes an Other Event: with the practice's rules, history and lines of its own, at the
    times that it came with; whole days lie in the practice's zone, which is the workload's.
    """

    PERSONAL = "personal"
    PRACTICE = "practice"


class PraxicalCommands:
    """How Praxical is called: the one place that knows its command line."""

    def __init__(self, folder: Path, database: str | None) -> None:
        self._program = str(Path(sys.executable).with_name("praxical"))
        self._store = ["--database", database] if database else ["--data-dir", str(folder)]

    @property
    def environment(self) -> dict[str, str]:
        """One password for every login of the demo practice."""
        return {"PRAXICAL_DEMO_PASSWORD": _PASSWORD}

    def serve(self, port: int) -> list[str]:
        """Serve the practice that is there."""
        return [self._program, "serve", "--port", str(port), *self._store]

    def make_demo(self) -> None:
        """The demo practice, where it is missing; TargetFailed where refused."""
        run([self._program, "demo", "--no-serve", *self._store], self.environment, "")

    def make_practice(self) -> None:
        """An empty practice with one practitioner and a login; TargetFailed where refused."""
        for words, typed in (
            # Else whole days would lie where the machine's zone puts them.
            (["migrate", "--zone", ZONE], ""),
            (["user", "add", _USER, "--discipline", "acupuncture"], ""),
            (["app-password", "new", _USER, "--stdin"], f"{_PASSWORD}\n"),
        ):
            run([self._program, *words, *self._store], self.environment, typed)


class Praxical(Target):
    """Our server, on the database at an address, or on SQLite in its folder."""

    def __init__(self, folder: Path, calendar: Calendar, database: str | None = None) -> None:
        name = "bench" if calendar is Calendar.PERSONAL else "appointments"
        super().__init__(folder, Endpoint(free_port(), f"/{_USER}/{name}/", _USER, _PASSWORD))
        self._calendar = calendar
        self._commands = PraxicalCommands(folder / "practice", database)

    @override
    def prepare(self) -> None:
        if self._calendar is Calendar.PRACTICE:
            self._commands.make_practice()
        else:
            self._commands.make_demo()

    @override
    def command(self) -> Sequence[str]:
        return self._commands.serve(self.endpoint.port)

    @override
    def environment(self) -> dict[str, str]:
        return self._commands.environment

    @override
    def open_calendar(self) -> None:
        if self._calendar is Calendar.PRACTICE:
            return
        request = xml_request(self.endpoint, "MKCALENDAR", _MAKE_CALENDAR)
        with Connection(self.endpoint, _OPEN_SECONDS) as connection:
            status = connection.ask(request).status
        if status != _CREATED:
            raise TargetFailed(f"MKCALENDAR {self.endpoint.path} answered {status}")
