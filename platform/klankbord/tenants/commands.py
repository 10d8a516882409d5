"""`klankbord tenant …`: what the operator does with organisations."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy import Engine

from klankbord.config import SettingMissing, load
from klankbord.db import open_engine
from klankbord.plugin import installed_plugins
from klankbord.tenants import description, register
from klankbord.tenants.models import TenantStatus


@click.group()
def tenant() -> None:
    """Make, describe, suspend and list organisations."""


@tenant.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def apply(folder: Path) -> None:
    """Make an organisation as its FOLDER describes it; again changes nothing."""
    with operator() as engine:
        try:
            described = description.read(folder, installed_plugins())
            register.apply(engine, described)
        except description.DescriptionInvalid as error:
            raise click.ClickException(str(error)) from error
    click.echo(f"{described.slug} is as described, at {described.hosts[0]}.")


@tenant.command("list")
def every() -> None:
    """List the organisations: short name, status, host."""
    with operator() as engine:
        for line in register.every_tenant(engine):
            click.echo(f"{line.slug}\t{line.status.value}\t{line.host}")


@tenant.command()
@click.argument("slug")
def suspend(slug: str) -> None:
    """Close the pages of an organisation for a while; nothing is sent or lost."""
    _set_status(slug, TenantStatus.SUSPENDED)
    click.echo(f"{slug} is suspended. Messages wait until you resume it.")


@tenant.command()
@click.argument("slug")
def resume(slug: str) -> None:
    """Open a suspended or closed organisation again; waiting messages go out."""
    _set_status(slug, TenantStatus.ACTIVE)
    click.echo(f"{slug} is open again.")


@tenant.command()
@click.argument("slug")
def close(slug: str) -> None:
    """Close the pages of an organisation that stops; all is kept until `delete`."""
    _set_status(slug, TenantStatus.CLOSED)
    click.echo(
        f"{slug} is closed. Nothing is sent, and everything is kept until you do:"
        f" klankbord tenant delete {slug}"
    )


def _set_status(slug: str, status: TenantStatus) -> None:
    with operator() as engine:
        try:
            register.set_status(engine, slug, status)
        except register.NoSuchTenant as error:
            raise click.ClickException(f"There is no organisation {slug}.") from error


@contextmanager
def operator() -> Iterator[Engine]:
    """Connect with the operator's role, which sees settings and no content.

    Raises:
        SettingMissing: its database address is not set.

    """
    url = load().operator_database_url
    if not url:
        raise SettingMissing(
            "Set KLANKBORD_OPERATOR_DATABASE_URL; see deploy/README.md."
        )
    engine = open_engine(url)
    yield engine
    engine.dispose()
