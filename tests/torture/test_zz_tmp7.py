"""Stats of a longer run."""
import pytest
from random import Random
from tests.databases import BOTH, postgres_server, sqlite_template
from tests.torture.test_kill import victim
import os
@pytest.mark.timeout(1500)
@pytest.mark.parametrize("engine", BOTH)
def test_stats(engine, request):
    with victim(engine, request, 2, int(os.environ.get("SEED","77"))) as one:
        for _ in range(int(os.environ.get("KILLS","12"))):
            one.round()
        one.end()
        for t in one.tills: print(engine, t.client, dict(t.done), t.interrupted)
        for a in one.apps: print(engine, a.user, a.acknowledged, a.interrupted)
