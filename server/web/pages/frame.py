"""What stands around every page, and how a page becomes an answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from http import HTTPStatus
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from server.usecases.booking_terms import BookingTerms
from server.web.desk import PracticeDesk
from server.web.messages import Answer, Asked
from server.web.pages.assets import logo_of, look_of, own_assets
from server.web.pages.strings import ENGLISH

HTML: Final = "text/html; charset=utf-8"
FILES: Final = "/book/-/"
"""Where files are; no practice can be called so."""
_POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors "
)
_ALWAYS: Final[Mapping[str, str]] = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
NOT_LISTED: Final[Mapping[str, str]] = {"X-Robots-Tag": "noindex, nofollow"}


@dataclass(frozen=True, slots=True)
class Frame:
    """The practice as every page shows it; addresses are below the one a proxy shows."""

    practice: str
    prefix: str
    slug: str
    terms: BookingTerms

    @property
    def home(self) -> str:
        """Where booking begins."""
        return f"{self.prefix}/book/{self.slug}"

    @property
    def look(self) -> str:
        """Where the style sheet with the practice's colour is."""
        return self._address(look_of(self.terms.colour).name)

    @property
    def logo(self) -> str:
        """Where the logo is, "" for none."""
        found = logo_of(self.terms.logo)
        return self._address(found.name) if found else ""

    def file(self, name: str) -> str:
        """Return where one of the program's own files is."""
        return self._address(own_assets()[name].name)

    def manage(self, token: str) -> str:
        """Return the address of a link that was handed out."""
        return f"{self.home}/manage/{token}"

    def _address(self, name: str) -> str:
        return f"{self.prefix}{FILES}{name}"


def frame_of(desk: PracticeDesk, asked: Asked) -> Frame:
    """Return the frame of the practice that is served."""
    with desk.database.reading() as uow:
        name, slug = uow.practice.name, uow.practice.slug
    return replace(nameless(desk, asked), practice=name, slug=slug)


def nameless(desk: PracticeDesk, asked: Asked) -> Frame:
    """Return a frame that says of no practice: where the database cannot be read."""
    return Frame("", asked.headers.get("x-forwarded-prefix", ""), "", desk.terms)


@lru_cache(maxsize=1)
def templates() -> Environment:
    """Return the templates; a name that nobody gave is an error, and all text is escaped."""
    made = Environment(
        loader=PackageLoader("server.web.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals["say"] = ENGLISH
    return made


@dataclass(frozen=True, slots=True)
class Page:
    """A page to be answered: its template, what it shows, and how it went."""

    template: str
    title: str
    shown: Mapping[str, object]
    status: HTTPStatus = HTTPStatus.OK
    listed: bool = False
    framed: bool = True

    def answer(self, frame: Frame) -> Answer:
        """Return the page as HTML."""
        text = templates().get_template(self.template)
        body = text.render(frame=frame, title=self.title, **self.shown)
        unlisted = {} if self.listed else NOT_LISTED
        headers = {**_ALWAYS, **unlisted, **self._framing(frame)}
        return Answer(self.status, body.encode(), HTML, headers)

    def _framing(self, frame: Frame) -> Mapping[str, str]:
        """Say who may show the page in a frame: nobody, but for the sites of the settings."""
        origins = frame.terms.frame_origins if self.framed else ()
        allowed = " ".join(("'self'", *origins)) if origins else "'none'"
        said = {"Content-Security-Policy": _POLICY + allowed}
        return said if origins else {**said, "X-Frame-Options": "DENY"}


def said(
    title: str,
    *leads: str,
    status: HTTPStatus = HTTPStatus.OK,
    link: str = "",
    link_said: str = "",
) -> Page:
    """Return a page that only says something; ``link`` leads on."""
    shown = {"leads": leads, "link": link, "link_said": link_said}
    return Page("said.html", title, shown, status)
