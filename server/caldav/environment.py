"""The WSGI environment of a request, brought into the form that the host reads."""

from __future__ import annotations

import base64
import binascii
import io
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from server.caldav.answers import error
from server.caldav.xml_out import CALDAV, OURS, element

if TYPE_CHECKING:
    from server.caldav.response import Response

BODY_BYTES_AT_MOST = 10_000_000
_DRAINED_AT_MOST = 64_000_000
_PIECE = 64 * 1024
_PLAIN = ("", "identity")
_UNREADABLE = element(f"{OURS}readable-request")
_SAID_BY_PROXIES = ("HTTP_X_FORWARDED_", "HTTP_X_REMOTE_ADDR", "HTTP_X_SCRIPT_NAME")

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Front:
    """What stands before the server: the path it is shown under, the proxies it believes."""

    base_path: str = ""
    trusted: tuple[Network, ...] = ()

    @classmethod
    def of(cls, base_path: str, proxies: tuple[str, ...]) -> Front:
        """Return the front that settings describe; proxies are addresses or networks."""
        networks = tuple(ipaddress.ip_network(proxy, strict=False) for proxy in proxies)
        return cls(base_path.rstrip("/"), networks)

    def trusts(self, address: str) -> bool:
        """Whether an address is that of a proxy of ours."""
        if not self.trusted:
            return False
        try:
            host = ipaddress.ip_address(address.strip())
        except ValueError:
            return False
        return any(host in network for network in self.trusted)


def prepared(environ: dict[str, Any], front: Front) -> dict[str, Any]:
    """Return the environment as the host wants it."""
    seen_by_front(environ, front)
    if environ.get("HTTP_TRANSFER_ENCODING", "").lower() == "chunked":
        _read_chunks(environ)
    return environ


def seen_by_front(environ: dict[str, Any], front: Front) -> dict[str, Any]:
    """Return the environment with the path below ``SCRIPT_NAME``, and the app's address.

    That is ``HTTP_X_REMOTE_ADDR`` where a proxy of ours says it, else ``REMOTE_ADDR``.
    """
    _believe_only_proxies(environ, front)
    _set_path(environ, front)
    return environ


def unreadable(environ: dict[str, Any]) -> Response | None:
    """Return the refusal of a request that is not read, None if it is."""
    length = str(environ.get("CONTENT_LENGTH") or "0")
    if "\0" in environ["PATH_INFO"] or not length.isascii() or not length.isdigit():
        said = "The path or the length of the request cannot be read."
        return error(HTTPStatus.BAD_REQUEST, _UNREADABLE, said)
    if int(length) > BODY_BYTES_AT_MOST:
        _drain(environ, min(int(length), _DRAINED_AT_MOST))
        return _too_large(environ["REQUEST_METHOD"])
    if not _is_charset(charset_of(environ)):
        said = "The charset of the body is unknown."
        return error(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, _UNREADABLE, said)
    if str(environ.get("HTTP_CONTENT_ENCODING", "identity")).strip().lower() not in _PLAIN:
        said = "A body that is packed is not taken."
        packed = error(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, _UNREADABLE, said)
        # RFC 9110 12.5.3: so the app is told to send it again as it is.
        return replace(packed, headers={**packed.headers, "Accept-Encoding": "identity"})
    return None


def _too_large(method: str) -> Response:
    said = f"The body is larger than {BODY_BYTES_AT_MOST} bytes."
    condition = f"{CALDAV}max-resource-size" if method in ("PUT", "POST") else f"{OURS}max-body"
    return error(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, element(condition), said)


def charset_of(environ: Mapping[str, Any]) -> str:
    """Return the charset that Content-Type names, UTF-8 where it names none."""
    for parameter in str(environ.get("CONTENT_TYPE", "")).split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip('"') or "utf-8"
    return "utf-8"


def credentials_of(environ: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return the name and the secret of Basic authentication, None for none (RFC 7617 2)."""
    scheme, _, given = str(environ.get("HTTP_AUTHORIZATION", "")).partition(" ")
    try:
        pair = base64.b64decode(given.strip().encode("ascii")).decode("utf-8", "replace")
    except (binascii.Error, UnicodeEncodeError):
        return None
    login, colon, secret = pair.partition(":")
    return (login, secret) if scheme.lower() == "basic" and colon else None


def _is_charset(name: str) -> bool:
    try:
        "a".encode(name)
    except (LookupError, UnicodeError, ValueError):
        return False
    return True


def _drain(environ: dict[str, Any], length: int) -> None:
    """Read what nobody wants: an app that is cut off while it sends sees no answer."""
    while length > 0 and (piece := environ["wsgi.input"].read(min(length, _PIECE))):
        length -= len(piece)


def _believe_only_proxies(environ: dict[str, Any], front: Front) -> None:
    """Drop what only a proxy may say, unless one of ours says it (ASVS 4.1.3)."""
    forwarded = str(environ.get("HTTP_X_FORWARDED_FOR", ""))
    trusted = front.trusts(str(environ.get("REMOTE_ADDR", "")))
    for name in [key for key in environ if key.startswith(_SAID_BY_PROXIES)]:
        if not trusted or name == "HTTP_X_REMOTE_ADDR":
            del environ[name]
    if trusted and forwarded:
        # Each proxy adds the address it was called from: the last one that is not ours counts.
        others = [hop.strip() for hop in forwarded.split(",") if not front.trusts(hop)]
        if others:
            environ["HTTP_X_REMOTE_ADDR"] = others[-1]


def _set_path(environ: dict[str, Any], front: Front) -> None:
    """Decode the path, which comes as UTF-8 in the guise of Latin-1 (PEP 3333)."""
    raw = str(environ.get("PATH_INFO", ""))
    path = raw.encode("latin-1", "replace").decode("utf-8", "replace")
    # A proxy of ours may say under which path it shows the server.
    base = (front.base_path or str(environ.get("HTTP_X_SCRIPT_NAME", ""))).rstrip("/")
    base = base if base.startswith("/") else str(environ.get("SCRIPT_NAME", ""))
    if base and f"{path}/".startswith(f"{base}/"):
        path = path[len(base) :] or "/"
    environ["SCRIPT_NAME"], environ["PATH_INFO"] = base, path


def _read_chunks(environ: dict[str, Any]) -> None:
    """Read a body in chunks: it has no length, and the host would take it for empty."""
    body = environ["wsgi.input"].read(BODY_BYTES_AT_MOST + 1)
    environ["wsgi.input"] = io.BytesIO(body)
    environ["CONTENT_LENGTH"] = str(len(body))
