"""The roles and databases of an installation, made by PostgreSQL's superuser once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import psycopg
from psycopg import Connection, sql

OWNER = "klankbord_owner"
APP = "klankbord_app"
OPERATOR = "klankbord_operator"
BACKUP = "klankbord_backup"

# The two databases, and who may connect to each.
DATABASES = MappingProxyType(
    {
        "klankbord": (OWNER, APP, OPERATOR, BACKUP),
        "klankbord_keys": (OWNER, APP, BACKUP),
    }
)


@dataclass(frozen=True)
class Databases:
    """Where an installation's two databases are, one URL per role that may connect.

    The keys of the clients' texts stand in a database of their own, because its backups
    live for seven days at most: a destroyed key is then gone from every backup.
    """

    owner_url: str
    app_url: str
    operator_url: str
    keys_owner_url: str
    keys_url: str


def create_databases(
    superuser_url: str,
    passwords: Mapping[str, str] | None = None,
    *,
    names: Iterable[str] = tuple(DATABASES),
) -> None:
    """Make the roles, and the databases that the owner owns; again changes nothing.

    No role is a superuser. One passes row-level security, and reads only: the role that
    makes backups, which no process of Klankbord signs in as. Without `passwords` the
    roles have none: only for a server that lets in nobody but its own system user. The
    databases sort by code point whatever the machine's locale, so that an index made
    on one machine is right on another.
    """
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        for role in (OWNER, APP, OPERATOR, BACKUP):
            _create_role(connection, role, (passwords or {}).get(role))
        connection.execute(f"grant pg_read_all_data to {BACKUP}")
        for name in names:
            _create_database(connection, name)
            let_connect(connection, name, DATABASES[name])


def let_connect(connection: Connection, database: str, roles: Iterable[str]) -> None:
    """Let these roles connect to a database, and nobody else."""
    name = sql.Identifier(database)
    connection.execute(sql.SQL("revoke all on database {} from public").format(name))
    connection.execute(
        sql.SQL("grant connect on database {} to {}").format(
            name, sql.SQL(", ").join(map(sql.Identifier, roles))
        )
    )


def _create_role(connection: Connection, role: str, password: str | None) -> None:
    exists = connection.execute("select 1 from pg_roles where rolname = %s", [role])
    connection.execute(
        sql.SQL("{} role {} login nosuperuser nocreatedb nocreaterole {}").format(
            sql.SQL("alter" if exists.fetchone() else "create"),
            sql.Identifier(role),
            sql.SQL("bypassrls" if role == BACKUP else "nobypassrls"),
        )
    )
    if password is not None:
        connection.execute(
            sql.SQL("alter role {} password {}").format(
                sql.Identifier(role), sql.Literal(password)
            )
        )


def _create_database(connection: Connection, database: str) -> None:
    exists = connection.execute(
        "select 1 from pg_database where datname = %s", [database]
    )
    if not exists.fetchone():
        connection.execute(
            sql.SQL(
                "create database {} owner {} template template0 encoding 'UTF8' "
                "locale_provider builtin builtin_locale 'C.UTF-8' locale 'C'"
            ).format(sql.Identifier(database), sql.Identifier(OWNER))
        )
