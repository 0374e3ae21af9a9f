"""A mail server for tests: it speaks real SMTP on loopback and keeps what it is given."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Final

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

PATIENCE: Final = 30
USER, PASSWORD = "praxical", "correct horse"


@dataclass(frozen=True)
class Taken:
    """A message as it came in, with its envelope and what the connection was."""

    sender: str
    to: tuple[str, ...]
    content: bytes
    encrypted: bool
    login: str

    @property
    def message(self) -> EmailMessage:
        found = message_from_bytes(self.content, policy=default)
        assert isinstance(found, EmailMessage)
        return found

    def part(self, kind: str) -> str:
        """Return the text of the part of this type, "" where there is none."""
        for part in self.message.walk():
            if part.get_content_type() == kind:
                text = part.get_content()
                return text if isinstance(text, str) else text.decode()
        return ""

    @property
    def plain(self) -> str:
        return self.part("text/plain")

    @property
    def file(self) -> str:
        return self.part("text/calendar")


@dataclass
class Office:
    """Answers each recipient and each message with the next line given, else takes it.

    A line that is empty drops the connection. While ``held`` is clear a message waits.
    """

    port: int = 0
    taken: list[Taken] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    held: threading.Event = field(default_factory=threading.Event)
    arrived: threading.Condition = field(default_factory=threading.Condition)
    came: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.held.set()

    async def handle_RCPT(  # noqa: N802 - the library calls it so
        self, server: SMTP, _session: Session, envelope: Envelope, to: str, _options: list[str]
    ) -> str:
        answer = self._answer(self.recipients, server)
        if answer.startswith("250"):
            envelope.rcpt_tos.append(to)
        return answer

    async def handle_DATA(  # noqa: N802 - as above
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        self.came.set()
        await asyncio.get_running_loop().run_in_executor(None, self.held.wait, PATIENCE)
        answer = self._answer(self.messages, server)
        if answer.startswith("250"):
            self._keep(server, session, envelope)
        return answer

    def wait_for(self, count: int) -> list[Taken]:
        """Return what was taken as soon as there are so many."""
        with self.arrived:
            assert self.arrived.wait_for(lambda: len(self.taken) >= count, PATIENCE)
        return list(self.taken)

    def _keep(self, server: SMTP, session: Session, envelope: Envelope) -> None:
        data: object = session.auth_data
        one = Taken(
            envelope.mail_from or "",
            tuple(envelope.rcpt_tos),
            envelope.original_content or b"",
            bool(_wire(server).get_extra_info("ssl_object")),
            data.login.decode() if isinstance(data, LoginPassword) else "",
        )
        with self.arrived:
            self.taken.append(one)
            self.arrived.notify_all()

    def _answer(self, lines: list[str], server: SMTP) -> str:
        answer = lines.pop(0) if lines else "250 OK"
        if not answer:
            _wire(server).close()
        return answer


def _wire(server: SMTP) -> asyncio.BaseTransport:
    assert server.transport is not None
    return server.transport


def _authenticated(
    _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: object
) -> AuthResult:
    fits = isinstance(data, LoginPassword) and data.password == PASSWORD.encode()
    return AuthResult(success=fits, handled=False, auth_data=data)


@contextmanager
def post_office(
    certificate: Path | None = None, *, starttls: bool = True, login: bool = False
) -> Iterator[Office]:
    """Run a mail server for as long as the block does.

    With a certificate (key and chain in one file) it offers STARTTLS, or speaks TLS from the
    first byte. With ``login`` it takes mail from USER only.
    """
    office = Office()
    context = None
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
    loop = asyncio.new_event_loop()

    def speak() -> SMTP:
        return SMTP(
            office,
            hostname="localhost",
            loop=loop,
            tls_context=context if starttls else None,
            enable_SMTPUTF8=False,
            # The library knows of no encryption but that which it began itself.
            auth_required=login and starttls,
            auth_require_tls=starttls,
            authenticator=_authenticated if login else None,
        )

    direct = None if starttls else context
    listening = loop.create_server(speak, "127.0.0.1", 0, ssl=direct)
    server = loop.run_until_complete(listening)
    office.port = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield office
    finally:
        office.held.set()
        asyncio.run_coroutine_threadsafe(_end(server), loop).result(PATIENCE)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()


async def _end(server: asyncio.Server) -> None:
    server.close()
    open_ones = asyncio.all_tasks() - {asyncio.current_task()}
    for task in open_ones:
        task.cancel()
    await asyncio.gather(*open_ones, return_exceptions=True)
