"""The release gate: what an attacker can work out from a release, and all before it.

`attack` plays everybody who may read a release: an outsider, and every coalition of
organisations that the table reckons with, which knows its own contributions exactly. It
is written apart from what chooses the figures to hide, and shares only the form of a
table with it, so that a mistake in the one is found by the other. A release for which
it returns anything is not published.

The promises it tests: *G1* a figure shown is about enough people, of two organisations
at least; *G2* a hidden small group may be empty and may have as many people as the
threshold; *G3* its mean may be anything over half of the scale, and no shown mean lies
near an end of it; *G4* no figure is nearly all of one organisation; *G5* what was
released earlier still says what it said.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from klankbord.learning.disclosure.attacker.bounds import shortfalls
from klankbord.learning.disclosure.attacker.equations import Sizes
from klankbord.learning.disclosure.attacker.knowledge import knowledge_of
from klankbord.learning.disclosure.attacker.promises import (
    Unsafe,
    mean_demands,
    shown_too_much,
    size_demands,
    unsafe_groups,
)
from klankbord.learning.disclosure.tables import (
    Figure,
    Kind,
    Place,
    Release,
    Table,
    band,
    with_margins,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from klankbord.learning.disclosure.attacker.knowledge import Knowledge


@dataclass(frozen=True)
class Violation:
    """A promise that a release breaks, for whom and where.

    `attacker` are the organisations that pool what they know, none for an outsider.
    `low` and `high` bound what the attacker cannot rule out: persons for G1, G2 and
    G4, means for G3. `frozen` is the index of the earlier release whose group it is,
    `group` says "late" or "erased" for those who make the difference between releases.
    """

    promise: str
    attacker: tuple[str, ...]
    place: Place
    low: float
    high: float
    frozen: int | None = None
    group: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Return it as it is kept in the record of a release."""
        record: dict[str, Any] = {
            "promise": self.promise,
            "attacker": list(self.attacker),
            "cell": list(self.place),
            "low": self.low,
            "high": self.high,
        }
        if self.frozen is not None:
            record["frozen"] = self.frozen
        if self.group is not None:
            record["group"] = self.group
        return record


def attack(table: Table, release: Release) -> list[Violation]:
    """Return every promise that the release breaks; none means it may be published.

    Raises ValueError when the numbers contradict each other: another shape than the
    table's, persons below zero, or sums that no scores on the scale add up to.
    """
    knowledge = knowledge_of(table, release)
    unsafe = unsafe_groups(knowledge, table)
    return [
        *_forged(table),
        *_shown(knowledge, unsafe, table),
        *_sizes(knowledge, unsafe, table),
        *_means(knowledge, unsafe, table),
    ]


def _forged(table: Table) -> Iterator[Violation]:
    """Find earlier releases that no longer say what their table says (G5)."""
    for index, frozen in enumerate(table.frozen):
        persons = with_margins(frozen.table.persons.sum(axis=0))
        sums = with_margins(frozen.table.sums.sum(axis=0))
        for place in frozen.table.places():
            figure = frozen.release.figures[place[0]][place[1]]
            count = int(persons[place])
            if not figure.hidden and not _belongs(figure, count, float(sums[place])):
                yield Violation("G5", (), place, count, count, frozen=index)


def _belongs(figure: Figure, persons: int, total: float) -> bool:
    """Tell whether a figure is what these persons are published as."""
    if persons == 0 or figure.mean is None:
        return False
    rounding = 0.05 + 1e-9
    near = abs(figure.mean - total / persons) <= rounding
    return near and figure.n_band == band(persons)


def _shown(knowledge: Knowledge, unsafe: Unsafe, table: Table) -> Iterator[Violation]:
    """Find what is shown though it must not be (G1, and G3 and G4 of what is shown)."""
    for promise, attacker, figure in shown_too_much(knowledge, unsafe, table):
        value = float(knowledge.persons[attacker, figure])
        if promise == "G3":
            value = float(knowledge.sums[attacker, figure]) / value
        yield _violation(knowledge, promise, attacker, figure, (value, value))


def _sizes(knowledge: Knowledge, unsafe: Unsafe, table: Table) -> Iterator[Violation]:
    """Find hidden groups whose size is known too well (G2 and G4)."""
    demands = size_demands(knowledge, unsafe, table)
    for attacker, figure, low, high in shortfalls(knowledge, demands, Sizes.UNKNOWN):
        size = float(knowledge.persons[attacker, figure])
        promise = "G2" if unsafe.small[attacker, figure] else "G4"
        between = (size + low, size + high)
        yield _violation(knowledge, promise, attacker, figure, between)


def _means(knowledge: Knowledge, unsafe: Unsafe, table: Table) -> Iterator[Violation]:
    """Find hidden groups whose mean is known too well, by who knows the sizes (G3)."""
    if table.kind is Kind.PROCESS:
        return
    demands = mean_demands(knowledge, unsafe)
    for attacker, figure, low, high in shortfalls(knowledge, demands, Sizes.KNOWN):
        size = float(knowledge.persons[attacker, figure])
        total = float(knowledge.sums[attacker, figure])
        between = ((total + low) / size, (total + high) / size)
        yield _violation(knowledge, "G3", attacker, figure, between)


def _violation(
    knowledge: Knowledge,
    promise: str,
    attacker: int,
    figure: int,
    between: tuple[float, float],
) -> Violation:
    view, place = knowledge.where(figure)
    low, high = (float(np.round(bound, 9)) for bound in between)
    return Violation(
        promise,
        knowledge.attackers[attacker],
        place,
        low,
        high,
        frozen=view.frozen,
        group=view.group,
    )
