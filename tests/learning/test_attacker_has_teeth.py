"""The attacker breaks what people do by hand, about as often as was measured before."""

import numpy as np
import pytest
from by_hand import one_more, threshold_only
from made_tables import table_of

from klankbord.learning.disclosure.attacker import attack
from klankbord.learning.disclosure.tables import Method, publish

TABLES = 25


def random_table(random, shape, organisations, people, *, spread, coalition):
    """Organisations of unequal size that answer about the middle of the scale.

    `people` is the mean number of persons in a cell and `spread` how unequal the cells
    are; every organisation has its own mean in every cell.
    """
    share = random.lognormal(0.0, 0.8, organisations)
    size = random.lognormal(0.0, spread, shape)
    expected = people * np.multiply.outer(share / share.sum(), size / size.mean())
    persons = random.poisson(expected)
    sums = persons * random.uniform(2.4, 3.9, persons.shape)
    return table_of(persons, sums, coalition)


def part_broken(seed, method, shape, organisations, people, *, spread, coalition):
    random = np.random.default_rng(seed)
    broken = 0
    for _ in range(TABLES):
        table = random_table(
            random, shape, organisations, people, spread=spread, coalition=coalition
        )
        release = publish(table, method(table), Method.HEURISTIC, 0.0)
        broken += bool(attack(table, release))
    return broken / TABLES


@pytest.mark.parametrize(
    ("method", "people", "spread", "at_least"),
    [
        (threshold_only, 40, 1.0, 0.9),
        (one_more, 40, 1.0, 0.9),
        (threshold_only, 14, 0.6, 0.6),
        (one_more, 14, 0.6, 0.5),
    ],
)
def test_an_outsider_breaks_large_tables_that_are_protected_by_hand(
    method, people, spread, at_least
):
    part = part_broken(people, method, (10, 12), 12, people, spread=spread, coalition=0)

    assert part >= at_least


@pytest.mark.parametrize("method", [threshold_only, one_more])
@pytest.mark.parametrize("organisations", [4, 6, 8, 12])
def test_organisations_break_small_tables_that_are_protected_by_hand(
    method, organisations
):
    people = 4.2 * organisations
    part = part_broken(
        organisations, method, (3, 4), organisations, people, spread=1.0, coalition=1
    )

    assert part >= 0.7


def test_tables_of_which_everything_is_hidden_are_never_broken():
    def everything(table):
        return np.ones((table.shape[0] + 1, table.shape[1] + 1), dtype=np.bool_)

    part = part_broken(1, everything, (3, 4), 6, 24, spread=1.0, coalition=1)

    assert part == 0.0
