"""Every sealed column names its place, and no table of either database holds words."""

from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

from klankbord.accounts.models import Account
from klankbord.actions.models import ActionPoint
from klankbord.config import Config
from klankbord.context import TenantFacts
from klankbord.db import TenantSession, open_engine
from klankbord.people.models import Client
from klankbord.privacy.keys import Keyring
from klankbord.privacy.text import ClientText
from klankbord.schema.models import METADATA
from klankbord.testing.tenants import FamilyMade, Maker, Person

SAID = "Ik wil het eerder weten als een afspraak niet doorgaat."
PROMISED = "Ik bel altijd een dag van tevoren."


@pytest.fixture
def family(make: Maker, tenant: TenantFacts) -> FamilyMade:
    return make.family(tenant)


def point(family: FamilyMade, person: Person | None = None, **values) -> ActionPoint:
    return ActionPoint(
        **{
            "id": uuid4(),
            "source": "test",
            "source_id": uuid4(),
            "client_id": (person or family.mother).client_id,
            "case_id": family.case_id,
            "owner_id": family.worker.account_id,
            "said": SAID,
            "text": PROMISED,
        }
        | values
    )


@pytest.fixture
def session(make: Maker, tenant: TenantFacts) -> TenantSession:
    return make.context(make.staff(tenant)).session


@pytest.fixture
def key_engine(config: Config):
    engine = open_engine(config.keys_database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def process(config: Config, key_engine):
    """Make what one more process of the same installation knows of keys."""
    return lambda: Keyring(key_engine, config.master_key)


# -- reading and writing ---------------------------------------------------------------


def sealed_columns():
    return [
        column
        for table in METADATA.sorted_tables
        for column in table.columns
        if isinstance(column.type, ClientText)
    ]


def test_the_walk_over_sealed_columns_finds_them():
    assert {str(column) for column in sealed_columns()} >= {
        "client.how_to_reach",
        "action_point.said",
        "answer.words",
    }


@pytest.mark.parametrize("column", sealed_columns(), ids=str)
def test_a_sealed_column_names_its_own_place_and_the_client_beside_it(column):
    assert column.type.place == str(column)
    assert column.type.client in column.table.c
    clients = column.table.c[column.type.client]
    targets = {key.target_fullname for key in clients.foreign_keys}
    assert "client.id" in targets or str(clients) == "client.id"


def test_words_stand_in_no_table_of_either_database(
    make, tenant, family, postgres, databases
):
    canary = f"kanarie-{uuid4().hex}"
    make.add(
        tenant,
        point(family, text=canary, said=canary, result=canary),
        Account(id=uuid4(), name=f"controle-{canary[-8:]}", roles=[], email=None),
    )
    ctx = make.context(family.worker)
    client = ctx.get(Client, family.mother.client_id)
    client.how_to_reach = canary
    ctx.session.commit()
    with psycopg.connect(postgres.url, autocommit=True) as probe:
        user = probe.info.user
    dumps = [
        dump(postgres.url_of(make_url(url).database, user))
        for url in (databases.app_url, databases.keys_url)
    ]
    assert f"controle-{canary[-8:]}" in dumps[0]
    for text in dumps:
        assert canary not in text
        assert canary.encode().hex() not in text
    ctx = make.context(family.worker)
    assert ctx.get(Client, family.mother.client_id).how_to_reach == canary


def dump(url: str) -> str:
    """Return every row of every table as text; bytes are hexadecimal."""
    with psycopg.connect(url) as connection:
        names = connection.execute(
            "select table_schema, table_name from information_schema.tables"
            " where table_schema = 'public' and table_type = 'BASE TABLE'"
        ).fetchall()
        rows: list[str] = []
        for schema, name in names:
            query = sql.SQL("select t::text from {} t").format(
                sql.Identifier(schema, name)
            )
            rows += [text for (text,) in connection.execute(query)]
    return "\n".join(rows)
