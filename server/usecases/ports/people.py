"""Who the practice knows: clients, users' app passwords, and its configuration."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from server.domain.calendars import (
    AppPassword,
)
from server.domain.ids import (
    ClientNumber,
    CredentialId,
    SessionTypeId,
    UserName,
)
from server.domain.practice import (
    Client,
    Location,
    Practice,
    Product,
    Room,
    Service,
    SessionType,
    User,
)


class Clients(Protocol):
    """The clients of the practice."""

    def get(self, number: ClientNumber) -> Client | None: ...
    def get_many(self, numbers: Iterable[ClientNumber]) -> Mapping[ClientNumber, Client]: ...
    def named(self, folded: str) -> Sequence[Client]:
        """Return active clients whose folded "first last" or "last, first" equals this."""
        ...

    def with_initials(self, initials: str) -> Sequence[Client]:
        """Return active clients with these initials (upper case)."""
        ...

    def with_email(self, address: str) -> Sequence[Client]:
        """Return active clients with this e-mail address, whatever its case."""
        ...

    def seen_by(
        self, practitioner: UserName, numbers: Iterable[ClientNumber]
    ) -> frozenset[ClientNumber]:
        """Return those who are the practitioner's: by assignment or by an appointment."""
        ...

    def near(
        self,
        practitioner: UserName,
        numbers: Iterable[ClientNumber],
        span: tuple[datetime, datetime],
    ) -> frozenset[ClientNumber]:
        """Return those who have an appointment with the practitioner inside ``span``."""
        ...

    def search(self, folded: str = "", *, archived: bool = False) -> Sequence[Client]:
        """Return clients whose folded name or number contains this, by number."""
        ...

    def next_number(self) -> ClientNumber:
        """Return the next free number, ``C1001`` and up."""
        ...

    def save(self, client: Client) -> None: ...


class People(Protocol):
    """Who may sign in; reading the users themselves goes through the catalogue."""

    def app_passwords(self, user: UserName) -> Sequence[AppPassword]:
        """Return a user's app passwords, revoked ones included, by creation."""
        ...

    def save_app_password(self, password: AppPassword) -> None: ...
    def touch(self, credential: CredentialId, at: datetime) -> None:
        """Note that a credential was used."""
        ...

    def wrong_secrets(self, user: str, network: str, since: datetime) -> int:
        """Return how many distinct wrong secrets were tried since then."""
        ...

    def note_wrong_secret(self, user: str, network: str, secret_mac: str, at: datetime) -> None:
        """Remember a wrong secret by its keyed hash; the same one again counts once."""
        ...


class Configuration(Protocol):
    """Changes of the catalogue; each makes a new catalogue revision."""

    def save_practice(self, practice: Practice) -> None: ...
    def save_user(self, user: User) -> None: ...
    def save_session_type(self, session_type: SessionType) -> None: ...
    def delete_session_type(self, session_type: SessionTypeId) -> None: ...
    def uses_of_session_type(self, session_type: SessionTypeId) -> int:
        """Return how many appointments ever used it, deleted ones included (CR-12)."""
        ...

    def save_service(self, service: Service) -> None: ...
    def save_product(self, product: Product) -> None: ...
    def save_location(self, location: Location) -> None: ...
    def save_room(self, room: Room) -> None: ...
