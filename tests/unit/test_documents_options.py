"""Every command that a document names is there, with the options that it is given."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import typer
from typer.core import TyperCommand, TyperGroup

from server.cli.application import app
from server.cli.loading import LazyCommands
from tests.unit.test_documents import DOCUMENTS, named

_FENCED = re.compile(r"^ *(?:\$ (?:sudo )?)?(?:\S*/)?praxical (.+)$", re.MULTILINE)
_INLINE = re.compile(r"`praxical ([^`]+)`")
_WORD = re.compile(r"[a-z][a-z-]*")
_WITH_A_VALUE = ("--config", "--data-dir", "--database", "--practice")


def commands_in(text: str) -> Iterator[str]:
    """Yield what stands behind the program's name, in blocks and in sentences."""
    text = text.replace("\\\n", " ")
    yield from _INLINE.findall(text)
    yield from (line for line in _FENCED.findall(text) if not line.startswith("|"))


@cache
def root() -> TyperGroup:
    group = typer.main.get_command(app)
    assert isinstance(group, LazyCommands)
    group.load_all()
    return group


def called(words: list[str]) -> TyperGroup | TyperCommand:
    """Return the command that words begin with."""
    here: TyperGroup | TyperCommand = root()
    while words and isinstance(here, TyperGroup):
        word = words.pop(0)
        if word in _WITH_A_VALUE:
            words.pop(0)
        elif not word.startswith("-"):
            found = here.commands.get(word)
            assert isinstance(found, TyperGroup | TyperCommand), word
            here = found
        else:
            assert word in known(here), word
    return here


def known(command: TyperGroup | TyperCommand) -> set[str]:
    """Return the options of a command."""
    named = {
        name for one in command.params for name in (*one.opts, *one.secondary_opts) if name
    }
    return named | {"--help", *_WITH_A_VALUE}


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_every_command_of_a_document_is_there_with_its_options(document: Path) -> None:
    for line in commands_in(document.read_text(encoding="utf-8")):
        words = line.split(" #")[0].split()
        if not _WORD.fullmatch(words[0].lstrip("-")):
            continue
        options = known(called(words))
        unknown = [word for word in words if re.match(r"--\w", word) and word not in options]
        assert unknown == [], line


def test_documents_name_many_commands() -> None:
    found = [
        line
        for document in DOCUMENTS
        for line in commands_in(document.read_text(encoding="utf-8"))
    ]
    assert len(found) > 200
