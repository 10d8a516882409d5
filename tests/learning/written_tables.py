"""Tables and releases as they are written in a file, right and wrong."""

import copy
import json

import numpy as np
from hypothesis import strategies as st

from klankbord.learning.disclosure.documents import Unreadable
from klankbord.learning.disclosure.files import read_table, write_release
from klankbord.learning.disclosure.tables import Method, publish


def cells(n=12, mean=3.0):
    return [[{"n": n, "sum": n * mean} for _ in range(2)] for _ in range(3)]


def a_table(**changes):
    return {
        "rows": ["youth", "parent", "buddy"],
        "columns": ["0-11", "12+"],
        "kind": "score",
        "scale": [1, 5],
        "organisations": [{"name": name, "cells": cells()} for name in "abcd"],
        **changes,
    }


def the_release(document, hidden=()):
    table = read_table(json.dumps(document))
    mask = np.zeros((table.shape[0] + 1, table.shape[1] + 1), dtype=np.bool_)
    for place in hidden:
        mask[place] = True
    return publish(table, mask, Method.OPTIMAL, 0.25)


def a_release(document=None, hidden=()):
    return json.loads(write_release(the_release(document or a_table(), hidden)))


def a_year(**changes):
    quarter = a_table()
    frozen = {"table": quarter, "release": a_release(), "adds_into_total": True}
    return a_table(frozen=[frozen | changes])


def at(document, path, value):
    """Return a copy with another value at a path; None takes the field away."""
    changed = copy.deepcopy(document)
    inside = changed
    for step in path[:-1]:
        inside = inside[step]
    if value is None:
        del inside[path[-1]]
    else:
        inside[path[-1]] = value
    return changed


def places(document, path=()):
    """Every place of a document, the whole of it included."""
    yield path
    steps = document.items() if isinstance(document, dict) else ()
    if isinstance(document, list):
        steps = enumerate(document)
    for step, inside in steps:
        yield from places(inside, (*path, step))


ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=5),
    st.just([]),
    st.just({}),
    st.dictionaries(st.text(max_size=5), st.integers(), max_size=2),
    st.lists(st.integers(), max_size=3),
    st.sampled_from([10**30, -1e300, "\ud800", "NaN", [[]], [[{"n": 1}]]]),
)


def read_or_refused(read, text):
    """What is read, or None when a sentence says why not; never another error."""
    try:
        return read(text)
    except Unreadable:
        return None
