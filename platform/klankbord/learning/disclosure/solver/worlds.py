"""What an attacker cannot rule out: all tables that agree with what it sees.

The unknown of every figure is how far it may be from the truth. Those distances add up
along each line of the table (cells to their margin, blocks to the current table), and
each lies between bounds: zero for a figure that is shown, and the most the attacker
believes for a hidden one. The farthest a group can be is a linear program; its dual is
a sentence "hide enough of these, or I know too much", a *cut*.
"""

from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray

from klankbord.learning.disclosure.solver.blocks import Block

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Bounds:
    """How far each figure may be below and above the truth, when it is hidden.

    `blocks` has the shape (blocks, figures) and binds always; `current` has the shape
    (figures,) and binds where the current table hides.
    """

    block_down: Floats
    block_up: Floats
    down: Floats
    up: Floats


class Worlds:
    """The linear program over the distances from the truth, solved again and again.

    Columns: the figures of the current table, then, when there are several blocks,
    those of each block. Rows: every line of every table, and current = signed sum.
    """

    def __init__(self, shape: tuple[int, int], blocks: tuple[Block, ...]) -> None:
        self.figures = (shape[0] + 1) * (shape[1] + 1)
        self.blocks = blocks if len(blocks) > 1 else ()
        self.columns = self.figures * (1 + len(self.blocks))
        self.frozen_shown = np.array([block.shown.ravel() for block in self.blocks])
        self.program = _program(shape, self.blocks)
        self._columns = np.arange(self.columns, dtype=np.int32)
        self._down = np.zeros(self.columns)
        self._up = np.zeros(self.columns)

    def column(self, block: int | None, place: int) -> int:
        """Return where the distance of a group's figure stands."""
        return place if block is None else self.figures * (1 + block) + place

    def see(self, bounds: Bounds, open_: Floats) -> None:
        """Take the place of an attacker that believes this, before a pattern.

        `open_` is one for a hidden figure, zero for a shown one; between those for a
        pattern that is still being weighed.
        """
        self._down[: self.figures] = bounds.down
        self._up[: self.figures] = bounds.up
        if self.blocks:
            closed = self.frozen_shown
            self._down[self.figures :] = np.where(closed, 0, bounds.block_down).ravel()
            self._up[self.figures :] = np.where(closed, 0, bounds.block_up).ravel()
        every = np.ones(self.columns)
        every[: self.figures] = open_
        self.program.changeColsBounds(
            self.columns, self._columns, -self._down * every, self._up * every
        )

    def farthest(self, costs: Floats) -> Floats:
        """Return the world where the weighted distances are greatest."""
        self.program.changeColsCost(self.columns, self._columns, -costs)
        self.program.run()
        if self.program.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise ArithmeticError(str(self.program.getModelStatus()))
        return np.array(self.program.getSolution().col_value)

    def cut(self) -> tuple[Floats, float]:
        """Return what each hidden figure adds to the last distance, and what is there.

        For any set of hidden figures the distance is at most the constant plus the
        sum of these (weak duality).
        """
        prices = np.array(self.program.getSolution().col_dual)
        value = np.maximum(prices, 0) * self._down + np.maximum(-prices, 0) * self._up
        return value[: self.figures], float(value[self.figures :].sum())


def quiet_program(**options: float | str) -> highspy.Highs:
    """Return an empty program that runs the same way each time, on one thread."""
    program = highspy.Highs()  # type: ignore[no-untyped-call] # its stub is incomplete
    for option, value in {"output_flag": False, "threads": 1, **options}.items():
        program.setOptionValue(option, value)
    return program


def _program(shape: tuple[int, int], blocks: tuple[Block, ...]) -> highspy.Highs:
    """Write down how distances add up; the bounds come with each attacker."""
    rows, columns = shape[0] + 1, shape[1] + 1
    figures = rows * columns
    every = np.arange(figures * (1 + len(blocks))).reshape(-1, rows, columns)
    lines: list[tuple[list[int], list[float]]] = [
        ([int(figure) for figure in line], [1.0] * (len(line) - 1) + [-1.0])
        for table in every
        for line in [*table, *table.T]
    ]
    if blocks:
        signs = [-1.0, *(float(block.sign) for block in blocks)]
        lines += [
            ([int(figure) for figure in same], signs)
            for same in every.reshape(len(every), -1).T
        ]
    program = quiet_program(presolve="off")
    nothing = np.array([], dtype=np.int32)
    empty = np.zeros(every.size)
    program.addCols(every.size, empty, empty, empty, 0, nothing, nothing, np.array([]))
    starts = np.cumsum([0] + [len(members) for members, _ in lines[:-1]])
    program.addRows(
        len(lines),
        np.zeros(len(lines)),
        np.zeros(len(lines)),
        sum(len(members) for members, _ in lines),
        starts.astype(np.int32),
        np.concatenate([members for members, _ in lines]).astype(np.int32),
        np.concatenate([signs for _, signs in lines]),
    )
    return program
