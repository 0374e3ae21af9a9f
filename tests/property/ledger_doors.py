"""The doors through which one act can come: a use case, the HTTP API, the command line."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from contextlib import ExitStack, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cache
from itertools import count
from typing import Any

import pytest
import typer
from hypothesis import strategies as st
from hypothesis.stateful import rule

from server import bootstrap
from server.bootstrap.one_port import OnePort, one_port
from server.domain.api_access import ApiScope
from server.domain.errors import PracticeError
from server.domain.ids import UserName
from server.practice_db.database import SqlDatabase
from server.settings import Settings
from server.storage_plugin.house import House
from server.usecases.api_tokens import TokenRequest, new_token
from server.usecases.context import Context
from server.usecases.ports import UnitOfWork
from tests.command_line import call
from tests.contract.billing_house import Practice
from tests.in_process import sender
from tests.practice import ADMIN, DESK
from tests.system.api import Program

_REFUSED = (403, 404, 409, 422)
_REFUSED_BY_COMMAND = 1
_built = cache(typer.main.get_command)
"""All commands, built once and not for each call: that takes longer than most of them."""


class Way(StrEnum):
    """How an act comes in."""

    USE_CASE = "use case"
    API = "api"
    COMMAND_LINE = "command line"


# A command costs as much as the other two together.
WAYS = st.sampled_from((Way.USE_CASE, Way.USE_CASE, Way.API, Way.API, Way.COMMAND_LINE))


class Refused(Exception):
    """An act that the practice refuses, whichever door it came through."""


@dataclass(frozen=True)
class Asked:
    """A request of the API."""

    method: str
    path: str
    said: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Act:
    """One act as each door knows it; where a door does not offer it, it is a use case.

    What it makes is known by its id: returned by the use case, shown by the others.
    """

    do: Callable[[UnitOfWork, Context], object]
    asked: Asked | None = None
    words: tuple[str, ...] = ()
    user: UserName = DESK


@dataclass(frozen=True)
class HouseClock:
    """The practice's time."""

    house: Practice

    def now(self) -> datetime:
        return self.house.now


@dataclass
class Doors:
    """All doors of one practice; ``where`` are the words that tell a command which it is."""

    house: Practice
    where: tuple[str, ...]
    _numbers: count[int] = field(default_factory=count)
    _stack: ExitStack = field(default_factory=ExitStack)

    def __post_init__(self) -> None:
        house = self.house
        self._clock = HouseClock(house)
        served = House(house.database, clock=self._clock, hooks=house.hooks)
        self._port: OnePort = one_port(Settings(), served)
        self._stack.callback(self._port.close)
        self._programs = {user: self._program(user) for user in (DESK, ADMIN)}

    def _program(self, user: UserName) -> Program:
        wanted = TokenRequest(user, "test", frozenset(ApiScope))
        with self.house.database.writing() as uow:
            _, token = new_token(uow, self.house.context(ADMIN), wanted)
        return Program(sender(self._port), token)

    def close(self) -> None:
        """End what serves the API."""
        self._stack.close()

    def enter(self, way: Way, act: Act) -> str:
        """Do something; return the id of what was made, if anything. Raises Refused."""
        if way is Way.API and act.asked is not None:
            return self._ask(act.user, act.asked)
        if way is Way.COMMAND_LINE and act.words:
            return self._command(act.words)
        try:
            with self.house.database.writing() as uow:
                return str(act.do(uow, self.house.context(act.user)))
        except PracticeError as error:
            raise Refused(error.sentence) from error

    def _ask(self, user: UserName, asked: Asked) -> str:
        body = b"" if asked.method == "DELETE" else json.dumps(asked.said).encode()
        headers = {"Idempotency_Key": f"k{next(self._numbers)}"}
        if body:
            headers["Content_Type"] = "application/json"
        program = self._programs[user]
        answer = program.request(asked.method, asked.path, body, **headers)
        if answer.status in _REFUSED:
            raise Refused(answer.text)
        assert answer.status < 300, answer.text
        return _id_in(answer.body)

    def _command(self, words: tuple[str, ...]) -> str:
        out, err = io.StringIO(), io.StringIO()
        opened: list[SqlDatabase] = []
        opening = bootstrap.open_practice

        def open_practice(settings: Settings) -> SqlDatabase:
            opened.append(opening(settings))
            return opened[-1]

        with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
            # A process of its own would end with its connections, and have its own time.
            patch.setattr(bootstrap, "clock", lambda: self._clock)
            patch.setattr(bootstrap, "open_practice", open_practice)
            patch.setattr(typer.main, "get_command", _built)
            code = call(*words, *self.where)
        for one in opened:
            one.close()
        if code == _REFUSED_BY_COMMAND:
            raise Refused(err.getvalue())
        assert code == 0, err.getvalue()
        return _id_in(out.getvalue().encode()) if "--json" in words else ""


def _id_in(body: bytes) -> str:
    told: Any = json.loads(body or b"{}")
    if isinstance(told, list):
        return str(told[0])
    return str(told.get("id", ""))


def through_any_door(**said: st.SearchStrategy[Any]) -> Callable[[Callable[..., None]], Any]:
    """Return a rule whose acts all come through one door, which is drawn with the rest."""

    def ruled(method: Callable[..., None]) -> Any:  # noqa: ANN401 - what hypothesis makes of it
        def enter(self: Any, way: Way, **drawn: object) -> None:  # noqa: ANN401 - the machine
            self.way = way
            method(self, **drawn)

        enter.__name__, enter.__qualname__ = method.__name__, method.__qualname__
        ruling: Any = rule  # its names are checked when it is called
        return ruling(way=WAYS, **said)(enter)

    return ruled
