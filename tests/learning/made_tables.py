"""Invented tables of the size that organisations will have, the same for each seed."""

from dataclasses import replace

import numpy as np

from klankbord.learning.disclosure.solver import fewest_hidden
from klankbord.learning.disclosure.tables import (
    Counts,
    Frozen,
    Kind,
    Organisation,
    Release,
    Sums,
    Table,
    publish,
)

SIZES = {4: 204, 6: 310, 8: 430, 12: 600}
"""Persons in all, for so many organisations, as in the prototype."""


def made_table(
    seed: int,
    *,
    organisations: int = 12,
    persons: int | None = None,
    shape: tuple[int, int] = (3, 4),
    coalition: int = 1,
    evenness: float = 3.0,
) -> Table:
    """Make a table of unequal organisations, groups and means; scores from 1 to 5.

    `evenness` is that of the groups: at 1 there are many more small ones than at 3.
    """
    chance = np.random.default_rng(seed)
    sizes = chance.lognormal(0, 0.5, organisations)
    groups = chance.dirichlet(np.full(shape[0] * shape[1], evenness))
    shares = np.outer(sizes, groups).ravel()
    counts = chance.multinomial(
        SIZES[organisations] if persons is None else persons, shares / shares.sum()
    ).reshape(organisations, *shape)
    means = chance.normal(3.5, 0.35, shape)
    sums = np.zeros(counts.shape)
    for place in np.ndindex(counts.shape):
        scores = chance.normal(means[place[1:]], 0.9, counts[place])
        sums[place] = np.round(np.clip(scores, 1, 5), 2).sum()
    return table_of(counts, sums, coalition)


def table_of(persons: Counts, sums: Sums, coalition: int = 1) -> Table:
    """Lay numbers per organisation, row and column out as a table of scores 1 to 5."""
    organisations, rows, columns = persons.shape
    return Table(
        rows=tuple(f"role {row + 1}" for row in range(rows)),
        columns=tuple(f"age {column + 1}" for column in range(columns)),
        kind=Kind.SCORE,
        scale=(1.0, 5.0),
        threshold=10,
        coalition=coalition,
        dominance=0.2,
        organisations=tuple(
            Organisation(
                f"organisation {index + 1}", False, persons[index], sums[index]
            )
            for index in range(organisations)
        ),
    )


def released(table: Table, seconds: float = 30) -> Release:
    """Publish a table as the solver would, before the gate."""
    pattern = fewest_hidden(table, seconds)
    return publish(table, pattern.hidden, pattern.method, 0)


def year_of(
    quarters: list[Table], releases: list[Release], *, late: bool, erased: bool
) -> Table:
    """Add quarters up to a year, with one person who came late and one who left."""
    organisations = []
    for index, each in enumerate(quarters[0].organisations):
        persons = np.sum([q.organisations[index].persons for q in quarters], axis=0)
        sums = np.sum([q.organisations[index].sums for q in quarters], axis=0)
        if late and index == 2:
            persons[1, 2], sums[1, 2] = persons[1, 2] + 1, sums[1, 2] + 2.0
        if erased and index == 3:
            persons[0, 1], sums[0, 1] = persons[0, 1] - 1, sums[0, 1] - 3.4
        organisations.append(Organisation(each.name, False, persons, sums))
    frozen = tuple(
        Frozen(table, release, adds_into_total=True)
        for table, release in zip(quarters, releases, strict=True)
    )
    return replace(quarters[0], organisations=tuple(organisations), frozen=frozen)
