"""From samples to figures and goals: what counts, what stands for what, what is reached."""

from __future__ import annotations

import pytest
from rich.console import Console

from bench.figures import Figures
from bench.goals import Found, Goal, goals
from bench.operations import Operation
from bench.options import read_options, schedule_of
from bench.peaks import Peaks
from bench.processes import Memory
from bench.rounds import Cell, Record, Schedule, lets_wait_too_long
from bench.tables import footnotes, goals_table, times_table
from bench.targets.catalogue import TargetName

STOCK = TargetName.RADICALE
OURS = TargetName.PRAXICAL
SIZE = 10_000


def test_a_wrong_answer_is_not_timed() -> None:
    figures = _figures(GET=(Record([1.0]), Record([0.1], [0.1], faults=["status 500"])))
    figure = figures.by_cell[_cell(OURS, Operation.GET)]
    assert (figure.p50, figure.wrong, figure.first_fault) == (None, 1, "status 500")


def test_a_wrong_expansion_of_stock_radicale_is_timed_all_the_same() -> None:
    figures = _figures(EXPAND=(Record([], [5.0], faults=["not expanded"]), Record([0.001])))
    figure = figures.by_cell[_cell(STOCK, Operation.EXPAND)]
    assert (figure.p50, figure.is_timed_though_wrong) == (5_000.0, True)
    assert _times(figures, Operation.EXPAND) == pytest.approx(5_000)


def test_a_wrong_expansion_of_ours_is_not() -> None:
    figures = _figures(EXPAND=(Record([5.0]), Record([], [0.001], faults=["not expanded"])))
    assert figures.ratio(_cell(OURS, Operation.EXPAND)) is None


def test_a_wrong_listing_of_stock_radicale_is_not() -> None:
    figures = _figures(WEEK=(Record([], [5.0], faults=["1 missing"]), Record([0.001])))
    assert figures.ratio(_cell(OURS, Operation.WEEK)) is None


def test_a_ratio_against_one_who_waited_alone_is_a_lower_bound() -> None:
    figures = _figures(EXPAND=(Record([9.0], is_bound=True), Record([0.001])))
    ratio = figures.ratio(_cell(OURS, Operation.EXPAND))
    assert ratio is not None
    assert ratio.is_bound


def test_growth_counts_beyond_what_the_answer_grew() -> None:
    records = {
        _cell(OURS, Operation.PROPFIND, 1_000): Record([0.001], parts=1_000),
        _cell(OURS, Operation.PROPFIND): Record([0.012], parts=10_000),
    }
    (growth,) = Figures(records).growths(_schedule("--sizes", "1000,10000"))
    assert growth.share == pytest.approx(1.2)
    assert growth.is_reached


def test_an_answer_that_shrinks_excuses_nothing() -> None:
    records = {
        _cell(OURS, Operation.QUIET, 1_000): Record([0.001], parts=20),
        _cell(OURS, Operation.QUIET): Record([0.002], parts=10),
    }
    (growth,) = Figures(records).growths(_schedule("--sizes", "1000,10000"))
    assert not growth.is_reached


@pytest.mark.parametrize(("ours", "is_reached"), [(0.001, True), (0.0011, False)])
def test_a_goal_is_reached_at_so_many_times_as_fast(ours: float, is_reached: bool) -> None:
    figures = _figures(CTAG=(Record([1.0]), Record([ours])))
    assert _goal(figures, Operation.CTAG).is_reached == is_reached


def test_a_goal_without_a_right_answer_is_not_reached() -> None:
    figures = _figures(CTAG=(Record([1.0]), Record([0.0001], faults=["out of date"])))
    assert _goal(figures, Operation.CTAG).is_reached is False


def test_a_changed_put_has_a_ratio_and_no_goal() -> None:
    figures = _figures(PUT_CHANGED=(Record([1.0]), Record([0.5])))
    goal = _goal(figures, Operation.PUT_CHANGED)
    assert (goal.figure, goal.wanted, goal.is_reached) == (2.0, None, None)


