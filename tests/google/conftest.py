"""What the tests of Google sync share: a linked practice on both engines, Google both ways."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import BOTH
from tests.google.house import Linked, linked
from tests.integration.conftest import (
    any_house,
    database,
    database_url,
    furnished,
    postgres_server,
    postgres_url,
    sqlite_database,
    sqlite_template,
    sqlite_url,
    unmigrated_url,
)
from tests.local_google import LocalGoogle, Unknowns
from tests.practice import House

__all__ = [
    "BOTH",
    "any_house",
    "database",
    "database_url",
    "furnished",
    "postgres_server",
    "postgres_url",
    "sqlite_database",
    "sqlite_template",
    "sqlite_url",
    "unmigrated_url",
]


_CROSSED = (("sqlite", "otherwise"), ("postgres", "as_reported"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave half of each scenario's four runs to `make google`.

    Usually each one runs on both engines and with both of Google's unknown faces, but not in
    all combinations of them: what we do not know of Google is nothing to the database.
    """
    if os.environ.get("GOOGLE_MATRIX") == "whole":
        return
    left_out = [item for item in items if _is_crossed(item)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


def _is_crossed(item: pytest.Item) -> bool:
    if Path(__file__).parent not in item.path.parents:
        return False
    return any(one in item.name and other in item.name for one, other in _CROSSED)


@pytest.fixture(params=["as_reported", "otherwise"])
def unknowns(request: pytest.FixtureRequest) -> Unknowns:
    """Return what is unknown of Google: as people report it, and all of it otherwise."""
    found: Unknowns = getattr(Unknowns, request.param)()
    return found


@pytest.fixture
def local_google(unknowns: Unknowns, any_house: House) -> Iterator[LocalGoogle]:
    """Return a Google that runs on loopback, at the practice's time."""
    with LocalGoogle(unknowns, at=any_house.now) as google:
        yield google


@pytest.fixture
def alma(any_house: House, local_google: LocalGoogle) -> Iterator[Linked]:
    """Return Alma's link to her account, on each engine, with Google both ways."""
    with linked(any_house, local_google) as link:
        link.connect()
        yield link
