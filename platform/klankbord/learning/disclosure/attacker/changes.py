"""Who came in late and who was erased, between earlier tables and a newer total."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from klankbord.learning.disclosure.tables import Counts, Sums

_NOISE = 1e-9


class Contributions(NamedTuple):
    """The persons and sums of every organisation: (organisations, rows, columns)."""

    persons: Counts
    sums: Sums


def late_and_erased(
    before: Contributions, now: Contributions, scale: tuple[float, float]
) -> tuple[Contributions, Contributions]:
    """Explain the difference by the fewest persons: now = before + late - erased.

    For each organisation and cell, beside the net difference in persons, as many
    persons were exchanged as it takes for both sums to lie within the scale. Where that
    leaves a choice, the sum of the erased lies in the middle of what is possible; with
    it that of the late does.
    """
    low, high = scale
    width = high - low
    persons = now.persons - before.persons
    sums = now.sums - before.sums
    came, went = np.maximum(persons, 0), np.maximum(-persons, 0)
    too_high = (sums - (high * came - low * went)) / width
    too_low = ((low * came - high * went) - sums) / width
    exchanged = np.ceil(np.maximum(np.maximum(too_high, too_low), 0) - _NOISE)
    late = came + exchanged.astype(np.int64)
    erased = went + exchanged.astype(np.int64)
    # In points above the bottom of the scale: those of the late are `points` more.
    points = sums - low * persons
    least = np.maximum(0, -points)
    most = np.minimum(width * erased, width * late - points)
    of_erased = np.clip((least + most) / 2, 0, width * erased)
    of_late = np.clip(of_erased + points, 0, width * late)
    return (
        Contributions(late, of_late + low * late),
        Contributions(erased, of_erased + low * erased),
    )
