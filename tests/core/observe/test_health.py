"""Who watches over the processes learns what is missing, and nothing else."""

from dataclasses import replace

import pytest
from sqlalchemy import create_engine, text

from klankbord.app import create_app
from klankbord.config import from_environment
from klankbord.privacy import keys
from klankbord.testing.servers import environment_of


@pytest.fixture
def look(own_databases, own_valkey):
    """Ask a process of an installation of its own; give changes to its settings."""
    config = from_environment(environment_of(own_databases, own_valkey))
    before, apps = list(keys._keyrings), []

    def ask(path, **changes):
        app = create_app(replace(config, **changes))
        apps.append(app)
        return app.test_client().get(path, headers={"Host": "nobody.example"})

    yield ask
    for app in apps:
        app.extensions["klankbord-engine"].dispose()
    keys._keyrings[:] = before


def test_a_process_says_that_it_answers_also_without_its_servers(look):
    answer = look("/healthz", database_url="postgresql://x@/x?host=/nowhere")

    assert answer.status_code == 200
    assert answer.json == {"process": "ok"}


def test_a_process_is_ready_when_the_database_is_there_and_up_to_date(look):
    answer = look("/readyz")

    assert answer.status_code == 200
    assert answer.json == {"database": "ok", "migrations": "ok", "valkey": "ok"}


def test_without_valkey_a_process_is_ready_and_says_so(look, own_valkey):
    own_valkey.stop()

    answer = look("/readyz")

    assert answer.status_code == 200
    assert answer.json["valkey"] == "away"
    own_valkey.start()


def test_without_its_database_a_process_is_not_ready(look):
    answer = look("/readyz", database_url="postgresql://x@/x?host=/nowhere")

    assert answer.status_code == 503
    assert answer.json["database"] == "away"


def test_a_process_that_wants_another_schema_is_not_ready(look, own_databases):
    owner = create_engine(own_databases.owner_url)
    with owner.begin() as connection:
        connection.execute(
            text(
                "update alembic_version set version_num = 'core_0001'"
                " where version_num like 'core%'"
            )
        )
    owner.dispose()

    answer = look("/readyz")

    assert answer.status_code == 503
    assert answer.json["migrations"] == "behind"
