"""`klankbord learning …`: files in, files out, and a sentence for everything wrong."""

import json
import subprocess
import sys

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from klankbord.cli import main
from klankbord.learning.disclosure.attacker import attack
from klankbord.learning.disclosure.explain import TOO_FEW
from klankbord.learning.disclosure.files import (
    read_release,
    read_table,
    write_release,
)
from klankbord.learning.disclosure.tables import Method, publish

NAMES = "abcdef"


def cells(persons, mean=3.0):
    return [[{"n": n, "sum": round(n * mean, 1)} for n in row] for row in persons]


def organisations(persons, mean=3.0):
    return [{"name": name, "cells": cells(persons, mean)} for name in NAMES]


def a_table(**changes):
    """Six organisations of equal size, and one cell with six persons in all."""
    return {
        "rows": ["youth", "parent"],
        "columns": ["0-11", "12-15", "16+"],
        "kind": "score",
        "scale": [1, 5],
        "organisations": organisations([[1, 8, 9], [8, 9, 10]]),
        **changes,
    }


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "table.json", a_table())
    return tmp_path


def write(path, document):
    text = document if isinstance(document, str) else json.dumps(document)
    path.write_text(text)


def learning(*arguments, given=None):
    return CliRunner().invoke(main, ["learning", *arguments], input=given)


def solve(*arguments, given=None):
    return learning("solve", *arguments, "--seconds", "5", given=given)


def threshold_only(document):
    table = read_table(json.dumps(document))
    size = np.array([*table.shape]) + 1
    hidden = np.zeros(size, dtype=np.bool_)
    hidden[:-1, :-1] = table.persons.sum(axis=0) < table.threshold
    return write_release(publish(table, hidden, Method.OPTIMAL, 0.0))


def assert_one_sentence(said, sentence):
    assert said.exit_code == 2
    assert said.stdout == ""
    assert sentence in said.stderr
    [line] = said.stderr.splitlines()
    assert line.startswith("Error: ")
    assert line.endswith(".")


def test_what_is_solved_withstands_the_attack_and_is_explained(folder):
    solved = solve("--in", "table.json", "--out", "release.json")
    assert (solved.exit_code, solved.output) == (0, "")
    release = read_release((folder / "release.json").read_text())
    assert release.figures[0][0].hidden
    assert not release.hidden.all()

    attacked = learning("attack", "--in", "table.json", "--release", "release.json")
    assert attacked.exit_code == 0
    assert json.loads(attacked.stdout) == {"violations": []}

    explained = learning("explain", "--release", "release.json")
    assert explained.exit_code == 0
    assert "Verborgen is niet nul." in explained.stdout


def test_a_release_that_can_be_broken_is_told_with_exit_1(folder):
    write(folder / "release.json", threshold_only(a_table()))

    said = learning("attack", "--in", "table.json", "--release", "release.json")

    assert said.exit_code == 1
    assert said.stderr == ""
    violations = json.loads(said.stdout)["violations"]
    assert {"promise": "G2", "attacker": [], "cell": [0, 0], "low": 6.0, "high": 6.0} in violations  # noqa: E501  # fmt: skip


def test_a_release_of_which_nothing_can_be_shown_is_refused_and_says_no_more(folder):
    write(folder / "two.json", a_table(organisations=organisations([[1] * 3] * 2)[:2]))

    said = solve("--in", "two.json", "--out", "release.json")

    assert said.exit_code == 0
    release = read_release((folder / "release.json").read_text())
    assert release.method is Method.REFUSED
    assert release.hidden.all()
    explained = learning("explain", "--release", "release.json")
    assert explained.stdout == f"{TOO_FEW}\n"


def test_a_dash_reads_standard_input_and_writes_standard_output(folder):
    text = json.dumps(a_table())

    said = solve("--in", "-", "--out", "-", given=text)

    assert said.exit_code == 0
    release = read_release(said.stdout)
    assert release.figures[0][0].hidden
    write(folder / "release.json", said.stdout)
    attacked = learning("attack", "--in", "-", "--release", "release.json", given=text)
    assert attacked.exit_code == 0
    assert learning("explain", "--release", "-", given=said.stdout).exit_code == 0


def test_what_is_wrong_on_standard_input_is_said_so(folder):
    said = solve("--in", "-", "--out", str(folder / "release.json"), given="")

    assert_one_sentence(said, "Error: standard input: JSON was expected")
    assert not (folder / "release.json").exists()


