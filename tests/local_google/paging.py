"""Lists: pages, sync tokens, and what makes either of them no longer good."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from tests.local_google.refusals import Refused, invalid, read_all_anew
from tests.local_google.times import Json
from tests.local_google.tokens import Mangled, digest, opened, sealed
from tests.local_google.world import World

T = TypeVar("T")
_MAY_DIFFER = {"pageToken", "syncToken", "fields", "prettyPrint", "alt", "maxResults", "key"}
_MAY_DIFFER |= {"quotaUser", "userIp", "oauth_token", "timeZone", "maxAttendees"}
_WINDOW = {"timeMin", "timeMax"}
_ONLY_AT_FIRST = _WINDOW | {"updatedMin", "showDeleted"}


@dataclass(frozen=True)
class Asked:
    """One page that is asked for: of everything, or of what changed after a revision."""

    resource: str
    size: int
    since: int = -1
    """The revision of the sync token; -1 reads everything."""
    until: int = 0
    """The revision when the read began."""
    after: Sequence[float | str] = ()
    """The key of the last row that the pages before went past."""
    page: int = 1
    window: Json | None = None
    """timeMin and timeMax of the first read, where they are kept."""
    mark: str = ""
    first_mark: str = ""
    epoch: int = 0

    @property
    def is_delta(self) -> bool:
        """Whether only changes are asked for."""
        return self.since >= 0


@dataclass(frozen=True)
class Source:
    """What a list is read from."""

    resource: str
    revision: int
    epoch: int = 0
    biggest: int = 2500
    default: int = 250


def read_request(world: World, source: Source, parameters: Json) -> Asked:
    """Understand the tokens of a list request; raises Refused."""
    size = min(parameters.get("maxResults") or source.default, source.biggest)
    size = min(size, world.knobs.page_size or size)
    mark = digest({n: v for n, v in parameters.items() if n not in _MAY_DIFFER})
    if "pageToken" in parameters:
        return _next_page(world, source, parameters, (size, mark))
    window = {name: parameters[name] for name in sorted(_WINDOW) if name in parameters}
    if "syncToken" not in parameters:
        first = _first_mark(parameters)
        return Asked(
            source.resource,
            size,
            until=source.revision,
            window=window or None,
            mark=mark,
            first_mark=first,
            epoch=source.epoch,
        )
    return _delta(world, source, parameters, (size, mark))


def _first_mark(parameters: Json) -> str:
    gone = _MAY_DIFFER | _ONLY_AT_FIRST
    return digest({n: v for n, v in parameters.items() if n not in gone})


def _opened(world: World, source: Source, token: str, kind: str) -> Json:
    content = opened(world.token_key, token)
    if content["kind"] != kind or content["resource"] != source.resource:
        raise Mangled(token)
    return content


def _next_page(world: World, source: Source, parameters: Json, now: tuple[int, str]) -> Asked:
    size, mark = now
    try:
        held = _opened(world, source, parameters["pageToken"], "page")
    except Mangled as error:
        raise invalid("Invalid page token value.", "pageToken") from error
    if held["mark"] != mark:
        raise invalid("Invalid page token: the parameters are others.", "pageToken")
    return Asked(source.resource, size, **{n: held[n] for n in _PAGE_FIELDS})


_PAGE_FIELDS = (*("since", "until", "after", "page", "window", "mark", "first_mark", "epoch"),)


def _delta(world: World, source: Source, parameters: Json, now: tuple[int, str]) -> Asked:
    size, mark = now
    try:
        held = _opened(world, source, parameters["syncToken"], "sync")
    except Mangled as error:
        raise bad_token(world) from error
    age = world.clock.now().timestamp() - held["at"]
    if held["epoch"] != source.epoch or age > world.knobs.sync_token_life.total_seconds():
        raise read_all_anew(says_why=world.unknowns.gone_says_why)
    first = _first_mark(parameters)
    if held["first_mark"] != first:
        raise invalid("Sync token cannot be used with other parameters.", "syncToken")
    return Asked(
        source.resource,
        size,
        held["revision"],
        source.revision,
        window=held["window"],
        mark=mark,
        first_mark=first,
        epoch=source.epoch,
    )


def bad_token(world: World) -> Refused:
    """Return what answers a token that is none."""
    if world.unknowns.bad_token_is_gone:
        return read_all_anew(says_why=world.unknowns.gone_says_why)
    return invalid("Invalid sync token value.", "syncToken")


@dataclass(frozen=True)
class Cut(Generic[T]):
    """The rows of one page, and the token that goes with them."""

    rows: Sequence[T]
    tokens: Json


Keyed = tuple[Sequence[float | str], T]
"""A row with what it is ordered by, so that a later page knows where to go on."""


def page_of(
    world: World,
    asked: Asked,
    rows: Iterable[Keyed[T]],
    shows: Callable[[T], bool],
    *,
    syncs: bool,
) -> Cut[T]:
    """Cut a page out of all rows; rows that are not shown count where pages are thin."""
    after = list(asked.after)
    ordered = sorted(rows, key=lambda keyed: list(keyed[0]))
    left = [keyed for keyed in ordered if not after or list(keyed[0]) > after]
    if not world.knobs.thin_pages:
        left = [keyed for keyed in left if shows(keyed[1])]
    empties = world.knobs.empty_every
    is_empty = bool(empties) and asked.page % empties == 0 and bool(left)
    taken = [] if is_empty else left[: asked.size]
    shown = [row for _, row in taken if shows(row)]
    if len(taken) < len(left):
        last = taken[-1][0] if taken else asked.after
        return Cut(shown, {"nextPageToken": _page_token(world, asked, last)})
    return Cut(shown, {"nextSyncToken": sync_token(world, asked)} if syncs else {})


def _page_token(world: World, asked: Asked, after: Sequence[float | str]) -> str:
    held: dict[str, Any] = {name: getattr(asked, name) for name in _PAGE_FIELDS}
    held |= {
        "kind": "page",
        "resource": asked.resource,
        "after": list(after),
        "page": asked.page + 1,
    }
    return sealed(world.token_key, held)


def sync_token(world: World, asked: Asked) -> str:
    """Return the token for the next delta, as of the beginning of this read."""
    content = {
        "kind": "sync",
        "resource": asked.resource,
        "revision": asked.until,
        "epoch": asked.epoch,
        "window": asked.window,
        "first_mark": asked.first_mark,
        "at": int(world.clock.now().timestamp()),
        "nonce": world.tick(),
    }
    return sealed(world.token_key, content)
