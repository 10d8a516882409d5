"""`make bench`: measure against the budgets, print the table, write var/bench.json.

The suite "disclosure" needs no servers and writes var/bench-disclosure.json; with all
others it is a small part, asked for by name it takes minutes.

A benchmark and no test: it tells how far each figure is, and never fails.
"""

import argparse
import json
import sys
from pathlib import Path

import database
import disclosure
import pages
import writes
from measure import Row, load
from world import world

ROOT = Path(__file__).parents[2]
SUITES = {"database": database.rows, "writes": writes.rows, "pages": pages.rows}


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--size", default="1M")
    names = ", ".join(["disclosure", *SUITES])
    options.add_argument("--only", default="", help=f"one suite: {names}")
    chosen = options.parse_args()
    (ROOT / "var").mkdir(exist_ok=True)
    if chosen.only in {"", "disclosure"}:
        disclosure.measure(
            ROOT / "var" / "bench-disclosure.json", thorough=bool(chosen.only)
        )
    if chosen.only != "disclosure":
        measure_with_servers(chosen.only)


def measure_with_servers(only: str) -> None:
    done: list[Row] = []
    with world() as here:
        for name, rows in SUITES.items():
            if only in {"", name}:
                for row in rows(here):
                    done.append(row)
                    show(row)
    path = ROOT / "var" / "bench.json"
    document = {"rows": [row.as_json() for row in done], "load": load()}
    path.write_text(json.dumps(document, indent=1, ensure_ascii=False))
    met = sum(row.met for row in done)
    sys.stdout.write(f"{met} of {len(done)} goals met; load {load()}; see {path}\n")


def show(row: Row) -> None:
    mark = "met" if row.met else "NOT"
    sys.stdout.write(
        f"{row.id:4} {row.what:48} {row.ratio:8.3f}  goal {row.goal:8} {mark}"
        f"  n={row.n} p10={row.p10} p50={row.p50} p95={row.p95} {row.note}\n"
    )
    sys.stdout.flush()


main()