NO_SUM = [{"name": "a", "cells": [[{"n": 1}] * 3] * 2}]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"organisations": NO_SUM}, "organisations[0].cells[0][0].sum: a number was"),
        ({"organisations": organisations([[1] * 3] * 2, 6)}, "cells[0][0].sum: a number from 1 to 5, for 1 persons"),  # noqa: E501
        ({"organisations": organisations([[-1] * 3] * 2)}, "n: a whole number of 0 or"),
        ({"organisations": organisations([[1.5] * 3] * 2)}, "not 1.5."),
        ({"organisations": organisations([[1] * 2] * 2)}, "a list of 3 cells was"),
        ({"organisations": []}, "organisations: a list of 1 to 200 organisations"),
        ({"rows": []}, "rows: a list of one or more different names was expected"),
        ({"colour": 1}, "colour: no such field was expected"),
        ({"scale": [5, 1]}, "scale: the lower number first"),
        ({"threshold": 1}, "threshold: a whole number of 3 or more"),
        ({"coalition": 9}, "coalition: a whole number from 0 to 3"),
        ({"dominance": 1}, "dominance: a number from 0 to less than 1"),
        ({"frozen": [{"table": a_table(), "adds_into_total": True}]}, "frozen[0].release: a release was expected."),  # noqa: E501
    ],
)  # fmt: skip
def test_a_wrong_table_ends_every_command_in_a_sentence(folder, changes, sentence):
    write(folder / "wrong.json", a_table(**changes))
    write(folder / "release.json", threshold_only(a_table()))

    solved = solve("--in", "wrong.json", "--out", "solved.json")
    attacked = learning("attack", "--in", "wrong.json", "--release", "release.json")

    assert_one_sentence(solved, sentence)
    assert_one_sentence(attacked, sentence)
    assert not (folder / "solved.json").exists()


def test_a_frozen_release_of_another_table_is_refused(folder):
    def year(quarter):
        release = json.loads(threshold_only(a_table()))
        frozen = {"table": quarter, "release": release, "adds_into_total": True}
        return a_table(frozen=[frozen])

    other = a_table(organisations=organisations([[1, 8, 9], [8, 9, 10]], 2.5))
    write(folder / "year.json", year(a_table()))
    write(folder / "other.json", year(other))

    said = solve("--in", "other.json", "--out", "release.json")

    assert_one_sentence(
        said, "frozen[0].release.cells[0][1].mean: 2.5, as in its table"
    )
    assert solve("--in", "year.json", "--out", "release.json").exit_code == 0


ONE_LARGE = [
    {"name": name, "cells": cells([[180 if name == "a" else 4] * 3] * 2)}
    for name in NAMES
]


@pytest.mark.parametrize(
    "changes",
    [
        {"organisations": organisations([[9] * 3] * 2, 5)},  # all the same, at an end
        {"organisations": organisations([[9] * 3] * 2, 3)},  # all the same
        {"organisations": organisations([[0] * 3, [9] * 3])},  # an empty row
        {"organisations": organisations([[0] * 3] * 2)},  # nobody at all
        {"organisations": ONE_LARGE},  # one organisation nine tenths of everything
        {"organisations": organisations([[20] * 3] * 2)[:2]},  # two organisations
        {"organisations": organisations([[20] * 3] * 2)[:1]},  # one organisation
        {"kind": "process"},
        {"coalition": 3, "organisations": organisations([[20] * 3] * 2)[:3]},
        {"organisations": [each | {"named": True} for each in a_table()["organisations"]]},  # noqa: E501
    ],
)  # fmt: skip
def test_an_unusual_table_gets_a_release_that_holds(folder, changes):
    write(folder / "unusual.json", a_table(**changes))

    solved = solve("--in", "unusual.json", "--out", "release.json")

    assert (solved.exit_code, solved.output) == (0, "")
    said = learning("attack", "--in", "unusual.json", "--release", "release.json")
    assert (said.exit_code, json.loads(said.stdout)) == (0, {"violations": []})


SCALES = ((1, 5), (0, 1), (0, 0.1), (-1000, 1000))
SIZES = (0, 1, 2, 9, 10, 30, 100_000)


@st.composite
def odd_tables(draw):
    """A small table of strange sizes, with means anywhere on a strange scale."""
    low, high = draw(st.sampled_from(SCALES))

    def cell():
        n = draw(st.sampled_from(SIZES))
        return {"n": n, "sum": n * (low + (high - low) * draw(st.floats(0, 1)))}

    contributions = [
        {"name": name, "cells": [[cell(), cell()], [cell(), cell()]]}
        for name in NAMES[: draw(st.integers(1, 4))]
    ]
    return a_table(
        columns=["0-15", "16+"], scale=[low, high], organisations=contributions
    )


