"""The database: models that belong to one tenant, and sessions that see one only.

Three of the four walls stand here: keys, the session, and the policies of PostgreSQL.
"""

import select
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Any, ClassVar, TypeAlias, cast
from uuid import UUID, uuid4
from weakref import WeakKeyDictionary

from psycopg import pq
from sqlalchemy import (
    ClauseElement,
    Connection,
    Date,
    DateTime,
    Engine,
    Enum,
    Executable,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Insert,
    MetaData,
    Result,
    Select,
    String,
    TableClause,
    TextClause,
    Time,
    Uuid,
    bindparam,
    create_engine,
    event,
    exc,
    insert,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    ORMExecuteState,
    Session,
    SessionTransaction,
    declared_attr,
    mapped_column,
    with_loader_criteria,
)
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.sql.util import find_tables
from sqlalchemy.types import TypeEngine

from klankbord.errors import NoTenant, Unavailable

_Parameters: TypeAlias = Mapping[str, Any] | Sequence[Mapping[str, Any]] | None

POLICY = "tenant_id = nullif(current_setting('klankbord.tenant', true), '')::uuid"


class Base(DeclarativeBase):
    """Base of all models."""

    metadata = MetaData(
        naming_convention={
            "ix": "%(table_name)s_%(column_0_N_name)s_index",
            "uq": "%(table_name)s_%(column_0_N_name)s_key",
            "ck": "%(table_name)s_%(constraint_name)s_check",
            "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
            "pk": "%(table_name)s_pkey",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        # Text with a CHECK: a Postgres enum is hard to migrate and is not leakproof.
        StrEnum: Enum(
            StrEnum,
            native_enum=False,
            create_constraint=True,
            length=40,
            values_callable=lambda members: [member.value for member in members],
        ),
        datetime: DateTime(timezone=True),
        date: Date(),
        time: Time(),
        dict[str, Any]: JSONB(),
        list[Any]: JSONB(),
        list[str]: ARRAY(String()),
    }


def now() -> datetime:
    """Return the present moment in UTC: the default of every time column."""
    return datetime.now(UTC)


class TenantOwned:
    """Mixin for a row that belongs to one tenant.

    The key starts with the tenant, so that foreign keys carry it too and a cluster can
    place rows by it.
    """

    tenant_id: Mapped[UUID] = mapped_column(
        ForeignKey("tenant.id", ondelete="CASCADE"), primary_key=True, sort_order=-2
    )
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4, sort_order=-1)


