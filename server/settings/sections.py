"""Every setting with its default, its meaning and what it may be."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from server.settings import checks
from server.settings.booking import BookingSection
from server.settings.google import GoogleSection
from server.settings.outside import MailSection, RelaySection
from server.settings.section import Section

DATABASE_FILE = "praxical.sqlite3"
KEY_FILE = "praxical.key"


class PracticeSection(Section):
    """Which practice of the database is served."""

    slug: Annotated[
        str,
        AfterValidator(checks.slug),
        Field(
            description="Short name of the practice; empty for the only one in the database."
        ),
    ] = ""


class DatabaseSection(Section):
    """Where the practice's data lie."""

    url: Annotated[
        str,
        AfterValidator(checks.database_url),
        Field(
            description="Address of a database, such as postgresql://praxical@db/praxical. "
            "Empty: embedded SQLite in data_dir. Give an address with a password through the "
            "environment rather than here."
        ),
    ] = ""
    data_dir: Annotated[
        str,
        AfterValidator(checks.not_empty),
        Field(
            description="Folder of the embedded database; made with mode 0700 by "
            "`praxical migrate`. Relative to the folder in which praxical is started."
        ),
    ] = "praxical-data"


class ServerSection(Section):
    """How `praxical serve` listens."""

    host: Annotated[
        str,
        AfterValidator(checks.not_empty),
        Field(
            description="Address to listen on. Keep it on this machine and put a reverse proxy "
            "with TLS before it: CalDAV passwords must never travel in the clear."
        ),
    ] = "127.0.0.1"
    port: Annotated[
        int, AfterValidator(checks.port), Field(description="Port to listen on.")
    ] = 5232
    processes: Annotated[
        int, Field(ge=1, le=64, description="Server processes that share the port.")
    ] = 2
    threads: Annotated[
        int, Field(ge=1, le=256, description="Requests that one process works on at a time.")
    ] = 8
    base_path: Annotated[
        str,
        AfterValidator(checks.base_path),
        Field(
            description="Path under which a reverse proxy shows the server, such as /calendars."
        ),
    ] = ""
    trusted_proxies: Annotated[
        tuple[Annotated[str, AfterValidator(checks.network)], ...],
        Field(
            strict=False,
            description="Addresses or networks of reverse proxies whose X-Forwarded headers "
            "are believed; from anybody else they are ignored.",
        ),
    ] = ()
    max_resource_size: Annotated[
        int,
        Field(
            ge=10_000,
            le=100_000_000,
            description="Largest calendar object in bytes (CALDAV:max-resource-size).",
        ),
    ] = 1_000_000
    metrics: Annotated[
        Literal["off", "token"],
        Field(
            description="Whether numbers for monitoring are counted and told at /metrics, to "
            "whoever has an API token with the scope `metrics:read`."
        ),
    ] = "off"


class CalendarSection(Section):
    """What the calendars do."""

    delete_means: Annotated[
        Literal["delete", "cancel"],
        Field(
            description="What deleting an appointment in a calendar app does: `delete` takes "
            "it out of every calendar, `cancel` cancels it without a fee. Both can be undone."
        ),
    ] = "delete"
    room_conflict: Annotated[
        Literal["warn", "refuse"],
        Field(description="What booking an occupied room does."),
    ] = "warn"
    show_cancelled: Annotated[
        bool,
        Field(description="Whether cancelled appointments stay in the calendar, as free time."),
    ] = False
    restore_days: Annotated[
        int, Field(ge=1, le=3660, description="Days for which a deletion can be undone.")
    ] = 90
    move_window_minutes: Annotated[
        int,
        Field(
            ge=0,
            le=1440,
            description="An appointment that is put into another calendar and deleted from the "
            "old one within this time has been moved; after it, copied.",
        ),
    ] = 10
    occurrences_at_most: Annotated[
        int,
        Field(
            ge=100,
            le=100_000,
            description="Most occurrences that one series may have in the index below.",
        ),
    ] = 5000
    index_past_days: Annotated[
        int,
        Field(ge=1, le=3660, description="Days before today whose occurrences are indexed."),
    ] = 366
    index_ahead_days: Annotated[
        int,
        Field(ge=31, le=3660, description="Days after today whose occurrences are indexed."),
    ] = 731


