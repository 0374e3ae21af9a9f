"""Segments of X12: a name and fields, some of which have parts. Pure."""

from __future__ import annotations

from datetime import date

from server.billing_hooks.papers.x12_text import basic
from server.domain.money import Money
from server.domain.papers import Address

PART, FIELD, REPEAT, END = ":", "*", "^", "~"


def segment(name: str, *fields: str) -> str:
    """Return a segment; empty fields at its end are left out."""
    return FIELD.join((name, *fields)).rstrip(FIELD) + END


def parts(*values: str) -> str:
    """Return a field with parts; empty ones at its end are left out."""
    return PART.join(values).rstrip(PART)


def amount(money: Money) -> str:
    """Return an amount without zeros that say nothing: 140, 140.5."""
    return format(money.decimal, "f")


def day(value: date) -> str:
    """Return a day as CCYYMMDD."""
    return f"{value:%Y%m%d}"


def person(role: str, name: tuple[str, str], *identified: str) -> str:
    """Return NM1 of a person, first and last name; who has one name only has a last name."""
    first, last = name
    if not basic(last):
        first, last = "", first
    return segment("NM1", role, "1", basic(last, 60), basic(first, 35), "", "", "", *identified)


def organisation(role: str, name: str, *identified: str) -> str:
    """Return NM1 of an organisation."""
    return segment("NM1", role, "2", basic(name, 60), "", "", "", "", *identified)


def address(place: Address) -> list[str]:
    """Return N3 and N4; ZIP codes have no hyphen there."""
    return [
        segment("N3", basic(place.line1, 55), basic(place.line2, 55)),
        segment("N4", basic(place.city, 30), place.state, place.postal_code.replace("-", "")),
    ]


def code(text: str) -> str:
    """Return an id or code: capital letters and digits, with hyphens and spaces taken out."""
    return "".join(letter for letter in basic(text) if letter.isalnum())
