"""`klankbord …`: what is done from a shell, by the operator or by a process manager."""

import os

import click

from klankbord.config import Config, SettingMissing, from_environment
from klankbord.schema import commands as schema


def config() -> Config:
    """Return the settings, or end with a sentence that says which one is missing."""
    try:
        return from_environment(os.environ)
    except SettingMissing as error:
        raise click.ClickException(str(error)) from error


@click.group()
def main() -> None:
    """Klankbord: the shared platform for the voice of clients."""


main.add_command(schema.db)
