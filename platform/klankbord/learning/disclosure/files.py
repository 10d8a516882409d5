"""Tables and releases as files: JSON by the two schemas beside this file.

The schemas say what a document looks like; here stands what they cannot say, such as
that a sum lies on the scale and that an earlier release belongs to its table.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from klankbord.learning.disclosure.documents import (
    RELEASE,
    TABLE,
    Unreadable,
    load,
    place_of,
    schema,
)
from klankbord.learning.disclosure.tables import (
    HIDDEN,
    Figure,
    Frozen,
    Kind,
    Method,
    Organisation,
    Release,
    Table,
    band,
    with_margins,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from klankbord.learning.disclosure.tables import Counts, Place, Sums

MOST_FIGURES = 5000
_NARROWEST = 0.1
_NOISE = 1e-6
_ROUNDING = 0.05 + 1e-9

Document = dict[str, Any]
Path = tuple[str | int, ...]


def read_table(text: str | bytes) -> Table:
    """Return the table that a text holds, with every number checked.

    What a frozen table itself lists as frozen is left out when it does not add into
    it, and refused when it does. Raises Unreadable, with one sentence that names the
    field, what was expected there and what was found.
    """
    document = load(text, TABLE)
    earlier = document.get("frozen", [])
    figures = sum(_figures(one) for one in [document, *(e["table"] for e in earlier)])
    if figures > MOST_FIGURES:
        raise Unreadable(
            f"rows: at most {MOST_FIGURES} figures were expected, totals and earlier"
            f" tables included, not {figures}."
        )
    frozen = tuple(
        _frozen(one, document, ("frozen", index)) for index, one in enumerate(earlier)
    )
    return _table(document, (), frozen)


def read_release(text: str | bytes, table: Table | None = None) -> Release:
    """Return the release that a text holds, of the shape of its table if that is known.

    Raises Unreadable, with one sentence that names the field, what was expected there
    and what was found.
    """
    return _release(load(text, RELEASE), (), table.shape if table else None)


def write_release(release: Release) -> str:
    """Return a release as it is published: the same release gives the same bytes."""
    *cells, totals = [[_written(one) for one in row] for row in release.figures]
    document = {
        "cells": [row[:-1] for row in cells],
        "row_totals": [row[-1] for row in cells],
        "column_totals": totals[:-1],
        "total": totals[-1],
        "method": release.method.value,
        "seconds": release.seconds,
    }
    return json.dumps(document, indent=1) + "\n"


def _written(figure: Figure) -> Document:
    if figure.hidden:
        return {"hidden": True}
    return {"hidden": False, "n_band": figure.n_band, "mean": figure.mean}


def _figures(document: Document) -> int:
    return (len(document["rows"]) + 1) * (len(document["columns"]) + 1)


def _table(document: Document, path: Path, frozen: tuple[Frozen, ...]) -> Table:
    low, high = document["scale"]
    if high - low < _NARROWEST - _NOISE:
        expected = "the lower number first, and the other 0.1 or more above it,"
        _refuse((*path, "scale"), expected, f"[{low}, {high}]")
    organisations = tuple(_organisations(document, path))
    asked = schema(TABLE)["properties"]
    threshold, coalition, dominance = (
        document.get(name, asked[name]["default"])
        for name in ("threshold", "coalition", "dominance")
    )
    return Table(
        rows=tuple(document["rows"]),
        columns=tuple(document["columns"]),
        kind=Kind(document["kind"]),
        scale=(float(low), float(high)),
        threshold=int(threshold),
        coalition=int(coalition),
        dominance=float(dominance),
        organisations=organisations,
        frozen=frozen,
    )


def _organisations(document: Document, path: Path) -> Iterator[Organisation]:
    shape = len(document["rows"]), len(document["columns"])
    low, high = document["scale"]
    names: set[str] = set()
    for index, one in enumerate(document["organisations"]):
        here = (*path, "organisations", index)
        if one["name"] in names:
            expected = "a name that no other organisation has"
            _refuse((*here, "name"), expected, json.dumps(one["name"]))
        names.add(one["name"])
        cells = one["cells"]
        _check_lengths(cells, shape, (*here, "cells"))
        persons = np.array([[each["n"] for each in row] for row in cells], np.int64)
        sums = np.array([[each["sum"] for each in row] for row in cells], np.float64)
        yield Organisation(
            name=one["name"],
            named=one.get("named", False),
            persons=persons,
            sums=_on_scale(persons, sums, (low, high), (*here, "cells")),
        )


def _on_scale(
    persons: Counts, sums: Sums, scale: tuple[float, float], path: Path
) -> Sums:
    """Return the sums to a millionth, so without the noise of adding fractions."""
    least, most = persons * scale[0], persons * scale[1]
    noise = _NOISE * np.maximum(1, persons)
    wrong = np.argwhere((sums < least - noise) | (sums > most + noise))
    if len(wrong):
        row, column = (int(each) for each in wrong[0])
        expected = f"a number from {least[row, column]} to {most[row, column]}"
        why = f"for {persons[row, column]} persons on a scale from {{}} to {{}}"
        _refuse(
            (*path, row, column, "sum"),
            f"{expected}, {why.format(*scale)},",
            f"{sums[row, column]:g}",
        )
    return np.clip(np.round(sums, 6), least, most)


def _frozen(document: Document, newer: Document, path: Path) -> Frozen:
    earlier = document["table"]
    for name in ("rows", "columns", "kind", "scale"):
        if earlier[name] != newer[name]:
            _refuse(
                (*path, "table", name),
                f"the same as in the newer table ({json.dumps(newer[name])})",
                json.dumps(earlier[name]),
            )
    for index, one in enumerate(earlier.get("frozen", [])):
        if one["adds_into_total"]:
            place = place_of((*path, "table", "frozen", index, "adds_into_total"))
            raise Unreadable(
                f"{place}: false was expected; list the parts of an earlier total in"
                " the newer table itself."
            )
    table = _table(earlier, (*path, "table"), ())
    release = _release(document["release"], (*path, "release"), table.shape)
    _check_belongs(release, table, (*path, "release"))
    return Frozen(table, release, document["adds_into_total"])


def _release(document: Document, path: Path, shape: tuple[int, int] | None) -> Release:
    """Read a release; without a shape its totals tell how long the rest must be."""
    cells, right = document["cells"], document["row_totals"]
    below = document["column_totals"]
    shape = shape or (len(right), len(below))
    for name, totals, length in zip(
        ("row_totals", "column_totals"), (right, below), shape, strict=True
    ):
        if len(totals) != length:
            _refuse((*path, name), f"a list of {length} figures", f"of {len(totals)}")
    _check_lengths(cells, shape, (*path, "cells"))
    rows = [[*row, end] for row, end in zip(cells, right, strict=True)]
    release = Release(
        figures=tuple(
            tuple(_figure(one) for one in row)
            for row in [*rows, [*below, document["total"]]]
        ),
        method=Method(document["method"]),
        seconds=float(document["seconds"]),
    )
    if release.method is Method.REFUSED and not release.hidden.all():
        expected = '"optimal" or "heuristic", for something is shown,'
        _refuse((*path, "method"), expected, '"refused"')
    return release


def _figure(document: Document) -> Figure:
    if document["hidden"]:
        return HIDDEN
    return Figure(hidden=False, n_band=document["n_band"], mean=float(document["mean"]))


def _check_lengths(cells: list[list[Any]], shape: tuple[int, int], path: Path) -> None:
    if len(cells) != shape[0]:
        _refuse(path, f"a list of {shape[0]} rows", f"of {len(cells)}")
    for index, row in enumerate(cells):
        if len(row) != shape[1]:
            _refuse((*path, index), f"a list of {shape[1]} cells", f"of {len(row)}")


def _check_belongs(release: Release, table: Table, path: Path) -> None:
    """Refuse a release that says something else than its own table."""
    persons = with_margins(table.persons.sum(axis=0))
    sums = with_margins(table.sums.sum(axis=0))
    for place in table.places():
        figure = release.figures[place[0]][place[1]]
        if figure.hidden or figure.mean is None:
            continue
        here = (*path, *_step(place, table.shape))
        size = int(persons[place])
        if size == 0:
            _refuse((*here, "hidden"), "true, for its table has nobody there,", "false")
        if figure.n_band != band(size):
            of_table = f'"{band(size)}", as in its table,'
            _refuse((*here, "n_band"), of_table, f'"{figure.n_band}"')
        mean = sums[place] / size
        if abs(figure.mean - mean) > _ROUNDING:
            of_table = f"{mean:.1f}, as in its table,"
            _refuse((*here, "mean"), of_table, f"{figure.mean:g}")


def _step(place: Place, shape: tuple[int, int]) -> Path:
    """Return where in a document a figure stands."""
    row, column = place
    match row == shape[0], column == shape[1]:
        case True, True:
            return ("total",)
        case True, False:
            return ("column_totals", column)
        case False, True:
            return ("row_totals", row)
        case _:
            return ("cells", row, column)


def _refuse(path: Path, expected: str, found: str) -> None:
    """Say where a document is wrong, what was expected there and what was found."""
    raise Unreadable(f"{place_of(path)}: {expected} was expected, not {found}.")
