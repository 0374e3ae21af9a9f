"""Every request that ever came, for tests that count them or search what was said."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

_SECRET_HEADERS = {"authorization", "cookie"}


@dataclass
class Received:
    """One request as it came; ``method`` is the API's name for it, ``status`` the answer's.

    A ``status`` of 0 says that there was no answer.
    """

    number: int
    at: str
    verb: str
    path: str
    method: str
    account: str
    parameters: dict[str, Any]
    body: Any
    headers: dict[str, str]
    status: int = 0

    @property
    def is_write(self) -> bool:
        """Whether it could change anything in a calendar."""
        head, _, tail = self.method.partition(".")
        return head not in {"token", "revoke", "auth"} and tail not in _READS


_READS = {"get", "list", "instances", "query", "watch", "stop", ""}


@dataclass
class Log:
    """All requests to the API and to the token endpoint, in the order in which they came."""

    received: list[Received] = field(default_factory=list)

    def counts(self, since: int = 0) -> Counter[str]:
        """Return how often each method was asked for, after so many requests."""
        return Counter(one.method for one in self.received[since:])

    def text(self) -> str:
        """Return everything that came as one text, to be searched."""
        return "\n".join(json.dumps(asdict(one), ensure_ascii=False) for one in self.received)


def open_headers(headers: dict[str, str]) -> dict[str, str]:
    """Return headers without those that hold secrets."""
    return {n.lower(): v for n, v in headers.items() if n.lower() not in _SECRET_HEADERS}
