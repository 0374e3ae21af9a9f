"""Who signed in: ID tokens signed with a key of the server's own (OpenID Connect Core 2)."""

from __future__ import annotations

import base64
import json
from functools import cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tests.local_google.grants import ACCESS_SECONDS, Tokens
from tests.local_google.times import Json
from tests.local_google.world import World

_KEY_ID = "local-google-1"


@cache
def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _json(content: Json) -> str:
    return _text(json.dumps(content, separators=(",", ":")).encode())


def id_token(world: World, root: str, tokens: Tokens) -> str:
    """Return who signed in, signed (RFC 7519)."""
    access, now = tokens.access, int(world.clock.now().timestamp())
    claims: Json = {
        "iss": root,
        "aud": access.client,
        "azp": access.client,
        "sub": world.accounts[access.account].sub,
        "iat": now,
        "exp": now + ACCESS_SECONDS,
    }
    if tokens.nonce:
        claims["nonce"] = tokens.nonce
    if any(scope.endswith("email") for scope in access.scopes):
        claims |= {"email": access.account, "email_verified": True}
    head = _json({"alg": "RS256", "typ": "JWT", "kid": _KEY_ID})
    signed = f"{head}.{_json(claims)}"
    return (
        f"{signed}.{_text(_key().sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256()))}"
    )


def certificates() -> Json:
    """Return the public key (RFC 7517)."""
    numbers = _key().public_key().public_numbers()
    modulus = numbers.n.to_bytes((numbers.n.bit_length() + 7) // 8, "big")
    exponent = numbers.e.to_bytes(3, "big")
    one = {"kty": "RSA", "alg": "RS256", "use": "sig", "kid": _KEY_ID}
    return {"keys": [{**one, "n": _text(modulus), "e": _text(exponent)}]}
