"""Clients of the local Google for tests: Google's own library, and a browser at consent."""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build_from_document
from googleapiclient.errors import HttpError

from tests.local_google.google import CLIENT
from tests.local_google.running import SCOPE, LocalGoogle
from tests.local_google.times import Json

FORM = {"content-type": "application/x-www-form-urlencoded"}
REDIRECT = "http://127.0.0.1:9/back"
VERIFIER = "a-verifier-of-at-least-forty-three-characters-long"
CHALLENGE = (
    base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
)


def credentials(google: LocalGoogle, email: str, *scopes: str) -> Credentials:
    """Return credentials of an account that let our client in."""
    granted = google.grant(email, *scopes)
    return Credentials(  # type: ignore[no-untyped-call]  # google-auth ships few types
        granted.access_token,
        refresh_token=granted.refresh_token,
        token_uri=f"{google.url}/token",
        client_id=google.client_id,
        client_secret=google.client_secret,
        scopes=[f"{SCOPE}{one}" for one in scopes],
    )


def service(google: LocalGoogle, email: str, *scopes: str) -> Any:  # noqa: ANN401  # built
    """Return Google's own client for an account, by default with the widest scope."""
    found = credentials(google, email, *(scopes or ("calendar",)))
    built = build_from_document(google.document(), credentials=found)
    google.at_end.append(built.close)
    return built


class Api:
    """The events of one calendar, through Google's own client: `api("get", eventId=...)`."""

    def __init__(self, google: LocalGoogle, email: str, calendar: str = "primary") -> None:
        self._client = service(google, email)
        self._calendar = calendar

    def __call__(self, method: str, *, etag: str = "", **more: Any) -> Any:  # noqa: ANN401
        """Ask for something and return the answer; ``etag`` goes as If-Match."""
        request = getattr(self._client.events(), method)(calendarId=self._calendar, **more)
        if etag:
            request.headers["If-Match"] = etag
        return request.execute()


def refusal(error: HttpError) -> tuple[int, str]:
    """Return the status and the reason with which something was refused."""
    details = error.error_details
    return error.resp.status, details[0]["reason"] if isinstance(details, list) else ""


def fetch(
    root: str,
    verb: str,
    target: str,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
) -> tuple[int, dict[str, str], bytes]:
    """Send one request as it is, and return status, headers in lower case and body."""
    place = urlsplit(root)
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=30)
    try:
        connection.request(verb, target, body, dict(headers or {}))
        answer = connection.getresponse()
        named = {name.lower(): value for name, value in answer.getheaders()}
        return answer.status, named, answer.read()
    finally:
        connection.close()


def post_form(
    root: str, target: str, form: Sequence[tuple[str, str]], headers: Mapping[str, str] = FORM
) -> tuple[int, dict[str, str], bytes]:
    """Send a form."""
    return fetch(root, "POST", target, urlencode(form).encode(), {**FORM, **headers})


def decide(address: str, email: str, granted: Sequence[str] | None) -> dict[str, str]:
    """Open a consent page, grant scopes or deny (None); return what the client is told."""
    place = urlsplit(address)
    root = f"{place.scheme}://{place.netloc}"
    status, _, page = fetch(root, "GET", f"{place.path}?{place.query}")
    assert status == 200, page
    decision = "deny" if granted is None else "approve"
    form = [*parse_qsl(place.query), ("account", email), ("decision", decision)]
    form += [("granted", scope) for scope in granted or ()]
    status, headers, said = post_form(root, "/auth/decide", form)
    assert status == 302, said
    return dict(parse_qsl(urlsplit(headers["location"]).query))


def consent_address(root: str, scopes: Sequence[str], **more: str) -> str:
    """Return the address of the consent page for our client, offline and with PKCE."""
    asked = {
        "client_id": CLIENT.id,
        "redirect_uri": REDIRECT,
        "response_type": "code",
        "scope": " ".join(scopes),
        "state": "as it was",
        "access_type": "offline",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        **more,
    }
    return f"{root}/auth?{urlencode({n: v for n, v in asked.items() if v})}"


def exchange(root: str, code: str, **more: str) -> tuple[int, Json]:
    """Exchange a code at the token endpoint; return status and answer."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": REDIRECT,
        "code_verifier": VERIFIER,
        "client_id": CLIENT.id,
        "client_secret": CLIENT.secret,
        **more,
    }
    status, _, said = post_form(root, "/token", list(form.items()))
    return status, json.loads(said)


def sign_in(root: str, email: str, *scopes: str) -> Json:
    """Let our client in by way of the consent page; return what the token endpoint gave."""
    told = decide(consent_address(root, scopes), email, scopes)
    status, tokens = exchange(root, told["code"])
    assert status == 200, tokens
    return tokens


def timed(start: str, end: str, zone: str = "Europe/Zurich", **more: object) -> Json:
    """Return the body of an event between two wall times."""
    ends = {"start": start, "end": end}
    return {
        **{name: {"dateTime": at, "timeZone": zone} for name, at in ends.items()},
        **more,
    }
