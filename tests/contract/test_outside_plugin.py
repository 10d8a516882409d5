"""A plugin of somebody else, really installed, and the one of `plugins/README.md`."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

from klankbord.demo.installation import FIRST_PORTS

ROOT = Path(__file__).parents[2]
OUTSIDE = ROOT / "tests" / "outside"
README = ROOT / "plugins" / "README.md"
FILE = re.compile(r"`([\w/.]+)`:\n\n```\w+\n(.*?)```", re.DOTALL)


def install(source: Path, target: Path) -> None:
    wheels = target.parent / "wheels"
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    build = ["wheel", "--no-build-isolation", "--no-deps", "-w", wheels, source]
    subprocess.run([*pip, *build], check=True)
    [wheel] = wheels.glob(f"{source.name}-*.whl")
    subprocess.run(
        [*pip, "install", "--no-deps", "--no-index", "--target", target, wheel],
        check=True,
    )


def write_ten_lines(folder: Path) -> Path:
    """Follow the readme literally."""
    for name, text in FILE.findall(README.read_text("utf-8")):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder / "klankbord_hello"


def test_the_steps_of_the_readme_name_an_organisation_and_address_of_the_demo():
    text = README.read_text("utf-8")
    [described] = {ROOT / name for name in re.findall(r"`(tenants/\w+/\S+)`", text)}
    [(host, port)] = re.findall(r"http://([\w.]+):(\d+)/hallo", text)
    organisation = tomllib.loads(described.read_text("utf-8"))
    assert organisation["hosts"][0] == host
    assert organisation["name"] in text
    assert f"klankbord tenant apply tenants/{described.parent.name}`" in text
    assert FIRST_PORTS["web"] == int(port)


def test_outside_plugins_are_installed_used_and_switched_off(tmp_path: Path):
    target = tmp_path / "target"
    install(OUTSIDE / "klankbord_visitor_book", target)
    install(write_ten_lines(tmp_path), target)

    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q"),
            *("-p", "no:cacheprovider", OUTSIDE / "visits.py"),
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(target)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
