"""The pages on HTTP and on compliance say what the server answers to calendar apps."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from server.caldav.options import COMPLIANCE as DAV_HEADER
from server.caldav.properties.calendar import UNLESS_SET
from server.caldav.properties.methods import OF_OBJECTS, TO_MAKE_CALENDARS, methods_of
from server.caldav.properties.place import Sort
from server.caldav.properties.written import LIVE
from server.caldav.report import REPORTS
from server.caldav.xml_out import CALDAV, CALSERVER, DAV, OURS
from tests.unit.test_documents import COMPLIANCE, DOCS, ROOT, bare, rows, section

HTTP = (DOCS / "reference/http.md").read_text(encoding="utf-8")
ERRORS = (DOCS / "reference/errors.md").read_text(encoding="utf-8")
SOURCES = sorted((ROOT / "server/caldav").rglob("*.py"))

_SPACES = {"D": DAV, "C": CALDAV, "S": CALSERVER, "P": OURS}
_NAMES = {"DAV": DAV, "CALDAV": CALDAV, "OURS": OURS, "{DAV:}": DAV, OURS: OURS}
_CODE = re.compile(r"`([^`]+)`")
_RAISED = re.compile(
    r"(?:Unmet|forbidden|__init__)\(\s*(?:HTTPStatus\.\w+,\s*)?"
    r'f?"(?:\{(DAV|CALDAV|OURS)\}|(\{[^}"]*:[^}"]*\}))([\w-]+)"'
)
_OWN = re.compile(r'\{(OURS)\}()([\w-]+)"')
_PARAGRAPH = re.compile(r"(\d+(?:\.\d+)*)(?: to (\d+(?:\.\d+)*))?")

# What each RFC asks of a server. Introductions, definitions, grammars and registries have
# nothing to prove.
PARAGRAPHS = {
    "## RFC 4791, CalDAV": (
        "4.1 4.2 5.1 5.2.1 5.2.2 5.2.3 5.2.4 5.2.5 5.2.6 5.2.7 5.2.8 5.2.9 5.3.1 5.3.2 5.3.2.1 "
        "5.3.3 5.3.4 6.1.1 6.2.1 7.1 7.2 7.3 7.4 7.5 7.5.1 7.6 7.7 7.8 7.9 7.10 9.1 9.2 9.3 "
        "9.4 9.5 9.6 9.6.1 9.6.2 9.6.3 9.6.4 9.6.5 9.6.6 9.6.7 9.7 9.7.1 9.7.2 9.7.3 9.7.4 "
        "9.7.5 9.8 9.9 9.10 9.11"
    ),
    "## RFC 4918, WebDAV: classes 1 and 3": (
        "4.3 5.2 6 7 8.3 9.1 9.2 9.3 9.4 9.6 9.7 9.8 9.9 9.10 9.11 10.1 10.2 10.3 10.4 10.5 "
        "10.6 10.7 11 13 14 15.1 15.2 15.3 15.4 15.5 15.6 15.7 15.8 15.9 15.10 16 17 18 20.6"
    ),
    "## RFC 3744, access control": (
        "3 4.1 4.2 4.3 4.4 5.1 5.2 5.3 5.4 5.5 5.6 5.7 5.8 7.1.1 7.2 8.1 9.2 9.3 9.4 9.5"
    ),
    "## RFC 3253, the parts that CalDAV takes": "3.1.3 3.1.4 3.1.5 3.6 3.7 3.8",
}

FORMS = {"3339", "3986", "6352", "8536"}
"""Forms of dates, references and zone files; and CardDAV, whose words are refused."""


def page_of(tag: str) -> str:
    """Return a Clark name as the pages write it."""
    for prefix, space in _SPACES.items():
        if tag.startswith(space):
            return f"{prefix}:{tag.removeprefix(space)}"
    return tag


def test_the_dav_header_is_told_as_it_is() -> None:
    assert f"\n```\n{DAV_HEADER}\n```\n" in HTTP


def test_the_page_has_every_method() -> None:
    told = {name for row in rows(section(HTTP, "## Methods")) for name in _CODE.findall(row[0])}
    there = {name for sort in Sort for name in methods_of(sort, may_write=True)}
    assert told == there | {*OF_OBJECTS, *TO_MAKE_CALENDARS}


def test_the_page_has_every_report() -> None:
    told = {bare(row[0]) for row in rows(section(HTTP, "## Reports"))}
    assert told == {page_of(name) for name in REPORTS}


@pytest.mark.parametrize("sort", list(Sort))
def test_the_page_has_every_property_of(sort: Sort) -> None:
    told = set(_CODE.findall(section(HTTP, "## Properties")))
    names = {*LIVE[sort], *(UNLESS_SET if sort is Sort.CALENDAR else ())}
    assert sorted(map(page_of, names)) == sorted({*map(page_of, names)} & told)


def told_conditions() -> set[str]:
    """Return the Clark names of the conditions on the errors page."""
    text = "\n".join(
        section(ERRORS, heading)
        for heading in ("## Objects and the practice's rules", "## Requests")
    )
    return {_SPACES[row[2]] + bare(row[0]) for row in rows(text) if len(row) > 2 and row[2]}


def raised_conditions() -> Iterator[str]:
    """Yield the Clark names of conditions that stand in the code."""
    for path in SOURCES:
        text = path.read_text(encoding="utf-8")
        for constant, literal, name in _RAISED.findall(text) + _OWN.findall(text):
            yield _NAMES[constant or literal] + name


def test_the_errors_page_has_every_condition_that_is_answered() -> None:
    answered = set(raised_conditions())
    assert len(answered) > 20
    assert sorted(answered - told_conditions()) == []


def test_the_errors_page_has_no_condition_that_is_never_answered() -> None:
    rules = ROOT / "server/domain/errors.py"
    text = "".join(path.read_text(encoding="utf-8") for path in (*SOURCES, rules))
    told = {name.partition("}")[2] for name in told_conditions()}
    assert [name for name in sorted(told) if not re.search(rf'["}}/]{name}["/]', text)] == []


def listed(text: str) -> set[str]:
    """Return the paragraphs of a table, with all that lie between the ends of a range."""
    return {one for row in rows(text) for one in _spread(row[0])}


def _spread(cell: str) -> Iterator[str]:
    for first, last in _PARAGRAPH.findall(cell):
        head, _, begin = first.rpartition(".")
        end = int(last.rpartition(".")[2]) if last else int(begin)
        for number in range(int(begin), end + 1):
            yield f"{head}.{number}".lstrip(".")


@pytest.mark.parametrize("heading", PARAGRAPHS)
def test_compliance_has_every_paragraph(heading: str) -> None:
    found = listed(section(COMPLIANCE.read_text(encoding="utf-8"), heading))
    assert [one for one in PARAGRAPHS[heading].split() if one not in found] == []


def test_compliance_has_every_rfc_that_the_code_goes_by() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in ROOT.glob("server/**/*.py"))
    cited = set(re.findall(r"RFC (\d{4})", sources)) - FORMS
    told = set(re.findall(r"\d{4}", COMPLIANCE.read_text(encoding="utf-8")))
    assert sorted(cited - told) == []


def test_what_is_missing_is_said_where_a_paragraph_is_kept_in_part() -> None:
    for row in rows(COMPLIANCE.read_text(encoding="utf-8")):
        what, state = row[-3:-1]
        assert state != "partly" or len(what.split()) > 1, row
