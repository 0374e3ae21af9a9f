"""Texts that a process keeps as they stand in answers."""

from __future__ import annotations

from server.domain.ids import CalendarId
from server.storage_plugin.prepared_texts import Key, PreparedTexts


def key(name: str, revision: int = 1) -> Key:
    return CalendarId("c"), name, revision


def test_a_text_is_known_by_calendar_name_and_revision() -> None:
    texts = PreparedTexts()
    texts.keep([(key("a"), "one")])
    assert (texts.get(key("a")), texts.get(key("a", 2)), texts.get(key("b"))) == (
        "one",
        None,
        None,
    )


def test_what_came_first_goes_first_where_there_is_too_much() -> None:
    texts = PreparedTexts(characters_at_most=8)
    texts.keep([(key("a"), "aaaa"), (key("b"), "bbbb"), (key("c"), "cccc")])
    assert [texts.get(key(name)) for name in "abc"] == [None, "bbbb", "cccc"]


def test_the_same_text_again_takes_no_more_room() -> None:
    texts = PreparedTexts(characters_at_most=8)
    for _ in range(3):
        texts.keep([(key("a"), "aaaa"), (key("b"), "bbbb")])
    assert texts.get(key("a")) == "aaaa"


def test_a_text_larger_than_all_room_is_not_kept() -> None:
    texts = PreparedTexts(characters_at_most=8)
    texts.keep([(key("a"), "a" * 9)])
    assert texts.get(key("a")) is None
