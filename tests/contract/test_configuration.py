"""What ports.Configuration and the catalogue of a unit of work promise."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from server.domain.money import Money
from server.domain.practice import SessionType
from server.practice_db.database import SqlDatabase, open_database
from server.usecases.ports import UnitOfWork
from tests.contract.samples import (
    ALMA,
    INITIAL,
    LOCATION,
    PRODUCT,
    ROOM,
    SERVICE,
    SESSION_TYPE,
    USERS,
)
from tests.databases import SLUG

REFUSED = "this transaction is given up"


class GivenUpError(Exception):
    pass


def describe_and_give_up(uow: UnitOfWork) -> None:
    uow.configuration.save_service(replace(SERVICE, description="Undone"))
    assert uow.catalogue.services[0].description == "Undone"
    raise GivenUpError(REFUSED)


def test_the_catalogue_holds_all_that_was_saved(furnished: SqlDatabase) -> None:
    with furnished.reading() as uow:
        catalogue = uow.catalogue
        assert catalogue.practice == uow.practice
        assert catalogue.users == tuple(sorted(USERS, key=lambda user: user.name))
        assert catalogue.session_types == (SESSION_TYPE,)
        assert catalogue.services == (SERVICE,)
        assert catalogue.products == (PRODUCT,)
        assert catalogue.locations == (LOCATION,)
        assert catalogue.rooms == (ROOM,)


def test_saving_again_replaces(furnished: SqlDatabase) -> None:
    shorter = replace(
        SESSION_TYPE, minutes=45, items=SESSION_TYPE.items[::-1], locations=(), aliases=()
    )
    with furnished.writing() as uow:
        uow.configuration.save_session_type(shorter)
        uow.configuration.save_user(replace(USERS[0], disabled=True))
        uow.configuration.save_service(replace(SERVICE, fee=Money(1, "EUR"), archived=True))
        uow.configuration.save_product(replace(PRODUCT, archived=True))
        uow.configuration.save_location(replace(LOCATION, zone=None, auto_95=False))
        uow.configuration.save_room(replace(ROOM, archived=True))
    with furnished.reading() as uow:
        catalogue = uow.catalogue
        assert catalogue.session_types == (shorter,)
        assert catalogue.user[ALMA].disabled
        assert catalogue.services[0].fee == Money(1, "EUR")
        assert catalogue.locations == (replace(LOCATION, zone=None, auto_95=False),)
        assert (catalogue.products[0].archived, catalogue.rooms[0].archived) == (True, True)


def test_each_change_makes_a_new_catalogue_revision(furnished: SqlDatabase) -> None:
    with furnished.reading() as uow:
        before = uow.catalogue
    with furnished.writing() as uow:
        uow.configuration.save_service(replace(SERVICE, description="New"))
        assert uow.catalogue.services[0].description == "New"
        assert uow.practice.catalogue_revision == before.practice.catalogue_revision + 1


def test_the_catalogue_is_one_value_while_nothing_changes(furnished: SqlDatabase) -> None:
    with furnished.reading() as uow:
        first = uow.catalogue
    with furnished.writing() as uow:
        assert uow.catalogue is first


def test_another_process_sees_the_change(furnished: SqlDatabase, database_url: str) -> None:
    other = open_database(database_url, SLUG)
    with other.reading() as uow:
        assert uow.catalogue.services == (SERVICE,)
    renamed = replace(SERVICE, description="New")
    with furnished.writing() as uow:
        uow.configuration.save_service(renamed)
    with other.reading() as uow:
        assert uow.catalogue.services == (renamed,)
    other.close()


def test_a_change_that_was_undone_is_not_in_the_catalogue(furnished: SqlDatabase) -> None:
    with pytest.raises(GivenUpError), furnished.writing() as uow:
        describe_and_give_up(uow)
    with furnished.writing() as uow:
        # The same revision number as the one undone, with other content.
        uow.configuration.save_product(replace(PRODUCT, name="Tea"))
    with furnished.reading() as uow:
        assert uow.catalogue.services == (SERVICE,)
        assert uow.catalogue.products[0].name == "Tea"


def test_a_change_undone_by_a_savepoint_is_not_in_the_catalogue(
    furnished: SqlDatabase,
) -> None:
    with furnished.writing() as uow:
        with pytest.raises(GivenUpError), uow.savepoint():
            describe_and_give_up(uow)
        assert uow.catalogue.services == (SERVICE,)


def test_the_practice_can_be_renamed_and_moved(furnished: SqlDatabase) -> None:
    with furnished.writing() as uow:
        moved = replace(uow.practice, name="New name", zone=ZoneInfo("Europe/Berlin"))
        uow.configuration.save_practice(moved)
    with furnished.reading() as uow:
        revision = moved.catalogue_revision + 1
        assert uow.practice == replace(moved, catalogue_revision=revision)


def test_an_unused_session_type_can_be_deleted(furnished: SqlDatabase) -> None:
    plain = SessionType(INITIAL, "plain", "", "acupuncture", 15)
    with furnished.writing() as uow:
        uow.configuration.delete_session_type(INITIAL)
        assert not uow.catalogue.session_types
        uow.configuration.save_session_type(plain)
        assert list(uow.catalogue.session_types) == [plain]
