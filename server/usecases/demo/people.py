"""Who works in the demo practice, and who comes to it; nobody of them exists."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from server.domain.ids import ClientNumber, UserName
from server.domain.practice import Client, User, fold
from server.domain.vocabulary import Role
from server.usecases.context import Context
from server.usecases.manage_clients import add_client
from server.usecases.manage_users import add_user
from server.usecases.ports import UnitOfWork

ALMA = UserName("alma")
THEO = UserName("theo")
DESK = UserName("desk")
ADMIN = UserName("admin")

USERS = (
    User(ALMA, "Alma Featherstone", "alma@example.org", Role.PRACTITIONER, "acupuncture"),
    User(THEO, "Theo Lindworm", "theo@example.org", Role.PRACTITIONER, "psychotherapy"),
    User(DESK, "Front desk", "desk@example.org", Role.FRONT_DESK),
    User(ADMIN, "Administration", "admin@example.org", Role.ADMIN),
)

FIRST_NUMBER = 1001
_NAMES_OF_ALMA = {
    1001: ("Jane", "Doe"),
    1004: ("Zoë", "Plum-Tart"),
    1006: ("Ingrid", "Fjordström"),
    1008: ("Søren", "Kettledrum"),
    1012: ("Beatriz", "Nubes-Claras"),
    1014: ("Anaïs", "Brouillard"),
    1016: ("Nkechi", "Starfruit"),
    1018: ("Mei-Lin", "Thunderclap"),
    1020: ("Fatima", "Gingersnap"),
    1022: ("Élodie", "Croustille"),
    1024: ("Agnieszka", "Piernik"),
    1026: ("Leilani", "Coconut-Drop"),
    1028: ("Oluwaseun", "Sunbeam"),
    1030: ("Xóchitl", "Marigold"),
    1032: ("Yuki", "Snowdrop-Vale"),
    1034: ("Nour", "Pomegranate"),
    1036: ("Åsa", "Blip-Nilsson"),
    1038: ("Wilhelmina", "Buttonhook"),
    1040: ("Cleo", "Nightlight"),
}
_NAMES_OF_THEO = {
    1002: ("John", "Doe"),
    1003: ("Jana", "Dorn"),
    1005: ("Otis", "Marmalade"),
    1007: ("Kwame", "Lanternfish"),
    1009: ("Priya", "Moonwhistle"),
    1013: ("Hiro", "Paperlantern"),
    1015: ("Tomás", "Quicksilver"),
    1017: ("Ludwig", "Zwiebelturm"),
    1021: ("Bartholomew", "Hedgehog"),
    1023: ("Rashid", "Windchime"),
    1025: ("Dmitri", "Snowglobe"),
    1027: ("Gus", "Pumpernickel"),
    1029: ("Greta", "Wolkenkuckuck"),
    1031: ("Finnegan", "Teacup"),
    1033: ("Caspian", "Doorknob"),
    1035: ("Matilda", "Umbrella"),
    1037: ("Joaquín", "Tumbleweed"),
    1039: ("Babajide", "Comet"),
}
# Two different people of one name, of no practitioner: that name alone names nobody (part 4).
_NAMESAKES = {1010: ("Maria", "Garcia"), 1011: ("Maria", "Garcia")}
# Of some people nothing is known but a first name (SH-03).
_NAME_ONLY = {1019: ("Pip", "")}

_BORN_FROM = date(1948, 3, 14)
_DAYS_APART = 613


def number(digits: int) -> ClientNumber:
    """Return the number of a client, such as ``C1001``."""
    return ClientNumber(f"C{digits}")


def clients() -> Iterator[Client]:
    """Yield the forty clients by number."""
    owners = {
        **dict.fromkeys(_NAMES_OF_ALMA, ALMA),
        **dict.fromkeys(_NAMES_OF_THEO, THEO),
    }
    names = {**_NAMES_OF_ALMA, **_NAMES_OF_THEO, **_NAMESAKES, **_NAME_ONLY}
    for digits in sorted(names):
        first, last = names[digits]
        if digits in _NAME_ONLY:
            yield Client(number(digits), first, last)
        else:
            yield _client(digits, first, last, owners.get(digits))


def _client(digits: int, first: str, last: str, practitioner: UserName | None) -> Client:
    place = digits - FIRST_NUMBER
    return Client(
        number=number(digits),
        first_name=first,
        last_name=last,
        email=f"{_mail_name(first)}.{_mail_name(last)}.{digits}@example.org",
        # 555-0100 to 555-0199 belong to nobody.
        phone=f"+1 212 555 01{place:02d}",
        birth_date=_BORN_FROM + timedelta(days=place * _DAYS_APART),
        practitioner=practitioner,
        email_reminders=True,
        text_reminders=place % 3 == 0,
    )


def _mail_name(name: str) -> str:
    # Letters such as the Danish o with a stroke have no plain letter below an accent.
    return "".join(letter for letter in fold(name) if letter.isascii() and letter != " ")


def add_people(uow: UnitOfWork, context: Context) -> None:
    """Add the users with their calendars, and the clients."""
    for user in USERS:
        add_user(uow, context, user)
    for client in clients():
        add_client(uow, context, client)
