"""What a real Google would be asked holds for the local one, whatever is unknown of it."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

import pytest

from server.google_sync.conformance.catalogue import CHECKS
from server.google_sync.conformance.checks import Needs, Outcome, Verdict
from server.google_sync.conformance.pace import Ended, Pace, Tempo
from server.google_sync.conformance.running import Plan, run
from server.google_sync.conformance.signed import BUSY_TIMES, CREATED
from tests.google.conforming import (
    ACCOUNT,
    ALL,
    PUSH,
    bench_at,
    calendars_left,
    check_of,
    checked,
    result_of,
)
from tests.local_google import Befalls, Fault, LocalGoogle, Unknowns

ANSWERS = {
    "bad_token_is_gone": "A1.7",
    "gone_says_why": "A1.7",
    "delta_keeps_window": "A1.9",
    "paging_shows_changes": "A1.10",
    "lists_newest_first": "A1.11",
    "tombstones_keep_details": "A2.9",
    "tells_lost_exceptions": "A2.11",
    "import_replaces": "A3.6",
    "oversized_properties_are_refused": "A3.15",
    "empty_patch_moves_etag": "A3.21",
    "offsets_follow_calendar": "A5.7",
    "single_events_name_zone": "A5.8",
    "rewrites_rules": "A6.1",
    "rewrites_exclusions": "A6.2",
    "edit_all_drops_exceptions": "A6.15",
    "expansion_is_limited": "A6.17",
    "channels_live_long": "A7.5",
    "refuses_long_ranges": "A9.3",
    "rotates_refresh_tokens": "A10.4",
}
"""By which check each thing that is unknown of Google is answered."""
NOT_ASKED = {
    "freebusy_scope_hides": "it would need consent to other calendars",
    "foreign_calendar_is_unknown": "it would touch another calendar",
    "none_still_mails": "it would mail somebody",
    "numbers_have_gaps": "nobody here can be pushed to",
    "stopped_channels_linger": "nobody here can be pushed to",
    "tokens_survive_restart": "nobody restarts Google",
}


@dataclass(frozen=True)
class Ran:
    """A whole run, and the Google at which it was."""

    preset: str
    outcome: Outcome
    google: LocalGoogle
    calendar: str


@pytest.fixture(scope="module", params=["as_reported", "otherwise"])
def ran(request: pytest.FixtureRequest) -> Iterator[Ran]:
    """Return a run of all checks, with all that is unknown the one way and the other."""
    with LocalGoogle(getattr(Unknowns, request.param)()) as google:
        with bench_at(google, address=PUSH) as bench:
            outcome = checked(bench, plan=Plan(revokes=True))
        yield Ran(request.param, outcome, google, bench.calendar)


@pytest.fixture
def google() -> Iterator[LocalGoogle]:
    with LocalGoogle() as running:
        yield running


def test_g100_the_local_google_is_as_google_is_believed_to_be(ran: Ran) -> None:
    assert [(one.check.number, one.found) for one in ran.outcome.differing] == []
    assert len(ran.outcome.results) == len(ALL)
    assert {one.verdict for one in ran.outcome.results} == {
        Verdict.AS_EXPECTED,
        Verdict.ANSWERED,
    }
    assert ran.outcome.is_whole


def test_what_is_unknown_is_answered_as_it_is_there(ran: Ran) -> None:
    place = 0 if ran.preset == "as_reported" else 1
    unknown = [one for one in ran.outcome.results if len(one.check.expected) > 1]
    assert len(unknown) > 10
    for one in unknown:
        assert one.verdict is Verdict.ANSWERED
        assert one.found == one.check.expected[place], one.check.number


def test_nothing_but_its_own_calendar_is_asked_for_and_nothing_stays(ran: Ran) -> None:
    assert calendars_left(ran.google) == []
    assert ran.google.events(ACCOUNT) == []
    assert ran.google.mails == []
    for one in ran.google.received:
        path = unquote(one.path)
        if "/calendars/" in path:
            asked = path.partition("/calendars/")[2].partition("/")[0]
            assert asked == ran.calendar or one.status == 404, path
        elif one.method == "freebusy.query":
            (item,) = one.body["items"]
            assert item["id"] == ran.calendar or re.match(r"[0-9a-f]{32}@group", item["id"])
        else:
            assert one.method in {"calendars.insert", "channels.stop", "token", "revoke"}, path


def test_every_check_has_a_number_and_a_sentence_of_its_own() -> None:
    numbers = [one.number for one in ALL]
    assert len(set(numbers)) == len(numbers) > 100
    for one in ALL:
        assert one.fact.endswith("."), one.number
        assert len(set(one.expected)) == len(one.expected) >= 1
    assert len({one.look for one in ALL}) == len(ALL)


def test_everything_unknown_is_answered_or_left_alone_for_a_reason() -> None:
    assert {*ANSWERS, *NOT_ASKED} == set(Unknowns.names())
    assert not set(ANSWERS) & set(NOT_ASKED)
    answered = {*ANSWERS.values(), "A5.6"}
    assert answered == {one.number for one in ALL if len(one.expected) > 1}


@pytest.mark.parametrize("name", ANSWERS)
def test_a_switch_by_itself_changes_what_its_check_finds(name: str) -> None:
    number = ANSWERS[name]
    unknowns = Unknowns().flipped(name)
    with LocalGoogle(unknowns) as google, bench_at(google, address=PUSH) as bench:
        one = result_of(checked(bench, number), number)
    assert one.verdict is Verdict.ANSWERED
    assert one.found in check_of(number).expected[1:]


def test_g100_a_google_that_is_otherwise_than_believed_is_found_out(
    google: LocalGoogle,
) -> None:
    google.knobs.misses_duplicates = True
    google.knobs.exclusions = 2_000
    google.script(Fault("events.delete", status=403, reason="forbidden"))
    with bench_at(google) as bench:
        outcome = checked(bench, "A2.2", "A3.4", "A3.7", "A6.5")
    found = {one.check.number: one.found for one in outcome.differing}
    assert found == {
        "A2.2": "refused before the check: 403 forbidden",
        "A3.4": "200",
        "A6.5": "200",
    }
    assert calendars_left(google) == []


def test_what_cannot_be_checked_is_left_out(google: LocalGoogle) -> None:
    needing = tuple(one for one in CHECKS if one.needs or one.number == "A2.3")
    with bench_at(google, (CREATED,)) as bench:
        outcome = checked(bench, plan=Plan(checks=needing))
    left_out = {one.check.needs for one in outcome.results if one.verdict is Verdict.LEFT_OUT}
    assert left_out == {Needs.BUSY_TIMES, Needs.ADDRESS, Needs.REVOKING}
    assert outcome.is_whole
    assert google.counts()["freebusy.query"] == google.counts()["events.watch"] == 0


def test_the_calendar_can_be_kept(google: LocalGoogle) -> None:
    with bench_at(google) as bench:
        outcome = checked(bench, "A2.1", plan=Plan(keeps=True))
    assert calendars_left(google) == [bench.title]
    assert bench.title.startswith("Praxical conformance ")
    assert (outcome.left, outcome.is_whole) == ("", True)


def test_a_run_that_is_stopped_puts_its_calendar_away(google: LocalGoogle) -> None:
    stop = threading.Event()
    hold = Fault("events.insert", Befalls.HOLD, skip=6)
    google.script(hold)
    outcomes = []

    def work() -> None:
        with bench_at(google, stop=stop) as bench:
            outcomes.append(checked(bench))

    thread = threading.Thread(target=work)
    thread.start()
    assert hold.arrived.wait(30)
    stop.set()
    hold.release()
    thread.join(30)
    (outcome,) = outcomes
    assert (outcome.ended, outcome.left) == ("interrupted", "")
    assert 0 < len(outcome.results) < 10
    assert calendars_left(google) == []


def test_a_quota_that_is_spent_ends_the_run(google: LocalGoogle) -> None:
    google.script(Fault("events.insert", status=403, reason="quotaExceeded", skip=9))
    with bench_at(google) as bench:
        outcome = checked(bench)
    assert outcome.ended == "403 quotaExceeded"
    assert not outcome.is_whole
    assert calendars_left(google) == []


def test_a_lost_answer_begins_its_check_again(google: LocalGoogle) -> None:
    google.script(
        Fault("events.insert", Befalls.LOSE_ANSWER),
        Fault("events.list", status=403, reason="rateLimitExceeded", retry_after=0),
    )
    with bench_at(google) as bench:
        outcome = checked(bench, "A1.4", "A2.1")
    assert [one.verdict for one in outcome.results] == [Verdict.AS_EXPECTED] * 2
    assert google.counts()["events.insert"] == 3


def test_a_google_that_is_silent_is_not_asked_for_ever(google: LocalGoogle) -> None:
    google.script(Fault("events.*", status=503, times=None))
    with bench_at(google) as bench:
        outcome = checked(bench)
    assert [one.verdict for one in outcome.results] == [Verdict.NO_ANSWER] * 3
    assert (outcome.ended, outcome.is_whole) == ("no answers", False)
    assert calendars_left(google) == []


def test_a_calendar_that_cannot_be_deleted_is_named(google: LocalGoogle) -> None:
    google.script(Fault("calendars.delete", status=503, times=2))
    with bench_at(google) as bench:
        assert checked(bench, "A2.1").left == ""
    google.script(Fault("calendars.delete", status=503, times=None))
    with bench_at(google) as bench:
        outcome = checked(bench, "A2.1")
    assert outcome.left == bench.title
    assert calendars_left(google) == [bench.title]
    assert not outcome.is_whole


def test_a_calendar_that_was_made_without_an_answer_is_named(google: LocalGoogle) -> None:
    google.script(Fault("calendars.insert", Befalls.LOSE_ANSWER))
    with bench_at(google) as bench:
        outcome = checked(bench, "A2.1")
    assert calendars_left(google) == [outcome.left]
    assert outcome.results == []


def test_a_calendar_that_may_not_be_made_ends_the_run(google: LocalGoogle) -> None:
    with bench_at(google, (BUSY_TIMES,)) as bench:
        outcome = checked(bench)
    assert outcome.ended == "refused before the check: 403 insufficientPermissions"
    assert (outcome.left, outcome.results) == ("", [])


def test_a_consent_that_is_withdrawn_ends_the_run(google: LocalGoogle) -> None:
    with bench_at(google) as bench:
        google.act("revoke", account=ACCOUNT)
        outcome = checked(bench)
    assert outcome.ended == "400 invalid_grant"


def test_a_consent_that_is_withdrawn_meanwhile_leaves_a_calendar(google: LocalGoogle) -> None:
    def withdraw(done: int, total: int) -> None:
        if 5 == done < total:
            google.act("revoke", account=ACCOUNT)

    with bench_at(google) as bench:
        outcome = run(bench, withdraw)
    assert (outcome.ended, outcome.left) == ("400 invalid_grant", bench.title)
    assert len(outcome.results) == 5


def test_limits_are_kept_and_time_is_limited() -> None:
    reads = Pace(Tempo(1, 0, 0, 30))
    reads.before("events.get")
    with pytest.raises(Ended, match="out of time"):
        reads.before("events.get")
    writes = Pace(Tempo(100, 100, 0, 30))
    writes.before("events.insert")
    writes.before("events.list")
    with pytest.raises(Ended, match="out of time"):
        writes.before("events.delete")
    patches = Pace(Tempo(5, 0, 0, 30))
    patches.before("events.patch")
    with pytest.raises(Ended):
        patches.before("events.patch")
    patches.closing()
    patches.before("events.get")
