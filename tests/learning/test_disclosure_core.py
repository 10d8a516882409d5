"""The core holds: what the solver publishes, the attack cannot break."""

from dataclasses import replace

import numpy as np
import pytest
from made_tables import SIZES, made_table, released

from klankbord.learning.disclosure.attacker import attack
from klankbord.learning.disclosure.release import solve
from klankbord.learning.disclosure.solver import fewest_hidden
from klankbord.learning.disclosure.tables import (
    Kind,
    Method,
    Organisation,
    publish,
)


@pytest.mark.parametrize("organisations", SIZES)
@pytest.mark.parametrize("seed", range(12))
def test_no_organisation_and_no_outsider_breaks_a_release(organisations, seed):
    table = made_table(seed, organisations=organisations)
    release = released(table)
    assert release.method is Method.OPTIMAL
    assert attack(table, release) == []


@pytest.mark.parametrize("organisations", [8, 12])
@pytest.mark.parametrize("seed", range(5))
def test_no_pair_of_organisations_breaks_a_strict_release(organisations, seed):
    table = made_table(seed, organisations=organisations, coalition=2)
    assert attack(table, released(table)) == []


@pytest.mark.parametrize("seed", range(3))
def test_a_larger_table_holds_too(seed):
    table = made_table(seed, organisations=6, shape=(6, 6), persons=1000)
    assert attack(table, released(table, seconds=5)) == []


def test_at_twelve_organisations_at_most_a_quarter_is_hidden():
    shares = [released(made_table(seed)).hidden.mean() for seed in range(20)]
    assert np.mean(shares) <= 0.25


@pytest.mark.parametrize("seed", range(4))
def test_every_secondary_of_a_release_is_needed(seed):
    table = made_table(seed, organisations=6)
    pattern = fewest_hidden(table, 30)
    for place in zip(*np.nonzero(pattern.hidden), strict=True):
        fewer = pattern.hidden.copy()
        fewer[place] = False
        release = publish(table, fewer, Method.OPTIMAL, 0)
        # A figure of nobody has no mean to show; all others are broken when shown.
        assert attack(table, release), place


def test_a_release_against_outsiders_only_is_broken_by_an_organisation():
    broken = 0
    for seed in range(20):
        table = made_table(seed, organisations=4)
        outsiders = released(replace(table, coalition=0))
        assert attack(replace(table, coalition=0), outsiders) == []
        broken += bool(attack(table, outsiders))
    assert broken >= 15


def test_the_same_table_gives_the_same_figures():
    table = made_table(7, organisations=6)
    assert solve(table).figures == solve(table).figures


def test_two_organisations_alone_get_no_release():
    release = solve(made_table(1, organisations=2, persons=200))
    assert release.method is Method.REFUSED
    assert release.hidden.all()


def test_one_organisation_of_nine_tenths_is_not_shown_as_a_figure_of_all():
    table = made_table(3)
    large = table.organisations[0]
    grown = Organisation(large.name, False, large.persons + 450, large.sums + 450 * 3.0)
    table = replace(table, organisations=(grown, *table.organisations[1:]))
    release = solve(table)
    assert release.hidden.all()
    assert release.method is Method.REFUSED


def test_when_all_said_the_same_no_mean_is_shown():
    table = made_table(4)
    same = tuple(replace(each, sums=each.persons * 5.0) for each in table.organisations)
    assert solve(replace(table, organisations=same)).hidden.all()


def test_a_named_organisation_is_taken_out_for_everybody():
    table = made_table(5, organisations=4, persons=600)
    named = tuple(
        replace(each, named=index < 2) for index, each in enumerate(table.organisations)
    )
    # Of the two that are left, each could subtract itself: nothing can be shown.
    assert solve(table).method is Method.OPTIMAL
    assert solve(replace(table, organisations=named)).method is Method.REFUSED


def test_a_process_measure_is_published_as_a_total_only():
    table = replace(made_table(6), kind=Kind.PROCESS)
    hidden = solve(table).hidden
    assert not hidden[-1, -1]
    assert hidden.sum() == hidden.size - 1


def test_a_process_measure_may_be_near_the_end_of_its_scale():
    table = made_table(6, shape=(1, 1))
    always = tuple(
        replace(each, sums=each.persons * 5.0) for each in table.organisations
    )
    table = replace(table, organisations=always)
    assert solve(table).method is Method.REFUSED
    assert not solve(replace(table, kind=Kind.PROCESS)).hidden.any()


def test_too_little_time_gives_a_release_that_holds():
    table = made_table(1, shape=(10, 12), persons=4800)
    release = released(table, seconds=0.01)
    assert release.method in (Method.HEURISTIC, Method.OPTIMAL)
    assert attack(table, release) == []
