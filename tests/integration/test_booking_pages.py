"""The pages of booking as HTTP: headers, frames, origins, files, refusals; both engines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from server.domain.booking_rules import BookingMode
from server.domain.practice import Location
from server.usecases.book import MESSAGE_AT_MOST
from tests.bookable import draw, hours
from tests.booking import open_for_booking
from tests.databases import SLUG
from tests.in_process import ask
from tests.practice import ALMA, House
from tests.system.phone import Answer
from tests.visiting import Web, visited

HOME = f"/book/{SLUG}"
START = "20261124T140000Z~main"
NORA = {"name": "Nora Newcomer", "email": "nora@example.org"}
CHOSEN = {"session": "acupfollow", "with": "alma", "start": START}
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors "
)


@pytest.fixture
def web(any_house: House) -> Iterator[Web]:
    open_for_booking(any_house)
    with visited(any_house) as opened:
        yield opened


def get(web: Web, path: str = HOME, method: str = "GET", **headers: str) -> Answer:
    named = {f"HTTP_{name.upper()}": value for name, value in headers.items()}
    path, _, query = path.partition("?")
    came = ask(web.port, path, b"", method, QUERY_STRING=query, **named)
    return Answer(came.status, came.headers, b"".join(came.pieces))


def post(web: Web, said: dict[str, str], path: str = HOME, **headers: str) -> Answer:
    kind = headers.pop("Content_Type", "application/x-www-form-urlencoded")
    named = {f"HTTP_{name.upper()}": value for name, value in headers.items()}
    came = ask(web.port, path, urlencode(said).encode(), "POST", CONTENT_TYPE=kind, **named)
    return Answer(came.status, came.headers, b"".join(came.pieces))


def link(answer: Answer, said: str) -> str:
    """Return where a link with this text leads."""
    found = re.search(rf'href="([^"]+)">{said}<', answer.text)
    assert found is not None, answer.text
    return found[1]


def test_a_page_runs_nothing_but_its_own_and_tells_nobody_where_it_was(web: Web) -> None:
    answer = get(web)
    assert answer.status == 200
    assert answer.headers["content-security-policy"] == f"{POLICY}'none'"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "set-cookie" not in answer.headers
    assert "x-robots-tag" not in answer.headers
    assert "style=" not in answer.text
    assert "<script>" not in answer.text


def test_only_sites_of_the_settings_show_the_page_in_a_frame(any_house: House) -> None:
    open_for_booking(any_house)
    with visited(any_house, frame_origins=("https://www.practice.example",)) as web:
        answer = get(web)
        allowed = "'self' https://www.practice.example"
        assert answer.headers["content-security-policy"] == POLICY + allowed
        assert "x-frame-options" not in answer.headers
        # What a practitioner answers is in no frame, wherever visitors book.
        never = get(web, f"{HOME}/answer/{'x' * 32}")
        assert never.headers["content-security-policy"] == f"{POLICY}'none'"


def test_pages_that_are_one_persons_are_kept_out_of_search(web: Web) -> None:
    done = post(web, {**CHOSEN, **NORA})
    for answer in (done, get(web, link(done, "See this appointment"))):
        assert answer.status == 200
        assert answer.headers["x-robots-tag"] == "noindex, nofollow"


def test_files_are_kept_for_a_year_under_names_that_change_with_them(web: Web) -> None:
    names = re.findall(r'(?:href|src)="(/book/-/[^"]+)"', get(web).text)
    assert len(names) == 4
    for name in names:
        answer = get(web, name)
        assert answer.status == 200
        assert "immutable" in answer.headers["cache-control"]
        assert "sandbox" in answer.headers["content-security-policy"]
    assert get(web, "/book/-/page.0000000000000000.css").status == 404


def test_the_practices_logo_is_shown_from_here(any_house: House, tmp_path: Path) -> None:
    logo = tmp_path / "our logo.svg"
    logo.write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    with visited(any_house, logo=str(logo), colour="#aa3355") as web:
        found = re.search(r'<img src="([^"]+)"', get(web).text)
        assert found is not None
        answer = get(web, found[1])
        assert answer.headers["content-type"] == "image/svg+xml"
        assert answer.body == logo.read_bytes()


def test_a_logo_that_is_not_there_is_left_out(any_house: House, tmp_path: Path) -> None:
    with visited(any_house, logo=str(tmp_path / "gone.png")) as web:
        assert get(web).status == 200
        assert "<img" not in get(web).text


def test_a_form_of_another_site_is_refused(web: Web) -> None:
    said = {**CHOSEN, **NORA}
    assert post(web, said, Sec_Fetch_Site="cross-site").status == 403
    assert post(web, said, Sec_Fetch_Site="same-site").status == 403
    assert post(web, said, Origin="https://evil.example").status == 403
    assert "You are booked" not in get(web).text
    assert post(web, said, Origin="http://cal.practice.example").status == 200


def test_what_is_no_form_is_refused(web: Web) -> None:
    assert post(web, {**CHOSEN, **NORA}, Content_Type="text/plain").status == 400
    assert post(web, {"name": "a\0b"}).status == 400
    many = {f"f{number}": "1" for number in range(50)}
    assert post(web, many).status == 400


def test_a_page_is_answered_below_the_path_that_a_proxy_shows(web: Web) -> None:
    came = ask(web.port, HOME, SCRIPT_NAME="")
    assert came.status == 200
    text = b"".join(came.pieces).decode()
    assert f'href="{HOME}?session=acupfollow"' in text


@pytest.mark.parametrize(
    "query",
    [
        "session=nothing",
        "session=acupfollow&with=nobody",
        "session=acupfollow&with=alma&month=2026-99&day=never&start=soon&tz=Nowhere/At_All",
        "session=acupfollow&with=alma&start=99999999T999999Z~main",
        "session=acupfollow&with=alma&start=99991231T235959Z~main",
        "session=acupfollow&with=alma&start=00010101T000000Z~main&tz=America/New_York",
        "session=acupfollow&with=alma&tz=../../etc/passwd",
    ],
)
def test_what_an_address_says_wrongly_counts_as_not_said(web: Web, query: str) -> None:
    assert get(web, f"{HOME}?{query}").status == 200


@pytest.mark.parametrize("start", ["99991231T235959Z~main", "00010101T000000Z~main"])
def test_a_form_for_the_end_of_all_calendars_asks_for_a_time(web: Web, start: str) -> None:
    answer = post(web, {**CHOSEN, **NORA, "start": start})
    assert answer.status == 422
    assert "Please choose a time." in answer.text


def test_another_practice_and_closed_booking_are_not_found(any_house: House) -> None:
    open_for_booking(any_house)
    with visited(any_house, online=False) as web:
        assert get(web).status == 404
        assert post(web, {**CHOSEN, **NORA}).status == 404
    with visited(any_house) as web:
        answer = get(web, "/book/other")
        assert answer.status == 404
        assert "There is nothing here" in answer.text


def test_who_asks_too_often_is_told_to_wait_by_a_page(any_house: House) -> None:
    open_for_booking(any_house)
    with visited(any_house, per_network_an_hour=1) as web:
        found = [get(web) for _ in range(11)][-1]
        assert found.status == 429
        assert int(found.headers["retry-after"]) > 0
        assert "Please wait a while" in found.text


def test_a_page_is_answered_to_head_without_its_body(web: Web) -> None:
    answer = get(web, method="HEAD")
    assert (answer.status, answer.body) == (200, b"")


def test_what_was_typed_comes_back_as_text_and_not_as_markup(web: Web) -> None:
    said = {**CHOSEN, "name": '"><script>alert(1)</script>', "email": "nonsense"}
    answer = post(web, said)
    assert answer.status == 422
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;" in answer.text


def test_each_field_that_is_wrong_has_a_sentence_of_its_own(web: Web) -> None:
    said = {
        "name": "123",
        "email": "nonsense",
        "phone": "call me",
        "message": "x" * (MESSAGE_AT_MOST + 1),
        "key": "k",
    }
    answer = post(web, {**CHOSEN, **said})
    assert re.findall(r'class="error" id="(\w+)-error"', answer.text) == [
        "name",
        "email",
        "phone",
        "message",
    ]
    assert "4 answers need another look." in answer.text
    consents = {**NORA, "remind_phone": "yes"}
    assert "needs your phone number" in post(web, {**CHOSEN, **consents}).text


def test_a_form_with_the_key_of_another_one_books_nothing(web: Web) -> None:
    assert "You are booked" in post(web, {**CHOSEN, **NORA, "key": "one"}).text
    other = {**CHOSEN, **NORA, "key": "one", "message": "And another thing."}
    answer = post(web, other)
    assert answer.status == 409
    assert "This form was sent already" in answer.text


def test_a_link_does_only_what_it_is_for(web: Web) -> None:
    done = post(web, {**CHOSEN, **NORA})
    see = link(done, "See this appointment")
    assert post(web, {}, see).status == 403
    assert post(web, {"start": "20261124T144500Z~main"}, see).status == 404
    cancel = link(done, "Cancel it")
    assert get(web, f"{cancel}.ics").status == 404
    assert post(web, {"start": "20261124T144500Z~main"}, cancel).status == 404
    assert "Your appointment is cancelled" in post(web, {}, cancel).text
    assert get(web, cancel).status == 404


def test_a_taken_time_cannot_be_moved_to(web: Web) -> None:
    done = post(web, {**CHOSEN, **NORA})
    other = {**CHOSEN, "start": "20261124T144500Z~main", "name": "Otto", "phone": "5550100"}
    assert "You are booked" in post(web, other).text
    answer = post(
        web, {"start": "20261124T144500Z~main", "key": "k"}, link(done, "Ask for another time")
    )
    assert answer.status == 409
    assert "this time has just been taken" in answer.text


def test_who_asks_is_told_that_the_practice_answers(any_house: House) -> None:
    open_for_booking(any_house, mode=BookingMode.REQUEST)
    with visited(any_house, verification_codes=False) as web:
        answer = post(web, {**CHOSEN, **NORA})
        assert "Your request is on its way" in answer.text
        assert "Ask for another time" not in answer.text
        assert "Waiting for an answer" in get(web, link(answer, "See this appointment")).text
        cancel = get(web, link(answer, "Cancel it"))
        assert "You can take it back" in cancel.text


def test_nothing_free_is_said_in_words(any_house: House) -> None:
    open_for_booking(any_house)
    with visited(any_house) as web:
        for start in (START, "20261124T144500Z~main"):
            assert post(web, {**CHOSEN, **NORA, "start": start}).status == 200
        page = get(web, f"{HOME}?session=acupfollow&with=alma")
        assert "There is no free time at the moment." in page.text


def test_a_practice_without_bookable_hours_says_so(any_house: House) -> None:
    with visited(any_house) as web:
        assert "cannot be booked online at the moment" in get(web).text


def test_places_are_named_where_there_are_several(any_house: House) -> None:
    locations = tuple(one.key for one in places(any_house))
    open_for_booking(any_house, locations=locations)
    draw(any_house, hours(uid="more"), ALMA, "more.ics")
    with visited(any_house) as web:
        page = get(web, f"{HOME}?session=acupfollow&with=alma")
        assert "<small>Main street</small>" in page.text


def places(house: House) -> list[Location]:
    with house.database.reading() as uow:
        return list(uow.catalogue.locations)[:2]
