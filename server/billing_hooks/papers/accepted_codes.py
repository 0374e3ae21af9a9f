"""Codes and numbers that insurers know; each check returns what is kept, and lets "" pass."""

from __future__ import annotations

import re

from server.domain.errors import Invalid
from server.domain.npi import is_npi


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


STATES = _words(
    "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH "
    "NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY "
    "AS GU MP PR VI AA AE AP"
)
"""States, territories and the armed forces, as the post writes them."""

FILINGS = _words("11 12 13 14 15 16 17 AM BL CH CI DS FI HM LM MA MB MC OF TV VA WC ZZ")
"""Kinds of insurance that a claim can name (837P SBR09)."""

_TAXONOMY = re.compile(r"[0-9A-Z]{9}X")
_POSTAL_CODE = re.compile(r"([0-9]{5})-?([0-9]{4})?", re.ASCII)
_TRADING_ID = re.compile(r"[A-Za-z0-9]{2,15}", re.ASCII)
_MEMBER_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9 /.-]{0,49}", re.ASCII)
_TAX_NUMBER = re.compile(r"[0-9]{9}", re.ASCII)


def npi(value: str) -> str:
    """Return an NPI; raises Invalid where the check digit does not fit."""
    kept = value.strip()
    if kept and not is_npi(kept):
        raise Invalid("npi", "an NPI has ten digits, and the last one checks the others")
    return kept


def tax_number(value: str) -> str:
    """Return an EIN or social security number as nine digits; raises Invalid."""
    kept = re.sub(r"[ -]", "", value)
    if kept and not _TAX_NUMBER.fullmatch(kept):
        raise Invalid("tin", "a tax number has nine digits, such as 12-3456789")
    return kept


def taxonomy(value: str) -> str:
    """Return the code of a specialty; raises Invalid."""
    kept = value.strip().upper()
    if kept and not _TAXONOMY.fullmatch(kept):
        raise Invalid("taxonomy", f"'{kept[:12]}' is not a code such as 171100000X")
    return kept


def state(field: str, value: str) -> str:
    """Return the two letters of a state or territory; raises Invalid."""
    kept = value.strip().upper()
    if kept and kept not in STATES:
        raise Invalid(field, f"'{kept[:10]}' is not a state such as NY")
    return kept


def postal_code(field: str, value: str) -> str:
    """Return a ZIP code of five or nine digits; raises Invalid."""
    match = _POSTAL_CODE.fullmatch(value.strip())
    if not value.strip():
        return ""
    if match is None:
        raise Invalid(field, f"'{value[:12]}' is not a ZIP code such as 10001 or 10001-1234")
    return f"{match[1]}-{match[2]}" if match[2] else match[1]


def trading_id(field: str, value: str) -> str:
    """Return what a clearing house calls somebody; raises Invalid."""
    kept = value.strip()
    if kept and not _TRADING_ID.fullmatch(kept):
        raise Invalid(field, f"'{kept[:20]}' is not an id of 2 to 15 letters and digits")
    return kept


def member_id(field: str, value: str) -> str:
    """Return the number of a member or a group; raises Invalid, and does not repeat it."""
    kept = value.strip()
    if kept and not _MEMBER_ID.fullmatch(kept):
        raise Invalid(field, "letters, digits, spaces and hyphens are possible, at most 50")
    return kept


def filing(value: str) -> str:
    """Return a kind of insurance; raises Invalid."""
    kept = value.strip().upper()
    if kept not in FILINGS:
        raise Invalid("filing", f"'{kept[:10]}' is not a kind of insurance such as CI or MB")
    return kept