@pytest.mark.parametrize(("seconds", "is_reached"), [(1.4, True), (1.6, False)])
def test_the_first_answer_has_to_come_in_time(seconds: float, is_reached: bool) -> None:
    found = _found(_figures(GET=(Record([1.0]), Record([0.1]))), Operation.GET, seconds)
    assert [goal.is_reached for goal in goals(found) if goal.title == "start"] == [is_reached]


def test_memory_counts_while_the_calendar_is_read_whole() -> None:
    records = (Record([1.0]), Record([0.1]))
    found = _found(_figures(READ_WHOLE=records), Operation.READ_WHOLE)
    (memory,) = [goal for goal in goals(found) if goal.title == "memory"]
    assert (memory.figure, memory.is_reached) == (240.0, True)


def test_another_server_that_keeps_one_client_waiting_is_not_asked_by_several() -> None:
    cell = _cell(TargetName.XANDIKOS, Operation.WEEK, clients=8)
    assert lets_wait_too_long(cell, Record([11.0]))
    assert not lets_wait_too_long(cell, Record([0.7]))


def test_ours_is_asked_by_several_however_slow_it_is() -> None:
    assert not lets_wait_too_long(_cell(OURS, Operation.WEEK, clients=8), Record([11.0]))


def test_stock_radicale_is_never_asked_by_several_to_expand() -> None:
    assert lets_wait_too_long(_cell(STOCK, Operation.EXPAND, clients=8), Record([0.5]))


def test_the_table_marks_single_samples_bounds_and_wrong_answers() -> None:
    stock = Record([], [5.0], faults=["not expanded"], is_bound=True)
    found = _found(_figures(EXPAND=(stock, Record([0.0005, 0.0005]))), Operation.EXPAND)
    console = Console(width=150)
    with console.capture() as capture:
        console.print(times_table(found, SIZE, 1))
        console.print(goals_table(found, goals(found)))
        console.print(*footnotes(found))
    text = capture.get()
    assert ">5,000*" in text
    assert "1 sample" in text
    assert ">10,000 yes" in text
    assert "* A wrong answer" in text
    assert "> Too slow" in text


def test_a_quick_look_changes_only_what_is_not_said() -> None:
    quick = _schedule("--quick", "--sizes", "200")
    assert (quick.sizes, quick.rounds, quick.concurrency) == ((200,), 1, (1, 8))
    assert quick.targets == (STOCK, OURS)


def test_the_usual_targets_are_stock_radicale_and_ours_on_both_databases() -> None:
    assert _schedule().targets == (STOCK, OURS, TargetName.PRAXICAL_POSTGRES)


def test_a_target_that_is_not_known_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        read_options(["--targets", "radicale,cyrus"])
    assert "unknown cyrus" in capsys.readouterr().err


def _schedule(*arguments: str) -> Schedule:
    return schedule_of(read_options(arguments))


def _cell(target: TargetName, operation: Operation, size: int = SIZE, clients: int = 1) -> Cell:
    return Cell(target, size, operation, clients)


def _figures(**records: tuple[Record, Record]) -> Figures:
    """Figures of stock Radicale and of ours, by the operation's name."""
    cells: dict[Cell, Record] = {}
    for name, (stock, ours) in records.items():
        cells[_cell(STOCK, Operation[name])] = stock
        cells[_cell(OURS, Operation[name])] = ours
    return Figures(cells)


def _times(figures: Figures, operation: Operation) -> float | None:
    ratio = figures.ratio(_cell(OURS, operation))
    return ratio.times if ratio else None


def _found(figures: Figures, operation: Operation, seconds: float = 1.0) -> Found:
    words = ("--sizes", str(SIZE), "--targets", f"{STOCK},{OURS}", "--concurrency", "1")
    schedule = _schedule(*words, "--operations", operation)
    starts = {(STOCK, SIZE): 0.2, (OURS, SIZE): seconds}
    peaks = Peaks(run=Memory((300.0, 90.0)), whole=Memory((240.0, 90.0)))
    return Found(schedule, figures, starts, dict.fromkeys(starts, peaks))


def _goal(figures: Figures, operation: Operation) -> Goal:
    return next(goal for goal in goals(_found(figures, operation)) if goal.title == operation)
