"""What people hide by hand, and what the attack therefore has to break."""

import numpy as np

from klankbord.learning.disclosure.tables import Mask, Table, with_margins


def threshold_only(table: Table) -> Mask:
    """Hide what is about fewer persons than the threshold."""
    return with_margins(table.persons.sum(axis=0)) < table.threshold


def one_more(table: Table) -> Mask:
    """Hide, where that leaves one hidden figure in a line, the smallest other one."""
    persons = with_margins(table.persons.sum(axis=0))
    hidden = threshold_only(table)
    for mask, sizes in ((hidden, persons), (hidden.T, persons.T)):
        for line, size in zip(mask, sizes, strict=True):
            if line.sum() == 1:
                line[np.where(line, np.iinfo(size.dtype).max, size).argmin()] = True
    return hidden
