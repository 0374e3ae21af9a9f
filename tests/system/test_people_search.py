"""Searches for people, as Apple asks: everybody finds the own principal (RFC 3744 9)."""

from __future__ import annotations

import pytest

from tests.system.phone import CALDAV, DAV, NAMESPACES, Answer, Phone

pytestmark = pytest.mark.parametrize("site", ["sqlite"], indirect=True)
"""Nothing of this touches what is stored, so that one engine will do."""


def searching(name: str, words: str, kind: str = "contains") -> str:
    """Return the condition that a property has these words in it."""
    match = f"<D:match match-type='{kind}'>{words}</D:match>"
    return f"<D:property-search><D:prop><{name}/></D:prop>{match}</D:property-search>"


def found(phone: Phone, conditions: str, test: str = "allof", path: str = "/") -> Answer:
    """Search for people who fit the conditions, and ask for their names."""
    body = (
        f"<D:principal-property-search {NAMESPACES} test='{test}'>{conditions}"
        "<D:prop><D:displayname/></D:prop></D:principal-property-search>"
    )
    return phone.report(path, body, Depth="0")


def search(phone: Phone, name: str, words: str, asked: str = "<D:displayname/>") -> Answer:
    condition = f"<D:prop><{name}/></D:prop><D:match>{words}</D:match>"
    body = (
        f"<D:principal-property-search {NAMESPACES}>"
        f"<D:property-search>{condition}</D:property-search><D:prop>{asked}</D:prop>"
        "</D:principal-property-search>"
    )
    return phone.report("/", body)


def test_one_is_found_by_part_of_the_name_and_by_the_mail_address(phone: Phone) -> None:
    home = f"/{phone.user}/"
    by_name = search(phone, "D:displayname", phone.user.upper())
    by_address = search(phone, "C:calendar-user-address-set", f"{phone.user}@")
    assert set(by_name.responses) == set(by_address.responses) == {home}


def test_a_found_principal_tells_where_its_calendars_are(phone: Phone) -> None:
    asked = "<C:calendar-home-set/><D:principal-URL/><C:calendar-user-address-set/><D:unknown/>"
    answer = search(phone, "D:displayname", phone.user, asked)
    home = f"/{phone.user}/"
    for name in (f"{CALDAV}calendar-home-set", f"{DAV}principal-URL"):
        found = answer.property_of(home, name)
        assert found is not None
        assert found.findtext(f"{DAV}href") == home
    addresses = answer.property_of(home, f"{CALDAV}calendar-user-address-set")
    assert addresses is not None
    assert [each.text for each in addresses] == [home, f"mailto:{phone.user}@practice.example"]
    assert answer.property_of(home, f"{DAV}unknown") is None


@pytest.mark.parametrize("words", ["Theo", "nobody"])
def test_colleagues_and_strangers_are_not_found(phone: Phone, words: str) -> None:
    answer = search(phone, "D:displayname", words)
    assert (answer.status, answer.responses) == (207, {})
    assert search(phone, "D:unknown", phone.user).responses == {}


def test_what_can_be_searched_by_is_told(phone: Phone) -> None:
    body = f"<D:principal-search-property-set {NAMESPACES}/>"
    answer = phone.report(f"/{phone.user}/", body)
    named = [each.tag for each in answer.xml.iter() if each.tag.endswith(("name", "-set"))]
    assert answer.status == 200
    assert {f"{DAV}displayname", f"{CALDAV}calendar-user-address-set"} <= set(named)


@pytest.mark.parametrize(
    ("kind", "words", "fits"),
    [
        ("equals", "dr {user}", True),
        ("equals", "{user}", False),
        ("starts-with", "DR ", True),
        ("starts-with", "{user}", False),
        ("ends-with", "{user}", True),
        ("ends-with", "dr", False),
        ("contains", "r {user}", True),
        ("contains", "", True),
    ],
)
def test_words_are_looked_for_as_the_app_says(
    phone: Phone, kind: str, words: str, fits: bool
) -> None:
    condition = searching("D:displayname", words.format(user=phone.user), kind)
    assert bool(found(phone, condition).responses) == fits


def test_all_conditions_have_to_hold_or_any_where_the_app_says_so(phone: Phone) -> None:
    both = searching("D:displayname", phone.user) + searching("S:email-address-set", "nobody")
    assert found(phone, both).responses == {}
    assert found(phone, both, "anyof").responses.keys() == {f"/{phone.user}/"}
    neither = searching("D:displayname", "theo") + searching("S:email-address-set", "theo")
    assert found(phone, neither, "anyof").responses == {}


def test_the_properties_of_one_condition_have_to_hold_together(phone: Phone) -> None:
    names = "<D:prop><D:displayname/><S:email-address-set/></D:prop>"
    for words, fits in ((phone.user, True), ("Dr", False)):
        condition = f"<D:property-search>{names}<D:match>{words}</D:match></D:property-search>"
        assert bool(found(phone, condition).responses) == fits


@pytest.mark.parametrize("path", ["/", "/{user}/", "/{user}/appointments/"])
def test_wherever_it_is_asked_the_user_is_found(phone: Phone, path: str) -> None:
    everywhere = "<D:apply-to-principal-collection-set/>"
    condition = searching("D:displayname", phone.user)
    answer = found(phone, everywhere + condition, path=path.format(user=phone.user))
    assert answer.responses.keys() == {f"/{phone.user}/"}


@pytest.mark.parametrize("depth", ["1", "infinity"])
@pytest.mark.parametrize(
    "name",
    [
        "principal-property-search",
        "principal-search-property-set",
        "principal-match",
        "acl-principal-prop-set",
    ],
)
def test_reports_about_people_have_no_depth(phone: Phone, name: str, depth: str) -> None:
    body = f"<D:{name} {NAMESPACES}><D:self/></D:{name}>"
    assert phone.report("/", body, Depth=depth).status == 400
    assert phone.report("/", body).status in (200, 207)


def test_another_report_on_a_home_is_answered_as_before(phone: Phone) -> None:
    assert phone.report(f"/{phone.user}/", f"<D:expand-property {NAMESPACES}/>").status == 207
    assert phone.report("/", "no XML").status == 400
    assert phone.report("/", "").status in (207, 400, 403)
