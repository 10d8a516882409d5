"""The tables that an attacker reasons about, and how they add up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from klankbord.learning.disclosure.attacker.changes import (
    Contributions,
    late_and_erased,
)
from klankbord.learning.disclosure.tables import HIDDEN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from klankbord.learning.disclosure.tables import Mask, Release, Table

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


def views_of(table: Table, release: Release, names: Sequence[str]) -> tuple[View, ...]:
    """Return the table released, and the tables that add up to it when there are any.

    The contributions are those of the organisations named, in that order. Raises
    ValueError when the numbers contradict each other.
    """
    _require_consistent(table, release)
    now = _contributions(table, names)
    added = [index for index, one in enumerate(table.frozen) if one.adds_into_total]
    if not added:
        return (View(None, None, _silent(release), (1,), now),)
    parts = [_contributions(table.frozen[index].table, names) for index in added]
    before = Contributions(
        np.sum([part.persons for part in parts], axis=0),
        np.sum([part.sums for part in parts], axis=0),
    )
    late, erased = late_and_erased(before, now, table.scale)
    *earlier, only_late, only_erased = map(tuple, np.eye(len(added) + 2, dtype=int))
    nowhere = np.ones_like(_silent(release))
    return (
        View(None, None, _silent(release), (*[1] * len(added), 1, -1), now),
        *(
            View(index, None, _silent(table.frozen[index].release), weights, part)
            for index, weights, part in zip(added, earlier, parts, strict=True)
        ),
        View(None, "late", nowhere, only_late, late),
        View(None, "erased", nowhere, only_erased, erased),
    )


def _require_consistent(table: Table, release: Release) -> None:
    _require_possible(table)
    pairs = [(table, release), *((one.table, one.release) for one in table.frozen)]
    for one, its_release in pairs:
        rows, columns = one.shape
        if [len(row) for row in its_release.figures] != [columns + 1] * (rows + 1):
            raise ValueError("A release must have the shape of its table.")
    for frozen in table.frozen:
        if frozen.adds_into_total:
            _require_possible(frozen.table)
            if (frozen.table.shape, frozen.table.scale) != (table.shape, table.scale):
                raise ValueError("Tables that add up must have the same form.")


def _require_possible(table: Table) -> None:
    low, high = table.scale
    if low >= high:
        raise ValueError("A scale must have a length.")
    for each in table.organisations:
        if each.persons.shape != table.shape or each.sums.shape != table.shape:
            raise ValueError("A contribution must have the shape of its table.")
        slack = _NOISE * (1 + each.persons)
        possible = (
            (each.persons >= 0)
            & (each.sums >= low * each.persons - slack)
            & (each.sums <= high * each.persons + slack)
        )
        if not possible.all():
            raise ValueError("A contribution holds sums that no people have.")


def _contributions(table: Table, names: Sequence[str]) -> Contributions:
    """Return contributions by organisation, zero for those that a table lacks."""
    persons = np.zeros((len(names), *table.shape), dtype=np.int64)
    sums = np.zeros((len(names), *table.shape))
    for each in table.organisations:
        persons[names.index(each.name)] += each.persons
        sums[names.index(each.name)] += each.sums
    return Contributions(persons, sums)


def _silent(release: Release) -> Mask:
    """Return which figures say nothing at all, as one that is called hidden should."""
    return np.array([[each == HIDDEN for each in row] for row in release.figures])
