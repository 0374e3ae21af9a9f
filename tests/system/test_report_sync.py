"""sync-collection over HTTP: what changed since a token, and no more (RFC 6578)."""

from __future__ import annotations

import pytest

from tests.system import reports
from tests.system.events import event, monday
from tests.system.phone import CALDAV, DAV, Answer, Phone, Synced
from tests.system.servers import Site

START = monday(3, 10)
LIMITED = "number-of-matches-within-limits"


@pytest.fixture(params=["appointments", "mine"])
def home(request: pytest.FixtureRequest, phone: Phone) -> Phone:
    """Return a device in a calendar of either kind."""
    return phone if request.param == "appointments" else reports.personal(phone)


def fill(phone: Phone, number: int, first: int = 0) -> list[str]:
    """Put so many objects and return their names."""
    names = [f"{one}.ics" for one in range(first, first + number)]
    for name in names:
        assert phone.put(name, event(f"Tea {name}", START)).status == 201
    return names


def asked(phone: Phone, token: str = "", limit: str = "", **said: str) -> Synced:
    """Return what a sync answers; ``said`` are headers."""
    answer = phone.report("", reports.sync(token, limit), **said)
    assert answer.status == 207, answer.text
    return Synced(answer)


def goes_on(synced: Synced, calendar: str) -> bool:
    """Whether the answer says that there is more: 507 for the calendar itself."""
    response = synced.answer.responses.get(calendar)
    if response is None:
        return False
    assert "507" in (response.findtext(f"{DAV}status") or "")
    assert response.find(f"{DAV}error/{DAV}{LIMITED}") is not None
    return True


def walked(phone: Phone, token: str, limit: str) -> tuple[list[Synced], str]:
    """Return every step of a limited sync, and the token at its end."""
    steps = [asked(phone, token, limit)]
    while goes_on(steps[-1], phone.calendar):
        steps.append(asked(phone, steps[-1].token, limit))
    return steps, steps[-1].token


def condition_of(phone: Phone, token: str = "", limit: str = "") -> tuple[int, str]:
    answer = phone.report("", reports.sync(token, limit))
    return answer.status, answer.condition


def test_the_first_sync_tells_everything_with_its_entity_tags(home: Phone) -> None:
    names = fill(home, 3)
    synced = asked(home)
    assert synced.there == {name: home.get(name).etag for name in names}
    assert synced.gone == set()


def test_later_ones_tell_what_was_made_changed_and_removed_since(home: Phone) -> None:
    fill(home, 4)
    token = asked(home).token
    home.delete("0.ics")
    home.edit("1.ics", ("Tea 1.ics", "Coffee"))
    fill(home, 1, first=9)
    synced = asked(home, token)
    assert set(synced.there) == {"1.ics", "9.ics"}
    assert synced.gone == {"0.ics"}
    again = asked(home, synced.token)
    assert (again.there, again.gone, again.token) == ({}, set(), synced.token)


def test_what_was_made_and_removed_in_between_is_at_most_gone(home: Phone) -> None:
    fill(home, 1)
    token = asked(home).token
    fill(home, 1, first=5)
    home.delete("5.ics")
    synced = asked(home, token)
    assert synced.there == {}
    assert synced.gone <= {"5.ics"}


def test_what_was_removed_and_made_again_is_there(home: Phone) -> None:
    fill(home, 2)
    token = asked(home).token
    home.delete("0.ics")
    fill(home, 1)
    synced = asked(home, token)
    assert synced.there == {"0.ics": home.get("0.ics").etag}
    assert synced.gone == set()


@pytest.mark.parametrize("level", ["1", "infinite"])
@pytest.mark.parametrize("depth", ["0", "1", ""])
def test_both_levels_and_every_depth_that_apps_send_are_answered(
    home: Phone, level: str, depth: str
) -> None:
    fill(home, 2)
    headers = {"Depth": depth} if depth else {}
    answer = home.report("", reports.sync(level=level), **headers)
    assert answer.status == 207
    assert set(Synced(answer).there) == {"0.ics", "1.ics"}


def test_properties_and_texts_may_be_asked_for_along_with_it(home: Phone) -> None:
    fill(home, 2)
    inner = "<D:displayname/><C:calendar-data/>"
    first = home.report("", reports.sync(inner=inner))
    assert reports.data(first) == {name: home.get(name).text for name in ("0.ics", "1.ics")}
    home.edit("1.ics", ("Tea 1.ics", "Coffee"))
    later = home.report("", reports.sync(Synced(first).token, inner=inner))
    assert reports.data(later) == {"1.ics": home.get("1.ics").text}
    assert later.property_of(home.path("1.ics"), f"{DAV}displayname") is None


