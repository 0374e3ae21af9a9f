"""All that the API offers. A new resource is a module with ROUTES, named here."""

from __future__ import annotations

from typing import Final

from server.web import (
    appointments,
    availability,
    billing_profiles,
    billing_profiles_payers,
    bills,
    booking_api,
    catalogue,
    charges,
    claims,
    clients,
    feeds,
    fees,
    free_busy,
    google,
    google_public,
    insurers,
    ledger,
    metrics,
    notes,
    payments,
    slots,
    staff_bookings,
    superbills,
)
from server.web.pages import routes as pages
from server.web.public import PublicRoute
from server.web.route import AnyRoute

ROUTES: Final[tuple[AnyRoute, ...]] = (
    *appointments.ROUTES,
    *catalogue.ROUTES,
    *clients.ROUTES,
    *charges.ROUTES,
    *bills.ROUTES,
    *insurers.ROUTES,
    *payments.ROUTES,
    *notes.ROUTES,
    *fees.ROUTES,
    *ledger.ROUTES,
    *free_busy.ROUTES,
    *slots.ROUTES,
    *availability.ROUTES,
    *staff_bookings.ROUTES,
    *superbills.ROUTES,
    *claims.ROUTES,
    *billing_profiles.ROUTES,
    *billing_profiles_payers.ROUTES,
    *google.ROUTES,
)

PUBLIC: Final[tuple[PublicRoute, ...]] = (
    *feeds.PUBLIC,
    *booking_api.PUBLIC,
    *pages.PUBLIC,
    *google_public.PUBLIC,
    *metrics.PUBLIC,
)
"""What is beside the API, for whoever has the address."""
