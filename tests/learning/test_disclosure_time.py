"""Time: what was published stays, and what comes later does not open it."""

import hashlib
from dataclasses import replace

import pytest
from made_tables import made_table, released, year_of

from klankbord.learning.disclosure.attacker import attack
from klankbord.learning.disclosure.files import write_release
from klankbord.learning.disclosure.release import solve
from klankbord.learning.disclosure.tables import Method


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    ("late", "erased"), [(False, False), (True, False), (True, True)]
)
def test_a_year_beside_its_quarters_breaks_no_promise(seed, late, erased):
    quarters = [made_table(1000 * seed + quarter) for quarter in range(4)]
    releases = [released(quarter) for quarter in quarters]
    frozen = [_digest(release) for release in releases]
    year = year_of(quarters, releases, late=late, erased=erased)
    release = solve(year, seconds=30)
    assert release.method is Method.OPTIMAL
    assert attack(year, release) == []
    assert [_digest(release) for release in releases] == frozen


def test_a_year_solved_as_if_nothing_was_published_is_broken():
    broken = 0
    for seed in range(6):
        quarters = [made_table(1000 * seed + quarter) for quarter in range(4)]
        releases = [released(quarter) for quarter in quarters]
        year = year_of(quarters, releases, late=True, erased=True)
        broken += bool(attack(year, released(replace(year, frozen=()))))
    assert broken >= 4


def test_an_organisation_that_left_still_counts_in_the_quarters():
    quarters = [made_table(quarter) for quarter in range(4)]
    first = replace(quarters[0], organisations=quarters[0].organisations[:-1])
    quarters[0] = first
    releases = [released(quarter) for quarter in quarters]
    year = year_of(quarters[1:], releases[1:], late=False, erased=False)
    assert attack(year, solve(year)) == []


def _digest(release):
    return hashlib.sha256(write_release(release).encode()).hexdigest()
