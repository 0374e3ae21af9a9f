"""What users do at Google's own pages: the kinds of `POST /act`, each with its details.

Every one names an `account`; those about a calendar `calendar` (an id, a title, or `primary`),
those about an event `event` (of one occurrence, the instance's id).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from tests.local_google.calendars import put_calendar, remove, renew, shown_calendar
from tests.local_google.checking import Place, merged, settled
from tests.local_google.google import Google
from tests.local_google.guests import Told
from tests.local_google.inspecting import find_calendar
from tests.local_google.instances import Row, find_row, row_of
from tests.local_google.refusals import deleted, invalid, not_found
from tests.local_google.removing import cancel, carried
from tests.local_google.rendering import View, rendered
from tests.local_google.sharing import share
from tests.local_google.splitting import split
from tests.local_google.times import Json, kept, later, length, zone
from tests.local_google.world import Calendar
from tests.local_google.writing import Change, added, applied, new_event


@dataclass(frozen=True)
class Wish:
    """What a user wants done."""

    google: Google
    details: Mapping[str, Any]

    def get(self, name: str, default: Any = None) -> Any:  # noqa: ANN401  # of any type
        """Return a detail."""
        return self.details.get(name, default)

    @property
    def place(self) -> Place:
        """The calendar it is about."""
        calendar = find_calendar(
            self.google, self.get("account"), self.get("calendar", "primary")
        )
        account = self.google.account(self.get("account"))
        return Place(self.google.world, calendar, account)

    @property
    def row(self) -> Row:
        """The event or the occurrence it is about; raises Refused."""
        found = find_row(self.place.calendar, self.get("event", ""))
        if found is None:
            raise not_found()
        return found

    @property
    def how(self) -> Told:
        """How guests are told, which Google's page asks: nobody, unless `tell` says so."""
        return Told(self.get("tell", "none"))


Does: TypeAlias = Callable[[Wish], Json]


def act(google: Google, kind: str, details: Mapping[str, Any]) -> Json:
    """Do something as a user; raises Refused for what is not known or cannot be."""
    does = ACTS.get(kind)
    if does is None:
        raise invalid(f"Unknown action: {kind}", "kind")
    return does(Wish(google, details))


def _shown(place: Place, row: Row) -> Json:
    calendar = place.calendar
    view = View(place.world, calendar, place.account, "owner", calendar.zone)
    return rendered(view, row)


def _create(wish: Wish) -> Json:
    """`body`: the event as the API would take it; `id` if it matters."""
    place, body = wish.place, dict(wish.get("body", {}))
    name = wish.get("id") or place.world.new_id()
    uid = body.pop("iCalUID", None) or f"{name}@google.com"
    made = new_event(place, name, uid, body)
    added(place, made, wish.how)
    return _shown(place, row_of(place.calendar, made))


def _edit(wish: Wish) -> Json:
    """`changes`: as a patch would name them. Of an occurrence this edits the one."""
    return _changed(wish, wish.get("changes", {}))


def _edit_all(wish: Wish) -> Json:
    """`changes` to the whole series that an occurrence belongs to."""
    row = wish.row
    master = row_of(wish.place.calendar, wish.place.calendar.events[row.parent or row.id])
    return _changed(wish, wish.get("changes", {}), master)


def _changed(wish: Wish, changes: Json, row: Row | None = None) -> Json:
    place, row = wish.place, row or wish.row
    body = settled(place, merged(row.body, changes))
    done = applied(place, row, Change(body, wish.how))
    return _shown(place, row_of(place.calendar, done))


def _move(wish: Wish) -> Json:
    """To `start` and `end` as the API writes them; a `start` alone keeps the length."""
    row, place = wish.row, wish.place
    zone_name = row.body["start"].get("timeZone") or place.calendar.zone
    start = kept(wish.get("start"), "start", zone_name, repeats=False)
    end = wish.get("end") or later(start, length(row.body["start"], row.body["end"]))
    whole = {"date": None, "dateTime": None}
    return _changed(wish, {"start": {**whole, **start}, "end": {**whole, **end}}, row)


def _edit_title(wish: Wish) -> Json:
    return _changed(wish, {"summary": wish.get("title", "")})


def _mark_free(wish: Wish) -> Json:
    return _changed(wish, {"transparency": "transparent"})


def _add_guest(wish: Wish) -> Json:
    guests = [*wish.row.body.get("attendees", ()), {"email": wish.get("guest")}]
    return _changed(wish, {"attendees": guests})


def _answer(wish: Wish) -> Json:
    """`response`: accepted, declined or tentative, of the user's own invitation."""
    own = wish.place.calendar.id
    guests = [
        {**one, "responseStatus": wish.get("response")} if one["email"] == own else one
        for one in wish.row.body.get("attendees", ())
    ]
    return _changed(wish, {"attendees": guests})


