"""What the contract tests share."""

import subprocess
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def tracked() -> list[str]:
    """The files that git keeps and that are there, from the root."""
    root = Path(__file__).parents[2]
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        check=True,
        capture_output=True,
        text=True,
    )
    return [path for path in listed.stdout.split("\0") if (root / path).is_file()]
