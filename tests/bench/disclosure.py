"""Disclosure control: how much is hidden, in how long, and what the attack still finds.

The prototype's figures are from the study that came before; they were measured on other
tables of the same sizes, so they tell an order of magnitude and no more.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from measure import load

sys.path.append(str(Path(__file__).parents[1] / "learning"))

from by_hand import one_more, threshold_only
from made_tables import SIZES, made_table, released, year_of

from klankbord.learning.disclosure.attacker import attack
from klankbord.learning.disclosure.solver import fewest_hidden
from klankbord.learning.disclosure.solver.blocks import composition_of
from klankbord.learning.disclosure.solver.threats import attackers_of
from klankbord.learning.disclosure.tables import (
    Mask,
    Method,
    Release,
    Table,
    publish,
    with_margins,
)

SECONDS = 15.0
LARGE_SECONDS = 5.0
EVENNESS = (3.0, 1.3)
"""Groups of about the same size, and about as many small ones as the prototype had."""
CASES = {1: 50, 2: 15}
"""Tables for each number of organisations, by the size of the coalitions feared."""
PROTOTYPE_HIDDEN = {
    (4, 1): (54, 60),
    (4, 2): (68, None),
    (6, 1): (39, 42),
    (6, 2): (51, 55),
    (8, 1): (28, 32),
    (8, 2): (38, 42),
    (12, 1): (20, 20),
    (12, 2): (30, 33),
}
"""Percent hidden: for the counts alone, and with all rules on counts and scores."""
PROTOTYPE_PRIMARY = {(4, 1): 43, (6, 1): 22, (8, 1): 16, (12, 1): 7} | {
    (6, 2): 34,
    (8, 2): 23,
    (12, 2): 15,
}
PROTOTYPE_BROKEN = {4: (100, 95), 6: (100, 90), 8: (95, 75), 12: (85, 55)}
"""Percent broken by one organisation: threshold only, and safe for outsiders only."""
PROTOTYPE_LARGE = {10: (23.8, 0.1), 20: (19.0, 0.1), 50: (21.7, 0.4)}
"""By rows: percent hidden from outsiders, and seconds."""


@dataclass(frozen=True)
class Case:
    """One table, solved and attacked; a refused one hides everything."""

    figures: int
    hidden: int
    primary: int
    least: int
    method: Method
    seconds: float
    attack_seconds: float
    violations: int


@dataclass(frozen=True)
class Line:
    """What one kind of table gave: shares in percent, times in seconds."""

    suite: str
    what: str
    n: int
    values: dict[str, Any]

    def __str__(self) -> str:
        values = "  ".join(f"{name} {value}" for name, value in self.values.items())
        return f"{self.suite:13} {self.what:41} n={self.n:<4} {values}\n"


def measure(path: Path, *, thorough: bool) -> None:
    """Print every line as it comes, and write all of them with the load around them."""
    before = load()
    lines = []
    for line in _everything() if thorough else _small_part():
        sys.stdout.write(str(line))
        sys.stdout.flush()
        lines.append(asdict(line))
    document = {"thorough": thorough, "load": [before, load()], "lines": lines}
    path.write_text(json.dumps(document, indent=1, ensure_ascii=False))
    sys.stdout.write(f"load {before} before, {load()} after; see {path}\n")


def _small_part() -> Iterator[Line]:
    for coalition in CASES:
        for organisations in SIZES:
            yield _organisations(organisations, coalition, EVENNESS[-1], range(5))


def _everything() -> Iterator[Line]:
    for evenness in EVENNESS:
        for coalition, cases in CASES.items():
            for organisations in SIZES:
                yield _organisations(organisations, coalition, evenness, range(cases))
        for organisations in SIZES:
            yield _broken(organisations, evenness, range(25))
    yield _broken_large(range(25))
    for late, erased in ((False, False), (True, False), (True, True)):
        yield _year(range(10), late=late, erased=erased)
    for evenness in EVENNESS:
        for coalition in (0, 1):
            for rows in PROTOTYPE_LARGE:
                yield _large(rows, coalition, evenness, range(3))


def _organisations(
    organisations: int, coalition: int, evenness: float, seeds: range
) -> Line:
    cases = [
        _case(
            made_table(
                seed,
                organisations=organisations,
                coalition=coalition,
                evenness=evenness,
            )
        )
        for seed in seeds
    ]
    counts, integrated = PROTOTYPE_HIDDEN[organisations, coalition]
    primary = PROTOTYPE_PRIMARY.get((organisations, coalition))
    return Line(
        "organisations",
        f"{organisations}, coalition {coalition}, evenness {evenness}",
        len(cases),
        _summary(cases)
        | {
            "prototype hidden (counts / all)": f"{counts} / {integrated or '-'}",
            "prototype primary": primary or "-",
        },
    )


def _broken(organisations: int, evenness: float, seeds: range) -> Line:
    """Say how often one organisation breaks what was not made to withstand it."""
    tables = [
        made_table(seed, organisations=organisations, evenness=evenness)
        for seed in seeds
    ]
    threshold, outsiders = PROTOTYPE_BROKEN[organisations]
    return Line(
        "broken",
        f"{organisations}, coalition 1, evenness {evenness}",
        len(tables),
        {
            "threshold only": f"{_part_broken(tables, threshold_only)} ({threshold})",
            "one more": _part_broken(tables, one_more),
            "outsiders only": (
                f"{_part_broken(tables, _against_outsiders)} ({outsiders})"
            ),
        },
    )


def _broken_large(seeds: range) -> Line:
    tables = [
        made_table(seed, persons=40 * 120, shape=(10, 12), coalition=0)
        for seed in seeds
    ]
    return Line(
        "broken",
        "10 x 12, outsider, mean n 40",
        len(tables),
        {
            "threshold only": f"{_part_broken(tables, threshold_only)} (100)",
            "one more": f"{_part_broken(tables, one_more)} (97)",
        },
    )


def _large(rows: int, coalition: int, evenness: float, seeds: range) -> Line:
    cases = [
        _case(
            made_table(
                seed,
                persons=40 * 12 * rows,
                shape=(rows, 12),
                coalition=coalition,
                evenness=evenness,
            ),
            LARGE_SECONDS,
        )
        for seed in seeds
    ]
    above = [100 * (case.hidden / max(case.least, 1) - 1) for case in cases]
    hidden, seconds = PROTOTYPE_LARGE[rows]
    prototype = {"prototype (outsider)": f"{hidden} in {seconds} s"}
    return Line(
        "large",
        f"{rows} x 12, coalition {coalition}, evenness {evenness}",
        len(cases),
        {"figures": cases[0].figures}
        | _summary(cases)
        | {"above the lower bound, at most": round(max(above), 1)}
        | ({} if coalition else prototype),
    )


def _year(seeds: range, *, late: bool, erased: bool) -> Line:
    """Solve a year after its four quarters, which stay as they were published."""
    cases, shares, apart, changed = [], [], 0, 0
    for seed in seeds:
        quarters = [made_table(1000 * seed + quarter) for quarter in range(4)]
        releases = [released(quarter) for quarter in quarters]
        kept = [repr(release) for release in releases]
        year = year_of(quarters, releases, late=late, erased=erased)
        cases.append(_case(year))
        changed += [repr(release) for release in releases] != kept
        shares.append(statistics.mean(each.hidden.mean() for each in releases))
        apart += bool(attack(year, released(replace(year, frozen=()))))
    answers = " and ".join(
        [*["one late"] * late, *["one erased"] * erased] or ["nothing changed"]
    )
    return Line(
        "year",
        f"year after its quarters, {answers}",
        len(cases),
        _summary(cases)
        | {
            "quarters hidden": _percent(shares),
            "quarters changed": changed,
            "broken when solved apart": f"{round(100 * apart / len(cases))} (100)",
            "prototype hidden": 38,
        },
    )


def _case(table: Table, limit: float = SECONDS) -> Case:
    begin = time.perf_counter()
    pattern = fewest_hidden(table, limit)
    solved = time.perf_counter()
    found = attack(table, _release(table, pattern.hidden, pattern.method))
    return Case(
        figures=pattern.hidden.size,
        hidden=int(pattern.hidden.sum()),
        primary=int(_primary(table).sum()),
        least=pattern.least,
        method=pattern.method,
        seconds=solved - begin,
        attack_seconds=time.perf_counter() - solved,
        violations=len(found),
    )


def _summary(cases: list[Case]) -> dict[str, Any]:
    """Sum up; shares are of the tables that were not refused."""
    solved = [case for case in cases if case.method is not Method.REFUSED]
    seconds = [case.seconds for case in cases]
    marks = np.percentile(seconds, [10, 50, 95])
    return {
        "hidden": _percent([case.hidden / case.figures for case in solved]),
        "primary": _percent([case.primary / case.figures for case in solved]),
        "proven": sum(case.method is Method.OPTIMAL for case in cases),
        "refused": len(cases) - len(solved),
        "violations": sum(case.violations for case in cases),
        "seconds": round(statistics.mean(seconds), 2),
        "p10": round(float(marks[0]), 2),
        "p50": round(float(marks[1]), 2),
        "p95": round(float(marks[2]), 2),
        "max": round(max(seconds), 2),
        "attack": round(statistics.mean(case.attack_seconds for case in cases), 2),
    }


def _primary(table: Table) -> Mask:
    """Return what has to be hidden by itself, before anybody computes anything."""
    unsafe = with_margins(table.persons.sum(axis=0)) == 0
    for attacker in attackers_of(table, composition_of(table)):
        unsafe |= attacker.unsafe
    return unsafe


def _part_broken(tables: list[Table], hide: Callable[[Table], Mask]) -> int:
    """Return in how many of a hundred tables the attack finds anything."""
    broken = [
        bool(attack(table, _release(table, hide(table), Method.HEURISTIC)))
        for table in tables
    ]
    return round(100 * statistics.mean(broken))


def _against_outsiders(table: Table) -> Mask:
    return fewest_hidden(replace(table, coalition=0), SECONDS).hidden


def _release(table: Table, hidden: Mask, method: Method) -> Release:
    return publish(table, hidden, method, 0.0)


def _percent(shares: list[float]) -> float | str:
    return round(float(100 * np.mean(shares)), 1) if shares else "-"
