"""Provide a browser for the tests of the pages: `make browser`.

A Chromium on the path is taken as it is; else Debian's package, where apt is at hand and
allowed; else the one that the driver fetches by itself.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from tests.pages.browser import MISSING, found_browser

_APT = ("apt-get", "-qq", "-o", "DPkg::Lock::Timeout=120")
_QUIET = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}


def provide() -> bool:
    """Return whether there is a browser now, after trying what can be tried."""
    return works() or (_from_debian() and works()) or (_from_driver() and works())


def works() -> bool:
    """Whether there is a browser that starts."""
    path = found_browser()
    return path is not None and _run(path, "--version", "--no-sandbox")


def _from_debian() -> bool:
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        return False
    install = ("install", "--yes", "--no-install-recommends", "chromium")
    _say("Installing Debian's chromium for the tests of the pages")
    _run(*_APT, "update")
    return _run(*_APT, *install)


def _from_driver() -> bool:
    _say("Fetching a chromium for the tests of the pages")
    return _run(sys.executable, "-m", "playwright", "install", "chromium")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _run(*words: str) -> bool:
    done = subprocess.run(words, check=False, env=_QUIET, stdout=subprocess.DEVNULL)
    return done.returncode == 0


if __name__ == "__main__":
    if not provide():
        sys.exit(MISSING)