@settings(max_examples=25, deadline=None)
@given(odd_tables(), st.sampled_from(["score", "process"]))
def test_whatever_the_numbers_a_release_holds(table, kind):
    text = json.dumps(table | {"kind": kind})

    said = solve("--in", "-", "--out", "-", given=text)

    assert said.exit_code == 0
    release = read_release(said.stdout)
    assert attack(read_table(text), release) == []


def test_a_table_too_large_for_the_time_gets_a_release_that_holds(folder):
    arguments = ["--in", "table.json", "--out", "release.json", "--seconds", "0"]

    said = learning("solve", *arguments)

    assert said.exit_code == 0
    assert (folder / "release.json").exists()
    said = learning("attack", "--in", "table.json", "--release", "release.json")
    assert said.exit_code == 0


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("missing.json", "missing.json can't be read: No such file or directory."),
        (".", ". can't be read: Is a directory."),
        ("list.json", "list.json: The document: a table was expected"),
        ("binary.json", "binary.json: JSON in UTF-8 was expected"),
    ],
)
def test_a_file_that_is_no_table_is_refused(folder, name, sentence):
    write(folder / "list.json", "[1]")
    (folder / "binary.json").write_bytes(b"\x80\x81")

    assert_one_sentence(solve("--in", name, "--out", "release.json"), sentence)


@pytest.mark.parametrize("command", ["attack", "explain"])
@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("missing.json", "missing.json can't be read"),
        ("table.json", "table.json: rows: no such field was expected; known: cells,"),
        ("nan.json", "nan.json: Numbers were expected, and NaN is none."),
    ],
)
def test_a_file_that_is_no_release_is_refused(folder, command, name, sentence):
    write(folder / "nan.json", threshold_only(a_table()).replace("3.0", "NaN"))
    table = ["--in", "table.json"] if command == "attack" else []

    assert_one_sentence(learning(command, *table, "--release", name), sentence)


def test_a_release_of_another_shape_is_not_attacked(folder):
    small = a_table(rows=["all"], organisations=organisations([[9] * 3]))
    write(folder / "small.json", threshold_only(small))

    said = learning("attack", "--in", "table.json", "--release", "small.json")

    assert_one_sentence(said, "row_totals: a list of 2 figures was expected, not of 1.")


def test_a_release_that_can_not_be_written_is_a_sentence(folder):
    assert (folder / "table.json").exists()

    said = solve("--in", "table.json", "--out", "no/release.json")

    assert_one_sentence(said, "no/release.json can't be written: No such file or")


@pytest.mark.parametrize("seconds", ["nan", "inf", "-1", "soon"])
def test_the_seconds_are_a_number(folder, seconds):
    arguments = ["--in", "table.json", "--out", "release.json", "--seconds"]
    assert learning("solve", *arguments, "0.5").exit_code == 0
    (folder / "release.json").unlink()

    said = learning("solve", *arguments, seconds)

    assert said.exit_code == 2
    assert "Invalid value for '--seconds'" in said.stderr
    assert not (folder / "release.json").exists()


def klankbord(*arguments, given=None):
    return subprocess.run(
        [sys.executable, "-m", "klankbord", "learning", *arguments],
        input=given,
        capture_output=True,
        text=True,
        check=False,
        env={},
    )


def test_it_runs_in_a_shell_without_any_setting(folder):
    text = json.dumps(a_table())

    solved = klankbord("solve", "--in", "-", "--out", "release.json", given=text)

    assert (solved.returncode, solved.stdout, solved.stderr) == (0, "", "")
    release = folder / "release.json"
    said = klankbord("attack", "--in", "table.json", "--release", str(release))
    assert (said.returncode, said.stdout) == (0, '{"violations": []}\n')


def test_a_broken_release_and_an_unreadable_one_end_a_shell_differently(folder):
    write(folder / "release.json", threshold_only(a_table()))

    broken = klankbord("attack", "--in", "table.json", "--release", "release.json")
    unread = klankbord("attack", "--in", "table.json", "--release", "table.json")

    assert (broken.returncode, broken.stderr) == (1, "")
    assert (unread.returncode, unread.stdout) == (2, "")
    assert "Traceback" not in unread.stderr


def test_the_other_commands_start_without_the_libraries_of_numbers():
    code = "import sys, klankbord.cli; print({'numpy', 'highspy'} & set(sys.modules))"

    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert said.stdout == "set()\n"
