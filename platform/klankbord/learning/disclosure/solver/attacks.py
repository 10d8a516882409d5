"""One attacker at work on a pattern: which groups it knows too well, and why.

A score is written as points above the floor of the scale (`above` = sum - low·n) and
points below its ceiling (`below` = high·n - sum); both are at least zero, and each adds
up in the table by itself. When the counts are unknown, count = (above + below) / range,
so how far a count can move is what both can move together. When the counts are known,
what one point gains the other loses, and the sum moves as `above` does.
"""

import numpy as np
from numpy.typing import NDArray

from klankbord.learning.disclosure.solver.threats import Attacker
from klankbord.learning.disclosure.solver.worlds import Bounds, Floats, Worlds
from klankbord.learning.disclosure.tables import Counts, Mask, Sums, Table, with_margins

KNOWN_WITHIN = 2
"""What an attacker knows beforehand: each count within 100 %, or within so many times
the threshold, which is 20 persons for a threshold of ten."""
_TOLERANCE = 1e-7
_AJAR = 1e-3
"""A shown figure opened so far that a cut prefers the fewest figures, not any."""


class _Question:
    """How far a group can move: the sum of two distances, or one, in points.

    Each half is what the attacker believes, and whether it looks up (1) or down (-1).
    `wanted` has one number per group, 0 where the group needs nothing.
    """

    def __init__(
        self, halves: tuple[tuple[Bounds, float], ...], wanted: Floats, figures: int
    ) -> None:
        self.halves = halves
        self.wanted = wanted
        self._distances = np.zeros((len(halves), len(wanted)))
        self._moved = np.zeros((len(halves), len(wanted), figures), dtype=np.bool_)

    def reached(self, pattern: Floats) -> Floats:
        """Return what worlds seen before prove of a pattern."""
        shown = pattern < 1
        possible = ~(self._moved & shown).any(axis=2)
        proven: Floats = np.where(possible, self._distances, 0)
        return proven

    def remember(
        self, half: int, better: Mask, distances: Floats, world: Floats
    ) -> None:
        """Keep a world as proof for the groups that it moves farther than others do."""
        self._distances[half][better] = distances[better]
        self._moved[half][better] = np.abs(world) > _TOLERANCE


class Attack:
    """All that one attacker could try on a pattern.

    A pattern is one number per figure: 1 hidden, 0 shown, and between those while the
    search still weighs it.
    """

    def __init__(
        self, table: Table, worlds: Worlds, attacker: Attacker, signs: list[int]
    ) -> None:
        self.worlds = worlds
        self.groups = np.array(
            [worlds.column(need.block, need.place) for need in attacker.needs],
            dtype=int,
        )
        self.questions = _questions(table, attacker, signs, self.groups)

    def cuts(self, pattern: Floats) -> list[Floats]:
        """Return a cut for every promise that a pattern breaks.

        A cut is a value per figure; a pattern that keeps the promise hides figures
        whose values together are at least one.
        """
        return [
            self._cut(question, group, pattern)
            for question in self.questions
            for group in self._broken(question, pattern)
        ]

    def _broken(self, question: _Question, pattern: Floats) -> NDArray[np.intp]:
        """Return which groups this attacker knows too well.

        Every solution is a world that cannot be ruled out: it also says of all other
        groups how far they can be at least, and goes on saying it of every pattern
        that hides all it moves.
        """
        enough = question.wanted * (1 - _TOLERANCE)
        reached = question.reached(pattern)
        for half, (bounds, direction) in enumerate(question.halves):
            asking = np.flatnonzero(reached.sum(axis=0) < enough)
            if asking.size:
                self.worlds.see(bounds, pattern)
            for group in asking:
                if reached[:, group].sum() < enough[group]:
                    world = self._farthest(group, direction)
                    distances = direction * world[self.groups]
                    better = (distances > reached[half]) & (
                        reached.sum(axis=0) < enough
                    )
                    question.remember(
                        half, better, distances, world[: self.worlds.figures]
                    )
                    reached[half][better] = distances[better]
        return np.flatnonzero(reached.sum(axis=0) < enough)

    def _cut(self, question: _Question, group: np.intp, pattern: Floats) -> Floats:
        """Say what has to be hidden for a group to be open enough.

        First as if every shown figure were ajar, which gives a cut of few figures; when
        this pattern happens to satisfy that one, the cut of the pattern itself.
        """
        for ajar in (_AJAR, 0.0):
            values = np.zeros(self.worlds.figures)
            least = question.wanted[group]
            for bounds, direction in question.halves:
                self.worlds.see(bounds, np.maximum(pattern, ajar))
                self._farthest(group, direction)
                value, constant = self.worlds.cut()
                values += value
                least -= constant
            if least > 0:
                cut: Floats = np.minimum(values / least, 1)
                if cut @ pattern < 1 - _TOLERANCE:
                    return cut
        raise ArithmeticError("a broken promise without a cut")

    def _farthest(self, group: np.intp, direction: float) -> Floats:
        costs = np.zeros(self.worlds.columns)
        costs[self.groups[group]] = direction
        return self.worlds.farthest(costs)


