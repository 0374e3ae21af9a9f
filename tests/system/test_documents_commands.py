"""The commands in the documents work as they are written there, one after the other."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.cli.application import main
from server.domain.ids import ClientNumber
from server.domain.ledger import Account
from server.domain.money import Money
from server.practice_db.database import open_database
from server.practice_db.engines import database_file
from tests.command_line import call
from tests.databases import SLUG, PostgresServer
from tests.system.practice import furnish
from tests.system.till import make_till

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
_BLOCK = re.compile(r"^```console run\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_NEEDS_A_SHELL = re.compile(r"[|<>$`]")
PATIENCE_SECONDS = 60


def commands_of(document: Path) -> Iterator[str]:
    """Yield the commands of the blocks that are marked for running."""
    for block in _BLOCK.findall(document.read_text(encoding="utf-8")):
        for line in block.splitlines():
            assert line.startswith("$ "), f"not a command: {line}"
            yield line.removeprefix("$ ")


RUNNABLE = [path for path in DOCUMENTS if any(commands_of(path))]


@pytest.fixture
def shell(tmp_path: Path) -> dict[str, str]:
    """Return an environment in which `praxical` and `python` are those of this checkout."""
    programs = tmp_path / "programs"
    programs.mkdir()
    for name, words in (("praxical", "-m server"), ("python", "")):
        program = programs / name
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" {words} "$@"\n')
        program.chmod(0o700)
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT)}


def run_here(words: list[str], monkeypatch: pytest.MonkeyPatch) -> int | str | None:
    """Run the command line in this process, which need not load it anew each time."""
    monkeypatch.setattr(sys, "argv", words)
    try:
        main()
    except SystemExit as ended:
        return ended.code
    return 0


def run_in_shell(command: str, environment: dict[str, str]) -> int:
    """Run a command with pipes or other programs in it."""
    done = subprocess.run(
        ["/bin/sh", "-c", command], env=environment, timeout=PATIENCE_SECONDS, check=False
    )
    return done.returncode


def spend(folder: Path) -> None:
    """Let money move in every way that leaves lines in the ledger which point to others."""
    for line in (
        "bill new --client C1001",
        "payment record --client C1001 --amount 300 --method card --bill 1",
    ):
        assert call(*line.split(), "--data-dir", str(folder)) == 0
    opened = open_database(database_file(folder), "")
    with opened.reading() as uow:
        (payment,) = uow.billing.payments.of(ClientNumber("C1001"))
    opened.close()
    for words in (("unapply", payment.id), ("refund", payment.id, "--amount", "40")):
        assert call("payment", *words, "--data-dir", str(folder)) == 0


@pytest.mark.postgres
def test_the_script_that_moves_a_practice_takes_its_money_along(
    tmp_path: Path, postgres_server: PostgresServer, shell: dict[str, str]
) -> None:
    folder = make_till(tmp_path / "data")
    spend(folder)
    name = postgres_server.create()
    there = postgres_server.url(name)
    script = ROOT / "docs/howto/copy_database.py"

    copying = ["python", str(script), database_file(folder), there]
    assert run_in_shell(shlex.join(copying), shell) == 0
    assert run_in_shell(shlex.join(["praxical", "--database", there, "check"]), shell) == 0

    moved = sums(there)
    assert moved == sums(database_file(folder))
    assert moved
    postgres_server.drop(name)


def sums(url: str) -> dict[tuple[Account, str], Money]:
    """Return what each account of each holder comes to."""
    opened = open_database(url, "")
    with opened.reading() as uow:
        balances = dict(uow.billing.ledger.balances(by_holder=True))
    opened.close()
    return balances


@pytest.mark.postgres
def test_the_script_that_moves_a_practice_leaves_nothing_behind(
    sqlite_url: str, postgres_server: PostgresServer, shell: dict[str, str]
) -> None:
    opened = open_database(sqlite_url, SLUG)
    with opened.writing() as uow:
        furnish(uow)
    opened.close()
    name = postgres_server.create()
    there = postgres_server.url(name)
    script = ROOT / "docs/howto/copy_database.py"
    copying = shlex.join(["python", str(script), sqlite_url, there])
    checking = shlex.join(["praxical", "--database", there, "--practice", SLUG, "check"])

    assert run_in_shell(copying, shell) == 0
    assert run_in_shell(checking, shell) == 0
    assert run_in_shell(copying, shell) == 1  # never into one that holds something

    opened = open_database(there, SLUG)
    with opened.reading() as uow:
        assert {"alma", "theo"} <= uow.catalogue.user.keys()
    opened.close()
    postgres_server.drop(name)


def test_every_block_that_is_marked_for_running_is_run() -> None:
    marked = re.compile(r"^ *```console run$", re.MULTILINE)
    for document in DOCUMENTS:
        text = document.read_text(encoding="utf-8")
        assert len(marked.findall(text)) == len(_BLOCK.findall(text)), document


def test_several_documents_hold_commands_that_are_run() -> None:
    assert len(RUNNABLE) > 3


@pytest.mark.parametrize("document", RUNNABLE, ids=lambda path: path.stem)
def test_the_commands_of_a_document_work(
    document: Path,
    shell: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    for command in commands_of(document):
        words = shlex.split(command)
        if words[0] == "praxical" and not _NEEDS_A_SHELL.search(command):
            code = run_here(words, monkeypatch)
        else:
            code = run_in_shell(command, shell)
        assert code in (0, None), f"{command}\n{capfd.readouterr()}"
