"""An organisation's own report, beside what it shares with the others."""

from dataclasses import replace

import numpy as np
import pytest
from made_tables import made_table, released

from klankbord.learning.disclosure.attacker import attack
from klankbord.learning.disclosure.own import own_table
from klankbord.learning.disclosure.release import solve
from klankbord.learning.disclosure.tables import Method, publish, with_margins


def _largest(table):
    return max(table.organisations, key=lambda each: each.persons.sum()).name


@pytest.mark.parametrize("seed", range(6))
def test_own_figures_beside_the_shared_ones_break_no_promise(seed):
    shared = made_table(seed, persons=1200)
    release = released(shared)
    own = own_table(shared, release, _largest(shared))
    report = solve(own)
    assert not report.hidden.all()
    assert attack(own, report) == []


def test_own_figures_hidden_one_by_one_are_computed_from_their_neighbours():
    broken = 0
    for seed in range(6):
        shared = made_table(seed, persons=1200)
        own = own_table(shared, released(shared), _largest(shared))
        persons = with_margins(own.persons.sum(axis=0))
        threshold_only = publish(own, persons < own.threshold, Method.OPTIMAL, 0)
        broken += bool(attack(own, threshold_only))
    assert broken >= 4


def test_no_own_figure_is_about_fewer_than_ten_people():
    shared = made_table(2, persons=1200)
    own = own_table(shared, released(shared), _largest(shared))
    persons = with_margins(own.persons.sum(axis=0))
    assert (persons[~solve(own).hidden] >= 10).all()


def test_five_people_never_get_an_own_report():
    shared = made_table(2)
    small = shared.organisations[0]
    few = np.zeros_like(small.persons)
    few[0, 0] = 5
    small = replace(small, persons=few, sums=few * 3.0)
    shared = replace(shared, organisations=(small, *shared.organisations[1:]))
    own = own_table(shared, released(shared), small.name)
    assert solve(own).method is Method.REFUSED


def test_who_took_no_part_has_no_own_report():
    shared = made_table(2)
    with pytest.raises(KeyError):
        own_table(shared, released(shared), "somebody else")
