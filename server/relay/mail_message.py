"""A letter as a mail message (RFC 5322): plain text, the same as HTML, a calendar file."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape
from typing import Final

from server.usecases.letters import Letter, Paragraph
from server.usecases.mail_words import LABELED

# Seven bits go through every server, also one that never heard of 8BITMIME (RFC 6152).
_POLICY: Final = SMTP.clone(cte_type="7bit")
_NAME_AT_MOST: Final = 78
_ID_LENGTH: Final = 32
_FILE_NAME: Final = "appointment.ics"
_PAGE: Final = '<!DOCTYPE html>\n<html lang="en">\n<body>\n{}\n</body>\n</html>\n'


@dataclass(frozen=True, slots=True)
class From:
    """Who mail comes from; ``name`` empty: the practice. ``reply_to`` empty: the address."""

    address: str
    name: str = ""
    reply_to: str = ""

    @property
    def domain(self) -> str:
        """What stands behind the last @."""
        return self.address.rpartition("@")[2]


def message_of(mail: str, letter: Letter, sender: From, now: datetime) -> EmailMessage:
    """Return a letter as the message of the mail with this id, dated now (aware).

    Raises ValueError for what cannot stand in a header.
    """
    message = EmailMessage(policy=_POLICY)
    name = _one_line(sender.name or letter.practice)
    message["From"] = Address(display_name=name, addr_spec=sender.address)
    message["To"] = letter.to
    if sender.reply_to:
        message["Reply-To"] = sender.reply_to
    message["Subject"] = _one_line(letter.subject)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{_id_of(mail, letter)}@{sender.domain}>"
    # RFC 3834 5: nobody's program answers what a program has written.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(_plain(letter))
    message.add_alternative(_html(letter), subtype="html")
    if letter.calendar_file:
        _attach(message, letter.calendar_file)
    return message


def _id_of(mail: str, letter: Letter) -> str:
    """Return what names the message: the same for a mail that is sent twice.

    A booking has one mail for all its changes; each change that is told is a message.
    """
    said = f"{mail}\n{letter.told}\n{letter.revision}"
    return hashlib.sha256(said.encode()).hexdigest()[:_ID_LENGTH]


def _attach(message: EmailMessage, text: str) -> None:
    message.add_attachment(
        text.encode(),
        maintype="text",
        subtype="calendar",
        cte="base64",
        params={"charset": "utf-8", "method": "PUBLISH"},
        filename=_FILE_NAME,
    )


def _one_line(text: str) -> str:
    """Return a text that ends no header line (ASVS 1.3.11)."""
    seen = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(seen.split())[:_NAME_AT_MOST]


def _plain(letter: Letter) -> str:
    return "\n\n".join(_plain_paragraph(one) for one in letter.paragraphs) + "\n"


def _plain_paragraph(one: Paragraph) -> str:
    if one.address:
        return LABELED.format(label=one.text, address=one.address)
    return one.text


def _html(letter: Letter) -> str:
    return _PAGE.format("\n".join(_html_paragraph(one) for one in letter.paragraphs))


def _html_paragraph(one: Paragraph) -> str:
    text = escape(one.text).replace("\n", "<br>\n")
    if one.address:
        text = f'<a href="{escape(one.address)}">{text}</a>'
    return f"<p>{text}</p>"
