"""OAuth over HTTP: the consent page, the token endpoint, revocation, and who signed in."""

from __future__ import annotations

import base64
import html
from collections.abc import Mapping
from urllib.parse import unquote, urlencode, urlsplit

from aiohttp import web

from tests.local_google.google import Google
from tests.local_google.grants import ACCESS_SECONDS, Asked, Client, NotGranted, Tokens
from tests.local_google.identity import certificates, id_token
from tests.local_google.refusals import Refused
from tests.local_google.times import Json

_HERE = {"127.0.0.1", "localhost", "::1"}


def read_asked(google: Google, given: Mapping[str, str]) -> Asked:
    """Understand what a client asks for at the consent page; raises NotGranted."""
    client = google.grants.clients.get(given.get("client_id", ""))
    if client is None:
        raise NotGranted("invalid_client", "The OAuth client was not found.", 401)
    redirect = given.get("redirect_uri", "")
    if not _may_redirect(client, redirect):
        raise NotGranted("redirect_uri_mismatch", "The redirect URI is not registered.")
    if given.get("response_type") != "code" or not given.get("scope"):
        raise NotGranted("invalid_request", "Required parameter is missing.")
    challenge = given.get("code_challenge", "")
    if challenge and given.get("code_challenge_method") != "S256":
        raise NotGranted("invalid_request", "Only S256 is taken as code_challenge_method.")
    return Asked(
        client.id,
        redirect,
        frozenset(given["scope"].split()),
        given.get("state", ""),
        challenge,
        given.get("access_type") == "offline",
        "consent" in given.get("prompt", "").split(),
        given.get("include_granted_scopes") == "true",
        given.get("nonce", ""),
    )


def _may_redirect(client: Client, redirect: str) -> bool:
    if client.redirects:
        return redirect in client.redirects
    return urlsplit(redirect).hostname in _HERE


def page(google: Google, asked: Asked, given: Mapping[str, str]) -> str:
    """Return the page at which a user agrees: choose the account, tick the scopes."""
    kept = "".join(
        f'<input type="hidden" name="{html.escape(n)}" value="{html.escape(v)}">'
        for n, v in given.items()
    )
    hint = given.get("login_hint", "")
    accounts = "".join(
        f"<option{' selected' if email == hint else ''}>{html.escape(email)}</option>"
        for email in google.world.accounts
    )
    scopes = "".join(
        f'<label><input type="checkbox" name="granted" value="{html.escape(scope)}" checked> '
        f"{html.escape(scope)}</label><br>"
        for scope in sorted(asked.scopes)
    )
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Local Google</title>'
        f"<h1>{html.escape(asked.client)} wants access</h1>"
        f'<form method="post" action="/auth/decide">{kept}'
        f'<p><label>Account <select name="account">{accounts}</select></label></p>'
        f"<p>{scopes}</p>"
        '<button name="decision" value="approve">Allow</button> '
        '<button name="decision" value="deny">Cancel</button></form></html>'
    )


def decided(google: Google, asked: Asked, account: str, granted: frozenset[str] | None) -> str:
    """Return where the browser goes after the user's decision; None denies."""
    answer = {"state": asked.state} if asked.state else {}
    if granted is None or account not in google.world.accounts:
        answer["error"] = "access_denied"
    else:
        answer["code"] = google.grants.consent(google.world, asked, account, granted)
        answer["scope"] = " ".join(sorted(google.grants.codes[answer["code"]].scopes))
    mark = "&" if urlsplit(asked.redirect).query else "?"
    return f"{asked.redirect}{mark}{urlencode(answer)}"


def client_of(google: Google, authorization: str, form: Mapping[str, str]) -> Client:
    """Return the client that speaks, by HTTP Basic or by the form (RFC 6749 2.3.1)."""
    name, secret = form.get("client_id", ""), form.get("client_secret", "")
    if authorization.startswith("Basic "):
        try:
            pair = base64.b64decode(authorization.removeprefix("Basic ")).decode()
        except ValueError as error:
            raise NotGranted("invalid_client", "Unauthorized", 401) from error
        name, _, secret = (unquote(part) for part in pair.partition(":"))
    client = google.grants.clients.get(name)
    if client is None or client.secret != secret:
        raise NotGranted("invalid_client", "The OAuth client was not found.", 401)
    return client


def token(google: Google, authorization: str, form: dict[str, str]) -> Json:
    """Answer the token endpoint; raises NotGranted."""
    client = client_of(google, authorization, form)
    match form.get("grant_type"):
        case "authorization_code":
            tokens = google.grants.exchange(google.world, client, form)
        case "refresh_token":
            tokens = google.grants.refreshed(google.world, client, form)
        case _:
            raise NotGranted("unsupported_grant_type", "Invalid grant_type")
    return _shown(google, tokens)


def _shown(google: Google, tokens: Tokens) -> Json:
    access = tokens.access
    found: Json = {
        "access_token": access.token,
        "expires_in": ACCESS_SECONDS,
        "scope": " ".join(sorted(access.scopes)),
        "token_type": "Bearer",
    }
    if tokens.refresh:
        found["refresh_token"] = tokens.refresh
    if "openid" in access.scopes:
        found["id_token"] = id_token(google.world, google.root, tokens)
    return found


def user_info(google: Google, authorization: str) -> web.Response:
    """Answer who an access token belongs to (OpenID Connect Core 5.3)."""
    try:
        access = google.grants.who(google.world, authorization.removeprefix("Bearer "))
    except Refused as refused:
        return web.json_response(refused.body(), status=refused.status)
    account = google.world.accounts[access.account]
    return web.json_response({"sub": account.sub, "email": account.email})


def public_keys() -> web.Response:
    """Answer the keys that ID tokens are signed with."""
    return web.json_response(certificates())
