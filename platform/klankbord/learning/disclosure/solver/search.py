"""The search: hide what must be hidden, try all attacks, learn a cut from each, repeat.

The master proposes the fewest figures that satisfy every cut learned so far, so its
number is a lower bound; a mended proposal keeps every promise, so its number is an
upper bound. When they meet, no release hides less.
"""

from dataclasses import dataclass
from time import monotonic

import numpy as np

from klankbord.learning.disclosure.solver.attacks import Attack
from klankbord.learning.disclosure.solver.blocks import composition_of
from klankbord.learning.disclosure.solver.master import Impossible, Master
from klankbord.learning.disclosure.solver.threats import attackers_of
from klankbord.learning.disclosure.solver.worlds import Floats, Worlds
from klankbord.learning.disclosure.tables import (
    Kind,
    Mask,
    Method,
    Table,
    with_margins,
)

_GAIN = 0.01


@dataclass(frozen=True)
class Pattern:
    """Which figures are hidden, margins included, and the least that had to be."""

    hidden: Mask
    method: Method
    least: int


def fewest_hidden(table: Table, seconds: float) -> Pattern:
    """Return a pattern that keeps every promise to everybody the rules fear.

    It is optimal when the lower bound is reached within the seconds, else the best
    one found, and refused when no pattern shows anything.
    """
    shape = table.shape[0] + 1, table.shape[1] + 1
    try:
        hidden, least = _Search(table, monotonic() + seconds).run()
    except Impossible:
        return Pattern(np.ones(shape, dtype=np.bool_), Method.REFUSED, 0)
    if hidden.all():
        method = Method.REFUSED
    elif hidden.sum() == least:
        method = Method.OPTIMAL
    else:
        method = Method.HEURISTIC
    return Pattern(hidden.reshape(shape), method, least)


class _Search:
    """Everything known of one table: the attacks, the cuts, the best pattern so far."""

    def __init__(self, table: Table, end: float) -> None:
        self.end = end
        composition = composition_of(table)
        attackers = attackers_of(table, composition)
        persons = with_margins(table.persons.sum(axis=0)).ravel()
        forced = np.any([attacker.unsafe.ravel() for attacker in attackers], axis=0)
        forced |= persons == 0
        if table.kind is Kind.PROCESS and table.shape != (1, 1):
            forced[:-1] = True
        worlds = Worlds(table.shape, composition.blocks)
        self.forced: Mask = forced
        self.attacks = [
            Attack(table, worlds, each, composition.signs) for each in attackers
        ]
        self.master = Master(table.shape, forced, persons.astype(np.float64))

    def run(self) -> tuple[Mask, int]:
        """Return the best pattern found, and how few figures can be hidden at all."""
        self._learn_by_fractions()
        best, least = None, int(self.forced.sum())
        while best is None or (best.sum() > least and self._time_left() > 0):
            proposal = self.master.solve(self._time_left())
            if proposal is None:
                break
            least = int(proposal.sum())
            mended = self._mended(proposal)
            if best is None or mended.sum() < best.sum():
                best = mended
        return self._mended(self.forced) if best is None else best, least

    def _time_left(self) -> float:
        return self.end - monotonic()

    def _learn_by_fractions(self) -> None:
        """Learn cuts from proposals with fractions, which cost next to nothing."""
        pattern, bound = self.forced.astype(np.float64), 0.0
        while self._learn(pattern) and self._time_left() > 0:
            pattern = self.master.relaxed()
            if pattern.sum() < bound + _GAIN:
                return
            bound = float(pattern.sum())

    def _learn(self, pattern: Floats) -> bool:
        """Add a cut for every promise a pattern breaks; say whether there was one."""
        cuts = [cut for attack in self.attacks for cut in attack.cuts(pattern)]
        for cut in cuts:
            self.master.add(cut)
        return bool(cuts)

    def _mended(self, hidden: Mask) -> Mask:
        """Hide more until every promise is kept, then show what need not be hidden."""
        hidden = self.master.greedy(hidden)
        while self._learn(hidden.astype(np.float64)):
            hidden = self.master.greedy(hidden)
        secondary = np.flatnonzero(hidden & ~self.forced)
        for figure in secondary[np.argsort(-self.master.weights[secondary])]:
            if self._time_left() < 0:
                break
            fewer = hidden.copy()
            fewer[figure] = False
            if self.master.satisfied(fewer) and self._holds(fewer):
                hidden = fewer
        return hidden

    def _holds(self, hidden: Mask) -> bool:
        """Say whether a pattern keeps all promises; learn from the first it breaks."""
        for attack in self.attacks:
            cuts = attack.cuts(hidden.astype(np.float64))
            for cut in cuts:
                self.master.add(cut)
            if cuts:
                return False
        return True
