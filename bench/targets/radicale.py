"""Stock Radicale on its file storage: as it is installed, or under granian like ours."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from typing_extensions import override

from bench.clients import Clients
from bench.processes import free_port
from bench.targets.target import Target
from bench.wire import Endpoint
from bench.workload import Plan, text_of

_THREADS: Final = 8
_USER: Final = "alma"
_PASSWORD: Final = "bench-login"  # noqa: S105  # of a server that lives for one run

# Everything not named here is as Radicale ships it. Plain passwords and few log lines spare
# it work that is not in question; it may serve as many connections as there are clients.
_CONFIGURATION: Final = """\
[server]
hosts = 127.0.0.1:{port}
max_connections = 64
[auth]
type = htpasswd
htpasswd_filename = {folder}/logins
htpasswd_encryption = plain
delay = 0
[storage]
filesystem_folder = {folder}/collections
[logging]
level = warning
"""


class Radicale(Target):
    """Stock Radicale as its own command serves it (HTTP/1.0, a connection per request)."""

    first_sync_names_removed = True

    def __init__(self, folder: Path) -> None:
        endpoint = Endpoint(free_port(), f"/{_USER}/bench/", _USER, _PASSWORD)
        super().__init__(folder, endpoint)
        self._settings = folder / "radicale.ini"
        self._calendar = folder / "collections" / "collection-root" / _USER / "bench"

    @override
    def prepare(self) -> None:
        self._settings.write_text(
            _CONFIGURATION.format(port=self.endpoint.port, folder=self._folder)
        )
        (self._folder / "logins").write_text(f"{_USER}:{_PASSWORD}\n")
        self._calendar.mkdir(parents=True)
        properties = {"tag": "VCALENDAR", "C:supported-calendar-component-set": "VEVENT"}
        (self._calendar / ".Radicale.props").write_text(json.dumps(properties))

    @override
    def command(self) -> Sequence[str]:
        return [sys.executable, "-m", "radicale", "--config", str(self._settings)]

    @override
    def fill(self, plans: Sequence[Plan], clients: Clients, width: int) -> None:
        # Its store is a folder of files; by PUT the last of 10,000 would take 0.5 s each.
        for plan in plans:
            (self._calendar / plan.href).write_text(text_of(plan), newline="")


class RadicaleOnGranian(Radicale):
    """The same application under granian with keep-alive: the harder opponent."""

    @override
    def command(self) -> Sequence[str]:
        port, threads = str(self.endpoint.port), str(_THREADS)
        return [
            sys.executable, "-m", "granian", "--interface", "wsgi", "--http", "1", "--no-ws",
            "--port", port, "--blocking-threads", threads, "radicale:application",
        ]  # fmt: skip

    @override
    def environment(self) -> dict[str, str]:
        return {"RADICALE_CONFIG": str(self._settings)}
