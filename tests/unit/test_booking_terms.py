"""What the settings say of online booking, and what they may say."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from server.settings import BadSettings, Settings, load_settings
from server.settings.outside import MailSection
from server.usecases.booking_limits import TooOften
from server.usecases.booking_terms import BookingTerms, terms_of
from server.usecases.rules_of import rules_of
from server.web.problems import STATUS, problem_of
from tests.unit.test_documents import bare, rows, section

ROOT = Path(__file__).resolve().parents[2]


def settings(**said: str) -> Settings:
    return load_settings(
        None, {f"PRAXICAL_{name.upper()}": text for name, text in said.items()}
    )


def test_the_defaults_are_those_of_the_settings() -> None:
    assert terms_of(Settings()) == BookingTerms(verification_codes=False)


def test_links_follow_the_public_address_or_the_server_s_own() -> None:
    own = terms_of(settings(server_host="::1", server_port="81", server_base_path="/cal"))
    assert (own.address, own.is_public) == ("http://[::1]:81/cal", False)
    named = terms_of(settings(booking_public_url="https://cal.practice.example/a"))
    assert (named.address, named.is_public) == ("https://cal.practice.example/a", True)


def test_a_request_lasts_as_long_as_is_set() -> None:
    assert rules_of(settings(booking_request_hours="24")).request_lasts == timedelta(hours=24)


def test_origins_are_compared_in_small_letters() -> None:
    said = settings(
        booking_allowed_origins="https://WWW.practice.example, http://localhost:8080"
    )
    assert terms_of(said).allowed_origins == {
        "https://www.practice.example",
        "http://localhost:8080",
    }


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("allowed_origins", "*"),
        ("allowed_origins", "null"),
        ("allowed_origins", "https://www.practice.example/"),
        ("frame_origins", "www.practice.example"),
        ("frame_origins", "https://a.example; script-src *"),
        ("public_url", "https://cal.practice.example/"),
        ("public_url", "javascript:alert(1)"),
        ("colour", "red"),
        ("logo", "https://pictures.example/logo.png"),
        ("logo", "logo.html"),
        ("per_network_an_hour", "0"),
    ],
)
def test_what_cannot_be_meant_is_refused_at_the_start(key: str, text: str) -> None:
    with pytest.raises(BadSettings, match=key):
        settings(**{f"booking_{key}": text})


def test_who_asks_too_often_is_told_when_to_come_back() -> None:
    problem = problem_of(TooOften(timedelta(seconds=61.2)))
    assert (problem.status, problem.headers) == (429, {"Retry-After": "62"})


def test_the_errors_page_has_the_status_of_each_refusal_of_booking() -> None:
    text = (ROOT / "docs/reference/errors.md").read_text(encoding="utf-8")
    said = {
        bare(name): int(status) for name, status, _ in rows(section(text, "## Booking online"))
    }
    known = {kind.condition: status.value for kind, status in STATUS.items()}
    assert said == {
        "code": 422,
        **{name: known[name] for name in ("slot-taken", "booked-at-once", "too-often")},
    }


def test_without_a_mail_server_nobody_is_asked_for_a_code_that_cannot_arrive() -> None:
    mail = MailSection(host="mail.practice.example", sender="desk@practice.example")
    assert terms_of(Settings(mail=mail)).verification_codes
    assert not terms_of(Settings()).verification_codes
