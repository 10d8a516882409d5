"""The wheel is whole: an installation needs no checkout."""

import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from fnmatch import fnmatch
from importlib.metadata import packages_distributions
from pathlib import Path

import psycopg
import pytest

from klankbord.databases import OWNER
from klankbord.embedded import PostgresServer
from klankbord.testing.servers import databases_of

# A module that is None in sys.modules cannot be imported.
START_WITHOUT = """
import sys
sys.modules.update(dict.fromkeys(sys.argv[1:]))
from klankbord.cli import main
main(["--help"])
"""
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip(*("wheel", "--no-build-isolation", "--no-deps", "-w", folder, ROOT))
    [built] = folder.glob("klankbord-*.whl")
    return built


@pytest.fixture
def empty_databases(postgres: PostgresServer) -> Iterator[tuple[str, str]]:
    names = "empty", "empty_keys"
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        for name in names:
            connection.execute(f"create database {name} owner {OWNER}")
        yield names
        for name in names:
            connection.execute(f"drop database {name}")


def pip(*arguments: str | Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
        + [str(argument) for argument in arguments],
        check=True,
    )


def packed_as(path: Path) -> str:
    """Where a file of the checkout is in the wheel."""
    parts = path.relative_to(ROOT).parts
    if parts[0] == "migrations":
        return "/".join(("klankbord", *parts))
    return "/".join(parts[1:] if parts[0] == "platform" else parts[2:])


def test_every_file_of_the_packages_is_in_the_wheel(wheel: Path, tracked: list[str]):
    packages = ("platform/klankbord/*", "plugins/*/klankbord_*/*", "migrations/*")
    expected = {
        packed_as(ROOT / path)
        for path in tracked
        if any(fnmatch(path, package) for package in packages)
    }

    packed = set(zipfile.ZipFile(wheel).namelist())

    assert "klankbord/migrations/env.py" in expected
    assert expected - packed == set()


def test_each_translation_is_in_the_wheel_compiled(wheel: Path):
    catalogues = [*ROOT.glob("platform/**/*.po"), *ROOT.glob("plugins/**/*.po")]

    packed = set(zipfile.ZipFile(wheel).namelist())

    assert catalogues
    for catalogue in catalogues:
        assert packed_as(catalogue.with_suffix(".mo")) in packed


def test_the_commands_start_without_the_libraries_of_demo_and_tests():
    locked = names_in("requirements.txt") - names_in("requirements-run.txt")
    absent = [
        module
        for module, names in packages_distributions().items()
        if all(name.lower().replace("_", "-") in locked for name in names)
    ]
    assert {"psutil", "aiosmtpd", "pytest"} <= set(absent)

    said = subprocess.run(
        [sys.executable, "-c", START_WITHOUT, *absent],
        check=True,
        capture_output=True,
        text=True,
    )

    assert "Usage:" in said.stdout


def names_in(lock: str) -> set[str]:
    return {
        line.partition("==")[0]
        for line in (ROOT / lock).read_text().splitlines()
        if "==" in line and not line.startswith(("#", " "))
    }


def test_an_installed_wheel_migrates_without_a_checkout(
    wheel: Path,
    tmp_path: Path,
    postgres: PostgresServer,
    empty_databases: tuple[str, str],
):
    pip("install", "--no-deps", "--target", tmp_path, wheel)
    databases = databases_of(postgres, *empty_databases)

    said = subprocess.run(
        [
            sys.executable,
            "-c",
            "from klankbord.cli import main; main()",
            "db",
            "upgrade",
        ],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
        env={
            **os.environ,
            "PYTHONPATH": str(tmp_path),
            "KLANKBORD_OWNER_DATABASE_URL": databases.owner_url,
            "KLANKBORD_KEYS_OWNER_DATABASE_URL": databases.keys_owner_url,
        },
    )

    assert "up to date" in said.stdout
    with psycopg.connect(databases.owner_url) as connection:
        assert connection.execute("select count(*) from tenant").fetchone() == (0,)
