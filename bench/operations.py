"""The operations: the requests of each, what their answers must be, what they leave behind."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from random import Random
from typing import Final

from bench.answers import BusyTime, Expectation, Listing
from bench.clients import Exchange
from bench.expansion import Window, months, quiet_week, weeks
from bench.requests import (
    CTAG,
    ETAG_AND_DATA,
    TOKEN,
    ctag_body,
    etags_body,
    free_busy_body,
    multiget_body,
    query_body,
    sync_body,
)
from bench.site import Site
from bench.targets.target import put_request, xml_request
from bench.workload import Plan

_WEEKS: Final = 16
_MONTHS: Final = 8
_GETS: Final = 200
_MULTIGETS: Final = 4
_MULTIGET_SIZE: Final = 100
_OK: Final = (200,)
_MULTISTATUS: Final = (207,)
_STORED: Final = (201, 204)
_NEW: Final = (201,)
_GONE: Final = (200, 204)


class Operation(StrEnum):
    """What is timed, in the order in which a round does it."""

    PUT_NEW = "put-new"
    PUT_CHANGED = "put-changed"
    GET = "get"
    CTAG = "ctag"
    PROPFIND = "propfind"
    MULTIGET = "multiget"
    WEEK = "week"
    MONTH = "month"
    QUIET = "quiet-week"
    EXPAND = "expand"
    FREE_BUSY = "free-busy"
    READ_WHOLE = "read-whole"
    SYNC_INITIAL = "sync-initial"
    SYNC_NOTHING = "sync-nothing"
    SYNC_CHANGE = "sync-change"
    DELETE = "delete"

    @property
    def is_used_up(self) -> bool:
        """True where a request can be made only once."""
        return self in {Operation.PUT_NEW, Operation.PUT_CHANGED, Operation.DELETE}


@dataclass(frozen=True, slots=True)
class Need:
    """How many requests a client may make at most, how many clients, the seed and the round."""

    most: int
    clients: int
    seed: int
    turn: int

    @property
    def total(self) -> int:
        """Requests of all clients together."""
        return self.most * self.clients


def exchanges(operation: Operation, site: Site, need: Need) -> list[Exchange]:
    """What the clients share among them (used-up requests) or each repeat (reads)."""
    return list(_MAKERS[operation](site, need))


def note_sent(operation: Operation, site: Site, hrefs: Sequence[str]) -> None:
    """Keep the site's account of what the calendar holds after these requests were made."""
    match operation:
        case Operation.PUT_NEW:
            site.keep(hrefs)
        case Operation.DELETE:
            site.forget(hrefs)
        case _:
            return


def _put_new(site: Site, need: Need) -> Iterator[Exchange]:
    for plan in site.new_plans(need.total):
        request = put_request(site.target.endpoint, plan, If_None_Match="*")
        yield Exchange(request, Expectation(_NEW), plan.href)


def _put_changed(site: Site, need: Need) -> Iterator[Exchange]:
    plans = _sample(site, need.total, need)
    etags = site.etags(plans)
    for plan in plans:
        version, etag = site.next_version(), etags[plan.href]
        request = put_request(site.target.endpoint, plan, version, If_Match=etag)
        yield Exchange(request, Expectation(_STORED))


def _get(site: Site, need: Need) -> Iterator[Exchange]:
    for plan in _sample(site, _GETS, need):
        contains = (f"UID:{plan.uid}".encode(), b"END:VCALENDAR")
        yield Exchange(
            site.target.endpoint.request("GET", plan.href), Expectation(_OK, contains)
        )


def _delete(site: Site, need: Need) -> Iterator[Exchange]:
    site.add(max(0, need.clients - len(site.added)))
    for href in islice(site.added, need.total):
        yield Exchange(site.target.endpoint.request("DELETE", href), Expectation(_GONE), href)


def _ctag(site: Site, need: Need) -> Iterator[Exchange]:
    before = site.state()
    site.change(_sample(site, 1, need)[0])
    request = xml_request(site.target.endpoint, "PROPFIND", ctag_body(), depth="0")
    # A mark that outlives a change would be quick and wrong.
    outdated = ((CTAG, before.ctag), (TOKEN, before.token))
    names = (b"getctag", b"sync-token")
    yield Exchange(request, Expectation(_MULTISTATUS, names, outdated))


def _propfind(site: Site, need: Need) -> Iterator[Exchange]:
    del need
    request = xml_request(site.target.endpoint, "PROPFIND", etags_body(), depth="1")
    yield _listed(request, Listing(site.hrefs()))


