"""Time: a table as the sum of what was released before, and what came after.

The persons of a year are those of its quarters, plus who came in late, less who was
erased. Each of these is a *block*: an elementary table whose cells an attacker does not
know. A table without earlier releases is one block.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from klankbord.learning.disclosure.tables import Counts, Mask, Sums, Table


@dataclass(frozen=True)
class Block:
    """An elementary table: persons and sums as (organisations, rows, columns).

    `sign` is how it counts in the current table. `shown` marks the figures that a
    frozen release made public; nothing of the current table itself is shown yet.
    """

    persons: Counts
    sums: Sums
    sign: int
    shown: Mask


@dataclass(frozen=True)
class Composition:
    """A table with its blocks, all with the same organisations in the same order.

    An organisation that left is still in the tables it took part in.
    """

    names: tuple[str, ...]
    named: frozenset[int]
    current: Block
    blocks: tuple[Block, ...]

    @property
    def signs(self) -> list[int]:
        """Return how each block counts in the current table."""
        return [block.sign for block in self.blocks]


def composition_of(table: Table) -> Composition:
    """Take a table apart: frozen tables that add into it, late answers, erasures.

    Named organisations are public knowledge, in this table and in all earlier ones.
    """
    adding = [frozen for frozen in table.frozen if frozen.adds_into_total]
    tables = [table, *(frozen.table for frozen in adding)]
    every = [each for one in tables for each in one.organisations]
    names = tuple(dict.fromkeys(each.name for each in every))
    named = {
        each.name
        for one in [table, *(frozen.table for frozen in table.frozen)]
        for each in one.organisations
        if each.named
    }
    nothing = np.zeros([size + 1 for size in table.shape], dtype=np.bool_)
    current = Block(*_contributions(table, names), 1, nothing)
    blocks = [
        Block(*_contributions(frozen.table, names), 1, ~frozen.release.hidden)
        for frozen in adding
    ]
    if blocks:
        late, erased = _late_and_erased(
            current.persons - sum(block.persons for block in blocks),
            current.sums - sum(block.sums for block in blocks),
            table.scale,
        )
        blocks += [
            Block(*contributions, sign, nothing)
            for contributions, sign in ((late, 1), (erased, -1))
            if contributions[0].any()
        ]
    return Composition(
        names,
        frozenset(index for index, name in enumerate(names) if name in named),
        current,
        tuple(blocks or [current]),
    )


def _contributions(table: Table, names: tuple[str, ...]) -> tuple[Counts, Sums]:
    """Lay a table's organisations in this order; who is not in it gave nothing."""
    persons = np.zeros((len(names), *table.shape), dtype=np.int64)
    sums = np.zeros((len(names), *table.shape))
    for organisation in table.organisations:
        index = names.index(organisation.name)
        persons[index] = organisation.persons
        sums[index] = organisation.sums
    return persons, sums


def _late_and_erased(
    persons: Counts, sums: NDArray[np.float64], scale: tuple[float, float]
) -> tuple[tuple[Counts, Sums], tuple[Counts, Sums]]:
    """Explain a difference with the least number of late and of erased persons.

    Where several divisions of the sum are possible the one in the middle is taken.
    """
    low, high = scale
    late, erased = np.maximum(persons, 0), np.maximum(-persons, 0)
    short = np.maximum(low * late - high * erased - sums, 0)
    over = np.maximum(sums - (high * late - low * erased), 0)
    both = np.ceil(np.maximum(short, over) / (high - low) - 1e-9).astype(np.int64)
    late, erased = late + both, erased + both
    least = np.maximum(low * late, sums + low * erased)
    most = np.minimum(high * late, sums + high * erased)
    late_sums = (least + most) / 2
    return (late, late_sums), (erased, late_sums - sums)
