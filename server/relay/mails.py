"""Sending mail as it becomes due, one after another, until the mail server takes no more."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from server.domain.bookings import Mail
from server.relay import mail_recording as recording
from server.relay.going_on import going_on
from server.relay.mail_message import From, message_of
from server.relay.mail_server import MailOutcome, MailServer, MailVerdict
from server.usecases.letters import Letter, NotSent
from server.usecases.ports import Clock, Database

_LOOKING_EVERY: Final = 1.0
"""Seconds between two looks at what is due."""
_RESTING: Final = 15.0
"""Seconds for which a mail server that is down is left alone."""
_TIDY_EVERY: Final = timedelta(hours=1)
_ANSWERS: Final = 20
"""More answers than one mail takes: for so many timeouts nobody else takes it."""
_NO_SERVER: Final = "no-mail-server"


@dataclass(frozen=True, slots=True)
class MailTerms:
    """Where mail is handed over (None: nowhere), who it comes from, where its links lead."""

    server: MailServer | None
    sender: From
    pages: str


class Mailer:
    """Sends the mails of one practice; several may work side by side."""

    def __init__(self, database: Database, clock: Clock, terms: MailTerms) -> None:
        self._database = database
        self._clock = clock
        self._terms = terms
        timeout = terms.server.timeout if terms.server else 1
        self._lease = timedelta(seconds=_ANSWERS * timeout)
        self._tidy_from: datetime | None = None
        self.attempts = 0

    def send_due(self) -> bool:
        """Send until nothing is due or the server takes no more; False in the latter case.

        Raises DatabaseBusy and DatabaseUnreachable.
        """
        self._tidy()
        while (mail := recording.take(self._database, self._now(), self._lease)) is not None:
            verdict = self._deal_with(mail)
            if verdict is MailVerdict.DOWN:
                return False
        return True

    def run(self, stopped: threading.Event) -> None:
        """Send what becomes due until told to stop."""
        pause = 0.0
        while not stopped.wait(pause):
            pause = _LOOKING_EVERY
            with going_on("mails", "all"):
                pause = _LOOKING_EVERY if self.send_due() else _RESTING

    def _now(self) -> datetime:
        return self._clock.now()

    def _tidy(self) -> None:
        now = self._now()
        if self._tidy_from is None or now >= self._tidy_from:
            recording.prune(self._database, now)
            self._tidy_from = now + _TIDY_EVERY

    def _deal_with(self, mail: Mail) -> MailVerdict | None:
        """Send a mail that was taken, or drop it; the network is used in no transaction."""
        server = self._terms.server
        if server is None:
            recording.drop(self._database, mail, _NO_SERVER, self._now())
            return None
        if recording.is_used_up(mail):
            recording.note(self._database, mail, recording.GIVEN_UP, "", self._now())
            return None
        letter = recording.write(self._database, mail, self._terms.pages, self._now())
        if isinstance(letter, NotSent):
            recording.drop(self._database, mail, letter.value, self._now())
            return None
        self.attempts += 1
        outcome = self._sent(server, mail, letter)
        recording.note(self._database, mail, outcome, letter.told, self._now())
        return outcome.verdict

    def _sent(self, server: MailServer, mail: Mail, letter: Letter) -> MailOutcome:
        sender = self._terms.sender
        try:
            message = message_of(mail.id, letter, sender, self._now())
        except ValueError:
            return MailOutcome(MailVerdict.REFUSED, "not-writable")
        return server.send(message, sender.address, letter.to)


def mail_due(database: Database, clock: Clock, terms: MailTerms) -> int:
    """Send all mail that is due and clear away what is old; return how many attempts.

    Raises DatabaseBusy and DatabaseUnreachable.
    """
    mailer = Mailer(database, clock, terms)
    mailer.send_due()
    return mailer.attempts


def mail_on(
    database: Database, clock: Clock, terms: MailTerms, stopped: threading.Event
) -> None:
    """Send whatever mail becomes due until told to stop."""
    Mailer(database, clock, terms).run(stopped)
