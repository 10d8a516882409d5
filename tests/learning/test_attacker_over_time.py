"""The attacker on a table and those released before it, summed on paper."""

import numpy as np
import pytest
from tables_on_paper import (
    FOUR_FIGURES_OF_ONE_CELL,
    RECTANGLE,
    all_hidden,
    at,
    attacked,
    four_alike,
    frozen_of,
    plus,
    release_of,
    table_of,
    told,
)

from klankbord.learning.disclosure.attacker import Violation, attack
from klankbord.learning.disclosure.attacker.changes import (
    Contributions,
    late_and_erased,
)
from klankbord.learning.disclosure.tables import Frozen


def test_a_quarter_is_computed_from_the_year_and_the_other_quarters():
    quarters = [frozen_of([[8]], FOUR_FIGURES_OF_ONE_CELL), frozen_of([[40]])]
    year = table_of(four_alike([[48]]), frozen=quarters)
    found = attacked(year)

    assert at(found, "G3", (0, 0), frozen=0).low == 3.0
    assert at(found, "G3", (0, 0), frozen=0).high == 3.0
    assert {(each.promise, each.frozen, each.group) for each in found} == {
        ("G3", 0, None)
    }
    assert attack(year, all_hidden(year)) == []


def test_a_year_may_be_shown_when_its_quarters_were():
    year = table_of(four_alike([[80]]), frozen=[frozen_of([[40]]), frozen_of([[40]])])

    assert attacked(year) == []


def test_one_answer_that_came_late_is_the_year_less_the_quarters():
    year = table_of(
        plus(four_alike([[80]]), "b", 1, 4.0),
        frozen=[frozen_of([[40]]), frozen_of([[40]])],
        coalition=1,
    )
    found = attacked(year)

    assert at(found, "G3", (0, 0), group="late").low == 4.0
    assert at(found, "G3", (0, 0), group="late").high == 4.0
    assert at(found, "G2", (0, 0), group="late").low == 1.0
    assert {each.attacker for each in found} == {(), ("a",), ("c",), ("d",)}
    assert attack(year, all_hidden(year)) == []


def test_one_person_who_was_erased_is_the_quarters_less_the_year():
    year = table_of(
        plus(four_alike([[80]]), "b", -1, -2.0),
        frozen=[frozen_of([[40]]), frozen_of([[40]])],
    )
    found = attacked(year)

    assert at(found, "G3", (0, 0), group="erased").low == 2.0
    assert at(found, "G3", (0, 0), group="erased").high == 2.0
    assert {each.group for each in found} == {"erased"}
    assert attack(year, all_hidden(year)) == []


def test_many_answers_of_several_organisations_may_come_late():
    year = table_of(
        four_alike([[120]]), frozen=[frozen_of([[40]]), frozen_of([[40]])], coalition=1
    )

    assert attacked(year) == []


def test_a_sum_that_changed_without_the_count_is_one_person_for_another():
    # The late one scored two points more than the erased one, so there is at least half
    # a person of each; the mean of the late is anything from 3 to 5: wide enough.
    year = table_of(plus(four_alike([[40]]), "b", 0, 2.0), frozen=[frozen_of([[40]])])
    found = attacked(year)

    assert {each.promise for each in found} == {"G2"}
    assert at(found, "G2", (0, 0), group="late").low == pytest.approx(0.5)
    assert at(found, "G2", (0, 0), group="erased").low == pytest.approx(0.5)


def test_one_person_for_another_are_thought_to_lie_in_the_middle_of_what_is_possible():
    before = Contributions(np.array([[[4]]]), np.array([[[12.0]]]))
    now = Contributions(np.array([[[4]]]), np.array([[[14.0]]]))
    late, erased = late_and_erased(before, now, (1.0, 5.0))

    assert (late.persons.item(), late.sums.item()) == (1, 4.0)
    assert (erased.persons.item(), erased.sums.item()) == (1, 2.0)


def test_a_year_that_shows_what_a_quarter_hid_opens_the_quarter():
    # Nobody came late and nobody was erased: the year hides the people that the quarter
    # hid, and shows what the quarter did not.
    persons = [[8, 40], [40, 40]]
    quarter = frozen_of(persons, [(0, 0), (0, 1), (1, 0), (1, 1)])
    year = table_of(four_alike(persons), frozen=[quarter])

    assert attacked(year, RECTANGLE) == []
    assert ("G3", (), (0, 0)) in told(attacked(year, [(0, 0), (1, 0)]))


def test_nobody_in_the_year_is_thought_to_score_beyond_the_scale():
    # Everybody in the second row answered 5, so the first row can only score more, and
    # has four points to the top. Four were erased from it, who could make up for more.
    means = [[4.5], [5.0]]
    quarter = frozen_of([[12], [40]], [*RECTANGLE, (2, 0), (2, 1)], means)
    year = table_of(four_alike([[8], [40]], means), frozen=[quarter])
    found = attacked(year, RECTANGLE)

    assert at(found, "G3", (0, 0), frozen=None, group=None).low == pytest.approx(4.5)
    assert at(found, "G3", (0, 0), frozen=None, group=None).high == pytest.approx(5.0)
    assert attack(year, all_hidden(year)) == []


def test_an_earlier_release_that_no_longer_belongs_to_its_table_is_found():
    true = table_of(four_alike([[40, 40]]))
    changed = table_of(plus(four_alike([[40, 40]]), "a", 20, 60.0))
    kept = release_of(true)

    def with_earlier(table):
        earlier = Frozen(table, kept, adds_into_total=False)
        return table_of(four_alike([[40, 40]]), frozen=[earlier])

    found = attacked(with_earlier(changed))

    assert attacked(with_earlier(true)) == []
    assert {(each.promise, each.frozen) for each in found} == {("G5", 0)}
    assert found[0] == Violation("G5", (), (0, 0), 60.0, 60.0, frozen=0)
