"""The demo beside a Google of its own, which runs on this machine and is nobody's account."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, urlsplit

import server
from server.cli.operations import address
from server.domain.errors import Invalid
from server.domain.google import LinkState
from server.domain.ids import UserName
from server.usecases.google_links import ConnectWanted

if TYPE_CHECKING:
    from server.settings import Settings
    from server.usecases.ports import Database

_SOURCE: Final = Path(server.__file__).resolve().parents[1]
_PROGRAM: Final = "tests.local_google"
_WHOSE: Final = UserName("alma")
_ACCOUNT: Final = "alma@example.org"
_REDIRECT: Final = "http://127.0.0.1/"
_PATIENCE: Final = 30
_MANY: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class LocalGoogle:
    """A local Google as it runs: where, and as which client to come."""

    url: str
    client_id: str
    client_secret: str

    def told(self, settings: Settings) -> Settings:
        """Return the settings of a practice whose Google this is."""
        google = settings.google.model_copy(
            update={
                "client_id": self.client_id,
                "client_secret": self.client_secret,
                "public_url": address(settings).removesuffix("/"),
                "auth_url": f"{self.url}/auth",
                "token_url": f"{self.url}/token",
                "revoke_url": f"{self.url}/revoke",
                "api_url": self.url,
                "units_per_minute": 100_000,
                "units_per_minute_project": _MANY,
            }
        )
        return settings.model_copy(update={"google": google})


@contextmanager
def local_google(settings: Settings) -> Iterator[LocalGoogle]:
    """Run a local Google for as long as the block; it keeps what it holds beside the practice.

    Raises Invalid where the source is not at hand, which it belongs to.
    """
    if not (_SOURCE / _PROGRAM.replace(".", "/") / "__main__.py").exists():
        raise Invalid("with-local-google", "it comes with the source, not with the package")
    if settings.data_dir is None:
        raise Invalid("with-local-google", "it keeps its data in a folder: give --data-dir")
    kept = settings.data_dir / "local-google.json"
    command = [sys.executable, "-m", _PROGRAM, "--save", str(kept)]
    command += ["--account", f"{_ACCOUNT}=America/New_York"]
    with subprocess.Popen(command, cwd=_SOURCE, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own program
        try:
            yield _read(process)
        finally:
            process.terminate()


def _read(process: subprocess.Popen[str]) -> LocalGoogle:
    said = process.stdout.readline if process.stdout is not None else str
    url, client = said().strip(), said().split()
    if not url or len(client) != len(("id", "secret")):
        raise Invalid("with-local-google", "it did not start")
    return LocalGoogle(url, *client)


def connect(settings: Settings, database: Database) -> None:
    """Connect Alma's account there, unless it is connected already."""
    from server.bootstrap.google import connect_by, google_office

    with database.reading() as uow:
        links = uow.google.links.links(_WHOSE)
    if any(one.state is not LinkState.DISCONNECTED for one in links):
        return
    with google_office(settings, database) as office:
        connect_by(office, ConnectWanted(_WHOSE), _REDIRECT, _consented)


def _consented(page: str) -> Mapping[str, str]:
    """Agree to everything on the page of consent, and return what a browser would bring."""
    import requests

    parts = urlsplit(page)
    said = dict(parse_qsl(parts.query))
    form = [
        *said.items(),
        ("account", _ACCOUNT),
        ("decision", "approve"),
        *(("granted", scope) for scope in said["scope"].split()),
    ]
    decide = parts._replace(path=parts.path + "/decide", query="").geturl()
    with requests.Session() as session:
        session.trust_env = False
        answer = session.post(decide, data=form, allow_redirects=False, timeout=_PATIENCE)
    return dict(parse_qsl(urlsplit(answer.headers.get("location", "")).query))
