"""The embedded servers come up again after anything, with their data."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from klankbord.databases import create_databases
from klankbord.embedded import (
    PostgresServer,
    start_postgres,
    start_valkey,
)


@pytest.fixture
def directory() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="klankbord-"))
    yield path
    shutil.rmtree(path)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Path]:
    """A data directory with one note, whatever becomes of its server."""
    path = Path(tempfile.mkdtemp(prefix="klankbord-"))
    server = start_postgres(path / "postgres", durable=False)
    with psycopg.connect(server.url) as connection:
        connection.execute("create table note (text text)")
        connection.execute("insert into note values ('kept')")
    create_databases(server.url)
    yield server.data
    server.stop()
    shutil.rmtree(path)


@pytest.fixture
def server(cluster: Path) -> PostgresServer:
    return start_postgres(cluster, durable=False)


def notes(server: PostgresServer) -> list[tuple[str]]:
    with psycopg.connect(server.url) as connection:
        return connection.execute("select text from note").fetchall()


def postmaster(server: PostgresServer) -> psutil.Process:
    return psutil.Process(int((server.data / "postmaster.pid").read_text().split()[0]))


def is_dead(pid: int) -> bool:
    return (
        not psutil.pid_exists(pid)
        or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    )


def test_postgres_that_still_runs_is_found_again(server: PostgresServer):
    before = postmaster(server)

    again = start_postgres(server.data, durable=False)

    assert postmaster(again) == before
    assert notes(again) == [("kept",)]


def test_postgres_comes_back_after_a_kill(server: PostgresServer):
    server.kill()

    assert notes(start_postgres(server.data, durable=False)) == [("kept",)]


def test_postgres_comes_back_when_its_process_id_became_somebody_elses(
    server: PostgresServer,
):
    server.stop()
    ours = f"{os.getpid()}\n{server.data}\n1700000000\n5432\n{server.sockets}\n\n\n"
    (server.data / "postmaster.pid").write_text(ours)
    (server.sockets / ".s.PGSQL.5432.lock").write_text(ours)

    assert notes(start_postgres(server.data, durable=False)) == [("kept",)]


def test_postgres_works_below_a_path_too_long_for_a_socket(directory: Path):
    server = start_postgres(directory / ("long" * 30) / "data", durable=False)

    with psycopg.connect(server.url) as connection:
        assert connection.execute("select 1").fetchone() == (1,)
    server.stop()
    shutil.rmtree(server.sockets)


def test_only_the_systems_user_of_postgres_may_enter_its_directory(
    server: PostgresServer,
):
    assert server.data.stat().st_mode & 0o777 == 0o700
    assert server.data.stat().st_uid == postmaster(server).uids().real


def test_stopping_twice_is_no_fault(server: PostgresServer):
    server.stop()
    server.stop()

    with pytest.raises(psycopg.OperationalError):
        notes(server)


def test_the_roles_are_made_once_and_only_the_backups_pass_the_walls(
    server: PostgresServer,
):
    create_databases(server.url)

    with psycopg.connect(server.url) as connection:
        rows = connection.execute(
            "select rolname, rolcanlogin, rolbypassrls, "
            "rolsuper or rolcreatedb or rolcreaterole or rolreplication "
            "from pg_roles where rolname like 'klankbord%' order by 1"
        ).fetchall()
    assert rows == [
        ("klankbord_app", True, False, False),
        ("klankbord_backup", True, True, False),
        ("klankbord_operator", True, False, False),
        ("klankbord_owner", True, False, False),
    ]


def test_the_role_of_the_backups_can_change_nothing(server: PostgresServer):
    with psycopg.connect(server.url_of("klankbord", "klankbord_owner")) as connection:
        connection.execute("create table if not exists line (text text)")
        connection.execute("insert into line values ('kept')")

    with psycopg.connect(server.url_of("klankbord", "klankbord_backup")) as connection:
        assert connection.execute("select text from line").fetchall() == [("kept",)]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("delete from line")


def test_the_operator_reaches_the_main_database_but_not_the_keys(
    server: PostgresServer,
):
    with psycopg.connect(server.url_of("klankbord", "klankbord_operator")):
        pass
    with psycopg.connect(server.url_of("klankbord_keys", "klankbord_app")):
        pass
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        psycopg.connect(server.url_of("klankbord_keys", "klankbord_operator"))


def test_names_sort_the_same_on_every_machine(server: PostgresServer):
    with psycopg.connect(server.url_of("klankbord", "klankbord_app")) as connection:
        rows = connection.execute(
            "select n, upper(n) from unnest(array['é', 'B', 'a']) n order by n"
        ).fetchall()
    assert rows == [("B", "B"), ("a", "A"), ("é", "É")]


def test_valkey_keeps_its_data_and_its_port_through_a_kill(directory: Path):
    server = start_valkey(directory, persist=True)
    with redis.from_url(server.url) as client:
        client.set("note", "kept")
        client.waitaof(1, 0, 5000)

    server.kill()
    server.start()

    with redis.from_url(server.url) as client:
        assert client.get("note") == b"kept"
    server.stop()


def test_valkey_that_still_runs_makes_way_for_the_next(directory: Path):
    first = start_valkey(directory, persist=True)
    with redis.from_url(first.url) as client:
        client.set("note", "kept")
    pid = int((directory / "valkey.pid").read_text())

    second = start_valkey(directory, persist=True)

    with redis.from_url(second.url) as client:
        assert client.get("note") == b"kept"
    assert int((directory / "valkey.pid").read_text()) != pid
    assert is_dead(pid)
    second.stop()


def test_valkey_that_need_not_persist_starts_empty(directory: Path):
    first = start_valkey(directory, persist=True)
    with redis.from_url(first.url) as client:
        client.set("note", "gone")
    first.stop()

    second = start_valkey(directory, persist=False)

    with redis.from_url(second.url) as client:
        assert client.get("note") is None
    second.stop()
