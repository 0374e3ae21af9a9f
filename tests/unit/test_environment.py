"""What of a request is believed, and from whom (ASVS 4.1.3)."""

from __future__ import annotations

import io
from typing import Any

import pytest

from server.caldav.environment import Front, credentials_of, prepared

PROXY = Front.of("", ("127.0.0.1", "10.0.0.0/8"))


def request(**more: object) -> dict[str, Any]:
    """Return the environment of a GET from this machine."""
    return {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/alma/",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.input": io.BytesIO(),
        **more,
    }


def test_a_trusted_proxy_tells_the_address_of_the_client() -> None:
    asked = prepared(request(HTTP_X_FORWARDED_FOR="203.0.113.9"), PROXY)
    assert asked["HTTP_X_REMOTE_ADDR"] == "203.0.113.9"


def test_what_a_client_put_before_the_proxy_s_own_word_does_not_count() -> None:
    hops = "198.51.100.1, 203.0.113.9, 10.1.2.3"
    asked = prepared(request(HTTP_X_FORWARDED_FOR=hops), PROXY)
    assert asked["HTTP_X_REMOTE_ADDR"] == "203.0.113.9"


@pytest.mark.parametrize(
    "header", ["HTTP_X_FORWARDED_FOR", "HTTP_X_REMOTE_ADDR", "HTTP_X_SCRIPT_NAME"]
)
def test_nobody_but_a_trusted_proxy_is_believed(header: str) -> None:
    asked = prepared(request(REMOTE_ADDR="203.0.113.9", **{header: "198.51.100.1"}), PROXY)
    assert header not in asked
    assert "HTTP_X_REMOTE_ADDR" not in asked


def test_an_address_that_is_none_is_nobody_s_proxy() -> None:
    assert not PROXY.trusts("unix")


@pytest.mark.parametrize("path", ["/calendars/alma/", "/alma/"])
def test_a_base_path_is_taken_off_where_the_proxy_left_it(path: str) -> None:
    asked = prepared(request(PATH_INFO=path), Front.of("/calendars/", ()))
    assert (asked["SCRIPT_NAME"], asked["PATH_INFO"]) == ("/calendars", "/alma/")


def test_a_body_in_chunks_gets_the_length_that_the_host_asks_for() -> None:
    chunks = request(HTTP_TRANSFER_ENCODING="chunked", **{"wsgi.input": io.BytesIO(b"abc")})
    assert prepared(chunks, Front())["CONTENT_LENGTH"] == "3"


@pytest.mark.parametrize("given", ["", "Bearer x", "Basic ?", "Basic YWJj", "Basic é"])
def test_what_is_no_name_and_secret_signs_nobody_in(given: str) -> None:
    assert credentials_of(request(HTTP_AUTHORIZATION=given)) is None
