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

from klankbord.learning.disclosure.attacker.changes import (
    Contributions,
    late_and_erased,
)
from klankbord.learning.disclosure.tables import (
    HIDDEN,
    Counts,
    Mask,
    Number,
    Place,
    Release,
    Sums,
    Table,
    with_margins,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_NOISE = 1e-6


@dataclass(frozen=True)
class View:
    """One table, and which of its figures (margins included) nobody was shown.

    `weights` says how it is the sum of the blocks: of the tables that are no sums.
    `frozen` and `group` tell it from the table released, which has neither.
    """

    frozen: int | None
    group: str | None
    hidden: Mask
    weights: tuple[int, ...]
    contributions: Contributions

    @property
    def is_block(self) -> bool:
        """Tell whether the table is no sum of others."""
        return sum(map(abs, self.weights)) == 1


@dataclass(frozen=True)
class Knowledge:
    """The rest that each attacker attacks: arrays of (attackers, figures).

    `organisations` counts those that have people in a figure's rest, `largest` the
    people of the one that has most.
    """

    shape: tuple[int, int]
    scale: tuple[float, float]
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

    Raises ValueError when a release has another shape than its table, or a table holds
    numbers that no people on its scale have.
    """
    added = [
        (index, frozen)
        for index, frozen in enumerate(table.frozen)
        if frozen.adds_into_total
    ]
    tables = [table, *(frozen.table for _, frozen in added)]
    if any(one.shape != table.shape for one in tables):
        raise ValueError("Tables that add up must have the same shape.")
    everyone = [each for one in tables for each in one.organisations]
    names = tuple(dict.fromkeys(each.name for each in everyone))
    known = {
        each.name
        for one in (table, *(frozen.table for frozen in table.frozen))
        for each in one.organisations
        if each.named
    }
    now = _contributions(table, names)
    if not added:
        views: tuple[View, ...] = (
            View(None, None, _hidden(release, table), (1,), now),
        )
    else:
        parts = [_contributions(frozen.table, names) for _, frozen in added]
        before = Contributions(
            np.sum([part.persons for part in parts], axis=0),
            np.sum([part.sums for part in parts], axis=0),
        )
        late, erased = late_and_erased(before, now, table.scale)
        blocks = np.eye(len(added) + 2, dtype=int)
        unseen = np.ones((table.shape[0] + 1, table.shape[1] + 1), dtype=np.bool_)
        total = (*[1] * len(added), 1, -1)
        views = (
            View(None, None, _hidden(release, table), total, now),
            *(
                View(
                    index,
                    None,
                    _hidden(frozen.release, table),
                    tuple(blocks[number]),
                    part,
                )
                for number, ((index, frozen), part) in enumerate(
                    zip(added, parts, strict=True)
                )
            ),
            View(None, "late", unseen, tuple(blocks[-2]), late),
            View(None, "erased", unseen, tuple(blocks[-1]), erased),
        )
    for view in views:
        _require_possible(view.contributions, table.scale)
    return _rest(table, views, names, known)


def _contributions(table: Table, names: Sequence[str]) -> Contributions:
    """Return contributions by organisation, zero for those that a table lacks."""
    persons = np.zeros((len(names), *table.shape), dtype=np.int64)
    sums = np.zeros((len(names), *table.shape))
    for each in table.organisations:
        persons[names.index(each.name)] += each.persons
        sums[names.index(each.name)] += each.sums
    return Contributions(persons, sums)


def _hidden(release: Release, table: Table) -> Mask:
    """Return which figures say nothing: what is called hidden may not tell a thing."""
    hidden = np.array([[each == HIDDEN for each in row] for row in release.figures])
    if hidden.shape != (table.shape[0] + 1, table.shape[1] + 1):
        raise ValueError("A release must have the shape of its table.")
    return hidden


def _require_possible(contributions: Contributions, scale: tuple[float, float]) -> None:
    low, high = scale
    persons, sums = contributions
    slack = _NOISE * (1 + persons)
    outside = (sums < low * persons - slack) | (sums > high * persons + slack)
    if (
        low >= high
        or (persons < 0).any()
        or not np.isfinite(sums).all()
        or outside.any()
    ):
        raise ValueError("A table holds sums that no people on its scale have.")


def _rest(
    table: Table, views: tuple[View, ...], names: tuple[str, ...], known: set[str]
) -> Knowledge:
    """Take from every figure what each attacker knows of it."""
    secret = [name for name in names if name not in known]
    attackers = tuple(
        coalition
        for size in range(min(table.coalition, len(secret)) + 1)
        for coalition in combinations(secret, size)
    )
    left = np.array(
        [[name in secret and name not in who for name in names] for who in attackers],
        dtype=np.bool_,
    ).reshape(len(attackers), len(names))
    persons = np.concatenate(
        [_by_figure(view.contributions.persons) for view in views], axis=1
    )
    sums = np.concatenate(
        [_by_figure(view.contributions.sums) for view in views], axis=1
    )
    figures = persons.shape[1]
    largest = np.zeros((len(attackers), figures), dtype=np.int64)
    for organisation, theirs in enumerate(persons):
        np.maximum(largest, np.outer(left[:, organisation], theirs), out=largest)
    return Knowledge(
        shape=table.shape,
        scale=table.scale,
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
    return with_margins(cells).reshape(len(cells), -1)
