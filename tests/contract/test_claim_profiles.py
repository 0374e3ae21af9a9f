"""What ports.papers.Profiles promises: what insurers know of people comes back as it was."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from server.domain.ids import PayerId
from server.domain.papers import (
    ClientProfile,
    Payee,
    PracticeProfile,
    PractitionerProfile,
    Sex,
    Subscriber,
    TaxIdKind,
)
from server.practice_db.database import SqlDatabase
from tests.contract.samples import another_practice
from tests.papers import (
    ALMA,
    COVERAGE,
    HOME,
    JANE,
    PAYER,
    PRACTICE,
    PROFILE,
    PROVIDER,
    SPOUSES,
    THEO,
)

OTHER = replace(PAYER, id=PayerId("other"), name="Other Plan", fees_forbidden=True)


def test_of_whom_nothing_is_known_there_is_an_empty_profile(furnished: SqlDatabase) -> None:
    with furnished.reading() as uow:
        known = uow.papers.profiles
        assert known.practice() == PracticeProfile()
        assert known.practitioner(ALMA) == PractitionerProfile(ALMA)
        assert known.client(JANE) == ClientProfile(JANE)
        assert known.payer(PAYER.id) is None
        assert (list(known.payers()), list(known.coverages(JANE))) == ([], [])


def test_profiles_come_back_as_they_were(furnished: SqlDatabase) -> None:
    with furnished.writing() as uow:
        uow.papers.profiles.save_practice(PRACTICE)
        uow.papers.profiles.save_practitioner(PROVIDER)
        uow.papers.profiles.save_client(PROFILE)
        uow.papers.profiles.save_payer(PAYER)
    with furnished.reading() as uow:
        known = uow.papers.profiles
        assert known.practice() == PRACTICE
        assert known.practitioner(ALMA) == PROVIDER
        assert known.practitioner(THEO) == PractitionerProfile(THEO)
        assert known.client(JANE) == PROFILE
        assert known.payer(PAYER.id) == PAYER


def test_a_profile_that_is_saved_again_is_replaced(furnished: SqlDatabase) -> None:
    changed = replace(PRACTICE, payee=Payee.CLIENT, tin_kind=TaxIdKind.SSN, npi="")
    with furnished.writing() as uow:
        for practice in (PRACTICE, changed):
            uow.papers.profiles.save_practice(practice)
        for profile in (PROFILE, replace(PROFILE, sex=Sex.UNKNOWN)):
            uow.papers.profiles.save_client(profile)
    with furnished.reading() as uow:
        assert uow.papers.profiles.practice() == changed
        assert uow.papers.profiles.client(JANE).sex is Sex.UNKNOWN


def test_the_coverage_given_first_stays_the_primary_one(furnished: SqlDatabase) -> None:
    insured = Subscriber("Otis", "Marmalade", date(1980, 1, 2), Sex.MALE, HOME)
    second = replace(SPOUSES, payer=OTHER.id, subscriber=insured)
    changed = replace(COVERAGE, member_id="NEW-1")
    with furnished.writing() as uow:
        known = uow.papers.profiles
        known.save_payer(PAYER)
        known.save_payer(OTHER)
        for coverage in (COVERAGE, second, changed):
            known.save_coverage(coverage)
    with furnished.reading() as uow:
        assert list(uow.papers.profiles.coverages(JANE)) == [changed, second]


def test_a_coverage_that_is_removed_is_gone_and_a_new_one_comes_last(
    furnished: SqlDatabase,
) -> None:
    with furnished.writing() as uow:
        known = uow.papers.profiles
        known.save_payer(PAYER)
        known.save_payer(OTHER)
        known.save_coverage(COVERAGE)
        known.save_coverage(replace(COVERAGE, payer=OTHER.id))
        assert known.remove_coverage(JANE, PAYER.id)
        assert not known.remove_coverage(JANE, PAYER.id)
        known.save_coverage(COVERAGE)
        payers = [coverage.payer for coverage in known.coverages(JANE)]
    assert payers == [OTHER.id, PAYER.id]


def test_payers_that_forbid_fees_are_found_by_their_clients(furnished: SqlDatabase) -> None:
    with furnished.writing() as uow:
        known = uow.papers.profiles
        known.save_payer(PAYER)
        known.save_payer(OTHER)
        known.save_coverage(COVERAGE)
        assert list(known.forbidding_fees(JANE)) == []
        known.save_coverage(replace(COVERAGE, payer=OTHER.id))
        assert list(known.forbidding_fees(JANE)) == [OTHER.id]


def test_one_practice_knows_nothing_of_what_another_knows(furnished: SqlDatabase) -> None:
    other = another_practice(furnished)
    with furnished.writing() as uow:
        uow.papers.profiles.save_practice(PRACTICE)
        uow.papers.profiles.save_payer(PAYER)
    with other.reading() as uow:
        assert uow.papers.profiles.practice() == PracticeProfile()
        assert list(uow.papers.profiles.payers()) == []
    other.close()
