"""The attacker on one table, of which the sums can be done on paper."""

import pytest
from tables_on_paper import (
    RECTANGLE,
    all_hidden,
    at,
    attacked,
    four_alike,
    frozen_of,
    organisation,
    plus,
    release_of,
    table_of,
    told,
)

from klankbord.learning.disclosure.attacker import Violation, attack
from klankbord.learning.disclosure.tables import Figure, Frozen, Kind, Method, Release

# -- what is shown ---------------------------------------------------------------------


def test_a_figure_shown_about_eight_people_breaks_the_first_promise():
    table = table_of(four_alike([[8, 40], [40, 40]]))

    assert attacked(table) == [Violation("G1", (), (0, 0), 8.0, 8.0)]


def test_figures_about_twelve_people_and_more_may_all_be_shown():
    table = table_of(four_alike([[12, 40], [40, 40]]))

    assert attacked(table) == []


def test_a_figure_about_nobody_must_be_hidden():
    table = table_of(four_alike([[0, 40], [40, 40]]))
    kept = release_of(table, [(0, 0)])
    first, *rest = kept.figures
    told_of_nobody = (Figure(hidden=False, n_band="1-9", mean=3.0), *first[1:])
    forged = Release((told_of_nobody, *rest), Method.OPTIMAL, 0.0)

    assert attack(table, forged) == [Violation("G1", (), (0, 0), 0.0, 0.0)]
    assert attack(table, kept) == []


def test_a_figure_that_is_called_hidden_and_tells_its_mean_counts_as_shown():
    table = table_of(four_alike([[8]]))
    quiet = all_hidden(table)
    first, *rest = quiet.figures
    leak = (Figure(hidden=True, mean=3.0), *first[1:])

    assert ("G1", (), (0, 0)) in told(
        attack(table, Release((leak, *rest), Method.OPTIMAL, 0.0))
    )
    assert attack(table, quiet) == []


def test_a_figure_of_one_organisation_breaks_the_first_promise_however_many_people():
    one = table_of([organisation("a", [[40]])])
    two = table_of([organisation("a", [[40]]), organisation("b", [[10]])])

    assert attacked(one)[0] == Violation("G1", (), (0, 0), 40.0, 40.0)
    assert attacked(two) == []


def test_a_figure_that_is_nearly_all_of_one_organisation_breaks_the_fourth_promise():
    def beside_hundred(b, c):
        people = {"a": 100, "b": b, "c": c}
        return table_of([organisation(name, [[n]]) for name, n in people.items()])

    assert attacked(beside_hundred(10, 9))[0] == Violation(
        "G4", (), (0, 0), 119.0, 119.0
    )
    assert attacked(beside_hundred(10, 10)) == []


@pytest.mark.parametrize("mean", [1.0, 1.4, 1.43, 4.57, 4.6, 5.0])
def test_a_mean_shown_within_a_tenth_of_an_end_breaks_the_third_promise(mean):
    found = attacked(table_of(four_alike([[400]], mean)))

    assert {each.promise for each in found} == {"G3"}
    assert found[0].low == found[0].high == pytest.approx(mean)


@pytest.mark.parametrize("mean", [1.46, 3.0, 4.54])
def test_a_mean_shown_farther_from_the_ends_breaks_nothing(mean):
    assert attacked(table_of(four_alike([[400]], mean))) == []


def test_a_process_measure_may_have_an_extreme_mean_but_only_as_a_total():
    table = table_of(four_alike([[40, 40], [40, 40]], 4.9), kind=Kind.PROCESS)
    below_total = [place for place in table.places() if place != (2, 2)]

    assert attacked(table, below_total) == []
    assert told(attacked(table, below_total[1:])) == {("G1", (), (0, 0))}


def test_the_four_figures_of_a_process_measure_of_one_cell_are_one_total():
    assert attacked(table_of(four_alike([[40]], 4.9), kind=Kind.PROCESS)) == []


