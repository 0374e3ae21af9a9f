"""All that the API offers. A new resource is a module with ROUTES, named here."""

from __future__ import annotations

from typing import Final

from server.web import (
    appointments,
    bills,
    catalogue,
    charges,
    clients,
    fees,
    ledger,
    notes,
    payments,
)
from server.web.route import AnyRoute

ROUTES: Final[tuple[AnyRoute, ...]] = (
    *appointments.ROUTES,
    *catalogue.ROUTES,
    *clients.ROUTES,
    *charges.ROUTES,
    *bills.ROUTES,
    *payments.ROUTES,
    *notes.ROUTES,
    *fees.ROUTES,
    *ledger.ROUTES,
)
