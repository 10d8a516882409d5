"""What an attacker cannot rule out, proved by worlds that fit all it knows.

Every world found is a witness: shrunk until it is possible for an attacker, it proves
how far each of its groups is open. Who knows more has fewer worlds, and all of those
fit who knows less; so the best informed attackers are played first, and only what no
witness proves is asked of the equations.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from klankbord.learning.disclosure.attacker.equations import (
    Equations,
    Sizes,
    World,
    most_points_more,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from klankbord.learning.disclosure.attacker.knowledge import Knowledge
    from klankbord.learning.disclosure.attacker.promises import Demands
    from klankbord.learning.disclosure.tables import Sums

_NOISE = 1e-9
_FARTHEST = 100.0


def shortfalls(
    knowledge: Knowledge, demands: Demands, sizes: Sizes
) -> Iterator[tuple[int, int, float, float]]:
    """Return the attacker, the figure and the bounds of each group that is too narrow.

    The bounds are exact, as distances from the true value: in persons where the sizes
    are unknown, in points where they are known.
    """
    if demands.asked.any():
        yield from _Search(knowledge, demands, sizes).shortfalls()


class _Search:
    """How far the groups are proved to be open: the lowest and the highest seen."""

    def __init__(self, knowledge: Knowledge, demands: Demands, sizes: Sizes) -> None:
        self._demands = demands
        self._sizes = sizes
        self._width = knowledge.width
        self._equations = Equations(knowledge, sizes)
        self._above = knowledge.above
        self._below = knowledge.below
        self._more = most_points_more(knowledge)
        self._hidden = knowledge.hidden
        self._low = np.zeros(demands.asked.shape)
        self._high = np.zeros(demands.asked.shape)

    def shortfalls(self) -> Iterator[tuple[int, int, float, float]]:
        for attacker in range(len(self._low))[::-1]:
            self._equations.play(attacker)
            for figure in np.flatnonzero(self._demands.asked[attacker]):
                if not self._found_open(attacker, int(figure)):
                    low, high = (
                        self._low[attacker, figure],
                        self._high[attacker, figure],
                    )
                    yield attacker, int(figure), float(low), float(high)

    def _found_open(self, attacker: int, figure: int) -> bool:
        """Tell whether a group is open enough, looking for worlds as far as needed."""
        at = attacker, figure
        upwards_first = self._high[at] < self._demands.up[at] - self._demands.slack[at]
        for direction in (1, -1) if upwards_first else (-1, 1):
            if self._is_open(at):
                return True
            world = self._equations.farthest(figure, direction)
            self._learn(world)
            value = self._values(world)[figure]
            self._low[at] = min(self._low[at], value)
            self._high[at] = max(self._high[at], value)
        return self._is_open(at)

    def _is_open(self, at: tuple[int, int]) -> bool:
        low, high, asked = self._low[at], self._high[at], self._demands
        slack = asked.slack[at]
        return bool(
            low <= slack - asked.down[at]
            and high >= asked.up[at] - slack
            and high - low >= asked.apart[at] - slack
        )

    def _learn(self, world: World) -> None:
        """Let every attacker see how far a world and its opposite open the groups."""
        values = self._values(world)
        for sign in (1.0, -1.0):
            reach = (
                sign * values * self._fitting(sign * world.above, sign * world.below)
            )
            np.minimum(self._low, reach, out=self._low)
            np.maximum(self._high, reach, out=self._high)

    def _values(self, world: World) -> Sums:
        if self._sizes is Sizes.KNOWN:
            return world.above
        return (world.above + world.below) / self._width

    def _fitting(self, above: Sums, below: Sums) -> Sums:
        """Return for each attacker how much of a deviation it cannot rule out."""
        fitting = np.full((len(self._low), 1), _FARTHEST)
        persons = np.where(self._hidden, above + below, 0.0)
        for room, use in (
            (self._above, -above),
            (self._below, -below),
            (self._more, persons),
        ):
            used = np.flatnonzero(use > _NOISE)
            if used.size:
                part = (room[:, used] / use[used]).min(axis=1, keepdims=True)
                np.minimum(fitting, part, out=fitting)
        return fitting
