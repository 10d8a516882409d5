"""Who watches over a process hears whether it lives, and whether it serves people."""

from collections.abc import Iterator
from dataclasses import replace

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient

from klankbord import health
from klankbord.config import Config
from klankbord.databases import Databases
from klankbord.db import open_engine
from klankbord.embedded import ValkeyServer


@pytest.fixture
def own(
    own_databases: Databases, own_valkey: ValkeyServer, config: Config
) -> Iterator[FlaskClient]:
    """A process of this test's own databases and Valkey."""
    app = Flask("klankbord")
    engine = open_engine(own_databases.app_url)
    app.extensions["klankbord-engine"] = engine
    app.extensions["klankbord-config"] = replace(config, redis_url=own_valkey.url)
    app.register_blueprint(health.blueprint)
    yield app.test_client()
    engine.dispose()


def test_a_process_with_migrated_databases_is_ready(own: FlaskClient):
    said = own.get("/readyz")

    assert said.status_code == 200
    assert said.json == {"database": "ok", "migrations": "ok", "valkey": "ok"}
    assert own.get("/healthz").status_code == 200


def test_the_whole_app_is_ready_without_a_tenant_and_a_person(app: Flask):
    said = app.test_client().get("/readyz", base_url="https://10.0.0.1:8000")

    assert said.status_code == 200


def test_a_process_is_not_ready_when_a_migration_is_missing(
    own: FlaskClient, own_databases: Databases
):
    with psycopg.connect(own_databases.owner_url) as connection:
        connection.execute("delete from alembic_version")

    said = own.get("/readyz")

    assert said.status_code == 503
    assert said.json["migrations"] == "behind"
    assert own.get("/healthz").status_code == 200


def test_a_process_is_ready_without_valkey_and_says_so(
    own: FlaskClient, own_valkey: ValkeyServer
):
    own_valkey.kill()

    said = own.get("/readyz")

    assert said.status_code == 200
    assert said.json["valkey"] == "away"


def test_a_process_lives_but_is_not_ready_without_its_database(
    own: FlaskClient,
):
    own.application.extensions["klankbord-engine"] = open_engine(
        "postgresql://127.0.0.1:1/none"
    )

    said = own.get("/readyz")

    assert said.status_code == 503
    assert said.json["database"] == "away"
    assert own.get("/healthz").status_code == 200
