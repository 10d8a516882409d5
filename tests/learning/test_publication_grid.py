"""The grid: as fine as it can be with at most 30 % hidden, never by the scores."""

from dataclasses import replace

import numpy as np
from made_tables import SIZES, made_table

from klankbord.learning.disclosure.grid import MOST_HIDDEN, choose_grid, coarsen
from klankbord.learning.disclosure.solver import fewest_hidden


def test_many_organisations_publish_the_finest_grid():
    assert choose_grid(made_table(1)).shape == (3, 4)


def test_few_organisations_publish_a_coarser_grid_that_hides_less():
    table = made_table(2, organisations=4)
    assert fewest_hidden(table, 15).hidden.mean() > MOST_HIDDEN
    chosen = choose_grid(table)
    assert chosen.shape in {(3, 2), (3, 1), (1, 1)}


def test_with_almost_nobody_only_the_total_is_left():
    assert choose_grid(made_table(3, organisations=4, persons=20)).shape == (1, 1)


def test_the_grid_never_depends_on_the_scores():
    for organisations in SIZES:
        table = made_table(5, organisations=organisations)
        same = tuple(
            replace(each, sums=each.persons * 5.0) for each in table.organisations
        )
        extreme = replace(table, organisations=same)
        assert choose_grid(extreme).shape == choose_grid(table).shape


def test_nobody_is_lost_when_a_grid_is_made_coarser():
    table = made_table(4)
    coarse = coarsen(table, ((0,), (1,), (2,)), ((0, 1), (2, 3)))
    assert coarse.columns == ("age 1 + age 2", "age 3 + age 4")
    assert coarse.persons.sum() == table.persons.sum()
    assert np.allclose(coarse.sums.sum(axis=(1, 2)), table.sums.sum(axis=(1, 2)))
