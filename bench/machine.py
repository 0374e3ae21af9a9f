"""The machine of a run: figures do not carry to another, so each run says where it was made."""

import os
import platform
from dataclasses import dataclass
from importlib.metadata import version


@dataclass(frozen=True, slots=True)
class Machine:
    """Processors, system, Python and the stock server's version."""

    processors: int
    system: str
    python: str
    radicale: str


def this_machine() -> Machine:
    """Describe the machine without naming it."""
    system = f"{platform.system()} {platform.machine()}"
    return Machine(os.cpu_count() or 1, system, platform.python_version(), version("radicale"))


def load() -> float:
    """The one-minute load average, 0 where the system has none."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
