"""Making the sites: prepared, filled, checked, and started a few times to time a start."""

from collections.abc import Callable
from statistics import median
from typing import Final

from bench.clients import Clients
from bench.expansion import Occurrences
from bench.rounds import Schedule, Sites
from bench.site import Site
from bench.targets.catalogue import Catalogue, TargetName
from bench.workload import calendar

_STARTS: Final = 3

Starts = dict[tuple[TargetName, int], float]


def make_sites(
    schedule: Schedule, catalogue: Catalogue, clients: Clients, tell: Callable[[str], None]
) -> tuple[Sites, Starts]:
    """Every target at every size, running; and median seconds from start to first answer."""
    sites: Sites = {}
    starts: Starts = {}
    width = max(schedule.concurrency)
    for size in schedule.sizes:
        events = calendar(size, schedule.seed)
        occurrences = Occurrences(events)
        for name in schedule.targets:
            tell(f"filling {name} with {size:,} events")
            target = catalogue.make(name, size)
            target.prepare()
            target.start()
            target.open_calendar()
            target.fill(events, clients, width)
            target.verify(events)
            seconds = []
            for _ in range(_STARTS):
                # Started anew: what filling took of memory and warmth does not count.
                target.stop()
                seconds.append(target.start())
            starts[name, size] = median(seconds)
            site = sites[name, size] = Site(target, events, occurrences)
            # What a process does at its first write only is not what a write costs.
            site.warm_up()
            # A calendar that nobody has synced is the exception; stock Radicale keeps a history
            # from the first sync on and pays for it in every later write.
            site.state()
    return sites, starts
