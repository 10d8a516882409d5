"""`klankbord learning …`: disclosure control on files, without a server.

What they read may come from anywhere, so everything wrong with it ends in one sentence.
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable

# The libraries of numbers are imported where they are used: every other command, and
# every web process, would otherwise start slower for what it does not do.

STANDARD = "-"
Read = TypeVar("Read")


class Refused(click.ClickException):
    """What was given cannot be used; the message says which part and why."""

    exit_code = 2


@click.group()
def learning() -> None:
    """Compare results without showing a person."""


def _finite(_ctx: click.Context, _option: click.Parameter, seconds: float) -> float:
    if not math.isfinite(seconds):
        raise click.BadParameter(f"{seconds} is not a number of seconds.")
    return seconds


table_option = click.option(
    "--in", "source", required=True, metavar="FILE", help="The table; - reads stdin."
)
release_option = click.option(
    "--release", "published", required=True, metavar="FILE", help="The release."
)


@learning.command()
@table_option
@click.option(
    "--out", "target", required=True, metavar="FILE", help="- writes to stdout."
)
@click.option(
    "--seconds",
    default=15.0,
    show_default=True,
    type=click.FloatRange(min=0),
    callback=_finite,
    help="How long to look for a release that hides less.",
)
def solve(source: str, target: str, seconds: float) -> None:
    """Make the release of a table: what may be shown, and the rest hidden."""
    from klankbord.learning.disclosure import files, release  # noqa: PLC0415

    table = _read(source, files.read_table)
    _write(target, files.write_release(release.solve(table, seconds)))


@learning.command()
@table_option
@release_option
def attack(source: str, published: str) -> None:
    """Try to work out what a release hides; exit 1 when that succeeds."""
    from klankbord.learning.disclosure import attacker, files  # noqa: PLC0415

    table = _read(source, files.read_table)
    release = _read(published, lambda text: files.read_release(text, table))
    violations = [each.as_json() for each in attacker.attack(table, release)]
    click.echo(json.dumps({"violations": violations}))
    if violations:
        raise click.exceptions.Exit(1)


@learning.command()
@release_option
def explain(published: str) -> None:
    """Tell in Dutch what a release shows and what it hides."""
    from klankbord.learning.disclosure import explain as explanation  # noqa: PLC0415
    from klankbord.learning.disclosure import files  # noqa: PLC0415

    release = _read(published, files.read_release)
    click.echo(explanation.explain(release), nl=False)


def _read(source: str, read: Callable[[bytes], Read]) -> Read:
    """Read a file as what it should be; exit 2 with a sentence when it is not that."""
    from klankbord.learning.disclosure.documents import Unreadable  # noqa: PLC0415

    name = "standard input" if source == STANDARD else source
    try:
        if source == STANDARD:
            return read(sys.stdin.buffer.read())
        return read(Path(source).read_bytes())
    except OSError as error:
        raise Refused(f"{name} can't be read: {error.strerror}.") from error
    except Unreadable as error:
        raise Refused(f"{name}: {error}") from error


def _write(target: str, text: str) -> None:
    if target == STANDARD:
        click.echo(text, nl=False)
        return
    try:
        Path(target).write_text(text, "utf-8")
    except OSError as error:
        raise Refused(f"{target} can't be written: {error.strerror}.") from error
