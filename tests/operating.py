"""The commands of `klankbord`, run as an operator and a process manager run them."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from uuid import uuid4

import click

from klankbord.cli import main

KLANKBORD = Path(sys.executable).with_name("klankbord")
RUNNING = (("web",), ("worker",), ("scheduler",))


def every_command(
    command: click.Command = main, words: tuple[str, ...] = ()
) -> Iterator[tuple[str, ...]]:
    """Yield the words of each command that `klankbord` knows."""
    if isinstance(command, click.Group):
        for name, part in command.commands.items():
            yield from every_command(part, (*words, name))
    else:
        yield words


class Shell:
    """Runs `klankbord` as an operator does, and keeps all that it says and writes."""

    def __init__(
        self, environment: Mapping[str, str], slug: str, directory: Path
    ) -> None:
        self.environment = environment
        self.slug = slug
        self.directory = directory
        self.said: dict[tuple[str, ...], str] = {}

    def run(self, *words: str, typed: str = "", more: Iterable[object] = ()) -> None:
        """Run a command to its end."""
        done = subprocess.run(
            [KLANKBORD, *words, *map(str, more)],
            env=self.environment,
            input=typed,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, (words, done.stderr)
        self.said[words] = done.stdout + done.stderr

    def run_until(self, ready: Callable[[], object]) -> None:
        """Run the commands that go on by themselves, until they did something."""
        started = {
            words: subprocess.Popen(
                [KLANKBORD, *words],
                env=self.environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            for words in RUNNING
        }
        try:
            ready()
        finally:
            for process in started.values():
                process.send_signal(signal.SIGTERM)
            for words, process in started.items():
                self.said[words] = process.communicate(timeout=120)[0]

    def export(self) -> str:
        """Take everything of the organisation out; return the file's text."""
        file = self.directory / f"{uuid4()}.json"
        self.run("tenant", "export", more=(self.slug, file))
        return file.read_text()
