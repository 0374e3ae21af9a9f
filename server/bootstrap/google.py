"""Google as settings say: the office that connects links, the worker that tends them."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import TypeAlias

from server.bootstrap import clock, hooks, open_practice
from server.bootstrap.counts import shared_counts
from server.domain.errors import PracticeError
from server.domain.google import GoogleLink, OutwardLevel
from server.domain.ids import GoogleLinkId
from server.google_sync.http.wire import is_loopback
from server.google_sync.links import connect
from server.google_sync.links.disconnect import Ended, Steps, carry_out
from server.google_sync.links.lease import holding, new_holder
from server.google_sync.links.oauth import Project
from server.google_sync.links.office import BETWEEN_WRITES, Office, Terms, opened
from server.google_sync.links.syncing import Report
from server.google_sync.links.syncing import Settings as EngineSettings
from server.google_sync.links.turn import Limits, Patience, turn_of
from server.google_sync.worker.cycle import cycle
from server.google_sync.worker.worker import TURN_SECONDS, Worker, take_turn
from server.practice_db.key_file import read_keys
from server.settings import Settings
from server.usecases.google_links import ConnectWanted
from server.usecases.ports import Database
from server.usecases.rules_of import rules_of

log = logging.getLogger(__name__)

Consents: TypeAlias = Callable[[str], Mapping[str, str]]
"""Consents at an address, and returns what Google says then."""

_REMOVING_SECONDS = 3600.0


def terms_of(settings: Settings) -> Terms:
    """Return what the settings say of Google."""
    google = settings.google
    project = Project(
        google.client_id,
        google.client_secret,
        google.auth_url,
        google.token_url,
        google.revoke_url,
    )
    engine = EngineSettings(
        rules=rules_of(settings),
        hooks=hooks(),
        focus_blocks=google.focus_time_blocks,
        google_wins_blocks=google.conflicts_of_blocks == "google",
    )
    return Terms(
        project,
        google.api_url,
        google.public_url,
        OutwardLevel(google.level),
        past=timedelta(days=google.past_days),
        poll=timedelta(minutes=google.poll_minutes),
        poll_told=timedelta(minutes=google.poll_minutes_told),
        units=google.units_per_minute,
        units_project=google.units_per_minute_project,
        threads=google.threads,
        # One on this machine is for trying out: nobody waits for its quotas.
        between_writes=0 if is_loopback(google.api_url) else BETWEEN_WRITES,
        engine=engine,
    )


@contextmanager
def google_office(settings: Settings, database: Database) -> Iterator[Office]:
    """Open the office of a practice for as long as the block runs; raises NoKey."""
    keys = read_keys(settings.key_file)
    with opened(database, clock(), keys, terms_of(settings)) as office:
        yield replace(office, counts=shared_counts())


def one_turn(office: Office, link: GoogleLinkId) -> Report | None:
    """Do for one link what is due now; None where somebody else is at it."""
    with holding(office.database, office.clock, link, new_holder()) as held:
        if held is None:
            return None
        patience = _patience(TURN_SECONDS)
        return take_turn(turn_of(office, held, Limits.of(office), patience), cycle)


def end_link(office: Office, link: GoogleLinkId, steps: Steps | None = None) -> Ended | None:
    """End a link that is wished to end; None where somebody else is at it.

    Raises CallFailed where Google does not answer: the worker takes it up again.
    """
    with holding(office.database, office.clock, link, new_holder()) as held:
        if held is None:
            return None
        patience = _patience(_REMOVING_SECONDS)
        return carry_out(turn_of(office, held, Limits.of(office), patience), steps)


def google_once(settings: Settings) -> int:
    """Look after all links until none is due; return how many turns that took."""
    database = open_practice(settings)
    try:
        with google_office(settings, database) as office:
            return Worker([office], cycle).run_due()
    finally:
        database.close()


@contextmanager
def google_beside(settings: Settings) -> Iterator[None]:
    """Look after all links in a thread for as long as the block runs."""
    stopped = threading.Event()
    database = open_practice(settings)
    thread = threading.Thread(
        target=_look_after, args=(settings, database, stopped), name="google"
    )
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()
        database.close()


def _look_after(settings: Settings, database: Database, stopped: threading.Event) -> None:
    try:
        with google_office(settings, database) as office:
            Worker([office], cycle, stopped).run()
    except PracticeError as error:
        # Everything else goes on: appointments do not wait for Google.
        log.error("google is not looked after: %s", error)  # noqa: TRY400 - one sentence


def _patience(lasts: float) -> Patience:
    return Patience(time.monotonic, threading.Event().wait, lasts)


def connect_by(
    office: Office, wanted: ConnectWanted, redirect: str, consent: Consents
) -> GoogleLink:
    """Connect an account with somebody who consents at once, and do what is due then.

    ``consent`` is given the address of the consent page, and returns what Google says in the
    address that it ends at: ``state`` and ``code``. This is how the demo is connected.
    """
    counter = connect.Counter(office.terms, office.sealing, office.clock)
    with office.database.writing() as uow:
        address = connect.begin(uow, counter, wanted, redirect)
    link = connect.finish(office, consent(address))
    one_turn(office, link.id)
    return link
