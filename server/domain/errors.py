"""Refusals, named by their reason; texts are built from ids and are fit for a log."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from server.domain.vocabulary import Lock


class PracticeError(Exception):
    """Something asked for cannot be done; nothing was changed."""

    condition = "refused"

    @property
    def sentence(self) -> str:
        """One short sentence for a person; holds no client data."""
        return str(self)


class NotFound(PracticeError):
    """The thing named does not exist, or may not be known to exist."""

    condition = "not-found"

    def __init__(self, what: str, name: str) -> None:
        super().__init__(f"There is no {what} '{name}'.")
        self.what = what
        self.name = name


class AlreadyThere(PracticeError):
    """Something of that name exists already."""

    condition = "already-there"

    def __init__(self, what: str, name: str) -> None:
        super().__init__(f"There is a {what} '{name}' already.")


class Invalid(PracticeError):
    """A value given is not acceptable; says which and why."""

    condition = "invalid"

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"{field}: {why}")
        self.field = field
        self.why = why


class NotAllowed(PracticeError):
    """The user has no right to do this."""

    condition = "not-allowed"


class InUse(PracticeError):
    """Deleting is refused because appointments refer to it (CR-12)."""

    condition = "in-use"

    def __init__(self, what: str, name: str, uses: int) -> None:
        super().__init__(
            f"The {what} '{name}' is used by {uses} appointments and cannot be deleted. "
            "Archive it instead."
        )


class Archived(PracticeError):
    """An archived session type cannot be booked anew (CR-13)."""

    condition = "archived"


class Locked(PracticeError):
    """An appointment is held by a lock; the sentence says what to do first."""

    condition = "locked"

    _WHY: ClassVar[Mapping[str, str]] = {
        "note-signed": "The note of this appointment is signed. Unlock the note first.",
        "bill-open": "This appointment is billed. Cancel the bill first.",
        "payment": "A payment is applied to this appointment. Refund it first.",
        "request": "This is a request for an appointment. Accept or decline it first.",
        "past-series": "Past appointments of this series are kept as they are.",
    }

    def __init__(self, locks: Iterable[Lock]) -> None:
        self.locks = tuple(sorted(locks, key=lambda lock: list(self._WHY).index(lock.value)))
        super().__init__(" ".join(self._WHY[lock.value] for lock in self.locks))


class MalformedCalendarData(PracticeError):
    """The text is not iCalendar that can be read (RFC 4791 5.3.2.1 valid-calendar-data)."""

    condition = "valid-calendar-data"


class UnsupportedComponent(PracticeError):
    """The component is not among those the calendar takes (supported-calendar-component)."""

    condition = "supported-calendar-component"


class InvalidCalendarObject(PracticeError):
    """The object breaks RFC 4791 4.1 (valid-calendar-object-resource)."""

    condition = "valid-calendar-object-resource"


class TooLarge(PracticeError):
    """The object is larger than the calendar takes (max-resource-size)."""

    condition = "max-resource-size"


class TooManyInstances(PracticeError):
    """A recurrence rule yields more occurrences than are kept (max-instances)."""

    condition = "max-instances"


class TooEarly(PracticeError):
    """A date lies before the first one that is kept (min-date-time)."""

    condition = "min-date-time"


class TooLate(PracticeError):
    """A date lies behind the last one that is kept (max-date-time)."""

    condition = "max-date-time"


class UidConflict(PracticeError):
    """Another object of the calendar has this UID (no-uid-conflict, RFC 4791 5.3.2.1)."""

    condition = "no-uid-conflict"

    def __init__(self, href: str) -> None:
        super().__init__("Another object of this calendar has the same UID.")
        self.href = href


class PreconditionFailed(PracticeError):
    """If-Match or If-None-Match does not hold (RFC 9110 13.1)."""

    condition = "precondition-failed"
