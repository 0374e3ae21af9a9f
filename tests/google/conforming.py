"""Runs of the checks that a real Google could be asked, at a local one."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

from server.bootstrap import clock
from server.google_sync.conformance.bench import Bench, Site
from server.google_sync.conformance.catalogue import AFTERWARDS, CHECKS
from server.google_sync.conformance.checks import Check, Outcome, Result
from server.google_sync.conformance.pace import AT_ONCE, Pace, Tempo
from server.google_sync.conformance.running import Plan, run
from server.google_sync.conformance.signed import WANTED, Signed
from server.google_sync.http.requests import requests_for
from server.google_sync.http.wire import Wire
from server.google_sync.links.oauth import Granted, OAuth, Project
from tests.local_google import SCOPE, LocalGoogle

ACCOUNT = "alma@example.com"
PUSH = "https://push.praxical.example/here"
ALL = (*CHECKS, *AFTERWARDS)


@contextmanager
def bench_at(
    google: LocalGoogle,
    scopes: Sequence[str] = WANTED,
    *,
    address: str = "",
    tempo: Tempo = AT_ONCE,
    stop: threading.Event | None = None,
) -> Iterator[Bench]:
    """Return what a run at a Google works with; its push messages go nowhere."""
    google.push.drop = 1_000
    tokens = google.grant(ACCOUNT, *(scope.removeprefix(SCOPE) for scope in scopes))
    told = (tokens.access_token, tokens.refresh_token)
    with at_address(google.url, told, scopes, Pace(tempo, stop)) as bench:
        bench.address = address
        yield bench


@contextmanager
def at_address(
    url: str, tokens: tuple[str, str], scopes: Sequence[str] = WANTED, pace: Pace | None = None
) -> Iterator[Bench]:
    """Return what a run at an address works with, let in by an access and a refresh token."""
    time = clock()
    access, refresh = tokens
    places = (f"{url}/auth", f"{url}/token", f"{url}/revoke")
    project = Project(LocalGoogle.client_id, LocalGoogle.client_secret, *places)
    granted = Granted(access, time.now() + timedelta(hours=1), refresh, tuple(scopes))
    with Wire() as wire:
        site = Site(requests_for(url), wire, time)
        signed = Signed(OAuth(project, wire, time), time, granted)
        yield Bench(site, signed, pace or Pace(AT_ONCE))


def checked(bench: Bench, *numbers: str, plan: Plan | None = None) -> Outcome:
    """Make some checks, or all."""
    plan = plan or Plan()
    if numbers:
        chosen = tuple(one for one in CHECKS if one.number in numbers)
        plan = Plan(plan.keeps, plan.revokes, chosen, ())
    return run(bench, lambda _done, _total: None, plan)


def check_of(number: str) -> Check:
    """Return a check by its number."""
    (found,) = (one for one in ALL if one.number == number)
    return found


def result_of(outcome: Outcome, number: str) -> Result:
    """Return what became of a check."""
    (found,) = (one for one in outcome.results if one.check.number == number)
    return found


def calendars_left(google: LocalGoogle) -> list[str]:
    """Return the titles of all calendars but the account's own."""
    world = google.google.world
    kept = (one for one in world.calendars.values() if not one.is_deleted)
    return [one.summary for one in kept if not one.is_primary]
