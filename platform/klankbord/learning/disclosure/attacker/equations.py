"""The linear programs: the worlds that fit what an attacker knows.

A world is written as its deviation from the truth, so that the releases ask the same of
every attacker: figures shown do not deviate. What deviates are the points *above* the
bottom of the scale and the points *below* the top, of each hidden cell. Neither falls
below zero, and together they make the length of the scale for every person. Attackers
differ only in how far these can fall, to nothing left of the rest they attack, and in
how much they believe that groups can be larger.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

import highspy
import numpy as np

from klankbord.learning.disclosure.tables import Sums, members, with_margins

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from klankbord.learning.disclosure.attacker.knowledge import Knowledge

_NOISE = 1e-9
_LEAST_RISE = 20


class Sizes(Enum):
    """Whether the attacker knows how many persons every group has."""

    KNOWN = "known"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class World:
    """How every figure deviates from the truth, in points above and below the ends."""

    above: Sums
    below: Sums


def most_points_more(knowledge: Knowledge) -> Sums:
    """Return how many points, above and below together, each figure may have more.

    Everybody knows the size of a group to within its own size, or to within 20 persons
    where that is more.
    """
    persons = np.maximum(knowledge.persons, _LEAST_RISE)
    return knowledge.width * persons.astype(np.float64)


class Equations:
    """One program for all attackers: `play` one, then ask for its `farthest` worlds.

    The variables are the hidden cells of each block; figures of which nothing is
    hidden have no equation. Where sizes are known, a point more above is a point less
    below.
    """

    def __init__(self, knowledge: Knowledge, sizes: Sizes) -> None:
        self._known = sizes is Sizes.KNOWN
        self._shape = knowledge.shape
        self._hidden = knowledge.hidden
        self._above, self._below = knowledge.above, knowledge.below
        self._weights = np.array([view.weights for view in knowledge.views])
        self._members = np.array(
            [
                members((row, column), knowledge.shape).ravel()
                for row in range(knowledge.shape[0] + 1)
                for column in range(knowledge.shape[1] + 1)
            ],
            dtype=np.float64,
        )
        blocks = [n for n, view in enumerate(knowledge.views) if view.is_block]
        hidden_cells = np.array(
            [knowledge.views[view].hidden[:-1, :-1].ravel() for view in blocks]
        )
        self._block, self._cell = np.nonzero(hidden_cells)
        place_of_cell = (
            np.arange(len(self._members))
            .reshape(self._shape[0] + 1, self._shape[1] + 1)[:-1, :-1]
            .ravel()
        )
        self._own_figure = (
            np.array(blocks)[self._block] * len(self._members)
            + place_of_cell[self._cell]
        )
        is_sum = np.array([not view.is_block for view in knowledge.views])
        is_cell = np.isin(np.arange(len(self._members)), place_of_cell)
        self._bounded = (is_sum[:, None] & is_cell).ravel() | ~self._hidden
        self._solver = self._new_solver()

    def play(self, attacker: int, most_more: Sums) -> None:
        """Take the place of an attacker: nothing falls below what it knows itself.

        `most_more` bounds how many points more each hidden figure may have, where sizes
        are unknown.
        """
        above, below = self._above[attacker], self._below[attacker]
        own = self._own_figure
        infinite = np.full(len(own), highspy.kHighsInf)
        if self._known:
            lower, upper = -above[own], below[own]
        else:
            lower = -np.concatenate([above[own], below[own]])
            upper = np.concatenate([infinite, infinite])
        columns = np.arange(len(lower), dtype=np.int32)
        self._solver.changeColsBounds(len(columns), columns, lower, upper)
        for rows, figures, least, most in (
            (
                self._rows_above,
                self._bound_figures,
                -above,
                below if self._known else None,
            ),
            (self._rows_below, self._bound_figures, -below, None),
            (self._rows_size, self._size_figures, None, most_more),
        ):
            if not len(rows):
                continue
            free = np.full(len(rows), highspy.kHighsInf)
            shown = ~self._hidden[figures]
            row_lower = -free if least is None else np.where(shown, 0.0, least[figures])
            row_upper = free if most is None else most[figures]
            row_upper = np.where(shown, 0.0, row_upper)
            self._solver.changeRowsBounds(  # type: ignore[attr-defined] # not in its stub
                len(rows), rows, row_lower, row_upper
            )

    def farthest(self, pull: Sums) -> World:
        """Return the world in which the figures, weighed by `pull`, deviate farthest.

        Raises RuntimeError when the solver does not find it.
        """
        cost = -self._pulled(pull)
        if not cost.any():
            unmoved = np.zeros(len(self._hidden))
            return World(unmoved, unmoved)
        if not self._known:
            cost = np.concatenate([cost, cost])
        columns = np.arange(len(cost), dtype=np.int32)
        self._solver.changeColsCost(len(columns), columns, cost)
        self._solver.run()
        if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            self._solver.clearSolver()
            self._solver.run()
        if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise RuntimeError("The attack on a release could not be solved.")
        found = np.array(self._solver.getSolution().col_value)
        found[np.abs(found) < _NOISE] = 0.0
        if self._known:
            above = self._figures(found)
            return World(above, -above)
        half = len(self._own_figure)
        return World(self._figures(found[:half]), self._figures(found[half:]))

    def _figures(self, deviations: Sums) -> Sums:
        """Add the deviations of the hidden cells up to those of every figure."""
        blocks = np.zeros((self._weights.shape[1], self._shape[0] * self._shape[1]))
        blocks[self._block, self._cell] = deviations
        views = self._weights @ blocks
        return with_margins(views.reshape(-1, *self._shape)).ravel()

    def _pulled(self, pull: Sums) -> Sums:
        """Return how much each variable weighs when figures are weighed by `pull`."""
        figures = pull.reshape(-1, self._shape[0] + 1, self._shape[1] + 1)
        cells = figures[:, :-1, :-1] + figures[:, :-1, -1:]
        cells = cells + figures[:, -1:, :-1] + figures[:, -1:, -1:]
        blocks = self._weights.T @ cells.reshape(len(self._weights), -1)
        weights: Sums = blocks[self._block, self._cell]
        return weights

    def _coefficients(self, figure: int) -> Sums:
        """Return how often each variable counts in a figure."""
        view, place = divmod(figure, len(self._members))
        weights: Sums = (
            self._weights[view][self._block] * self._members[place][self._cell]
        )
        return weights

    def _new_solver(self) -> highspy.Highs:
        """Write down the equations, without bounds until an attacker is played."""
        figures = np.arange(len(self._hidden))
        coefficients = {int(each): self._coefficients(int(each)) for each in figures}
        used = np.array([coefficients[int(each)].any() for each in figures])
        self._bound_figures = figures[used & self._bounded]
        self._size_figures = figures[used & self._hidden & (not self._known)]
        above = [coefficients[int(each)] for each in self._bound_figures]
        sizes = [coefficients[int(each)] for each in self._size_figures]
        nothing = np.zeros(len(self._own_figure))
        if self._known:
            rows = above
        else:
            rows = [
                *(np.concatenate([each, nothing]) for each in above),
                *(np.concatenate([nothing, each]) for each in above),
                *(np.concatenate([each, each]) for each in sizes),
            ]
        counted = np.cumsum(
            [0, len(above), 0 if self._known else len(above), len(sizes)]
        )
        self._rows_above, self._rows_below, self._rows_size = (
            np.arange(counted[kind], counted[kind + 1], dtype=np.int32)
            for kind in range(3)
        )
        return _solver(len(nothing) * (1 if self._known else 2), rows)


def _solver(columns: int, rows: list[Sums]) -> highspy.Highs:
    """Return a solver that finds the same each time; nothing is bounded yet."""
    solver = highspy.Highs()  # type: ignore[no-untyped-call] # typed but for this
    for option, value in (
        ("output_flag", False),
        ("threads", 1),
        ("random_seed", 0),
        ("presolve", "off"),
        ("solver", "simplex"),
        ("simplex_strategy", 4),
    ):
        solver.setOptionValue(option, value)
    none: NDArray[np.int32] = np.zeros(0, dtype=np.int32)
    free = np.full(columns, highspy.kHighsInf)
    solver.addCols(columns, np.zeros(columns), -free, free, 0, none, none, np.zeros(0))
    places = [np.flatnonzero(row) for row in rows]
    starts = np.cumsum([0, *map(len, places)])[:-1]
    free = np.full(len(rows), highspy.kHighsInf)
    if rows:
        indices = np.concatenate(places)
        values = np.concatenate([row[at] for row, at in zip(rows, places, strict=True)])
        solver.addRows(
            len(rows),
            -free,
            free,
            len(indices),
            starts.astype(np.int32),
            indices.astype(np.int32),
            values,
        )
    return solver