# -- what is hidden --------------------------------------------------------------------


def test_a_group_hidden_alone_in_its_row_is_computed():
    table = table_of(four_alike([[8, 40, 40], [40, 40, 40], [40, 40, 40]]))
    found = attacked(table, [(0, 0)])

    assert found == [
        Violation("G2", (), (0, 0), 8.0, 8.0),
        Violation("G3", (), (0, 0), 3.0, 3.0),
    ]


def test_a_group_hidden_in_a_rectangle_holds():
    table = table_of(four_alike([[8, 40, 40], [40, 40, 40], [40, 40, 40]]))

    assert attacked(table, RECTANGLE) == []


def test_a_rectangle_with_too_few_people_in_the_far_corner_does_not_hold():
    # When (0, 0) loses a person (1, 1) does: four at most.
    table = table_of(four_alike([[8, 40, 40], [40, 4, 40], [40, 40, 40]]))
    found = attacked(table, RECTANGLE)

    assert found == [Violation("G2", (), (0, 0), 4.0, 28.0)]


def test_a_group_of_one_organisation_must_stay_open_by_a_fifth():
    def with_far_corner(each):
        others = [[0, 10, 10], [10, each, 10], [10, 10, 10]]
        most = [[40, 10, 10], [10, each, 10], [10, 10, 10]]
        rest = [organisation(name, others) for name in "bcd"]
        return table_of([organisation("a", most), *rest])

    broken = attacked(with_far_corner(1), RECTANGLE)

    assert attacked(with_far_corner(10), RECTANGLE) == []
    assert at(broken, "G4", (0, 0)).low == 36.0
    assert at(broken, "G4", (0, 0)).high == 60.0


def test_known_sizes_leave_a_mean_narrow_whose_count_is_open():
    # The neighbours (0, 1) and (1, 0) all answered 1, so (0, 0) cannot score more; it
    # can score less, down to 1.
    means = [[2.0, 1.0, 3.0], [1.0, 3.0, 3.0], [3.0, 3.0, 3.0]]
    persons = [[8, 40, 40], [40, 40, 40], [40, 40, 40]]
    narrow = attacked(table_of(four_alike(persons, means)), RECTANGLE)
    open_enough = attacked(table_of(four_alike(persons)), RECTANGLE)

    assert {each.promise for each in narrow} == {"G3"}
    assert at(narrow, "G3", (0, 0)).low == pytest.approx(1.0)
    assert at(narrow, "G3", (0, 0)).high == pytest.approx(2.0)
    assert open_enough == []


def test_a_margin_that_is_hidden_can_be_a_group_that_is_computed():
    table = table_of(four_alike([[4, 4], [40, 40]]))
    first_row = [(0, 0), (0, 1), (0, 2)]
    found = attacked(table, first_row)

    assert at(found, "G2", (0, 2)).low == at(found, "G2", (0, 2)).high == 8.0
    assert attacked(table, table.places()) == []


# -- who attacks -----------------------------------------------------------------------


def three_with(b, c, *, coalition, **more):
    return table_of(
        [
            organisation("a", [[30, 30]], **more),
            organisation("b", [[b, 20]]),
            organisation("c", [[c, 20]]),
        ],
        coalition=coalition,
    )


def test_an_organisation_subtracts_its_own_people():
    found = attacked(three_with(5, 3, coalition=1))

    assert at(found, "G1", (0, 0), ("a",)).low == 8.0
    assert {each.promise for each in found if each.attacker != ("a",)} == {"G4"}
    assert {each.place[1] for each in found} == {0}
    assert attacked(three_with(5, 3, coalition=0)) == []
    assert attacked(three_with(8, 8, coalition=1)) == []


def test_who_subtracts_its_own_people_may_find_nearly_all_of_one_organisation():
    found = attacked(three_with(5, 3, coalition=1))

    # A table of one row says each figure twice.
    assert {place for promise, who, place in told(found) if who == ("b",)} == {
        (0, 0),
        (1, 0),
    }
    assert at(found, "G4", (0, 0), ("b",)).low == 33.0