def _questions(
    table: Table, attacker: Attacker, signs: list[int], groups: NDArray[np.intp]
) -> list[_Question]:
    """Ask of each group whether its count can rise, fall, and its mean be elsewhere.

    A group can be empty only if all points above the floor and all points below the
    ceiling can go: two questions, which give stronger cuts than their sum.
    """
    above, below, most = _points(table, attacker)
    higher, lower = _bounds(above, most, signs), _bounds(below, most, signs)
    known = _bounds(above, below, signs, known=True)
    width = table.scale[1] - table.scale[0]
    needs = attacker.needs
    up = np.array([need.up for need in needs]) * width
    down = np.array([need.down for need in needs]) * width
    empty = np.array([need.empty for need in needs], dtype=bool)
    spread = np.array([need.spread for need in needs])
    asked = [
        (((higher, 1.0), (lower, 1.0)), up),
        (((higher, -1.0), (lower, -1.0)), np.where(empty, 0, down)),
        (((higher, -1.0),), np.where(empty, _at(higher, groups), 0)),
        (((lower, -1.0),), np.where(empty, _at(lower, groups), 0)),
        (((known, 1.0), (known, -1.0)), spread),
    ]
    figures = above.shape[-2] * above.shape[-1]
    return [_Question(*each, figures) for each in asked if each[1].any()]


def _at(bounds: Bounds, groups: NDArray[np.intp]) -> Floats:
    """Return the points of each group: how far it is from empty."""
    return np.concatenate([bounds.down, bounds.block_down.ravel()])[groups]


def _points(table: Table, attacker: Attacker) -> tuple[Sums, Sums, Sums]:
    """Return the points above the floor and below the ceiling, and the most to add.

    The most that a count may rise is shared evenly by the two kinds of points: a
    little less freedom than an attacker has to allow for, so never too much.
    """
    low, high = table.scale
    persons: Counts = with_margins(attacker.persons)
    sums = with_margins(attacker.sums)
    above = np.maximum(sums - low * persons, 0)
    below = np.maximum(high * persons - sums, 0)
    most = (high - low) * np.maximum(persons, KNOWN_WITHIN * table.threshold) / 2
    return above, below, most


def _bounds(down: Sums, up: Sums, signs: list[int], *, known: bool = False) -> Bounds:
    """Bound each block, and the current table by what it has.

    The current table cannot lose more than it has. What it can gain the blocks bound,
    and when counts are known also the ceiling of the scale.
    """
    down, up = down.reshape(len(signs), -1), up.reshape(len(signs), -1)
    if len(signs) == 1:
        return Bounds(down, up, down[0], up[0])
    weights = np.array(signs, dtype=np.float64)
    gain = weights @ up if known else (down + up).sum(axis=0)
    return Bounds(down, up, np.maximum(weights @ down, 0), np.maximum(gain, 0))
