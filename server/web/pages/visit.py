"""One request for a page, inside its transaction, and the guard around all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from server.domain.errors import Invalid, NotAllowed, NotFound, PracticeError
from server.practice_db.errors import DatabaseBusy, DatabaseUnreachable
from server.usecases.book import BookedAtOnce
from server.usecases.booking_limits import TooOften
from server.usecases.context import Context
from server.usecases.repeated_requests import KeyReused
from server.web.desk import PracticeDesk
from server.web.messages import Answer, Asked
from server.web.pages.dates import Words
from server.web.pages.frame import Frame, Page, frame_of, nameless, said
from server.web.pages.strings import ENGLISH
from server.web.problems import AGAIN_AFTER_SECONDS, Problem, Refused, problem_of
from server.web.public import nothing_here

FIELDS_AT_MOST: Final = 40
_OWN_SITE: Final = ("same-origin", "none")
_FORM: Final = "application/x-www-form-urlencoded"
_BUSY: Final = (DatabaseBusy, DatabaseUnreachable, BookedAtOnce)

Shows = Callable[["Visit"], Page]
Handler = Callable[[PracticeDesk, Asked], Answer]


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody who looks at a page, and the practice that shows it.

    ``zone`` is the one in which times are read, "" for that of the place.
    """

    desk: PracticeDesk
    asked: Asked
    frame: Frame
    context: Context
    zone: str = ""

    def words(self, zone: ZoneInfo) -> Words:
        """Return what writes moments in a zone."""
        return Words(ENGLISH, zone, self.context.now)

    @property
    def query(self) -> Mapping[str, str]:
        """What the address says; of a name that comes again, the last."""
        return dict(self.asked.query)

    def sent(self) -> Mapping[str, str]:
        """Return what the form says; raises Refused for what is no form, or not ours."""
        check_origin(self)
        kind = self.asked.headers.get("content-type", "").partition(";")[0].strip().lower()
        try:
            body = self.asked.body.decode("utf-8")
            pairs = parse_qsl(body, keep_blank_values=True, max_num_fields=FIELDS_AT_MOST)
        except ValueError as error:
            raise _unreadable() from error
        if kind != _FORM or any("\0" in value for _, value in pairs):
            raise _unreadable()
        return dict(pairs)


def check_origin(visit: Visit) -> None:
    """Raise Refused for a form that another site sends (ASVS 3.5.1).

    A request that says nothing of its origin goes through: there is no cookie and no sign-in
    that another site could borrow, so that it would get no further than its own request does.
    """
    site = visit.asked.headers.get("sec-fetch-site", "")
    if site:
        if site not in _OWN_SITE:
            raise _foreign()
        return
    origin = visit.asked.headers.get("origin", "null")
    own = {visit.asked.headers.get("host", ""), urlsplit(visit.desk.terms.address).netloc}
    if origin != "null" and urlsplit(origin).netloc not in own:
        raise _foreign()


def _unreadable() -> Refused:
    return Refused(Problem(HTTPStatus.BAD_REQUEST, "malformed", ENGLISH("unreadable")))


def _foreign() -> Refused:
    return Refused(Problem(HTTPStatus.FORBIDDEN, "foreign", ENGLISH("foreign")))


def page(shows: Shows, *, framed: bool = True) -> Handler:
    """Return a handler that answers with the page, or with one that says what went wrong."""

    def handler(desk: PracticeDesk, asked: Asked) -> Answer:
        try:
            return _answered(shows, desk, asked, framed=framed)
        except _BUSY:
            made = _busy().answer(nameless(desk, asked))
            return _with_wait(made, str(AGAIN_AFTER_SECONDS))
        except NotFound:
            # The practice itself was removed: there is not even a name to put above the page.
            return gone().answer(nameless(desk, asked))

    return handler


def _answered(shows: Shows, desk: PracticeDesk, asked: Asked, *, framed: bool) -> Answer:
    now = desk.clock.now()
    zone = dict(asked.query).get("tz", "")
    visit = Visit(desk, asked, frame_of(desk, asked), desk.visited(now), zone)
    try:
        if asked.parts.get("practice", visit.frame.slug) != visit.frame.slug:
            raise nothing_here()
        desk.visits.let_in(asked.network, now)
        shown = shows(visit)
    except TooOften as error:
        wait = str(int(error.retry_after.total_seconds()))
        return _with_wait(_many().answer(visit.frame), wait)
    except _BUSY:
        return _with_wait(_busy().answer(visit.frame), str(AGAIN_AFTER_SECONDS))
    except (Refused, PracticeError) as error:
        shown = _refusal(visit, error)
    return replace(shown, framed=framed).answer(visit.frame)


def _refusal(visit: Visit, error: Refused | PracticeError) -> Page:
    home = {"link": visit.frame.home, "link_said": ENGLISH("start_again")}
    if isinstance(error, KeyReused):
        lead = ENGLISH("reused_lead")
        return said(ENGLISH("reused_title"), lead, status=HTTPStatus.CONFLICT, **home)
    problem = error.problem if isinstance(error, Refused) else problem_of(error)
    if problem.status is HTTPStatus.NOT_FOUND or isinstance(error, NotFound):
        return gone()
    title = "over_title" if isinstance(error, NotAllowed) else "refused_title"
    lead = ENGLISH("stale") if isinstance(error, Invalid) else problem.detail
    return said(ENGLISH(title), lead, status=problem.status, **home)


def gone() -> Page:
    """Return the page of an address that is none; it does not say why."""
    lead, more = ENGLISH("gone_lead"), ENGLISH("gone_more")
    return said(ENGLISH("gone_title"), lead, more, status=HTTPStatus.NOT_FOUND)


def _many() -> Page:
    status = HTTPStatus.TOO_MANY_REQUESTS
    return said(ENGLISH("many_title"), ENGLISH("many_lead"), status=status)


def _busy() -> Page:
    status = HTTPStatus.SERVICE_UNAVAILABLE
    return said(ENGLISH("busy_title"), ENGLISH("busy_lead"), status=status)


def failed(desk: PracticeDesk, asked: Asked) -> Answer:
    """Answer where something went wrong that nobody foresaw: who looks at pages reads one."""
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    made = said(ENGLISH("failed_title"), ENGLISH("failed_lead"), status=status)
    return made.answer(nameless(desk, asked))


def _with_wait(made: Answer, seconds: str) -> Answer:
    return replace(made, headers={**made.headers, "Retry-After": seconds})


def zone_of(key: str, usual: ZoneInfo) -> ZoneInfo:
    """Return the zone of this name, the usual one for none and for one that is unknown."""
    try:
        return ZoneInfo(key) if key else usual
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return usual
