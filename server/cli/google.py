"""`praxical google`: practitioners' calendars in Google, and how they stand."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

import typer

from server.cli.commands import AsJson, Yes, command, group
from server.cli.desk import Desk
from server.cli.google_conformance import add_conformance
from server.cli.google_kept import add_kept
from server.cli.google_options import (
    ANSWERS,
    Agreed,
    Another,
    Answered,
    ConflictId,
    Decided,
    Events,
    Level,
    Link,
    MaybeUser,
    Names,
    NewLevel,
    NoWatch,
    Paste,
    Policy,
    Port,
    Settled,
    Titles,
    User,
    Watch,
)
from server.cli.google_seen import add_seen
from server.cli.google_views import show_conflicts, show_links, show_one
from server.cli.output import progress, say
from server.domain.errors import Invalid
from server.domain.google import GoogleLink, OutwardLevel
from server.domain.ids import UserName
from server.usecases import google_links
from server.usecases.google_endings import end
from server.usecases.google_links import ConnectWanted, Levels, LinkWanted

if TYPE_CHECKING:
    from server.google_sync.links.connect import Counter

app = group("Google Calendar: appointments there, and what practitioners do there, here.")

_PATIENCE = 600.0
"""Seconds for which a consent is waited for, as long as it is good."""


@command(
    app,
    "connect",
    "praxical google connect alma",
    "praxical google connect alma --watch primary --watch family@group.calendar.google.com",
    "praxical google connect alma --paste",
)
def connect(
    desk: Desk,
    user: User,
    *,
    watch: Watch = None,
    no_watch: NoWatch = False,
    another: Another = False,
    names: Names = False,
    titles: Titles = False,
    level: Level = None,
    link: Link = "",
    port: Port = 0,
    paste: Paste = False,
) -> None:
    """Connect a Google account, or the same one again; print an address for the browser."""
    watched = () if no_watch else tuple(watch or ("primary",))
    more = tuple(name for name, said in (("names", names), ("titles", titles)) if said)
    wanted = ConnectWanted(UserName(user), link, another, watched, more, level)
    from server.bootstrap.google import google_office, one_turn
    from server.google_sync.links import connect as connecting

    with google_office(desk.settings, desk.database) as office:
        counter = connecting.Counter(office.terms, office.sealing, desk.clock)
        answer = _consented(desk, counter, wanted, port, paste=paste)
        made = connecting.finish(office, answer)
        say("Google has agreed. The calendar is filled now; `praxical google status` shows it.")
        if one_turn(office, made.id) is None:
            say("The worker is at it already.")
    _show(desk, made)


def _consented(
    desk: Desk, counter: Counter, wanted: ConnectWanted, port: int, *, paste: bool
) -> Mapping[str, str]:
    """Print the address of the consent page, and return what the browser brings back."""
    from server.cli.google_loopback import loopback, read_answer, state_of
    from server.google_sync.links.connect import ConsentRefused, begin

    with loopback(port) as waiting:
        with desk.writing() as uow:
            address = begin(uow, counter, wanted, waiting.redirect)
        say("Open this address in a browser, and sign in as the practitioner:\n")
        say(f"{address}\n")
        # A pipe keeps back what is printed, and waiting goes on for long.
        sys.stdout.flush()
        if paste:
            return read_answer(typer.prompt("The address that the browser ended at"))
        answer = waiting.wait(state_of(address), _PATIENCE)
    if not answer:
        raise ConsentRefused("Nobody came back from Google within ten minutes. Begin anew.")
    return answer


@command(app, "status", "praxical google status", "praxical google status alma --json")
def status(desk: Desk, user: MaybeUser = None, *, as_json: AsJson = False) -> None:
    """Show how links stand: what was read and written when, what waits, what needs somebody."""
    now = desk.context.now
    with desk.reading() as uow:
        found = google_links.standings(uow, UserName(user) if user else None, now)
        zone = uow.practice.zone
    show_links(found, now, zone, as_json=as_json)


@command(
    app,
    "disconnect",
    "praxical google disconnect alma --events leave",
    "praxical google disconnect alma --events remove --yes",
)
def disconnect(
    desk: Desk, user: User, *, events: Events, link: Link = "", yes: Yes = False
) -> None:
    """End a link: leave its events in Google, or remove them; tokens are revoked."""
    if not yes:
        typer.confirm(f"Disconnect Google for '{user}' and {events} its events?", abort=True)
    with desk.writing() as uow:
        found = google_links.find_link(uow, LinkWanted(UserName(user), link))
        end(uow, found, events)
    from server.bootstrap.google import end_link, google_office
    from server.google_sync.http.calls import CallFailed

    with google_office(desk.settings, desk.database) as office, progress("Removing") as steps:
        try:
            done = end_link(office, found.id, steps)
        except CallFailed as failure:
            raise Invalid(
                "google", f"it does not answer ({failure}); the worker goes on"
            ) from None
    if done is None:
        say("The worker is at it; `praxical google status` shows what became of it.")
        return
    _show(desk, found)


@command(app, "resync", "praxical google resync alma")
def resync(desk: Desk, user: User, *, link: Link = "") -> None:
    """Read all anew and compare all; events that were left alone are taken up again."""
    with desk.writing() as uow:
        found = google_links.find_link(uow, LinkWanted(UserName(user), link))
        marked = google_links.resync(uow, desk.context, found)
    say(f"To be compared: {marked}. The worker does it now.")


@command(
    app, "conflicts", "praxical google conflicts", "praxical google conflicts alma --all --json"
)
def conflicts(
    desk: Desk,
    user: MaybeUser = None,
    *,
    link: Link = "",
    settled: Settled = False,
    as_json: AsJson = False,
) -> None:
    """List what was decided where both sides differed, of the last 90 days; never a name."""
    with desk.writing() as uow:
        of = google_links.find_link(uow, LinkWanted(UserName(user), link)).id if user else None
        found = google_links.conflicts(uow, of, desk.context.now, settled=settled)
        zone = uow.practice.zone
    show_conflicts(found, zone, as_json=as_json)


@command(
    app,
    "answer",
    "praxical google answer alma 01JD7Z6Q8K5T3V9W2X4Y6Z8A0B accept",
)
def answer(
    desk: Desk, user: User, conflict: ConflictId, said: Answered, *, link: Link = ""
) -> None:
    """Accept or decline a move that was made in Google, where the policy is to propose it."""
    from server.google_sync.deciding.decisions import answer_proposal

    if said not in ANSWERS:
        raise typer.BadParameter(f"it is one of {', '.join(ANSWERS)}")
    now = desk.context.now
    with desk.writing() as uow:
        found = google_links.find_link(uow, LinkWanted(UserName(user), link))
        answer_proposal(uow, found.id, conflict, now, accepted=said == ANSWERS[0])
    say("The worker does it now.")


@command(
    app,
    "level",
    "praxical google level alma code",
    "praxical google level alma full --agreement-signed",
)
def level(
    desk: Desk, user: User, wanted: NewLevel, *, link: Link = "", agreed: Agreed = False
) -> None:
    """Say how much Google is told; less is carried into all that stands there."""
    most = OutwardLevel(desk.settings.google.level)
    with desk.writing() as uow:
        found = google_links.find_link(uow, LinkWanted(UserName(user), link))
        changed = google_links.set_level(uow, desk.context, found, wanted, Levels(most, agreed))
    say(f"Google is told '{changed.level}' of {user}.")
    if changed.rewriting:
        say("What stands there is being rewritten.")


@command(app, "policy", "praxical google policy alma propose")
def policy(desk: Desk, user: User, wanted: Policy, *, link: Link = "") -> None:
    """Say what a move made in Google does: it counts, it is proposed, or it is put back."""
    with desk.writing() as uow:
        found = google_links.find_link(uow, LinkWanted(UserName(user), link))
        google_links.set_policy(uow, found, wanted)
    say(f"Moves that {user} makes in Google: {wanted}.")


@command(
    app,
    "decide",
    "praxical google decide alma restore",
    "praxical google decide alma keep",
)
def decide(desk: Desk, user: User, decision: Decided, *, link: Link = "") -> None:
    """Say what is to be done where very much has vanished, or stands there unknown."""
    from server.google_sync.deciding.connect_decision import Decision
    from server.google_sync.deciding.connect_decision import decide as decide_link

    if decision not in tuple(Decision):
        raise typer.BadParameter(f"it is one of {', '.join(Decision)}")
    with desk.writing() as uow:
        found = google_links.find_link(uow, LinkWanted(UserName(user), link))
        decide_link(uow, desk.context, found, Decision(decision))
    say("The worker does it now.")


add_kept(app)


add_seen(app)


add_conformance(app)


def _show(desk: Desk, link: GoogleLink) -> None:
    now = desk.clock.now()
    with desk.reading() as uow:
        kept = uow.google.links.link(link.id) or link
        found = google_links.standing(uow, kept, now)
        zone = uow.practice.zone
    show_one(found, now, zone)
