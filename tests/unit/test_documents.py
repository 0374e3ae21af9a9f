"""The documents say what the program does: links, tables, names and lengths are compared."""

from __future__ import annotations

import inspect
import pkgutil
import re
from collections.abc import Iterator
from enum import StrEnum
from http import HTTPStatus
from importlib import import_module
from pathlib import Path

import pytest
from sqlalchemy import Boolean, Column, Date, String

from server import billing_hooks
from server.caldav.answers import refusal
from server.domain import bills, charges, claims, errors, fees, ledger, vocabulary
from server.domain.errors import PracticeError
from server.practice_db.columns import METADATA, Choice, Instant, Pairs, Words
from server.web.problems import STATUS

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted(DOCS.rglob("*.md"))]
DECISIONS = sorted((DOCS / "decisions").glob("*.md"))
COMPLIANCE = DOCS / "compliance.md"

_FENCE = re.compile(r"^(?P<fence> *`{3,}).*?^(?P=fence)\s*$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)")
_HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)
_SOURCE = re.compile(r"`((?:server|tests|docs|config|bench)/[\w./-]*)`")
_TEST = re.compile(r"\btest_\w+")
_DEFINED_TEST = re.compile(r"^\s*(?:async )?def (test_\w+)", re.MULTILINE)

STATES = {"yes", "partly", "not yet"}
LONGEST_README = 150
LONGEST_CONTRIBUTING = 100
LONGEST_DECISION = 75


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def prose(path: Path) -> str:
    """Return a document without its code blocks."""
    return _FENCE.sub("", path.read_text(encoding="utf-8"))


def rows(text: str) -> Iterator[list[str]]:
    """Yield the cells of each row of each table, without heads."""
    lines = text.splitlines()
    for at, line in enumerate(lines):
        is_head = at + 1 < len(lines) and lines[at + 1].startswith("|--")
        if line.startswith("|") and not line.startswith("|--") and not is_head:
            yield [cell.strip() for cell in line.strip("|").split("|")]


def bare(cell: str) -> str:
    return cell.strip("`")


def section(text: str, heading: str) -> str:
    """Return what stands below a heading, up to the next one."""
    _, _, below = text.partition(f"\n{heading}\n")
    return re.split(r"^#+ ", below, maxsplit=1, flags=re.MULTILINE)[0]


def anchors(path: Path) -> set[str]:
    """Return the anchors of a document's headings, as code hosts make them."""
    return {
        re.sub(r"[^\w -]", "", heading.lower()).strip().replace(" ", "-")
        for heading in _HEADING.findall(prose(path))
    }


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_every_link_leads_somewhere(document: Path) -> None:
    for target, anchor in _LINK.findall(prose(document)):
        there = (document.parent / target).resolve() if target else document
        assert there.exists(), target
        assert not anchor or anchor in anchors(there), f"{target}#{anchor}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_every_file_that_is_named_is_there(document: Path) -> None:
    for path in _SOURCE.findall(prose(document)):
        assert (ROOT / path).exists(), path


def test_every_page_is_reached_from_the_readme() -> None:
    reached: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in reached:
            continue
        reached.add(page)
        links = ((page.parent / link).resolve() for link, _ in _LINK.findall(prose(page)))
        for there in links:
            waiting += sorted(there.glob("*.md")) if there.is_dir() else [there]
        waiting = [one for one in waiting if one.suffix == ".md"]
    assert set(DOCUMENTS) <= reached


def test_documents_are_as_short_as_they_promise() -> None:
    def length(path: Path) -> int:
        return len(path.read_text(encoding="utf-8").splitlines())

    assert length(ROOT / "README.md") <= LONGEST_README
    assert length(ROOT / "CONTRIBUTING.md") <= LONGEST_CONTRIBUTING
    assert [path.name for path in DECISIONS if length(path) > LONGEST_DECISION] == []


def test_decisions_are_numbered_and_have_their_parts() -> None:
    for number, path in enumerate(DECISIONS, start=1):
        text = path.read_text(encoding="utf-8")
        assert path.name.startswith(f"{number:04}-")
        assert text.startswith(f"# {number}. ")
        for part in ("Status: ", "## What forced it", "## Decision", "## Turned down"):
            assert f"\n{part}" in text, f"{path.name} misses {part}"
        assert "\n## What it costs" in text


