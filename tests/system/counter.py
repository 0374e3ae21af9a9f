"""A counter of the served practice: programs that ask for money of one client's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest

from server.domain.ids import ClientNumber
from server.domain.practice import Client
from server.usecases.manage_clients import add_client
from tests.system.api import Program, program, read, visit
from tests.system.phone import Answer, Phone
from tests.system.practice import operator
from tests.system.servers import Site

SESSION = {"97810": 6500, "97811": 4500, "herbs": 1250}
"""What a visit of the session type acupinitial costs."""
COST = sum(SESSION.values())


@dataclass
class Counter:
    """The front desk's program, the practitioner's own, and a client of this test alone."""

    site: Site
    office: Program
    mine: Program
    user: str
    client: str

    def post(self, path: str, said: object = None, program: Program | None = None) -> Answer:
        """POST as the office does, under a key that was never used."""
        return (program or self.office).post(path, said or {}, Idempotency_Key=uuid4().hex)

    def visit(self, day: str = "2026-11-02", status: str = "arrived", **said: object) -> str:
        """Book a visit of the client, with this status; return its id."""
        wanted = {"client": self.client, "start": f"{day}T14:00", **said}
        made = read(self.office.post("/appointments", visit(self.user, **wanted)), 201)
        if status != "booked":
            self.mark(made["id"], status)
        return str(made["id"])

    def mark(self, number: str, status: str) -> None:
        """Give an appointment a status."""
        read(self.office.patch(f"/appointments/{number}", {"status": status}))

    def bill(self, **said: object) -> Any:  # noqa: ANN401 - whatever was answered
        """Bill the client; return the bill."""
        return read(self.post("/bills", {"client": self.client, **said}), 201)

    def pay(self, cents: int, *bills: str, **said: object) -> Any:  # noqa: ANN401 - as above
        """Record a payment of the client; return it."""
        wanted = {
            "client": self.client,
            "amount": {"amount_minor": cents},
            "method": "card",
            "bills": bills,
            **said,
        }
        return read(self.post("/payments", wanted), 201)

    def charges(self, **query: object) -> list[dict[str, Any]]:
        """Return the charges of the client."""
        found = read(self.office.get("/charges", client=self.client, **query))
        items: list[dict[str, Any]] = found["items"]
        return items

    def state(self, bill: str) -> tuple[str, int]:
        """Return where a bill stands, and how much of it is open."""
        shown = read(self.office.get(f"/bills/{bill}"))
        return shown["state"], shown["open"]["amount_minor"]

    def is_right(self) -> bool:
        """Whether nothing is wrong with the ledger."""
        found = read(self.office.get("/ledger/verify"))
        assert found["findings"] == []
        return bool(found["right"])


def new_client(site: Site) -> str:
    """Return the number of a client whom nobody else uses."""
    with site.database.writing() as uow:
        blank = Client(ClientNumber(""), "Test", uuid4().hex[:10].title())
        return add_client(uow, operator(), blank)


@pytest.fixture
def counter(site: Site, phone: Phone) -> Counter:
    """Return a counter with a client and a practitioner of its own."""
    office, mine = program(site, "desk"), program(site, phone.user)
    return Counter(site, office, mine, phone.user, new_client(site))


def cents(items: list[dict[str, Any]]) -> list[int]:
    """Return the amounts of charges."""
    return [one["amount"]["amount_minor"] for one in items]


def reason(answer: Answer, status: int = 409) -> str:
    """Return the name of a refusal's reason."""
    return str(read(answer, status)["type"]).rpartition(":")[2]
