"""What `praxical` can do is loaded when it is asked for, and told as if it were all there."""

from __future__ import annotations

import subprocess
import sys

import pytest
import typer
from typer.core import TyperGroup

from server.cli.application import app
from server.cli.loading import PLACES, LazyCommands

_SERVE = """
import sys
from typer.main import get_command
from server.cli.application import app

get_command(app).get_command(None, "serve")
print(*(name for name in sys.modules if name.startswith("server.cli.")))
"""


def whole() -> LazyCommands:
    group = typer.main.get_command(app)
    assert isinstance(group, LazyCommands)
    group.load_all()
    return group


@pytest.mark.parametrize("name", PLACES)
def test_every_command_is_where_it_is_said_to_be(name: str) -> None:
    command = whole().commands[name]
    assert command.name == name
    assert command.help
    assert not isinstance(command, TyperGroup) or command.commands


def test_to_serve_nothing_of_the_others_is_loaded() -> None:
    asked = [sys.executable, "-c", _SERVE]
    shown = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.split()
    assert "server.cli.operations" in shown
    assert not {"server.cli.bills", "server.cli.clients", "server.cli.google"} & set(shown)
