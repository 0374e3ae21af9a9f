"""What the methods that we answer ourselves have in common."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, cast

from radicale import httputils
from radicale.app.base import Access, ApplicationBase
from typing_extensions import override

from server.caldav.answers import Answer, refusal
from server.domain.errors import NotFound, PracticeError
from server.practice_db.errors import DatabaseBusy, DatabaseUnreachable
from server.storage_plugin.paths import Target, segments_of
from server.usecases.notices import is_told, note_refusal

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from radicale import types

    from server.storage_plugin.house import House
    from server.usecases.context import Context
    from server.usecases.ports import UnitOfWork

log = logging.getLogger(__name__)

OBJECT_SEGMENTS = 3
_TRIES = 3


@dataclass(frozen=True, slots=True)
class Call:
    """One request: the WSGI environment, the path within the calendar space, the user."""

    environ: types.WSGIEnviron
    base_prefix: str
    path: str
    user: str
    groups: set[str]

    @property
    def segments(self) -> list[str]:
        """The path's segments."""
        return segments_of(self.path)

    @property
    def is_object(self) -> bool:
        """Whether the path is that of an object in a calendar, which it has no slash after."""
        return len(self.segments) == OBJECT_SEGMENTS and not self.path.endswith("/")

    @property
    def collection_path(self) -> str:
        """The path of the calendar as the client wrote it, with a slash after."""
        return f"{self.base_prefix}/{'/'.join(self.segments[:2])}/"

    def header(self, name: str) -> str:
        """Return a request header, "" where it is missing."""
        return str(self.environ.get(f"HTTP_{name.upper().replace('-', '_')}", ""))


@dataclass(frozen=True, slots=True)
class Opened:
    """The transaction of one writing request, and the calendar that it is about."""

    uow: UnitOfWork
    context: Context
    target: Target


class Part(ApplicationBase):
    """Access to the practice for the methods that we answer."""

    house: House

    def may_write(self, call: Call, path: str | None = None) -> bool:
        """Whether the signed-in user may write at a path."""
        return Access(self._rights, call.user, call.groups, path or call.path).check("w")

    @override
    def _read_xml_request_body(
        self, environ: types.WSGIEnviron, request_info: dict[str, object]
    ) -> Element | None:
        """Read the body as XML; entities are malformed (ASVS 1.5.1), which the host forgets."""
        try:
            return super()._read_xml_request_body(environ, request_info)
        except ValueError as error:
            raise RuntimeError("Entities are not taken.") from error

    def writing(self, call: Call, do: Callable[[Opened], Answer], *paths: str) -> Answer:
        """Run a change in one transaction; a refusal undoes it and is answered by its name.

        Where other writers were in the way, it is tried again, then answered 503.
        """
        for _ in range(_TRIES):
            try:
                return self._write_once(call, do, first(paths))
            except DatabaseBusy:
                continue
            except DatabaseUnreachable:
                break
            except PracticeError as error:
                self._note(call, error)
                return refusal(error, call.collection_path)
        return HTTPStatus.SERVICE_UNAVAILABLE, {"Retry-After": "5"}, None, None

    def _note(self, call: Call, refused: PracticeError) -> None:
        """Tell the practitioner, and let the next sync bring the truth back."""
        method = call.environ.get("REQUEST_METHOD", "")
        log.info("refused %s user=%s condition=%s", method, call.user, refused.condition)

        def do(opened: Opened) -> Answer:
            place = (opened.target.calendar, call.segments[2])
            note_refusal(opened.uow, opened.context, opened.target.viewer, refused, place)
            return HTTPStatus.NO_CONTENT, {}, None, None

        if call.is_object and is_told(refused):
            self.writing(call, do)

    def _write_once(self, call: Call, do: Callable[[Opened], Answer], to_path: str) -> Answer:
        with self._storage.acquire_lock("w", call.user, path=call.path, to_path=to_path):
            opened = self._opened(call)
            return do(opened) if opened is not None else _no_calendar(call)

    def _opened(self, call: Call) -> Opened | None:
        uow = self.house.uow
        segments = call.segments
        target = self.house.target(segments[0], segments[1])
        if target is None:
            return None
        return Opened(uow, self.house.context(target.viewer), target)


def first(paths: tuple[str, ...]) -> str:
    """Return the first of the paths, "" for none."""
    return paths[0] if paths else ""


def _no_calendar(call: Call) -> Answer:
    """Return the answer where there is no calendar: a PUT lacks its parent (RFC 4918)."""
    if call.environ.get("REQUEST_METHOD") == "PUT":
        return conflict()
    return refusal(NotFound("calendar", "at this address"))


def conflict() -> Answer:
    """Return the answer for a path whose parent is no calendar (RFC 4918 9.7.1)."""
    return HTTPStatus.CONFLICT, {}, None, None


def not_allowed() -> Answer:
    """Return the host's own answer for what a user may not do."""
    # Exactly the host's value: it asks whoever has not signed in to do so.
    return cast("Answer", httputils.NOT_ALLOWED)
