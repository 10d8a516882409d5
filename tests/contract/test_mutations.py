"""Take one wall away and some test must fail; take none away and all pass."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
WALLS = "tests/core/kernel/test_tenant_walls.py"
SCHEMA = "tests/contract/test_walls_in_the_catalogue.py::test_the_schema_has_no_fault"
REQUESTS = "tests/core/kernel/test_requests.py"


def run(mutation, *tests):
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "mutate", *tests],
        cwd=ROOT,
        env={
            **os.environ,
            "PYTHONPATH": str(HERE),
            "KLANKBORD_MUTATION": mutation,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def test_without_a_mutation_these_tests_pass():
    code, output = run("none", WALLS, SCHEMA)
    assert code == 0, output


@pytest.mark.parametrize(
    ("mutation", "tests"),
    [
        ("force", SCHEMA),
        ("policy", SCHEMA),
        ("predicate", f"{WALLS}::test_every_statement_names_its_tenant_for_each_table"),
        ("insert", f"{WALLS}::test_each_way_of_inserting_writes_the_sessions_tenant"),
        ("naming", f"{WALLS}::test_a_tenant_sees_its_own_rows_and_no_others"),
        ("needs", REQUESTS),
    ],
)
def test_a_wall_taken_away_is_noticed(mutation, tests):
    code, output = run(mutation, tests)
    assert code == 1, output
