"""Time: a table as the sum of what was released before, and what came after.

The persons of a year are those of its quarters, plus who came in late, less who was
erased. Each of these is a *block*: an elementary table whose cells an attacker does not
know. A table without earlier releases is one block.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from klankbord.learning.disclosure.tables import Counts, Frozen, Mask, Sums, Table


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


def blocks_of(table: Table) -> list[Block]:
    """Take a table apart: frozen tables that add into it, late answers, erasures."""
    adding = [frozen for frozen in table.frozen if frozen.adds_into_total]
    nothing = np.zeros([size + 1 for size in table.shape], dtype=np.bool_)
    if not adding:
        return [Block(table.persons, table.sums, 1, nothing)]
    blocks = [_frozen_block(table, frozen) for frozen in adding]
    late, erased = _late_and_erased(
        table.persons - sum(block.persons for block in blocks),
        table.sums - sum(block.sums for block in blocks),
        table.scale,
    )
    blocks += [
        Block(*contributions, sign, nothing)
        for contributions, sign in ((late, 1), (erased, -1))
        if contributions[0].any()
    ]
    return blocks


def named_organisations(table: Table) -> set[int]:
    """Return who is public knowledge: named in this table or in an earlier one."""
    named = {each.name for each in table.organisations if each.named}
    for frozen in table.frozen:
        named |= {each.name for each in frozen.table.organisations if each.named}
    return {
        index for index, each in enumerate(table.organisations) if each.name in named
    }


def _frozen_block(table: Table, frozen: Frozen) -> Block:
    """Lay a frozen table's organisations in the order of the current table."""
    earlier = {each.name: each for each in frozen.table.organisations}
    persons = np.zeros(table.persons.shape, dtype=np.int64)
    sums = np.zeros(table.sums.shape)
    for index, organisation in enumerate(table.organisations):
        if organisation.name in earlier:
            persons[index] = earlier[organisation.name].persons
            sums[index] = earlier[organisation.name].sums
    return Block(persons, sums, 1, ~frozen.release.hidden)


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
