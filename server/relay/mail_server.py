"""The practice's mail server: one message is handed over, encrypted, or it is said why not."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from enum import StrEnum
from ipaddress import ip_address
from socket import gaierror
from typing import Final

from server.relay.addresses import Network

_MAY_FAIL: Final = (smtplib.SMTPException, OSError)
_NOT_FOR_GOOD: Final = range(400, 500)
_CLOSING: Final = 421
"""The server goes away, whatever it was asked (RFC 5321 3.8)."""


class MailSecurity(StrEnum):
    """How the connection is encrypted."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class MailVerdict(StrEnum):
    """What an attempt says of the mail, and of the server."""

    SENT = "sent"
    LATER = "later"
    """This mail was not taken now; the next one may be."""
    DOWN = "down"
    """The server takes no mail from us for now."""
    REFUSED = "refused"
    """This mail will never be taken."""


@dataclass(frozen=True, slots=True)
class MailOutcome:
    """The verdict and why, in a word without anything of the server's answer."""

    verdict: MailVerdict
    result: str


class NotEncrypted(OSError):
    """The server is not one to which mail may go in the clear."""


@dataclass(frozen=True)
class MailServer:
    """Where mail is handed over, and as whom.

    ``name`` is how this machine calls itself (EHLO). ``timeout`` are the seconds that each
    answer may take. Without encryption only this machine and the ``allowed`` networks are
    written to.
    """

    host: str
    port: int
    security: MailSecurity
    name: str
    username: str = ""
    password: str = field(default="", repr=False)
    timeout: int = 15
    allowed: tuple[Network, ...] = ()

    def send(self, message: EmailMessage, sender: str, to: str) -> MailOutcome:
        """Hand over a message from one address to one other; raises nothing that may fail."""
        try:
            with self._open() as connection:
                return _handed_over(connection, message, sender, to)
        except _MAY_FAIL as error:
            return MailOutcome(MailVerdict.DOWN, _word_of(error))

    def permits(self, address: str) -> bool:
        """Whether mail may go to this address in the clear."""
        judged = ip_address(address.partition("%")[0])
        return judged.is_loopback or any(judged in network for network in self.allowed)

    @contextmanager
    def _open(self) -> Iterator[smtplib.SMTP]:
        connection = self._connected()
        try:
            self._secure(connection)
            if self.username:
                connection.login(self.username, self.password)
            yield connection
            # What was taken stays taken, however the server says goodbye.
            with suppress(*_MAY_FAIL):
                connection.quit()
        finally:
            connection.close()

    def _connected(self) -> smtplib.SMTP:
        if self.security is MailSecurity.TLS:
            return smtplib.SMTP_SSL(
                self.host,
                self.port,
                self.name,
                timeout=self.timeout,
                context=ssl.create_default_context(),
            )
        return smtplib.SMTP(self.host, self.port, self.name, timeout=self.timeout)

    def _secure(self, connection: smtplib.SMTP) -> None:
        """Encrypt the connection, or see that it needs not be; the certificate is verified."""
        match self.security:
            case MailSecurity.STARTTLS:
                connection.starttls(context=ssl.create_default_context())
            case MailSecurity.TLS:
                pass
            case MailSecurity.NONE:
                # Asked of the connection itself: a name may stand for any address.
                self._check_near(connection)

    def _check_near(self, connection: smtplib.SMTP) -> None:
        if connection.sock is None:
            raise smtplib.SMTPServerDisconnected
        if not self.permits(str(connection.sock.getpeername()[0])):
            raise NotEncrypted


def _handed_over(
    connection: smtplib.SMTP, message: EmailMessage, sender: str, to: str
) -> MailOutcome:
    """Hand over one message; raises what says that the server takes none from us."""
    try:
        connection.send_message(message, sender, [to])
    except smtplib.SMTPRecipientsRefused as error:
        code, _ = error.recipients[to]
        return _refused(code)
    except smtplib.SMTPDataError as error:
        return _refused(error.smtp_code)
    except (smtplib.SMTPNotSupportedError, UnicodeError):
        # RFC 6531: an address that is not ASCII, and a server that knows no other.
        return MailOutcome(MailVerdict.REFUSED, "address-not-supported")
    return MailOutcome(MailVerdict.SENT, "sent")


def _refused(code: int) -> MailOutcome:
    if code == _CLOSING:
        verdict = MailVerdict.DOWN
    else:
        verdict = MailVerdict.LATER if code in _NOT_FOR_GOOD else MailVerdict.REFUSED
    return MailOutcome(verdict, f"smtp-{code}")


def _word_of(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return "login-refused"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"smtp-{error.smtp_code}"
    # Of a connection that ended while an answer was waited for, the library tells no reason.
    reason = error.__context__ if isinstance(error, smtplib.SMTPServerDisconnected) else error
    named = (word for kinds, word in _WORDS if isinstance(reason, kinds))
    return next(named, "connection-failed")


_WORDS: Final = (
    ((smtplib.SMTPNotSupportedError,), "not-offered"),
    ((NotEncrypted,), "not-encrypted"),
    ((ssl.SSLError,), "tls-failed"),
    ((gaierror,), "name-unknown"),
    ((TimeoutError,), "timeout"),
)
