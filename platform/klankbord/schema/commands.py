"""`klankbord db …`."""

import os

import click

from klankbord.schema import migrate


@click.group()
def db() -> None:
    """Migrate and check the databases."""


@db.command()
def upgrade() -> None:
    """Bring both databases to the newest revision."""
    migrate.upgrade(
        _required("KLANKBORD_OWNER_DATABASE_URL"),
        _required("KLANKBORD_KEYS_OWNER_DATABASE_URL"),
    )
    click.echo("The databases are up to date.")


def _required(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise click.ClickException(f"Set {name}; deploy/README.md tells how.")
    return value
