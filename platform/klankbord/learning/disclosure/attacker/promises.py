"""Which groups are promised what: the rules of disclosure control, for every attacker.

All arrays are (attackers, figures) and speak of the rest that an attacker attacks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from klankbord.learning.disclosure.tables import Kind, Mask, Sums, Table, rounded_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from klankbord.learning.disclosure.attacker.knowledge import Knowledge

_NEAR_AN_END = 0.1
"""The part of the scale at each end in which a mean says what everybody answered."""

_OPEN_SIZE = 0.2
"""How far the size of one organisation's group stays open, as a part of it."""

_OPEN_MEAN = 0.5
"""How much of the scale the mean of an unsafe group may still be."""

_NOISE = 1e-9


@dataclass(frozen=True)
class Unsafe:
    """Which groups may not be known, by which rule; a group of nobody may always."""

    small: Mask
    single: Mask
    dominant: Mask
    extreme: Mask

    @property
    def one_organisation(self) -> Mask:
        """Return the groups, not small, that are (nearly) all of one organisation."""
        return (self.single | self.dominant) & ~self.small

    @property
    def any(self) -> Mask:
        """Return the groups that break any rule."""
        return self.small | self.single | self.dominant | self.extreme


@dataclass(frozen=True)
class Demands:
    """How far from the truth each group must still be possible, for each attacker.

    `down` and `up` are distances from the true value, `apart` the least distance of the
    highest possible value from the lowest: in persons for sizes, in points for means. A
    shortfall up to `slack` is arithmetic, not disclosure.
    """

    asked: Mask
    down: Sums
    up: Sums
    apart: Sums
    slack: Sums


def unsafe_groups(knowledge: Knowledge, table: Table) -> Unsafe:
    """Apply the primary rules to the rest of every figure, hidden or shown.

    An organisation's own table is about one organisation on purpose; what others gave
    to the tables beside it is not.
    """
    persons, largest = knowledge.persons, knowledge.largest
    somebody = persons > 0
    others = persons - largest
    several = somebody.copy()
    if table.own:
        several[:, : (table.shape[0] + 1) * (table.shape[1] + 1)] = False
    return Unsafe(
        small=somebody & (persons < table.threshold),
        single=several & (knowledge.organisations < 2),
        dominant=several & (others < table.dominance * largest - _NOISE),
        extreme=_extreme(knowledge)
        if table.kind is Kind.SCORE
        else np.zeros_like(somebody),
    )


def shown_too_much(
    knowledge: Knowledge, unsafe: Unsafe, table: Table
) -> Iterator[tuple[str, int, int]]:
    """Find the promise, attacker and figure of what is shown against the rules."""
    shown = ~knowledge.hidden
    outsider = np.arange(len(knowledge.attackers))[:, None] == 0
    too_few = unsafe.small | unsafe.single | (outsider & knowledge.empty)
    if table.kind is Kind.PROCESS and table.shape != (1, 1):
        beside_total = np.ones((table.shape[0] + 1, table.shape[1] + 1), dtype=np.bool_)
        beside_total[-1, -1] = False
        too_few = too_few | (
            outsider & np.tile(beside_total.ravel(), len(knowledge.views))
        )
    rules = (
        ("G1", too_few),
        ("G4", unsafe.dominant & ~too_few),
        ("G3", unsafe.extreme & ~unsafe.dominant & ~too_few),
    )
    for promise, broken in rules:
        for attacker, figure in np.argwhere(broken & shown):
            yield promise, int(attacker), int(figure)


def size_demands(knowledge: Knowledge, unsafe: Unsafe, table: Table) -> Demands:
    """Ask of hidden groups that their sizes stay open.

    A small group may be empty and may have as many persons as the threshold; of a group
    of (nearly) one organisation the size is open by a fifth either way.
    """
    persons = knowledge.persons.astype(np.float64)
    part = _OPEN_SIZE * persons
    return Demands(
        asked=knowledge.hidden & (unsafe.small | unsafe.one_organisation),
        down=np.where(unsafe.small, persons, part),
        up=np.where(unsafe.small, table.threshold - persons, part),
        apart=np.zeros_like(persons),
        slack=1e-6 * np.maximum(persons, 1),
    )


def mean_demands(knowledge: Knowledge, unsafe: Unsafe) -> Demands:
    """Ask of hidden unsafe groups that their means stay open over half of the scale."""
    points = knowledge.width * knowledge.persons.astype(np.float64)
    nothing = np.zeros(points.shape)
    return Demands(
        asked=knowledge.hidden & unsafe.any,
        down=nothing,
        up=nothing,
        apart=_OPEN_MEAN * points,
        slack=1e-6 * np.maximum(points, knowledge.width),
    )


def _extreme(knowledge: Knowledge) -> Mask:
    """Find the means near an end of the scale, as they are or as they are published."""
    low = knowledge.scale[0] + _NEAR_AN_END * knowledge.width
    high = knowledge.scale[1] - _NEAR_AN_END * knowledge.width
    somebody = knowledge.persons > 0
    mean = knowledge.sums / np.maximum(knowledge.persons, 1)

    def near(means: NDArray[np.float64]) -> Mask:
        close: Mask = (means <= low + _NOISE) | (means >= high - _NOISE)
        return close

    extreme = somebody & near(mean)
    for place in np.argwhere(
        somebody & ~extreme & ((mean < low + 0.1) | (mean > high - 0.1))
    ):
        at = tuple(place)
        published = rounded_mean(knowledge.sums[at], knowledge.persons[at])
        extreme[at] = near(np.array(published))
    return extreme
