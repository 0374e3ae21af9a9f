"""The billing rule of the documents is a package that works as it is written there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from server.billing_hooks.extensions import GROUP

ROOT = Path(__file__).resolve().parents[2]
_FILE = re.compile(r"^`([\w.]+)`:\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PATIENCE_SECONDS = 60


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """Return a folder with the files of the page."""
    page = ROOT / "docs/howto/write-a-billing-rule.md"
    for name, content in _FILE.findall(page.read_text(encoding="utf-8")):
        (tmp_path / name).write_text(content, encoding="utf-8")
    return tmp_path


@pytest.fixture
def importable(package: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let its modules be imported, and forget them again."""
    before = set(sys.modules)
    monkeypatch.syspath_prepend(package)
    yield
    for name in set(sys.modules) - before:
        del sys.modules[name]


def test_the_rule_passes_the_test_beside_it(package: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "."],
        cwd=package,
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{package}"},
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "3 passed" in done.stdout


def test_the_rule_is_found_where_it_is_registered(package: Path, importable: None) -> None:
    del importable
    project = tomllib.loads((package / "pyproject.toml").read_text())["project"]
    ((name, value),) = project["entry-points"][GROUP].items()
    rule = EntryPoint(name, value, GROUP).load()
    assert callable(rule().lines)
