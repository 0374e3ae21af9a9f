"""A letter becomes a message that any server takes and no text can steer."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest

from server.relay.mail_message import From, message_of
from server.usecases.letters import Letter, Paragraph

NOW = datetime(2026, 11, 3, 15, tzinfo=UTC)
SENDER = From("office@practice.example", reply_to="desk@practice.example")
LETTER = Letter(
    "nora@example.org",
    "Praxis Müller",
    "Your appointment",
    (Paragraph("Grüße,\nzwei Zeilen <b>"), Paragraph("See it", "https://x.example/a?b=1&c=2")),
    "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
    "booked",
    7,
)


def read(letter: Letter = LETTER, sender: From = SENDER) -> EmailMessage:
    """Return the message as who receives it reads it."""
    sent = message_of("01M", letter, sender, NOW).as_bytes()
    found = message_from_bytes(sent, policy=default)
    assert isinstance(found, EmailMessage)
    return found


def test_a_message_says_who_when_and_that_a_program_wrote_it() -> None:
    message = read()
    headers = dict(message.items())
    assert headers["From"] == "Praxis Müller <office@practice.example>"
    assert headers["To"] == "nora@example.org"
    assert headers["Reply-To"] == "desk@practice.example"
    assert headers["Date"] == "Tue, 03 Nov 2026 15:00:00 +0000"
    assert headers["Auto-Submitted"] == "auto-generated"


def test_a_message_has_the_same_text_twice_and_the_file() -> None:
    plain, html, file = (part for part in read().walk() if not part.is_multipart())
    assert plain.get_content().replace("\r\n", "\n") == (
        "Grüße,\nzwei Zeilen <b>\n\nSee it: https://x.example/a?b=1&c=2\n"
    )
    assert "<p>Grüße,<br>\nzwei Zeilen &lt;b&gt;</p>" in html.get_content().replace(
        "\r\n", "\n"
    )
    assert '<a href="https://x.example/a?b=1&amp;c=2">See it</a>' in html.get_content()
    assert file.get_content_type() == "text/calendar"
    assert file["Content-Type"].params["method"] == "PUBLISH"
    assert file.get_filename() == "appointment.ics"
    assert file.get_payload(decode=True) == LETTER.calendar_file.encode()


def test_a_message_is_seven_bits_wide() -> None:
    sent = message_of("01M", LETTER, SENDER, NOW).as_bytes()
    assert max(sent) < 128
    assert max(len(line) for line in sent.split(b"\r\n")) <= 998


def test_the_same_mail_has_the_same_name_and_another_one_another() -> None:
    names = [
        message_of(mail, letter, SENDER, NOW)["Message-ID"]
        for mail, letter in (
            ("01M", LETTER),
            ("01M", replace(LETTER, to="other@example.org")),
            ("01N", LETTER),
            ("01M", replace(LETTER, told="cancelled")),
            ("01M", replace(LETTER, revision=8)),
        )
    ]
    assert names[0] == names[1]
    assert len(set(names)) == 4
    assert names[0].endswith("@practice.example>")


@pytest.mark.parametrize("evil", ["A\r\nBcc: all@example.org", "A\nX: y", "A\u2028B\x00\x0bC"])
def test_a_name_that_holds_line_breaks_adds_no_header(evil: str) -> None:
    letter = replace(LETTER, practice=evil, subject=f"At {evil}")
    message = read(letter, replace(SENDER, name=evil))
    assert message["Bcc"] is None
    assert message["X"] is None
    assert set(message.keys()) == set(read().keys())


@pytest.mark.parametrize("evil", ["a@example.org\r\nBcc: all@example.org", "a@b\nc@d"])
def test_an_address_that_holds_line_breaks_is_no_message(evil: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        message_of("01M", replace(LETTER, to=evil), SENDER, NOW)
