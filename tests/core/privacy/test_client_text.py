"""A client's words: sealed for one place, opened by one key, gone with it."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID, uuid4

import psycopg
import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy import make_url, select, update
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import aliased

from klankbord.accounts.models import Account
from klankbord.actions.models import ActionPoint
from klankbord.config import Config
from klankbord.context import TenantFacts
from klankbord.databases import Databases
from klankbord.db import TenantSession, open_engine
from klankbord.embedded import PostgresServer
from klankbord.people.models import Client
from klankbord.privacy.keys import Keyring, keyring
from klankbord.privacy.text import SealBroken
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
def superuser(postgres: PostgresServer, databases: Databases):
    """Give somebody whom row-level security does not bind: a thief of backups."""
    name = make_url(databases.app_url).database
    with psycopg.connect(postgres.url, autocommit=True) as probe:
        user = probe.info.user
    with psycopg.connect(postgres.url_of(name, user), autocommit=True) as connection:
        yield connection


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


def test_words_come_back_as_they_were_said(make, tenant, family, session):
    row = point(family)
    make.add(tenant, row)
    found = session.scalar(select(ActionPoint))
    assert (found.said, found.text, found.result) == (SAID, PROMISED, None)


@pytest.mark.parametrize(
    "words", ["", "é", "شكرا جزيلا", "👩‍👧", "a" * 20_000, "regel\nregel"]
)
def test_any_words_survive_the_seal(make, tenant, family, session, words):
    make.add(tenant, point(family, text=words))
    assert session.scalar(select(ActionPoint.text)) == words


def test_words_open_in_tuples_aliases_joins_and_labels(make, tenant, family, session):
    make.add(tenant, point(family))
    other = aliased(ActionPoint)
    query = (
        select(other.text.label("promise"), ActionPoint.said, Account.name)
        .join(ActionPoint, ActionPoint.id == other.id)
        .outerjoin(Account, Account.id == other.owner_id)
        .join(Client, Client.id == other.client_id)
    )
    assert session.execute(query).one() == (PROMISED, SAID, "Karin de Wit")


@pytest.mark.usefixtures("family")
def test_words_that_are_absent_on_an_outer_join_are_none(session):
    query = select(Client.given_name, ActionPoint.text).outerjoin(
        ActionPoint, ActionPoint.client_id == Client.id
    )
    assert {row.text for row in session.execute(query)} == {None}


def test_words_can_be_changed_through_the_object(make, tenant, family, session):
    row = point(family)
    make.add(tenant, row)
    changing = session.get(ActionPoint, (tenant.id, row.id))
    changing.text = "Ik bel je twee dagen van tevoren."
    changing.said = None
    session.commit()
    assert session.execute(select(ActionPoint.text, ActionPoint.said)).one() == (
        "Ik bel je twee dagen van tevoren.",
        None,
    )
    session.refresh(changing)
    assert changing.text == "Ik bel je twee dagen van tevoren."


def test_an_update_without_the_row_is_refused_because_it_has_no_address(
    make, tenant, family, session
):
    make.add(tenant, point(family))
    with pytest.raises(StatementError, match="no address"):
        session.execute(update(ActionPoint).values(text="Zonder adres"))


def test_the_same_words_are_sealed_differently_each_time(
    make, tenant, family, superuser
):
    make.add(tenant, point(family), point(family))
    rows = superuser.execute(
        "select text from action_point where tenant_id = %s", [tenant.id]
    ).fetchall()
    assert len({bytes(text) for (text,) in rows}) == 2


# -- moving a sealed text --------------------------------------------------------------


def move(superuser, statement: str, **values) -> None:
    moved = superuser.execute(statement, values)
    assert moved.rowcount == 1


def test_a_seal_moved_to_another_row_of_the_same_client_does_not_open(
    make, tenant, family, session, superuser
):
    one, two = point(family), point(family, text="Ander woord")
    make.add(tenant, one, two)
    move(
        superuser,
        "update action_point set text = (select text from action_point where id ="
        " %(one)s) where id = %(two)s",
        one=one.id,
        two=two.id,
    )
    with pytest.raises(SealBroken):
        session.scalar(select(ActionPoint.text).where(ActionPoint.id == two.id))
    of_one = select(ActionPoint.text).where(ActionPoint.id == one.id)
    assert session.scalar(of_one) == PROMISED


def test_a_seal_moved_to_another_column_does_not_open(
    make, tenant, family, session, superuser
):
    row = point(family)
    make.add(tenant, row)
    move(
        superuser, "update action_point set result = text where id = %(id)s", id=row.id
    )
    with pytest.raises(SealBroken):
        session.scalar(select(ActionPoint.result))


def test_a_seal_moved_to_another_client_does_not_open(
    make, tenant, family, session, superuser
):
    row, father = point(family), family.father.client_id
    make.add(tenant, row, point(family, family.father))
    move(
        superuser,
        "update action_point set client_id = %(father)s where id = %(id)s",
        father=father,
        id=row.id,
    )
    with pytest.raises(SealBroken):
        session.scalar(select(ActionPoint.text).where(ActionPoint.id == row.id))


def test_a_seal_moved_to_another_organisation_does_not_open(
    make, tenant, family, superuser
):
    row = point(family)
    elsewhere = make.tenant()
    theirs = make.family(elsewhere)
    same_id = point(theirs, id=row.id)
    make.add(tenant, row)
    make.add(elsewhere, same_id)
    move(
        superuser,
        "update action_point set text = (select text from action_point where id ="
        " %(id)s and tenant_id = %(here)s) where id = %(id)s and tenant_id = %(there)s",
        id=row.id,
        here=tenant.id,
        there=elsewhere.id,
    )
    session = make.context(theirs.worker).session
    with pytest.raises(SealBroken):
        session.scalar(select(ActionPoint.text))


def test_a_seal_that_was_tampered_with_does_not_open(
    make, tenant, family, session, superuser
):
    row = point(family)
    make.add(tenant, row)
    move(
        superuser,
        "update action_point set text = set_byte(text, 20, get_byte(text, 20) # 1)"
        " where id = %(id)s",
        id=row.id,
    )
    with pytest.raises(SealBroken):
        session.scalar(select(ActionPoint.text))


# -- the keys --------------------------------------------------------------------------


def test_words_whose_key_was_destroyed_read_as_none_and_others_stay(
    make, tenant, family, session
):
    make.add(tenant, point(family), point(family, family.father))
    keyring().destroy(tenant.id, family.mother.client_id)
    texts = dict(session.execute(select(ActionPoint.client_id, ActionPoint.text)).all())
    assert texts == {family.mother.client_id: None, family.father.client_id: PROMISED}


def test_a_new_key_does_not_open_what_the_destroyed_one_sealed(
    make, tenant, family, session
):
    old = point(family)
    make.add(tenant, old)
    keyring().destroy(tenant.id, family.mother.client_id)
    make.add(tenant, point(family, text="Nieuw woord"))
    with pytest.raises(SealBroken):
        session.scalar(select(ActionPoint.text).where(ActionPoint.id == old.id))
    new = select(ActionPoint.text).where(ActionPoint.id != old.id)
    assert session.scalar(new) == "Nieuw woord"


def test_another_process_forgets_a_destroyed_key_within_a_minute(
    process, tenant, monkeypatch
):
    here, there, client_id = process(), process(), uuid4()
    here.obtain(tenant.id, client_id)
    assert there.find(tenant.id, client_id)
    here.destroy(tenant.id, client_id)
    assert here.find(tenant.id, client_id) is None
    clock = time.monotonic
    # time-machine moves the calendar, not this clock.
    monkeypatch.setattr(time, "monotonic", lambda: clock() + 61)
    assert there.find(tenant.id, client_id) is None


def test_a_process_that_makes_a_key_later_gets_the_one_that_was_made(process, tenant):
    here, there, client_id = process(), process(), uuid4()
    sealed = here.obtain(tenant.id, client_id).encrypt(bytes(12), b"woord", None)
    opened = there.obtain(tenant.id, client_id).decrypt(bytes(12), sealed, None)
    assert opened == b"woord"


def test_processes_that_make_a_key_at_the_same_moment_get_one(process, tenant):
    client_id = uuid4()
    rings = [process() for _ in range(5)]
    start = Barrier(len(rings))

    def seal_a_word(ring: Keyring) -> bytes:
        start.wait()
        return ring.obtain(tenant.id, client_id).encrypt(bytes(12), b"woord", None)

    with ThreadPoolExecutor(len(rings)) as threads:
        assert len(set(threads.map(seal_a_word, rings))) == 1


def test_a_key_is_wrapped_for_one_client_only(key_engine, process, tenant):
    client_id, stranger = uuid4(), uuid4()
    process().obtain(tenant.id, client_id)
    with key_engine.begin() as connection:
        connection.exec_driver_sql(f"set local klankbord.tenant = '{tenant.id}'")
        connection.exec_driver_sql(
            "insert into client_key select tenant_id, %s, wrapped from client_key"
            " where client_id = %s",
            (stranger, client_id),
        )
    assert process().find(tenant.id, client_id)
    with pytest.raises(InvalidTag):
        process().find(tenant.id, stranger)


def test_without_the_master_key_no_key_opens(key_engine, process, tenant):
    client_id = uuid4()
    process().obtain(tenant.id, client_id)
    thief = Keyring(key_engine, b"another master key of 32 bytes..")
    with pytest.raises(InvalidTag):
        thief.find(tenant.id, client_id)


def test_one_organisation_never_sees_the_keys_of_another(
    make, key_engine, tenant, family
):
    make.add(tenant, point(family))
    counts: dict[UUID, int] = {}
    for tenant_id in (tenant.id, make.tenant().id):
        with key_engine.begin() as connection:
            connection.exec_driver_sql(f"set local klankbord.tenant = '{tenant_id}'")
            found = connection.exec_driver_sql(
                "select count(*) from client_key where tenant_id = %s", (tenant.id,)
            )
            counts[tenant_id] = found.scalar_one()
    assert list(counts.values()) == [1, 0]


# -- the schema ------------------------------------------------------------------------
