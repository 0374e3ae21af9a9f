"""Who may see a calendar (acl), what a user prefers (settings), and the colours there are."""

from __future__ import annotations

from tests.local_google.access import Call, calendar_of
from tests.local_google.calendars import off_list, on_list
from tests.local_google.paging import Source, page_of, read_request
from tests.local_google.refusals import Refused, invalid, not_found
from tests.local_google.times import Json
from tests.local_google.world import ROLES, Calendar, Mail, Rule, World

_TYPES = {"default", "user", "group", "domain"}
_EVENT_COLOURS = (
    *("#a4bdfc", "#7ae7bf", "#dbadff", "#ff887c", "#fbd75b", "#ffb878"),
    *("#46d6db", "#e1e1e1", "#5484ed", "#51b749", "#dc2127"),
)


def rules_of(calendar: Calendar) -> list[Rule]:
    """Return who may do what, the owner first."""
    scope = {"type": "user", "value": calendar.owner}
    owner = Rule(f"user:{calendar.owner}", "owner", scope, 0, calendar.etag)
    return [owner, *calendar.rules.values()]


def _shown(rule: Rule) -> Json:
    return {
        "kind": "calendar#aclRule",
        "etag": rule.etag,
        "id": rule.id,
        "scope": rule.scope,
        "role": rule.role,
    }


def share(world: World, calendar: Calendar, scope: Json, role: str) -> Rule:
    """Let somebody do something with a calendar, whose sync tokens all die of it."""
    name = scope["type"] if scope["type"] == "default" else f"{scope['type']}:{scope['value']}"
    calendar.epoch += 1
    calendar.revision += 1
    rule = Rule(name, role, scope, calendar.revision, world.new_etag())
    calendar.rules[name] = rule
    world.tell(f"calendars/{calendar.id}/acl")
    account = world.accounts.get(str(scope.get("value", "")))
    if account is not None and role != "none":
        on_list(world, account, calendar.id)
    elif account is not None:
        off_list(world, account, calendar.id)
    return rule


def list_rules(call: Call) -> Json:
    """Answer acl.list."""
    calendar = calendar_of(call, "owner")
    source = Source(f"calendars/{calendar.id}/acl", calendar.revision, 0, 250, 100)
    asked = read_request(call.world, source, call.parameters)

    def shows(rule: Rule) -> bool:
        return rule.role != "none" or bool(asked.is_delta or call.get("showDeleted"))

    rows = [
        ((number,), rule)
        for number, rule in enumerate(rules_of(calendar))
        if rule.revision > asked.since
    ]
    cut = page_of(call.world, asked, rows, shows, syncs=True)
    items = [_shown(rule) for rule in cut.rows]
    etag = f'"p{calendar.revision}"'
    return {"kind": "calendar#acl", "etag": etag, **cut.tokens, "items": items}


def _found(call: Call) -> tuple[Calendar, Rule]:
    calendar = calendar_of(call, "owner")
    rules = {rule.id: rule for rule in rules_of(calendar)}
    rule = rules.get(call.get("ruleId"))
    if rule is None or rule.role == "none":
        raise not_found()
    return calendar, rule


def get_rule(call: Call) -> Json:
    """Answer acl.get."""
    return _shown(_found(call)[1])


def insert_rule(call: Call) -> Json:
    """acl.insert, which mails people unless told not to."""
    calendar = calendar_of(call, "owner")
    scope, role = call.body["scope"], call.body["role"]
    is_named = scope.get("type") == "default" or scope.get("value")
    if scope.get("type") not in _TYPES or not is_named:
        raise invalid("Invalid scope value.", "scope")
    rule = share(call.world, calendar, scope, _role(role))
    if call.get("sendNotifications", True) and scope["type"] != "default":
        mail = Mail(scope["value"], "shared", "", calendar.id, calendar.summary)
        call.world.mails.append(mail)
    return _shown(rule)


def _role(role: str) -> str:
    if role not in ROLES:
        raise invalid("Invalid role.", "role")
    return role


def change_rule(call: Call) -> Json:
    """Answer acl.patch and acl.update."""
    calendar, rule = _found(call)
    if rule.scope.get("value") == calendar.owner:
        raise Refused(403, "cannotChangeOwnAcl", "Cannot change your own access level.")
    role = _role(call.body.get("role") or rule.role)
    return _shown(share(call.world, calendar, rule.scope, role))


def delete_rule(call: Call) -> None:
    """Answer acl.delete."""
    calendar, rule = _found(call)
    if rule.scope.get("value") == calendar.owner:
        raise Refused(403, "cannotChangeOwnAcl", "Cannot change your own access level.")
    share(call.world, calendar, rule.scope, "none")


def _setting(name: str, value: str) -> Json:
    return {"kind": "calendar#setting", "etag": f'"{len(value)}"', "id": name, "value": value}


def list_settings(call: Call) -> Json:
    """Answer settings.list."""
    held = sorted(call.account.settings.items())
    source = Source(f"users/{call.account.email}/settings", 0, 0, 250, 100)
    asked = read_request(call.world, source, call.parameters)
    rows = [] if asked.is_delta else [((n,), pair) for n, pair in enumerate(held)]
    cut = page_of(call.world, asked, rows, lambda _: True, syncs=True)
    items = [_setting(*pair) for pair in cut.rows]
    return {"kind": "calendar#settings", "etag": '"p0"', **cut.tokens, "items": items}


def get_setting(call: Call) -> Json:
    """Answer settings.get."""
    value = call.account.settings.get(call.get("setting"))
    if value is None:
        raise not_found()
    return _setting(call.get("setting"), value)


def colors(call: Call) -> Json:
    """Answer colors.get."""
    palette = {
        str(number): {"background": colour, "foreground": "#1d1d1d"}
        for number, colour in enumerate(_EVENT_COLOURS, start=1)
    }
    updated = "2012-02-14T00:00:00.000Z"
    calendar = {**palette, "14": {"background": "#9fe1e7", "foreground": "#1d1d1d"}}
    kind = "calendar#colors"
    del call
    return {"kind": kind, "updated": updated, "calendar": calendar, "event": palette}
