"""`praxical demo`: an invented practice, made when it is missing, and served."""

from __future__ import annotations

import os
import sys
from contextlib import nullcontext
from typing import Annotated

import typer

from server import bootstrap
from server.billing_hooks.demo.practice import make_demo
from server.cli.commands import command
from server.cli.demo_google import LocalGoogle, connect, local_google
from server.cli.desk import Desk
from server.cli.operations import Host, Port, address, listening, refuse_taken_port, shown_place
from server.cli.output import progress, say, show_table
from server.domain.errors import Invalid
from server.domain.ids import PracticeId
from server.domain.practice import Practice
from server.settings import Settings
from server.usecases.demo.logins import Login, Wish, give_logins
from server.usecases.demo_practice import NAME, SLUG, ZONE, refuse_real

_PASSWORD_VARIABLE = "PRAXICAL_DEMO_PASSWORD"  # noqa: S105 - the name of a variable
_FOLDER = "demo-data"
_WHAT_THEY_SEE = {
    "alma": "acupuncture; own calendar, colleagues as busy",
    "theo": "psychotherapy; own calendar, colleagues as busy",
    "desk": "front desk; reads and writes both calendars",
    "admin": "administration; reads and writes both calendars",
}
_PATHS = (
    ("/alma/appointments/", "Alma's appointments"),
    ("/theo/appointments/", "Theo's appointments"),
    ("/desk/alma/", "Alma's, as the front desk sees them"),
    ("/theo/alma/", "Alma's, as a colleague sees them"),
)

NewPasswords = Annotated[
    bool, typer.Option("--new-passwords", help="Replace the passwords and print new ones.")
]
NoServe = Annotated[bool, typer.Option("--no-serve", help="Only make the practice.")]
WithLocalGoogle = Annotated[
    bool,
    typer.Option(
        "--with-local-google",
        help="Run a Google Calendar of the demo's own on this machine, connected to Alma's.",
    ),
]


def add_demo(app: typer.Typer) -> None:
    """Add the command to the application."""
    command(
        app,
        "demo",
        "praxical demo",
        "praxical demo --port 5299 --data-dir demo-data",
        f"{_PASSWORD_VARIABLE}=let-me-look-around praxical demo",
        "praxical demo --with-local-google",
    )(demo)


def demo(
    desk: Desk,
    *,
    port: Port = None,
    host: Host = None,
    new_passwords: NewPasswords = False,
    no_serve: NoServe = False,
    with_local_google: WithLocalGoogle = False,
) -> None:
    """Make an invented practice where it is missing, say how to sign in, and serve it.

    The passwords are random and printed once; PRAXICAL_DEMO_PASSWORD sets one for everybody.
    Without --data-dir the practice lies in the folder demo-data.
    """
    settings = listening(_without_codes(_apart(desk.settings)), port, host)
    if not no_serve:
        refuse_taken_port(settings)
    wanted = local_google(settings) if with_local_google else nullcontext()
    with wanted as google:
        _run(settings, google, renew=new_passwords, serves=not no_serve)


def _run(settings: Settings, google: LocalGoogle | None, *, renew: bool, serves: bool) -> None:
    settings = google.told(settings) if google else settings
    desk = Desk(settings)
    logins = _made(desk, renew=renew)
    if google:
        connect(settings, desk.database)
    # The server's processes begin as copies of this one, which must have nothing open then.
    desk.database.close()
    _tell(settings, logins, google)
    if serves:
        from server.bootstrap.serving import serve as serve_practice

        serve_practice(settings)


def _apart(settings: Settings) -> Settings:
    """Return the settings with a folder of the demo's own where none was chosen."""
    usual = type(settings.database)()
    if settings.database != usual:
        return settings
    database = settings.database.model_copy(update={"data_dir": _FOLDER})
    return settings.model_copy(update={"database": database})


def _without_codes(settings: Settings) -> Settings:
    """Return the settings for a page on which nobody has to read a mail to try it out."""
    booking = settings.booking.model_copy(update={"verification_codes": False})
    return settings.model_copy(update={"booking": booking})


def _made(desk: Desk, *, renew: bool) -> list[Login]:
    try:
        bootstrap.migrate(desk.settings, Practice(PracticeId(0), _slug(desk), NAME, ZONE))
    except OSError as error:
        raise Invalid("data-dir", f"it cannot be made: {error.strerror}") from error
    wish = Wish(
        desk.settings.security.app_password_days,
        os.environ.get(_PASSWORD_VARIABLE) or None,
        renew,
    )
    # Made and given passwords in one transaction: a practice that is there can be entered.
    with progress("Making the demo practice") as steps, desk.writing() as uow:
        refuse_real(uow.practice)
        make_demo(uow, desk.context, steps)
        return give_logins(uow, desk.context, wish)


def _slug(desk: Desk) -> str:
    return desk.settings.practice.slug or SLUG


def _tell(settings: Settings, logins: list[Login], google: LocalGoogle | None) -> None:
    base = address(settings)
    say(f"The demo practice is in {shown_place(settings)}. Everybody in it is invented.\n")
    rows = [(one.user, _password(one), _WHAT_THEY_SEE[one.user]) for one in logins]
    show_table(("LOGIN", "PASSWORD", "WHO"), rows, "")
    say("")
    page = (f"/book/{settings.practice.slug or SLUG}", "where clients book online")
    paths = [(base.removesuffix("/") + path, what) for path, what in (*_PATHS, page)]
    if google:
        paths.append((f"{google.url}/", "Alma's Google Calendar, on this machine"))
    show_table(("ADDRESS", "WHAT"), paths, "")
    if settings.data_dir is not None:
        say(f"\nWhat was charged and billed: praxical --data-dir {settings.data_dir} bill list")
    say(f"\nIn a calendar app give {base} with a login and its password.")
    if not (os.environ.get(_PASSWORD_VARIABLE) or any(one.secret for one in logins)):
        say("Passwords that are lost are replaced with --new-passwords.")
    # A pipe keeps back what is printed, and serving goes on for long.
    sys.stdout.flush()


def _password(login: Login) -> str:
    if login.secret is not None:
        return login.secret
    if not login.works:
        return "(disabled)"
    return "the one you set" if os.environ.get(_PASSWORD_VARIABLE) else "as before"
