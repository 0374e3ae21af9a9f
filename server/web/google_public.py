"""What Google and a browser that comes back from it ask for: without a token of the API."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from http import HTTPStatus
from typing import Final

from server.domain.errors import PracticeError
from server.google_sync.links.channels_heard import PushMessage, heard
from server.usecases.google_titles import NO_TITLES
from server.web.desk import PracticeDesk
from server.web.messages import Answer, Asked
from server.web.public import PublicRoute, nothing_here
from server.web.route import Method

_BROUGHT: Final = frozenset({"state", "code", "error"})
_HTML: Final = "text/html; charset=utf-8"
# The address holds a secret that is good once: nobody is told where the browser was.
_ALONE: Final[Mapping[str, str]] = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
}
_PAGE: Final = (
    '<!doctype html><html lang="en"><meta charset="utf-8">'
    "<title>Google Calendar</title><p>{sentence}"
)
_DONE: Final = (
    "Connected for {user}. Appointments appear in Google within a minute. "
    "{more}You can close this window."
)
_NO_TITLES: Final = (
    "Google did not allow titles to be seen: events of other calendars are busy times. "
)


def google_push(desk: PracticeDesk, asked: Asked) -> Answer:
    """Take what Google says of a channel; its body, if any, is left unread.

    Nothing is done here but to note it, so that the answer is there at once.
    """
    said = asked.headers
    message = PushMessage(
        said.get("x-goog-channel-id", ""),
        said.get("x-goog-channel-token", ""),
        said.get("x-goog-resource-id", ""),
        said.get("x-goog-resource-state", ""),
    )
    if not heard(desk.database, desk.clock.now(), message):
        raise nothing_here()
    return Answer(HTTPStatus.NO_CONTENT)


def google_callback(desk: PracticeDesk, asked: Asked) -> Answer:
    """Take what a browser brings back from Google, and say in a page what came of it."""
    if desk.google is None or asked.method != Method.GET:
        # A HEAD, as programs send it to look at an address, would use the consent up.
        raise nothing_here()
    try:
        link = desk.google.finish(_said(asked))
    except PracticeError as error:
        return _page(HTTPStatus.BAD_REQUEST, error.sentence)
    with desk.database.reading() as uow:
        user = uow.catalogue.user.get(link.user)
    name = user.display_name if user else link.user
    more = _NO_TITLES if link.reason == NO_TITLES else ""
    return _page(HTTPStatus.OK, _DONE.format(user=name, more=more))


def _said(asked: Asked) -> dict[str, str]:
    """Return what a browser brings back that matters."""
    return {name: said for name, said in asked.query if name in _BROUGHT}


def _page(status: HTTPStatus, sentence: str) -> Answer:
    return Answer(status, _PAGE.format(sentence=escape(sentence)).encode(), _HTML, _ALONE)


PUBLIC: Final = (
    PublicRoute(Method.POST, "/google/push", google_push),
    PublicRoute(Method.GET, "/google/callback", google_callback),
)
