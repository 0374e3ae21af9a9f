"""All processes of a server count together, and what one of them counted outlives it."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from threading import Event

import pytest
from prometheus_client.parser import text_string_to_metric_families as parsed

from server.domain.api_access import ApiScope
from tests.databases import BOTH
from tests.system.api import token_for
from tests.system.phone import Wire
from tests.system.servers import Site, close_site, open_site, prepared_url

METRICS = frozenset({ApiScope.METRICS_READ})


@pytest.fixture(params=BOTH)
def counting_site(request: pytest.FixtureRequest) -> Iterator[Site]:
    """Return a practice that two processes serve and count for."""
    with prepared_url(request.param, request) as url:
        opened = open_site(url, 2, PRAXICAL_SERVER_METRICS="token")
        yield opened
        close_site(opened)


def ask_often(site: Site, times: int) -> None:
    """Ask over a new connection each time, so that both processes are met."""
    for _ in range(times):
        assert Wire(site.server.port).send("OPTIONS", "/", b"", {}).status == 401


def counted(site: Site, token: str) -> float:
    said = {"Authorization": f"Bearer {token}"}
    answer = Wire(site.server.port).send("GET", "/metrics", b"", said)
    assert answer.status == 200, answer.text
    return sum(
        one.value
        for family in parsed(answer.text)
        for one in family.samples
        if one.name == "praxical_requests_total" and one.labels["method"] == "OPTIONS"
    )


def children(site: Site) -> set[int]:
    """Return the processes that the server has begun."""
    number = site.server.process.pid
    with open(f"/proc/{number}/task/{number}/children", encoding="ascii") as file:  # noqa: PTH123 - as short
        return {int(word) for word in file.read().split()}


def test_whichever_process_answers_tells_what_all_of_them_counted(
    counting_site: Site,
) -> None:
    token = token_for(counting_site.database, "desk", METRICS)
    ask_often(counting_site, 40)
    assert {counted(counting_site, token) for _ in range(10)} == {40}


def test_no_sum_falls_when_a_process_ends(counting_site: Site) -> None:
    token = token_for(counting_site.database, "desk", METRICS)
    ask_often(counting_site, 20)
    before = children(counting_site)
    for one in sorted(before)[-1:]:
        os.kill(one, signal.SIGKILL)
    for _ in range(200):
        if len(children(counting_site) - before) == 1:
            break
        Event().wait(0.05)
    assert {counted(counting_site, token) for _ in range(5)} == {20}