@pytest.mark.parametrize("limit", ["1", "2", "3"])
def test_a_limited_sync_is_told_in_steps_that_lose_nothing(home: Phone, limit: str) -> None:
    names = fill(home, 7)
    steps, token = walked(home, "", limit)
    assert len(steps) > 2
    told = [name for step in steps for name in step.there]
    assert sorted(told) == sorted(names)
    assert all(len(step.there) <= int(limit) for step in steps)
    assert asked(home, token).there == {}


def test_a_limited_sync_tells_of_removals_too(home: Phone) -> None:
    names = fill(home, 5)
    token = asked(home).token
    for name in names:
        home.delete(name)
    fill(home, 2, first=7)
    steps, _ = walked(home, token, "2")
    assert set().union(*(step.gone for step in steps)) == set(names)
    assert set().union(*(step.there for step in steps)) == {"7.ics", "8.ics"}


def test_what_is_removed_between_two_steps_is_told_if_it_was_told_before(home: Phone) -> None:
    names = fill(home, 5)
    first = asked(home, limit="2")
    seen = next(iter(first.there))
    unseen = next(name for name in names if name not in first.there)
    home.delete(seen)
    home.delete(unseen)
    steps, _ = walked(home, first.token, "2")
    held = set(first.there)
    for step in steps:
        held = (held - step.gone) | set(step.there)
    assert held == set(names) - {seen, unseen}


def test_a_limit_above_what_there_is_changes_nothing(home: Phone) -> None:
    fill(home, 2)
    synced = asked(home, limit="9" * 30)
    assert set(synced.there) == {"0.ics", "1.ics"}
    assert not goes_on(synced, home.calendar)


@pytest.mark.parametrize("limit", ["0", "-1", "many", "1.5"])
def test_a_limit_that_is_none_is_refused_by_its_condition(home: Phone, limit: str) -> None:
    assert condition_of(home, limit=limit) == (403, LIMITED)


@pytest.mark.parametrize(
    "token",
    [
        "nonsense",
        "http://other.example/ns/sync/1",
        "urn:x-praxical:sync:x:owner:1",
        "urn:x-praxical:sync:",
    ],
)
def test_a_token_of_somebody_else_is_refused_by_its_condition(home: Phone, token: str) -> None:
    fill(home, 1)
    status, condition = condition_of(home, token)
    assert (status, condition) == (403, "valid-sync-token")


def test_tokens_of_another_calendar_of_another_view_and_of_the_future_are_refused(
    site: Site, phone: Phone
) -> None:
    fill(phone, 1)
    token = asked(phone).token
    revision = token.rpartition(":")[2]
    assert condition_of(phone, f"{token}9") == (403, "valid-sync-token")
    assert condition_of(phone, f"{token}:{revision}9") == (403, "valid-sync-token")
    desk = site.phone("desk")
    desk.calendar = f"/desk/{phone.user}/"
    assert condition_of(desk, token) == (403, "valid-sync-token")
    mine = reports.personal(phone)
    assert condition_of(mine, token) == (403, "valid-sync-token")


@pytest.mark.parametrize("path", ["/", "/{user}/", "a.ics"])
def test_only_calendars_are_synced(phone: Phone, path: str) -> None:
    fill(phone, 1)
    answer = phone.report(path.format(user=phone.user), reports.sync())
    assert (answer.status, answer.condition) == (403, "supported-report")


def test_the_token_is_that_of_the_property(home: Phone) -> None:
    fill(home, 1)
    shown = home.propfind("", "D:sync-token")
    told = shown.property_of(home.calendar, f"{DAV}sync-token")
    assert told is not None
    assert asked(home).token == told.text


def test_an_unknown_level_is_no_question(home: Phone) -> None:
    assert home.report("", reports.sync(level="2")).status == 400


def test_a_colleague_is_told_in_steps_in_the_words_of_the_own_level(
    site: Site, phone: Phone
) -> None:
    phone.put("a.ics", event("acupfollow Quentin Zyxwvut", START))
    fill(phone, 3)
    colleague = site.newcomer("psychotherapy")
    colleague.calendar = f"/{colleague.user}/{phone.user}/"
    steps, token = walked(colleague, "", "2")
    told = {name: tag for step in steps for name, tag in step.there.items()}
    assert told == {name: colleague.get(name).etag for name in told}
    assert len(told) == 4
    phone.delete("a.ics")
    assert asked(colleague, token).gone == {"a.ics"}
    answer: Answer = colleague.report("", reports.sync(inner="<C:calendar-data/>"))
    assert "Zyxwvut" not in answer.text
    texts = [one.text or "" for one in answer.xml.iter(f"{CALDAV}calendar-data")]
    assert all("SUMMARY:Busy" in one for one in texts)
