"""What a visitor types into the form of a booking, and what is wrong with it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from server.domain.bookings import Visitor
from server.domain.errors import Invalid
from server.usecases import accepted_values as accepted
from server.usecases.book import MESSAGE_AT_MOST
from server.web.pages.strings import ENGLISH

REMINDERS: Final = ("remind_email", "remind_text", "remind_phone")
_KEY_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Form:
    """What a visitor typed; ``key`` names this form, so that it books once however often sent.

    ``reminders`` are the names of the boxes that were ticked.
    """

    name: str = ""
    email: str = ""
    phone: str = ""
    message: str = ""
    reminders: frozenset[str] = frozenset()
    code: str = ""
    key: str = field(default_factory=lambda: secrets.token_urlsafe(_KEY_BYTES))

    @classmethod
    def read(cls, said: Mapping[str, str]) -> Form:
        """Return what was sent; lines of a message end as ours do."""
        message = said.get("message", "").replace("\r\n", "\n").replace("\r", "\n")
        return cls(
            said.get("name", "").strip(),
            said.get("email", "").strip(),
            said.get("phone", "").strip(),
            message,
            frozenset(name for name in REMINDERS if said.get(name)),
            "" if said.get("again") else said.get("code", "").strip(),
            said.get("key") or secrets.token_urlsafe(_KEY_BYTES),
        )

    def said(self) -> dict[str, str]:
        """Return what can be read again, without the code."""
        words = {
            "name": self.name,
            "email": self.email,
            "phone": self.phone,
            "message": self.message,
            "key": self.key,
        }
        return {**words, **dict.fromkeys(sorted(self.reminders), "yes")}

    @property
    def visitor(self) -> Visitor:
        """Who this is."""
        return Visitor(
            self.name,
            self.email,
            self.phone,
            email_reminders="remind_email" in self.reminders,
            text_reminders="remind_text" in self.reminders,
            phone_reminders="remind_phone" in self.reminders,
        )

    def errors(self, *, by_code: bool) -> dict[str, str]:
        """Return what is wrong, by field, in the order of the page."""
        found = {
            "name": self._name_error(),
            "email": self._email_error(by_code=by_code),
            "phone": "phone_bad" if _refuses(accepted.phone, self.phone) else "",
            "reminders": self._reminder_error(),
            "message": "message_bad" if self._message_is_bad() else "",
        }
        return {name: ENGLISH(key) for name, key in found.items() if key}

    def _name_error(self) -> str:
        if not any(letter.isalpha() for letter in self.name):
            return "name_bad"
        return "name_long" if _refuses(lambda text: accepted.text("", text), self.name) else ""

    def _email_error(self, *, by_code: bool) -> str:
        if self.email:
            return "email_bad" if _refuses(accepted.email, self.email) else ""
        if by_code:
            return "email_missing"
        return "" if self.phone else "contact_missing"

    def _reminder_error(self) -> str:
        if "remind_email" in self.reminders and not self.email:
            return "remind_email_bad"
        by_phone = self.reminders & {"remind_text", "remind_phone"}
        return "remind_phone_bad" if by_phone and not self.phone else ""

    def _message_is_bad(self) -> bool:
        too_long = len(self.message.strip()) > MESSAGE_AT_MOST
        return too_long or _refuses(lambda text: accepted.lines("", text), self.message)


def _refuses(check: Callable[[str], object], value: str) -> bool:
    try:
        check(value)
    except Invalid:
        return True
    return False