def test_the_database_page_has_every_table_and_column() -> None:
    text = (DOCS / "reference/database.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^### `(\w+)`$", text, re.MULTILINE)) == set(METADATA.tables)
    for name, table in METADATA.tables.items():
        said = [
            (bare(column), kind) for column, kind, _ in rows(section(text, f"### `{name}`"))
        ]
        found = [(one.name, kind_of(one)) for one in table.columns]
        assert [("practice_id", "number, key"), *said] == found, name


def kind_of(column: Column[object]) -> str:
    """Return the type of a column in the page's words."""
    words = (
        (Instant, "instant"),
        (Words, "list"),
        (Pairs, "map"),
        (Choice, "word"),
        (Boolean, "yes or no"),
        (Date, "day"),
        (String, "text"),
    )
    kind = next((word for type_, word in words if isinstance(column.type, type_)), "number")
    return f"{kind}, key" if column.primary_key else kind


def test_the_errors_page_has_every_refusal_with_its_status() -> None:
    text = (DOCS / "reference/errors.md").read_text(encoding="utf-8")
    table = rows(section(text, "## Objects and the practice's rules"))
    said = {bare(name): (int(status), space) for name, status, space, _ in table}
    assert said == dict(map(answer_to, conditions()))


def conditions() -> Iterator[type[PracticeError]]:
    for _, found in inspect.getmembers(errors, inspect.isclass):
        if issubclass(found, PracticeError):
            yield found


def answer_to(kind: type[PracticeError]) -> tuple[str, tuple[int, str]]:
    """Return the condition of an error, its status and the namespace of its element."""
    error = kind.__new__(kind)
    if isinstance(error, errors.UidConflict):
        error.href = "x.ics"
    answer = refusal(error)
    assert isinstance(answer.body, bytes)
    space = "C" if f"<C:{error.condition}".encode() in answer.body else "P"
    return error.condition, (answer.status.value, space)


def test_the_errors_page_has_every_refusal_of_money_with_its_status() -> None:
    text = (DOCS / "reference/errors.md").read_text(encoding="utf-8")
    table = rows(section(text, "## Money and papers"))
    said = {bare(name): int(status) for name, status, _ in table}
    assert said == {kind.condition: status_of(kind) for kind in conditions_of_money()}


def status_of(kind: type[PracticeError]) -> int:
    """Return the status with which the HTTP API answers a refusal."""
    named = (STATUS[each] for each in kind.__mro__ if each in STATUS)
    return next(named, HTTPStatus.UNPROCESSABLE_ENTITY).value


def conditions_of_money() -> Iterator[type[PracticeError]]:
    """Yield the refusals of billing that have a name of their own."""
    classes = {
        found
        for each in pkgutil.walk_packages(billing_hooks.__path__, f"{billing_hooks.__name__}.")
        for _, found in inspect.getmembers(import_module(each.name), inspect.isclass)
    }
    for found in classes - set(conditions()):
        if issubclass(found, PracticeError) and "condition" in vars(found):
            yield found


def test_the_glossary_has_every_word_of_the_closed_lists() -> None:
    text = (DOCS / "glossary.md").read_text(encoding="utf-8")
    known = set(re.findall(r"`([\w:-]+)`", section(text, "## Closed lists")))
    for module in (vocabulary, bills, charges, claims, fees, ledger):
        for _, found in inspect.getmembers(module, inspect.isclass):
            if issubclass(found, StrEnum) and found.__module__ == module.__name__:
                assert {word.value for word in found} <= known, found.__name__


def test_compliance_names_only_tests_that_are_there() -> None:
    defined = {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in _DEFINED_TEST.findall(path.read_text(encoding="utf-8"))
    }
    claimed = set(_TEST.findall(COMPLIANCE.read_text(encoding="utf-8")))
    assert sorted(claimed - defined) == []


def test_compliance_has_every_requirement() -> None:
    listed = {row[0] for row in rows(COMPLIANCE.read_text(encoding="utf-8"))}
    wanted = [f"SH-{number:02}" for number in range(1, 35)]
    wanted += [f"CR-{number:02}" for number in range(1, 15)]
    wanted += [f"T{number}" for number in range(1, 31)]
    assert [one for one in wanted if one not in listed] == []


def test_compliance_proves_what_it_claims() -> None:
    for row in rows(COMPLIANCE.read_text(encoding="utf-8")):
        state, proof = row[-2:]
        assert state in STATES, row
        assert state == "not yet" or _TEST.search(proof), row
