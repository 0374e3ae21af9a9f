"""Bodies of REPORT as calendar apps write them, and what their answers hold."""

from __future__ import annotations

from datetime import datetime

from tests.system.events import PRODID, new_uid, stamp, unfolded
from tests.system.phone import CALDAV, NAMESPACES, Answer, Phone


def attributes(**values: str) -> str:
    """Return attributes; ``negate_condition`` stands for negate-condition."""
    return "".join(f' {name.replace("_", "-")}="{value}"' for name, value in values.items())


def comp(name: str, *inner: str) -> str:
    """Return a comp-filter."""
    return f'<C:comp-filter name="{name}">{"".join(inner)}</C:comp-filter>'


def prop(name: str, *inner: str) -> str:
    """Return a prop-filter."""
    return f'<C:prop-filter name="{name}">{"".join(inner)}</C:prop-filter>'


def param(name: str, *inner: str) -> str:
    """Return a param-filter."""
    return f'<C:param-filter name="{name}">{"".join(inner)}</C:param-filter>'


def text(words: str, **said: str) -> str:
    """Return a text-match."""
    return f"<C:text-match{attributes(**said)}>{words}</C:text-match>"


def bounds(start: datetime | None = None, end: datetime | None = None) -> str:
    """Return the attributes of a range, open where nothing is given."""
    given = {"start": start, "end": end}
    return attributes(**{name: stamp(one) for name, one in given.items() if one is not None})


def between(start: datetime | None = None, end: datetime | None = None) -> str:
    """Return a time-range."""
    return f"<C:time-range{bounds(start, end)}/>"


def query(*inner: str, data: str = "<C:calendar-data/>", more: str = "") -> str:
    """Return a calendar-query; ``inner`` is what is asked of VCALENDAR."""
    return (
        f"<C:calendar-query {NAMESPACES}><D:prop><D:getetag/>{data}</D:prop>"
        f"<C:filter>{comp('VCALENDAR', *inner)}</C:filter>{more}</C:calendar-query>"
    )


def multiget(*hrefs: str, data: str = "<C:calendar-data/>") -> str:
    """Return a calendar-multiget."""
    named = "".join(f"<D:href>{href}</D:href>" for href in hrefs)
    return (
        f"<C:calendar-multiget {NAMESPACES}><D:prop><D:getetag/>{data}</D:prop>{named}"
        "</C:calendar-multiget>"
    )


def free_busy(start: datetime, end: datetime) -> str:
    """Return a free-busy-query."""
    return f"<C:free-busy-query {NAMESPACES}>{between(start, end)}</C:free-busy-query>"


def sync(token: str = "", limit: str = "", level: str = "1", inner: str = "") -> str:
    """Return a sync-collection, without a limit where none is given."""
    limited = f"<D:limit><D:nresults>{limit}</D:nresults></D:limit>" if limit else ""
    return (
        f"<D:sync-collection {NAMESPACES}><D:sync-token>{token}</D:sync-token>"
        f"<D:sync-level>{level}</D:sync-level>{limited}<D:prop><D:getetag/>{inner}</D:prop>"
        "</D:sync-collection>"
    )


def names(answer: Answer) -> set[str]:
    """Return the last segments of the hrefs that are answered."""
    assert answer.status == 207, answer.text
    return {href.rpartition("/")[2] for href in answer.responses}


def found(
    phone: Phone, *inner: str, path: str = "", more: str = "", **headers: str
) -> set[str]:
    """Return the names of the objects that a filter finds."""
    return names(phone.report(path, query(*inner, more=more), **headers))


def data(answer: Answer) -> dict[str, str]:
    """Return the calendar-data that is answered, by the last segment of the href."""
    assert answer.status == 207, answer.text
    texts = {
        href: one.find(f".//{CALDAV}calendar-data") for href, one in answer.responses.items()
    }
    return {
        href.rpartition("/")[2]: (one.text or "").replace("\r\n", "\n").replace("\n", "\r\n")
        for href, one in texts.items()
        if one is not None
    }


def one_text(answer: Answer) -> str:
    """Return the calendar-data of the one object that is answered."""
    [only] = data(answer).values()
    return only


def lines(answer: Answer, *starting: str) -> list[str]:
    """Return the content lines of the one object that is answered, or those that begin so."""
    return [line for line in unfolded(one_text(answer)) if line.startswith(starting or "")]


def component(kind: str, *content: str, uid: str = "", stamped: bool = True) -> str:
    """Return a calendar object with one component of these content lines."""
    dated = ["DTSTAMP:20260101T000000Z"] if stamped else []
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODID}", f"BEGIN:{kind}"]
    body = [f"UID:{uid or new_uid()}", *dated, *content]
    return "\r\n".join([*head, *body, f"END:{kind}", "END:VCALENDAR", ""])


def personal(phone: Phone, *kinds: str, slug: str = "mine") -> Phone:
    """Make a calendar of the device's own and let it stand for the device's calendar."""
    path = f"/{phone.user}/{slug}/"
    made = phone.mkcalendar(path, *(kinds or ("VEVENT", "VTODO", "VJOURNAL")))
    assert made.status == 201, made.text
    phone.calendar = path
    return phone
