"""The file with the keys that Google's tokens are sealed with; it is never in the database."""

from __future__ import annotations

import base64
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from server.domain.errors import PracticeError

KEY_BYTES: Final = 32
_PRIVATE: Final = 0o600
_FOR_ANYBODY: Final = 0o007
_LINE: Final = re.compile(r"([a-z0-9]{1,16}) ([A-Za-z0-9+/]{43}=)")
_HEAD: Final = """\
# Keys with which tokens of Google accounts are sealed in the database. Keep a copy apart from
# the database's backups: without it every practitioner has to connect Google anew.
# The first key seals, all of them open. To change keys, put a new line before the others.
"""


class NoKey(PracticeError):
    """There is no usable key file; says what to do about it."""

    condition = "no-key"


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys by name; the one named ``current`` seals, all of them open."""

    current: str
    by_name: Mapping[str, bytes] = field(repr=False)


def read_keys(path: Path | None) -> Keys:
    """Read the key file; raises NoKey."""
    if path is None:
        raise NoKey("No key file is named. Say where it is: [security] key_file.")
    try:
        if path.stat().st_mode & _FOR_ANYBODY:
            raise NoKey(f"The key file can be read by anybody. Say: chmod 600 {path}")
        lines = path.read_text(encoding="ascii").splitlines()
    except FileNotFoundError as error:
        raise NoKey(f"There is no key file {path}. 'praxical migrate' makes one.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise NoKey(f"The key file {path} cannot be read.") from error
    said = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    found = [match for match in map(_LINE.fullmatch, said) if match]
    if not found or len(found) != len(said):
        raise NoKey(f"The key file {path} holds a line that is no key.")
    by_name = {match[1]: base64.b64decode(match[2]) for match in found}
    if len(by_name) != len(found):
        raise NoKey(f"The key file {path} names two keys alike.")
    return Keys(found[0][1], by_name)


def make_key_file(path: Path) -> bool:
    """Make a key file that nobody else can read; False if there is one already."""
    key = base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()
    # Two processes may start at once: only one of them can make the file.
    try:
        opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE)
    except FileExistsError:
        return False
    with os.fdopen(opened, "w", encoding="ascii") as file:
        file.write(f"{_HEAD}{secrets.token_hex(4)} {key}\n")
    return True
