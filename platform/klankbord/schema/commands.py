"""`klankbord db …`."""

import os

import click
from sqlalchemy import create_engine, make_url

from klankbord.databases import create_databases
from klankbord.schema import migrate
from klankbord.schema.check import faults


@click.group()
def db() -> None:
    """Migrate and check the databases."""


@db.command()
def create() -> None:
    """Make the roles and the databases, as a superuser; again changes nothing.

    The keys' database goes to the server of KLANKBORD_KEYS_SUPERUSER_DATABASE_URL, if
    there is one. The roles get the passwords that stand in the other database URLs.
    """
    main = _required("KLANKBORD_SUPERUSER_DATABASE_URL")
    keys = os.environ.get("KLANKBORD_KEYS_SUPERUSER_DATABASE_URL", "") or main
    urls = [make_url(url) for name, url in os.environ.items() if _is_ours(name)]
    passwords = {
        url.username: str(url.password) for url in urls if url.username and url.password
    }
    create_databases(main, passwords, names=["klankbord"])
    create_databases(keys, passwords, names=["klankbord_keys"])
    click.echo("The databases are there.")


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


def _is_ours(name: str) -> bool:
    return name.startswith("KLANKBORD_") and name.endswith("DATABASE_URL")


def _required(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise click.ClickException(f"Set {name}; deploy/README.md tells how.")
    return value
