"""Ending a link to Google: what stands there stays or goes, the consent ends (scenario 84)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from server.domain.errors import Invalid, NotFound
from server.domain.google import Ending, GoogleLink, LinkState
from server.google_sync.links.disconnect import Ended, read_report
from server.usecases import google_links
from server.usecases.google_endings import end as end_link
from server.usecases.google_links import LinkWanted
from server.usecases.google_watching import unwatch
from server.usecases.manage_users import disable_user
from server.usecases.ports.google import Tally
from tests.google.connected import ACCOUNT, Connected, connecting
from tests.local_google import Befalls, Fault, LocalGoogle
from tests.practice import ADMIN, ALMA, JOHN, THEO, WEEKLY, House, at, session, timed


@pytest.fixture
def connected(any_house: House, local_google: LocalGoogle) -> Iterator[Connected]:
    """Return a practice that can connect, on each engine, with Google both ways."""
    with connecting(any_house, local_google) as found:
        yield found


def busy_week(connected: Connected) -> GoogleLink:
    """Book a visit and a series, and connect."""
    connected.house.book()
    connected.house.book(timed(at(25)), session(JOHN, "acupfollow"), WEEKLY)
    link = connected.connect()
    assert len(connected.events()) == 2
    return link


def end(connected: Connected, ending: Ending) -> Ended:
    """Wish that the link ends, and do it."""
    with connected.house.database.writing() as uow:
        found = google_links.find_link(uow, LinkWanted(ALMA))
        end_link(uow, found, ending)
    connected.work()
    report = read_report(connected.link().report)
    assert report is not None
    return report


def titles_ever(connected: Connected, calendar: str) -> set[str]:
    return {str(one.get("summary")) for one in connected.google.events(ACCOUNT, calendar)}


def test_g084_remove_scrubs_and_deletes_everything_and_ends_the_consent(
    connected: Connected,
) -> None:
    link = busy_week(connected)
    with connected.asked() as asked:
        report = end(connected, Ending.REMOVE)
    assert report == Ended(removed=2, calendar_removed=True, revoked=True)
    assert asked["events.patch"] == asked["events.delete"] == 2
    assert connected.google.live_events(ACCOUNT, "primary") == []
    assert connected.google.google.grants.refreshes == {}
    after = connected.link()
    assert (after.state, after.managed) == (LinkState.DISCONNECTED, "")
    assert not any((after.sealed_access, after.sealed_refresh, after.scopes))
    assert connected.calendars() == []
    assert connected.tally() == Tally()
    assert connected.google.mails == []
    assert link.id == after.id


def test_leave_leaves_everything_and_connecting_again_doubles_nothing(
    connected: Connected,
) -> None:
    link = busy_week(connected)
    with connected.asked() as asked:
        report = end(connected, Ending.LEAVE)
    assert report == Ended(left=2, revoked=True)
    assert set(asked) <= {"revoke", "channels.stop"}
    assert len(connected.google.live_events(ACCOUNT, link.managed)) == 2
    connected.house.book(timed(at(26)))
    connected.later(minutes=1)
    again = connected.connect()
    assert (again.id, again.managed, again.report) == (link.id, link.managed, "")
    assert len(connected.events()) == 3


def test_after_the_end_nothing_is_asked_any_more(connected: Connected) -> None:
    busy_week(connected)
    end(connected, Ending.LEAVE)
    connected.house.book(timed(at(26)))
    connected.later(days=2)
    with connected.asked() as asked:
        assert connected.work() == 0
    assert not asked
    with pytest.raises(Invalid, match="already"):
        end(connected, Ending.REMOVE)


@pytest.mark.parametrize("method", ["events.patch", "events.delete"])
@pytest.mark.parametrize("befalls", [Befalls.CLOSE, Befalls.LOSE_ANSWER])
def test_a_removal_that_was_interrupted_is_taken_up_again(
    connected: Connected, method: str, befalls: Befalls
) -> None:
    busy_week(connected)
    connected.google.script(Fault(method, befalls, skip=1))
    with connected.house.database.writing() as uow:
        end_link(uow, google_links.find_link(uow, LinkWanted(ALMA)), Ending.REMOVE)
    for _ in range(3):
        connected.work()
        connected.later(minutes=2)
    report = read_report(connected.link().report)
    assert report == Ended(removed=2, calendar_removed=True, revoked=True)


def test_an_event_that_was_moved_meanwhile_is_removed_too(connected: Connected) -> None:
    link = busy_week(connected)
    single = next(one for one in connected.events() if "recurrence" not in one)
    connected.google.act(
        "edit_title",
        account=ACCOUNT,
        calendar=link.managed,
        event=single["id"],
        title="Jane Doe",
    )
    assert end(connected, Ending.REMOVE).removed == 2
    assert "Jane Doe" not in titles_ever(connected, link.managed)


def test_what_google_will_not_remove_is_counted_and_the_rest_goes(
    connected: Connected,
) -> None:
    busy_week(connected)
    refused = Fault("events.patch", status=403, reason="forbiddenForNonOrganizer")
    connected.google.script(refused)
    report = end(connected, Ending.REMOVE)
    assert (report.removed, report.failed, report.calendar_removed) == (1, 1, False)
    assert connected.link().state is LinkState.DISCONNECTED


def test_without_a_consent_what_stands_is_left_and_that_is_said(
    connected: Connected,
) -> None:
    busy_week(connected)
    connected.google.act("revoke", account=ACCOUNT)
    connected.later(hours=2)
    connected.work()
    assert connected.link().state is LinkState.REAUTH_REQUIRED
    report = end(connected, Ending.REMOVE)
    assert (report.left, report.removed, report.signed_out) == (2, 0, True)
    assert connected.link().state is LinkState.DISCONNECTED


def test_an_event_of_the_persons_own_keeps_its_calendar(connected: Connected) -> None:
    link = busy_week(connected)
    connected.google.act(
        "create",
        account=ACCOUNT,
        calendar=link.managed,
        body={
            "summary": "Dentist",
            "start": {"dateTime": "2026-11-26T09:00:00Z"},
            "end": {"dateTime": "2026-11-26T10:00:00Z"},
        },
    )
    connected.later(minutes=15)
    connected.work()
    others = [row for row in connected.house.rows() if row.client is None]
    assert others
    report = end(connected, Ending.REMOVE)
    assert (report.removed, report.calendar_removed) == (2, False)
    assert titles_ever(connected, link.managed) >= {"Dentist"}
    assert [row for row in connected.house.rows() if row.client is None] == []


def test_a_consent_that_another_link_lives_by_is_not_revoked(connected: Connected) -> None:
    connected.connect()
    theos = connected.connect(THEO)
    with connected.house.database.writing() as uow:
        end_link(uow, google_links.find_link(uow, LinkWanted(ALMA)), Ending.LEAVE)
    connected.work()
    with connected.house.database.reading() as uow:
        (alma,) = uow.google.links.links(ALMA)
    report = read_report(alma.report)
    assert report is not None
    assert not report.revoked
    connected.later(hours=2)
    connected.work()
    assert connected.link(theos).state is LinkState.CONNECTED


def test_who_has_no_link_has_none_to_end(connected: Connected) -> None:
    with connected.house.database.writing() as uow, pytest.raises(NotFound):
        google_links.find_link(uow, LinkWanted(THEO))


def test_who_leaves_the_practice_is_disconnected(connected: Connected) -> None:
    link = busy_week(connected)
    with connected.house.database.writing() as uow:
        disable_user(uow, connected.house.context(ADMIN), ALMA)
    connected.work()
    assert connected.link().state is LinkState.DISCONNECTED
    assert connected.google.google.grants.refreshes == {}
    assert len(connected.google.live_events(ACCOUNT, link.managed)) == 2


def dentist(connected: Connected) -> None:
    """Make an event in the account's own calendar, and let it be read."""
    body = {
        "summary": "Dentist",
        "start": {"dateTime": "2026-11-26T09:00:00Z"},
        "end": {"dateTime": "2026-11-26T10:00:00Z"},
    }
    connected.google.act("create", account=ACCOUNT, calendar="primary", body=body)
    connected.later(minutes=15)
    connected.work()


def taken(connected: Connected) -> int:
    return len([row for row in connected.house.rows() if row.client is None])


def test_what_came_from_other_calendars_goes_with_the_link(connected: Connected) -> None:
    connected.connect(watched=("primary",))
    dentist(connected)
    assert taken(connected) == 1
    end(connected, Ending.LEAVE)
    assert taken(connected) == 0


def test_what_a_calendar_held_goes_when_it_is_watched_no_more(connected: Connected) -> None:
    connected.connect(watched=("primary",))
    dentist(connected)
    with connected.house.database.writing() as uow:
        found = google_links.find_link(uow, LinkWanted(ALMA))
        unwatch(uow, connected.house.context(), found, "primary")
    assert taken(connected) == 0
    connected.later(minutes=15)
    connected.work()
    assert taken(connected) == 0
