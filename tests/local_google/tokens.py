"""Page tokens and sync tokens: sealed, so that a mangled one is found out."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

_SEAL = 12


class Mangled(Exception):
    """Not a token of ours."""


def sealed(key: bytes, content: dict[str, Any]) -> str:
    """Write a token."""
    text = json.dumps(content, separators=(",", ":"), sort_keys=True).encode()
    seal = hmac.new(key, text, hashlib.sha256).digest()[:_SEAL]
    return base64.urlsafe_b64encode(seal + text).decode().rstrip("=")


def opened(key: bytes, token: str) -> dict[str, Any]:
    """Read a token; raises Mangled."""
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except ValueError as error:
        raise Mangled(token) from error
    seal, text = raw[:_SEAL], raw[_SEAL:]
    if not hmac.compare_digest(seal, hmac.new(key, text, hashlib.sha256).digest()[:_SEAL]):
        raise Mangled(token)
    found: dict[str, Any] = json.loads(text)
    return found


def digest(content: object) -> str:
    """Return a short mark of parameters, to know them again."""
    text = json.dumps(content, sort_keys=True).encode()
    return hashlib.sha256(text).hexdigest()[:16]
