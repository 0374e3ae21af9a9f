"""Answers made smaller on the way, for programs that take gzip."""

from __future__ import annotations

from typing import Final

from aiohttp import web

_WORTH_IT: Final = 1_400
"""Octets: what fits into one packet is not made smaller."""
_TEXTS: Final = ("text/", "application/json")


def compress(request: web.Request, response: web.Response) -> None:
    """Have a text compressed while it is sent; its entity tag stays as it is."""
    size = len(_body(response))
    if size < _WORTH_IT or not response.content_type.startswith(_TEXTS):
        return
    response.headers["Vary"] = "Accept-Encoding"
    if takes_gzip(request.headers.get("Accept-Encoding", "")):
        response.enable_compression(web.ContentCoding.gzip)


def takes_gzip(accepted: str) -> bool:
    """Whether a header Accept-Encoding names gzip, and not to refuse it (RFC 9110 12.5.3)."""
    for word in accepted.lower().split(","):
        coding, _, weight = word.replace(" ", "").partition(";q=")
        if coding == "gzip":
            return weight.strip("0.") != "" or not weight
    return False


def _body(response: web.Response) -> bytes:
    return response.body if isinstance(response.body, bytes) else b""
