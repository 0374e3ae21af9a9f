"""The settings of mail: a server needs a sender, and no mistake repeats the password."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.settings import BadSettings, load_settings

COMPLETE = {
    "PRAXICAL_MAIL_SENDER": "office@practice.example",
    "PRAXICAL_MAIL_HOST": "mail.practice.example",
    "PRAXICAL_MAIL_PASSWORD": "0123456789",
}


def mistakes(environment: dict[str, str], config: Path | None = None) -> list[str]:
    with pytest.raises(BadSettings) as refused:
        load_settings(config, environment)
    return refused.value.mistakes


def test_a_password_of_digits_is_a_text() -> None:
    assert load_settings(None, COMPLETE).mail.password == "0123456789"


def test_a_mail_server_needs_a_sender() -> None:
    (mistake,) = mistakes({"PRAXICAL_MAIL_HOST": "mail.practice.example"})
    assert "[mail] host: say from whom mail comes too: [mail] sender" in mistake


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("SENDER", "office"),
        ("SENDER", "office@practice.example\r\nBcc: all@example.org"),
        ("SENDER", "b\u00fcro@practice.example"),
        ("REPLY_TO", "a@b, c@d"),
        ("SENDER_NAME", "Practice\nBcc: all@example.org"),
        ("HOST", "mail practice"),
        ("HOST", "https://mail.practice.example"),
        ("PORT", "0"),
        ("SECURITY", "maybe"),
        ("TIMEOUT_SECONDS", "0"),
        ("USERNAME", "a\nb"),
    ],
)
def test_what_cannot_be_meant_is_named(key: str, value: str) -> None:
    (mistake,) = mistakes({**COMPLETE, f"PRAXICAL_MAIL_{key}": value})
    assert f"[mail] {key.lower()}: " in mistake


def test_a_password_that_is_no_text_is_not_repeated(tmp_path: Path) -> None:
    config = tmp_path / "praxical.toml"
    config.write_text("[mail]\npassword = 271828\n")
    assert mistakes({}, config) == [
        f"{config}:2: [mail] password: the value is not a text in quotation marks"
    ]


def test_settings_do_not_show_the_password() -> None:
    assert "0123456789" not in repr(load_settings(None, COMPLETE))
