"""A backup brings everything back; the keys are kept apart, and not for long."""

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from klankbord.databases import BACKUP, OWNER, Databases
from klankbord.embedded import POSTGRES_PROGRAMS, PostgresServer

DEPLOY = Path(__file__).parents[2] / "deploy"
DAY = 24 * 60 * 60

Script = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def names(own_databases: Databases, postgres: PostgresServer) -> tuple[str, str]:
    """A main database and one of keys, with a tenant in both."""
    main = str(conninfo_to_dict(own_databases.owner_url)["dbname"])
    keys = str(conninfo_to_dict(own_databases.keys_url)["dbname"])
    tenant = uuid4()
    with psycopg.connect(postgres.url_of(main, "postgres")) as connection:
        connection.execute(
            "insert into tenant (id, slug, status, revision, created_at)"
            " values (%s, 'noord', 'active', 1, now())",
            [tenant],
        )
    with psycopg.connect(postgres.url_of(keys, "postgres")) as connection:
        connection.execute("insert into tenant_key values (%s, 'wrapped')", [tenant])
    return main, keys


@pytest.fixture
def empty(postgres: PostgresServer) -> Iterator[str]:
    name = f"restored_{uuid4().hex}"
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        connection.execute(
            sql.SQL("create database {} owner {}").format(
                sql.Identifier(name), sql.Identifier(OWNER)
            )
        )
        yield name
        connection.execute(sql.SQL("drop database {}").format(sql.Identifier(name)))


@pytest.fixture
def script(names: tuple[str, str], postgres: PostgresServer) -> Script:
    main, keys = names

    def run(name: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [DEPLOY / name, *arguments],
            check=False,
            capture_output=True,
            text=True,
            env={
                "PATH": f"{POSTGRES_PROGRAMS}:{os.environ['PATH']}",
                "KLANKBORD_BACKUP_DATABASE_URL": postgres.url_of(main, BACKUP),
                "KLANKBORD_BACKUP_KEYS_DATABASE_URL": postgres.url_of(keys, BACKUP),
            },
        )

    return run


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    main, keys = tmp_path / "main", tmp_path / "keys"
    main.mkdir()
    keys.mkdir()
    return main, keys


def rows(postgres: PostgresServer, database: str) -> dict[str, list[str]]:
    """Every row of every table, read past the walls."""
    with psycopg.connect(postgres.url_of(database, "postgres")) as connection:
        tables = connection.execute(
            "select tablename from pg_tables where schemaname = 'public'"
        ).fetchall()
        return {
            table: [
                line
                for (line,) in connection.execute(
                    sql.SQL("select t::text from {} t order by 1").format(
                        sql.Identifier(table)
                    )
                )
            ]
            for (table,) in tables
        }


def walls(postgres: PostgresServer, database: str) -> list[tuple[object, ...]]:
    with psycopg.connect(postgres.url_of(database, "postgres")) as connection:
        return connection.execute(
            "select relname, relrowsecurity, relforcerowsecurity,"
            " relowner::regrole::text, relacl::text,"
            " polname, polroles::text, pg_get_expr(polqual, polrelid)"
            " from pg_class left join pg_policy on polrelid = pg_class.oid"
            " where relnamespace = 'public'::regnamespace order by relname, polname"
        ).fetchall()


def dumps(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.dump"))


@pytest.mark.parametrize("which", [0, 1], ids=["main", "keys"])
def test_a_restored_database_has_every_row_and_every_wall(
    script: Script,
    names: tuple[str, str],
    empty: str,
    folders: tuple[Path, Path],
    postgres: PostgresServer,
    which: int,
):
    said = script("backup.sh", *folders)
    assert said.returncode == 0, said.stderr
    [dump] = dumps(folders[which])

    said = script("restore.sh", dump, postgres.url_of(empty, OWNER))

    assert said.returncode == 0, said.stderr
    assert any(rows(postgres, empty).values())
    assert rows(postgres, empty) == rows(postgres, names[which])
    assert walls(postgres, empty) == walls(postgres, names[which])


def test_nobody_else_on_the_machine_can_read_a_dump(
    script: Script, folders: tuple[Path, Path]
):
    script("backup.sh", *folders)

    for folder in folders:
        [dump] = dumps(folder)
        assert dump.stat().st_mode & 0o077 == 0


def test_a_dump_is_not_restored_over_what_is_there(
    script: Script,
    names: tuple[str, str],
    folders: tuple[Path, Path],
    postgres: PostgresServer,
):
    script("backup.sh", *folders)
    before = rows(postgres, names[0])

    said = script("restore.sh", *dumps(folders[0]), postgres.url_of(names[0], OWNER))

    assert said.returncode == 2
    assert "not empty" in said.stderr
    assert rows(postgres, names[0]) == before


def test_a_dump_that_was_changed_is_not_restored(
    script: Script, empty: str, folders: tuple[Path, Path], postgres: PostgresServer
):
    script("backup.sh", *folders)
    [dump] = dumps(folders[0])
    dump.write_bytes(dump.read_bytes()[:-100])

    said = script("restore.sh", dump, postgres.url_of(empty, OWNER))

    assert said.returncode != 0
    assert rows(postgres, empty) == {}


@pytest.mark.parametrize(("days", "kept"), [(5.9, True), (6.1, False)])
def test_a_dump_of_the_keys_is_gone_before_its_seventh_day(
    script: Script, folders: tuple[Path, Path], days: float, *, kept: bool
):
    old = folders[1] / "klankbord_keys-older.dump"
    old.write_bytes(b"")
    then = time.time() - days * DAY
    os.utime(old, (then, then))

    script("backup.sh", *folders)

    assert old.exists() is kept


def test_old_dumps_of_the_keys_go_even_when_the_database_does_not_answer(
    folders: tuple[Path, Path],
):
    old = folders[1] / "klankbord_keys-older.dump"
    old.write_bytes(b"")
    os.utime(old, (0, 0))

    said = subprocess.run(
        [DEPLOY / "backup.sh", *folders],
        check=False,
        capture_output=True,
        env={
            "PATH": f"{POSTGRES_PROGRAMS}:{os.environ['PATH']}",
            "KLANKBORD_BACKUP_DATABASE_URL": "postgresql://127.0.0.1:1/none",
        },
    )

    assert said.returncode != 0
    assert not old.exists()


@pytest.mark.parametrize(("days", "kept"), [(29, True), (31, False)])
def test_a_dump_of_the_main_database_is_kept_for_thirty_days(
    script: Script, folders: tuple[Path, Path], days: int, *, kept: bool
):
    old = folders[0] / "klankbord-older.dump"
    old.write_bytes(b"")
    then = time.time() - days * DAY
    os.utime(old, (then, then))

    script("backup.sh", *folders)

    assert old.exists() is kept


@pytest.mark.parametrize("keys", [".", "keys", ".."])
def test_keys_in_the_same_place_as_the_rest_are_refused(
    script: Script, folders: tuple[Path, Path], keys: str
):
    main = folders[0]
    (main / "keys").mkdir()

    said = script("backup.sh", main, main / keys)

    assert said.returncode == 2
    assert "directory of their own" in said.stderr
    assert dumps(main) == []
