"""Releases as files: what is read is what was written; and what a person reads."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from written_tables import (
    ANYTHING,
    a_release,
    a_table,
    at,
    cells,
    places,
    read_or_refused,
    the_release,
)

from klankbord.learning.disclosure.documents import Unreadable
from klankbord.learning.disclosure.explain import TOO_FEW, explain
from klankbord.learning.disclosure.files import (
    read_release,
    read_table,
    write_release,
)
from klankbord.learning.disclosure.tables import Method, publish


def said_of_release(document, table=None):
    with pytest.raises(Unreadable) as refused:
        read_release(json.dumps(document), table)
    return str(refused.value)


def test_a_release_is_the_same_after_writing_and_reading():
    release = the_release(a_table(), hidden=[(0, 0), (0, 1), (3, 2)])

    text = write_release(release)

    assert read_release(text) == release
    assert read_release(text, read_table(json.dumps(a_table()))) == release
    assert write_release(read_release(text)) == text
    assert text.endswith("}\n")


def test_a_release_has_the_form_that_was_agreed():
    document = a_release(hidden=[(0, 0), (1, 2)])

    assert list(document) == [
        *("cells", "row_totals", "column_totals", "total", "method", "seconds")
    ]
    assert document["cells"][0] == [
        {"hidden": True},
        {"hidden": False, "n_band": "20-49", "mean": 3.0},
    ]
    assert document["row_totals"][1] == {"hidden": True}
    assert document["total"] == {"hidden": False, "n_band": "100+", "mean": 3.0}
    assert (document["method"], document["seconds"]) == ("optimal", 0.25)


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        (("total",), None, "total: a figure was expected."),
        (("total", "hidden"), None, "total.hidden: true or false was expected."),
        (("total", "hidden"), "no", "total.hidden: true or false was expected"),
        (("total", "mean"), None, "total.mean: a number was expected."),
        (("total", "n_band"), "5", 'total.n_band: "1-9", "10-19"'),
        (("total",), {"hidden": True, "mean": 3}, "total.mean: no such field was expected; known: hidden."),  # noqa: E501
        (("method",), "best", 'method: "optimal", "heuristic" or "refused" was'),
        (("method",), "refused", 'method: "optimal" or "heuristic", for something is'),
        (("seconds",), -1, "seconds: a number of 0 or more was expected, not -1."),
        (("row_totals",), [{"hidden": True}], "cells: a list of 1 rows was expected"),
    ],
)  # fmt: skip
def test_a_wrong_field_of_a_release_is_named(path, value, sentence):
    assert read_release(json.dumps(a_release()))

    assert sentence in said_of_release(at(a_release(), path, value))


def test_a_release_of_another_shape_does_not_fit_the_table():
    table = read_table(json.dumps(a_table()))
    small = a_release(
        a_table(
            rows=["all"],
            organisations=[{"name": "a", "cells": cells()[:1]}],
        )
    )
    assert read_release(json.dumps(small))

    said = said_of_release(small, table)

    assert said == "row_totals: a list of 3 figures was expected, not of 1."


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_a_release_with_anything_in_it_is_read_or_refused_with_a_sentence(data):
    document = a_release(hidden=[(0, 0)])
    found = [place for place in places(document) if place]
    document = at(document, data.draw(st.sampled_from(found)), data.draw(ANYTHING))

    release = read_or_refused(read_release, json.dumps(document))

    if release:
        assert read_release(write_release(release)) == release
        assert explain(release)


def test_an_explanation_counts_what_is_shown_and_draws_it():
    said = explain(the_release(a_table(), hidden=[(0, 0), (0, 1), (1, 0), (1, 1)]))

    assert said.startswith("8 cijfers zijn te zien en 4 cijfers zijn verborgen.\n")
    assert "Verborgen is niet nul." in said
    assert said.splitlines()[-5:] == [
        "        kolom 1      kolom 2      totaal",
        "rij 1   ·            ·            3,0 (50-99)",
        "rij 2   ·            ·            3,0 (50-99)",
        "rij 3   3,0 (20-49)  3,0 (20-49)  3,0 (50-99)",
        "totaal  3,0 (100+)   3,0 (100+)   3,0 (100+)",
    ]


def test_a_refused_release_reads_as_too_few_answers():
    table = read_table(json.dumps(a_table()))
    nothing = np.ones((4, 3), dtype=np.bool_)

    for method in Method:
        assert explain(publish(table, nothing, method, 1.0)) == f"{TOO_FEW}\n"
