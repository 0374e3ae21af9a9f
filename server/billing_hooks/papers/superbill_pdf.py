"""A superbill as PDF: US Letter, tagged for screen readers, the same bytes each time."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from importlib import resources
from types import ModuleType

from server.domain.money import Money
from server.domain.papers import Address, Payee
from server.domain.superbills import Superbill, SuperbillContent, SuperbillLine
from server.usecases.manage_places import PLACES_OF_SERVICE


def pdf_of(superbill: Superbill) -> bytes:
    """Return a superbill as a PDF; one that was voided says so across each page.

    What it says is handed over as data: no character of a name is taken for markup.
    """
    data = json.dumps(told(superbill))
    made_at = int(superbill.made_at.timestamp())
    try:
        return _compiled(data, made_at, ["ua-1"])
    except _typst().TypstError:
        # No font of this machine has some letter of a name. PDF/UA does not allow that; a page
        # with a box in its place is better than none.
        return _compiled(data, made_at, [])


def _compiled(data: str, made_at: int, standards: list[str]) -> bytes:
    pdf: bytes = _typst().compile(
        _template(),
        sys_inputs={"superbill": data},
        pdf_standards=standards,
        timestamp=made_at,
    )
    return pdf


def _typst() -> ModuleType:
    import typst  # noqa: PLC0415 - it is large, and few processes ever print

    loaded: ModuleType = typst
    return loaded


@cache
def _template() -> bytes:
    return resources.files(__package__).joinpath("superbill.typ").read_bytes()


def told(superbill: Superbill) -> dict[str, object]:
    """Return everything that the page says, as texts in their places."""
    content = superbill.content
    name = f"Superbill {superbill.number}"
    return {
        "title": name,
        "heading": "Superbill",
        "running": f"{content.practice.legal_name} · {name} · {content.client.name}",
        "issued": {
            "year": superbill.issued_on.year,
            "month": superbill.issued_on.month,
            "day": superbill.issued_on.day,
        },
        "void": "This superbill was voided and is not valid." if superbill.voided else "",
        "facts": _facts(superbill),
        "practice": _practice(content),
        "client": _client(content),
        "provider": _provider(content),
        "diagnoses": [{"code": each.code, "words": each.words} for each in content.diagnoses],
        "lines": [_line(line) for line in content.lines],
        "places": _places(content),
        "pay": _pay(content),
        **_totals(content),
        "footer": content.practice.footer.splitlines(),
    }


def _facts(superbill: Superbill) -> list[tuple[str, str]]:
    lines = superbill.content.lines
    first, last = lines[0].service_date, lines[-1].service_date
    period = _day(first) if first == last else f"{_day(first)} to {_day(last)}"
    facts = [
        ("Number", str(superbill.number)),
        ("Date", _day(superbill.issued_on)),
        ("Services", period),
    ]
    if superbill.replaces is not None:
        facts.append(("Replaces number", str(superbill.replaces)))
    return facts


def _practice(content: SuperbillContent) -> dict[str, object]:
    practice = content.practice
    numbers = f"{practice.tin_kind.upper()} {practice.written_tin}"
    if practice.npi:
        numbers += f"  ·  NPI {practice.npi}"
    lines = [*_address(practice.address), practice.phone, numbers]
    return {"name": practice.legal_name, "lines": lines}


def _client(content: SuperbillContent) -> dict[str, object]:
    client = content.client
    rows = [
        ("Date of birth", _day(client.birth_date)),
        ("Client number", client.number),
        ("Address", "\n".join(_address(client.address))),
        ("Insurer", client.insurer),
        ("Member number", client.member_id),
    ]
    return {"name": client.name, "rows": [row for row in rows if row[1]]}


def _provider(content: SuperbillContent) -> dict[str, object]:
    provider = content.provider
    rows = [
        ("NPI", provider.npi),
        ("License", f"{provider.licence} ({provider.licence_state})"),
        ("Taxonomy", provider.taxonomy),
    ]
    return {
        "name": f"{provider.full_name}, {provider.credentials}",
        "rows": [row for row in rows if row[1]],
    }


def _line(line: SuperbillLine) -> dict[str, str]:
    return {
        "date": _day(line.service_date),
        "place": line.place_of_service,
        "code": line.code,
        "description": line.description,
        "modifiers": " ".join(line.modifiers),
        "diagnoses": " ".join(line.diagnoses),
        "units": str(line.units),
        "fee": _money(line.amount),
    }


def _totals(content: SuperbillContent) -> dict[str, object]:
    totals = [("Charged", _money(content.charged)), ("Paid", _money(content.paid))]
    if content.written_off.minor:
        totals.append(("Written off", _money(content.written_off)))
    is_paid = content.balance.minor == 0 and content.written_off.minor == 0
    return {
        "totals": totals,
        "balance": {"name": "Balance", "value": _money(content.balance)},
        "mark": "Paid in full" if is_paid else "",
    }


def _places(content: SuperbillContent) -> str:
    places = sorted({line.place_of_service for line in content.lines})
    named = [f"{place} {PLACES_OF_SERVICE.get(place, 'other')}" for place in places]
    return f"Place of service (POS): {'; '.join(named)}."


def _pay(content: SuperbillContent) -> str:
    match content.practice.payee:
        case Payee.CLINIC:
            return f"Please pay the practice, {content.practice.legal_name}."
        case Payee.PROVIDER:
            return f"Please pay the provider, {content.provider.full_name}."
        case Payee.CLIENT:
            return "Please reimburse the client, who pays the practice."
        case Payee.NONE:
            return ""


def _address(address: Address) -> list[str]:
    region = f"{address.state} {address.postal_code}".strip()
    town = ", ".join(part for part in (address.city, region) if part)
    return [line for line in (address.line1, address.line2, town) if line]


def _day(day: date) -> str:
    return f"{day:%m/%d/%Y}"


def _money(amount: Money) -> str:
    figures = f"{amount.decimal:,.2f}"
    return f"${figures}" if amount.currency == "USD" else f"{figures} {amount.currency}"
