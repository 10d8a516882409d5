"""Bring the schema to the newest revision: the core's branch and one per plugin."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, NullPool, create_engine, text

from klankbord.db import wall
from klankbord.plugin import Plugin, installed_plugins
from klankbord.privacy import keys

LOCK_TIMEOUT = "5s"


def alembic_config(owner_url: str, plugins: Mapping[str, Plugin]) -> Config:
    """Return Alembic's settings with the folders of the core and of each plugin."""
    here = _migrations_folder()
    folders = [here / "versions"]
    brought = [plugin.migrations for plugin in plugins.values() if plugin.migrations]
    folders.extend(_folder(package) for package in brought)
    config = Config()
    config.set_main_option("script_location", str(here))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", "\n".join(map(str, folders)))
    config.attributes["url"] = owner_url
    config.attributes["lock_timeout"] = LOCK_TIMEOUT
    return config


def _folder(package: str) -> Path:
    # A folder of migrations needs no __init__.py, so only its parent can be asked.
    parent, _, name = package.rpartition(".")
    return Path(str(files(parent))) / name


def _migrations_folder() -> Path:
    package = Path(str(files("klankbord")))
    packed = package / "migrations"
    return packed if packed.exists() else package.parents[1] / "migrations"


def upgrade(owner_url: str, keys_owner_url: str) -> None:
    """Upgrade both databases; a statement that waits too long for a lock gives up."""
    command.upgrade(alembic_config(owner_url, installed_plugins()), "heads")
    _let_app_see_revision(owner_url)
    _make_key_tables(keys_owner_url)


def _let_app_see_revision(owner_url: str) -> None:
    """Let a web process tell whether the schema is the one that it wants."""
    with _begin(owner_url) as connection:
        connection.execute(text("grant select on alembic_version to klankbord_app"))


def _make_key_tables(keys_owner_url: str) -> None:
    with _begin(keys_owner_url) as connection:
        connection.execute(text(keys.SCHEMA))
        for table in ("tenant_key", "client_key"):
            connection.execute(text(f"drop policy if exists tenant on {table}"))
            for statement in wall(table):
                connection.execute(text(statement))


@contextmanager
def _begin(owner_url: str) -> Iterator[Connection]:
    """Open a transaction that gives up rather than wait long for a lock."""
    engine = create_engine(owner_url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text(f"set local lock_timeout = '{LOCK_TIMEOUT}'"))
        yield connection
