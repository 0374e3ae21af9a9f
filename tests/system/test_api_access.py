"""Who may ask over the HTTP API: tokens, their scopes, their end."""

from __future__ import annotations

from datetime import timedelta

import pytest

from server.domain.api_access import ApiScope
from server.domain.ids import UserName
from server.usecases.api_tokens import all_tokens, revoke_token
from server.usecases.manage_users import disable_user
from server.web.route import AnyRoute
from server.web.routes import ROUTES
from tests.system.api import ALL, LISTS, READ, Program, program, read, stranger, token_for
from tests.system.phone import Phone, Wire
from tests.system.practice import operator
from tests.system.servers import Site, praxical


def named(route: AnyRoute) -> str:
    return f"{route.method} {route.path}"


def asked(program: Program, route: AnyRoute) -> int:
    path = route.path
    for part in route.parts:
        path = path.replace(f"{{{part}}}", "none")
    return program.request(route.method.value, path).status


@pytest.mark.parametrize("route", ROUTES, ids=named)
def test_nothing_is_answered_without_a_token(site: Site, route: AnyRoute) -> None:
    assert asked(stranger(site), route) == 401


@pytest.mark.parametrize("route", ROUTES, ids=named)
def test_nothing_is_answered_without_its_scope(site: Site, route: AnyRoute) -> None:
    others = program(site, "admin", *(ALL - {route.scope}))
    assert asked(others, route) == 403


@pytest.mark.parametrize(
    "route",
    [one for one in ROUTES if one.method == "GET" and not one.parts and one.shown],
    ids=named,
)
def test_every_listing_answers_as_it_is_described(site: Site, route: AnyRoute) -> None:
    answer = program(site, "admin").get(route.path)
    if answer.status != 200:
        # It wants to be told what to list, and says so.
        assert "field" in read(answer, 422)


def test_a_missing_scope_is_named(site: Site) -> None:
    answer = program(site, "desk", READ).get("/services")
    problem = read(answer, 403)
    assert problem["scope"] == "catalogue:read"
    assert 'scope="catalogue:read"' in answer.headers["www-authenticate"]


def test_a_challenge_says_that_a_token_is_wanted(site: Site) -> None:
    answer = stranger(site).get("/services")
    assert answer.headers["www-authenticate"] == 'Bearer realm="Praxical"'
    basic = site.phone("alma").request("GET", "/api/v1/services")
    assert basic.status == 401


def test_a_wrong_token_is_told_from_none(site: Site) -> None:
    wrong = Program(Wire(site.server.port).send, "praxical_0000000000_wrong")
    answer = wrong.get("/services")
    assert answer.status == 401
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]


def test_a_revoked_token_is_out_at_once(site: Site, phone: Phone) -> None:
    client = program(site, phone.user, LISTS)
    assert client.get("/services").status == 200
    with site.database.writing() as uow:
        token = all_tokens(uow, UserName(phone.user))[0]
        revoke_token(uow, operator(), token.id)
    assert client.get("/services").status == 401


def test_an_expired_token_is_out(site: Site, phone: Phone) -> None:
    text = token_for(site.database, phone.user, days=1)
    with site.database.writing() as uow:
        token = uow.api_access.tokens(UserName(phone.user))[0]
        past = token.created_at - timedelta(days=2)
        uow.api_access.save_token(
            type(token)(
                token.id,
                token.user,
                token.label,
                token.secret_hash,
                token.scopes,
                past,
                past + timedelta(days=1),
            )
        )
    assert Program(Wire(site.server.port).send, text).get("/services").status == 401


def test_a_disabled_users_tokens_are_closed_for_good(site: Site, phone: Phone) -> None:
    client = program(site, phone.user)
    with site.database.writing() as uow:
        disable_user(uow, operator(), phone.user)
        assert all(one.revoked_at for one in all_tokens(uow, UserName(phone.user)))
    assert client.get("/services").status == 401


def test_the_use_of_a_token_is_noted(site: Site, phone: Phone) -> None:
    client = program(site, phone.user, LISTS)
    client.get("/services")
    with site.reading() as uow:
        assert all_tokens(uow, UserName(phone.user))[0].last_used_at is not None


def test_a_token_is_made_listed_and_revoked_by_command(site: Site, phone: Phone) -> None:
    words = ("--label", "own pages", "--scope", "catalogue:read", "--json")
    made = praxical(site.url, "api-token", "new", phone.user, *words)
    token = made.stdout.split('"token": "')[1].split('"')[0]
    client = Program(Wire(site.server.port).send, token)
    assert client.get("/services").status == 200
    listed = praxical(site.url, "api-token", "list", phone.user).stdout
    assert "own pages" in listed
    assert token not in listed
    number = token.split("_")[1]
    assert praxical(site.url, "api-token", "revoke", number).returncode == 0
    assert client.get("/services").status == 401


def test_a_scope_that_nobody_knows_is_refused_by_command(site: Site, phone: Phone) -> None:
    made = praxical(site.url, "api-token", "new", phone.user, "--scope", "all")
    assert made.returncode == 1
    assert "'all' is not one of" in made.stderr


def test_a_practitioner_lists_the_own_clients(site: Site, phone: Phone) -> None:
    client = program(site, phone.user)
    assert read(client.get("/clients"))["items"] == []
    said = {
        "client": "C1002",
        "session": "acupinitial",
        "start": "2026-11-24T14:00",
    }
    assert client.post("/appointments", said).status == 201
    assert [one["number"] for one in read(client.get("/clients"))["items"]] == ["C1002"]


def test_clients_come_in_pages(site: Site) -> None:
    desk = program(site, "desk", LISTS)
    first = read(desk.get("/clients", limit=2))
    assert [one["number"] for one in first["items"]] == ["C1001", "C1002"]
    second = read(desk.get("/clients", limit=2, after=first["next"]))
    assert [one["number"] for one in second["items"]] == ["C1003", "C1010"]
    assert {one["first_name"] for one in first["items"] + second["items"]} == {None}


def test_lists_say_what_can_be_booked_and_charged(site: Site) -> None:
    desk = program(site, "desk", ApiScope.CATALOGUE_READ)
    services = {one["code"]: one for one in read(desk.get("/services"))["items"]}
    assert services["97810"]["fee"] == {"amount_minor": 6500, "currency": "USD"}
    types = {one["name"]: one for one in read(desk.get("/session-types"))["items"]}
    assert types["acupinitial"]["minutes"] == 75
    assert "oldmassage" not in types
    everything = read(desk.get("/session-types", archived="true"))["items"]
    assert "oldmassage" in {one["name"] for one in everything}
    products = read(desk.get("/products"))["items"]
    assert [one["sku"] for one in products] == ["herbs"]
    locations = {one["key"]: one["rooms"] for one in read(desk.get("/locations"))["items"]}
    assert locations["main"] == ["room-1", "room-2"]
    assert "alma" in {one["name"] for one in read(desk.get("/practitioners"))["items"]}
