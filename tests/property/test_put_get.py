"""Whatever PUT accepts, GET gives back: each property that a person wrote is still there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import takewhile
from uuid import uuid4

import pytest
from hypothesis import given

from tests.property.generated_events import Written, events, said
from tests.property.in_process import FEWER, Inside, shared
from tests.system.phone import Answer, Phone

RULED = frozenset(
    {"SUMMARY", "DESCRIPTION", "LOCATION", "STATUS", "TRANSP", "CLASS", "URL", "COLOR"}
)
"""What the practice's rules may write anew; each has its own sentence below or elsewhere."""


def name_of(line: str) -> str:
    return line.partition(":")[0].partition(";")[0]


def untouched(lines: list[str]) -> Counter[str]:
    """Return the lines that no rule of the practice may touch, and how often each stands."""
    return Counter(line for line in lines if name_of(line) not in RULED)


def of_the_event(lines: list[str]) -> dict[str, str]:
    """Return the values of the VEVENT's own properties, those of its alarms apart."""
    inside = lines[lines.index("BEGIN:VEVENT") + 1 :]
    own = takewhile(lambda line: not line.startswith(("BEGIN:VALARM", "END:VEVENT")), inside)
    return {name_of(line): line.partition(":")[2] for line in own}


def words(text: str) -> str:
    """Return a text without what no reader sees: ends of lines, spaces around it."""
    return "\n".join(line.rstrip() for line in text.splitlines()).strip()


def put(phone: Phone, written: Written, path: str, title: str = "") -> tuple[str, Answer]:
    uid = uuid4().hex
    text = written.text(uid, title)
    answer = phone.put(f"{path}{uid}.ics", text, If_None_Match="*")
    assert answer.status == 201, answer.text
    return text, phone.get(f"{path}{uid}.ics")


def keeps_a_team_event(phone: Phone, written: Written) -> None:
    _, got = put(phone, written, "")
    assert untouched([*written.lines, *written.alarms]) <= untouched(got.lines)
    shown = of_the_event(got.lines)
    for name, text in written.texts.items():
        assert words(said(shown.get(name, ""))) == words(text)
    assert ("TRANSP:TRANSPARENT" in written.lines) is got.says("TRANSP:TRANSPARENT")
    assert ("CLASS:CONFIDENTIAL" in written.lines) is got.says("CLASS:CONFIDENTIAL")


def keeps_a_session(phone: Phone, written: Written) -> None:
    _, got = put(phone, written, "", "acupinitial Jane Doe")
    assert untouched([*written.lines, *written.alarms]) <= untouched(got.lines)
    note = said(of_the_event(got.lines).get("DESCRIPTION", ""))
    assert words(note) == words(written.texts.get("DESCRIPTION", ""))


def keeps_octets(phone: Phone, written: Written) -> None:
    home = f"/{phone.user}/mine/"
    phone.mkcalendar(home)
    uid = uuid4().hex
    text = written.text(uid)
    answer = phone.put(f"{home}{uid}.ics", text, If_None_Match="*")
    assert answer.status == 201, answer.text
    got = phone.get(f"{home}{uid}.ics")
    assert got.body == text.encode()
    assert answer.etag == got.etag is not None


CHECKS = pytest.mark.parametrize(
    "keeps",
    [keeps_a_team_event, keeps_a_session, keeps_octets],
    ids=lambda keeps: keeps.__name__,
)
Keeps = Callable[[Phone, Written], None]


@CHECKS
@shared()
@given(written=events())
def test_what_a_person_wrote_comes_back(
    sqlite_inside: Inside, keeps: Keeps, written: Written
) -> None:
    keeps(sqlite_inside.phone("alma"), written)


@CHECKS
@pytest.mark.postgres
@shared(FEWER)
@given(written=events())
def test_what_a_person_wrote_comes_back_from_postgresql(
    postgres_inside: Inside, keeps: Keeps, written: Written
) -> None:
    keeps(postgres_inside.phone("alma"), written)
