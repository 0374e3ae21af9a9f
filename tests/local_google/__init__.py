"""A Google Calendar of our own, for tests and for the demo: a real HTTP server on loopback."""

from __future__ import annotations

from tests.local_google.faults import Befalls, Fault
from tests.local_google.knobs import Knobs, PushKnobs
from tests.local_google.received import Received
from tests.local_google.running import SCOPE, Granted, LocalGoogle
from tests.local_google.unknowns import Unknowns

__all__ = [
    "SCOPE",
    "Befalls",
    "Fault",
    "Granted",
    "Knobs",
    "LocalGoogle",
    "PushKnobs",
    "Received",
    "Unknowns",
]
