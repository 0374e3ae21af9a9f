"""What a person changed: what came back against what had been shown (M1 to M6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from server.domain.when import When
from server.ics import quirks
from server.ics.event import Event
from server.ics.lines import name_of, split
from server.ics.own_lines import grouped, merged, without_noise

READ_ONLY = frozenset({"REF", "REV", "GROUP", "LOCK", "ATTENTION"})
"""Our own properties that only the server writes; what comes back in them is ignored."""

_REMOVABLE = frozenset({"LOCATION", "DESCRIPTION"})
_BY_FAMILY = frozenset({"URL", "TRANSP", "STATUS"})


@dataclass(frozen=True, slots=True)
class Said:
    """The changes of one event; a field or name that is missing did not change.

    ``texts`` maps a property name to its new text, None where it was removed. ``base_title`` is
    the title that the person saw. ``lines`` are the person's own lines after the change.
    """

    is_new: bool
    when: When | None = None
    texts: Mapping[str, str | None] = field(default_factory=dict)
    practice: Mapping[str, str] = field(default_factory=dict)
    categories: frozenset[str] = frozenset()
    attendees: tuple[str, ...] = ()
    travel: timedelta | None = None
    base_title: str = ""
    lines: tuple[str, ...] = ()
    lines_changed: bool = False

    @property
    def is_silent(self) -> bool:
        """Whether nothing was changed, stamps and the like apart."""
        return not (self.is_new or self.speaks or self.lines_changed)

    @property
    def speaks(self) -> bool:
        """Whether something changed that concerns the practice."""
        return bool(
            self.when is not None
            or self.texts
            or self.practice
            or self.categories
            or self.travel is not None
        )


def said_of(
    sent: Event, base: Event | None, current_lines: tuple[str, ...], family: str
) -> Said:
    """Return what the person said by sending ``sent`` where ``base`` had been shown."""
    if base is None:
        return Said(
            is_new=True,
            when=sent.when,
            texts=dict(sent.texts),
            practice=_practice(sent, {}),
            categories=sent.categories,
            attendees=sent.attendees,
            travel=sent.travel or None,
            lines=merged((), (), without_email_alarms(sent.lines), family),
            lines_changed=True,
        )
    lines = merged(current_lines, base.lines, without_email_alarms(sent.lines), family)
    return Said(
        is_new=False,
        when=sent.when if sent.when != base.when else None,
        texts=_texts(sent, base, family),
        practice=_practice(sent, base.practice),
        categories=sent.categories - base.categories,
        attendees=sent.attendees,
        travel=sent.travel if sent.travel != base.travel else None,
        base_title=base.texts.get("SUMMARY", ""),
        lines=lines,
        lines_changed=without_noise(sent.lines) != without_noise(base.lines),
    )


def _texts(sent: Event, base: Event, family: str) -> dict[str, str | None]:
    """Missing means removed, or unchanged, as M3 and M4 say; an empty title is no title."""
    changed: dict[str, str | None] = {
        name: text
        for name, text in sent.texts.items()
        if _plain(text) != _plain(base.texts.get(name, ""))
    }
    for name in base.texts.keys() - sent.texts.keys():
        if name in _REMOVABLE or (name in _BY_FAMILY and quirks.means_removal(family, name)):
            changed[name] = None
    if not (changed.get("SUMMARY") or "").strip():
        changed.pop("SUMMARY", None)
    return changed


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _practice(sent: Event, shown: Mapping[str, str]) -> dict[str, str]:
    """Our own properties that were changed; a missing one is unchanged (M2)."""
    return {
        name: value
        for name, value in sent.practice.items()
        if name not in READ_ONLY and value != shown.get(name)
    }


def without_email_alarms(lines: tuple[str, ...]) -> tuple[str, ...]:
    """Drop alarms that would send mail: they are no reminders of the practice's."""
    if not any(map(_sends_mail, lines)):
        return lines
    kept: list[str] = []
    for name, group in grouped(lines).items():
        kept += _alarms_without_email(group) if name == "VALARM" else group
    return tuple(kept)


def _alarms_without_email(lines: list[str]) -> list[str]:
    kept: list[str] = []
    block: list[str] = []
    for raw in lines:
        block.append(raw)
        if raw.upper().startswith("END:VALARM"):
            if not any(map(_sends_mail, block)):
                kept += block
            block = []
    return kept


def _sends_mail(raw: str) -> bool:
    return name_of(raw) == "ACTION" and split(raw).value.strip().upper() == "EMAIL"
