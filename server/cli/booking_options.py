"""Options that say how clients book a session type themselves, and how that is shown."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Any

import typer

from server.cli.commands import given
from server.domain.booking_rules import BookingMode, BookingRule

_PANEL = "Booked online"
_MINUTES = 60


@dataclass(frozen=True)
class BookingOptions:
    """What is said of online booking; None says nothing."""

    mode: Annotated[
        BookingMode | None,
        typer.Option(
            "--booking", metavar="HOW", help="instant or request.", rich_help_panel=_PANEL
        ),
    ] = None
    new_clients: Annotated[
        bool | None,
        typer.Option(
            "--new-clients/--no-new-clients",
            help="Who was never there may book it.",
            rich_help_panel=_PANEL,
        ),
    ] = None
    notice: Annotated[
        int | None,
        typer.Option(
            "--notice",
            metavar="HOURS",
            help="At the latest so long before.",
            rich_help_panel=_PANEL,
        ),
    ] = None
    horizon: Annotated[
        int | None,
        typer.Option(
            "--horizon", metavar="DAYS", help="At most so far ahead.", rich_help_panel=_PANEL
        ),
    ] = None
    before: Annotated[
        int | None,
        typer.Option(
            "--pause-before", metavar="MIN", help="Free before it.", rich_help_panel=_PANEL
        ),
    ] = None
    after: Annotated[
        int | None,
        typer.Option(
            "--pause-after", metavar="MIN", help="Free after it.", rich_help_panel=_PANEL
        ),
    ] = None
    grid: Annotated[
        int | None,
        typer.Option(
            "--grid", metavar="MIN", help="Starts on the clock.", rich_help_panel=_PANEL
        ),
    ] = None
    capacity: Annotated[
        int | None,
        typer.Option(
            "--capacity", metavar="N", help="Clients in one slot.", rich_help_panel=_PANEL
        ),
    ] = None
    needs_room: Annotated[
        bool | None,
        typer.Option(
            "--needs-room/--needs-no-room",
            help="A room must be free.",
            rich_help_panel=_PANEL,
        ),
    ] = None

    def over(self, rule: BookingRule) -> BookingRule:
        """Return a rule with what is said here changed in it."""
        changes: dict[str, Any] = given(
            mode=self.mode,
            new_clients=self.new_clients,
            notice=None if self.notice is None else self.notice * _MINUTES,
            horizon=self.horizon,
            before=self.before,
            after=self.after,
            grid=self.grid,
            capacity=self.capacity,
            needs_room=self.needs_room,
        )
        return replace(rule, **changes)


def rule_json(rule: BookingRule) -> dict[str, object]:
    """Return a rule for programs; the units are in the names."""
    return {
        "booking": rule.mode.value,
        "new_clients": rule.new_clients,
        "notice_minutes": rule.notice,
        "horizon_days": rule.horizon,
        "pause_before_minutes": rule.before,
        "pause_after_minutes": rule.after,
        "grid_minutes": rule.grid,
        "capacity": rule.capacity,
        "needs_room": rule.needs_room,
    }
