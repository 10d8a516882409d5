"""From contributions to a release: solved, then attacked, then written down."""

from time import monotonic

import numpy as np

from klankbord.learning.disclosure.attacker import attack
from klankbord.learning.disclosure.solver import fewest_hidden
from klankbord.learning.disclosure.tables import (
    Mask,
    Method,
    Release,
    Table,
    publish,
)


def solve(table: Table, seconds: float = 15) -> Release:
    """Return the release that hides the fewest figures and withstands the attack.

    The attack is the gate: when it breaks a pattern, or when no pattern shows anything,
    the release is refused and hides everything. So it is when the numbers are beyond
    what the programs can reckon with. The same table gives the same figures; only
    whether the exact search ends within the seconds depends on the machine.
    """
    begin = monotonic()
    try:
        hidden, method = _withstanding(table, seconds)
    except (ArithmeticError, RuntimeError):
        hidden, method = _nothing(table), Method.REFUSED
    return publish(table, hidden, method, monotonic() - begin)


def _withstanding(table: Table, seconds: float) -> tuple[Mask, Method]:
    pattern = fewest_hidden(table, seconds)
    release = publish(table, pattern.hidden, pattern.method, 0)
    if pattern.method is not Method.REFUSED and attack(table, release):
        return _nothing(table), Method.REFUSED
    return pattern.hidden, pattern.method


def _nothing(table: Table) -> Mask:
    return np.ones([size + 1 for size in table.shape], dtype=np.bool_)
