"""Which figures to hide: the fewest that satisfy every cut."""

import highspy
import numpy as np
from numpy.typing import NDArray

from klankbord.learning.disclosure.solver.worlds import Floats, quiet_program
from klankbord.learning.disclosure.tables import Mask

Places = NDArray[np.intp]


class Impossible(Exception):
    """No set of hidden figures keeps every promise, not even all of them."""


class Master:
    """The integer program over the figures: one where it is hidden.

    The objective is the number of hidden figures. Among equal numbers it prefers to
    hide small groups: the preferences of all figures together weigh less than one.
    """

    def __init__(self, shape: tuple[int, int], forced: Mask, persons: Floats) -> None:
        self.figures = forced.size
        self.count = 0
        self.cuts = np.zeros((256, self.figures))
        self.weights = 1 + 0.5 * persons / max(1.0, float(persons.sum()))
        self._program = quiet_program(
            random_seed=1,
            mip_rel_gap=0.0,
            mip_abs_gap=0.49,
            mip_feasibility_tolerance=1e-9,
            primal_feasibility_tolerance=1e-9,
        )
        nothing = np.array([], dtype=np.int32)
        self._program.addCols(
            self.figures,
            self.weights,
            forced.astype(float),
            np.ones(self.figures),
            0,
            nothing,
            nothing,
            np.array([]),
        )
        self._program.changeColsIntegrality(
            self.figures,
            np.arange(self.figures, dtype=np.int32),
            np.full(self.figures, int(highspy.HighsVarType.kInteger), dtype=np.uint8),
        )
        self._never_alone(shape, forced)
        self._fewest = self._program.getNumRow()
        every = np.arange(self.figures)
        self._row(every, np.ones(self.figures), float(forced.sum()))

    def add(self, cut: Floats) -> None:
        """Demand that the hidden figures' values in a cut reach one together."""
        cut = np.where(cut < 1e-9, 0, np.minimum(cut, 1))
        if self.count == len(self.cuts):
            self.cuts = np.concatenate([self.cuts, np.zeros_like(self.cuts)])
        self.cuts[self.count] = cut
        self.count += 1
        self._row(np.flatnonzero(cut), cut[cut > 0], 1.0)

    def relaxed(self) -> Floats:
        """Return a pattern with fractions, at least as good as any real one."""
        self._program.setOptionValue("solve_relaxation", True)
        self._run(60)
        self._program.setOptionValue("solve_relaxation", False)
        return np.array(self._program.getSolution().col_value)

    def solve(self, seconds: float) -> Mask | None:
        """Return the fewest figures to hide, or None when time was up first.

        Raises Impossible when no set of figures satisfies the cuts.
        """
        if not self._run(seconds):
            return None
        hidden: Mask = np.array(self._program.getSolution().col_value) > 0.5
        self._program.changeRowBounds(self._fewest, hidden.sum(), highspy.kHighsInf)
        return hidden

    def _run(self, seconds: float) -> bool:
        used = self._program.getRunTime()
        self._program.setOptionValue("time_limit", used + max(0.01, seconds))
        self._program.run()
        status = self._program.getModelStatus()
        if status == highspy.HighsModelStatus.kOptimal:
            return True
        if status == highspy.HighsModelStatus.kTimeLimit:
            return False
        raise Impossible

    def satisfied(self, hidden: Mask) -> bool:
        """Say whether a pattern keeps every cut: if not, it is surely too open."""
        return bool((self.cuts[: self.count] @ hidden >= 1 - 1e-7).all())

    def greedy(self, hidden: Mask) -> Mask:
        """Hide figures one by one, the most helpful for its weight, until cuts hold."""
        cuts = self.cuts[: self.count]
        hidden = hidden.copy()
        while True:
            missing = np.maximum(1 - cuts @ hidden, 0)
            open_ = missing > 1e-7
            if not open_.any():
                return hidden
            help_ = np.minimum(cuts[open_], missing[open_, None]).sum(axis=0)
            help_ = np.where(hidden, 0, help_ / self.weights)
            best = int(help_.argmax())
            if help_[best] <= 0:
                raise Impossible
            hidden[best] = True

    def _never_alone(self, shape: tuple[int, int], forced: Mask) -> None:
        """Refuse a secondary that is alone in its line: everybody could compute it."""
        places = np.arange(self.figures).reshape(shape[0] + 1, shape[1] + 1)
        for figure in np.flatnonzero(~forced):
            row, column = divmod(int(figure), shape[1] + 1)
            for line in (places[row], places[:, column]):
                others = line[line != figure]
                self._row(
                    np.append(others, figure), np.append(np.ones(len(others)), -1), 0.0
                )

    def _row(self, members: Places, values: Floats, least: float) -> None:
        self._program.addRow(
            least, highspy.kHighsInf, len(members), members.astype(np.int32), values
        )
