"""What is sent: the event as JSON, signed as Standard Webhooks say."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from server.domain.ids import EndpointId, WebhookEventId
from server.domain.webhooks import Endpoint, EventType, WebhookEvent
from server.relay.sending import Verdict, body_of, headers_of, judge
from server.usecases.clock import SystemClock
from server.usecases.manage_webhooks import new_secret

AT = datetime(2026, 11, 24, 19, tzinfo=UTC)
EVENT = WebhookEvent(
    WebhookEventId("01JD7Z6Q8K5T3V9W2X4Y6Z8A0B"),
    EventType.CHARGE_POSTED,
    AT,
    {"charge": "01JD", "client": "C1001", "amount_minor": 8500, "currency": "USD"},
)
ENDPOINT = Endpoint(EndpointId("e"), "https://host.example/in", new_secret(), AT)


def real_now() -> datetime:
    """Return the real time: whoever verifies looks at it, and a long run passes it by."""
    return SystemClock().now()


def test_an_event_is_told_with_its_type_time_and_data() -> None:
    assert json.loads(body_of(EVENT)) == {
        "id": "01JD7Z6Q8K5T3V9W2X4Y6Z8A0B",
        "type": "charge.posted",
        "timestamp": "2026-11-24T19:00:00Z",
        "data": {"charge": "01JD", "client": "C1001", "amount_minor": 8500, "currency": "USD"},
    }


def test_whoever_has_the_secret_can_verify_what_is_sent() -> None:
    body = body_of(EVENT)
    headers = headers_of(ENDPOINT, EVENT, body, real_now())
    assert headers["webhook-id"] == EVENT.id
    assert Webhook(ENDPOINT.secret).verify(body, headers) == json.loads(body)


def test_a_changed_body_is_found_out() -> None:
    headers = headers_of(ENDPOINT, EVENT, body_of(EVENT), real_now())
    forged = body_of(replace(EVENT, data={"amount_minor": 1}))
    with pytest.raises(WebhookVerificationError):
        Webhook(ENDPOINT.secret).verify(forged, headers)


def test_both_secrets_sign_for_a_day_after_a_change() -> None:
    old, body, now = ENDPOINT.secret, body_of(EVENT), real_now()
    rotated = replace(ENDPOINT, secret=new_secret(), old_secret=old, old_until=now)
    both = headers_of(replace(rotated, old_until=now + timedelta(1)), EVENT, body, now)
    for secret in (old, rotated.secret):
        assert Webhook(secret).verify(body, both)
    after = headers_of(rotated, EVENT, body, now)
    assert Webhook(rotated.secret).verify(body, after)
    with pytest.raises(WebhookVerificationError):
        Webhook(old).verify(body, after)


def test_a_secret_is_never_shown_with_its_endpoint() -> None:
    rotated = replace(ENDPOINT, old_secret=new_secret(), old_until=real_now())
    assert "whsec_" not in repr(rotated)


def test_two_secrets_differ_and_have_256_bits() -> None:
    made = {new_secret() for _ in range(50)}
    assert len(made) == 50
    assert {len(secret) for secret in made} == {len("whsec_") + 44}


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (200, Verdict.TAKEN),
        (204, Verdict.TAKEN),
        (302, Verdict.REFUSED),
        (400, Verdict.REFUSED),
        (404, Verdict.REFUSED),
        (410, Verdict.GONE),
        (429, Verdict.DOWN),
        (503, Verdict.DOWN),
    ],
)
def test_a_status_says_whether_the_event_or_the_endpoint_failed(
    status: int, verdict: Verdict
) -> None:
    assert judge(status).verdict is verdict
    assert judge(status).result == f"http-{status}"
