#!/usr/bin/env python3
"""Draw the pictures of bookable hours: `python docs/howto/pictures/bookable_hours.py`.

They show what `praxical availability show` and `praxical slots` say of the how-to's example.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

HERE: Final = Path(__file__).resolve().parent
DAYS: Final = ("Mon 23", "Tue 24", "Wed 25", "Thu 26", "Fri 27")
FIRST, LAST = 8, 18
LEFT, TOP, COLUMN, HOUR = 46, 30, 116, 30
WIDTH, HEIGHT = LEFT + COLUMN * len(DAYS) + 8, TOP + HOUR * (LAST - FIRST) + 8
SPACE: Final = "http://www.w3.org/2000/svg"
STYLE: Final = (
    "text{font:11px sans-serif;fill:#2b2b2b}.day{font-weight:bold;text-anchor:middle}"
    ".hour{text-anchor:end;fill:#6a6a6a}.grid{stroke:#d9d9d9}"
    ".hours{fill:#cfe8d8;stroke:#3c7d5a}.taken{fill:#e4e0ec;stroke:#6d5f8d}"
    ".free{fill:#fff;stroke:#3c7d5a;stroke-dasharray:3 2}"
)


class Box(NamedTuple):
    """A time of a day (0 is Monday), in hours and parts of them, and how it is drawn."""

    day: int
    start: float
    end: float
    words: str
    kind: str = "hours"


HOURS: Final = (
    Box(1, 9, 12, "Bookable"),
    Box(3, 13, 17, "acupfollow"),
)
"""Tuesday as it is drawn first, Thursday with a session type in its title."""

_WITHOUT_WORDS: Final = tuple(box._replace(words="") for box in HOURS)
OFFERED: Final = (
    *_WITHOUT_WORDS,
    Box(1, 9, 12, "9:00 to 11:15", "free"),
    Box(3, 13, 14.25, "13:00 to 13:30", "free"),
    Box(3, 14.5, 15.25, "JD", "taken"),
    Box(3, 15.25, 15 + 5 / 12, "", "taken"),
    Box(3, 15.5, 17, "15:30 to 16:15", "free"),
)
"""Sessions of 45 minutes with a pause of ten after each, on a grid of fifteen."""


def picture(title: str, boxes: Iterable[Box]) -> str:
    """Return a week as SVG, which names itself for whoever does not see it."""
    return "\n".join(
        [
            f'<svg xmlns="{SPACE}" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
            f"<title>{title}</title><style>{STYLE}</style>",
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
            *_grid(),
            *map(_box, boxes),
            "</svg>\n",
        ]
    )


def _grid() -> Iterator[str]:
    right, bottom = LEFT + COLUMN * len(DAYS), TOP + HOUR * (LAST - FIRST)
    for number, day in enumerate(DAYS):
        x = LEFT + COLUMN * number
        yield f'<text class="day" x="{x + COLUMN // 2}" y="{TOP - 10}">{day}</text>'
        yield f'<line class="grid" x1="{x}" y1="{TOP}" x2="{x}" y2="{bottom}"/>'
    for hour in range(FIRST, LAST + 1):
        y = TOP + HOUR * (hour - FIRST)
        yield f'<line class="grid" x1="{LEFT}" y1="{y}" x2="{right}" y2="{y}"/>'
        yield f'<text class="hour" x="{LEFT - 6}" y="{y + 4}">{hour}:00</text>'


def _box(box: Box) -> str:
    inset = 4 if box.kind == "hours" else 8
    x, y = LEFT + COLUMN * box.day + inset, TOP + HOUR * (box.start - FIRST)
    height = HOUR * (box.end - box.start)
    middle = height / 2 + 4 if box.kind != "hours" else 13
    return (
        f'<rect class="{box.kind}" x="{x}" y="{y:g}" width="{COLUMN - 2 * inset}" '
        f'height="{height:g}" rx="3"/>'
        f'<text x="{x + 6}" y="{y + middle:g}">{box.words}</text>'
    )


PICTURES: Final = {
    "bookable-hours.svg": ("Bookable hours of a week in the calendar app", HOURS),
    "free-slots.svg": ("The same week: an appointment, and the slots offered", OFFERED),
}


def main() -> None:
    """Write the pictures beside this file."""
    for name, (title, boxes) in PICTURES.items():
        (HERE / name).write_text(picture(title, boxes), encoding="utf-8")


if __name__ == "__main__":
    main()
