"""Numbers for monitoring, as Prometheus and OpenMetrics read them; not a word of anybody's.

Labels are words of this program: lanes, methods, states, how a call ended. What was counted is
that of all processes of the server; what stands in the database is that of the practice.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from server.domain.api_access import ApiScope
from server.web.answering import let_in
from server.web.desk import PracticeDesk
from server.web.messages import Answer, Asked
from server.web.problems import lacks_scope
from server.web.public import PublicRoute, nothing_here
from server.web.route import Method

PATH: Final = "/metrics"


def show_metrics(desk: PracticeDesk, asked: Asked) -> Answer:
    """Answer with all numbers, to a token that is good for them; 404 where nothing counts.

    Raises Refused.
    """
    if desk.counts is None:
        raise nothing_here()
    from server.web.metrics_text import metrics_text  # noqa: PLC0415 - most never ask

    now = desk.clock.now()
    caller = let_in(desk, asked, now)
    if ApiScope.METRICS_READ not in caller.token.scopes:
        raise lacks_scope(ApiScope.METRICS_READ)
    sums, figures = desk.counts.read(), desk.figures.at(now)
    text, media_type = metrics_text(sums, figures, now, asked.headers.get("accept", ""))
    return Answer(HTTPStatus.OK, text, media_type)


PUBLIC: Final = (PublicRoute(Method.GET, PATH, show_metrics),)
