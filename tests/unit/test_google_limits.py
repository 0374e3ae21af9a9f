"""How much may be asked of Google, and how long to wait; the clock is a number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from server.google_sync.http.calls import (
    Busy,
    CallFailed,
    Json,
    ListWanted,
    Missing,
    NotSignedIn,
    Page,
    QuotaExceeded,
    Uncertain,
    Watching,
    WatchWanted,
)
from server.google_sync.http.limits import (
    TRIES,
    WINDOW,
    Bucket,
    Paces,
    backoff,
    quota_rest,
    spread,
)
from server.google_sync.http.limits_guard import (
    OWN_LIMIT,
    Guarded,
    LinkLimit,
    ProjectLimit,
    Waiting,
)

ONE = timedelta(seconds=1)


def test_no_window_ever_holds_more_than_its_units() -> None:
    bucket, now, spent = Bucket(10), 0.0, []
    for _ in range(100):
        now += bucket.wait(3, now)
        bucket.spend(3, now)
        spent.append(now)
        now += 0.5
    for start in spent:
        assert sum(3 for at in spent if start <= at < start + WINDOW) <= 10


def test_what_is_free_is_free_at_once() -> None:
    bucket = Bucket(10)
    bucket.spend(7, 0.0)
    assert bucket.wait(3, 1.0) == 0.0
    assert bucket.wait(4, 1.0) == WINDOW - 1.0


def test_more_than_all_waits_for_an_empty_window_and_not_for_ever() -> None:
    bucket = Bucket(2)
    assert bucket.wait(3, 0.0) == 0.0
    bucket.spend(2, 0.0)
    assert bucket.wait(3, 10.0) == WINDOW - 10.0


def test_a_calendar_is_written_to_once_a_second_and_others_are_not_held_up() -> None:
    paces = Paces()
    paces.write("a", 5.0)
    assert paces.wait("a", 5.25) == 0.75
    assert paces.wait("b", 5.25) == 0.0
    assert paces.wait("a", 6.0) == 0.0


def test_g089_backing_off_doubles_up_to_a_minute_by_chance_and_ends() -> None:
    longest = [backoff(n, 1.0) for n in range(1, TRIES + 2)]
    seconds = [2, 4, 8, 16, 32, 64, 64, 64]
    assert longest == [*(n * ONE for n in seconds), None]
    assert backoff(5, 0.0) == timedelta()
    assert backoff(5, 0.5) == 16 * ONE


def test_g090_a_spent_quota_sleeps_an_hour_and_then_longer_up_to_a_day() -> None:
    hours = [quota_rest(n) / timedelta(hours=1) for n in (1, 2, 3, 4, 5, 6, 99)]
    assert hours == [1, 2, 4, 8, 16, 24, 24]


def test_turns_are_spread_by_a_quarter_to_both_sides() -> None:
    usual = timedelta(minutes=10)
    assert spread(usual, 0.0) == timedelta(minutes=7.5)
    assert spread(usual, 0.5) == usual
    assert spread(usual, 1.0) == timedelta(minutes=12.5)


@dataclass
class Google:
    """Answers every call, or fails as a test says; notes what was asked and when."""

    fails: list[CallFailed | None] = field(default_factory=list)
    asked: list[tuple[str, float]] = field(default_factory=list)
    now: float = 0.0

    def _answer(self, name: str, *said: object) -> None:
        assert said
        self.asked.append((name, self.now))
        failure = self.fails.pop(0) if self.fails else None
        if failure is not None:
            raise failure

    def fingerprint(self) -> str:
        return "f"

    def list_events(self, wanted: ListWanted) -> Page:
        self._answer("list", wanted)
        return Page([{"id": "e"}], next_sync="t")

    def get_event(self, calendar: str, event: str) -> Json:
        self._answer("get", calendar, event)
        return {}

    def insert_event(self, calendar: str, body: Json) -> Json:
        self._answer("insert", calendar, body)
        return {}

    def patch_event(
        self, calendar: str, event: str, body: Json, etag: str, *, tell_guests: bool = False
    ) -> Json:
        self._answer("patch", calendar, event, body, etag, tell_guests)
        return {}

    def delete_event(
        self, calendar: str, event: str, etag: str, *, tell_guests: bool = False
    ) -> None:
        self._answer("delete", calendar, event, etag, tell_guests)

    def instances(
        self, calendar: str, event: str, original_start: str = "", page: str = ""
    ) -> Page:
        self._answer("instances", calendar, event, original_start, page)
        return Page([])

    def get_calendar(self, calendar: str) -> Json:
        self._answer("get_calendar", calendar)
        return {}

    def insert_calendar(self, body: Json) -> Json:
        self._answer("insert_calendar", body)
        return {}

    def delete_calendar(self, calendar: str) -> None:
        self._answer("delete_calendar", calendar)

    def busy(
        self, calendars: Sequence[str], start: datetime, end: datetime
    ) -> Mapping[str, Sequence[tuple[datetime, datetime]] | None]:
        self._answer("busy", calendars, start, end)
        return {}

    def watch(self, wanted: WatchWanted) -> Watching:
        self._answer("watch", wanted)
        raise AssertionError

    def stop_channel(self, channel: str, resource: str) -> None:
        self._answer("stop", channel, resource)

    def pause(self, seconds: float) -> bool:
        self.now += seconds
        return False


def guard(
    google: Google, units: int = 300, *, until: float = 1e9, all_of: int = 6000
) -> Guarded:
    limit = LinkLimit(Bucket(units))
    waiting = Waiting(lambda: google.now, google.pause, until)
    return Guarded(google, limit, ProjectLimit(Bucket(all_of)), waiting)


def test_writes_to_one_calendar_are_a_second_apart() -> None:
    google = Google()
    guarded = guard(google)
    for number in range(3):
        guarded.insert_event("a", {"id": str(number)})
    guarded.insert_event("b", {})
    assert [at for _, at in google.asked] == [0.0, 1.0, 2.0, 2.0]


def test_a_patch_counts_three_and_reads_share_the_bucket() -> None:
    google = Google()
    guarded = guard(google, units=5)
    guarded.patch_event("a", "e", {}, "")
    guarded.get_event("a", "e")
    guarded.get_event("a", "e")
    guarded.get_event("a", "e")
    assert [at for _, at in google.asked] == [0.0, 0.0, 0.0, WINDOW]


def test_all_links_share_what_the_project_has() -> None:
    google = Google()
    project = ProjectLimit(Bucket(2))
    waiting = Waiting(lambda: google.now, google.pause, 1e9)
    for _ in range(3):
        Guarded(google, LinkLimit(Bucket(300)), project, waiting).get_event("a", "e")
    assert [at for _, at in google.asked] == [0.0, 0.0, WINDOW]


def test_what_would_wait_beyond_the_turn_is_not_asked() -> None:
    google = Google()
    guarded = guard(google, units=1, until=30.0)
    guarded.get_event("a", "e")
    with pytest.raises(Busy, match=OWN_LIMIT) as caught:
        guarded.get_event("a", "e")
    assert caught.value.retry_after == WINDOW * ONE
    with pytest.raises(Busy, match=OWN_LIMIT):
        guarded.get_event("a", "e")
    assert len(google.asked) == 1
    assert guarded.asked.failures < guarded.asked.requests


@pytest.mark.parametrize(
    "failure", [Busy("rateLimitExceeded", 429), QuotaExceeded("q", 403), NotSignedIn("a", 401)]
)
def test_what_concerns_the_whole_link_ends_its_turn(failure: CallFailed) -> None:
    google = Google([failure])
    guarded = guard(google)
    for _ in range(3):
        with pytest.raises(type(failure)):
            guarded.insert_event("a", {})
    assert len(google.asked) == 1
    assert guarded.asked.broken is failure
    assert guarded.asked.failures == guarded.asked.requests


def test_three_answers_missing_in_a_row_end_the_turn_and_one_does_not() -> None:
    down = Uncertain("connection")
    google = Google([down, down, None, down, down, down])
    guarded = guard(google)
    for _ in range(2):
        with pytest.raises(Uncertain):
            guarded.get_event("a", "e")
    guarded.get_event("a", "e")
    for _ in range(5):
        with pytest.raises(Uncertain):
            guarded.get_event("a", "e")
    assert len(google.asked) == 6


def test_g091_what_concerns_one_event_leaves_the_others_be() -> None:
    google = Google([Missing("notFound", 404)])
    guarded = guard(google)
    with pytest.raises(Missing):
        guarded.get_event("a", "e")
    guarded.get_event("a", "f")
    assert guarded.asked.broken is None
    assert guarded.asked.failures < guarded.asked.requests


def test_what_a_delta_told_is_counted_and_a_full_read_is_not() -> None:
    guarded = guard(Google())
    guarded.list_events(ListWanted("a"))
    guarded.list_events(ListWanted("b", sync_token="t"))
    assert guarded.asked.found == {"b": 1}
    assert guarded.asked.read == {"a", "b"}
