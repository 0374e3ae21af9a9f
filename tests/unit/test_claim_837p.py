"""The 837P file: what stands in it, and what an independent reader says of it."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO

import pytest
from pyx12.params import ParamsBase
from pyx12.x12n_document import x12n_document

from server.billing_hooks.papers import claim_837p
from server.billing_hooks.papers.claim_837p import Envelope, interchange
from server.domain.claims import Claim, ClaimContent
from server.domain.ids import UserName
from server.domain.money import Money
from server.domain.papers import Payee, Relationship, Sex, TaxIdKind
from tests.papers import (
    AT,
    COVERAGE,
    NEW_YORK,
    OTHER_PROVIDER,
    PATIENT,
    PRACTICE,
    PROVIDER,
    SPOUSES,
    claim,
    claim_content,
    claim_line,
)

ENVELOPE = Envelope(12, AT.astimezone(NEW_YORK), PRACTICE)
SOLO = replace(PRACTICE, npi="", taxonomy="", tin_kind=TaxIdKind.SSN)
TWELVE = tuple(f"F43.{number}" for number in (10, 11, 12, 20, 21, 22, 23, 24, 25, 29, 81, 89))


def is_accepted(text: str) -> bool:
    """Whether the independent reader finds nothing wrong with a file."""
    answer = StringIO()
    accepted: bool = x12n_document(ParamsBase(), StringIO(text), answer, None)
    return accepted and "IK5*A" in answer.getvalue()


def segments(*claims: Claim) -> list[str]:
    return interchange(ENVELOPE, claims).split("~")[:-1]


def of_content(content: ClaimContent) -> list[str]:
    return segments(claim(content))


def one(found: list[str], name: str) -> str:
    (only,) = (each for each in found if each.startswith(f"{name}*"))
    return only


CONTENTS = {
    "plain": claim_content(),
    "a spouse's insurance": claim_content(coverage=SPOUSES),
    "a child": claim_content(coverage=replace(SPOUSES, relationship=Relationship.CHILD)),
    "somebody else's": claim_content(
        coverage=replace(SPOUSES, relationship=Relationship.OTHER, group_number="")
    ),
    "a practice of one person": claim_content(practice=SOLO),
    "a practice with the person's NPI": claim_content(
        practice=replace(PRACTICE, npi=PROVIDER.npi)
    ),
    "without a group": claim_content(coverage=replace(COVERAGE, group_number="")),
    "sex not known": claim_content(patient=replace(PATIENT, sex=Sex.UNKNOWN)),
    "one name": claim_content(patient=replace(PATIENT, last_name="")),
    "paid in part": claim_content(patient_paid=Money(2050)),
    "the client is to be paid": claim_content(practice=replace(PRACTICE, payee=Payee.CLIENT)),
    "many modifiers": claim_content(claim_line(modifiers=("95", "GT", "U1", "HJ"))),
    "many diagnoses": claim_content(claim_line(pointers=(12, 1, 2, 3)), diagnoses=TWELVE),
    "many lines": claim_content(*map(claim_line, range(1, 51))),
    "several units": claim_content(claim_line(units=4, amount=Money(34000))),
}


@pytest.mark.parametrize("kind", CONTENTS)
def test_an_independent_reader_accepts_each_kind_of_claim(kind: str) -> None:
    assert is_accepted(interchange(ENVELOPE, [claim(CONTENTS[kind])]))


def test_an_independent_reader_accepts_all_of_them_in_one_file() -> None:
    claims = [claim(each, number) for number, each in enumerate(CONTENTS.values(), start=1)]
    assert is_accepted(interchange(ENVELOPE, claims))


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("SE*27", "SE*26"), ("*F~", "*Q~"), ("ABK:M5450", "ABK:"), ("HL*2*1*22", "HL*2*9*22")],
)
def test_the_independent_reader_notices_mistakes(right: str, wrong: str) -> None:
    text = interchange(ENVELOPE, [claim()])
    assert right in text
    assert not is_accepted(text.replace(right, wrong))


def test_the_header_of_an_interchange_has_its_fixed_width() -> None:
    text = interchange(ENVELOPE, [claim()])
    assert text[:106].count("*") == 16
    assert text[105] == "~"
    assert text.startswith("ISA*00*          *00*          *ZZ*LARKSPUR1      *ZZ*EXCLEAR ")


def test_a_file_says_whether_it_is_a_test() -> None:
    in_earnest = interchange(ENVELOPE, [claim()])
    tried = interchange(replace(ENVELOPE, is_test=True), [claim()])
    assert (in_earnest[102], tried[102]) == ("P", "T")


def test_control_numbers_and_counts_agree_at_both_ends() -> None:
    found = segments(claim())
    assert one(found, "GS").split("*")[6:] == ["12", "X", "005010X222A1"]
    inside = found[found.index(one(found, "ST")) : found.index(one(found, "SE")) + 1]
    assert one(found, "SE") == f"SE*{len(inside)}*0001"
    assert one(found, "GE") == "GE*1*12"
    assert one(found, "IEA") == "IEA*1*000000012"


def test_the_claim_is_the_sum_of_its_lines() -> None:
    found = of_content(claim_content(claim_line(1), claim_line(2, amount=Money(4550))))
    assert one(found, "CLM").split("*")[:3] == ["CLM", "1", "130.5"]
    amounts = [each.split("*")[2] for each in found if each.startswith("SV1*")]
    assert amounts == ["85", "45.5"]


def test_a_line_says_its_code_modifiers_units_place_and_pointers() -> None:
    line = claim_line(
        modifiers=("95", "GT"),
        units=2,
        amount=Money(17000),
        place_of_service="10",
        pointers=(2, 1),
    )
    found = of_content(claim_content(claim_line(), line))
    first, second = (each for each in found if each.startswith("SV1*"))
    assert first == "SV1*HC:97810*85*UN*1***1"
    assert second == "SV1*HC:97810:95:GT*170*UN*2*10**2:1"
    assert "CLM*1*255***11:B:1*Y*A*Y*Y" in found


def test_each_line_has_its_one_day_of_service() -> None:
    found = of_content(claim_content(claim_line(1), claim_line(3)))
    days = [each for each in found if each.startswith("DTP*472")]
    assert days == ["DTP*472*D8*20261101", "DTP*472*D8*20261103"]


def test_the_first_diagnosis_is_the_primary_one_and_none_has_a_dot() -> None:
    found = of_content(claim_content(diagnoses=TWELVE))
    told = one(found, "HI").split("*")[1:]
    assert told[0] == "ABK:F4310"
    assert told[1:] == [f"ABF:{code.replace('.', '')}" for code in TWELVE[1:]]


def test_an_organisation_bills_and_a_person_does_the_work() -> None:
    found = segments(claim())
    assert "NM1*85*2*LARKSPUR WELLNESS, PLLC*****XX*1234567893" in found
    assert "REF*EI*123456789" in found
    assert "NM1*82*1*FEATHERSTONE*ALMA****XX*1245319599" in found
    assert "PRV*PE*PXC*171100000X" in found


def test_a_practice_of_one_person_bills_as_that_person() -> None:
    found = of_content(claim_content(practice=SOLO))
    assert "NM1*85*1*FEATHERSTONE*ALMA****XX*1245319599" in found
    assert "PRV*BI*PXC*171100000X" in found
    assert "REF*SY*123456789" in found
    assert not [each for each in found if each.startswith("NM1*82*")]


def test_a_dependant_has_a_level_below_the_insured_person() -> None:
    found = of_content(claim_content(coverage=SPOUSES))
    assert "HL*2*1*22*1" in found
    assert "NM1*IL*1*MARMALADE*OTIS****MI*XYZ123456" in found
    assert found[found.index("HL*3*2*23*0") + 1 :][:2] == ["PAT*01", "NM1*QC*1*DOE*JANE"]


def test_claims_of_one_practice_hang_below_one_level_and_others_below_their_own() -> None:
    other = claim_content(practice=SOLO, provider=OTHER_PROVIDER)
    found = segments(claim(number=1), claim(other, 2), claim(number=3))
    levels = [each for each in found if each.startswith("HL*")]
    assert levels == ["HL*1**20*1", "HL*2*1*22*0", "HL*3*1*22*0", "HL*4**20*1", "HL*5*4*22*0"]


def test_what_the_client_has_paid_is_said() -> None:
    found = of_content(claim_content(patient_paid=Money(2050)))
    assert found[found.index(one(found, "CLM")) + 1] == "AMT*F5*20.5"


def test_benefits_are_not_assigned_where_the_client_is_to_be_paid() -> None:
    found = of_content(claim_content(practice=replace(PRACTICE, payee=Payee.CLIENT)))
    assert one(found, "CLM").endswith("*Y*C*N*Y")


def test_names_of_any_script_and_marks_keep_the_file_whole() -> None:
    odd = replace(PATIENT, first_name="Zoë~*", last_name="D\u2019Ébène:^")
    content = claim_content(
        patient=odd, provider=replace(PROVIDER, user=UserName("zoe"), first_name="Søren\n")
    )
    text = interchange(ENVELOPE, [claim(content)])
    assert "NM1*IL*1*D'EBENE*ZOE****MI*XYZ123456~" in text
    assert is_accepted(text)


def test_very_many_claims_are_several_transaction_sets(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(claim_837p, "CLAIMS_AT_MOST", 2)
    text = interchange(ENVELOPE, [claim(number=number) for number in range(1, 6)])
    assert text.count("~ST*837*") == 3
    assert "~GE*3*12~" in text
    assert is_accepted(text)
