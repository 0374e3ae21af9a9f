"""The API describes itself: validly, wholly, and on a page that is up to date."""

from __future__ import annotations

from collections import Counter
from http import HTTPStatus
from pathlib import Path

import pytest
from openapi_spec_validator import validate

from server.domain.api_access import ApiScope
from server.web.messages import Nothing
from server.web.openapi import document
from server.web.reference import page
from server.web.route import PREFIX, Method, Route
from server.web.routes import PUBLIC, ROUTES

ROOT = Path(__file__).resolve().parents[2]


def test_the_document_is_valid() -> None:
    validate(document(ROUTES, PUBLIC))


def test_what_is_for_anybody_is_described_as_needing_no_token() -> None:
    paths = document([], PUBLIC)["paths"]
    operations = {
        (method.upper(), PREFIX + path): operation
        for path, methods in paths.items()
        for method, operation in methods.items()
    }
    described = {(one.method.value, one.path): one for one in PUBLIC if one.described}
    assert operations.keys() == described.keys()
    assert all(one["security"] == [] for one in operations.values())
    assert all(one.path.startswith(f"{PREFIX}/book/") for one in described.values())


def test_every_route_is_described_and_nothing_else() -> None:
    described = {
        (method.upper(), path)
        for path, operations in document(ROUTES)["paths"].items()
        for method in operations
    }
    assert described == {(route.method.value, route.path) for route in ROUTES}
    assert len(described) == len(ROUTES)


def test_operations_have_names_of_their_own() -> None:
    names = Counter(route.name for route in ROUTES)
    names.update(route.name for route in PUBLIC if route.described)
    assert [name for name, times in names.items() if times > 1] == []


def test_models_of_one_name_are_one_model() -> None:
    models = {kind for route in ROUTES for kind in (route.said, route.shown) if kind}
    told = [route.described for route in PUBLIC if route.described]
    models |= {kind for one in told for kind in (one.said, *one.answers.values())}
    names = Counter(kind.__name__ for kind in models)
    assert [name for name, times in names.items() if times > 1] == []


def test_each_operation_says_which_scope_it_needs() -> None:
    paths = document(ROUTES)["paths"]
    for route in ROUTES:
        operation = paths[route.path][route.method.lower()]
        scopes = [scope.value for scope in route.scopes]
        assert operation["security"] == [{"token": scopes}]
        assert scopes == [route.scope, *(["clients:names"] if route.names else [])]


def test_a_money_route_asks_for_a_key() -> None:
    route = Route(
        Method.POST,
        "/payments",
        ApiScope.PAYMENTS_WRITE,
        _pay,
        Nothing,
        None,
        "Pay",
        money=True,
    )
    operation = document([route])["paths"]["/payments"]["post"]
    (key,) = operation["parameters"]
    assert (key["name"], key["required"]) == ("Idempotency-Key", True)
    assert "204" in operation["responses"]


def test_a_file_is_described_by_its_media_type() -> None:
    route = Route(
        Method.GET,
        "/superbills/{id}",
        ApiScope.BILLING_READ,
        _pay,
        Nothing,
        None,
        "As PDF",
        download="application/pdf",
    )
    operation = document([route])["paths"]["/superbills/{id}"]["get"]
    assert operation["responses"]["200"]["content"] == {"application/pdf": {}}
    assert [one["name"] for one in operation["parameters"]] == ["id"]


def test_only_what_is_read_can_be_a_file() -> None:
    with pytest.raises(TypeError, match="file"):
        Route(
            Method.POST,
            "/exports",
            ApiScope.BILLING_READ,
            _pay,
            Nothing,
            None,
            "Export",
            HTTPStatus.OK,
            download="text/csv",
        )


def test_the_page_is_made_from_these_routes() -> None:
    kept = (ROOT / "docs/reference/http-api.md").read_text(encoding="utf-8")
    assert kept == page(), "run python -m server.web.reference"


def _pay(call: object, said: Nothing) -> None:
    del call, said
