"""A test's databases are migrated, and one test's are not another's."""

import psycopg
from click.testing import CliRunner

from klankbord.cli import main
from klankbord.databases import Databases
from klankbord.embedded import PostgresServer


def tables(url: str) -> set[str]:
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "select tablename from pg_tables where schemaname = 'public'"
        )
        return {name for (name,) in rows}


def test_databases_are_migrated_by_the_operators_command(databases: Databases):
    assert "tenant" in tables(databases.app_url)
    assert "client_key" in tables(databases.keys_url)


def test_own_databases_are_empty_of_what_another_test_wrote(
    databases: Databases, own_databases: Databases
):
    with psycopg.connect(databases.owner_url) as connection:
        connection.execute("create table written_by_a_test ()")

    assert "written_by_a_test" in tables(databases.owner_url)
    assert "written_by_a_test" not in tables(own_databases.owner_url)
    with psycopg.connect(databases.owner_url) as connection:
        connection.execute("drop table written_by_a_test")


def test_creating_gives_each_role_the_password_of_its_url(postgres: PostgresServer):
    def create() -> str:
        said = CliRunner().invoke(
            main,
            ["db", "create"],
            env={
                "KLANKBORD_SUPERUSER_DATABASE_URL": postgres.url,
                "KLANKBORD_DATABASE_URL": "postgresql://klankbord_app:a%2Fb@h/klankbord",
            },
            catch_exceptions=False,
        )
        return said.output

    assert create() == create() == "The databases are there.\n"
    with psycopg.connect(postgres.url) as connection:
        rows = connection.execute(
            "select rolname from pg_authid"
            " where rolname like 'klankbord%' and rolpassword is not null"
        ).fetchall()
    assert rows == [("klankbord_app",)]


def test_creating_without_a_superuser_says_what_to_set():
    said = CliRunner().invoke(
        main, ["db", "create"], env={"KLANKBORD_SUPERUSER_DATABASE_URL": ""}
    )

    assert said.exit_code == 1
    assert "Set KLANKBORD_SUPERUSER_DATABASE_URL" in said.output
