"""A superbill as PDF, read by another program."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO

import pytest
from pypdf import PdfReader

from server.billing_hooks.papers.superbill_pdf import pdf_of
from server.domain.money import Money
from server.domain.papers import Payee
from server.domain.superbills import Superbill, Voiding
from tests.papers import AT, DESK, NOTHING, PRACTICE, superbill, superbill_line


def reader(one: Superbill) -> PdfReader:
    return PdfReader(BytesIO(pdf_of(one)))


def text(one: Superbill) -> str:
    """Return everything that can be read, in single spaces."""
    pages = reader(one).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))


def with_client(name: str) -> Superbill:
    made = superbill()
    client = replace(made.content.client, name=name)
    return replace(made, content=replace(made.content, client=client))


def with_practice(**more: object) -> Superbill:
    made = superbill()
    practice = replace(PRACTICE, **more)  # type: ignore[arg-type]  # any field of it
    return replace(made, content=replace(made.content, practice=practice))


@pytest.mark.parametrize(
    "said",
    [
        "SUPERBILL",
        "Larkspur Wellness, PLLC",
        "120 Larkspur Avenue",
        "Brooklyn, NY 11201-0042",
        "+1 718 555 0142",
        "EIN 12-3456789",
        "NPI 1234567893",
        "Alma Featherstone, LAc",
        "1245319599",
        "004211 (NY)",
        "Jane Doe",
        "02/29/1984",
        "11/01/2026",
        "97810",
        "Acupuncture, first 15 minutes",
        "GP",
        "M54.50 G43.909",
        "Low back pain, unspecified",
        "Charged $85.00",
        "Paid $85.00",
        "Balance $0.00",
        "PAID IN FULL",
        "Date 12/01/2026",
        "Please pay the practice",
        "Signature of Alma Featherstone, LAc",
        "11 Office",
        "Questions: billing@example.org",
        "Page 1 of 1",
    ],
)
def test_everything_that_an_insurer_asks_for_can_be_read(said: str) -> None:
    assert said in text(superbill())


def test_each_line_has_its_own_day_place_and_fee() -> None:
    lines = (
        superbill_line(1),
        superbill_line(9, place_of_service="10", modifiers=("95", "GT"), paid=NOTHING),
    )
    read = text(superbill(*lines))
    assert "11/09/2026 10 97810" in read
    assert "95 GT" in read
    assert "Charged $170.00" in read
    assert "Balance $85.00" in read
    assert "PAID IN FULL" not in read
    assert "11/01/2026 to 11/09/2026" in read


def test_a_write_off_is_shown_and_is_no_payment() -> None:
    read = text(superbill(superbill_line(paid=Money(5000), written_off=Money(3500))))
    assert "Paid $50.00 Written off $35.00 Balance $0.00" in read
    assert "PAID IN FULL" not in read


def test_a_long_superbill_repeats_its_head_and_counts_its_pages() -> None:
    pages = reader(superbill(*map(superbill_line, range(1, 91)))).pages
    assert len(pages) > 2
    for number, page in enumerate(pages, start=1):
        read = re.sub(r"\s+", " ", page.extract_text())
        assert f"Page {number} of {len(pages)}" in read
        assert "Superbill 7 · Jane Doe" in read
    assert sum("Modifiers" in page.extract_text() for page in pages) == len(pages)


@pytest.mark.parametrize(
    "name",
    [
        '#panic("no") Doe',
        "*Jane* _Doe_ $x$",
        "Jane \\ Doe",
        '"Jane" [Doe] <x> @ref',
        "`raw` // Doe /* x */",
        "Zoë Łukasz-Groß",
        "Ιάσων Παππάς",
    ],
)
def test_no_character_of_a_name_is_taken_for_markup(name: str) -> None:
    assert name in text(with_client(name))


def test_a_name_that_no_font_can_write_spoils_only_itself() -> None:
    cuneiform = "\U00012000\U00012079"
    read = text(with_client(f"Jane {cuneiform}"))
    assert "Jane" in read
    assert "Alma Featherstone, LAc" in read


def test_a_voided_superbill_says_so_on_its_face() -> None:
    voided = superbill(voided=Voiding(AT, DESK, "Entered twice"))
    assert "VOID" in text(voided)
    assert "Entered twice" not in text(voided)
    assert "VOID" not in text(superbill())


def test_a_superbill_names_the_one_that_it_replaces() -> None:
    assert "Replaces number 6" in text(superbill(replaces=6))


@pytest.mark.parametrize(
    ("payee", "said"),
    [
        (Payee.CLINIC, "Please pay the practice, Larkspur Wellness, PLLC."),
        (Payee.PROVIDER, "Please pay the provider, Alma Featherstone."),
        (Payee.CLIENT, "Please reimburse the client"),
    ],
)
def test_it_says_whom_to_pay(payee: Payee, said: str) -> None:
    assert said in text(with_practice(payee=payee))


def test_it_says_nothing_of_whom_to_pay_where_that_is_nobody() -> None:
    assert "Please" not in text(with_practice(payee=Payee.NONE))


def test_the_page_is_us_letter() -> None:
    page = reader(superbill()).pages[0]
    assert (float(page.mediabox.width), float(page.mediabox.height)) == (612, 792)


def test_the_same_superbill_is_the_same_file() -> None:
    assert pdf_of(superbill()) == pdf_of(superbill())


def test_a_screen_reader_finds_language_title_and_structure() -> None:
    catalogue = reader(superbill()).trailer["/Root"]
    assert catalogue["/Lang"].startswith("en")  # type: ignore[index]
    assert catalogue["/MarkInfo"]["/Marked"]  # type: ignore[index]
    assert "/StructTreeRoot" in catalogue  # type: ignore[operator]
    metadata = reader(superbill()).metadata
    assert metadata is not None
    assert metadata.title == "Superbill 7"
