"""A sync told in steps while others write: nothing is lost, nothing is told twice, it ends."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.usecases import maintain as maintenance
from server.usecases.clock import SystemClock
from server.usecases.maintain import maintain
from tests.property.devices import MovingClock, listing
from tests.property.in_process import FEWER, Inside, shared
from tests.system import reports
from tests.system.events import event, monday
from tests.system.phone import Phone, Synced
from tests.system.practice import operator

KEPT_REVISIONS = 9
"""So many that a prune may cut off a walk, but not each of them."""
EXAMPLES = 40
NAMES = [f"{number}.ics" for number in range(9)]
TITLES = ("Tea", "acupfollow Jane Doe", "Tea #free")
START = monday(2)

name = st.sampled_from(NAMES)
limits = st.one_of(st.none(), st.integers(1, 4))
walker = st.integers(0, 5)
ACTIONS = st.one_of(
    st.tuples(st.just("put"), name, st.sampled_from(TITLES)),
    st.tuples(st.just("put"), name, st.sampled_from(TITLES)),
    st.tuples(st.just("edit"), name),
    st.tuples(st.just("delete"), name),
    st.tuples(st.just("move"), name, name),
    st.tuples(st.just("cancel"), name),
    st.tuples(st.just("wait"), st.sampled_from((1, 11))),
    st.tuples(st.just("begin"), st.booleans(), st.booleans()),
    st.tuples(st.just("step"), walker, limits),
    st.tuples(st.just("step"), walker, limits),
)
"""What others do to a calendar and what walkers do; each pick is taken modulo what there is."""
STORIES = st.lists(ACTIONS, min_size=15, max_size=60)


@dataclass
class Walker:
    """A device that is told of a calendar step by step: what it holds, and up to when."""

    phone: Phone
    path: str
    token: str = ""
    held: dict[str, str] = field(default_factory=dict)

    def step(self, limit: int | None) -> bool:
        """Ask once; return whether there is more to ask for."""
        answer = self.phone.report(
            self.path, reports.sync(self.token, "" if limit is None else str(limit))
        )
        if answer.condition == "valid-sync-token":
            # What was removed is forgotten: as apps do, begin anew.
            assert (answer.status, bool(self.token)) == (403, True)
            self.token, self.held = "", {}
            return True
        assert answer.status == 207, answer.text
        synced = Synced(answer)
        self._take(synced)
        more = self.path in answer.responses
        assert limit is not None or not more
        assert not more or synced.there or synced.gone
        return more

    def _take(self, synced: Synced) -> None:
        assert not synced.gone & set(synced.there)
        for href, tag in synced.there.items():
            assert self.held.get(href) != tag, f"{href} was told twice"
        self.held = {**self.held, **synced.there}
        for href in synced.gone:
            self.held.pop(href, None)
        assert synced.token != self.token or not (synced.there or synced.gone)
        self.token = synced.token

    def ends(self, limit: int | None) -> None:
        """Walk to the end; what is held then is what there is, and nothing more is told."""
        at_most = len(self.held) + len(NAMES) + KEPT_REVISIONS + 10
        steps = 1
        while self.step(limit):
            steps += 1
            assert steps <= at_most, "the walk has no end"
        assert self.held == listing(self.phone, self.path)
        token = self.token
        assert not self.step(limit)
        assert self.token == token


@dataclass
class Story:
    """A calendar, whoever writes into it, and the walkers that are told of it."""

    inside: Inside
    writer: Phone
    clock: MovingClock
    readers: list[tuple[Phone, str]]
    walkers: list[Walker] = field(default_factory=list)
    numbers: count[int] = field(default_factory=count)

    def do(self, action: tuple[object, ...]) -> None:
        """Do one thing."""
        match action:
            case "begin", bool(first), bool(from_now):
                self._begin(first=first, from_now=from_now)
            case "step", int(pick), limit:
                assert limit is None or isinstance(limit, int)
                if self.walkers:
                    self.walkers[pick % len(self.walkers)].step(limit)
            case "wait", int(minutes):
                self.clock.advance(timedelta(minutes=minutes))
                maintain(self.inside.database, operator(self.clock))
            case _:
                self._write(action)

    def _write(self, action: tuple[object, ...]) -> None:
        match action:
            case "put", str(href), str(title):
                self._put(href, title)
            case "edit", str(href):
                self._edit(href)
            case "delete", str(href):
                assert self.writer.delete(href).status in (204, 403, 404)
            case "move", str(href), str(to):
                assert self.writer.move(href, to).status in (201, 204, 403, 404, 409)
            case "cancel", str(href):
                self._put(href, f"Tea {next(self.numbers)} #cancel")
            case _:
                raise AssertionError(action)

    def _put(self, href: str, title: str) -> None:
        start = START + timedelta(hours=next(self.numbers))
        answer = self.writer.put(href, event(title, start, uid=f"{href}-{self.writer.user}"))
        assert answer.status in (201, 204, 403, 409), answer.text

    def _edit(self, href: str) -> None:
        shown = self.writer.get(href)
        if shown.status == 200:
            line = f"X-NOTE:{next(self.numbers)}\r\nEND:VEVENT"
            answer = self.writer.put(href, shown.text.replace("END:VEVENT", line, 1))
            assert answer.status in (204, 403), answer.text

    def _begin(self, *, first: bool, from_now: bool) -> None:
        phone, path = self.readers[0 if first else -1]
        begun = Walker(phone, path)
        if from_now:
            begun.step(None)
        self.walkers.append(begun)


def tell(inside: Inside, slug: str, actions: list[tuple[object, ...]], limit: int) -> None:
    """Let everything happen, then let each walker come to its end."""
    clock = MovingClock(SystemClock().now())
    inside.house.clock = clock
    writer = inside.newcomer()
    readers = [(writer, f"/{writer.user}/{slug}/")]
    if slug == "mine":
        reports.personal(writer)
    else:
        readers.append((inside.phone("desk"), f"/desk/{writer.user}/"))
    story = Story(inside, writer, clock, readers)
    for each in actions:
        story.do(each)
    for one in [*story.walkers, *(Walker(*reader) for reader in readers)]:
        one.ends(limit)


SLUGS = pytest.mark.parametrize("slug", ["appointments", "mine"])


@pytest.mark.slow
@SLUGS
@shared(EXAMPLES)
@given(actions=STORIES, limit=st.integers(1, 4))
def test_a_walk_in_steps_loses_nothing_and_repeats_nothing(
    sqlite_inside: Inside,
    monkeypatch: pytest.MonkeyPatch,
    slug: str,
    actions: list[tuple[object, ...]],
    limit: int,
) -> None:
    monkeypatch.setattr(maintenance, "_KEPT_REVISIONS", KEPT_REVISIONS)
    tell(sqlite_inside, slug, actions, limit)


@pytest.mark.slow
@pytest.mark.postgres
@SLUGS
@shared(FEWER)
@given(actions=STORIES, limit=st.integers(1, 4))
def test_a_walk_in_steps_loses_nothing_and_repeats_nothing_on_postgresql(
    postgres_inside: Inside,
    monkeypatch: pytest.MonkeyPatch,
    slug: str,
    actions: list[tuple[object, ...]],
    limit: int,
) -> None:
    monkeypatch.setattr(maintenance, "_KEPT_REVISIONS", KEPT_REVISIONS)
    tell(postgres_inside, slug, actions, limit)
