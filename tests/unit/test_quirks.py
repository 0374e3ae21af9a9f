"""Habits of calendar apps: which app it is, what it carries, what it says its own way."""

from __future__ import annotations

from datetime import timedelta

import pytest

from server.ics.lines import Component
from server.ics.quirks import (
    ANDROID,
    APPLE,
    CALCURSE,
    EVOLUTION,
    KHAL,
    OTHER,
    OUTLOOK,
    THUNDERBIRD,
    default_length,
    family_of,
    means_removal,
    read_texts,
    without_apple_place,
)


@pytest.mark.parametrize(
    ("product", "agent", "family"),
    [
        ("-//Mozilla.org/NONSGML Mozilla Calendar V1.1//EN", "", THUNDERBIRD),
        ("", "Mozilla/5.0 (X11; Linux) Thunderbird/153.0", THUNDERBIRD),
        ("-//Ximian//NONSGML Evolution Calendar//EN", "", EVOLUTION),
        ("-//Apple Inc.//macOS 26.1//EN", "macOS/26.1 dataaccessd/1.0", APPLE),
        ("", "iOS/26.1 (23B85) accountsd/1.0", APPLE),
        ("+//IDN bitfire.at//DAVx5/4.5", "DAVx5/4.5 (dav4jvm)", ANDROID),
        ("PIMUTILS.ORG//NONSGML khal / icalendar //EN", "", KHAL),
        ("-//x//y//EN", "vdirsyncer/0.21.0", KHAL),
        ("-//CalDavSynchronizer//EN", "", OUTLOOK),
        ("-//Microsoft Corporation//Outlook 16.0 MIMEDIR//EN", "", OUTLOOK),
        ("-//calcurse//NONSGML v4.8//EN", "", CALCURSE),
        ("-//Praxical//Praxical 0.1//EN", "curl/8.0", OTHER),
        ("", "", OTHER),
    ],
)
def test_an_app_is_known_by_its_product_or_its_agent(
    product: str, agent: str, family: str
) -> None:
    assert family_of(product, agent) == family


@pytest.mark.parametrize("family", [THUNDERBIRD, EVOLUTION, KHAL])
def test_what_these_carry_is_removed_where_it_is_missing(family: str) -> None:
    assert means_removal(family, "CATEGORIES")
    assert means_removal(family, "VALARM")
    assert not means_removal(family, "X-FOO")


def test_the_silence_of_an_unknown_app_means_nothing() -> None:
    assert not means_removal(OTHER, "URL")


def test_outlook_makes_half_hours_and_all_others_hours() -> None:
    assert default_length(OUTLOOK) == timedelta(minutes=30)
    assert default_length(THUNDERBIRD) == default_length(OTHER) == timedelta(hours=1)


def test_texts_without_odd_properties_stay_as_they_are() -> None:
    texts = {"SUMMARY": "a", "TRANSP": "OPAQUE"}
    assert read_texts(texts, Component("VEVENT")) == texts


def test_only_a_map_place_is_dropped() -> None:
    lines = [
        "X-APPLE-STRUCTURED-LOCATION;X=1:geo:1,2",
        "x-apple-structured-location:a",
        "X-A:1",
    ]
    assert without_apple_place(lines) == ["X-A:1"]
