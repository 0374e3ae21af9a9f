"""caldav-server-tester against a personal calendar home; its score is kept and may only rise.

The program is run as one of its own. ``KEEP_SCORE=1 pytest tests/tester`` writes a better score
into score.json; a worse one is refused.
"""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

import pytest

from server.domain.ids import UserName
from server.domain.practice import User
from server.domain.vocabulary import Role
from server.practice_db.database import open_database
from server.usecases.manage_users import add_user
from tests.databases import SLUG
from tests.system.practice import new_secret, operator
from tests.system.servers import serving

pytestmark = pytest.mark.tester

PROGRAM = "caldav-server-tester"
KEPT = Path(__file__).with_name("score.json")
FULL = "full"
NOT_FULL = {
    # Busy times are all there is: who is invited is never ours to tell.
    "scheduling.schedule-tag": "unsupported",
    # Asked of two people only, and the program is given one.
    "scheduling.auto-schedule": "unknown",
    "scheduling.freebusy-query": "unknown",
    "scheduling.mailbox.inbox-delivery": "unknown",
    # Neutral: what the program itself calls the usual case, or found no way to look at.
    "create-calendar.auto": "unsupported",
    "search.text.comp-type-optional": "unsupported",
    "url.encode-at.identity": "unsupported",
    "url.encode-at.literal.principal": "unknown",
    "well-known": "unknown",
}
"""All that is not full, and how it is found; nothing is broken, fragile or ungraceful."""
STOCK_RADICALE_3_9_0 = 88
"""What the same program finds fully supported by the unchanged host (86 without sign-in)."""
TAYLOR = User(UserName("taylor"), "Taylor", "taylor@practice.example", Role.ADMIN)


def found_at(address: str, secret: str) -> dict[str, str]:
    """Run the program and return the support that it found, by feature."""
    command = [str(Path(sys.executable).with_name(PROGRAM)), "--format", "hints"]
    command += ["--caldav-url", address, "--caldav-username", TAYLOR.name]
    run = subprocess.run(
        [*command, "--caldav-password", secret],
        check=True,
        capture_output=True,
        text=True,
        timeout=100,
        cwd=Path(sys.prefix),
    )
    reported: dict[str, dict[str, str]] = ast.literal_eval(run.stdout)
    return {name: said["support"] for name, said in reported.items() if "support" in said}


def score_of(url: str) -> dict[str, str]:
    """Serve a home of personal calendars and return what is found there."""
    database = open_database(url, SLUG)
    with database.writing() as uow:
        add_user(uow, operator(), TAYLOR)
        secret = new_secret(uow, operator(), TAYLOR.name)
    database.close()
    with serving(url) as server:
        return found_at(server.address, secret)


def kept() -> Mapping[str, str]:
    features: Mapping[str, str] = json.loads(KEPT.read_text("utf-8"))["features"]
    return features


def keep(found: Mapping[str, str]) -> None:
    """Write the score down, for a reader and for the next run."""
    score = {
        "program": f"{PROGRAM} {metadata.version(PROGRAM)}",
        "full": full_in(found),
        "of": len(found),
        "features": dict(sorted(found.items())),
    }
    KEPT.write_text(f"{json.dumps(score, indent=2)}\n", "utf-8")


def full_in(found: Mapping[str, str]) -> int:
    return list(found.values()).count(FULL)


@pytest.mark.slow
def test_no_feature_that_was_fully_supported_is_lost(database_url: str) -> None:
    found = score_of(database_url)
    lost = {name for name, was in kept().items() if was == FULL != found.get(name)}
    assert lost == set()
    assert full_in(found) >= full_in(kept())
    assert {name: said for name, said in found.items() if said != FULL} == NOT_FULL
    if os.environ.get("KEEP_SCORE"):
        keep(found)


def test_the_kept_score_is_above_that_of_the_host_alone() -> None:
    score = json.loads(KEPT.read_text("utf-8"))
    assert score["full"] == full_in(score["features"]) > STOCK_RADICALE_3_9_0
