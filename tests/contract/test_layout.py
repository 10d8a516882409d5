"""The tree stays the agreed one, and the traps of its names stay shut."""

import ast
import re
import subprocess
import sys
import tomllib
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("platform", "tenants", "plugins", "migrations", "deploy", "tests")
FILES = (
    *("pyproject.toml", "README.md", "Makefile", "LICENSE"),
    *("requirements.txt", "requirements-run.txt"),
)
MAY_BE_THERE = ("package.json", "package-lock.json", "CHANGELOG.md")
LONGEST_FILE = 400
LONGER_FILES: dict[str, str] = {}  # path: why it is one job all the same
# Libraries that no line of ours imports, and why they are installed all the same.
NOT_IMPORTED = {
    "async-timeout": "redis needs it on the oldest Python",
    "gunicorn": "it is run as a command",
}
CODE = {".py", ".html", ".txt", ".css", ".js", ".sh", ".sql", ".yaml", ".toml", ".md"}
BUILT = ("platform/klankbord/static/",)


@cache
def text_of(path: str) -> str:
    return (ROOT / path).read_bytes().decode("utf-8", "replace")


def test_the_top_level_is_the_agreed_tree(tracked: list[str]):
    found = {path.split("/")[0] for path in tracked}

    agreed = {*ROOMS, *FILES}
    assert agreed <= found
    extra = found - agreed - set(MAY_BE_THERE)
    assert [name for name in extra if not name.startswith(".")] == []


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_has_a_readme_that_explains_it(room: str):
    assert len(text_of(f"{room}/README.md").splitlines()) > 3


@pytest.mark.parametrize("room", ["platform", "plugins", "tenants", "migrations"])
def test_a_room_that_would_hide_a_library_is_no_package(room: str):
    assert not (ROOT / room / "__init__.py").exists()


def test_every_library_that_is_installed_is_used(tracked: list[str]):
    project = tomllib.loads(text_of("pyproject.toml"))["project"]
    wanted = {re.split(r"[^\w-]", one)[0].lower() for one in project["dependencies"]}
    ours = (path for path in tracked if path.startswith(("platform/", "plugins/")))
    known = packages_distributions()
    used = {
        distribution.lower()
        for path in ours
        if path.endswith(".py")
        for name in _imported(ast.parse(text_of(path)))
        for distribution in known.get(name, [])
    }

    assert wanted - used == set(NOT_IMPORTED)


def _imported(tree: ast.Module) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found


def test_pythons_own_platform_module_is_found_from_the_root():
    said = subprocess.run(
        [sys.executable, "-c", "import platform; print(platform.system())"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )

    assert said.stdout.strip() == "Linux"


def test_no_test_stands_where_it_would_import_the_wrong_platform(tracked: list[str]):
    below = [p for p in tracked if re.match(r"platform/.*(/|^)test_[^/]*\.py$", p)]

    assert below == []
    assert not (ROOT / "tests/platform").exists()
    assert "import-mode" not in text_of("pyproject.toml")
    assert "import_mode" not in text_of("pyproject.toml")


def test_every_test_file_has_a_name_of_its_own(tracked: list[str]):
    """Pytest's default way of importing takes two files of one name for one."""
    names = [Path(path).name for path in tracked if re.search(r"/test_\w+\.py$", path)]

    assert [name for name in set(names) if names.count(name) > 1] == []


def test_no_file_names_a_package_registry(tracked: list[str]):
    # In pieces, or this file would be the first one found.
    hosts = [
        "pypi" + ".org",
        "python" + "hosted",
        "registry" + ".npmjs",
        "deb." + "debian",
    ]

    found = [
        (path, host) for path in tracked for host in hosts if host in text_of(path)
    ]

    assert found == []


def test_no_file_names_a_path_of_the_machine_it_was_written_on(tracked: list[str]):
    here = [str(ROOT), str(Path.home()) + "/", sys.prefix]

    found = [
        (path, place) for path in tracked for place in here if place in text_of(path)
    ]

    assert found == []


def test_every_line_of_the_lock_has_its_hashes():
    lock = text_of("requirements.txt").replace("\\\n", " ")
    packages = [line for line in lock.splitlines() if re.match(r"[a-z0-9]", line)]

    assert len(packages) > 50
    assert [line for line in packages if "--hash=sha256:" not in line] == []


def test_a_file_does_one_job_and_stays_short(tracked: list[str]):
    long = {
        path
        for path in tracked
        if path.startswith(ROOMS)
        and not path.startswith(BUILT)
        and Path(path).suffix in CODE
        and len(text_of(path).splitlines()) > LONGEST_FILE
    }

    assert long == set(LONGER_FILES)


@pytest.mark.parametrize("tool", ["bench", "inspect"])
def test_what_measures_and_inspects_still_finds_what_it_calls(tool: str):
    said = subprocess.run(
        [sys.executable, f"tests/{tool}", "--help"],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )

    assert said.returncode == 0, said.stderr
