"""Connecting a Google account: consent is asked for, and what was granted is stored."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from server.domain.errors import Invalid, NotAllowed, NotFound, PracticeError
from server.domain.google import (
    GoogleConsent,
    GoogleLink,
    LinkState,
    OutwardLevel,
)
from server.domain.ids import GoogleLinkId
from server.google_sync.http.calls import CallFailed
from server.google_sync.links.accounts import is_account, new_account, with_account
from server.google_sync.links.connect_watched import watch_as_wished
from server.google_sync.links.oauth import (
    MANAGED,
    NEEDED,
    OPTIONAL,
    WATCHED,
    Consent,
    Granted,
    consent_address,
    new_verifier,
)
from server.google_sync.links.oauth_tokens import with_tokens
from server.google_sync.links.office import Office, Terms, allowed_level
from server.practice_db.sealing import Purpose, Sealing
from server.usecases.google_links import ConnectWanted, accepted_calendar, with_level
from server.usecases.google_titles import shows_titles
from server.usecases.ports import Clock, UnitOfWork

GOOD_FOR: Final = timedelta(minutes=10)
_STATE_BYTES: Final = 32
_KEY_BYTES: Final = 32
_TITLES: Final = "titles"


class NotSetUp(PracticeError):
    """The practice has no project at Google."""

    condition = "google-not-set-up"

    def __init__(self) -> None:
        super().__init__("Google is not set up: [google] client_id and client_secret.")


class NoWayBack(PracticeError):
    """A browser cannot be sent back from Google to this server."""

    condition = "google-no-way-back"

    def __init__(self) -> None:
        super().__init__(
            "Google cannot send a browser back here: [google] public_url. "
            "On the server itself: praxical google connect."
        )


class ConsentRefused(PracticeError):
    """A consent did not come about; nothing was stored."""

    condition = "consent-refused"


@dataclass(frozen=True, slots=True)
class Counter:
    """Where consents are asked for: nothing here calls Google."""

    terms: Terms
    sealing: Sealing
    clock: Clock


def begin(uow: UnitOfWork, counter: Counter, wanted: ConnectWanted, redirect: str) -> str:
    """Store that a consent is asked for, and return the address to open in a browser.

    Raises NotSetUp, NotFound, NotAllowed and Invalid.
    """
    terms = counter.terms
    if not terms.is_set_up:
        raise NotSetUp
    _check_said(wanted)
    _check_user(uow, wanted)
    state, verifier = secrets.token_urlsafe(_STATE_BYTES), new_verifier()
    state_hash = _hash_of(state)
    chosen = _chosen_link(uow, wanted)
    scopes = (*NEEDED, *(OPTIONAL[name] for name in _more(uow, wanted, chosen)))
    level = wanted.level or (chosen.level if chosen else OutwardLevel.GENERIC)
    uow.google.links.add_consent(
        GoogleConsent(
            state_hash,
            wanted.user,
            chosen.id if chosen else "",
            counter.sealing.seal(verifier, state_hash, Purpose.VERIFIER),
            redirect,
            scopes,
            wanted.watched,
            wanted.another,
            allowed_level(level, terms.level),
            counter.clock.now() + GOOD_FOR,
            _TITLES in wanted.more,
        )
    )
    return consent_address(terms.project, Consent(state, verifier, redirect, scopes))


def finish(office: Office, answer: Mapping[str, str]) -> GoogleLink:
    """Store what Google granted, and return the link; the worker does what is left.

    ``answer`` are ``state`` and ``code``, or ``error``, as a browser brings them back. A
    consent is good once, whatever comes of it. Raises ConsentRefused and WrongKey.
    """
    consent = _used(office, answer.get("state", ""))
    if answer.get("error") or not answer.get("code"):
        raise ConsentRefused("Google was not allowed to share the calendar.")
    verifier = office.sealing.open(
        consent.sealed_verifier, consent.state_hash, Purpose.VERIFIER
    )
    asked = Consent("", verifier, consent.redirect, consent.scopes)
    try:
        granted = office.oauth.exchange(answer["code"], asked)
    except CallFailed as error:
        raise ConsentRefused(
            f"Google did not take the consent ({error}). Begin anew."
        ) from error
    _check_granted(granted)
    with office.database.writing() as uow:
        return _store(uow, office, consent, granted)


def _check_user(uow: UnitOfWork, wanted: ConnectWanted) -> None:
    user = uow.catalogue.user.get(wanted.user)
    if user is None:
        raise NotFound("user", wanted.user[:40])
    if user.disabled:
        raise NotAllowed(f"The user '{user.name}' is disabled.")
    if not user.discipline:
        raise Invalid("user", f"'{user.name}' is no practitioner")


def _check_said(wanted: ConnectWanted) -> None:
    for name in wanted.more:
        if name not in OPTIONAL:
            raise Invalid("scope", f"'{name[:40]}' is none of {', '.join(OPTIONAL)}")
    for calendar in wanted.watched:
        accepted_calendar(calendar)
    if wanted.level is OutwardLevel.FULL:
        raise Invalid(
            "level", "names are allowed for a link that is there, not while it is made"
        )


def _chosen_link(uow: UnitOfWork, wanted: ConnectWanted) -> GoogleLink | None:
    """Return the link that is connected anew, None for a new one; raises as ``begin``."""
    links = uow.google.links.links(wanted.user)
    if wanted.link:
        found = next((link for link in links if link.id == wanted.link), None)
        if found is None:
            raise NotFound("link to Google", wanted.link[:40])
        return found
    if wanted.another or not links:
        return None
    if len(links) > 1:
        named = ", ".join(link.id for link in links)
        raise Invalid("link", f"there are several, say which: {named}")
    return links[0]


def _more(uow: UnitOfWork, wanted: ConnectWanted, chosen: GoogleLink | None) -> tuple[str, ...]:
    """Return what is asked for beyond the least: titles also where they are shown already."""
    shown = chosen is not None and shows_titles(uow, chosen)
    return (*wanted.more, _TITLES) if shown and _TITLES not in wanted.more else wanted.more


def _used(office: Office, state: str) -> GoogleConsent:
    with office.database.writing() as uow:
        consent = uow.google.links.use_consent(_hash_of(state))
        uow.google.links.prune_consents(office.clock.now())
    if consent is None or consent.expires_at <= office.clock.now():
        raise ConsentRefused("This consent is not waited for any more. Begin anew.")
    return consent


def _check_granted(granted: Granted) -> None:
    if not granted.subject:
        raise ConsentRefused("Google does not say whose account it is. Begin anew.")
    if not {MANAGED, WATCHED} & set(granted.scopes):
        raise ConsentRefused("Neither a calendar nor busy times were granted. Begin anew.")


def _store(
    uow: UnitOfWork, office: Office, consent: GoogleConsent, granted: Granted
) -> GoogleLink:
    link = _link_of(uow, office, consent, granted.subject)
    link = link or _new_link(uow, office, consent, granted.subject)
    if not granted.refresh and not link.sealed_refresh:
        raise ConsentRefused("Google gave no lasting consent. Begin anew.")
    link = with_account(uow, office.sealing, link, granted.subject)
    connected = replace(
        with_level(with_tokens(office, link, granted), consent.level),
        state=LinkState.CONNECTING,
        reason="",
        rests_until=None,
        failures=0,
        ending=None,
        report="",
    )
    uow.google.links.save_link(connected)
    return watch_as_wished(uow, connected, consent, office.clock.now())


def _link_of(
    uow: UnitOfWork, office: Office, consent: GoogleConsent, subject: str
) -> GoogleLink | None:
    """Return the link that is connected anew; raises ConsentRefused for another account."""
    if consent.link:
        link = uow.google.links.locked(GoogleLinkId(consent.link))
        if link is None:
            raise ConsentRefused("The link was removed meanwhile. Begin anew.")
        if not is_account(office.sealing, link, subject):
            raise ConsentRefused(
                "This is another Google account than before. Choose the same one, or connect "
                "it as another."
            )
        return link
    for link in uow.google.links.links(consent.user):
        if is_account(office.sealing, link, subject):
            return uow.google.links.locked(link.id)
    return None


def _new_link(
    uow: UnitOfWork, office: Office, consent: GoogleConsent, subject: str
) -> GoogleLink:
    number = GoogleLinkId(secrets.token_hex(5))
    key = secrets.token_bytes(_KEY_BYTES).hex()
    return GoogleLink(
        number,
        consent.user,
        LinkState.CONNECTING,
        new_account(uow, office.sealing, number, subject),
        office.sealing.seal(key, number, Purpose.LINK_KEY),
        level=consent.level,
        made_at=office.clock.now(),
    )


def _hash_of(state: str) -> str:
    return hashlib.sha256(state.encode("utf-8", "surrogatepass")).hexdigest()
