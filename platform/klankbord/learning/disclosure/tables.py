"""What goes in and what comes out: a table of contributions, and its release.

All arrays have the shape (rows, columns); `with_margins` adds one row and one column of
totals, and a *figure* is a place in that larger array: `(len(rows), 2)` is the total of
the third column, `(len(rows), len(columns))` the total of everybody.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
Sums = NDArray[np.float64]
Mask = NDArray[np.bool_]
Place = tuple[int, int]
Number = TypeVar("Number", bound=np.generic)

_BANDS = ((100, None), (50, 99), (20, 49), (10, 19))


class Kind(StrEnum):
    """What a measure is about, which decides the rules it falls under.

    A *score* is what people say; a *process* measure is an organisation's own conduct,
    published as one total and without the rule on extreme means.
    """

    SCORE = "score"
    PROCESS = "process"


class Method(StrEnum):
    """How sure it is that no fewer figures could have been hidden."""

    OPTIMAL = "optimal"
    HEURISTIC = "heuristic"
    REFUSED = "refused"


@dataclass(frozen=True)
class Organisation:
    """One organisation's contribution: distinct persons and the sum of their scores.

    A person counts once per round, with one value per measure. A *named* organisation
    agreed that its own figures are public in this round.
    """

    name: str
    named: bool
    persons: Counts
    sums: Sums


@dataclass(frozen=True)
class Figure:
    """One place of a release: hidden, or a mean over a band of persons."""

    hidden: bool
    n_band: str | None = None
    mean: float | None = None


HIDDEN = Figure(hidden=True)


@dataclass(frozen=True)
class Release:
    """What everybody may see of a table, for ever: figures with their margins."""

    figures: tuple[tuple[Figure, ...], ...]
    method: Method
    seconds: float

    @property
    def hidden(self) -> Mask:
        """Return which figures are hidden, margins included."""
        return np.array([[figure.hidden for figure in row] for row in self.figures])


@dataclass(frozen=True)
class Frozen:
    """An earlier release that stays as it is, with the table it was made from.

    `adds_into_total` says that its people are counted again in the newer table, as
    those of a quarter are in the year. What the newer table has more or less than the
    sum of such tables came in late, or was erased.
    """

    table: "Table"
    release: Release
    adds_into_total: bool


@dataclass(frozen=True)
class Table:
    """The contributions of all organisations to one measure in one round.

    `threshold` is the least number of persons behind a figure, `coalition` how many
    organisations may pool what they know, `dominance` the least weight of the other
    organisations beside the largest one. An `own` table is of one organisation, for its
    own eyes: the rules about several organisations do not apply to its figures.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    kind: Kind
    scale: tuple[float, float]
    threshold: int
    coalition: int
    dominance: float
    organisations: tuple[Organisation, ...]
    frozen: tuple[Frozen, ...] = ()
    own: bool = False

    @property
    def shape(self) -> tuple[int, int]:
        """Return the number of rows and of columns, without the margins."""
        return len(self.rows), len(self.columns)

    @property
    def persons(self) -> Counts:
        """Return the persons of each organisation: (organisations, rows, columns)."""
        return np.array([each.persons for each in self.organisations], dtype=np.int64)

    @property
    def sums(self) -> Sums:
        """Return the sums of each organisation: (organisations, rows, columns)."""
        return np.array([each.sums for each in self.organisations], dtype=np.float64)

    def places(self) -> list[Place]:
        """Return every figure's place, row by row, margins included."""
        rows, columns = self.shape
        return [(r, c) for r in range(rows + 1) for c in range(columns + 1)]


def with_margins(array: NDArray[Number]) -> NDArray[Number]:
    """Add the totals over the last two axes, as a last row and a last column."""
    wide: NDArray[Number] = np.concatenate([array, array.sum(-1, keepdims=True)], -1)
    tall: NDArray[Number] = np.concatenate([wide, wide.sum(-2, keepdims=True)], -2)
    return tall


def members(place: Place, shape: tuple[int, int]) -> Mask:
    """Return which cells, without margins, a figure is the total of."""
    mask = np.zeros(shape, dtype=np.bool_)
    row, column = place
    rows = slice(None) if row == shape[0] else slice(row, row + 1)
    columns = slice(None) if column == shape[1] else slice(column, column + 1)
    mask[rows, columns] = True
    return mask


def publish(table: Table, hidden: Mask, method: Method, seconds: float) -> Release:
    """Write down a release: a band and a rounded mean of what is not hidden."""
    persons = with_margins(table.persons.sum(axis=0))
    sums = with_margins(table.sums.sum(axis=0))
    figures = tuple(
        tuple(
            HIDDEN
            if hidden[row, column]
            else Figure(
                hidden=False,
                n_band=band(int(persons[row, column])),
                mean=rounded_mean(float(sums[row, column]), int(persons[row, column])),
            )
            for column in range(persons.shape[1])
        )
        for row in range(persons.shape[0])
    )
    return Release(figures, method, round(seconds, 3))


def band(persons: int) -> str:
    """Return the band that a number of persons is published as."""
    for low, high in _BANDS:
        if persons >= low:
            return f"{low}-{high}" if high else f"{low}+"
    return "1-9"


def rounded_mean(total: float, persons: int) -> float:
    """Return a mean as it is published: one decimal."""
    return round(total / persons, 1)
