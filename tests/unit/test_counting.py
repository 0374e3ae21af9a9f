"""Counting for monitoring: nothing is lost, whoever counts at the same time."""

from __future__ import annotations

import multiprocessing
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from server.usecases.counting import BOUNDS, Answers, Counts

GET = ("caldav", "GET")
MILLISECOND = 1_000_000


def only(counts: Counts) -> Answers:
    ((_, _, answers),) = counts.read().answers()
    return answers


@pytest.mark.parametrize("shared", [True, False])
def test_many_threads_lose_nothing(tmp_path: Path, shared: bool) -> None:
    counts = Counts(tmp_path if shared else None)

    def count_some(_: int) -> None:
        for _ in range(2000):
            counts.answered(GET, 200, 3 * MILLISECOND)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(count_some, range(8)))
    answers = only(counts)
    assert answers.statuses["2xx"] == sum(answers.durations) == 16_000
    assert answers.seconds == pytest.approx(48)


def count_one(folder: Path) -> None:
    Counts(folder).answered(GET, 404, MILLISECOND)


def test_processes_count_together_and_those_that_ended_too(tmp_path: Path) -> None:
    own, another = Counts(tmp_path), Counts(tmp_path)
    own.answered(GET, 200, MILLISECOND)
    another.answered(GET, 200, MILLISECOND)
    for _ in range(2):
        process = multiprocessing.get_context("spawn").Process(
            target=count_one, args=(tmp_path,)
        )
        process.start()
        process.join()
        assert process.exitcode == 0
    own.answered(GET, 200, MILLISECOND)
    assert (only(own).statuses["2xx"], only(own).statuses["4xx"]) == (3, 2)


_COPIED = """
import os, sys
from pathlib import Path
from server.usecases.counting import Counts
counts = Counts(Path(sys.argv[1]))
counts.answered(("caldav", "GET"), 200, 1)
copied = os.fork() == 0
counts.answered(("caldav", "GET"), 200, 1)
if not copied:
    os.wait()
"""


def test_a_copy_of_a_process_does_not_write_to_the_rows_of_the_first(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", _COPIED, str(tmp_path)], check=True, timeout=60)
    assert len(list(tmp_path.iterdir())) == 2
    assert only(Counts(tmp_path)).statuses["2xx"] == 3


def test_a_folder_of_another_version_is_not_misread(tmp_path: Path) -> None:
    counts = Counts(tmp_path)
    (tmp_path / "1-0.0badc0de.counts").write_bytes(b"\1" * 64)
    counts.answered(GET, 200, MILLISECOND)
    assert only(counts).statuses["2xx"] == 1


@pytest.mark.parametrize(
    ("status", "name"),
    [(100, "1xx"), (207, "2xx"), (304, "3xx"), (412, "4xx"), (429, "429"), (503, "5xx")],
)
def test_each_status_has_its_class(status: int, name: str) -> None:
    counts = Counts()
    counts.answered(GET, status, 1)
    assert {one for one, times in only(counts).statuses.items() if times} == {name}


def test_a_duration_counts_up_to_its_bound_and_beyond_the_last_one() -> None:
    counts = Counts()
    for seconds in (*BOUNDS, 11):
        counts.answered(GET, 200, int(seconds * 1000 * MILLISECOND))
    assert list(only(counts).durations) == [1] * (len(BOUNDS) + 1)


def test_what_has_no_name_here_is_counted_as_other() -> None:
    counts = Counts()
    counts.answered(("api", "BREW"), 200, 1)
    counts.called({("brew", "Teapot"): 2, ("busy", "ok"): 3})
    counts.turned(failed=True)
    sums = counts.read()
    assert [(lane, method) for lane, method, _ in sums.answers()] == [("api", "other")]
    assert sorted(sums.calls()) == [("busy", "ok", 3), ("other", "other", 2)]
    assert sums.turns() == {"done": 0, "failed": 1}
