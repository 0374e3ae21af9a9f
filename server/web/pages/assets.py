"""What pages are made up with: style, script, pictures; each name holds a hash of the content.

Such a file never changes, so browsers keep it for a year and ask no more.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from importlib.resources import files
from pathlib import Path
from typing import Final

from server.web.desk import PracticeDesk
from server.web.messages import Answer, Asked
from server.web.pages.look import USUAL, stylesheet
from server.web.public import nothing_here

_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
}
_LOGO_BYTES_AT_MOST: Final = 500_000
_HEADERS: Final[Mapping[str, str]] = {
    "Cache-Control": "public, max-age=31536000, immutable",
    # A picture that is opened by itself runs nothing (SVG can hold scripts).
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is served."""

    name: str
    media_type: str
    body: bytes

    @classmethod
    def of(cls, name: str, body: bytes) -> Asset:
        """Return a file with the hash of its content in its name."""
        path = Path(name)
        digest = hashlib.sha256(body).hexdigest()[:16]
        suffix = path.suffix.lower()
        return cls(f"{path.stem}.{digest}{suffix}", _TYPES[suffix], body)


@lru_cache(maxsize=1)
def own_assets() -> Mapping[str, Asset]:
    """Return the program's own files by the names that templates use."""
    folder = files("server.web.pages") / "static"
    mark = Asset.of("mark.svg", (folder / "mark.svg").read_bytes())
    style = (folder / "page.css").read_text("utf-8").replace("mark.svg", mark.name)
    made = {
        name: Asset.of(name, (folder / name).read_bytes()) for name in ("page.js", "icon.svg")
    }
    return {**made, "mark.svg": mark, "page.css": Asset.of("page.css", style.encode())}


@lru_cache(maxsize=8)
def look_of(colour: str) -> Asset:
    """Return the style sheet of a practice's colour."""
    return Asset.of("look.css", stylesheet(colour or USUAL).encode())


@lru_cache(maxsize=8)
def logo_of(path: str) -> Asset | None:
    """Return the practice's logo; None for none, and for a file that cannot be served."""
    if not path:
        return None
    file = Path(path).expanduser()
    try:
        body = file.read_bytes()
    except OSError:
        return None
    fits = 0 < len(body) <= _LOGO_BYTES_AT_MOST and file.suffix.lower() in _TYPES
    return Asset.of(f"logo{file.suffix}", body) if fits else None


def asset(desk: PracticeDesk, asked: Asked) -> Answer:
    """Answer with a file; raises Refused (404) for a name that none has now."""
    logo = logo_of(desk.terms.logo)
    known = [*own_assets().values(), look_of(desk.terms.colour), *([logo] if logo else [])]
    for one in known:
        if one.name == asked.parts["file"]:
            return Answer(HTTPStatus.OK, one.body, one.media_type, _HEADERS)
    raise nothing_here()
