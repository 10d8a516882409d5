"""How finely a round is published: coarsen before you suppress.

The grid is chosen from how many took part in the round before, never from what they
said, so that the choice tells nothing about the round itself.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from klankbord.learning.disclosure.solver import fewest_hidden
from klankbord.learning.disclosure.tables import (
    Method,
    Number,
    Organisation,
    Table,
)

MOST_HIDDEN = 0.3
"""A grid that would hide a larger part of its figures is too fine."""

Groups = tuple[tuple[int, ...], ...]


def choose_grid(participation: Table, seconds: float = 15) -> Table:
    """Return the finest grid of last round's table with at most 30 % hidden.

    From fine to coarse: the table itself, its columns in two halves, its rows alone,
    the total. Only the numbers of persons count: every score is put in the middle of
    the scale. The total is the answer when nothing finer will do.
    """
    neutral = _without_scores(participation)
    for rows, columns in _grids(neutral.shape):
        table = coarsen(neutral, rows, columns)
        pattern = fewest_hidden(table, seconds)
        if pattern.method is Method.REFUSED:
            continue
        if pattern.hidden.mean() <= MOST_HIDDEN:
            return coarsen(participation, rows, columns)
    return coarsen(participation, *_grids(neutral.shape)[-1])


def coarsen(table: Table, rows: Groups, columns: Groups) -> Table:
    """Add rows and columns together; their names are joined with a plus sign.

    Earlier releases stay on their own grid, so they are left out.
    """
    return replace(
        table,
        rows=tuple(" + ".join(table.rows[i] for i in group) for group in rows),
        columns=tuple(" + ".join(table.columns[i] for i in group) for group in columns),
        organisations=tuple(
            Organisation(
                each.name,
                each.named,
                _added(each.persons, rows, columns),
                _added(each.sums, rows, columns),
            )
            for each in table.organisations
        ),
        frozen=(),
    )


def _grids(shape: tuple[int, int]) -> list[tuple[Groups, Groups]]:
    rows, columns = shape
    each_row: Groups = tuple((row,) for row in range(rows))
    each_column: Groups = tuple((column,) for column in range(columns))
    everything: Groups = (tuple(range(columns)),)
    half = (columns + 1) // 2
    halves: Groups = tuple(
        part for part in (everything[0][:half], everything[0][half:]) if part
    )
    return [
        (each_row, each_column),
        (each_row, halves),
        (each_row, everything),
        ((tuple(range(rows)),), everything),
    ]


def _without_scores(table: Table) -> Table:
    middle = sum(table.scale) / 2
    return replace(
        table,
        organisations=tuple(
            replace(each, sums=np.multiply(each.persons, middle, dtype=np.float64))
            for each in table.organisations
        ),
    )


def _added(array: NDArray[Number], rows: Groups, columns: Groups) -> NDArray[Number]:
    added: NDArray[Number] = np.array(
        [[array[np.ix_(row, column)].sum() for column in columns] for row in rows]
    )
    return added
