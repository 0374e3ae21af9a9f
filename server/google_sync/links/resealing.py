"""After a change of keys: what is sealed of any link is sealed anew, of ended ones too."""

from __future__ import annotations

import logging
from typing import NamedTuple

from server.domain.google import GoogleLink
from server.google_sync.links.accounts import keys_in_use
from server.google_sync.links.office import Office, resealed
from server.practice_db.sealing import WrongKey

log = logging.getLogger(__name__)


class Resealed(NamedTuple):
    """How many links were sealed anew, and how many could not be opened.

    ``older`` are the names of keys that are still needed besides the first.
    """

    changed: int
    closed: int
    older: tuple[str, ...]


def reseal(office: Office) -> Resealed:
    """Seal all links of a practice with the first key, whatever state they are in.

    Nobody has to hold a link for that: its secrets stay the same, and who changes them reads
    them in the same transaction.
    """
    with office.database.reading() as uow:
        links = uow.google.links.links()
    done = [_resealed(office, link) for link in links]
    with office.database.reading() as uow:
        needed = keys_in_use(uow.google.links.links()) - {office.sealing.keys.current}
    changed, closed = done.count(True), done.count(None)
    if changed or closed:
        log.info("google resealed links=%d closed=%d", changed, closed)
    return Resealed(changed, closed, tuple(sorted(needed)))


def _resealed(office: Office, link: GoogleLink) -> bool | None:
    """Whether a link was sealed anew; None where no key of the file opens it."""
    try:
        if resealed(office, link) == link:
            return False
        with office.database.writing() as uow:
            kept = uow.google.links.locked(link.id)
            if kept is not None:
                uow.google.links.save_link(resealed(office, kept))
    except WrongKey:
        return None
    return True
