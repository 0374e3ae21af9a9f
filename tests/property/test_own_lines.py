"""A person's own lines through many apps: nothing is lost that nobody took away (M5)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from server.ics import quirks
from server.ics.own_lines import (
    OWN_BYTES_AT_MOST,
    OWN_PROPERTIES_AT_MOST,
    grouped,
    merged,
    nested_lines,
)

FAMILIES = st.sampled_from(
    [
        quirks.THUNDERBIRD,
        quirks.EVOLUTION,
        quirks.APPLE,
        quirks.ANDROID,
        quirks.KHAL,
        quirks.OUTLOOK,
        quirks.CALCURSE,
        quirks.OTHER,
    ]
)
VALUES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)
FOREIGN = st.builds(
    "X-{}-{}:{}".format, st.sampled_from(["APPLE", "MOZ", "FOO"]), st.integers(0, 5), VALUES
)
KNOWN = st.builds(
    "{}:{}".format,
    st.sampled_from(["CATEGORIES", "URL", "TRANSP", "PRIORITY", "LOCATION", "SUMMARY"]),
    VALUES,
)
ALARM = st.builds(
    lambda text: ["BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{text}", "END:VALARM"], VALUES
)
BLOCKS = st.lists(
    st.one_of(FOREIGN.map(lambda raw: [raw]), KNOWN.map(lambda raw: [raw]), ALARM)
)
LINES = BLOCKS.map(lambda blocks: tuple(raw for block in blocks for raw in block))


def foreign(lines: tuple[str, ...]) -> dict[str, list[str]]:
    """Return the lines of properties that no rule knows, by name."""
    return {name: held for name, held in grouped(lines).items() if name.startswith("X-")}


@given(LINES, LINES, LINES, FAMILIES)
def test_what_another_app_wrote_is_not_lost(
    current: tuple[str, ...], base: tuple[str, ...], sent: tuple[str, ...], family: str
) -> None:
    found = merged(current, base, sent, family)
    assert found[: len(sent)] == sent
    assert foreign(found) == foreign(current) | foreign(sent)


@given(LINES, LINES, FAMILIES)
def test_sending_back_what_is_there_changes_nothing(
    current: tuple[str, ...], sent: tuple[str, ...], family: str
) -> None:
    once = merged(current, current, sent, family)
    assert merged(once, once, once, family) == once


@given(LINES, st.lists(st.tuples(LINES, FAMILIES), max_size=8))
def test_foreign_lines_outlive_any_row_of_apps(
    first: tuple[str, ...], visits: list[tuple[tuple[str, ...], str]]
) -> None:
    current = first
    latest = foreign(first)
    for sent, family in visits:
        current = merged(current, current, sent, family)
        latest |= foreign(sent)
    assert foreign(current) == latest


@given(
    st.lists(st.tuples(st.integers(0, 200), st.integers(0, 9_000)), max_size=120),
    LINES,
    FAMILIES,
)
def test_what_is_kept_beside_what_was_sent_is_bounded_and_whole(
    shapes: list[tuple[int, int]], sent: tuple[str, ...], family: str
) -> None:
    current: list[str] = []
    for number, length in shapes:
        raw = f"X-{number}:" + "x" * length
        current += ["BEGIN:VALARM", raw, "END:VALARM"] if number % 3 == 0 else [raw]
    kept = merged(current, (), sent, family)[len(sent) :]
    assert sum(len(raw.encode()) for raw in kept) <= OWN_BYTES_AT_MOST
    inside = list(nested_lines(kept))
    assert inside.count("BEGIN:VALARM") == inside.count("END:VALARM")
    assert len(kept) - len(inside) + inside.count("BEGIN:VALARM") <= OWN_PROPERTIES_AT_MOST
