"""A test's databases are migrated, and one test's are not another's."""

import psycopg

from klankbord.testing.servers import Databases


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
