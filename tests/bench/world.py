"""Databases with as many tenants as a measurement asks for."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
from sqlalchemy import Engine, make_url

from klankbord.config import Config, from_environment
from klankbord.databases import Databases, create_databases
from klankbord.db import open_engine
from klankbord.embedded import PostgresServer, start_postgres, start_valkey
from klankbord.schema import migrate
from klankbord.testing.servers import databases_of, environment_of

FAMILIES = 60


@dataclass(frozen=True)
class World:
    postgres: PostgresServer
    databases: Databases
    config: Config
    app: Engine  # the application's role, under all walls
    free: Engine  # PostgreSQL's superuser: passes every wall
    environment: dict[str, str]


@contextmanager
def world() -> Iterator[World]:
    """Start servers without fsync: what is left to measure is our own work."""
    folder = Path(tempfile.mkdtemp(prefix="klankbord-bench-"))
    postgres = start_postgres(folder / "postgres", durable=False)
    valkey = start_valkey(folder / "valkey", persist=False)
    try:
        create_databases(postgres.url)
        databases = databases_of(postgres, "klankbord", "klankbord_keys")
        migrate.upgrade(databases.owner_url, databases.keys_owner_url)
        environment = environment_of(databases, valkey)
        app = open_engine(databases.app_url)
        free = open_engine(_in_database(postgres.url, "klankbord"))
        yield World(
            postgres,
            databases,
            from_environment(environment),
            app,
            free,
            environment,
        )
        app.dispose()
        free.dispose()
    finally:
        valkey.stop()
        postgres.stop()
        shutil.rmtree(folder)


def _in_database(superuser_url: str, name: str) -> str:
    return (
        make_url(superuser_url)
        .set(drivername="postgresql+psycopg", database=name)
        .render_as_string(hide_password=False)
    )


def add_tenants(world: World, count: int) -> list[UUID]:
    """Add tenants with families; return their ids."""
    ids = [uuid4() for _ in range(count)]
    with psycopg.connect(
        _in_database(world.postgres.url, "klankbord").replace("+psycopg", "")
    ) as connection:
        with connection.cursor().copy(
            "copy tenant (id, slug, status, revision, created_at) from stdin"
        ) as copy:
            for one in ids:
                copy.write_row((one, f"b{one.hex}", "active", 1, "2026-01-01"))
        connection.execute(
            "insert into tenant_host (host, tenant_id, canonical)"
            " select slug || '.example', id, true from tenant where id = any(%s)",
            [ids],
        )
        connection.execute(
            "insert into tenant_profile (tenant_id, id, name, languages, formal,"
            " time_zone, theme, phone_numbers, texts, policies, version)"
            " select id, gen_random_uuid(), slug, '{nl}', false, 'Europe/Amsterdam',"
            " '{}', '[]', '{}', '{}', 1 from tenant where id = any(%s)",
            [ids],
        )
        connection.execute(
            "insert into family (tenant_id, id, name)"
            " select t.id, gen_random_uuid(), 'Familie ' || n"
            " from unnest(%s::uuid[]) t(id), generate_series(1, %s) n",
            [ids, FAMILIES],
        )
        connection.commit()
        connection.autocommit = True
        connection.execute("vacuum analyze")
    return ids
