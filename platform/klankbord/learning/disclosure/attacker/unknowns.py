"""Which numbers an attacker does not know, and how figures are made of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from klankbord.learning.disclosure.tables import members, with_margins

if TYPE_CHECKING:
    from klankbord.learning.disclosure.attacker.knowledge import Knowledge
    from klankbord.learning.disclosure.tables import Counts, Sums


class Unknowns:
    """The hidden cells of every block: what figures deviate is the sum of theirs.

    `own_figure` is the figure that each unknown is itself.
    """

    def __init__(self, knowledge: Knowledge) -> None:
        rows, columns = self._shape = knowledge.shape
        places = [(r, c) for r in range(rows + 1) for c in range(columns + 1)]
        self._members = np.array(
            [members(each, self._shape).ravel() for each in places]
        )
        self._weights = np.array([view.weights for view in knowledge.views])
        blocks = [n for n, view in enumerate(knowledge.views) if view.is_block]
        self._block, self._cell = np.nonzero(
            [knowledge.views[block].hidden[:-1, :-1].ravel() for block in blocks]
        )
        row, column = np.divmod(self._cell, columns)
        place = row * (columns + 1) + column
        self.own_figure: Counts = np.array(blocks)[self._block] * len(places) + place

    def __len__(self) -> int:
        return len(self.own_figure)

    def figures(self, unknowns: Sums) -> Sums:
        """Add up what the unknowns deviate to what every figure does."""
        blocks = np.zeros((self._weights.shape[1], self._shape[0] * self._shape[1]))
        blocks[self._block, self._cell] = unknowns
        views = self._weights @ blocks
        return with_margins(views.reshape(-1, *self._shape)).ravel()

    def pulled(self, pull: Sums) -> Sums:
        """Return how much every unknown weighs when the figures weigh `pull`."""
        figures = pull.reshape(-1, self._shape[0] + 1, self._shape[1] + 1)
        cells = figures[:, :-1, :-1] + figures[:, :-1, -1:]
        cells = cells + figures[:, -1:, :-1] + figures[:, -1:, -1:]
        blocks = self._weights.T @ cells.reshape(len(self._weights), -1)
        weights: Sums = blocks[self._block, self._cell]
        return weights

    def counted_in(self, figure: int) -> tuple[Counts, Sums]:
        """Return which unknowns count in a figure, and how often."""
        view, place = divmod(figure, len(self._members))
        times = self._weights[view][self._block] * self._members[place][self._cell]
        counted = np.flatnonzero(times)
        return counted, times[counted].astype(np.float64)
