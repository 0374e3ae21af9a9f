"""Visitors of the public booking API, in the test's own process."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from server.bootstrap.one_port import OnePort
from server.settings import Settings
from server.settings.booking import BookingSection
from server.settings.outside import MailSection
from tests.databases import SLUG
from tests.in_process import Stopped, ask, served_in_process
from tests.practice import Field, House
from tests.system.api import PREFIX, hold_against_description
from tests.system.phone import Answer

_MAIL = MailSection(sender="office@practice.example", host="127.0.0.1")
"""A mail server: without one nobody is asked for a code. No worker runs, so none is sent to."""
NETWORK = "192.0.2.7"
NINE = "2026-11-24T09:00:00-05:00"
QUARTER_TO_TEN = "2026-11-24T09:45:00-05:00"


@dataclass
class Web:
    """The practice as visitors reach it; ``clock`` may be set on."""

    port: OnePort
    clock: Stopped = field(default_factory=Stopped)
    network: str = NETWORK

    def request(self, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
        """Send a request below the practice; ``Idempotency_Key`` is a header."""
        query = path.partition("?")[2]
        whole = f"{PREFIX}/book/{SLUG}{path.partition('?')[0]}"
        named = {f"HTTP_{name.upper()}": value for name, value in headers.items()}
        more: dict[str, object] = {
            "QUERY_STRING": query,
            "REMOTE_ADDR": self.network,
            "CONTENT_TYPE": named.pop("HTTP_CONTENT_TYPE", ""),
            **named,
        }
        came = ask(self.port, whole, body, method, **more)
        answer = Answer(came.status, came.headers, b"".join(came.pieces))
        if method != "OPTIONS":
            hold_against_description(method, whole.removeprefix(PREFIX), answer)
        return answer

    def get(self, path: str, **query: str) -> Answer:
        """GET; ``from_`` stands for the parameter from."""
        named = {name.rstrip("_"): value for name, value in query.items()}
        return self.request("GET", f"{path}?{urlencode(named)}" if named else path)

    def post(self, path: str, said: Mapping[str, object], **headers: str) -> Answer:
        """POST a body of JSON."""
        typed = {"Content_Type": "application/json", **headers}
        return self.request("POST", path, json.dumps(said).encode(), **typed)

    def book(self, key: str = "", **said: Field) -> Answer:
        """Book nine o'clock on the day that is bookable, as somebody new."""
        headers = {"Idempotency_Key": key} if key else {}
        return self.post("/bookings", asking(**said), **headers)


def asking(**said: Field) -> dict[str, Field]:
    """Return what somebody new says who books nine o'clock."""
    usual = {
        "session": "acupfollow",
        "practitioner": "alma",
        "start": NINE,
        "name": "Nora Newcomer",
        "email": "nora@example.org",
    }
    return {**usual, **said}


@contextmanager
def visited(house: House, **terms: Field) -> Iterator[Web]:
    """Serve a practice on these terms of ``[booking]``."""
    usual = {"per_network_an_hour": 1000, "per_address_an_hour": 1000}
    settings = Settings(booking=BookingSection(**{**usual, **terms}), mail=_MAIL)
    clock = Stopped()
    opened = served_in_process(house.database, settings, clock)
    try:
        yield Web(opened, clock)
    finally:
        opened.close()


def told(answer: Answer, status: int = 200) -> Any:  # noqa: ANN401 - whatever was answered
    """Return the JSON of an answer that has this status."""
    assert answer.status == status, answer.text
    return json.loads(answer.body)


def links(answer: Answer) -> dict[str, str]:
    """Return the links of a booking, as paths below the practice, by what they are for."""
    return {
        one["purpose"]: one["api"].partition(f"/book/{SLUG}")[2]
        for one in told(answer, 201)["links"]
    }
