"""`klankbord db …`."""

import os

import click
from sqlalchemy import create_engine

from klankbord.schema import migrate
from klankbord.schema.check import faults


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


@db.command()
def check() -> None:
    """Print each fault of the walls between tenants; silent when there is none."""
    engine = create_engine(_required("KLANKBORD_OWNER_DATABASE_URL"))
    with engine.connect() as connection:
        found = faults(connection)
    engine.dispose()
    for fault in found:
        click.echo(fault)
    if found:
        raise click.exceptions.Exit(1)


def _required(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise click.ClickException(f"Set {name}; deploy/README.md tells how.")
    return value
