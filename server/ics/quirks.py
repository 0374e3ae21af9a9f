"""One named function for each habit of a calendar app that differs from the standard."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from server.ics.lines import name_of

if TYPE_CHECKING:
    from server.ics.lines import Component

THUNDERBIRD, EVOLUTION, APPLE, ANDROID, KHAL, OUTLOOK, CALCURSE, OTHER = (
    "thunderbird",
    "evolution",
    "apple",
    "android",
    "khal",
    "outlook",
    "calcurse",
    "other",
)

_FAMILIES = (
    (re.compile("mozilla|thunderbird", re.IGNORECASE), THUNDERBIRD),
    (re.compile("evolution|ximian|gnome", re.IGNORECASE), EVOLUTION),
    (
        re.compile(r"apple|\bios/|macos/|mac\+os\+x|dataaccessd|calendaragent", re.IGNORECASE),
        APPLE,
    ),
    (re.compile("davx5|davdroid|ical4android|icsx5|bitfire", re.IGNORECASE), ANDROID),
    (re.compile("khal|vdirsyncer|pimutils", re.IGNORECASE), KHAL),
    (re.compile("caldavsynchronizer|outlook", re.IGNORECASE), OUTLOOK),
    (re.compile("calcurse", re.IGNORECASE), CALCURSE),
)

_ALL = frozenset(
    {"CATEGORIES", "URL", "TRANSP", "STATUS", "VALARM", "PRIORITY", "ATTACH", "GEO"}
)

_CARRIES: Mapping[str, frozenset[str]] = {
    THUNDERBIRD: _ALL,
    EVOLUTION: _ALL,
    KHAL: _ALL,
    APPLE: frozenset({"URL", "TRANSP", "VALARM", "ATTACH"}),
    ANDROID: frozenset({"CATEGORIES", "URL", "TRANSP", "STATUS", "VALARM"}),
    OUTLOOK: frozenset({"CATEGORIES", "TRANSP", "VALARM", "PRIORITY"}),
    CALCURSE: frozenset({"VALARM"}),
    OTHER: frozenset(),
}

NOISE = frozenset(
    {"DTSTAMP", "LAST-MODIFIED", "SEQUENCE", "CREATED", "X-MOZ-GENERATION", "X-PRAXICAL-REV"}
)
"""Properties that apps touch without anybody having changed anything."""


def family_of(product: str, agent: str) -> str:
    """Return the family of the app, by the object's PRODID or the request's User-Agent."""
    for pattern, family in _FAMILIES:
        if pattern.search(product) or pattern.search(agent):
            return family
    return OTHER


def means_removal(family: str, name: str) -> bool:
    """Whether the absence of a property in what this family sends means that it was removed."""
    return name in _CARRIES[family]


def default_length(family: str) -> timedelta:
    """Return how long an event is in this family's apps if nobody chose a length."""
    return timedelta(minutes=30 if family == OUTLOOK else 60)


def read_texts(texts: Mapping[str, str], part: Component) -> Mapping[str, str]:
    """Return the texts with what some apps say in properties of their own."""
    return _busy_of_outlook(_link_of_thunderbird(texts, part), part)


def _busy_of_outlook(texts: Mapping[str, str], part: Component) -> Mapping[str, str]:
    """X-MICROSOFT-CDO-BUSYSTATUS counts only where TRANSP is missing.

    X-APPLE-EWS-BUSYSTATUS never counts: it has been seen to contradict TRANSP.
    """
    line = part.first("X-MICROSOFT-CDO-BUSYSTATUS")
    if "TRANSP" in texts or line is None:
        return texts
    free = line.value.strip().upper() == "FREE"
    return {**texts, "TRANSP": "TRANSPARENT" if free else "OPAQUE"}


def _link_of_thunderbird(texts: Mapping[str, str], part: Component) -> Mapping[str, str]:
    """Thunderbird cannot write URL: a web link among the attachments stands for it."""
    line = part.first("ATTACH")
    if "URL" in texts or line is None or not line.value.lower().startswith("https://"):
        return texts
    return {**texts, "URL": line.value.strip()}


def without_apple_place(lines: Iterable[str]) -> list[str]:
    """Drop the map place that Apple keeps beside LOCATION, when the location was removed."""
    return [raw for raw in lines if name_of(raw) != "X-APPLE-STRUCTURED-LOCATION"]
