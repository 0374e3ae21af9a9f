"""Mail is handed over encrypted, to who proves to be the server, or not at all."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path

import pytest

from server.relay.mail_message import From, message_of
from server.relay.mail_server import MailOutcome, MailSecurity, MailServer, MailVerdict
from server.usecases.letters import Letter, Paragraph
from tests.certificates import self_signed
from tests.post_office import PASSWORD, USER, Office, post_office

NOW = datetime(2026, 11, 3, 15, tzinfo=UTC)
NORA = "nora@example.org"
SENDER = From("office@practice.example")
LETTER = Letter(NORA, "Practice", "Hello", (Paragraph("Text"),))
DOWN, LATER, REFUSED = MailVerdict.DOWN, MailVerdict.LATER, MailVerdict.REFUSED
SENT = MailOutcome(MailVerdict.SENT, "sent")


def send(server: MailServer, to: str = NORA) -> MailOutcome:
    message = message_of("01M", replace(LETTER, to=to), SENDER, NOW)
    return server.send(message, SENDER.address, to)


def server_at(office: Office, security: MailSecurity, host: str = "localhost") -> MailServer:
    return MailServer(host, office.port, security, SENDER.domain, timeout=5)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return self_signed(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the certificate, which this machine trusts now."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    return certificate


@pytest.mark.parametrize("security", [MailSecurity.STARTTLS, MailSecurity.TLS])
def test_mail_is_handed_over_encrypted_and_with_a_login(
    trusted: Path, security: MailSecurity
) -> None:
    starttls = security is MailSecurity.STARTTLS
    with post_office(trusted, starttls=starttls, login=True) as office:
        server = replace(server_at(office, security), username=USER, password=PASSWORD)
        assert send(server) == SENT
        (taken,) = office.taken
    assert (taken.encrypted, taken.login) == (True, USER)
    assert (taken.sender, taken.to) == (SENDER.address, (NORA,))


@pytest.mark.parametrize("security", [MailSecurity.STARTTLS, MailSecurity.TLS])
def test_a_certificate_that_nobody_has_signed_is_not_believed(
    certificate: Path, security: MailSecurity
) -> None:
    with post_office(certificate, starttls=security is MailSecurity.STARTTLS) as office:
        assert send(server_at(office, security)) == MailOutcome(DOWN, "tls-failed")
        assert office.taken == []


def test_a_certificate_of_another_host_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = self_signed(tmp_path, "elsewhere.example")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with post_office(certificate) as office:
        server = server_at(office, MailSecurity.STARTTLS)
        assert send(server) == MailOutcome(DOWN, "tls-failed")


def test_nothing_is_said_to_a_server_that_offers_no_encryption() -> None:
    with post_office() as office:
        server = server_at(office, MailSecurity.STARTTLS)
        assert send(server) == MailOutcome(DOWN, "not-offered")
        assert office.taken == []


def test_mail_in_the_clear_goes_to_this_machine_and_to_allowed_networks_only() -> None:
    with post_office() as office:
        server = server_at(office, MailSecurity.NONE)
        assert send(server) == SENT
        far = replace(server, allowed=(ip_network("10.0.0.0/8"),))
        assert far.permits("10.1.2.3")
        assert not far.permits("192.0.2.7")
        assert not server.permits("10.1.2.3")
        assert server.permits("::1")


def test_a_wrong_password_is_the_server_s_trouble_and_no_mail_s(trusted: Path) -> None:
    with post_office(trusted, login=True) as office:
        server = server_at(office, MailSecurity.STARTTLS)
        wrong = replace(server, username=USER, password="wrong")
        assert send(wrong) == MailOutcome(DOWN, "login-refused")
        assert send(server) == MailOutcome(DOWN, "smtp-530")


@pytest.mark.parametrize(
    ("line", "outcome"),
    [
        ("450 4.2.1 Try again", MailOutcome(LATER, "smtp-450")),
        ("550 5.1.1 No such user nora@example.org", MailOutcome(REFUSED, "smtp-550")),
        ("421 4.3.2 Going down", MailOutcome(DOWN, "smtp-421")),
        ("", MailOutcome(DOWN, "connection-failed")),
    ],
)
def test_each_answer_says_what_becomes_of_the_mail(line: str, outcome: MailOutcome) -> None:
    with post_office() as office:
        server = server_at(office, MailSecurity.NONE)
        office.recipients = [line]
        assert send(server) == outcome
        office.messages = [line]
        assert send(server) == outcome
        assert send(server) == SENT


def test_a_server_that_is_silent_is_waited_for_so_long() -> None:
    with post_office() as office:
        office.held.clear()
        server = replace(server_at(office, MailSecurity.NONE), timeout=1)
        assert send(server) == MailOutcome(DOWN, "timeout")


def test_a_server_that_is_not_there_is_down() -> None:
    with post_office() as office:
        server = server_at(office, MailSecurity.NONE)
    assert send(server) == MailOutcome(DOWN, "connection-failed")


def test_an_address_that_the_server_cannot_write_is_refused() -> None:
    with post_office() as office:
        server = server_at(office, MailSecurity.NONE)
        outcome = send(server, "grüße@example.org")
    assert outcome == MailOutcome(REFUSED, "address-not-supported")


def test_the_password_is_neither_shown_nor_logged(
    trusted: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with post_office(trusted, login=True) as office:
        server = server_at(office, MailSecurity.STARTTLS)
        known = replace(server, username=USER, password=PASSWORD)
        assert send(known) == SENT
    own = [one.getMessage() for one in caplog.records if one.name.startswith("server.")]
    assert PASSWORD not in repr(known) + " ".join(own)
