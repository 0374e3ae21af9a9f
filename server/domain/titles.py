"""How an appointment is called in a calendar, for what its reader may see (part 7)."""

from __future__ import annotations

from server.domain.appointment import Details
from server.domain.practice import Client
from server.domain.vocabulary import Attention, Kind, Status, TitleLevel

BUSY = "Busy"
FREE = "Free"
ANONYMOUS = "Appointment"
BETWEEN = " \u00b7 "
CHECK = "\u2713"
CROSS = "\u2717"
WARNING = "\u26a0"
LOCK = "\U0001f512"

_SIGN_OF = {
    Status.REQUESTED: "?",
    Status.ARRIVED: CHECK,
    Status.COMPLETED: CHECK,
    Status.NO_SHOW: CROSS,
    Status.CANCELLED: CROSS,
    Status.LATE_CANCELLED: CROSS,
}
_NAMELESS = frozenset({TitleLevel.ID, TitleLevel.ANONYMOUS})


def title_of(
    details: Details,
    client: Client | None,
    session_name: str,
    level: TitleLevel,
    locked: bool,  # noqa: FBT001 - a fact of the appointment, like the four before it
) -> str:
    """Return the title shown; ``session_name`` is empty where there is no session type.

    At ``BUSY`` nothing else is told. Words typed for a client who is not known stay hidden
    where the client's name would be.
    """
    if level is TitleLevel.BUSY:
        return BUSY
    if not details.kind.has_client and details.client is None:
        text = _other(details, level)
    elif asks_for_client(details):
        text = _question(details, _subject(details, session_name), level)
    elif level is TitleLevel.ANONYMOUS:
        text = ANONYMOUS
    else:
        subject = _subject(details, session_name) or "which session?"
        text = f"{_named(details, client, level)}{BETWEEN}{subject}"
    warned = _asks(details, session_name)
    return " ".join((*_signs(details.status, warned=warned, locked=locked), text))


def could_be_shown(title: str) -> bool:
    """Whether a title may be one that was shown for a client's appointment."""
    return BETWEEN in title or title.endswith(ANONYMOUS)


def asks_for_client(details: Details) -> bool:
    """Whether the title asks who the client is instead of naming one."""
    unsettled = any(reason.asks_for_client for reason in details.attention)
    return details.kind.has_client and (unsettled or details.client is None)


def _asks(details: Details, session_name: str) -> bool:
    """Whether a person has something to settle; a mere warning is not shown (SH-15)."""
    if any(reason.needs_answer for reason in details.attention):
        return True
    has_subject = bool(_subject(details, session_name))
    return details.kind.has_client and (details.client is None or not has_subject)


def _other(details: Details, level: TitleLevel) -> str:
    # What is too long for a session becomes an Other Event, whose words may name a client.
    may_name_client = Attention.TIMES_UNUSUAL in details.attention
    if level is TitleLevel.ANONYMOUS or (level is TitleLevel.ID and may_name_client):
        return BUSY
    return details.title or (BUSY if details.busy else FREE)


def _subject(details: Details, session_name: str) -> str:
    """Return what is done: the session type, else the code booked by, else the contact."""
    if details.kind is Kind.CONTACT:
        return f"contact {details.medium or ''}".rstrip()
    if details.kind is Kind.COLLATERAL:
        return f"collateral {details.contact_with or ''}".rstrip()
    if session_name or Attention.SESSION_UNKNOWN in details.attention:
        return session_name
    return details.services[0].code if details.services else ""


def _question(details: Details, subject: str, level: TitleLevel) -> str:
    ambiguous = Attention.CLIENT_UNKNOWN not in details.attention
    asked = "which client?" if ambiguous else "unknown client?"
    shown = ANONYMOUS if level is TitleLevel.ANONYMOUS else subject
    words = [] if level in _NAMELESS else [details.title]
    if words and ambiguous and details.candidates:
        words.append(f"({details.candidates})")
    return " ".join(part for part in (shown, "\u2014", asked, *words) if part)


def _named(details: Details, client: Client | None, level: TitleLevel) -> str:
    """Return the client as far as the level allows; the number where there is no such name."""
    if client is None:
        return details.client or ""
    shown = {
        TitleLevel.FULL: client.full_name,
        # A record made from one name has no first name (SH-03); the other is not shown.
        TitleLevel.FIRST: client.first_name or client.initials,
        TitleLevel.INITIALS: client.initials,
    }
    return shown.get(level) or client.number


def _signs(status: Status, *, warned: bool, locked: bool) -> list[str]:
    signs = [_SIGN_OF[status]] if status in _SIGN_OF else []
    if warned:
        signs.append(WARNING)
    if locked:
        signs.append(LOCK)
    return signs
