"""The rules: which groups are unsafe, for whom, and how open they have to stay.

An attacker is a coalition of organisations. It takes its own people out of every
figure, and those of named organisations; the rules are about *the rest* that it faces.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from klankbord.learning.disclosure.solver.blocks import Block, Composition
from klankbord.learning.disclosure.tables import (
    Counts,
    Kind,
    Mask,
    Sums,
    Table,
    with_margins,
)

EXTREME = 0.1
"""A mean within this part of the scale from an end tells that all said the same."""
OPEN_SCALE = 0.5
"""The part of the scale over which the mean of an unsafe group has to stay possible."""
OPEN_COUNT = 0.2
"""How far the count of a group that one organisation dominates has to stay open."""
_TINY = 1e-9


@dataclass(frozen=True)
class Need:
    """How open an unsafe group has to stay for one attacker.

    `block` is the elementary table, or None for the current table. `down` and `up` are
    persons that the count must be able to fall and to rise, and `empty` says that it
    can fall no further; `spread` is the width that the group's sum of scores must keep
    when all counts are known, 0 for none.
    """

    block: int | None
    place: int
    down: float
    up: float
    spread: float
    empty: bool


@dataclass(frozen=True)
class Attacker:
    """What is left for a coalition to find out, and what it may not find out.

    `persons` and `sums` are the rest per block, (blocks, rows, columns); `unsafe` says
    which figures of the current table it may not see.
    """

    persons: Counts
    sums: Sums
    unsafe: Mask
    needs: tuple[Need, ...]


def attackers_of(table: Table, composition: Composition) -> list[Attacker]:
    """Return everybody to be feared: the outsider and each coalition.

    Named organisations have nothing to add to a coalition: all is known of them.
    """
    secret = [i for i in range(len(composition.names)) if i not in composition.named]
    return [
        _attacker(table, composition, [i for i in secret if i not in members])
        for size in range(min(table.coalition, len(secret)) + 1)
        for members in combinations(secret, size)
    ]


def _attacker(table: Table, composition: Composition, rest: list[int]) -> Attacker:
    current = _Judgement(table, composition.current, rest, alone=table.own)
    needs = list(current.needs(None, current.unsafe))
    if len(composition.blocks) > 1:
        for index, block in enumerate(composition.blocks):
            judgement = _Judgement(table, block, rest, alone=False)
            needs += judgement.needs(index, judgement.unsafe & ~block.shown)
    return Attacker(
        np.array([block.persons[rest].sum(axis=0) for block in composition.blocks]),
        np.array([block.sums[rest].sum(axis=0) for block in composition.blocks]),
        current.unsafe,
        tuple(needs),
    )


class _Judgement:
    """The primary rules, applied to the rest that one attacker faces in one table.

    Each mask is over the figures: `small` groups, groups `concentrated` in one
    organisation, and means so `extreme` that nearly everybody said the same.
    """

    def __init__(
        self, table: Table, block: Block, rest: list[int], *, alone: bool
    ) -> None:
        self.table = table
        self.range = table.scale[1] - table.scale[0]
        each = with_margins(block.persons[rest])
        self.rest = each.sum(axis=0)
        largest = each.max(axis=0, initial=0)
        others = self.rest - largest
        somebody = self.rest > 0
        self.small = somebody & (self.rest < table.threshold)
        dominated = others < table.dominance * largest
        single = np.count_nonzero(each, axis=0) < 2
        self.concentrated = somebody & (dominated | single) & (not alone)
        self.unsafe = self.small | self.concentrated
        if table.kind is Kind.SCORE:
            self.unsafe |= somebody & self._extreme(block, rest)

    def needs(self, block: int | None, unsafe: Mask) -> Iterator[Need]:
        """Say how open each unsafe group has to stay."""
        score = self.table.kind is Kind.SCORE
        for place in np.flatnonzero(unsafe):
            count = float(self.rest.flat[place])
            down = up = 0.0
            small = bool(self.small.flat[place])
            if small:
                down, up = count, self.table.threshold - count
            elif self.concentrated.flat[place]:
                down = up = OPEN_COUNT * count
            spread = OPEN_SCALE * self.range * count if score else 0.0
            yield Need(block, int(place), down, up, spread, small)

    def _extreme(self, block: Block, rest: list[int]) -> Mask:
        """Say where a mean, rounded or not, is near an end of the scale."""
        sums = with_margins(block.sums[rest].sum(axis=0))
        means = sums / np.maximum(self.rest, 1)
        rounded = np.round(means, 1)
        low = self.table.scale[0] + EXTREME * self.range + _TINY
        high = self.table.scale[1] - EXTREME * self.range - _TINY
        mask: Mask = (np.minimum(means, rounded) <= low) | (
            np.maximum(means, rounded) >= high
        )
        return mask
