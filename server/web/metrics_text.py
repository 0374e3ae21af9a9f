"""What is told for monitoring: every number that there is, with its name and meaning."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import partial
from importlib import metadata
from itertools import accumulate
from typing import Final

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.openmetrics import exposition as openmetrics
from prometheus_client.registry import Collector
from typing_extensions import override

from server.domain.google import LinkState, MapState
from server.usecases.counting import BOUNDS, Sums
from server.usecases.ports.figures import Figures

_OPENMETRICS: Final = "application/openmetrics-text"
_LESS: Final = (*map(str, BOUNDS), "+Inf")


def metrics_text(sums: Sums, figures: Figures, now: datetime, accept: str) -> tuple[bytes, str]:
    """Return the numbers of now (UTC) and their media type.

    OpenMetrics 1.0 for who accepts it, else Prometheus' text format 0.0.4.
    """
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Told(sums, figures, now))
    if _OPENMETRICS in accept:
        told: bytes = openmetrics.generate_latest(registry)  # type: ignore[no-untyped-call]  # it has none
        return told, openmetrics.CONTENT_TYPE_LATEST
    return generate_latest(registry), CONTENT_TYPE_PLAIN_0_0_4


@dataclass(frozen=True, slots=True, eq=False)
class _Told(Collector):
    """What is told at once: counted, in the database, and now (UTC)."""

    sums: Sums
    figures: Figures
    now: datetime

    @override
    def collect(self) -> Iterable[Metric]:
        yield _labelled("praxical_build_info", "This program.", "version", {_version(): 1})
        yield from _answers(self.sums)
        yield from _calls(self.sums)
        yield from _links(self.figures)
        yield from _google(self.figures, self.now)
        yield from _waiting(self.figures, self.now)


def _version() -> str:
    return metadata.version("praxical")


def _answers(sums: Sums) -> Iterator[Metric]:
    requests = CounterMetricFamily(
        "praxical_requests", "Requests answered.", labels=("lane", "method", "status")
    )
    durations = HistogramMetricFamily(
        "praxical_request_seconds",
        "Time until an answer began to leave.",
        labels=("lane", "method"),
        unit="seconds",
    )
    for lane, method, answers in sums.answers():
        for status, times in answers.statuses.items():
            if times:
                requests.add_metric((lane, method, status), times)
        running = map(float, accumulate(answers.durations))
        buckets = list(zip(_LESS, running, strict=True))
        durations.add_metric((lane, method), buckets, answers.seconds)
    yield requests
    yield durations


def _calls(sums: Sums) -> Iterator[Metric]:
    calls = CounterMetricFamily(
        "praxical_google_calls",
        "Calls of Google by how they ended.",
        labels=("method", "outcome"),
    )
    for method, outcome, times in sums.calls():
        calls.add_metric((method, outcome), times)
    yield calls
    turns = CounterMetricFamily(
        "praxical_google_turns", "Turns of links by how they ended.", labels=("result",)
    )
    for result, times in sums.turns().items():
        turns.add_metric((result,), times)
    yield turns


def _links(figures: Figures) -> Iterator[Metric]:
    links = {state.value: figures.links.get(state.value, 0) for state in LinkState}
    yield _labelled("praxical_google_links", "Links to Google by state.", "state", links)
    events = {state.value: figures.events.get(state.value, 0) for state in MapState}
    about = "Events in Google that stand for something here, by state."
    yield _labelled("praxical_google_events", about, "state", events)
    channels = {"healthy": figures.channels - figures.silent, "silent": figures.silent}
    about = "Push channels: silent ones did not tell of a change."
    yield _labelled("praxical_google_channels", about, "state", channels)


def _google(figures: Figures, now: datetime) -> Iterator[Metric]:
    told = partial(_gauge, "praxical_google")
    calendars = figures.calendars
    yield told("calendars", "Calendars of connected links.", calendars.number)
    about = "Age of the reading of the calendar that was not read for longest."
    yield told("read_lag_seconds", about, _age(calendars.read_at, now))
    yield told("calendars_unknown", "Calendars that cannot be read.", calendars.unknown)
    about = "Watched calendars compared with Google's own busy times."
    yield told("calendars_compared", about, calendars.compared)
    about = "Age of the oldest of these comparisons."
    yield told("compared_lag_seconds", about, _age(calendars.compared_at, now))
    about = "Watched calendars that differ from Google's own busy times."
    yield told("calendars_differing", about, calendars.differing)
    about = "How often a calendar was read as a whole for that."
    yield told("calendars_differed", about, calendars.differed)
    about = "Appointments that Google is still to be told of."
    yield told("changes_waiting", about, figures.changes.number)
    about = "Time since the oldest of them was due."
    yield told("change_lag_seconds", about, _age(figures.changes.oldest, now))
    yield told("staged", "Events that were read and are still to be applied.", figures.staged)
    about = "Differences that wait for an answer."
    yield told("conflicts_open", about, figures.open_conflicts)


def _waiting(figures: Figures, now: datetime) -> Iterator[Metric]:
    told = partial(_gauge, "praxical")
    webhooks, mails = figures.webhooks, figures.mails
    yield told("webhooks_waiting", "Webhooks that are still to be delivered.", webhooks.number)
    about = "Age of what the oldest of them tells."
    yield told("webhook_lag_seconds", about, _age(webhooks.oldest, now))
    yield told("mails_waiting", "Mail that is due and was not sent yet.", mails.number)
    yield told(
        "mail_lag_seconds", "Time since the oldest was last due.", _age(mails.oldest, now)
    )
    yield told("mails_retried", "Mail that is due and failed before.", figures.retried_mails)
    about = "Attempts to book online within an hour, refused ones included."
    yield told("booking_attempts_last_hour", about, figures.attempts)
    until = figures.billed_until
    billed = datetime.combine(until, time(), UTC).timestamp() if until else None
    about = "The last day up to which everybody was billed, as its midnight in UTC."
    yield told("billed_until_timestamp_seconds", about, billed)


def _gauge(room: str, name: str, about: str, value: float | None) -> Metric:
    """Return one number; what there is none of is left out, and is not nought."""
    found = GaugeMetricFamily(f"{room}_{name}", about)
    if value is not None:
        found.add_metric((), value)
    return found


def _labelled(name: str, about: str, label: str, values: Mapping[str, int]) -> Metric:
    found = GaugeMetricFamily(name, about, labels=(label,))
    for word, value in values.items():
        found.add_metric((word,), value)
    return found


def _age(since: datetime | None, now: datetime) -> float | None:
    return None if since is None else max((now - since).total_seconds(), 0.0)
