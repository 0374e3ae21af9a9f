"""WebDAV properties of calendars: the server's own, the owner's, and each viewer's."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from server.domain.errors import Invalid
from server.usecases.properties import (
    COMPONENT_SET,
    NAME,
    PROTECTED,
    TAG,
    kept_properties,
    patch_properties,
    properties_of,
    set_properties,
    structured,
)
from tests.practice import ALMA, DESK, THEO, House

COLOUR = "ICAL:calendar-color"


def shown(house: House, viewer: str = ALMA) -> dict[str, str]:
    with house.database.reading() as uow:
        return properties_of(uow, house.calendar(), uow.catalogue.user[viewer])  # type: ignore[index]  # a name


def change(house: House, viewer: str, wanted: Mapping[str, str]) -> None:
    with house.database.writing() as uow:
        set_properties(uow, house.calendar(), uow.catalogue.user[viewer], wanted)  # type: ignore[index]  # a name


def test_a_calendar_says_what_it_is(any_house: House) -> None:
    assert shown(any_house) == {NAME: "Appointments", TAG: "VCALENDAR", COMPONENT_SET: "VEVENT"}


def test_a_colleagues_calendar_has_the_colleagues_name(any_house: House) -> None:
    assert shown(any_house, DESK)[NAME] == "Alma"


def test_the_owner_renames_and_recolours(any_house: House) -> None:
    change(any_house, ALMA, {NAME: "Needles", COLOUR: "#ff0000"})
    assert shown(any_house)[NAME] == "Needles"
    assert shown(any_house)[COLOUR] == "#ff0000"
    assert shown(any_house, DESK)[COLOUR] == "#ff0000"
    assert shown(any_house, DESK)[NAME] == "Needles"


def test_a_viewer_has_a_name_and_a_colour_of_its_own(any_house: House) -> None:
    change(any_house, ALMA, {COLOUR: "#ff0000"})
    change(any_house, DESK, {NAME: "Dr. Alma", COLOUR: "#00ff00"})
    assert (shown(any_house, DESK)[NAME], shown(any_house, DESK)[COLOUR]) == (
        "Dr. Alma",
        "#00ff00",
    )
    assert (shown(any_house)[NAME], shown(any_house)[COLOUR]) == ("Appointments", "#ff0000")
    assert shown(any_house, THEO)[COLOUR] == "#ff0000"


def test_what_a_viewer_sets_back_to_the_owners_follows_the_owner_again(
    any_house: House,
) -> None:
    change(any_house, ALMA, {COLOUR: "#ff0000"})
    change(any_house, DESK, {COLOUR: "#00ff00"})
    change(any_house, DESK, {COLOUR: "#ff0000"})
    change(any_house, ALMA, {COLOUR: "#0000ff"})
    assert shown(any_house, DESK)[COLOUR] == "#0000ff"


def test_the_owner_does_not_touch_what_viewers_set(any_house: House) -> None:
    change(any_house, DESK, {COLOUR: "#00ff00"})
    change(any_house, ALMA, {NAME: "Needles"})
    assert shown(any_house, DESK)[COLOUR] == "#00ff00"
    assert "@" not in "".join(shown(any_house))


def test_two_viewers_do_not_touch_each_other(any_house: House) -> None:
    change(any_house, DESK, {COLOUR: "#00ff00"})
    change(any_house, THEO, {COLOUR: "#0000ff"})
    assert shown(any_house, DESK)[COLOUR] == "#00ff00"
    assert shown(any_house, THEO)[COLOUR] == "#0000ff"


@pytest.mark.parametrize("viewer", [ALMA, DESK])
@pytest.mark.parametrize("name", sorted(PROTECTED))
def test_a_calendar_stays_a_calendar(any_house: House, viewer: str, name: str) -> None:
    before = shown(any_house, viewer)
    change(any_house, viewer, {name: "VADDRESSBOOK"})
    assert shown(any_house, viewer) == before


def test_properties_are_replaced_as_a_whole(any_house: House) -> None:
    change(any_house, ALMA, {"X:a": "1", "X:b": "2"})
    change(any_house, ALMA, {"X:b": "3"})
    assert "X:a" not in shown(any_house)
    assert shown(any_house)["X:b"] == "3"


@pytest.mark.parametrize(
    "wanted",
    [{f"X:{number}": "x" for number in range(101)}, {"X:long": "x" * (64 * 1024 + 1)}],
    ids=["too many", "too long"],
)
@pytest.mark.parametrize("viewer", [ALMA, DESK])
def test_properties_are_bounded(
    any_house: House, viewer: str, wanted: Mapping[str, str]
) -> None:
    with pytest.raises(Invalid):
        change(any_house, viewer, wanted)


def test_nobody_sets_a_property_in_another_viewers_name(any_house: House) -> None:
    change(any_house, ALMA, {f"@{DESK} {COLOUR}": "#123456"})
    assert COLOUR not in shown(any_house, DESK)


def test_other_peoples_properties_do_not_change_the_revision(any_house: House) -> None:
    before = any_house.calendar().revision
    change(any_house, DESK, {COLOUR: "#00ff00"})
    assert any_house.calendar().revision == before


def kept(house: House, viewer: str = ALMA) -> dict[str, str]:
    with house.database.reading() as uow:
        return kept_properties(uow, house.calendar(), uow.catalogue.user[viewer])  # type: ignore[index]  # a name


def patch(house: House, viewer: str, changes: Mapping[str, str | None]) -> None:
    with house.database.writing() as uow:
        patch_properties(uow, house.calendar(), uow.catalogue.user[viewer], changes)  # type: ignore[index]  # a name


XML = structured("X:a")


def test_a_patch_changes_only_what_it_names(any_house: House) -> None:
    change(any_house, ALMA, {"X:a": "1", "X:b": "2"})
    patch(any_house, ALMA, {"X:b": None, "X:c": "3", "X:gone": None})
    assert kept(any_house) == {NAME: "Appointments", "X:a": "1", "X:c": "3"}


def test_removing_the_name_brings_the_usual_one_back(any_house: House) -> None:
    patch(any_house, ALMA, {NAME: "Needles"})
    assert shown(any_house, DESK)[NAME] == "Needles"
    patch(any_house, ALMA, {NAME: None})
    assert (shown(any_house)[NAME], shown(any_house, DESK)[NAME]) == ("Appointments", "Alma")


def test_xml_is_kept_beside_the_text_and_shown_to_who_asks_for_it(any_house: House) -> None:
    patch(
        any_house, ALMA, {"X:a": "1", XML: "<a b='c'>1</a>", structured("X:b"): "<b><c/></b>"}
    )
    assert kept(any_house)[XML] == "<a b='c'>1</a>"
    assert shown(any_house) == {
        NAME: "Appointments",
        TAG: "VCALENDAR",
        COMPONENT_SET: "VEVENT",
        "X:a": "1",
    }


@pytest.mark.parametrize("viewer", [ALMA, DESK])
def test_who_knows_text_only_leaves_xml_alone_until_the_text_changes(
    any_house: House, viewer: str
) -> None:
    other = structured("X:b")
    patch(any_house, viewer, {"X:a": "1", XML: "<a b='c'>1</a>", other: "<b><c/></b>"})
    change(any_house, viewer, {"X:a": "1", "X:d": "4"})
    assert kept(any_house, viewer)[XML] == "<a b='c'>1</a>"
    change(any_house, viewer, {"X:a": "2"})
    assert XML not in kept(any_house, viewer)
    assert kept(any_house, viewer)["X:a"] == "2"
    assert kept(any_house, viewer)[other] == "<b><c/></b>"


def test_a_viewers_text_goes_before_the_owners_xml(any_house: House) -> None:
    patch(any_house, ALMA, {"X:a": "1", XML: "<a b='c'>1</a>"})
    assert kept(any_house, DESK)[XML] == "<a b='c'>1</a>"
    patch(any_house, DESK, {"X:a": "2", XML: None})
    assert kept(any_house, DESK)["X:a"] == "2"
    assert XML not in kept(any_house, DESK)
    patch(any_house, DESK, {"X:a": None, XML: None})
    assert kept(any_house, DESK)[XML] == "<a b='c'>1</a>"


def test_text_that_looks_like_a_key_of_xml_is_not_set_by_text(any_house: House) -> None:
    change(any_house, ALMA, {XML: "<broken"})
    assert XML not in kept(any_house)


def test_a_patch_is_bounded_and_protects_what_a_set_protects(any_house: House) -> None:
    for changes in ({f"X:{number}": "x" for number in range(101)}, {XML: "x" * 65_537}):
        with pytest.raises(Invalid):
            patch(any_house, ALMA, changes)
    before = kept(any_house)
    patch(any_house, ALMA, dict.fromkeys([*PROTECTED, *map(structured, PROTECTED)], "x"))
    assert kept(any_house) == before
