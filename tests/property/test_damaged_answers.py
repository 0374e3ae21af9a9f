"""Objects damaged at random: each form in which they are served is made or refused by name."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.errors import PracticeError
from server.domain.when import MASTER, RecurrenceKey
from server.ics.expanded_object import expanded_from_text
from server.ics.free_busy import busy_rows
from server.ics.instances import Row, expanded, prepared
from server.ics.jcal import as_jcal, from_jcal
from server.ics.shapes import CompShape, Wanted, shaped
from tests.instance_rows import AUTUMN, NEW_YORK
from tests.property.test_damaged_objects import damaged

ROWS: list[Row] = [
    (MASTER, 0, 3600, False, False),
    (RecurrenceKey("20261124T190000Z"), 0, 86_400, True, True),
    (RecurrenceKey("20261124"), 0, 0, False, True),
]
WANTED = Wanted(
    CompShape({"VERSION": False}, {"VEVENT": CompShape({"DTSTART": False, "SUMMARY": True})}),
    AUTUMN,
    AUTUMN,
)
FORMS: dict[str, Callable[[str], object]] = {
    "instances": lambda text: expanded(prepared(text, NEW_YORK), ROWS),
    "instances from text": lambda text: expanded_from_text(text, AUTUMN, NEW_YORK, 500),
    "shape": lambda text: shaped(text, WANTED, NEW_YORK),
    "jcal": lambda text: from_jcal(as_jcal(text)),
    "busy": lambda text: busy_rows(text, NEW_YORK),
}
KINDS = (
    ("VEVENT", "VEVENT", "DTEND"),
    ("VEVENT", "VTODO", "DUE"),
    ("VEVENT", "VFREEBUSY", "FREEBUSY"),
)


@pytest.mark.parametrize("form", FORMS)
@given(text=damaged(), kind=st.sampled_from(KINDS))
def test_whatever_is_stored_is_served_or_refused_by_name(
    form: str, text: str, kind: tuple[str, str, str]
) -> None:
    event, name, end = kind
    try:
        served = FORMS[form](text.replace(event, name).replace("DTEND", end))
    except PracticeError as refused:
        served = refused.condition
    assert served is not None