def _delete(wish: Wish) -> Json:
    """An event, a whole series, or one occurrence."""
    place, row = wish.place, wish.row
    if row.cancelled:
        raise deleted()
    done = cancel(place.world, place.calendar, row, wish.how)
    return _shown(place, row_of(place.calendar, done))


def _undelete(wish: Wish) -> Json:
    """Out of the bin, with all that it held."""
    row = wish.row
    if row.record.is_stub or not row.cancelled:
        raise invalid("There is nothing to restore.", "event")
    done = applied(wish.place, row, Change(dict(row.body), wish.how, revives=True))
    return _shown(wish.place, row_of(wish.place.calendar, done))


def _this_and_following(wish: Wish) -> Json:
    """From the occurrence on, with `changes`; `half` is `truncate` or `insert`, else both."""
    place = wish.place
    pending = wish.google.unfinished
    if wish.get("half") != "insert":
        pending[wish.get("event", "")] = split(place, wish.row, wish.get("changes", {}))
    if wish.get("half") == "truncate":
        return {}
    made = pending.pop(wish.get("event", ""))
    added(place, made, wish.how)
    return _shown(place, row_of(place.calendar, made))


def _duplicate(wish: Wish) -> Json:
    """A copy with all private properties; of an occurrence a single event."""
    row, place = wish.row, wish.place
    name = place.world.new_id()
    body = {n: v for n, v in row.body.items() if not (row.parent and n == "recurrence")}
    made = new_event(place, name, f"{name}@google.com", merged(body, wish.get("changes", {})))
    added(place, made, wish.how)
    return _shown(place, row_of(place.calendar, made))


def _drag(wish: Wish) -> Json:
    """To another calendar, `to`."""
    place = wish.place
    target = find_calendar(wish.google, wish.get("account"), wish.get("to"))
    moved = carried(place.world, place.calendar, target, wish.row.record)
    return _shown(Place(place.world, target, place.account), row_of(target, moved))


def _make_calendar(wish: Wish) -> Json:
    """`title` and, if it is not the user's own, `zone`."""
    world, account = wish.google.world, wish.google.account(wish.get("account"))
    named = zone(wish.get("zone") or account.settings["timezone"]).key
    name = wish.get("id") or f"c_{world.new_id()}@group.calendar.google.com"
    made = Calendar(name, account.email, wish.get("title", "Calendar"), named)
    put_calendar(world, account, made)
    return shown_calendar(made)


def _change_zone(wish: Wish) -> Json:
    """`zone`: times are shown otherwise; no event changes."""
    calendar = wish.place.calendar
    calendar.zone = zone(wish.get("zone")).key
    renew(wish.google.world, calendar)
    return shown_calendar(calendar)


def _share(wish: Wish) -> Json:
    """With somebody (`with`, an address, or `public`) as `role`; sync tokens die of it."""
    name = wish.get("with")
    scope = {"type": "default"} if name == "public" else {"type": "user", "value": name}
    rule = share(wish.google.world, wish.place.calendar, scope, wish.get("role", "reader"))
    return {"id": rule.id, "role": rule.role}


def _delete_calendar(wish: Wish) -> Json:
    remove(wish.google.world, wish.place.calendar)
    return {}


def _revoke(wish: Wish) -> Json:
    """Access of `client`, or of every app."""
    wish.google.grants.end(wish.get("account"), wish.get("client", ""))
    return {}


def _grant_fewer(wish: Wish) -> Json:
    """Only `scopes` (full addresses) from now on, at every consent; tokens lose the rest."""
    account, scopes = wish.google.account(wish.get("account")), set(wish.get("scopes", ()))
    account.consents_to = scopes
    wish.google.grants.narrow(account.email, frozenset(scopes))
    return {"scopes": sorted(scopes)}


def _over_quota(wish: Wish) -> Json:
    """`on`: whether Google takes no more writes of this user."""
    wish.google.account(wish.get("account")).is_over_quota = bool(wish.get("on", True))
    return {}


ACTS: Mapping[str, Does] = {
    "create": _create,
    "move": _move,
    "edit": _edit,
    "edit_title": _edit_title,
    "edit_one": _edit,
    "edit_all": _edit_all,
    "delete": _delete,
    "cancel_one": _delete,
    "undelete": _undelete,
    "this_and_following": _this_and_following,
    "duplicate": _duplicate,
    "drag": _drag,
    "mark_free": _mark_free,
    "add_guest": _add_guest,
    "answer": _answer,
    "make_calendar": _make_calendar,
    "change_calendar_zone": _change_zone,
    "share": _share,
    "delete_calendar": _delete_calendar,
    "revoke": _revoke,
    "grant_fewer": _grant_fewer,
    "over_quota": _over_quota,
}
