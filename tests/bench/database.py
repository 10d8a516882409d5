"""B1 to B4: what the walls cost, at the database."""

import itertools
import random
from collections.abc import Callable, Iterator
from uuid import UUID

from measure import Row, at_most, compare, single
from sqlalchemy import Engine, bindparam, select, text
from world import World, add_tenants

from klankbord.db import TenantSession, name_tenant
from klankbord.people.models import Family

FEW, MANY = 100, 10_000

LIST = select(Family.id, Family.name).order_by(Family.name).limit(50)
BY_ID = select(Family.id, Family.name).where(Family.id == bindparam("family_id"))
TABLE = Family.__table__
FREE_LIST = (
    select(TABLE.c.id, TABLE.c.name)
    .where(TABLE.c.tenant_id == bindparam("tenant"))
    .order_by(TABLE.c.name)
    .limit(50)
)
FREE_BY_ID = select(TABLE.c.id, TABLE.c.name).where(
    TABLE.c.tenant_id == bindparam("tenant"), TABLE.c.id == bindparam("family_id")
)


def rows(world: World) -> Iterator[Row]:
    ids = add_tenants(world, FEW)
    medians: dict[tuple[int, str], float] = {}
    for count in (FEW, MANY):
        if count > FEW:
            ids += add_tenants(world, MANY - FEW)
        for what, ours, floor in _reads(world, ids):
            row = compare("B1", f"{what}, {count} tenants", ours, floor, at_most(1.10))
            medians[count, what] = row.p50
            yield row
    by_id = medians[MANY, "by id"] / medians[FEW, "by id"]
    yield single(
        "B2", "by id at 10,000 tenants / at 100", by_id, at_most(1.1), [by_id] * 2
    )
    yield _write(world, ids[0])
    yield _naming(world, ids[0])


def _reads(
    world: World, ids: list[UUID]
) -> Iterator[tuple[str, Callable[[], object], Callable[[], object]]]:
    chance = random.Random(1)  # noqa: S311 - the same tenants each time
    sample = chance.sample(ids, 50)
    with world.free.connect() as connection:
        found = connection.execute(
            select(TABLE.c.tenant_id, TABLE.c.id).where(TABLE.c.tenant_id.in_(sample))
        ).all()
    mine, theirs = itertools.cycle(found), itertools.cycle(found)

    def list_ours() -> object:
        with TenantSession(world.app, next(mine).tenant_id) as session:
            return session.execute(LIST).all()

    def list_free() -> object:
        with world.free.connect() as connection:
            values = {"tenant": next(theirs).tenant_id}
            return connection.execute(FREE_LIST, values).all()

    def one_ours() -> object:
        row = next(mine)
        with TenantSession(world.app, row.tenant_id) as session:
            return session.execute(BY_ID, {"family_id": row.id}).one()

    def one_free() -> object:
        row = next(theirs)
        with world.free.connect() as connection:
            values = {"tenant": row.tenant_id, "family_id": row.id}
            return connection.execute(FREE_BY_ID, values).one()

    yield "list of 50", list_ours, list_free
    yield "by id", one_ours, one_free


def _write(world: World, tenant_id: UUID) -> Row:
    """B3: the same statements as the application's role and as a superuser."""
    statement = text(
        "insert into family (tenant_id, id, name)"
        " select :tenant_id, gen_random_uuid(), 'x' from generate_series(1, 12)"
    )

    def write(engine: Engine) -> Callable[[], object]:
        def once() -> None:
            with TenantSession(engine, tenant_id) as session:
                session.execute(statement)
                session.commit()

        return once

    return compare(
        "B3",
        "write of 12 rows under RLS / bypassing it",
        write(world.app),
        write(world.free),
        at_most(1.05),
    )


def _naming(world: World, tenant_id: UUID) -> Row:
    """B4: a transaction with the tenant named, beside one without; B1 has sessions."""

    def named() -> None:
        with world.app.connect() as connection, connection.begin():
            name_tenant(connection, tenant_id)
            connection.exec_driver_sql("select 1")

    def plain() -> None:
        with world.app.connect() as connection, connection.begin():
            connection.exec_driver_sql("select 1")

    return compare("B4", "tenant named / not", named, plain, at_most(1.15), n=1000)
