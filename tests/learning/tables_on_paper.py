"""Small tables of which the sums can be done on paper, and attacks on them."""

import numpy as np

from klankbord.learning.disclosure.attacker import attack
from klankbord.learning.disclosure.tables import (
    Frozen,
    Kind,
    Method,
    Organisation,
    Table,
    publish,
)

RECTANGLE = [(0, 0), (0, 1), (1, 0), (1, 1)]
FOUR_FIGURES_OF_ONE_CELL = RECTANGLE


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


def frozen_of(persons, hidden=(), mean=3.0):
    table = table_of(four_alike(persons, mean))
    return Frozen(table, release_of(table, hidden), adds_into_total=True)


def plus(organisations, name, persons, points):
    """The same organisations, one of which has so many persons and points more."""
    return [
        Organisation(each.name, each.named, each.persons + persons, each.sums + points)
        if each.name == name
        else each
        for each in organisations
    ]
