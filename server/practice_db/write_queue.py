"""A queue of writers inside one process, in front of SQLite's BEGIN IMMEDIATE.

SQLite lets the writer win who happens to ask at the right moment; others sleep ever longer.
Writers that wait in line instead are let in one by one, at once and in the order they came.
"""

from __future__ import annotations

from collections import deque
from threading import Lock, get_ident
from types import TracebackType
from typing import Final

from server.practice_db.errors import AlreadyWriting, DatabaseBusy

PATIENCE: Final = 30.0
"""Seconds that a writer waits for its turn."""


class WriteQueue:
    """A lock that is handed on in the order of asking. Use it in a ``with`` statement."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._mutex = Lock()
        self._waiting: deque[Lock] = deque()
        self._holder: int | None = None

    @property
    def waiting(self) -> int:
        """How many writers stand in line."""
        return len(self._waiting)

    def __enter__(self) -> None:
        me = get_ident()
        if self._holder == me:
            raise AlreadyWriting("this thread is in a writing transaction already")
        gate = self._queue_up(me)
        if gate is not None:
            self._wait(gate)
            self._holder = me

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._mutex:
            self._holder = None
            self._hand_on()

    def _queue_up(self, me: int) -> Lock | None:
        with self._mutex:
            if self._holder is None and not self._waiting:
                self._holder = me
                return None
            gate = Lock()
            gate.acquire()
            self._waiting.append(gate)
            return gate

    def _wait(self, gate: Lock) -> None:
        if gate.acquire(timeout=self._patience):
            return
        with self._mutex:
            if gate in self._waiting:
                self._waiting.remove(gate)
            else:  # the turn came in this very moment: it goes to the next one
                self._hand_on()
        raise DatabaseBusy

    def _hand_on(self) -> None:
        if self._waiting:
            self._holder = _NOBODY
            self._waiting.popleft().release()
        else:
            self._holder = None


_NOBODY: Final = -1
"""The holder while a turn is on its way to the thread that waits for it."""
