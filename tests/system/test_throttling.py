"""Wrong passwords: a phone that retries harms nobody, a guesser is held off (T29)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from tests.system.phone import Phone
from tests.system.servers import Site

GUESSES = 20


def test_t29_a_stale_password_repeated_for_a_day_locks_nobody_out(
    site: Site, phone: Phone
) -> None:
    stale = site.phone(phone.user, "stale-secret-of-an-old-phone")
    # Once a minute for a day is 1440; what counts is that it is far beyond the limit.
    statuses = {stale.propfind("").status for _ in range(3 * GUESSES)}
    assert statuses == {401}
    assert phone.propfind("").status == 207


def test_t29_twenty_different_guesses_are_throttled(site: Site, phone: Phone) -> None:
    answers = [
        site.phone(phone.user, f"guess-number-{number:03d}").propfind("")
        for number in range(GUESSES + 5)
    ]
    statuses = [answer.status for answer in answers]
    assert statuses[:GUESSES] == [401] * GUESSES
    assert statuses[GUESSES + 1 :] == [429] * 4
    assert int(answers[-1].headers["retry-after"]) > 0


def test_t29_the_user_still_gets_in_while_a_guesser_is_held_off(
    site: Site, phone: Phone
) -> None:
    for number in range(GUESSES + 2):
        site.phone(phone.user, f"another-guess-{number:03d}").propfind("")
    assert site.phone(phone.user, "one-more-guess").propfind("").status == 429
    assert phone.propfind("").status == 207


def test_t29_guesses_at_unknown_names_are_throttled_alike(site: Site, phone: Phone) -> None:
    name = f"nobody-{phone.user}"
    statuses = [
        site.phone(name, f"guess-{number:03d}").propfind("/").status
        for number in range(GUESSES + 3)
    ]
    assert statuses[0] == 401
    assert statuses[-1] == 429


def test_t29_the_same_wrong_secret_from_many_connections_counts_once(
    site: Site, phone: Phone
) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = pool.map(
            lambda _: site.phone(phone.user, "one-stale-secret").propfind("").status, range(40)
        )
        assert set(found) == {401}
    assert site.phone(phone.user, "another-one").propfind("").status == 401


def test_the_first_try_without_credentials_is_no_failed_login(site: Site, phone: Phone) -> None:
    stranger = site.stranger()
    for _ in range(2 * GUESSES):
        assert stranger.propfind(phone.calendar).status == 401
    assert site.phone(phone.user, "a-wrong-secret").propfind("").status == 401
