"""The demo practice for tests, made once by the command line itself."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from server.usecases.clock import SystemClock
from tests.command_line import Praxical, call

PASSWORD = "let me look around"
VARIABLE = "PRAXICAL_DEMO_PASSWORD"
Listed = list[dict[str, Any]]


def make_demo_in(folder: Path) -> Path:
    """Make the demo practice in a folder, with one password for everybody."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, PASSWORD)
        assert call("demo", "--no-serve", "--data-dir", str(folder)) == 0
    return folder


def weeks(praxical: Praxical) -> Listed:
    """Return the occurrences of the weeks around today."""
    today = date.fromisoformat(str(SystemClock().now())[:10])
    first, last = (str(today + timedelta(days=days)) for days in (-28, 28))
    found: Listed = praxical(
        "appointment", "list", "--from", first, "--to", last, "--json"
    ).json
    return found
