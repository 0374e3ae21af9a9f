"""What a web address, an origin, a colour and a picture in the settings may be."""

from __future__ import annotations

import re

_HOST = r"https?://(\[[0-9A-Fa-f:]+\]|[A-Za-z0-9.-]+)(:\d{1,5})?"
_ORIGIN = re.compile(_HOST)
_ADDRESS = re.compile(rf"{_HOST}(/[A-Za-z0-9._~-]+)*")
_COLOUR = re.compile(r"#[0-9a-f]{6}")
_PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".svg")


def origin(value: str) -> str:
    """Check the origin of a web page; it is kept in small letters."""
    if not _ORIGIN.fullmatch(value):
        message = f"'{value[:80]}' is not an origin such as https://www.practice.example"
        raise ValueError(message)
    return value.lower()


def public_url(value: str) -> str:
    """Check the address at which others find the server, or nothing."""
    if value and not _ADDRESS.fullmatch(value):
        message = (
            f"'{value[:80]}' is not an address such as https://cal.practice.example, "
            "without a slash at its end"
        )
        raise ValueError(message)
    return value


def colour(value: str) -> str:
    """Check a colour, or nothing; it is kept in small letters."""
    if value and not _COLOUR.fullmatch(value.lower()):
        message = f"'{value[:20]}' is not a colour such as #3b7dd8"
        raise ValueError(message)
    return value.lower()


def picture(value: str) -> str:
    """Check the file of a picture, or nothing."""
    # An address elsewhere would tell that server of every visitor.
    if value and ("://" in value or not value.lower().endswith(_PICTURES)):
        message = f"'{value[:80]}' is not the path of a file that ends in " + ", ".join(
            _PICTURES
        )
        raise ValueError(message)
    return value
