"""No tenant sees or writes another's rows, whatever the code forgets."""

from uuid import uuid4

import pytest
from sqlalchemy import delete, event, exists, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.orm import Session, aliased

from klankbord.accounts.models import Account, Team
from klankbord.db import TenantSession, open_engine
from klankbord.errors import NoTenant
from klankbord.people.models import Client, ClientKind, Family


@pytest.fixture
def ours(make, tenant):
    with TenantSession(make.engine, tenant.id) as session:
        yield session


@pytest.fixture
def theirs(make):
    with TenantSession(make.engine, make.tenant().id) as session:
        yield session


def test_a_tenant_sees_its_own_rows_and_no_others(ours, theirs):
    ours.add(Team(name="Noord"))
    ours.commit()
    assert [team.name for team in ours.scalars(select(Team))] == ["Noord"]
    assert theirs.scalars(select(Team)).all() == []


def test_a_session_without_a_tenant_refuses_before_it_asks_anything(make):
    with Session(make.engine) as session, pytest.raises(NoTenant):
        session.scalars(select(Team)).all()


def test_sql_without_a_tenant_finds_nothing_even_on_a_used_connection(ours, config):
    ours.add(Team(name="Noord"))
    ours.commit()
    engine = open_engine(config.database_url, pool_size=1)
    with TenantSession(engine, ours.info["tenant_id"]) as session:
        assert session.scalar(select(func.count()).select_from(Team)) == 1
    with engine.connect() as connection:
        assert connection.scalar(text("select count(*) from team")) == 0
        assert (
            connection.scalar(text("select current_setting('klankbord.tenant', true)"))
            == ""
        )
    engine.dispose()


STATEMENTS = {
    "entity": select(Team),
    "columns": select(Team.name),
    "count": select(func.count()).select_from(Team),
    "alias": select(aliased(Team).name),
    "subquery": select(select(Team.name).subquery().c.name),
    "exists": select(Family.name).where(exists().where(Team.name == Family.name)),
    "join": select(Account.name).join(Team, Team.id == Account.team_id),
    "update": update(Team).values(name="x").where(Team.name == "y"),
    "delete": delete(Team).where(Team.name == "y"),
}


@pytest.mark.parametrize("statement", STATEMENTS.values(), ids=STATEMENTS.keys())
def test_every_statement_names_its_tenant_for_each_table(make, ours, statement):
    seen = []

    def note(_connection, _cursor, sql, *_):
        seen.append(sql)

    event.listen(make.engine, "before_cursor_execute", note)
    ours.execute(statement, execution_options={"synchronize_session": False})
    event.remove(make.engine, "before_cursor_execute", note)
    sql = seen[-1].lower()
    owned = sum(
        sql.count(f"{word} {name}")
        for name in ("team", "family", "account")
        for word in ("from", "join", "update")
    )
    assert owned
    assert sql.count("tenant_id = ") >= owned


NAMES = select(Team.name)


def test_one_statement_shows_each_tenant_its_own_rows(ours, theirs):
    for _ in range(2):
        ours.add(Team(name=f"ours {_}"))
        theirs.add(Team(name=f"theirs {_}"))
        mine, other = set(ours.scalars(NAMES)), set(theirs.scalars(NAMES))
    assert mine == {"ours 0", "ours 1"}
    assert other == {"theirs 0", "theirs 1"}


def test_no_parameter_names_another_tenant(ours, theirs):
    theirs.add(Team(name="theirs"))
    theirs.flush()
    other = theirs.info["tenant_id"]
    seen = []

    def note(_connection, _cursor, _sql, parameters, *_):
        seen.append(parameters)

    event.listen(ours.get_bind(), "before_cursor_execute", note)
    bound = text("select name from team where tenant_id = :tenant_id")
    assert ours.execute(NAMES, {"tenant_of_session": other}).all() == []
    assert ours.execute(bound, {"tenant_id": other}).all() == []
    event.remove(ours.get_bind(), "before_cursor_execute", note)
    assert [set(parameters.values()) for parameters in seen] == [
        {ours.info["tenant_id"]}
    ] * 2


def test_a_change_that_returns_its_rows_does_not_look_for_them_first(make, ours):
    seen = []

    def note(_connection, _cursor, sql, *_):
        seen.append(sql.split()[0])

    ours.add(Team(name="Noord"))
    ours.flush()
    event.listen(make.engine, "before_cursor_execute", note)
    lower = func.lower(Team.name) == "noord"
    ours.execute(update(Team).where(lower).values(name="Zuid"))
    ours.execute(delete(Team).where(func.lower(Team.name) == "zuid"))
    event.remove(make.engine, "before_cursor_execute", note)
    assert seen == ["UPDATE", "DELETE"]
    assert ours.scalars(NAMES).all() == []


def test_hand_written_sql_binds_its_tenant_or_is_refused(ours):
    with pytest.raises(NoTenant):
        ours.execute(text("select 1 from team"))
    ours.add(Team(name="Noord"))
    ours.flush()
    bound = text("select name from team where tenant_id = :tenant_id")
    assert ours.scalar(bound) == "Noord"


def test_a_bare_table_is_refused(ours):
    with pytest.raises(NoTenant, match="select the model of team"):
        ours.execute(select(Team.__table__.c.name))