def _multiget(site: Site, need: Need) -> Iterator[Exchange]:
    endpoint = site.target.endpoint
    for turn in range(_MULTIGETS):
        plans = _sample(site, _MULTIGET_SIZE, need, turn)
        request = xml_request(
            endpoint, "REPORT", multiget_body(endpoint.path, plans, ETAG_AND_DATA)
        )
        listing = Listing(frozenset(plan.href for plan in plans), with_data=True)
        yield _listed(request, listing)


def _week(site: Site, need: Need) -> Iterator[Exchange]:
    return _queries(site, weeks(_WEEKS, need.seed))


def _month(site: Site, need: Need) -> Iterator[Exchange]:
    return _queries(site, months(_MONTHS, need.seed))


def _quiet(site: Site, need: Need) -> Iterator[Exchange]:
    del need
    return _queries(site, (quiet_week(),))


def _queries(site: Site, windows: Sequence[Window]) -> Iterator[Exchange]:
    for window in windows:
        hits = site.occurrences.within(window)
        listing = Listing(hits.must, hits.may, with_data=True)
        request = xml_request(site.target.endpoint, "REPORT", query_body(window))
        yield _listed(request, listing)


def _expand(site: Site, need: Need) -> Iterator[Exchange]:
    for window in months(_MONTHS, need.seed):
        hits, expanded = site.occurrences.within(window), site.occurrences.instances(window)
        body = query_body(window, is_expanded=True)
        request = xml_request(site.target.endpoint, "REPORT", body)
        listing = Listing(hits.must, hits.may, with_data=True)
        expectation = Expectation(_MULTISTATUS, listing=listing, expanded=expanded)
        yield Exchange(request, expectation, parts=sum(map(len, expanded.values())))


def _free_busy(site: Site, need: Need) -> Iterator[Exchange]:
    for window in months(_MONTHS, need.seed):
        right = site.occurrences.busy(window)
        request = xml_request(site.target.endpoint, "REPORT", free_busy_body(window))
        # Periods run together where many events are: the answer is made of the instances.
        parts = sum(map(len, site.occurrences.instances(window).values()))
        expectation = Expectation(_OK, busy=BusyTime(window, right))
        yield Exchange(request, expectation, parts=parts)


def _read_whole(site: Site, need: Need) -> Iterator[Exchange]:
    del need
    request = xml_request(site.target.endpoint, "REPORT", query_body(None))
    listing = Listing(site.hrefs(), with_data=True)
    yield _listed(request, listing)


def _sync_initial(site: Site, need: Need) -> Iterator[Exchange]:
    del need
    yield _sync(site, "", site.hrefs(), removed_may_show=site.target.first_sync_names_removed)


def _sync_nothing(site: Site, need: Need) -> Iterator[Exchange]:
    del need
    yield _sync(site, site.state().token, frozenset())


def _sync_change(site: Site, need: Need) -> Iterator[Exchange]:
    before, changed = site.state(), _sample(site, 1, need)[0]
    site.change(changed)
    yield _sync(site, before.token, frozenset({changed.href}))


def _sync(
    site: Site, token: str, hrefs: frozenset[str], *, removed_may_show: bool = False
) -> Exchange:
    request = xml_request(site.target.endpoint, "REPORT", sync_body(token))
    listing = Listing(hrefs, removed_may_show=removed_may_show)
    return _listed(request, listing, b"sync-token")


def _listed(request: bytes, listing: Listing, *contains: bytes) -> Exchange:
    expectation = Expectation(_MULTISTATUS, contains, listing=listing)
    return Exchange(request, expectation, parts=len(listing.must))


def _sample(site: Site, number: int, need: Need, turn: int = 0) -> list[Plan]:
    chance = Random(f"{need.seed}/{need.turn}/{turn}")  # noqa: S311  # test data, not a secret
    return chance.sample(site.plans, min(number, len(site.plans)))


_MAKERS: Final[dict[Operation, Callable[[Site, Need], Iterator[Exchange]]]] = {
    Operation.PUT_NEW: _put_new,
    Operation.PUT_CHANGED: _put_changed,
    Operation.GET: _get,
    Operation.CTAG: _ctag,
    Operation.PROPFIND: _propfind,
    Operation.MULTIGET: _multiget,
    Operation.WEEK: _week,
    Operation.MONTH: _month,
    Operation.QUIET: _quiet,
    Operation.EXPAND: _expand,
    Operation.FREE_BUSY: _free_busy,
    Operation.READ_WHOLE: _read_whole,
    Operation.SYNC_INITIAL: _sync_initial,
    Operation.SYNC_NOTHING: _sync_nothing,
    Operation.SYNC_CHANGE: _sync_change,
    Operation.DELETE: _delete,
}
