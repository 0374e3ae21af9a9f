"""How one viewer sees a calendar, and what the ids in it stand for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from server.domain.ids import AppointmentId, ClientNumber
from server.domain.practice import Catalogue, Client
from server.domain.vocabulary import TitleLevel


@dataclass(frozen=True, slots=True)
class View:
    """What one viewer is shown of a calendar; ``lines_of`` says whose own lines are added."""

    level: TitleLevel
    is_owner: bool = True
    services: bool = True
    note: bool = True
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Names:
    """What an appointment's ids stand for."""

    catalogue: Catalogue
    clients: Mapping[ClientNumber, Client] = field(default_factory=dict)
    uids: Mapping[AppointmentId, str] = field(default_factory=dict)
