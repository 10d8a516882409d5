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
    from klankbord.learning.disclosure.tables import Mask, Sums

_NOISE = 1e-9
_FARTHEST = 10.0
_WORTH_A_PULL = 1


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
        self._random = np.random.default_rng(0)
        self._low = np.zeros(demands.asked.shape)
        self._high = np.zeros(demands.asked.shape)

    def shortfalls(self) -> Iterator[tuple[int, int, float, float]]:
        for attacker in range(len(self._low))[::-1]:
            if self._open(attacker).all():
                continue
            self._open_many(attacker)
            self._equations.play(attacker, self._more[attacker])
            for figure in np.flatnonzero(~self._open(attacker)):
                self._open_one(attacker, int(figure))
            for figure in np.flatnonzero(~self._open(attacker)):
                low, high = self._low[attacker, figure], self._high[attacker, figure]
                yield attacker, int(figure), float(low), float(high)

    def _open_many(self, attacker: int) -> None:
        """Pull all groups at once to where they are not yet seen, while that helps.

        Nothing rises farther than it is asked to, so that few do not take from many.
        """
        asked = self._demands
        enough = np.where(asked.asked, asked.up * self._width, np.inf)[attacker]
        self._equations.play(attacker, np.minimum(self._more[attacker], enough))
        before = np.inf
        while True:
            up, down, apart = self._lacking(attacker)
            lacking = (up + down + apart).sum()
            if lacking == 0 or lacking > before - _WORTH_A_PULL:
                return
            before = lacking
            either = self._random.choice([-1.0, 1.0], len(up)) * (up + down + apart > 0)
            one_way = np.sign(up) - np.sign(down)
            self._pull(attacker, np.where(one_way == 0, either, one_way))

    def _lacking(self, attacker: int) -> tuple[Sums, Sums, Sums]:
        """Return which part of what is asked is not yet seen: up, down and apart."""
        low, high, demands = self._low[attacker], self._high[attacker], self._demands
        slack, asked = demands.slack[attacker], demands.asked[attacker]

        def part(want: Sums, seen: Sums) -> Sums:
            short = asked & (seen < want - slack)
            return np.where(short, 1 - seen / np.where(short, want, 1), 0)

        return (
            part(demands.up[attacker], high),
            part(demands.down[attacker], -low),
            part(demands.apart[attacker], high - low),
        )

    def _open_one(self, attacker: int, figure: int) -> None:
        """Pull a group both ways, unless it is open enough before."""
        pull = np.zeros(len(self._hidden))
        up, _, _ = self._lacking(attacker)
        first = 1.0 if up[figure] else -1.0
        for direction in (first, -first):
            if not self._open(attacker)[figure]:
                pull[figure] = direction
                self._pull(attacker, pull)

    def _pull(self, attacker: int, pull: Sums) -> None:
        world = self._equations.farthest(pull)
        self._learn(world)
        values = self._values(world)
        np.minimum(self._low[attacker], values, out=self._low[attacker])
        np.maximum(self._high[attacker], values, out=self._high[attacker])

    def _open(self, attacker: int) -> Mask:
        """Tell which groups are open enough; what is not asked always is."""
        up, down, apart = self._lacking(attacker)
        found: Mask = (up == 0) & (down == 0) & (apart == 0)
        return found

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