def test_each_way_of_inserting_writes_the_sessions_tenant(ours):
    ours.add(Team(name="object"))
    ours.flush()
    ours.execute(insert(Team), [{"name": "bulk one"}, {"name": "bulk two"}])
    ours.execute(insert(Team).values(id=uuid4(), name="values"))
    ours.execute(
        upsert(Team).values(id=uuid4(), name="upsert").on_conflict_do_nothing()
    )
    ours.add(Team(name="claims another", tenant_id=uuid4()))
    ours.flush()
    names = {team.name for team in ours.scalars(select(Team))}
    assert names == {
        "object",
        "bulk one",
        "bulk two",
        "values",
        "upsert",
        "claims another",
    }
    assert {team.tenant_id for team in ours.scalars(select(Team))} == {
        ours.info["tenant_id"]
    }


def test_insert_from_select_is_refused(ours):
    copy = insert(Team).from_select(["name"], select(Family.name))
    with pytest.raises(NoTenant):
        ours.execute(copy)


def test_sql_that_writes_for_another_tenant_is_refused_by_postgresql(make, ours):
    sql = "insert into team (tenant_id, id, name) values (:tenant_id, :id, 'x')"
    ours.execute(text(sql), {"id": uuid4()})
    with pytest.raises(ProgrammingError, match="row-level security"):
        ours.connection().execute(
            text("insert into team values (:other, :id, 'x')"),
            {"other": make.tenant().id, "id": uuid4()},
        )


def test_a_foreign_key_cannot_point_into_another_tenant(ours, theirs):
    team = Team(id=uuid4(), name="Noord")
    theirs.add(team)
    theirs.commit()
    ours.add(Account(name="Karin", roles=["worker"], team_id=team.id))
    with pytest.raises(IntegrityError):
        ours.flush()
    ours.rollback()
    own = Team(id=uuid4(), name="Noord")
    ours.add(own)
    ours.flush()
    ours.add(Account(name="Karin", roles=["worker"], team_id=own.id))
    ours.flush()


def test_set_null_clears_the_column_and_leaves_the_tenant(ours):
    team = Team(id=uuid4(), name="Noord")
    ours.add(team)
    ours.flush()
    account = Account(id=uuid4(), name="Karin", roles=["worker"], team_id=team.id)
    ours.add(account)
    ours.flush()
    ours.delete(team)
    ours.flush()
    ours.refresh(account)
    assert account.team_id is None
    assert account.tenant_id == ours.info["tenant_id"]


def test_the_same_unique_value_may_exist_in_each_tenant(ours, theirs):
    for session in (ours, theirs):
        session.add(Team(name="Noord"))
        session.flush()
    added = ours.execute(
        upsert(Team)
        .values(id=uuid4(), name="Noord")
        .on_conflict_do_nothing()
        .returning(Team.id)
    ).all()
    assert added == []
    fresh = ours.execute(
        upsert(Team)
        .values(id=uuid4(), name="Zuid")
        .on_conflict_do_nothing()
        .returning(Team.id)
    ).all()
    assert len(fresh) == 1


@pytest.mark.parametrize("statement", ["truncate team", "copy team from stdin"])
def test_statements_that_ignore_row_security_are_not_granted(ours, statement):
    with pytest.raises(DBAPIError):
        ours.connection().exec_driver_sql(statement)


def test_the_apps_role_owns_nothing_and_bypasses_nothing(ours):
    role = (
        ours.connection()
        .exec_driver_sql(
            "select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb"
            " from pg_roles where rolname = current_user"
        )
        .one()
    )
    assert tuple(role) == (False, False, False, False)
    owned = ours.connection().exec_driver_sql(
        "select count(*) from pg_class where relowner ="
        " (select oid from pg_roles where rolname = current_user)"
    )
    assert owned.scalar() == 0


def test_a_pool_of_one_never_carries_a_tenant_over(make, config):
    engine = open_engine(config.database_url, pool_size=1)
    tenants = [make.tenant(), make.tenant()]
    for tenant in tenants:
        make.add(tenant, Family(name=tenant.slug))
    for turn in range(1000):
        tenant = tenants[turn % 2]
        with TenantSession(engine, tenant.id) as session:
            assert session.scalars(select(Family.name)).all() == [tenant.slug]
            if turn % 5 == 0:
                with pytest.raises(ProgrammingError):
                    session.connection().exec_driver_sql("select nonsense from team")
            elif turn % 7 == 0:
                session.begin_nested()
                session.add(Family(name="half done"))
                session.flush()
            elif turn % 11 == 0:
                session.commit()
                assert session.scalars(select(Family.name)).first() == tenant.slug
                continue
            session.rollback()
    engine.dispose()


def test_a_savepoint_stays_in_its_tenant(ours):
    ours.add(Team(name="Noord"))
    with ours.begin_nested():
        ours.add(Team(name="Zuid"))
    assert ours.scalar(select(func.count()).select_from(Team)) == 2


def test_words_of_a_client_survive_a_way_through_the_database(ours):
    family = Family(id=uuid4(), name="Bakkali")
    ours.add(family)
    ours.flush()
    client = Client(
        id=uuid4(),
        family_id=family.id,
        kind=ClientKind.PARENT,
        given_name="Samira",
        family_name="Bakkali",
        how_to_reach="Bel na vier uur",
    )
    ours.add(client)
    ours.flush()
    assert ours.scalar(select(Client.how_to_reach)) == "Bel na vier uur"
