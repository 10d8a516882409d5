"""Two ways side by side, one after the other in turns, so that noise hits both."""

import gc
import os
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

WARM_UP = 20


@dataclass(frozen=True)
class Row:
    """A line of the table; `ratio` is what the goal is about."""

    id: str
    what: str
    ratio: float
    goal: str
    met: bool
    n: int
    p10: float
    p50: float
    p95: float
    note: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def at_most(goal: float) -> tuple[str, Callable[[float], bool]]:
    return f"≤ {goal}", lambda value: value <= goal


def at_least(goal: float) -> tuple[str, Callable[[float], bool]]:
    return f"≥ {goal}", lambda value: value >= goal


def compare(
    row_id: str,
    what: str,
    ours: Callable[[], object],
    floor: Callable[[], object],
    goal: tuple[str, Callable[[float], bool]],
    *,
    n: int = 400,
    speeds: bool = False,
) -> Row:
    """Time both in turns; the ratio of the medians, and percentiles of ours in ms.

    With `speeds` the ratio is that of how many there go in a second.
    """
    mine: list[float] = []
    theirs: list[float] = []
    gc.collect()
    for turn in range(n + WARM_UP):
        for one, times in ((ours, mine), (floor, theirs)):
            started = time.perf_counter()
            one()
            spent = time.perf_counter() - started
            if turn >= WARM_UP:
                times.append(spent * 1000)
    ratio = statistics.median(mine) / statistics.median(theirs)
    return single(row_id, what, 1 / ratio if speeds else ratio, goal, mine)


def single(
    row_id: str,
    what: str,
    ratio: float,
    goal: tuple[str, Callable[[float], bool]],
    samples: list[float],
    *,
    note: str = "",
) -> Row:
    """Make a row of a figure that was measured elsewhere."""
    words, meets = goal
    marks = statistics.quantiles(samples, n=20) if len(samples) > 1 else samples * 19
    return Row(
        id=row_id,
        what=what,
        ratio=round(ratio, 3),
        goal=words,
        met=meets(ratio),
        n=len(samples),
        p10=round(marks[1], 4),
        p50=round(marks[9], 4),
        p95=round(marks[18], 4),
        note=note,
    )


def load() -> float:
    return round(os.getloadavg()[0], 2)
