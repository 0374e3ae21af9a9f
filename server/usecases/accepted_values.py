"""What may stand in a field that a person fills in; each check returns what is kept."""

from __future__ import annotations

import re
import unicodedata

from server.domain.errors import Invalid

TEXT_AT_MOST = 100
DESCRIPTION_AT_MOST = 500
LINES_BYTES_AT_MOST = 8 * 1024
_KEY = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,15}")
_EMAIL = re.compile(r"[^\s@<>,;:\"()]+@[^\s@<>,;:\"()]+")
_PHONE = re.compile(r"\+?[0-9][0-9 ()./x-]{2,31}")
_COLOUR = re.compile(r"#[0-9a-f]{6}")
# Cc controls, Cf bidirectional and other invisible marks, Cs lone surrogates, Zl and Zp breaks.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
# Joiners are invisible too, but names in some scripts are not written without them.
_JOINERS = frozenset("\u200c\u200d")


def text(field: str, value: str, at_most: int = TEXT_AT_MOST) -> str:
    """Return one line of text, stripped; raises Invalid for unseen characters and length."""
    kept = value.strip()
    if any(
        unicodedata.category(letter) in _UNSEEN and letter not in _JOINERS for letter in kept
    ):
        raise Invalid(field, "control characters and line breaks are not possible")
    if len(kept) > at_most:
        raise Invalid(field, f"{len(kept)} characters: at most {at_most} are possible")
    return kept


def required_text(field: str, value: str, at_most: int = TEXT_AT_MOST) -> str:
    """Return one line of text that is not empty; raises Invalid."""
    kept = text(field, value, at_most)
    if not kept:
        raise Invalid(field, "must not be empty")
    return kept


def lines(field: str, value: str) -> str:
    """Return free text of several lines; raises Invalid (M19: at most 8 KiB)."""
    kept = value.strip()
    unseen = {letter for letter in kept if unicodedata.category(letter) in _UNSEEN}
    if unseen - {"\n", "\t"} - _JOINERS:
        raise Invalid(field, "control characters are not possible")
    if len(kept.encode("utf-8", "surrogatepass")) > LINES_BYTES_AT_MOST:
        raise Invalid(field, f"at most {LINES_BYTES_AT_MOST} bytes are possible")
    return kept


def key(field: str, value: str) -> str:
    """Return a key that can stand in a path and after ``@`` in a title; raises Invalid."""
    if not _KEY.fullmatch(value):
        raise Invalid(
            field,
            f"'{value[:40]}' is not a key: small letters, digits, dot, hyphen, at most 40",
        )
    return value


def code(field: str, value: str) -> str:
    """Return the code of a service or product; raises Invalid."""
    if not _CODE.fullmatch(value):
        raise Invalid(
            field, f"'{value[:40]}' is not a code: letters, digits, dot, hyphen, at most 16"
        )
    return value


def email(value: str) -> str:
    """Return an e-mail address or nothing; raises Invalid (ASVS 1.3.11, header injection)."""
    kept = text("email", value)
    if kept and not _EMAIL.fullmatch(kept):
        raise Invalid("email", "this is not an address such as name@example.org")
    return kept


def phone(value: str) -> str:
    """Return a telephone number or nothing; raises Invalid."""
    kept = text("phone", value)
    if kept and not _PHONE.fullmatch(kept):
        raise Invalid("phone", "this is not a number such as +1 212 555 0100")
    return kept


def web_address(field: str, value: str) -> str:
    """Return an https address or nothing; raises Invalid."""
    kept = text(field, value, 2048)
    if kept and (
        not kept.startswith("https://") or " " in kept or len(kept) == len("https://")
    ):
        raise Invalid(field, "only an address that begins with https:// is possible")
    return kept


def colour(value: str) -> str:
    """Return a colour ``#rrggbb`` in small letters; raises Invalid (CR-08)."""
    kept = value.strip().lower()
    if not _COLOUR.fullmatch(kept):
        raise Invalid("colour", f"'{value[:20]}' is not a colour such as #3b7dd8")
    return kept
