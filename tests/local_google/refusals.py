"""Requests that are refused, each with the status and the reason that Google gives."""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """An answer that is no success; ``reason`` empty gives a body without reasons."""

    def __init__(
        self, status: int, reason: str, message: str, location: str = "", domain: str = "global"
    ) -> None:
        super().__init__(f"{status} {reason}: {message}")
        self.status = status
        self.reason = reason
        self.message = message
        self.location = location
        self.domain = domain

    def body(self) -> dict[str, Any]:
        """The error as Google writes it."""
        one = {"domain": self.domain, "reason": self.reason, "message": self.message}
        if self.location:
            kind = "header" if self.location in {"If-Match", "Authorization"} else "parameter"
            one |= {"locationType": kind, "location": self.location}
        error: dict[str, Any] = {"code": self.status, "message": self.message}
        return {"error": error | ({"errors": [one]} if self.reason else {})}


def invalid(message: str, location: str = "") -> Refused:
    """A value that cannot be."""
    return Refused(400, "invalid", message, location)


def required(message: str, location: str = "") -> Refused:
    """Something that has to be there is not."""
    return Refused(400, "required", message, location)


def not_found() -> Refused:
    """Nothing of this name, or nothing that may be seen."""
    return Refused(404, "notFound", "Not Found")


def deleted() -> Refused:
    """It was deleted already."""
    return Refused(410, "deleted", "Resource has been deleted")


def duplicate() -> Refused:
    """The id is taken, by something that is there or was."""
    return Refused(409, "duplicate", "The requested identifier already exists.")


def stale() -> Refused:
    """It is no longer as If-Match says (RFC 9110 13.1.1)."""
    return Refused(412, "conditionNotMet", "Precondition Failed", "If-Match")


def forbidden(reason: str, message: str) -> Refused:
    """Somebody may not do this."""
    return Refused(403, reason, message)


def unauthorized() -> Refused:
    """The access token is unknown, revoked or too old."""
    return Refused(401, "authError", "Invalid Credentials", "Authorization")


def read_all_anew(*, says_why: bool = True) -> Refused:
    """The sync token is no longer good."""
    if not says_why:
        return Refused(410, "", "Gone")
    message = "Sync token is no longer valid, a full sync is required."
    return Refused(410, "fullSyncRequired", message, "syncToken", "calendar")
