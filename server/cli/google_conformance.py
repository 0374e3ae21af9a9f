"""`praxical google conformance`: is a Google, the real one or another, as Praxical believes."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, NoReturn

import typer

from server.cli.commands import AsJson, command
from server.cli.desk import Desk
from server.cli.google_conformance_views import show_outcome
from server.cli.google_options import Paste, Port
from server.cli.output import progress, show_json, visible

if TYPE_CHECKING:
    from server.google_sync.conformance.bench import Site
    from server.google_sync.conformance.checks import Outcome
    from server.google_sync.conformance.report import Apart
    from server.google_sync.conformance.signed import Signed
    from server.google_sync.links.oauth import OAuth
    from server.google_sync.links.office import Terms

DIFFERS: Final = 1
COULD_NOT_RUN: Final = 2
_PATIENCE: Final = 600.0
"""Seconds for which a consent is waited for."""
_SIGNALS: Final = ("SIGINT", "SIGTERM", "SIGHUP")


@dataclass(frozen=True)
class Reach:
    """Which Google is asked, and how somebody consents to it."""

    live: Annotated[
        bool,
        typer.Option("--live", help="The real Google, with an account that you sign in with."),
    ] = False
    url: Annotated[
        str,
        typer.Option("--url", metavar="URL", help="A Google that runs on this machine."),
    ] = ""
    port: Port = 0
    paste: Paste = False


@dataclass(frozen=True)
class Wish:
    """What is done besides the checks."""

    push: Annotated[
        str,
        typer.Option(
            "--push-address",
            metavar="URL",
            help="Your own https address that Google may call; else no channel is made.",
        ),
    ] = ""
    keep: Annotated[bool, typer.Option("--keep", help="Leave the calendar there.")] = False
    revoke: Annotated[
        bool,
        typer.Option(
            "--revoke",
            help="End the consent, and with it all that this account gave the project.",
        ),
    ] = False
    minutes: Annotated[
        int, typer.Option("--minutes", metavar="N", min=1, max=120, help="End after so many.")
    ] = 20
    against: Annotated[
        Path | None,
        typer.Option("--against", metavar="FILE", help="What --json has said elsewhere."),
    ] = None


def add_conformance(app: typer.Typer) -> None:
    """Add the command to a group."""
    examples = (
        "praxical google conformance --url http://127.0.0.1:8100 --json > local.json",
        "praxical google conformance --live --against local.json",
    )
    command(app, "conformance", *examples)(conformance)


def conformance(desk: Desk, reach: Reach, wish: Wish, *, as_json: AsJson = False) -> None:
    """Check whether a Google behaves as Praxical believes that Google does.

    It asks for a consent of its own, makes a calendar, works in that one only, and deletes it,
    also when it is interrupted or fails. Nothing else of the account is read or changed, and
    nothing is stored here. Facts that nobody knows for certain are answered.

    Ends with 1 if something differs from what is expected, or from FILE; with 2 if it could not
    be run, or not to its end.
    """
    other = _other_report(wish.against)
    terms = _terms(desk, reach, wish)
    from server.google_sync.conformance.report import apart, report_of

    outcome = _outcome(desk, terms, reach, wish)
    differences = apart(outcome, other)
    if as_json:
        said = report_of(outcome, is_live=reach.live)
        show_json({**said, "apart": [_as_json(one) for one in differences]})
    else:
        show_outcome(outcome, differences)
    _tell_left(outcome)
    if outcome.differing or differences:
        raise typer.Exit(DIFFERS)
    if not outcome.is_whole:
        raise typer.Exit(COULD_NOT_RUN)


def _other_report(file: Path | None) -> Mapping[str, str]:
    from server.google_sync.conformance.report import NotAReport, read_report

    if file is None:
        return {}
    try:
        return read_report(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, NotAReport) as error:
        _refuse(f"--against: {error}.")


def _terms(desk: Desk, reach: Reach, wish: Wish) -> Terms:
    """Return which Google is asked, by which project; ends with 2 for what cannot be."""
    from server.bootstrap.google import terms_of
    from server.google_sync.http.wire import is_loopback
    from server.google_sync.links.oauth import Project

    terms = terms_of(desk.settings)
    if reach.live == bool(reach.url):
        _refuse("Say either --live or --url.")
    if wish.push and not wish.push.startswith("https://"):
        _refuse("--push-address: Google calls https only.")
    if not terms.is_set_up:
        _refuse("Google is not set up: [google] client_id and client_secret.")
    if reach.live:
        return terms
    url = reach.url.rstrip("/")
    if not is_loopback(url):
        _refuse("--url is of this machine: the project's secret is sent there.")
    places = (f"{url}/auth", f"{url}/token", f"{url}/revoke")
    project = Project(terms.project.client_id, terms.project.client_secret, *places)
    return replace(terms, project=project, api_url=url)


def _outcome(desk: Desk, terms: Terms, reach: Reach, wish: Wish) -> Outcome:
    """Ask for a consent and make the checks; ends with 2 where nobody consents."""
    from server.google_sync.conformance.bench import Bench, Site
    from server.google_sync.conformance.pace import AT_ONCE, Pace, Tempo
    from server.google_sync.conformance.running import Plan, run
    from server.google_sync.http.requests import requests_for
    from server.google_sync.http.wire import Wire, is_loopback

    # One on this machine is for trying out: nobody waits for its quotas.
    usual = AT_ONCE if is_loopback(terms.api_url) else Tempo(terms.units)
    with Wire() as wire:
        site = Site(requests_for(terms.api_url), wire, desk.clock)
        signed = _consented(site, terms, reach)
        with _stopping() as stop, progress("Checking") as steps:
            pace = Pace(replace(usual, altogether=wish.minutes * 60), stop)
            bench = Bench(site, signed, pace, wish.push)
            return run(bench, steps, Plan(wish.keep, wish.revoke))


def _consented(site: Site, terms: Terms, reach: Reach) -> Signed:
    """Print the address of the consent page, and wait until somebody has agreed."""
    from server.cli.google_loopback import loopback, read_answer, state_of
    from server.google_sync.conformance.signed import new_consent, signed
    from server.google_sync.http.calls import CallFailed
    from server.google_sync.links.oauth import OAuth, consent_address

    oauth: OAuth = OAuth(terms.project, site.wire, site.clock)
    with loopback(reach.port) as waiting:
        consent = new_consent(waiting.redirect)
        address = consent_address(terms.project, consent)
        _tell("Open this address in a browser. A calendar is made in the account that you")
        _tell("sign in with, and deleted again; nothing else of it is read or changed.\n")
        _tell(f"{address}\n")
        if reach.paste:
            _tell("Then paste the address that the browser ended at:")
            answer: Mapping[str, str] = read_answer(sys.stdin.readline())
        else:
            answer = waiting.wait(state_of(address), _PATIENCE)
    if answer.get("state") != consent.state:
        _refuse("Nobody came back from Google. Begin anew.")
    try:
        return signed(oauth, site.clock, consent, answer)
    except CallFailed as failure:
        _refuse(f"Google has not agreed ({failure}).")


@contextmanager
def _stopping() -> Iterator[threading.Event]:
    """Turn signals into an event: what was made is put away before the program ends."""
    stop = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    numbers = [getattr(signal, name) for name in _SIGNALS if hasattr(signal, name)]
    before = {number: signal.signal(number, lambda *_: stop.set()) for number in numbers}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _tell_left(outcome: Outcome) -> None:
    if outcome.left:
        _tell(f"The calendar '{outcome.left}' may still be there: delete it in Google.")


def _as_json(one: Apart) -> Mapping[str, str]:
    return {"number": one.number, "fact": one.fact, "here": one.here, "there": one.there}


def _tell(sentence: str) -> None:
    """Write a sentence for a person beside the result, which may be for a program."""
    sys.stderr.write(f"{visible(sentence)}\n")
    sys.stderr.flush()


def _refuse(sentence: str) -> NoReturn:
    _tell(f"praxical: {sentence}")
    raise typer.Exit(COULD_NOT_RUN)
