"""What every attacker holds: all tables, less what it contributed or is known by name.

A *view* is one table that the attacker reasons about. Without earlier releases there
is one: the table released. When earlier tables add into it, each of those is a view,
and so are the people who came in late and those who were erased; the table itself is
then their sum. A *figure* is a place in a view; they are numbered view by view.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from klankbord.learning.disclosure.attacker.views import View, views_of
from klankbord.learning.disclosure.tables import with_margins

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from klankbord.learning.disclosure.tables import (
        Counts,
        Mask,
        Number,
        Place,
        Release,
        Sums,
        Table,
    )


@dataclass(frozen=True)
class Knowledge:
    """The rest that each attacker attacks: arrays of (attackers, figures).

    The first attacker is the outsider; after it those who know more come later.
    `organisations` counts those that have people in a figure's rest, `largest` the
    people of the one that has most. `hidden` and `empty` (of nobody at all, whoever
    attacks) are the same for all: (figures,).
    """

    shape: tuple[int, int]
    scale: tuple[float, float]
    threshold: int
    views: tuple[View, ...]
    attackers: tuple[tuple[str, ...], ...]
    hidden: Mask
    empty: Mask
    persons: Counts
    sums: Sums
    organisations: Counts
    largest: Counts

    @property
    def width(self) -> float:
        """Return the length of the scale."""
        return self.scale[1] - self.scale[0]

    @property
    def above(self) -> Sums:
        """Return the points that the rest scores above the bottom of the scale."""
        return np.maximum(self.sums - self.scale[0] * self.persons, 0.0)

    @property
    def below(self) -> Sums:
        """Return the points that the rest misses below the top of the scale."""
        return np.maximum(self.scale[1] * self.persons - self.sums, 0.0)

    def where(self, figure: int) -> tuple[View, Place]:
        """Return the view and the place of a figure."""
        columns = self.shape[1] + 1
        view, place = divmod(figure, (self.shape[0] + 1) * columns)
        row, column = divmod(place, columns)
        return self.views[view], (row, column)


def knowledge_of(table: Table, release: Release) -> Knowledge:
    """Gather what everybody knows about a table when its release is read.

    Who agreed to be named, in this round or an earlier one, is known to everybody in
    all of them. Raises ValueError when the numbers contradict each other.
    """
    tables = [table, *(frozen.table for frozen in table.frozen)]
    added = [table, *(one.table for one in table.frozen if one.adds_into_total)]
    named = {each.name for one in tables for each in one.organisations if each.named}
    names = tuple(
        dict.fromkeys(each.name for one in added for each in one.organisations)
    )
    secret = [name for name in names if name not in named]
    attackers = tuple(
        coalition
        for size in range(min(table.coalition, len(secret)) + 1)
        for coalition in combinations(secret, size)
    )
    left = np.array(
        [
            [name not in named and name not in who for name in names]
            for who in attackers
        ],
        dtype=np.bool_,
    ).reshape(len(attackers), len(names))
    views = views_of(table, release, names)
    persons = np.hstack([_by_figure(view.contributions.persons) for view in views])
    sums = np.hstack([_by_figure(view.contributions.sums) for view in views])
    largest = np.zeros((len(attackers), persons.shape[1]), dtype=np.int64)
    for organisation, theirs in enumerate(persons):
        np.maximum(largest, np.outer(left[:, organisation], theirs), out=largest)
    return Knowledge(
        shape=table.shape,
        scale=table.scale,
        threshold=table.threshold,
        views=views,
        attackers=attackers,
        hidden=np.concatenate([view.hidden.ravel() for view in views]),
        empty=persons.sum(axis=0) == 0,
        persons=left.astype(np.int64) @ persons,
        sums=left.astype(np.float64) @ sums,
        organisations=left.astype(np.int64) @ (persons > 0).astype(np.int64),
        largest=largest,
    )


def _by_figure(cells: NDArray[Number]) -> NDArray[Number]:
    """Return (organisations, rows, columns) as (organisations, figures)."""
    figures = with_margins(cells)
    return figures.reshape(len(figures), figures.shape[1] * figures.shape[2])
