"""A counter of the served practice whose client and practitioner insurers know."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

import pytest

from server.usecases.manage_clients import edit_client, find_client
from tests.system.api import read
from tests.system.counter import Counter, counter
from tests.system.practice import operator

__all__ = ["PaperCounter", "counter", "papers"]

SERVICES: Final = 6500 + 4500
"""What the services of a visit come to; its product has no place on a paper."""
_ADDRESS: Final = {
    "line1": "77 Quince Street",
    "city": "Brooklyn",
    "state": "NY",
    "postal_code": "11201-0042",
}
_PRACTICE: Final = {
    "legal_name": "Larkspur Wellness, PLLC",
    "address": _ADDRESS,
    "phone": "+1 718 555 0142",
    "tin": "123456789",
    "npi": "1234567893",
    "contact": "Front desk",
    "submitter_id": "LARKSPUR1",
    "receiver_name": "Example Clearing House",
    "receiver_id": "EXCLEAR",
}
_PERSON: Final = {
    "first_name": "Alma",
    "last_name": "Featherstone",
    "credentials": "LAc",
    "npi": "1245319599",
    "taxonomy": "171100000X",
    "licence": "004211",
    "licence_state": "NY",
}


@dataclass
class PaperCounter(Counter):
    """A counter with short ways to papers."""

    def become_known(self) -> None:
        """Say all that papers need to know of everybody."""
        with self.site.database.writing() as uow:
            client = find_client(uow, self.client)
            edit_client(uow, operator(), replace(client, birth_date=date(1984, 2, 29)))
        profiles = "/billing-profiles"
        read(self.office.patch(f"{profiles}/practice", _PRACTICE))
        read(self.office.patch(f"{profiles}/practitioners/{self.user}", _PERSON))
        own = f"{profiles}/clients/{self.client}"
        read(self.office.patch(own, {"sex": "female", "address": _ADDRESS}))
        insurer = {"name": "Example Health Plan", "claim_id": "60054"}
        read(self.office.put(f"{profiles}/payers/example", insurer))
        read(self.office.put(f"{own}/coverages/example", {"member_id": "XYZ123456"}))

    def treat(self, day: str = "2026-11-02") -> str:
        """Let the client come, and sign the note; return the appointment's id."""
        number = self.visit(day, location="main")
        read(self.mine.post(f"/notes/{number}/sign", {"diagnoses": ["M54.50"]}))
        return number

    def issue(self, **said: object) -> list[dict[str, Any]]:
        """Issue superbills of the client's services."""
        made = read(self.post("/superbills", {"client": self.client, **said}), 201)
        items: list[dict[str, Any]] = made["items"]
        return items

    def claim(self) -> dict[str, Any]:
        """Make the draft of a claim of the client's services."""
        made = read(self.post("/claims", {"client": self.client}), 201)
        (claim,) = made["claims"]
        return dict(claim)

    def bring(self, claim: int, *states: str) -> Any:  # noqa: ANN401 - whatever was answered
        """Bring a claim into one state after the other; return it."""
        for state in states:
            read(self.post(f"/claims/{claim}/state", {"state": state, "note": "By phone"}))
        return read(self.office.get(f"/claims/{claim}"))

    def name(self) -> str:
        """Return the client's last name, which nobody else has."""
        with self.site.database.reading() as uow:
            return find_client(uow, self.client).last_name


@pytest.fixture
def papers(counter: Counter) -> PaperCounter:
    """Return a counter whose client and practitioner insurers know."""
    made = PaperCounter(
        counter.site, counter.office, counter.mine, counter.user, counter.client
    )
    made.become_known()
    return made
