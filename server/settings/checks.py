"""What a setting may be; each check returns the value, or raises ValueError with a sentence."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

from pydantic import ValidationInfo

_DATABASES = ("sqlite:///", "postgresql://", "postgresql+psycopg://", "postgres://")
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_BASE_PATH = re.compile(r"(/[A-Za-z0-9._~-]+)*")
_PORTS = range(1, 65536)
_MAIL_ADDRESS = re.compile(r"[^\s@<>,;:\"()\\]+@[^\s@<>,;:\"()\\]+")
_HOST = re.compile(r"[A-Za-z0-9._:-]+")


def slug(value: str) -> str:
    """Check the short name of a practice."""
    if value and not _SLUG.fullmatch(value):
        message = f"'{value[:40]}' is not a short name of small letters, digits and hyphens"
        raise ValueError(message)
    return value


def database_url(value: str) -> str:
    """Check the address of a database."""
    # The value is not repeated: it may hold a password.
    if value and not value.startswith(_DATABASES):
        message = "the address must begin with sqlite:///, postgresql:// or postgres://"
        raise ValueError(message)
    return value


def port(value: int) -> int:
    """Check a port."""
    if value not in _PORTS:
        message = f"{value} is not a port (1 to 65535)"
        raise ValueError(message)
    return value


def base_path(value: str) -> str:
    """Check a path below which the server is shown."""
    if not _BASE_PATH.fullmatch(value):
        message = f"'{value[:40]}' is not a path such as /calendars, without a slash at its end"
        raise ValueError(message)
    return value


def network(value: str) -> str:
    """Check an address or network."""
    try:
        ipaddress.ip_network(value)
    except ValueError as error:
        message = f"'{value[:40]}' is not an address or network such as 10.0.0.0/8"
        raise ValueError(message) from error
    return value


def not_empty(value: str) -> str:
    """Check that something is said."""
    if not value.strip():
        message = "must not be empty"
        raise ValueError(message)
    return value


def currency(value: str) -> str:
    """Check an ISO 4217 code."""
    if not re.fullmatch(r"[A-Z]{3}", value):
        message = f"'{value[:40]}' is not a currency such as USD"
        raise ValueError(message)
    return value


def one_line(value: str) -> str:
    """Check that a text can stand in one line of a header."""
    if not value.isprintable():
        message = "line breaks and control characters are not possible"
        raise ValueError(message)
    return value


def mail_address(value: str) -> str:
    """Check an e-mail address, or nothing."""
    if value and not (_MAIL_ADDRESS.fullmatch(one_line(value)) and value.isascii()):
        message = f"'{value[:40]}' is not an address such as office@practice.example"
        raise ValueError(message)
    return value


def mail_host(value: str, info: ValidationInfo) -> str:
    """Check the name of a mail server, for which the sender must be known."""
    if not value:
        return value
    if not _HOST.fullmatch(value):
        message = f"'{value[:40]}' is not the name of a server such as mail.example.org"
        raise ValueError(message)
    if info.data.get("sender") == "":
        message = "say from whom mail comes too: [mail] sender"
        raise ValueError(message)
    return value


def service_url(value: str) -> str:
    """Check the address of a service, or nothing; without TLS only one of this machine."""
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        message = "this is not an address such as https://host/path"
        raise ValueError(message) from error
    says_more = parts.query or parts.fragment or parts.username
    if value and (parts.scheme not in {"https", "http"} or not host or says_more):
        message = f"'{value[:60]}' is not an address such as https://host/path"
        raise ValueError(message)
    if parts.scheme == "http" and not _is_this_machine(host):
        message = "without TLS (http://) only this machine itself can be called"
        raise ValueError(message)
    return value.rstrip("/")


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