class BillingSection(Section):
    """Money."""

    currency: Annotated[
        str,
        AfterValidator(checks.currency),
        Field(description="ISO 4217 code of every amount."),
    ] = "USD"
    late_hours: Annotated[
        int,
        Field(
            ge=0, le=336, description="Hours before the start from which cancelling is late."
        ),
    ] = 24
    charge_on: Annotated[
        Literal["arrived", "completed"],
        Field(description="The status with which a session's charges appear."),
    ] = "arrived"
    fee_statuses: Annotated[
        tuple[Literal["no-show", "late-cancelled", "cancelled"], ...],
        Field(
            strict=False,
            description="The statuses that charge the fee for a missed appointment. `praxical "
            "fee set` says how much: for the practice, a session type or a client.",
        ),
    ] = ("no-show", "late-cancelled")
    bill_run: Annotated[
        Literal["manual", "daily", "monthly"],
        Field(
            description="When unbilled charges become bills by themselves: never, every "
            "midnight, or on the first of each month, in the practice's zone."
        ),
    ] = "manual"
    due_days: Annotated[
        int, Field(ge=0, le=366, description="Days after which an opened bill is due.")
    ] = 30
    signed_note_for_claims: Annotated[
        bool,
        Field(description="Whether work is claimed only once its note is signed."),
    ] = True


class SecuritySection(Section):
    """Who gets in."""

    key_file: Annotated[
        str,
        Field(
            description="File with the key that tokens of Google accounts are sealed with. "
            "Empty: praxical.key in data_dir. On several machines it is the same file."
        ),
    ] = ""
    app_password_days: Annotated[
        int,
        Field(ge=1, le=3660, description="Days after which an unused app password expires."),
    ] = 90
    wrong_secrets: Annotated[
        int,
        Field(
            ge=3,
            le=1000,
            description="Distinct wrong passwords of one user from one network before further "
            "attempts are answered 429. The same wrong one again, as a phone sends it, "
            "counts once.",
        ),
    ] = 20
    wrong_secrets_minutes: Annotated[
        int,
        Field(ge=1, le=1440, description="Minutes for which wrong passwords are remembered."),
    ] = 60


class LogSection(Section):
    """What is logged; never names of people or texts of appointments."""

    level: Annotated[
        Literal["debug", "info", "warning", "error"],
        Field(description="The least urgent lines that are written."),
    ] = "info"


class Settings(BaseModel):
    """All settings; never changed after they were read."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    practice: PracticeSection = PracticeSection()
    database: DatabaseSection = DatabaseSection()
    server: ServerSection = ServerSection()
    calendar: CalendarSection = CalendarSection()
    billing: BillingSection = BillingSection()
    security: SecuritySection = SecuritySection()
    relay: RelaySection = RelaySection()
    booking: BookingSection = BookingSection()
    mail: MailSection = MailSection()
    google: GoogleSection = GoogleSection()
    log: LogSection = LogSection()

    @property
    def data_dir(self) -> Path | None:
        """The absolute folder of the embedded database, None where an address is given."""
        if self.database.url:
            return None
        return Path(self.database.data_dir).expanduser().absolute()

    @property
    def key_file(self) -> Path | None:
        """The absolute path of the key file, None where none is named."""
        if self.security.key_file:
            return Path(self.security.key_file).expanduser().absolute()
        return None if self.data_dir is None else self.data_dir / KEY_FILE

    @property
    def database_url(self) -> str:
        """The address of the database, whichever way it was given."""
        if self.data_dir is None:
            return self.database.url
        return f"sqlite:///{self.data_dir / DATABASE_FILE}"


SECTIONS: dict[str, type[Section]] = {
    name: field.annotation
    for name, field in Settings.model_fields.items()
    if isinstance(field.annotation, type) and issubclass(field.annotation, Section)
}
"""The sections by name, in the order in which they are documented."""