def test_organisations_that_pool_what_they_know_subtract_it_all():
    found = attacked(three_with(8, 8, coalition=2))

    assert ("G1", ("a", "b"), (0, 0)) in told(found)
    assert {len(each.attacker) for each in found} == {2}


def test_nothing_is_left_to_protect_when_all_the_people_are_the_attackers_own():
    table = table_of(
        [
            organisation("a", [[4, 40, 40], [40, 40, 40]]),
            *(organisation(name, [[0, 40, 40], [40, 40, 40]]) for name in "bcd"),
        ],
        coalition=1,
    )
    found = attacked(table, [(0, 0)])

    assert {each.attacker for each in found} == {(), ("b",), ("c",), ("d",)}


def test_a_rectangle_holds_for_outsiders_and_not_for_who_fills_its_far_corner():
    far = {"a": 12, "b": 2, "c": 2, "d": 0}
    near = {"a": 0, "b": 4, "c": 4, "d": 0}
    organisations = [
        organisation(name, [[near[name], 20, 20], [20, far[name], 20], [20, 20, 20]])
        for name in "abcd"
    ]
    outside, inside = (
        attacked(table_of(organisations, coalition=size), RECTANGLE) for size in (0, 1)
    )

    assert outside == []
    assert at(inside, "G2", (0, 0), ("a",)).low == 4.0


def test_an_organisation_that_agreed_to_be_named_is_known_to_everybody():
    secret, named = (
        three_with(5, 3, coalition=0, named=named) for named in (False, True)
    )

    assert attacked(secret) == []
    assert told(attacked(named)) == {("G1", (), (0, 0)), ("G1", (), (1, 0))}


def test_an_organisation_that_was_named_in_an_earlier_round_stays_known():
    earlier = three_with(5, 3, coalition=0, named=True)
    frozen = Frozen(earlier, all_hidden(earlier), adds_into_total=False)
    now = three_with(5, 3, coalition=0)
    later = table_of(now.organisations, frozen=[frozen])

    assert attacked(now) == []
    assert told(attacked(later)) == {("G1", (), (0, 0)), ("G1", (), (1, 0))}


# -- what it refuses, what it returns --------------------------------------------------


def test_a_violation_is_kept_with_what_is_needed_to_find_it_again():
    plain = Violation("G2", ("a", "b"), (0, 3), 2.0, 9.0)
    late = Violation("G3", (), (1, 1), 1.0, 2.0, group="late")
    frozen = Violation("G5", (), (1, 1), 1.0, 2.0, frozen=0)

    assert plain.as_json() == {
        "promise": "G2",
        "attacker": ["a", "b"],
        "cell": [0, 3],
        "low": 2.0,
        "high": 9.0,
    }
    assert late.as_json()["group"] == "late"
    assert frozen.as_json()["frozen"] == 0


def test_a_table_to_which_nobody_contributes_can_only_be_hidden():
    nobody = table_of([organisation("a", [[0]])])
    shown = release_of(table_of(four_alike([[40]])))

    assert attack(nobody, all_hidden(nobody)) == []
    assert {each.promise for each in attack(nobody, shown)} == {"G1"}


def test_numbers_that_contradict_each_other_are_refused():
    table = table_of(four_alike([[40, 40]]))
    beyond_the_scale = table_of(plus(four_alike([[40, 40]]), "a", 0, 80.0))
    other_form = table_of(four_alike([[40, 40]]), frozen=[frozen_of([[40]])])

    with pytest.raises(ValueError, match="shape"):
        attack(table, all_hidden(table_of(four_alike([[40]]))))
    with pytest.raises(ValueError, match="people"):
        attacked(beyond_the_scale)
    with pytest.raises(ValueError, match="form"):
        attacked(other_form)
