"""A filled target during the run: what its calendar holds, and requests that are not timed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from bench.answers import Expectation, fault, found_text, members
from bench.expansion import Occurrences
from bench.processes import TargetFailed
from bench.requests import CTAG, TOKEN, ctag_body, multiget_body
from bench.targets.target import Target, put_request, xml_request
from bench.wire import Answer, Connection, Endpoint
from bench.workload import Plan, fresh

_PATIENCE_SECONDS: Final = 600.0
# Enough that each of two processes gets one, as good as always.
_WARMING_WRITES: Final = 6
_FIRST_FRESH: Final = 1_000_000
_STORED: Final = Expectation((201, 204))
_GONE: Final = Expectation((200, 204, 404))
_LISTED: Final = Expectation((207,))


@dataclass(frozen=True, slots=True)
class State:
    """The two marks by which a client sees that a calendar changed."""

    ctag: str
    token: str


class Site:
    """One running target with its N events and those that the run adds and takes away again."""

    def __init__(self, target: Target, plans: Sequence[Plan], occurrences: Occurrences) -> None:
        self.target = target
        self.plans = tuple(plans)
        self.occurrences = occurrences
        self.added: list[str] = []
        self._hrefs = frozenset(plan.href for plan in plans)
        self._fresh = fresh(_FIRST_FRESH)
        self._version = 0

    def hrefs(self) -> frozenset[str]:
        """Everything the calendar holds now."""
        return self._hrefs.union(self.added)

    def new_plans(self, number: int) -> list[Plan]:
        """Events that were never stored before."""
        return list(islice(self._fresh, number))

    def next_version(self) -> int:
        """A number no event's text has carried yet."""
        self._version += 1
        return self._version

    def state(self) -> State:
        """The ctag and the sync token of this moment."""
        answer = self._ask(xml_request(self._endpoint, "PROPFIND", ctag_body(), "0"), _LISTED)
        ctag, token = found_text(answer.body, CTAG), found_text(answer.body, TOKEN)
        if not ctag or not token:
            raise TargetFailed("the calendar tells no ctag or no sync token")
        return State(ctag, token)

    def etags(self, plans: Sequence[Plan]) -> dict[str, str]:
        """The ETag of each of these events; TargetFailed where one has none."""
        body = multiget_body(self._endpoint.path, plans, "<D:getetag/>")
        answer = self._ask(xml_request(self._endpoint, "REPORT", body), _LISTED)
        found = {href: etag for href, etag in members(answer.body).etags.items() if etag}
        if found.keys() != {plan.href for plan in plans}:
            raise TargetFailed("some events have no ETag")
        return found

    def add(self, number: int) -> None:
        """Store new events, untimed."""
        for plan in self.new_plans(number):
            self._ask(put_request(self._endpoint, plan), _STORED)
            self.added.append(plan.href)

    def warm_up(self) -> None:
        """Write a few times, each on a connection of its own, and take it away again."""
        self.add(_WARMING_WRITES)
        self.tidy()

    def change(self, plan: Plan) -> None:
        """Store another text of an event, untimed."""
        self._ask(put_request(self._endpoint, plan, self.next_version()), _STORED)

    def tidy(self) -> None:
        """Delete what was added and is still there, untimed: N is the same in every round."""
        while self.added:
            self._ask(self._endpoint.request("DELETE", self.added.pop()), _GONE)

    def keep(self, hrefs: Iterable[str]) -> None:
        """Note that these events were added."""
        self.added += hrefs

    def forget(self, hrefs: Iterable[str]) -> None:
        """Note that these added events were deleted."""
        gone = set(hrefs)
        self.added = [href for href in self.added if href not in gone]

    @property
    def _endpoint(self) -> Endpoint:
        return self.target.endpoint

    def _ask(self, request: bytes, expectation: Expectation) -> Answer:
        try:
            with Connection(self._endpoint, _PATIENCE_SECONDS) as connection:
                answer = connection.ask(request)
        except OSError as error:
            raise TargetFailed(f"no answer to a request of set-up: {error}") from error
        reason = fault(expectation, answer)
        if reason:
            raise TargetFailed(f"set-up was refused: {reason}")
        return answer
