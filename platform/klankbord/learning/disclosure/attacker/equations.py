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

from klankbord.learning.disclosure.attacker.unknowns import Unknowns

if TYPE_CHECKING:
    from klankbord.learning.disclosure.attacker.knowledge import Knowledge
    from klankbord.learning.disclosure.tables import Counts, Mask, Sums

_NOISE = 1e-9
_LEAST_RISE = 2


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

    Everybody knows the size of a group to within its own size, or to within twice the
    threshold (20 persons for a threshold of ten) where that is more.
    """
    persons = np.maximum(knowledge.persons, _LEAST_RISE * knowledge.threshold)
    return knowledge.width * persons.astype(np.float64)


class Equations:
    """One program for all attackers: `play` one, then ask for its `farthest` worlds.

    Where sizes are known a point more above is a point less below, and the points above
    are the only variables; else there are as many for the points below. The equations
    are of the points above, of those below, and of both (the size), in that order.
    """

    def __init__(self, knowledge: Knowledge, sizes: Sizes) -> None:
        self._known = sizes is Sizes.KNOWN
        self._hidden = knowledge.hidden
        self._above, self._below = knowledge.above, knowledge.below
        self._unknowns = Unknowns(knowledge)
        counted = [self._unknowns.counted_in(each) for each in range(len(self._hidden))]
        open_to_doubt = np.array([len(unknowns) > 0 for unknowns, _ in counted])
        limited = np.flatnonzero(open_to_doubt & _limited(knowledge))
        sized = np.flatnonzero(open_to_doubt & self._hidden)
        half = len(self._unknowns)
        rows = [counted[each] for each in limited]
        self._equations: tuple[Counts, ...] = (limited,)
        if not self._known:
            self._equations = (limited, limited, sized)
            rows += [(at + half, times) for at, times in rows]
            for at, times in (counted[each] for each in sized):
                rows.append((np.concatenate([at, at + half]), np.tile(times, 2)))
        self._variables = np.arange(half * (1 if self._known else 2), dtype=np.int32)
        self._rows = np.arange(len(rows), dtype=np.int32)
        self._solver = _solver(len(self._variables), rows)

    def play(self, attacker: int, most_more: Sums) -> None:
        """Take the place of an attacker: nothing falls below what it knows itself.

        `most_more` bounds how many points more each hidden figure may have, where sizes
        are unknown.
        """
        above, below = self._above[attacker], self._below[attacker]
        endless = np.full(len(above), highspy.kHighsInf)
        if self._known:
            ranges = [(-above, below)]
        else:
            ranges = [(-above, endless), (-below, endless), (-endless, most_more)]
        own = self._unknowns.own_figure
        of_variables = ranges if self._known else ranges[:2]
        self._solver.changeColsBounds(
            len(self._variables),
            self._variables,
            np.concatenate([least[own] for least, _ in of_variables]),
            np.concatenate([most[own] for _, most in of_variables]),
        )
        bounded = [
            (
                np.where(self._hidden, least, 0.0)[at],
                np.where(self._hidden, most, 0.0)[at],
            )
            for at, (least, most) in zip(self._equations, ranges, strict=True)
        ]
        self._solver.changeRowsBounds(  # type: ignore[attr-defined] # not in its stub
            len(self._rows),
            self._rows,
            np.concatenate([least for least, _ in bounded]),
            np.concatenate([most for _, most in bounded]),
        )

    def farthest(self, pull: Sums) -> World:
        """Return the world in which the figures, weighed by `pull`, deviate farthest.

        Raises RuntimeError when the solver does not find it.
        """
        weights = self._unknowns.pulled(pull)
        if not weights.any():
            unmoved = np.zeros(len(self._hidden))
            return World(unmoved, unmoved)
        found = self._maximum(weights if self._known else np.tile(weights, 2))
        found[np.abs(found) < _NOISE] = 0.0
        above = self._unknowns.figures(found[: len(self._unknowns)])
        if self._known:
            return World(above, -above)
        return World(above, self._unknowns.figures(found[len(self._unknowns) :]))

    def _maximum(self, weights: Sums) -> Sums:
        self._solver.changeColsCost(len(self._variables), self._variables, -weights)
        self._solver.run()
        if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            self._solver.clearSolver()
            self._solver.run()
        if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise RuntimeError("The attack on a release could not be solved.")
        return np.array(self._solver.getSolution().col_value)


def _limited(knowledge: Knowledge) -> Mask:
    """Return the figures shown, and the cells of tables that are sums of others.

    The cells of a sum do not fall below zero either; those of the blocks are variables,
    which have bounds of their own.
    """
    rows, columns = knowledge.shape
    limited = []
    for view in knowledge.views:
        cells_of_a_sum = np.zeros((rows + 1, columns + 1), dtype=np.bool_)
        cells_of_a_sum[:-1, :-1] = not view.is_block
        limited.append((cells_of_a_sum | ~view.hidden).ravel())
    return np.concatenate(limited)


def _solver(variables: int, rows: list[tuple[Counts, Sums]]) -> highspy.Highs:
    """Return a solver that finds the same each time; nothing is bounded yet.

    Each row holds the variables that count in it, and how often.
    """
    solver = highspy.Highs()  # type: ignore[no-untyped-call] # typed but for this
    for option, value in (
        ("output_flag", False),
        ("threads", 1),
        ("random_seed", 0),
        ("presolve", "off"),
        ("solver", "simplex"),
        ("simplex_strategy", 4),  # primal: what was found stays possible for a new pull
    ):
        solver.setOptionValue(option, value)
    no_place, no_time = np.zeros(0, dtype=np.int32), np.zeros(0)
    free = np.full(variables, highspy.kHighsInf)
    cost = np.zeros(variables)
    solver.addCols(variables, cost, -free, free, 0, no_place, no_place, no_time)
    free = np.full(len(rows), highspy.kHighsInf)
    starts = np.cumsum([0, *(len(at) for at, _ in rows)], dtype=np.int32)
    solver.addRows(
        len(rows),
        -free,
        free,
        int(starts[-1]),
        starts[:-1],
        np.concatenate([no_place, *(at for at, _ in rows)]).astype(np.int32),
        np.concatenate([no_time, *(times for _, times in rows)]),
    )
    return solver
