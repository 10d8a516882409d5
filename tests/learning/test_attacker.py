"""The attacker on tables of which the sums can be done on paper."""

import numpy as np
import pytest

from klankbord.learning.disclosure.attacker import Violation, attack
from klankbord.learning.disclosure.attacker.changes import (
    Contributions,
    late_and_erased,
)
from klankbord.learning.disclosure.tables import (
    Figure,
    Frozen,
    Kind,
    Method,
    Organisation,
    Release,
    Table,
    publish,
)


def organisation(name, persons, mean=3.0, *, named=False):
    persons = np.array(persons, dtype=np.int64)
    return Organisation(
        name, named, persons, persons * np.broadcast_to(mean, persons.shape)
    )


def four_alike(persons, mean=3.0):
    """Four organisations that each have a quarter of these persons."""
    quarter = np.array(persons) // 4
    assert (quarter * 4 == persons).all()
    return [organisation(name, quarter, mean) for name in "abcd"]


def table_of(organisations, *, coalition=0, kind=Kind.SCORE, frozen=()):
    rows, columns = organisations[0].persons.shape
    return Table(
        rows=tuple(f"row {number}" for number in range(rows)),
        columns=tuple(f"column {number}" for number in range(columns)),
        kind=kind,
        scale=(1.0, 5.0),
        threshold=10,
        coalition=coalition,
        dominance=0.2,
        organisations=tuple(organisations),
        frozen=tuple(frozen),
    )


def release_of(table, hidden=()):
    mask = np.zeros((table.shape[0] + 1, table.shape[1] + 1), dtype=np.bool_)
    for place in hidden:
        mask[place] = True
    return publish(table, mask, Method.OPTIMAL, 0.0)


def attacked(table, hidden=()):
    return attack(table, release_of(table, hidden))


def all_hidden(table):
    return release_of(table, table.places())


def told(violations):
    return {(each.promise, each.attacker, each.place) for each in violations}


def at(violations, promise, place, attacker=(), **more):
    """The one violation of a promise at a place."""
    (found,) = (
        each
        for each in violations
        if (each.promise, each.place, each.attacker) == (promise, place, attacker)
        and all(getattr(each, name) == value for name, value in more.items())
    )
    return found


RECTANGLE = [(0, 0), (0, 1), (1, 0), (1, 1)]
FOUR_FIGURES_OF_ONE_CELL = RECTANGLE


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


# -- over time -------------------------------------------------------------------------


def frozen_of(persons, hidden=(), mean=3.0):
    table = table_of(four_alike(persons, mean))
    return Frozen(table, release_of(table, hidden), adds_into_total=True)


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


def plus(organisations, name, persons, points):
    """The same organisations, one of which has so many persons and points more."""
    return [
        Organisation(each.name, each.named, each.persons + persons, each.sums + points)
        if each.name == name
        else each
        for each in organisations
    ]


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
