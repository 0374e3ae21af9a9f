"""Practitioners' calendars in Google over the API: connect, look after, disconnect."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from server.domain.api_access import ApiScope
from server.domain.errors import NotAllowed, NotFound
from server.domain.google import GoogleLink, OutwardLevel
from server.domain.ids import GoogleLinkId, UserName
from server.domain.vocabulary import Role
from server.google_sync.deciding.connect_decision import decide
from server.google_sync.deciding.decisions import answer_proposal
from server.usecases import google_links, google_watching
from server.usecases.google_endings import end
from server.usecases.google_links import ConnectWanted, Levels
from server.usecases.google_sharing import set_shared
from server.usecases.google_titles import show_titles
from server.web.google_models import (
    ConflictList,
    ConflictsQuery,
    ConnectAddress,
    ConnectBody,
    DecisionBody,
    EndBody,
    LinkBody,
    LinkList,
    LinkShown,
    LinksQuery,
    ProposalBody,
    conflict_shown,
    shown,
)
from server.web.messages import Nothing
from server.web.route import AnyRoute, Call, Method, Route


def connect_google(call: Call, said: ConnectBody) -> ConnectAddress:
    """Return the address of the consent page; Google sends the browser back to this server."""
    if call.google is None:
        raise NotAllowed("Google is not set up here.")
    user = _permitted(call, said.practitioner)
    asked = (("names", said.names), ("titles", said.titles))
    more = tuple(name for name, wished in asked if wished)
    watched = tuple(said.watched)
    wanted = ConnectWanted(user, said.link, said.another, watched, more, said.level)
    return ConnectAddress(address=call.google.begin(call.uow, wanted))


def list_google_links(call: Call, said: LinksQuery) -> LinkList:
    """List links and how they stand."""
    now = call.context.now
    found = google_links.standings(call.uow, _whose(call, said.practitioner), now)
    return LinkList(items=[shown(one, now) for one in found])


def show_google_link(call: Call, said: Nothing) -> LinkShown:
    """Show one link."""
    del said
    return _standing(call, _link(call))


def change_google_link(call: Call, said: LinkBody) -> LinkShown:
    """Change how much Google is told, what moves do there, and what is watched."""
    link = _link(call)
    for calendar in said.unwatch:
        google_watching.unwatch(call.uow, call.context, link, calendar)
    for calendar in said.watch:
        google_watching.watch(call.uow, link, calendar)
    _set_titles(call, link, said)
    if said.shared is not None:
        link = _with_sharing(call, link, shared=said.shared, confirmed=said.shared_confirmed)
    if said.policy is not None:
        link = google_links.set_policy(call.uow, link, said.policy)
    if said.level is not None:
        link = _with_level(call, link, said.level, agreed=said.agreement_signed)
    return _standing(call, link)


def resync_google_link(call: Call, said: Nothing) -> LinkShown:
    """Let all be read anew and compared; what is alike on both sides stays."""
    del said
    link = _link(call)
    google_links.resync(call.uow, call.context, link)
    return _standing(call, link)


def end_google_link(call: Call, said: EndBody) -> LinkShown:
    """Disconnect: the worker does with the events as is said, and revokes the consent."""
    return _standing(call, end(call.uow, _link(call), said.events))


def list_google_conflicts(call: Call, said: ConflictsQuery) -> ConflictList:
    """List what was decided where both sides differed."""
    now = call.context.now
    links = call.uow.google.links.links(_whose(call, said.practitioner))
    found = [
        one
        for link in links
        for one in google_links.conflicts(call.uow, link.id, now, settled=said.settled)
    ]
    return ConflictList(
        items=[conflict_shown(one) for one in sorted(found, key=lambda x: x.at)]
    )


def answer_google_conflict(call: Call, said: ProposalBody) -> LinkShown:
    """Accept or decline what was changed in Google, where that waits for an answer."""
    link, now = _link(call), call.context.now
    answer_proposal(call.uow, link.id, call.parts["conflict"], now, accepted=said.accepted)
    return _standing(call, link)


def decide_google_link(call: Call, said: DecisionBody) -> LinkShown:
    """Say whether what has vanished is written again, or believed to be deleted."""
    return _standing(call, decide(call.uow, call.context, _link(call), said.decision))


def _set_titles(call: Call, link: GoogleLink, said: LinkBody) -> None:
    """Show or hide titles: to show them is nobody's to say but the person's whose they are."""
    if said.titles and link.user != call.user.name:
        raise NotAllowed("Only the practitioner can ask for the titles of the own events.")
    now = call.context.now
    for calendar in said.no_titles:
        show_titles(call.uow, link, calendar, now, shown=False)
    for calendar in said.titles:
        show_titles(call.uow, link, calendar, now, shown=True)


def _with_sharing(call: Call, link: GoogleLink, *, shared: bool, confirmed: bool) -> GoogleLink:
    if confirmed and call.user.role is not Role.ADMIN:
        raise NotAllowed("Only an administrator can let others see more than numbers.")
    return set_shared(call.uow, call.context, link, shared=shared, confirmed=confirmed)


def _with_level(
    call: Call, link: GoogleLink, level: OutwardLevel, *, agreed: bool
) -> GoogleLink:
    most = call.google.levels.most if call.google else OutwardLevel.GENERIC
    if level is OutwardLevel.FULL and call.user.role is not Role.ADMIN:
        raise NotAllowed("Only an administrator can let Google see names.")
    return google_links.set_level(call.uow, call.context, link, level, Levels(most, agreed))


def _permitted(call: Call, name: str) -> UserName:
    """Return whose account is meant: one's own, or anybody's for an administrator."""
    if call.user.role is not Role.ADMIN and name != call.user.name:
        raise NotAllowed("A practitioner's account is connected by that practitioner.")
    return UserName(name)


def _whose(call: Call, name: str) -> UserName | None:
    if call.user.role is Role.ADMIN:
        return UserName(name) if name else None
    return _permitted(call, name or call.user.name)


def _link(call: Call) -> GoogleLink:
    """Return the link of the path, locked; one that may not be seen is none."""
    link = call.uow.google.links.link(GoogleLinkId(call.parts["link"]))
    if link is None or (call.user.role is not Role.ADMIN and link.user != call.user.name):
        raise NotFound("link to Google", call.parts["link"][:40])
    return link


def _standing(call: Call, link: GoogleLink) -> LinkShown:
    now = call.context.now
    return shown(google_links.standing(call.uow, link, now), now)


_READ: Final = ApiScope.CALENDAR_READ
_WRITE: Final = ApiScope.GOOGLE_WRITE
ROUTES: Final[tuple[AnyRoute, ...]] = (
    Route(
        Method.POST,
        "/google/connect",
        _WRITE,
        connect_google,
        ConnectBody,
        ConnectAddress,
        "Begin to connect a Google account",
    ),
    Route(
        Method.GET,
        "/google/links",
        _READ,
        list_google_links,
        LinksQuery,
        LinkList,
        "Links to Google accounts and how they stand",
    ),
    Route(
        Method.GET,
        "/google/links/{link}",
        _READ,
        show_google_link,
        Nothing,
        LinkShown,
        "One link to a Google account",
    ),
    Route(
        Method.PATCH,
        "/google/links/{link}",
        _WRITE,
        change_google_link,
        LinkBody,
        LinkShown,
        "Change a link to a Google account",
    ),
    Route(
        Method.POST,
        "/google/links/{link}/resync",
        _WRITE,
        resync_google_link,
        Nothing,
        LinkShown,
        "Read all anew and compare",
        status=HTTPStatus.ACCEPTED,
    ),
    Route(
        Method.POST,
        "/google/links/{link}/disconnect",
        _WRITE,
        end_google_link,
        EndBody,
        LinkShown,
        "Disconnect a Google account",
        status=HTTPStatus.ACCEPTED,
    ),
    Route(
        Method.POST,
        "/google/links/{link}/decide",
        _WRITE,
        decide_google_link,
        DecisionBody,
        LinkShown,
        "Answer a link that waits for a decision",
        status=HTTPStatus.ACCEPTED,
    ),
    Route(
        Method.POST,
        "/google/links/{link}/conflicts/{conflict}",
        _WRITE,
        answer_google_conflict,
        ProposalBody,
        LinkShown,
        "Answer a change that waits",
        status=HTTPStatus.ACCEPTED,
    ),
    Route(
        Method.GET,
        "/google/conflicts",
        _READ,
        list_google_conflicts,
        ConflictsQuery,
        ConflictList,
        "Where Google and the practice differed",
    ),
)
