"""The If header is read as RFC 4918 10.4.2 writes it, or refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.caldav.answers import Unmet
from server.caldav.if_header import IfList, Wanted, read_if

TOKEN = Wanted("opaquelocktoken:1", is_tag=False, negated=False)
TAG = Wanted('"a (1)"', is_tag=True, negated=False)
NO_LOCK = Wanted("DAV:no-lock", is_tag=False, negated=True)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", ()),
        ("(<opaquelocktoken:1>)", (IfList("", (TOKEN,)),)),
        ('(["a (1)"])', (IfList("", (TAG,)),)),
        ('( [ "a (1)" ] <opaquelocktoken:1> )', (IfList("", (TAG, TOKEN)),)),
        (
            '(<opaquelocktoken:1>) (not <DAV:no-lock>["a (1)"])',
            (IfList("", (TOKEN,)), IfList("", (NO_LOCK, TAG))),
        ),
        (
            "</a> (<opaquelocktoken:1>)(Not <DAV:no-lock>) <http://x/b> (<opaquelocktoken:1>)",
            (IfList("/a", (TOKEN,)), IfList("/a", (NO_LOCK,)), IfList("http://x/b", (TOKEN,))),
        ),
    ],
)
def test_lists_and_their_resources_are_read(value: str, expected: tuple[IfList, ...]) -> None:
    assert read_if(value) == expected


@pytest.mark.parametrize(
    "value", ["(", ")", "()", "( )", "x", '["a"]', "([a])", "(Not)", "</a>", "(<a>) x"]
)
def test_anything_else_is_refused(value: str) -> None:
    with pytest.raises(Unmet):
        read_if(value)


def test_only_a_tag_of_the_requests_own_resource_names_its_state() -> None:
    assert [one.names_state for one in read_if('(["1"]) (<t>) (Not ["1"])')] == [
        True,
        False,
        False,
    ]
    assert not read_if('</a> (["1"])')[0].names_state


@given(st.text(alphabet='()<>[]"Not W/a1 ', max_size=60))
def test_whatever_comes_is_read_or_refused(value: str) -> None:
    try:
        lists = read_if(value)
    except Unmet:
        return
    assert all(one.wanted for one in lists)
    assert bool(lists) == bool(value)
