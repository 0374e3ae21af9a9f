"""The API as a page to read, made by `python -m server.web.reference`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from server.domain.api_access import ApiScope
from server.web.openapi import Json, document
from server.web.problems import STATUS, TYPE
from server.web.route import PREFIX
from server.web.routes import PUBLIC, ROUTES

_HEAD: Final = f"""\
# HTTP API

Made from the routes themselves by `python -m server.web.reference`; edit them there.

The API stands under `{PREFIX}` on the port of the calendars. `GET {PREFIX}/openapi.json`
describes it for programs (OpenAPI 3.1) and needs no token.

## Who asks

Each request carries `Authorization: Bearer TOKEN`. `praxical api-token new` makes a token for
a user, with scopes; it is shown once, kept as a hash, and expires. It is good for what its
scopes say, and never for more than its user may do: a practitioner's token sees and books the
own calendar, the front desk's and an admin's those of all. 401 says that a token is missing
or wrong, 403 that it lacks a scope, which is named. Too many different wrong tokens from one
network are answered 429, with Retry-After; right ones still pass.

What begins with `/book/` needs no token: it is the public booking API, of which more
[below](#book). Scripts of other web sites may use it, and nothing else, from the origins in
`[booking] allowed_origins`.

{{scopes}}
## How it is asked

GET and DELETE say what they want in the query, the others in a JSON body. A field that nobody
knows is refused, never skipped. A moment without an offset is meant in the practice's time
zone, or in the `zone` that is said. Days are `YYYY-MM-DD`. Amounts are whole
hundredths of the practice's currency, such as cents: `"amount_minor": 4000` is 40.00.

`Idempotency-Key` names a POST. Where money moves it is required (400), elsewhere it is
welcome: the same key with the same body is carried out once, and every repetition in the next
seven days gets the first answer with `Idempotency-Replayed: true`. Another body under the
same key is 422. A repetition that comes while the first is being answered is 409, or waits
for it. A refused request uses no key up.

`X-Request-Id` is given back, or made; the log names it, with the route and the status, and
nothing of what was sent.

## What is refused

Refusals are `application/problem+json` (RFC 9457): `type`, `title`, `status`, `detail`,
`request_id`; `field` and `errors` where values do not fit, `locks` where an appointment is
held, `scope` where the token lacks one, `missing` where a superbill or a claim lacks something.
The last part of `type`, after `{TYPE}`, is the reason's name.

{{refusals}}
Where a slot is taken, `slots` are some that are free.
Any other refusal of the practice is 422 with its name, as in [the errors](errors.md).
Requests are refused by `malformed` (400, not JSON), `key-missing` (400), `token` (401),
`scope` (403), `not-found` (404), `method` (405, with Allow), `still-running` (409),
`too-large` (413), `media-type` (415), `held-off` (429), `unforeseen` (500), `unavailable`
(503).
"""


def page() -> str:
    """Return docs/reference/http-api.md."""
    scopes = "".join(f"| `{scope}` | {_opened(scope)} |\n" for scope in ApiScope)
    refusals = "".join(
        f"| `{kind.condition}` | {status.value} |\n" for kind, status in STATUS.items()
    )
    head = _HEAD.format(
        scopes=f"| scope | opens |\n|---|---|\n{scopes}",
        refusals=f"| reason | status |\n|---|---|\n{refusals}",
    )
    described = document(ROUTES, PUBLIC)
    return head + "".join([*_resources(described), *_shapes(described)])


def _opened(scope: ApiScope) -> str:
    named = [f"`{one.method} {one.path}`" for one in ROUTES if scope in one.scopes]
    if scope is ApiScope.CLIENTS_NAMES:
        named.insert(0, "names and texts in what others show")
    if scope is ApiScope.METRICS_READ:
        named.insert(0, "`GET /metrics`, beside the API")
    return ", ".join(named) or "nothing yet"


def _resources(described: Json) -> Iterator[str]:
    last = ""
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            tag = operation["tags"][0]
            if tag != last:
                yield f"\n## {tag.capitalize().replace('-', ' ')}\n"
                last = tag
            yield from _operation(f"{method.upper()} {path}", operation)


def _operation(name: str, operation: Json) -> Iterator[str]:
    yield f"\n### `{name}`\n\n{operation['summary']}. {operation['description']}\n"
    if any(one["in"] == "header" and one["required"] for one in operation["parameters"]):
        yield "Moves money: needs `Idempotency-Key`.\n"
    for content in operation.get("requestBody", {}).get("content", {}).values():
        yield f"The body is {_kind(content['schema'])}.\n"
    for status, answered in operation["responses"].items():
        if status != "default":
            yield f"Answers {status}{_answered(answered)}.\n"
    query = [one for one in operation["parameters"] if one["in"] == "query"]
    yield from _table("query", {one["name"]: {**one, **one["schema"]} for one in query})


def _answered(answered: Json) -> str:
    forms = [
        _kind(content["schema"]) if "schema" in content else f"a file, `{media_type}`"
        for media_type, content in answered.get("content", {}).items()
    ]
    return f" with {' or '.join(forms)}" if forms else ""


def _shapes(described: Json) -> Iterator[str]:
    yield "\n## Shapes\n"
    for name, schema in sorted(described["components"]["schemas"].items()):
        said = schema.get("description", "").replace("\n\n", "\n")
        yield f"\n### {name}\n\n{said}\n"
        if "enum" in schema:
            yield ", ".join(f"`{value}`" for value in schema["enum"]) + ".\n"
        yield from _table("field", schema.get("properties", {}))


def _table(what: str, properties: Mapping[str, Json]) -> Iterator[str]:
    if not properties:
        return
    yield f"\n| {what} | is | |\n|---|---|---|\n"
    for name, schema in properties.items():
        said = schema.get("description", "").replace("|", "\\|")
        yield f"| `{name}` | {_kind(schema)} | {said} |\n"


def _kind(schema: Json) -> str:
    """Return what a value is, in few words."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in schema:
        kinds = [_kind(one) for one in schema["anyOf"] if one.get("type") != "null"]
        return " or ".join(dict.fromkeys(kinds))
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    return str(schema.get("format") or schema.get("type", "anything"))


def write(root: Path) -> None:
    """Write the page below the root of the repository."""
    (root / "docs/reference/http-api.md").write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    write(Path(__file__).parents[2])
