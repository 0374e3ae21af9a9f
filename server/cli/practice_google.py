"""Ending all links to Google before their practice goes, and what did not come to an end."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from server.cli.desk import Desk
from server.cli.output import progress
from server.domain.errors import PracticeError
from server.domain.google import Ending, GoogleLink, LinkState
from server.usecases.delete_practice import end_links

if TYPE_CHECKING:
    from server.google_sync.links.disconnect import Ended
    from server.google_sync.links.office import Office

_TRIES: Final = 30
_PAUSE: Final = 1.0
"""Seconds; a worker lets go of a link when it has done what is due."""


def unended(desk: Desk, ending: Ending) -> Iterator[str]:
    """End all links, and yield a sentence for each that leaves something behind in Google."""
    with desk.writing() as uow:
        links = end_links(uow, ending)
    if not links:
        return
    from server.bootstrap.google import google_office

    ended: list[tuple[GoogleLink, Ended]] = []
    try:
        with google_office(desk.settings, desk.database) as office:
            for link in links:
                yield from _left_behind(office, link, ended)
    except PracticeError as error:
        yield f"Links to Google cannot be ended: {error.sentence}"
    if ending is Ending.REMOVE:
        yield from _not_removed(ended)
    yield from _not_revoked(ended)


def _left_behind(
    office: Office, link: GoogleLink, all_ended: list[tuple[GoogleLink, Ended]]
) -> Iterator[str]:
    from server.google_sync.http.calls import CallFailed
    from server.google_sync.links.syncing import LeaseLost, LinkGone

    try:
        ended = _ended(office, link)
    except CallFailed as failure:
        yield f"{link.user}: Google does not answer ({failure})."
    except (LeaseLost, LinkGone):
        yield f"{link.user}: a worker has taken the link over."
    else:
        if ended is None:
            yield f"{link.user}: a worker is at it; try again in a few minutes."
        else:
            all_ended.append((link, ended))


def _ended(office: Office, link: GoogleLink) -> Ended | None:
    """End a link, by ourselves or by whoever holds it; None if that takes too long."""
    from server.bootstrap.google import end_link
    from server.google_sync.links.disconnect import read_report

    wait = threading.Event().wait
    for _ in range(_TRIES):
        with progress(f"Ending {link.user}") as steps:
            ended = end_link(office, link.id, steps)
        if ended is not None:
            return ended
        wait(_PAUSE)
        with office.database.reading() as uow:
            found = uow.google.links.link(link.id)
        if found is not None and found.state is LinkState.DISCONNECTED:
            return read_report(found.report)
    return None


def _not_removed(ended: Sequence[tuple[GoogleLink, Ended]]) -> Iterator[str]:
    for link, report in ended:
        standing = report.failed + report.left
        if standing:
            why = "the consent is gone" if report.signed_out else "Google refused"
            yield f"{link.user}: {standing} events stay in Google, since {why}."


def _not_revoked(ended: Sequence[tuple[GoogleLink, Ended]]) -> Iterator[str]:
    """Yield a sentence for each consent that stands: its last link should have ended it."""
    revoked = {link.account_hash for link, report in ended if report.revoked}
    for link, report in ended:
        had_one = link.sealed_refresh and not report.signed_out
        if had_one and link.account_hash not in revoked:
            yield f"{link.user}: the consent stands; end it in the Google account's settings."
