"""All pages. They are answered without a token: whoever has the address may look."""

from __future__ import annotations

from typing import Final

from server.web.pages.assets import asset
from server.web.pages.choose import choose
from server.web.pages.details import submit
from server.web.pages.frame import Page
from server.web.pages.manage import carry_out, file, manage
from server.web.pages.reply import question, reply
from server.web.pages.visit import Handler, Visit, failed, gone, page
from server.web.public import PublicRoute
from server.web.route import Method

_BOOK: Final = "/book/{practice}"
_MANAGE: Final = f"{_BOOK}/manage/{{token}}"
_ANSWER: Final = f"{_BOOK}/answer/{{token}}"


def nothing(visit: Visit) -> Page:
    """Answer /book and any other address below it with a page for people."""
    del visit
    return gone()


def _shown(method: Method, path: str, handler: Handler) -> PublicRoute:
    return PublicRoute(method, path, handler, failed=failed)


PUBLIC: Final = (
    PublicRoute(Method.GET, "/book/-/{file}", asset),
    _shown(Method.GET, _BOOK, page(choose)),
    _shown(Method.POST, _BOOK, page(submit)),
    PublicRoute(Method.GET, f"{_MANAGE}.ics", file),
    _shown(Method.GET, _MANAGE, page(manage)),
    _shown(Method.POST, _MANAGE, page(carry_out)),
    _shown(Method.GET, _ANSWER, page(question, framed=False)),
    _shown(Method.POST, _ANSWER, page(reply, framed=False)),
    _shown(Method.GET, "/book", page(nothing)),
    _shown(Method.GET, "/book/{rest:.*}", page(nothing)),
)
"""Where several fit, the first answers."""
