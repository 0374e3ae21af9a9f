"""House rules that no linter knows: file length, broad excepts, a pure domain, closed doors."""

from __future__ import annotations

import ast
import os
import re
import socket
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_socket import SocketConnectBlockedError

ROOT = Path(__file__).resolve().parents[2]
LONGEST_FILE = 300

# Rooms that may hold a broad except, and how many: the relay's loop, the web's middleware and
# the CalDAV application log what went wrong and go on; whatever goes wrong in a practice's own
# billing rule refuses the change.
BROAD_EXCEPTS = {
    "server/billing_hooks": 1,
    "server/caldav": 1,
    "server/relay": 1,
    "server/web": 1,
}

# What only one machine knows. Put together here, so that this file does not hold it either.
FOREIGN = re.compile(
    "|".join(
        (
            "pypi" + r"\.org",
            "python" + r"hosted\.org",
            "npmjs" + r"\.org",
            r"(?<![\w.])/" + "work/",
            r"(?<![\w.])/" + "root/",
            r"(?<![\w.])/" + "opt/pypi",
            r"\.\./" + "shared",
            r"(?<!\w)\." + "library/",
        )
    )
)
# Folders that hold no file of ours.
NOT_OURS = {"__pycache__", "build", "dist", "demo-data", "data", "htmlcov"}


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def code_files(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def is_ours(folder: str) -> bool:
    hidden = folder.startswith(".") and folder != ".ci"
    return not hidden and folder not in NOT_OURS and not folder.endswith(".egg-info")


def our_files() -> Iterator[Path]:
    for folder, folders, names in os.walk(ROOT):
        folders[:] = sorted(filter(is_ours, folders))
        # What a run of coverage leaves behind names the machine's folders.
        kept = (name for name in sorted(names) if not name.startswith(".coverage"))
        yield from (Path(folder, name) for name in kept)


def is_broad(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    names = {kind.id for kind in kinds if isinstance(kind, ast.Name)}
    return not names.isdisjoint({"Exception", "BaseException"})


def imported_packages(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=str(module)):
                yield module
            case _:
                pass


def test_no_file_is_longer_than_a_reader_can_hold() -> None:
    files = code_files("server", "tests", "bench")
    lengths = {named(path): len(path.read_text().splitlines()) for path in files}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_a_broad_except_stands_only_where_a_server_has_to_go_on() -> None:
    found = Counter(
        "/".join(path.relative_to(ROOT).parts[:2])
        for path in code_files("server")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ExceptHandler) and is_broad(node)
    )
    assert {room: n for room, n in found.items() if n > BROAD_EXCEPTS.get(room, 0)} == {}


def test_the_domain_imports_nothing_but_itself_and_the_standard_library() -> None:
    strangers = {
        f"{named(path)}: {module}"
        for path in code_files("server/domain")
        for module in imported_packages(path)
        if module.split(".")[0] not in sys.stdlib_module_names
        # What a later Python's `typing` has is as good as the standard library.
        and module != "typing_extensions"
        and not f"{module}.".startswith("server.domain.")
    }
    assert strangers == set()


def test_no_file_names_a_registry_or_a_folder_of_one_machine() -> None:
    found = {
        f"{named(path)}: {match[0]}"
        for path in our_files()
        if (match := FOREIGN.search(path.read_bytes().decode("utf-8", errors="replace")))
    }
    assert found == set()


def test_a_test_reaches_nothing_beyond_this_machine() -> None:
    documentation_host = "192.0.2.1"  # RFC 5737: nobody's address
    with socket.socket() as far, pytest.raises(SocketConnectBlockedError):
        far.connect((documentation_host, 9))


def test_a_test_sees_none_of_the_developers_settings() -> None:
    assert [name for name in os.environ if name.startswith("PRAXICAL_")] == []
