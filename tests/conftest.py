"""What holds for every test: the profiles of hypothesis, and an environment without settings.

That only loopback and unix sockets can be reached is said in pyproject.toml (pytest-socket).
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.databases"]

# A developer's settings must not reach a test, nor a program that a test starts; and a proxy
# would stand between a client under test and the server beside it.
for _name in list(os.environ):
    if _name.startswith(("PRAXICAL_", "RADICALE_")) or _name.lower().endswith("_proxy"):
        del os.environ[_name]

# Several test processes share the machine: that one example was slow says nothing.
_PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

settings.register_profile("dev", _PATIENT, max_examples=50)
# The same examples in each run: a red run is the change's doing, and can be run again.
settings.register_profile("ci", _PATIENT, max_examples=100, derandomize=True, print_blob=True)
settings.register_profile("deep", _PATIENT, max_examples=5000)
# `pytest --hypothesis-profile=deep` goes over this.
settings.load_profile("ci" if os.environ.get("CI") == "true" else "dev")
