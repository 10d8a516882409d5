"""Real PostgreSQL and Valkey for a test session, and databases that cost a blink.

Databases are migrated once into a template by the command an operator uses; each clone
of it takes about a tenth of a second. Most tests share the session's `databases` and
make a tenant of their own; a test that stops, breaks or walks the whole database takes
`own_databases`.
"""

import base64
import itertools
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from klankbord.databases import (
    APP,
    DATABASES,
    OPERATOR,
    OWNER,
    Databases,
    create_databases,
    let_connect,
)
from klankbord.embedded import (
    PostgresServer,
    ValkeyServer,
    start_postgres,
    start_valkey,
)

SECRET_KEY = "a secret key for tests only"  # noqa: S105 - signs nothing of value
MASTER_KEY = base64.b64encode(bytes(32)).decode()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """Start the session's PostgreSQL, with the roles but without a schema."""
    with _own_directory() as directory:
        server = start_postgres(directory / "postgres", durable=False)
        create_databases(server.url)
        yield server
        server.stop()


@pytest.fixture(scope="session")
def valkey() -> Iterator[ValkeyServer]:
    """Start the session's Valkey; a test that stops it takes `own_valkey`."""
    with _own_directory() as directory:
        server = start_valkey(directory, persist=False)
        yield server
        server.stop()


@pytest.fixture
def own_valkey() -> Iterator[ValkeyServer]:
    """Start a Valkey for this test alone, to stop, kill, empty and start again."""
    with another_valkey() as server:
        yield server


@contextmanager
def another_valkey() -> Iterator[ValkeyServer]:
    """Run a Valkey for as long as the block lasts."""
    with _own_directory() as directory:
        server = start_valkey(directory, persist=True)
        yield server
        server.stop()


@pytest.fixture(scope="session")
def template(postgres: PostgresServer, valkey: ValkeyServer) -> Databases:
    """Migrate the databases that are cloned; nobody writes in these."""
    databases = databases_of(postgres, "klankbord", "klankbord_keys")
    subprocess.run(  # noqa: S603 - our own command
        [Path(sys.executable).with_name("klankbord"), "db", "upgrade"],
        check=True,
        env=environment_of(databases, valkey),
    )
    return databases


@pytest.fixture(scope="session")
def make_databases(
    postgres: PostgresServer,
    template: Databases,  # noqa: ARG001 - migrated before it is cloned
) -> Callable[[], Databases]:
    """Clone the migrated databases, both."""
    numbers = itertools.count(1)

    def make() -> Databases:
        number = next(numbers)
        names = f"clone_{number}", f"clone_{number}_keys"
        with psycopg.connect(postgres.url, autocommit=True) as connection:
            for name, (source, roles) in zip(names, DATABASES.items(), strict=True):
                connection.execute(
                    sql.SQL("create database {} owner {} template {}").format(
                        *map(sql.Identifier, (name, OWNER, source))
                    )
                )
                let_connect(connection, name, roles)
        return databases_of(postgres, *names)

    return make


@pytest.fixture(scope="session")
def databases(make_databases: Callable[[], Databases]) -> Databases:
    """Give what the session's tests share, each in a tenant of its own."""
    return make_databases()


@pytest.fixture
def own_databases(make_databases: Callable[[], Databases]) -> Databases:
    """Give databases for this test alone."""
    return make_databases()


def databases_of(postgres: PostgresServer, database: str, keys: str) -> Databases:
    """Return the URLs of two databases, per role."""
    return Databases(
        owner_url=postgres.url_of(database, OWNER),
        app_url=postgres.url_of(database, APP),
        operator_url=postgres.url_of(database, OPERATOR),
        keys_owner_url=postgres.url_of(keys, OWNER),
        keys_url=postgres.url_of(keys, APP),
    )


def environment_of(databases: Databases, valkey: ValkeyServer) -> dict[str, str]:
    """Return the environment of a Klankbord process that uses these servers."""
    return {
        **os.environ,
        "KLANKBORD_DATABASE_URL": databases.app_url,
        "KLANKBORD_OWNER_DATABASE_URL": databases.owner_url,
        "KLANKBORD_OPERATOR_DATABASE_URL": databases.operator_url,
        "KLANKBORD_KEYS_DATABASE_URL": databases.keys_url,
        "KLANKBORD_KEYS_OWNER_DATABASE_URL": databases.keys_owner_url,
        "KLANKBORD_REDIS_URL": valkey.url,
        "KLANKBORD_SECRET_KEY": SECRET_KEY,
        "KLANKBORD_MASTER_KEY": MASTER_KEY,
    }


# Reads until the test session has ended, however it ended; then nothing is left behind.
_SWEEP = """
cat >/dev/null
for file in "$0/postgres/postmaster.pid" "$0/valkey.pid"; do
  pid=$(head -n 1 "$file" 2>/dev/null) || continue
  [ "$(readlink "/proc/$pid/cwd")" = "${file%/*}" ] && kill -INT "$pid"
done
for _ in $(seq 50); do
  [ -f "$0/postgres/postmaster.pid" ] || break
  sleep 0.2
done
rm -rf "$0"
"""


@contextmanager
def _own_directory() -> Iterator[Path]:
    """Give a short-named directory; pytest's own are closed to other system users.

    A process of its own watches over it: also after a `kill -9` of the tests, the
    servers of the directory stop and the directory goes.
    """
    directory = Path(tempfile.mkdtemp(prefix="klankbord-"))
    sweeper = subprocess.Popen(  # noqa: S603 - our own script and directory
        ["/bin/sh", "-c", _SWEEP, directory],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield directory
    finally:
        sweeper.communicate()
