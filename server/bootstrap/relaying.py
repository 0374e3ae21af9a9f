"""What is told outside by the worker: beside the minute's work, in threads of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeAlias

from server.bootstrap import clock, open_practice
from server.relay import relay_due, relay_on
from server.relay.addresses import AddressRules
from server.relay.mail_message import From
from server.relay.mail_server import MailSecurity, MailServer
from server.relay.mails import MailTerms, mail_due, mail_on
from server.settings import Settings
from server.usecases.booking_terms import terms_of
from server.usecases.ports import Database

_Telling: TypeAlias = Callable[[Database, threading.Event], None]


def relay_once(settings: Settings, database: Database) -> int:
    """Send the webhooks that are due; return how many attempts were made."""
    return relay_due(database, clock(), settings.relay.allowed_networks)


def mail_once(settings: Settings, database: Database) -> int:
    """Send the mail that is due; return how many attempts were made."""
    return mail_due(database, clock(), mail_terms(settings))


@contextmanager
def relaying(settings: Settings) -> Iterator[None]:
    """Send webhooks and mail as they become due, for as long as the block runs."""
    stopped = threading.Event()
    database = open_practice(settings)
    threads = [
        threading.Thread(target=tell, args=(database, stopped), name=name)
        for name, tell in _tellings(settings).items()
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stopped.set()
        for thread in threads:
            thread.join()
        database.close()


def mail_terms(settings: Settings) -> MailTerms:
    """Return where mail is handed over, as settings say; nowhere where they name no server."""
    mail = settings.mail
    sender = From(mail.sender, mail.sender_name, mail.reply_to)
    server = None
    if mail.host:
        server = MailServer(
            host=mail.host,
            port=mail.port,
            security=MailSecurity(mail.security),
            name=sender.domain,
            username=mail.username,
            password=mail.password,
            timeout=mail.timeout_seconds,
            allowed=AddressRules.of(settings.relay.allowed_networks).allowed,
        )
    return MailTerms(server, sender, terms_of(settings).address)


def _tellings(settings: Settings) -> dict[str, _Telling]:
    networks, terms = settings.relay.allowed_networks, mail_terms(settings)
    return {
        "relay": lambda database, stopped: relay_on(database, clock(), stopped, networks),
        "mail": lambda database, stopped: mail_on(database, clock(), terms, stopped),
    }
