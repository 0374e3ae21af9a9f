"""Answers that a program may keep, and ask later whether they still hold (RFC 9110 13.1.2)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from email.utils import format_datetime
from http import HTTPStatus

from server.web.messages import Answer

_TAG_LETTERS = 32


def dated(
    answer: Answer, changed_at: datetime, asked: Mapping[str, str], follows_from: bytes = b""
) -> Answer:
    """Return the answer with ETag and Last-Modified, or 304 without a body.

    ``changed_at`` is UTC; ``asked`` are the headers of the request. Only If-None-Match counts:
    a second is too coarse for a calendar that somebody is working in. The tag is of the body,
    or of what it ``follows_from``.
    """
    tag = f'"{hashlib.sha256(follows_from or answer.body).hexdigest()[:_TAG_LETTERS]}"'
    headers = {
        **answer.headers,
        "ETag": tag,
        "Last-Modified": format_datetime(changed_at, usegmt=True),
    }
    if _holds(asked.get("if-none-match", ""), tag):
        return Answer(HTTPStatus.NOT_MODIFIED, headers=headers)
    return replace(answer, headers=headers)


def _holds(condition: str, tag: str) -> bool:
    """Whether a condition names the tag; a proxy that packs answers has made it weak."""
    named = (one.strip().removeprefix("W/") for one in condition.split(","))
    return any(one in ("*", tag) for one in named)
