"""Signing in at the local Google: consent, tokens, scopes and how each of them ends."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import google.auth.jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.auth.exceptions import RefreshError
from google.auth.transport.requests import Request
from googleapiclient.errors import HttpError

from tests.local_google import SCOPE, Fault, LocalGoogle, Unknowns
from tests.local_google.clients import (
    consent_address,
    credentials,
    decide,
    exchange,
    fetch,
    post_form,
    refusal,
    service,
    sign_in,
    timed,
)
from tests.local_google.google import CLIENT

ALMA = "alma@example.org"
CREATED, BUSY = f"{SCOPE}calendar.app.created", f"{SCOPE}calendar.events.freebusy"
NOW = datetime(2026, 11, 3, 8, tzinfo=UTC)


@pytest.fixture
def local() -> Iterator[LocalGoogle]:
    with LocalGoogle(at=NOW) as running:
        running.account(ALMA)
        yield running


def refresh(local: LocalGoogle, token: str, **more: str) -> tuple[int, Any]:
    form = {"grant_type": "refresh_token", "refresh_token": token, "client_id": CLIENT.id}
    form |= {"client_secret": CLIENT.secret, **more}
    status, _, said = post_form(local.url, "/token", list(form.items()))
    return status, json.loads(said)


def test_a_user_agrees_and_the_client_gets_its_tokens(local: LocalGoogle) -> None:
    told = decide(consent_address(local.url, [CREATED, BUSY]), ALMA, [CREATED, BUSY])
    assert told["state"] == "as it was"
    assert told["scope"].split() == [CREATED, BUSY]
    status, tokens = exchange(local.url, told["code"])
    assert status == 200
    assert tokens.keys() == {
        *("access_token", "refresh_token", "expires_in", "scope", "token_type")
    }
    assert exchange(local.url, told["code"])[1]["error"] == "invalid_grant"


def test_a_user_who_cancels_gives_nothing(local: LocalGoogle) -> None:
    told = decide(consent_address(local.url, [CREATED]), ALMA, None)
    assert told == {"state": "as it was", "error": "access_denied"}


def test_a_user_may_grant_less_than_was_asked_for(local: LocalGoogle) -> None:
    told = decide(consent_address(local.url, [CREATED, BUSY]), ALMA, [BUSY])
    assert exchange(local.url, told["code"])[1]["scope"] == BUSY
    local.act("grant_fewer", account=ALMA, scopes=[CREATED])
    told = decide(consent_address(local.url, [CREATED, BUSY]), ALMA, [CREATED, BUSY])
    assert exchange(local.url, told["code"])[1]["scope"] == CREATED


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"code_verifier": "another"}, "invalid_grant"),
        ({"redirect_uri": "http://127.0.0.1:9/elsewhere"}, "redirect_uri_mismatch"),
        ({"client_secret": "guessed"}, "invalid_client"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
    ],
)
def test_a_code_is_good_for_its_own_client_and_verifier_only(
    local: LocalGoogle, wrong: dict[str, str], error: str
) -> None:
    told = decide(consent_address(local.url, [CREATED]), ALMA, [CREATED])
    status, said = exchange(local.url, told["code"], **wrong)
    assert (status >= 400, said["error"]) == (True, error)


def test_a_code_is_good_for_ten_minutes(local: LocalGoogle) -> None:
    told = decide(consent_address(local.url, [CREATED]), ALMA, [CREATED])
    local.clock.advance(timedelta(minutes=11))
    assert exchange(local.url, told["code"])[0] == 400


@pytest.mark.parametrize(
    "wrong",
    [
        {"client_id": "nobody"},
        {"redirect_uri": "https://elsewhere.example/"},
        {"code_challenge_method": "plain"},
        {"response_type": "token"},
    ],
)
def test_the_consent_page_refuses_a_wrong_client(
    local: LocalGoogle, wrong: dict[str, str]
) -> None:
    address = consent_address(local.url, [CREATED], **wrong)
    assert fetch(local.url, "GET", address.removeprefix(local.url))[0] in {400, 401}


def test_a_second_consent_gives_a_refresh_token_only_if_it_is_prompted(
    local: LocalGoogle,
) -> None:
    assert "refresh_token" in sign_in(local.url, ALMA, CREATED)
    assert "refresh_token" not in sign_in(local.url, ALMA, CREATED)
    address = consent_address(local.url, [CREATED], prompt="consent")
    told = decide(address, ALMA, [CREATED])
    assert "refresh_token" in exchange(local.url, told["code"])[1]
    address = consent_address(local.url, [CREATED], prompt="consent", access_type="online")
    told = decide(address, ALMA, [CREATED])
    assert "refresh_token" not in exchange(local.url, told["code"])[1]


def test_a_client_may_say_who_it_is_by_basic_authentication(local: LocalGoogle) -> None:
    token = local.grant(ALMA, "calendar").refresh_token
    pair = base64.b64encode(f"{CLIENT.id}:{CLIENT.secret}".encode()).decode()
    form = [("grant_type", "refresh_token"), ("refresh_token", token)]
    basic = {"authorization": f"Basic {pair}"}
    assert post_form(local.url, "/token", form, basic)[0] == 200
    assert post_form(local.url, "/token", form)[0] == 401


def test_who_signed_in_is_told_by_a_signed_token(local: LocalGoogle) -> None:
    tokens = sign_in(local.url, ALMA, "openid", "email", CREATED)
    [key] = json.loads(fetch(local.url, "GET", "/certs")[2])["keys"]
    modulus, exponent = (
        int.from_bytes(base64.urlsafe_b64decode(key[name] + "=="), "big") for name in "ne"
    )
    public = rsa.RSAPublicNumbers(exponent, modulus).public_key()
    text = public.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    google.auth.jwt.decode(tokens["id_token"], text, verify=False)  # type: ignore[no-untyped-call]
    claims = google.auth.jwt.decode(tokens["id_token"], verify=False)  # type: ignore[no-untyped-call]
    assert claims["sub"] == local.account(ALMA).sub
    assert (claims["aud"], claims["email"]) == (CLIENT.id, ALMA)
    headers = {"authorization": f"Bearer {tokens['access_token']}"}
    _, _, said = fetch(local.url, "GET", "/userinfo", headers=headers)
    assert json.loads(said)["sub"] == claims["sub"]


def test_an_access_token_lasts_an_hour_and_is_renewed(local: LocalGoogle) -> None:
    held = credentials(local, ALMA, "calendar")
    local.clock.advance(timedelta(hours=1))
    client = service(local, ALMA)
    client.colors().get().execute()
    token = held.token
    headers = {"authorization": f"Bearer {token}"}
    local.clock.advance(timedelta(hours=1))
    assert fetch(local.url, "GET", "/colors", headers=headers)[0] == 401
    held.refresh(Request())  # type: ignore[no-untyped-call]  # google-auth ships few types
    headers = {"authorization": f"Bearer {held.token}"}
    assert fetch(local.url, "GET", "/colors", headers=headers)[0] == 200
    assert held.granted_scopes == [f"{SCOPE}calendar"]


def test_googles_client_renews_a_token_that_is_refused_once(local: LocalGoogle) -> None:
    client = service(local, ALMA)
    local.clock.advance(timedelta(hours=2))
    client.colors().get().execute()
    assert [one.status for one in local.received] == [401, 200, 200]
    assert local.received[1].method == "token"


@pytest.mark.parametrize("end", ["revoke", "act", "unused", "testing", "too many"])
def test_a_refresh_token_ends_as_google_ends_it(local: LocalGoogle, end: str) -> None:
    held = credentials(local, ALMA, "calendar")
    token = str(held.refresh_token)
    match end:
        case "revoke":
            assert post_form(local.url, "/revoke", [("token", token)])[0] == 200
            assert post_form(local.url, "/revoke", [("token", token)])[0] == 400
        case "act":
            local.act("revoke", account=ALMA)
        case "unused":
            local.clock.advance(timedelta(days=190))
        case "testing":
            local.knobs.consent_in_testing = True
            local.clock.advance(timedelta(days=8))
        case _:
            for _ in range(100):
                local.grant(ALMA, "calendar")
    with pytest.raises(RefreshError, match="invalid_grant") as refused:
        held.refresh(Request())  # type: ignore[no-untyped-call]  # google-auth ships few types
    assert refused.value.retryable is False


def test_a_token_endpoint_that_is_down_can_be_tried_again(local: LocalGoogle) -> None:
    local.script(Fault("token", times=None))
    token = local.grant(ALMA, "calendar").refresh_token
    assert refresh(local, token)[0] == 503
    local.google.faults.clear()
    assert refresh(local, token)[0] == 200


def test_fewer_scopes_can_be_asked_for_and_more_cannot(local: LocalGoogle) -> None:
    token = local.grant(ALMA, "calendar.app.created", "calendar.events.freebusy").refresh_token
    assert refresh(local, token, scope=BUSY)[1]["scope"] == BUSY
    assert refresh(local, token, scope=f"{SCOPE}calendar")[1]["error"] == "invalid_scope"


@pytest.mark.parametrize("rotates", [True, False])
def test_a_refresh_gives_another_refresh_token_or_not(rotates: bool) -> None:
    with LocalGoogle(Unknowns(rotates_refresh_tokens=rotates), at=NOW) as local:
        first = local.grant(ALMA, "calendar").refresh_token
        answer = refresh(local, first)[1]
        assert ("refresh_token" in answer) is rotates
        assert refresh(local, first)[0] == 200
        local.clock.advance(timedelta(hours=2))
        assert refresh(local, first)[0] == (400 if rotates else 200)
        if rotates:
            assert refresh(local, answer["refresh_token"])[0] == 200


def test_a_client_sees_and_changes_only_the_calendars_that_it_made(local: LocalGoogle) -> None:
    client = service(local, ALMA, "calendar.app.created")
    made = client.calendars().insert(body={"summary": "Practice"}).execute()
    body = timed("2026-11-09T09:00", "2026-11-09T10:00")
    client.events().insert(calendarId=made["id"], body=body).execute()
    with pytest.raises(HttpError) as refused:
        client.events().insert(calendarId="primary", body=body).execute()
    assert refusal(refused.value) == (404, "notFound")
    for request in (
        client.calendarList().list(),
        client.events().move(calendarId=made["id"], eventId="abcde", destination="primary"),
    ):
        with pytest.raises(HttpError) as refused:
            request.execute()
        assert refusal(refused.value) == (403, "insufficientPermissions")


@pytest.mark.parametrize("hides", [True, False])
def test_the_free_busy_scope_shows_when_and_perhaps_what(hides: bool) -> None:
    with LocalGoogle(Unknowns(freebusy_scope_hides=hides), at=NOW) as local:
        local.account(ALMA)
        body = timed("2026-11-09T09:00", "2026-11-09T10:00", summary="Dentist")
        local.act("create", account=ALMA, body=body)
        client = service(local, ALMA, "calendar.events.freebusy")
        [found] = client.events().list(calendarId="primary").execute()["items"]
        assert ("summary" in found, "start" in found) == (not hides, True)
        with pytest.raises(HttpError) as refused:
            client.events().delete(calendarId="primary", eventId=found["id"]).execute()
        assert refusal(refused.value) == (403, "insufficientPermissions")


@pytest.mark.parametrize(
    ("unknown", "answer"),
    [(True, (404, "notFound")), (False, (403, "insufficientPermissions"))],
)
def test_a_calendar_out_of_reach_is_unknown_or_forbidden(
    unknown: bool, answer: tuple[int, str]
) -> None:
    with LocalGoogle(Unknowns(foreign_calendar_is_unknown=unknown)) as local:
        client = service(local, ALMA, "calendar.app.created")
        with pytest.raises(HttpError) as refused:
            client.calendars().get(calendarId="primary").execute()
        assert refusal(refused.value) == answer
