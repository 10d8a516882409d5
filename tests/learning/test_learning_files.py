"""Tables as files: what is read is what is meant, the rest ends in a sentence."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from written_tables import (
    ANYTHING,
    a_release,
    a_table,
    a_year,
    at,
    cells,
    places,
    read_or_refused,
)

from klankbord.learning.disclosure.documents import (
    RELEASE,
    TABLE,
    Unreadable,
    load,
    schema,
)
from klankbord.learning.disclosure.files import read_table
from klankbord.learning.disclosure.tables import Kind


def said_of(document):
    text = document if isinstance(document, str | bytes) else json.dumps(document)
    with pytest.raises(Unreadable) as refused:
        read_table(text)
    sentence = str(refused.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


CELL = ("organisations", 2, "cells", 0, 1)
WHERE = "organisations[2].cells[0][1]"


def test_a_table_is_read_as_it_was_written():
    document = a_table(threshold=5, coalition=2, dominance=0.1, kind="process")
    document["organisations"][3]["named"] = True
    document["organisations"][1]["cells"][2][0] = {"n": 0, "sum": 0}

    table = read_table(json.dumps(document).encode())

    assert table.rows == ("youth", "parent", "buddy")
    assert table.columns == ("0-11", "12+")
    assert (table.kind, table.scale) == (Kind.PROCESS, (1.0, 5.0))
    assert (table.threshold, table.coalition, table.dominance) == (5, 2, 0.1)
    assert [each.name for each in table.organisations] == ["a", "b", "c", "d"]
    assert [each.named for each in table.organisations] == [False, False, False, True]
    assert table.persons[1].tolist() == [[12, 12], [12, 12], [0, 12]]
    assert table.sums[1].tolist() == [[36, 36], [36, 36], [0, 36]]


def test_what_is_left_out_takes_the_usual_value():
    table = read_table(json.dumps(a_table()))

    assert (table.threshold, table.coalition, table.dominance) == (10, 1, 0.2)
    assert not any(each.named for each in table.organisations)
    assert table.frozen == ()


def test_a_frozen_release_comes_with_its_table():
    [frozen] = read_table(json.dumps(a_year())).frozen

    assert frozen.adds_into_total
    assert frozen.table.persons.sum() == 4 * 6 * 12
    assert not frozen.release.hidden.any()


@pytest.mark.parametrize("name", [TABLE, RELEASE])
def test_the_schemas_are_schemas(name):
    Draft202012Validator.check_schema(schema(name))


@pytest.mark.parametrize("name", [TABLE, RELEASE])
def test_every_part_of_a_schema_says_what_is_expected(name):
    """The title is what a person reads when something else stands there."""

    def untitled(part, path):
        if part.keys() & {"type", "enum", "const"} and "title" not in part:
            yield path
        for key in ("properties", "$defs"):
            for child, inside in part.get(key, {}).items():
                yield from untitled(inside, f"{path}/{child}")
        if isinstance(part.get("items"), dict):
            yield from untitled(part["items"], f"{path}/items")

    assert list(untitled(schema(name), name)) == []


def test_the_schemas_agree_with_what_is_read_and_written():
    assert load(json.dumps(a_year()), TABLE) == a_year()
    assert load(json.dumps(a_release()), RELEASE) == a_release()


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        (("rows",), None, "rows: a list of one or more different names was expected."),
        (("rows",), [], "not an empty list."),
        (("rows",), ["a", "a", "b"], 'rows: a list of one or more different names was expected, not "a" twice.'),  # noqa: E501
        (("columns", 1), "", 'columns[1]: a name of 1 to 200 characters, without a space at its ends was expected, not "".'),  # noqa: E501
        (("kind",), "opinion", 'kind: "score" or "process" was expected, not "opinion".'),  # noqa: E501
        (("scale",), [5, 1], "scale: the lower number first, and the other 0.1 or more above it, was expected, not [5, 1]."),  # noqa: E501
        (("scale",), [1, 1], "scale: the lower number first"),
        (("scale",), [0, 1e-9], "scale: the lower number first"),
        (("scale",), [0, 1e9], "scale[1]: a number from -1000 to 1000 was expected"),
        (("scale",), [1], "scale: a list of two numbers, the lower one first was expected, not a list of 1."),  # noqa: E501
        (("scale",), [1, 2, 3], "scale: "),
        (("threshold",), 2, "threshold: a whole number of 3 or more was expected, not 2."),  # noqa: E501
        (("threshold",), 10.5, "not 10.5."),
        (("coalition",), 4, "coalition: a whole number from 0 to 3 was expected, not 4, which is too large."),  # noqa: E501
        (("dominance",), 1, "dominance: a number from 0 to less than 1 was expected, not 1."),  # noqa: E501
        (("dominance",), -0.1, "not -0.1."),
        (("dominance",), True, "not true."),
        (("organisations",), [], "organisations: a list of 1 to 200 organisations was expected, not an empty list."),  # noqa: E501
        (("organisations", 1, "name"), "a", 'organisations[1].name: a name that no other organisation has was expected, not "a".'),  # noqa: E501
        (("organisations", 1, "named"), "no", 'organisations[1].named: true or false was expected, not "no".'),  # noqa: E501
        (("organisations", 1, "cells"), [], "organisations[1].cells: a list of 3 rows was expected, not of 0."),  # noqa: E501
        (("organisations", 1, "cells", 2), [], "organisations[1].cells[2]: a list of 2 cells was expected, not of 0."),  # noqa: E501
        (("colour",), "red", "colour: no such field was expected; known: rows,"),
        (("organisations", 0, "n m"), 1, 'organisations[0]."n m": no such field was expected; known: name, named, cells.'),  # noqa: E501
        ((*CELL, "sd"), 1, f"{WHERE}.sd: no such field was expected; known: n, sum."),
        ((*CELL, "sum"), None, f"{WHERE}.sum: a number was expected."),
        ((*CELL, "n"), None, f"{WHERE}.n: a whole number of 0 or more was expected."),
        ((*CELL, "n"), -3, f"{WHERE}.n: a whole number of 0 or more was expected, not -3."),  # noqa: E501
        ((*CELL, "n"), 2.5, f"{WHERE}.n: a whole number of 0 or more was expected, not 2.5."),  # noqa: E501
        ((*CELL, "n"), "12", f'{WHERE}.n: a whole number of 0 or more was expected, not "12".'),  # noqa: E501
        ((*CELL, "n"), 200000, "was expected, not 200000, which is too large."),
        ((*CELL, "n"), 10**400, f"{WHERE}.n: a whole number"),
        ((*CELL, "n"), 0, f"{WHERE}.sum: a number from 0 to 0, for 0 persons on a scale from 1 to 5, was expected, not 36."),  # noqa: E501
        ((*CELL, "sum"), 61, f"{WHERE}.sum: a number from 12 to 60, for 12 persons on a scale from 1 to 5, was expected, not 61."),  # noqa: E501
        ((*CELL, "sum"), 11.9, "not 11.9."),
        (CELL, {}, f"{WHERE}.n: a whole number of 0 or more was expected."),
        (CELL, [], f"{WHERE}: a cell with n and sum was expected, not an empty list."),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named_with_what_was_expected(path, value, sentence):
    assert read_table(json.dumps(a_table()))

    assert sentence in said_of(at(a_table(), path, value))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "JSON was expected; it goes wrong at line 1, column 1."),
        ("{", "JSON was expected"),
        (b"\xff\xfe{}", "JSON in UTF-8 was expected, not these bytes."),
        ("[]", "The document: a table was expected, not an empty list."),
        ("null", "The document: a table was expected, not null."),
        ('{"a": NaN}', "Numbers were expected, and NaN is none."),
        ('{"a": -Infinity}', "Numbers were expected, and -Infinity is none."),
        ('{"a": 1e999}', "Numbers were expected that are smaller than 1e999."),
        (f'{{"a": {"9" * 5000}}}', "Numbers of fewer digits were expected."),
        ('{"kind": 1, "kind": 2}', "The field kind was expected once, not twice."),
        ("[" * 100_000, "Fewer lists inside lists were expected."),
        ('{"frozen": [{"table":' * 200 + "1" + "}]}" * 200, "expected"),
    ],
)
def test_what_is_no_document_is_refused(text, sentence):
    assert sentence in said_of(text)


def test_a_text_with_a_byte_order_mark_is_read():
    assert read_table(b"\xef\xbb\xbf" + json.dumps(a_table()).encode())


def test_a_sum_may_be_off_by_the_noise_of_adding_fractions():
    for noisy, clean in ((12 - 1e-9, 12), (36 + 1e-9, 36), (40.1 + 1e-9, 40.1)):
        document = at(a_table(), (*CELL, "sum"), noisy)

        assert read_table(json.dumps(document)).sums[2][0, 1] == clean


def table_of_nobody(rows, columns):
    empty = [[{"n": 0, "sum": 0}] * columns for _ in range(rows)]
    return a_table(
        rows=[f"row {number}" for number in range(rows)],
        columns=[f"column {number}" for number in range(columns)],
        organisations=[{"name": "a", "cells": empty}],
    )


def test_a_table_has_a_largest_size():
    assert read_table(json.dumps(table_of_nobody(99, 49))).shape == (99, 49)

    said = said_of(table_of_nobody(100, 49))

    assert "rows: at most 5000 figures were expected" in said
    assert "not 5050." in said


def test_earlier_tables_count_in_that_size():
    quarter = table_of_nobody(49, 49)
    release = a_release(quarter, hidden=[(r, c) for r in range(50) for c in range(50)])
    frozen = {"table": quarter, "release": release, "adds_into_total": True}
    year = quarter | {"frozen": [frozen]}

    assert len(read_table(json.dumps(year)).frozen) == 1
    assert "not 7500." in said_of(year | {"frozen": [frozen, frozen]})


def test_there_is_a_largest_number_of_earlier_releases():
    [frozen] = a_year()["frozen"]

    assert len(read_table(json.dumps(a_table(frozen=[frozen] * 100))).frozen) == 100
    said = said_of(a_table(frozen=[frozen] * 101))
    assert "frozen: a list of at most 100 earlier releases was expected" in said


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("rows", ["youth", "parent", "other"]),
        ("columns", ["0-11", "12-17"]),
        ("kind", "process"),
        ("scale", [1, 10]),
    ],
)
def test_a_frozen_table_has_the_same_form(field, value):
    other = at(a_year(), ("frozen", 0, "table", field), value)

    assert f"frozen[0].table.{field}: the same as in the newer table" in said_of(other)


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        (("cells", 1, 0, "mean"), 3.4, "cells[1][0].mean: 3.0, as in its table, was expected, not 3.4."),  # noqa: E501
        (("row_totals", 2, "mean"), 2.9, "row_totals[2].mean: 3.0, as"),
        (("column_totals", 1, "n_band"), "50-99", 'column_totals[1].n_band: "100+", as in its table, was expected, not "50-99".'),  # noqa: E501
        (("total", "mean"), 3.1, "total.mean: 3.0, as"),
        (("row_totals",), [{"hidden": True}] * 2, "row_totals: a list of 3 figures was expected, not of 2."),  # noqa: E501
        (("column_totals",), [{"hidden": True}], "column_totals: a list of 2 figures"),
        (("cells", 1), [{"hidden": True}], "cells[1]: a list of 2 cells"),
    ],
)  # fmt: skip
def test_a_frozen_release_belongs_to_its_table(path, value, sentence):
    assert read_table(json.dumps(a_year()))

    forged = at(a_year(), ("frozen", 0, "release", *path), value)

    assert f"frozen[0].release.{sentence}" in said_of(forged)


def test_a_frozen_release_shows_nothing_of_nobody():
    quarter = at(
        a_table(organisations=[{"name": "a", "cells": cells()}]),
        ("organisations", 0, "cells", 0, 0),
        {"n": 0, "sum": 0},
    )
    year = a_year(table=quarter, release=a_release(quarter, hidden=[(0, 0)]))
    assert read_table(json.dumps(year))

    figure = {"hidden": False, "n_band": "1-9", "mean": 3.0}
    year = at(year, ("frozen", 0, "release", "cells", 0, 0), figure)

    assert "frozen[0].release.cells[0][0].hidden: true" in said_of(year)


def test_a_total_of_totals_is_refused_and_an_unrelated_one_left_out():
    def years(*, adds):
        year = a_year(adds_into_total=adds)
        return a_year(table=year)

    [frozen] = read_table(json.dumps(years(adds=False))).frozen
    assert frozen.table.frozen == ()

    said = said_of(years(adds=True))
    assert "frozen[0].table.frozen[0].adds_into_total: false was expected" in said
    assert "list the parts of an earlier total in the newer table itself" in said


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_table_with_anything_in_it_is_read_or_refused_with_a_sentence(data):
    document = a_year()
    for _ in range(data.draw(st.integers(1, 2))):
        found = [place for place in places(document) if place]
        document = at(document, data.draw(st.sampled_from(found)), data.draw(ANYTHING))

    table = read_or_refused(read_table, json.dumps(document))

    if table:
        assert (table.persons >= 0).all()
        assert np.isfinite(table.sums).all()


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=40) | st.text(max_size=40))
def test_bytes_that_are_no_table_are_refused(text):
    with pytest.raises(Unreadable):
        read_table(text)
