"""People and clients on real databases: who signs in, with what, and who is treated."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from server.domain.errors import AlreadyThere, Invalid, NotAllowed, NotFound
from server.domain.ids import ClientNumber, UserName
from server.domain.practice import Client
from server.domain.vocabulary import CalendarKind, Role, TitleLevel
from server.usecases import app_passwords, manage_clients
from server.usecases import manage_users as users
from server.usecases.app_passwords import PasswordRequest
from server.usecases.ports import Database
from tests.small_practice import ALMA, CONTEXT, DESK, JANE, NOW, book, set_up, text_of_calendar

# --- users -----------------------------------------------------------------------------


def test_a_user_with_a_discipline_gets_appointments_and_availability(
    database: Database,
) -> None:
    with database.writing() as uow:
        users.add_user(uow, CONTEXT, ALMA)
        users.add_user(uow, CONTEXT, DESK)
    with database.reading() as uow:
        first, second = uow.calendars.all()
        assert (first.owner, first.slug) == ("alma", "appointments")
        assert first.kind is CalendarKind.APPOINTMENTS
        assert (second.owner, second.slug) == ("alma", "availability")
        assert second.kind is CalendarKind.AVAILABILITY
        assert uow.catalogue.user[UserName("alma")] == ALMA


def test_who_becomes_a_practitioner_later_gets_a_calendar_then(database: Database) -> None:
    with database.writing() as uow:
        users.add_user(uow, CONTEXT, DESK)
        users.edit_user(uow, CONTEXT, replace(DESK, discipline="Massage"))
        users.edit_user(uow, CONTEXT, replace(DESK, discipline="massage"))
        assert [one.owner for one in uow.calendars.all()] == ["desk", "desk"]
        assert users.find_user(uow, "desk").discipline == "massage"


@pytest.mark.parametrize("name", ["", "Alma", "a b", "../x", "-a", "a/b", "ä", "a" * 33])
def test_a_login_name_must_fit_into_a_path(sqlite_database: Database, name: str) -> None:
    with sqlite_database.writing() as uow, pytest.raises(Invalid, match="not a login name"):
        users.add_user(uow, CONTEXT, replace(DESK, name=UserName(name)))


def test_a_user_cannot_be_added_twice(database: Database) -> None:
    with database.writing() as uow:
        users.add_user(uow, CONTEXT, DESK)
        with pytest.raises(AlreadyThere):
            users.add_user(uow, CONTEXT, DESK)


def test_a_practitioner_without_a_discipline_is_refused(sqlite_database: Database) -> None:
    with sqlite_database.writing() as uow, pytest.raises(Invalid, match="discipline"):
        users.add_user(uow, CONTEXT, replace(ALMA, discipline=None))


def test_an_address_with_a_line_break_is_refused(sqlite_database: Database) -> None:
    """ASVS 1.3.11: nothing that a person types can become a second mail header."""
    bad = replace(DESK, email="a@example.org\r\nBcc: b@example.org")
    with sqlite_database.writing() as uow, pytest.raises(Invalid, match="email"):
        users.add_user(uow, CONTEXT, bad)


def test_disabling_a_user_revokes_all_app_passwords(database: Database) -> None:
    """ASVS 7.4.2."""
    with database.writing() as uow:
        users.add_user(uow, CONTEXT, ALMA)
        for label in ("phone", "tablet"):
            wanted = PasswordRequest(ALMA.name, label)
            app_passwords.new_app_password(uow, CONTEXT, wanted)
        assert users.disable_user(uow, CONTEXT, "alma") == 2
    with database.reading() as uow:
        assert users.find_user(uow, "alma").disabled
        assert all(one.revoked_at == NOW for one in uow.people.app_passwords(ALMA.name))


def test_enabling_a_user_brings_no_app_password_back(database: Database) -> None:
    with database.writing() as uow:
        users.add_user(uow, CONTEXT, ALMA)
        app_passwords.new_app_password(uow, CONTEXT, PasswordRequest(ALMA.name, "phone"))
        users.disable_user(uow, CONTEXT, "alma")
        users.enable_user(uow, "alma")
        assert not users.find_user(uow, "alma").disabled
        assert all(one.revoked_at for one in uow.people.app_passwords(ALMA.name))


def test_a_role_can_change(database: Database) -> None:
    with database.writing() as uow:
        users.add_user(uow, CONTEXT, DESK)
        users.set_role(uow, "desk", Role.ADMIN)
        assert users.find_user(uow, "desk").role is Role.ADMIN
        with pytest.raises(NotFound):
            users.set_role(uow, "nobody", Role.ADMIN)


def test_another_title_level_shows_in_the_calendar_at_once(database: Database) -> None:
    with database.writing() as uow:
        set_up(uow)
        book(uow)
        assert "Jane Doe" not in text_of_calendar(uow)
        users.edit_user(uow, CONTEXT, replace(ALMA, title_level=TitleLevel.FULL))
        assert "Jane Doe" in text_of_calendar(uow)


# --- app passwords ---------------------------------------------------------------------


def test_a_random_app_password_opens_the_door_and_is_not_kept(database: Database) -> None:
    with database.writing() as uow:
        users.add_user(uow, CONTEXT, ALMA)
        wanted = PasswordRequest(ALMA.name, "phone", read_only=True)
        password, secret = app_passwords.new_app_password(uow, CONTEXT, wanted)
    with database.reading() as uow:
        (kept,) = uow.people.app_passwords(ALMA.name)
    assert kept == password
    assert kept.read_only
    assert secret.replace("-", "") not in kept.secret_hash
    assert app_passwords.verify_secret(kept, secret)


@pytest.mark.parametrize("weak", ["", "elevenchars", "aaaaaaaaaaaaaaaa", "alma" * 4, "x" * 257])
def test_a_weak_password_is_refused(sqlite_database: Database, weak: str) -> None:
    with sqlite_database.writing() as uow:
        users.add_user(uow, CONTEXT, ALMA)
        with pytest.raises(Invalid, match="password"):
            app_passwords.new_app_password(
                uow, CONTEXT, PasswordRequest(ALMA.name, "phone", chosen=weak)
            )


def test_a_disabled_user_gets_no_app_password(database: Database) -> None:
    with database.writing() as uow:
        users.add_user(uow, CONTEXT, replace(ALMA, disabled=True))
        with pytest.raises(NotAllowed):
            app_passwords.new_app_password(uow, CONTEXT, PasswordRequest(ALMA.name, "phone"))


def test_one_app_password_can_be_revoked(database: Database) -> None:
    with database.writing() as uow:
        users.add_user(uow, CONTEXT, ALMA)
        phone, _ = app_passwords.new_app_password(
            uow, CONTEXT, PasswordRequest(ALMA.name, "phone")
        )
        app_passwords.new_app_password(uow, CONTEXT, PasswordRequest(ALMA.name, "tablet"))
        app_passwords.revoke(uow, CONTEXT, phone.id)
        revoked = {one.label: one.revoked_at for one in app_passwords.all_app_passwords(uow)}
        assert revoked == {"phone": NOW, "tablet": None}
        with pytest.raises(NotFound):
            app_passwords.revoke(uow, CONTEXT, "no-such-id")


# --- clients ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("Jane Doe", ("Jane", "Doe")),
        ("Doe, Jane", ("Jane", "Doe")),
        ("Prince", ("Prince", "")),
        ("  Ana  María  García ", ("Ana María", "García")),
        ("van der Berg, Jan", ("Jan", "van der Berg")),
        ("", ("", "")),
    ],
)
def test_a_name_is_split_into_first_and_last(typed: str, names: tuple[str, str]) -> None:
    assert manage_clients.split_name(typed) == names


def test_sh_03_a_client_can_be_added_with_only_a_name(database: Database) -> None:
    with database.writing() as uow:
        number = manage_clients.add_client(uow, CONTEXT, Client(ClientNumber(""), "Prince", ""))
        assert number == "C1001"
        assert manage_clients.find_client(uow, "c1001").full_name == "Prince"


def test_two_people_may_have_the_same_name(database: Database) -> None:
    with database.writing() as uow:
        users.add_user(uow, CONTEXT, ALMA)
        first = manage_clients.add_client(uow, CONTEXT, JANE)
        second = manage_clients.add_client(uow, CONTEXT, JANE)
        assert first != second
        client = manage_clients.find_client(uow, second)
        assert manage_clients.namesakes(uow, client) == [first]


@pytest.mark.parametrize(
    "bad",
    [
        replace(JANE, first_name="", last_name=" "),
        replace(JANE, first_name="Jane\x00"),
        replace(JANE, last_name="\u202eeoD"),
        replace(JANE, email="jane"),
        replace(JANE, phone="call me"),
        replace(JANE, birth_date=date(2050, 1, 1)),
        replace(JANE, email_reminders=True),
        replace(JANE, text_reminders=True),
        replace(JANE, number=ClientNumber("Jane")),
        replace(JANE, last_name="x" * 101),
    ],
)
def test_a_client_with_a_wrong_field_is_refused(sqlite_database: Database, bad: Client) -> None:
    with sqlite_database.writing() as uow:
        users.add_user(uow, CONTEXT, ALMA)
        with pytest.raises(Invalid):
            manage_clients.add_client(uow, CONTEXT, bad)


def test_only_a_practitioner_can_be_a_clients_practitioner(database: Database) -> None:
    with database.writing() as uow:
        users.add_user(uow, CONTEXT, DESK)
        for name in ("desk", "nobody"):
            with pytest.raises(NotFound, match="practitioner"):
                manage_clients.add_client(
                    uow, CONTEXT, replace(JANE, practitioner=UserName(name))
                )


def test_a_number_is_given_once(database: Database) -> None:
    with database.writing() as uow:
        users.add_user(uow, CONTEXT, ALMA)
        number = manage_clients.add_client(uow, CONTEXT, JANE)
        with pytest.raises(AlreadyThere):
            manage_clients.add_client(uow, CONTEXT, replace(JANE, number=number))


def test_an_archived_client_is_found_by_number_only(database: Database) -> None:
    with database.writing() as uow:
        users.add_user(uow, CONTEXT, ALMA)
        number = manage_clients.add_client(uow, CONTEXT, JANE)
        manage_clients.archive_client(uow, number)
        assert not uow.clients.search("")
        assert manage_clients.find_client(uow, number).archived
        manage_clients.archive_client(uow, number, archived=False)
        assert [one.number for one in uow.clients.search("doe")] == [number]


def test_a_client_renamed_shows_in_the_calendar_at_once(database: Database) -> None:
    with database.writing() as uow:
        set_up(uow)
        users.edit_user(uow, CONTEXT, replace(ALMA, title_level=TitleLevel.FULL))
        book(uow)
        client = manage_clients.find_client(uow, "C1001")
        manage_clients.edit_client(uow, CONTEXT, replace(client, last_name="Roe"))
        assert "Jane Roe" in text_of_calendar(uow)
