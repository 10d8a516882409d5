"""Small tables that others published with their results, solved and attacked by us.

Only figures are retyped, each with the project and the file that they come from. All of
these are tables of counts. Here every count is of two organisations of equal size who
score in the middle of the scale, so that only the rule on small groups speaks.
"""

import numpy as np
import pytest

from klankbord.learning.disclosure.attacker import attack
from klankbord.learning.disclosure.solver import fewest_hidden
from klankbord.learning.disclosure.solver.attacks import Attack
from klankbord.learning.disclosure.solver.blocks import composition_of
from klankbord.learning.disclosure.solver.master import Master
from klankbord.learning.disclosure.solver.threats import Attacker, Need
from klankbord.learning.disclosure.solver.worlds import Bounds, Worlds
from klankbord.learning.disclosure.tables import (
    Frozen,
    Kind,
    Method,
    Organisation,
    Table,
    publish,
    with_margins,
)

MIDDLE = 3.0
SECONDS = 30


def counts(rows, columns, persons, *, threshold, alone=(), frozen=()):
    """A table of counts; cells named in `alone` are of one organisation, a third."""
    persons = np.array(persons, dtype=np.int64)
    single = np.zeros_like(persons)
    for row, column in alone:
        at = rows.index(row), columns.index(column)
        single[at] = persons[at]
    shared = persons - single
    parts = {"first": shared - shared // 2, "second": shared // 2, "third": single}
    return Table(
        rows=tuple(rows),
        columns=tuple(columns),
        kind=Kind.SCORE,
        scale=(1.0, 5.0),
        threshold=threshold,
        coalition=0,
        dominance=0.2,
        organisations=tuple(
            Organisation(name, False, part, part * MIDDLE)
            for name, part in parts.items()
        ),
        frozen=tuple(frozen),
    )


def mask_of(table, cells):
    """The figures hidden: cells by name, where "total" is the margin."""
    rows, columns = [*table.rows, "total"], [*table.columns, "total"]
    mask = np.zeros((len(rows), len(columns)), dtype=np.bool_)
    for row, column in cells:
        mask[rows.index(row), columns.index(column)] = True
    return mask


def named(table, mask):
    rows, columns = [*table.rows, "total"], [*table.columns, "total"]
    return {(rows[row], columns[column]) for row, column in np.argwhere(mask)}


def attacked(table, cells):
    return attack(table, publish(table, mask_of(table, cells), Method.OPTIMAL, 0.0))


def place(table, cell):
    (at,) = np.argwhere(mask_of(table, [cell]))
    return tuple(int(each) for each in at)


# -- two regions and two genders -------------------------------------------------------

REGIONS, GENDERS = ["A", "B", "C", "D"], ["male", "female"]
FOUR_CELLS = {("A", "male"), ("A", "female"), ("C", "male"), ("C", "female")}

# sdcTools/checkTauArgus 0.2.1 (2017), inst/tests/Batch/ex1/tabdata_ex1.tab: A/female is
# unsafe by hand; ../test_batch_ex1.R has the pattern that τ-ARGUS finds as the optimum.
EX1 = [[895, 137], [753, 973], [569, 486], [540, 793]]

# sdcTools/sdcTable (2021), data-raw/microdata1.R: a hundred records, counted here;
# A/female is unsafe by hand. tests/testthat/test-protectTable.r has the same four cells
# for the optimum, HITAS and the hypercube.
MICRODATA1 = [[18, 2], [14, 19], [12, 10], [11, 14]]


@pytest.mark.parametrize(
    ("persons", "threshold"), [(EX1, 138), (MICRODATA1, 10)], ids=["ex1", "microdata1"]
)
def test_one_unsafe_region_is_hidden_with_the_three_cells_that_others_chose(
    persons, threshold
):
    table = counts(REGIONS, GENDERS, persons, threshold=threshold)
    pattern = fewest_hidden(table, SECONDS)

    assert named(table, pattern.hidden) == FOUR_CELLS
    assert pattern.method is Method.OPTIMAL
    assert pattern.least == 4
    assert attacked(table, FOUR_CELLS) == []


@pytest.mark.parametrize("shown", sorted(FOUR_CELLS - {("A", "female")}))
@pytest.mark.parametrize(
    ("persons", "threshold"), [(EX1, 138), (MICRODATA1, 10)], ids=["ex1", "microdata1"]
)
def test_none_of_the_three_can_be_shown(persons, threshold, shown):
    table = counts(REGIONS, GENDERS, persons, threshold=threshold)
    unsafe = place(table, ("A", "female"))
    found = [
        each
        for each in attacked(table, FOUR_CELLS - {shown})
        if (each.place, each.promise) == (unsafe, "G2")
    ]

    assert [(each.low, each.high) for each in found] == [(persons[0][1],) * 2]


# -- two hidden in every line, and still open ------------------------------------------

# sdcTools/sdcTable, tests/testthat/test-simpleheuristic.R: nine cells marked unsafe by
# hand; one more is needed. Bounds of w/b after it: 0 and 78 in 0.32.6 (2023), 0 and 141
# in 0.32.0 (2021). Of all cells only x/d gives 78; x/b, named in a comment there, 141.
FOUR_ROWS, FOUR_COLUMNS = ["w", "x", "y", "z"], ["a", "b", "c", "d"]
FOUR_BY_FOUR = [
    [30, 47, 64, 89],
    [90, 124, 5, 31],
    [92, 100, 59, 85],
    [800, 991, 651, 685],
]
NINE = {
    *(("w", column) for column in "abc"),
    *(("x", column) for column in "ac"),
    *((row, column) for row in "yz" for column in "bd"),
}


def test_two_hidden_in_every_line_leave_one_count_open_to_everybody():
    # A cell of one organisation is promised to stay open, whatever its size; so the
    # attack says what it can tell about w/b, and about no other cell.
    table = counts(
        FOUR_ROWS, FOUR_COLUMNS, FOUR_BY_FOUR, threshold=5, alone=[("w", "b")]
    )
    broken = attacked(table, NINE)
    hidden = mask_of(table, NINE)[:-1, :-1]

    assert (hidden.sum(axis=0) >= 2).all()
    assert (hidden.sum(axis=1) >= 2).all()
    assert [(each.promise, each.low, each.high) for each in broken] == [
        ("G4", 47.0, 47.0),
        ("G3", MIDDLE, MIDDLE),
    ]
    assert {each.place for each in broken} == {place(table, ("w", "b"))}
    assert attacked(table, NINE | {("x", "d")}) == []


def counts_only(table, unsafe):
    """Solve for counts alone: none of the unsafe cells may be told exactly.

    The rules of the product ask for more than was published here, so what it is built
    of is used: its equations, its attack and its master, with needs of one person.
    """
    shape = table.shape[0] + 1, table.shape[1] + 1
    persons, sums = table.persons.sum(axis=0), table.sums.sum(axis=0)
    forced = mask_of(table, unsafe)
    needs = [
        Need(None, int(figure), down=1, up=1, spread=0, empty=False)
        for figure in np.flatnonzero(forced)
    ]
    composition = composition_of(table)
    attacker = Attacker(persons[None], sums[None], forced, tuple(needs))
    attack_ = Attack(
        table, Worlds(table.shape, composition.blocks), attacker, composition.signs
    )
    master = Master(
        table.shape, forced.ravel(), with_margins(persons).ravel().astype(np.float64)
    )
    while True:
        hidden = master.solve(SECONDS)
        cuts = attack_.cuts(hidden.astype(np.float64))
        if not cuts:
            return hidden.reshape(shape)
        for cut in cuts:
            master.add(cut)


def bounds_of(table, cell, hidden):
    """What anybody who knows nothing beforehand can tell about the count of a cell."""
    persons = with_margins(table.persons.sum(axis=0)).ravel().astype(np.float64)
    figures = len(persons)
    above = np.full(figures, 2 * persons.sum())
    worlds = Worlds(table.shape, composition_of(table).blocks)
    worlds.see(Bounds(persons[None], above[None], persons, above), hidden.ravel() * 1.0)
    at = int(np.flatnonzero(mask_of(table, [cell]))[0])
    costs = np.zeros(figures)
    costs[at] = 1.0
    low, high = (
        persons[at] + worlds.farthest(sign * costs)[at] for sign in (-1.0, 1.0)
    )
    return low, high


def test_one_more_cell_closes_it_and_leaves_the_bounds_that_were_published():
    table = counts(FOUR_ROWS, FOUR_COLUMNS, FOUR_BY_FOUR, threshold=5)
    hidden = counts_only(table, NINE)

    assert named(table, hidden) - NINE == {("x", "d")}
    assert bounds_of(table, ("w", "b"), mask_of(table, NINE)) == pytest.approx((47, 47))
    assert bounds_of(table, ("w", "b"), hidden) == pytest.approx((0, 78))


def test_the_cell_that_was_published_earlier_closes_it_as_well():
    table = counts(FOUR_ROWS, FOUR_COLUMNS, FOUR_BY_FOUR, threshold=5)

    assert bounds_of(
        table, ("w", "b"), mask_of(table, NINE | {("x", "b")})
    ) == pytest.approx((0, 141))


# -- two tables that share their cells -------------------------------------------------

# sdcTools/sdcTable (2021), tests/testthat/test-linked-tables.r: eight regions, added up
# by county in the one table and by size in the other; at most 3 is unsafe.
EIGHT = {"A": 2, "B": 2, "I": 8, "J": 8, "K": 3, "L": 3, "M": 3, "N": 7}
BY_COUNTY = {"county-1": "ABIJ", "county-2": "KLMN"}
BY_SIZE = {"big": "LM", "small": "ABIJKN"}
UNSAFE = "ABKLM"


def added_up(groups, *, only="ABIJKLMN", frozen=()):
    """The regions as columns, what they add up to as rows; zero where they do not."""
    persons = [
        [
            EIGHT[region] if region in members and region in only else 0
            for region in EIGHT
        ]
        for members in groups.values()
    ]
    return counts(list(groups), list(EIGHT), persons, threshold=4, frozen=frozen)


def without(table, regions):
    """The cells of these regions, their totals (the same), and all cells of nobody."""
    nobody = with_margins(table.persons.sum(axis=0)) == 0
    columns = [region in regions for region in [*EIGHT, "total"]]
    return named(table, nobody | np.array(columns))


def linked():
    """The county table, after one table for each size of which only the total is known.

    A published table by size is two releases that each show one total; the regions
    are published once, in the county table, so that a cell is hidden in both or none.
    """
    releases = []
    for size in BY_SIZE.values():
        table = added_up(BY_COUNTY, only=size)
        hidden = np.ones_like(mask_of(table, []))
        hidden[-1, -1] = False
        release = publish(table, hidden, Method.OPTIMAL, 0.0)
        releases.append(Frozen(table, release, adds_into_total=True))
    return added_up(BY_COUNTY, frozen=releases)


@pytest.mark.parametrize("groups", [BY_COUNTY, BY_SIZE])
def test_each_of_two_linked_tables_is_safe_apart_from_the_other(groups):
    table = added_up(groups)

    assert attacked(table, without(table, UNSAFE)) == []
    assert attacked(table, without(table, UNSAFE[1:])) != []


def test_together_the_linked_tables_tell_all_about_one_region():
    # small - county-1 = K + N = 10 and N = 7, so K is known: 3 persons, or, for who
    # knows the sizes of groups, what these three said. We attack what they said: our
    # attacker thinks that answers may also have come late, which blurs the persons.
    table = linked()
    found = attacked(table, without(table, UNSAFE))

    assert {each.promise for each in found} == {"G3"}
    assert {table.columns[each.place[1]] for each in found} == {"K"}
    assert {(each.low, each.high) for each in found} == {(MIDDLE, MIDDLE)}
    assert attacked(table, without(table, UNSAFE + "N")) == []


def test_the_linked_tables_are_cured_by_hiding_the_region_that_was_published():
    table = linked()
    pattern = fewest_hidden(table, SECONDS)

    assert named(table, pattern.hidden) == without(table, UNSAFE + "N")
    assert pattern.method is Method.OPTIMAL
