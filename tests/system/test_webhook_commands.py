"""`praxical webhook`: who is told, what became of it, and what was given up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.command_line import Praxical, book, copied, make_practice, unwrapped
from tests.receiver import Receiver, receiving

URL = "https://books.example.org/praxical"


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a small practice."""
    return make_practice(tmp_path_factory.mktemp("practice") / "data")


@pytest.fixture
def praxical(prepared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Praxical:
    """Return the command line over a copy of the small practice."""
    return copied(prepared, tmp_path / "data", capsys)


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """Return a receiver that the settings allow to be called."""
    monkeypatch.setenv("PRAXICAL_RELAY_ALLOWED_NETWORKS", "127.0.0.1")
    monkeypatch.setenv("PRAXICAL_RELAY_DELAY_MINUTES", "0")
    with receiving() as running:
        yield running


def added(praxical: Praxical, url: str = URL, *more: str) -> dict[str, str]:
    """Return the id and the secret of a new webhook."""
    made: dict[str, str] = praxical("webhook", "add", url, *more, "--json").json
    return made


def test_the_secret_is_shown_once_and_never_again(praxical: Praxical) -> None:
    shown = praxical("webhook", "add", URL)
    assert "whsec_" in shown.out
    assert "not shown again" in shown.out
    for listing in (praxical("webhook", "list"), praxical("webhook", "list", "--json")):
        assert URL in unwrapped(listing.out)
        assert "whsec_" not in listing.out


def test_only_what_is_asked_for_is_listed_as_such(praxical: Praxical) -> None:
    added(praxical, URL, "--event", "bill.paid", "--event", "bill.paid")
    (listed,) = praxical("webhook", "list", "--json").json
    assert listed["events"] == ["bill.paid"]
    assert "all" not in praxical("webhook", "list").out


@pytest.mark.parametrize(
    "url",
    [
        "ftp://books.example.org/x",
        "http://books.example.org/x",
        "https://",
        "https://user:password@books.example.org/x",
        "https://books.example.org/x#part",
        "https://books.example.org:99999/x",
        "https://books.example.org/\u202ex",
        "books.example.org",
        "",
    ],
)
def test_an_address_that_cannot_be_is_refused(praxical: Praxical, url: str) -> None:
    refused = praxical("webhook", "add", url)
    assert refused.code == 1
    assert "password" not in refused.err
    assert praxical("webhook", "list", "--json").json == []


def test_an_unknown_type_is_refused_and_the_known_ones_are_named(praxical: Praxical) -> None:
    for wrong in ("bill.settled", "webhook.test"):
        refused = praxical("webhook", "add", URL, "--event", wrong)
        assert refused.code == 1
        assert "bill.paid" in unwrapped(refused.err)


def test_a_test_says_what_came_of_it(praxical: Praxical, receiver: Receiver) -> None:
    webhook = added(praxical, f"{receiver.url}/in", "--event", "bill.paid")
    tested = praxical("webhook", "test", webhook["id"])
    assert (tested.code, tested.out.strip()) == (0, "delivered: http-204")
    (one,) = receiver.received
    told = one.verified(webhook["secret"])
    assert (told["type"], told["data"]) == ("webhook.test", {"endpoint": webhook["id"]})


def test_a_test_that_fails_says_why(praxical: Praxical, receiver: Receiver) -> None:
    webhook = added(praxical, receiver.url)
    receiver.status = 503
    failed = praxical("webhook", "test", webhook["id"], "--json")
    assert failed.code == 1
    assert (failed.json["state"], failed.json["result"]) == ("waiting", "http-503")
    assert "failing (1)" in praxical("webhook", "list").out
    receiver.status = 200
    assert praxical("webhook", "test", webhook["id"]).code == 0
    assert "active" in praxical("webhook", "list").out


def test_an_address_inside_is_refused_unless_it_is_allowed(
    praxical: Praxical, monkeypatch: pytest.MonkeyPatch
) -> None:
    webhook = added(praxical, "https://127.0.0.1:9/in")
    assert "address-refused" in praxical("webhook", "test", webhook["id"]).out
    monkeypatch.setenv("PRAXICAL_RELAY_ALLOWED_NETWORKS", "127.0.0.0/8")
    second = added(praxical, "http://127.0.0.1:9/in")
    assert "connection-failed" in praxical("webhook", "test", second["id"]).out


def test_the_worker_tells_what_happened(praxical: Praxical, receiver: Receiver) -> None:
    added(praxical, receiver.url)
    number = book(praxical)
    assert praxical("worker", "--once").code == 0
    assert receiver.types() == ["appointment.booked"]
    assert receiver.told()[0][1]["appointment"] == number
    (delivered,) = praxical("webhook", "deliveries", "--json").json
    assert (delivered["state"], delivered["type"]) == ("delivered", "appointment.booked")
    assert "appointment.booked" in praxical("webhook", "deliveries").out


def test_what_was_given_up_is_listed_and_replayed(
    praxical: Praxical, receiver: Receiver
) -> None:
    webhook = added(praxical, receiver.url)
    receiver.statuses = [410]
    assert praxical("webhook", "test", webhook["id"]).code == 1
    assert "disabled (gone)" in praxical("webhook", "list").out
    (dead,) = praxical("webhook", "dead", "--webhook", webhook["id"], "--json").json
    assert (dead["state"], dead["result"], dead["attempts"]) == ("dead", "http-410", 1)
    assert praxical("webhook", "test", webhook["id"]).code == 1  # not while it is disabled
    assert praxical("webhook", "enable", webhook["id"]).code == 0
    assert praxical("webhook", "replay", dead["event"]).out == "To be sent again: 1.\n"
    assert praxical("worker", "--once").code == 0
    assert praxical("webhook", "dead", "--json").json == []
    ids = {one.headers["webhook-id"] for one in receiver.received}
    assert ids == {dead["event"]}


def test_replaying_needs_to_know_what(praxical: Praxical) -> None:
    assert praxical("webhook", "replay").code == 2
    assert praxical("webhook", "replay", "x", "--all").code == 2
    assert praxical("webhook", "replay", "--all").out == "To be sent again: 0.\n"
    missing = praxical("webhook", "replay", "01JD7Z6Q8K5T3V9W2X4Y6Z8A0B")
    assert missing.code == 1
    assert "There is no dead webhook" in unwrapped(missing.err)


def test_a_new_secret_leaves_the_old_one_a_day(praxical: Praxical, receiver: Receiver) -> None:
    old = added(praxical, receiver.url)
    new = praxical("webhook", "secret", old["id"], "--json").json
    assert praxical("webhook", "test", old["id"]).code == 0
    (one,) = receiver.received
    assert one.verified(old["secret"]) == one.verified(new["secret"])
    assert praxical("webhook", "list", "--json").json[0]["old_secret_until"]


def test_a_disabled_webhook_hears_nothing_of_what_happens_meanwhile(
    praxical: Praxical, receiver: Receiver
) -> None:
    webhook = added(praxical, receiver.url)
    assert praxical("webhook", "disable", webhook["id"]).code == 0
    assert "disabled (by-hand)" in praxical("webhook", "list").out
    book(praxical)
    assert praxical("webhook", "enable", webhook["id"]).code == 0
    assert praxical("worker", "--once").code == 0
    assert receiver.received == []


def test_a_removed_webhook_is_gone_with_all_that_waited(praxical: Praxical) -> None:
    webhook = added(praxical)
    book(praxical)
    assert praxical("webhook", "remove", webhook["id"]).code == 0
    assert praxical("webhook", "list").out.startswith("Nobody is told.")
    assert praxical("webhook", "deliveries").out == "There are none.\n"
    for command in ("remove", "test", "secret", "enable", "disable"):
        assert praxical("webhook", command, webhook["id"]).code == 1