class Versioned:
    """Mixin for a row that two people may edit at once: the second one is told."""

    version: Mapped[int] = mapped_column(default=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 - SQLAlchemy's name
        """Let every update ask for the version it read."""
        return {"version_id_col": cls.version}


def refers(
    column: str, target: str, *, ondelete: str = "CASCADE"
) -> ForeignKeyConstraint:
    """Return a foreign key to an owned table that can't reach into another tenant.

    `ondelete="SET NULL"` clears only the column, never the tenant.
    """
    if ondelete == "SET NULL":
        ondelete = f"SET NULL ({column})"
    return ForeignKeyConstraint(
        ["tenant_id", column],
        [f"{target}.tenant_id", f"{target}.id"],
        ondelete=ondelete,
    )


def wall(table: str, rights: str = "select, insert, update, delete") -> list[str]:
    """Return the statements that put a table behind row-level security.

    The application's role gets these rights and no others: never TRUNCATE, which
    row-level security does not see.
    """
    return [
        f"alter table {table} enable row level security",
        f"alter table {table} force row level security",
        f"create policy tenant on {table} using ({POLICY}) with check ({POLICY})",
        f"grant {rights} on {table} to klankbord_app",
    ]


class Due(Base):
    """That a tenant has work of a kind from a moment on: ids and times, no content.

    Tenant-free, so that one query finds who has work; written in the transaction that
    makes the work, and removed by the one that does it.
    """

    __tablename__ = "due"
    __table_args__ = (Index(None, "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenant.id", ondelete="CASCADE"))
    kind: Mapped[str]
    at: Mapped[datetime]


class TenantSession(Session):
    """A session that sees, and writes, one tenant's rows only."""

    def __init__(self, engine: Engine, tenant_id: UUID) -> None:
        super().__init__(engine, info={"tenant_id": tenant_id, "wrote": False})


def remember_due(session: Session, kind: str, at: datetime) -> None:
    """Write down that the session's tenant has work of this kind at that moment."""
    session.execute(
        insert(Due).values(id=uuid4(), tenant_id=tenant_of(session), kind=kind, at=at)
    )


def open_engine(url: str, *, pool_size: int = 5, max_overflow: int = 0) -> Engine:
    """Return an engine whose pool notices a dead server before it hands one out."""
    engine = create_engine(
        url, pool_size=pool_size, max_overflow=max_overflow, pool_timeout=5
    )
    event.listen(engine, "checkout", _refuse_dead_connection)
    return engine


def _refuse_dead_connection(
    connection: DBAPIConnection, *_: ConnectionPoolEntry | object
) -> None:
    # An idle connection has nothing to say, unless the server said goodbye. Looking
    # at the socket costs microseconds, a ping would cost a round trip per request.
    driver: Any = connection
    pgconn = driver.pgconn
    if pgconn.status != pq.ConnStatus.OK or _has_input(pgconn.socket):
        raise exc.DisconnectionError


def _has_input(socket: int) -> bool:
    poll = select.poll()  # select() fails on descriptors above 1,023
    poll.register(socket, select.POLLIN)
    return bool(poll.poll(0))


def tenant_of(session: Session) -> UUID:
    """Return the tenant that the session was opened for.

    Raises:
        NoTenant: the session was opened without one.

    """
    tenant_id = session.info.get("tenant_id")
    if not isinstance(tenant_id, UUID):
        raise NoTenant("open a TenantSession: this one has no tenant")
    return tenant_id


@event.listens_for(Session, "after_begin")
def _name_tenant(
    session: Session,
    _transaction: SessionTransaction,
    connection: Connection,
) -> None:
    name_tenant(connection, tenant_of(session))


def name_tenant(connection: Connection, tenant_id: UUID) -> None:
    """Let the connection's transaction, begun here if need be, see one tenant's rows.

    Raises:
        Unavailable: the server did not say that it does.

    """
    # SET LOCAL and not set_config(): the statement travels to a cluster's nodes and
    # never outlives the transaction. With BEGIN in one message it costs no round trip.
    driver: Any = connection.connection.driver_connection
    pgconn = driver.pgconn
    command = f"SET LOCAL klankbord.tenant='{tenant_id}'"
    if pgconn.transaction_status == pq.TransactionStatus.IDLE:
        command = f"BEGIN;{command}"
    result = pgconn.exec_(command.encode())
    if (
        result.status != pq.ExecStatus.COMMAND_OK
        or pgconn.transaction_status != pq.TransactionStatus.INTRANS
    ):
        connection.invalidate()
        raise Unavailable


@event.listens_for(Session, "do_orm_execute")
def _stay_in_tenant(state: ORMExecuteState) -> Result[Any] | None:
    # With the tenant in the query too, Postgres checks the policy once a statement
    # instead of once a row, and a cluster asks one node instead of all.
    tenant_id = tenant_of(state.session)
    statement = state.statement
    if isinstance(statement, TextClause):
        state.parameters = _with_tenant(statement, state.parameters, tenant_id)
    elif isinstance(statement, Insert):
        state.session.info["wrote"] = True
        state.statement = _own_inserted(statement, tenant_id)
    elif not state.is_orm_statement:
        _refuse_owned_tables(
            find_tables(cast("ClauseElement", statement), include_joins=True)
        )
    elif state.is_select:
        return _read(state, tenant_id)
    else:
        state.session.info["wrote"] = True
        state.statement = statement.options(
            with_loader_criteria(
                TenantOwned,
                lambda model: model.tenant_id == tenant_id,
                include_aliases=True,
            )
        )
        state.update_execution_options(changes_rows=True)
    return None


# One object for every read, so that a query is compiled once for all tenants.
_READS_IN_TENANT = with_loader_criteria(
    TenantOwned,
    lambda model: model.tenant_id == bindparam("tenant_of_session", type_=Uuid()),
    include_aliases=True,
    propagate_to_loaders=False,  # what they load comes by here itself
    track_closure_variables=False,
)
# A statement that is a constant of its module gets its predicate once.
_reads: WeakKeyDictionary[Executable, tuple[Executable, bool]] = WeakKeyDictionary()


def _read(state: ORMExecuteState, tenant_id: UUID) -> Result[Any] | None:
    known = _reads.get(state.statement)
    if known is None:
        statement = state.statement.options(_READS_IN_TENANT)
        known = _reads[state.statement] = (statement, _is_rows_only(statement))
    state.statement, rows_only = known
    given = cast("Mapping[str, Any]", state.parameters or {})
    state.parameters = {**given, "tenant_of_session": tenant_id}
    if not rows_only or "changes_rows" in state.local_execution_options:
        return None  # the ORM looks for the rows of a change, or knows without asking
    # There is no object to make of a row: the connection reads it in half the time.
    session = state.session
    if session.autoflush:
        session.flush()
    return session.connection(state.bind_arguments).execute(
        state.statement,
        state.parameters,
        execution_options=state.local_execution_options,
    )


def _is_rows_only(statement: Executable) -> bool:
    return isinstance(statement, Select) and all(
        isinstance(column["type"], TypeEngine)
        for column in statement.column_descriptions
    )


def _with_tenant(
    statement: TextClause, given: _Parameters, tenant_id: UUID
) -> _Parameters:
    if "tenant_id" not in statement._bindparams:  # noqa: SLF001 - no public way to ask
        raise NoTenant("hand-written SQL must use :tenant_id")
    if isinstance(given, list):
        return [{**row, "tenant_id": tenant_id} for row in given]
    return {**cast("Mapping[str, Any]", given or {}), "tenant_id": tenant_id}


def _own_inserted(statement: Insert, tenant_id: UUID) -> Insert:
    if (
        "tenant_id" not in statement.table.c
        or statement.table.name == Due.__tablename__
    ):
        return statement
    if statement.select is not None:
        raise NoTenant("write INSERT … SELECT as text with :tenant_id")
    return statement.values(tenant_id=tenant_id)


def _refuse_owned_tables(tables: Iterable[TableClause]) -> None:
    for table in tables:
        if "tenant_id" in table.c:
            raise NoTenant(f"select the model of {table.name}, not the bare table")


@event.listens_for(Session, "before_flush")
def _own_new_rows(session: Session, *_: object) -> None:
    tenant_id = tenant_of(session)
    session.info["wrote"] = True
    for row in session.new:
        if isinstance(row, TenantOwned):
            row.tenant_id = tenant_id
            row.id = row.id or uuid4()
