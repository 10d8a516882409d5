"""Background work: PostgreSQL holds the truth, Redis only wakes workers and may die.

That a tenant has work stands in `due`, written in the transaction that makes the work.
After the commit a worker is woken through Redis; when that fails, or the queue is lost,
the scheduler's sweep over `due` finds the work a few seconds later. Every kind of work
may be done twice.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias
from uuid import UUID, uuid4

import structlog
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry
from rq import Queue
from rq.exceptions import DuplicateJobError
from rq.job import Job
from rq.serializers import JSONSerializer
from sqlalchemy import Engine, delete, insert, update
from structlog.contextvars import bound_contextvars

from klankbord.context import SYSTEM, Context, TenantFacts
from klankbord.db import Due, TenantSession, now, remember_due
from klankbord.errors import NotFound
from klankbord.observe import report

# One queue a worker: with several, a crash between taking and starting loses the job.
QUEUE = "klankbord"
WEB_SECONDS = 0.25
LONGEST_JOB = timedelta(minutes=10)
FAILED_KEPT = timedelta(days=1)
# After so long somebody else may look too; what is at work is locked row by row.
LEASE = timedelta(seconds=5)
AFTER_FAILURE = timedelta(minutes=5)

Work: TypeAlias = Callable[[UUID], datetime | None]

log = structlog.get_logger()
_queues: list[Queue] = []
_workplaces: list["Workplace"] = []


class WorkRefused(Exception):
    """There is no such tenant or kind of work."""


class WorkFailed(Exception):
    """Work broke off; it says only which error, for words may name somebody."""


def connect(url: str, *, seconds: float | None) -> Redis:
    """Return a connection that gives up after so many seconds and never retries."""
    return Redis.from_url(
        url.replace("valkey://", "redis://", 1),
        socket_timeout=seconds,
        socket_connect_timeout=seconds or 5,
        retry=Retry(NoBackoff(), 0),
    )


def open_queue(connection: Redis, job_class: type[Job] = Job) -> Queue:
    """Return the one queue: plain JSON in it, ids only."""
    return Queue(
        QUEUE, connection=connection, job_class=job_class, serializer=JSONSerializer
    )


def use_redis(url: str) -> None:
    """Set where this process wakes workers."""
    _queues[:] = [open_queue(connect(url, seconds=WEB_SECONDS))]


def plan(ctx: Context, kind: str, at: datetime | None = None) -> None:
    """Write down that the tenant has work of this kind at a moment, by default now.

    The kind is the name of a schedule, whose job then runs, or the outbox's.
    """
    remember_due(ctx.session, kind, at or now())
    if at is None or at <= now():
        wake_after_commit(ctx, kind)


def wake_after_commit(ctx: Context, kind: str) -> None:
    """Wake a worker for what is written down as due, once, if this work commits."""
    wake = Wake(ctx.tenant_id, kind)
    if wake not in ctx.after_commit:
        ctx.after_commit.append(wake)


@dataclass(frozen=True)
class Wake:
    """Wakes a worker for work that is already written down; it may fail quietly."""

    tenant_id: UUID
    kind: str

    def __call__(self) -> None:
        """Put the work's tenant and kind in the queue."""
        try:
            for queue in _queues:
                enqueue(queue, self.tenant_id, self.kind)
        except RedisError as error:
            log.warning(
                "worker not woken",
                tenant=str(self.tenant_id),
                kind=self.kind,
                error=type(error).__name__,
            )


def enqueue(
    queue: Queue, tenant_id: UUID, kind: str, *, once_in: timedelta | None = None
) -> None:
    """Put work in the queue; `once_in` a while at most, when that is given.

    Raises:
        RedisError: the server is away; the sweep will find the work.

    """
    name = None
    if once_in is not None:
        slot = int(now().timestamp() / once_in.total_seconds())
        name = f"{tenant_id}-{kind.replace('.', '-')}-{slot}"
    try:
        queue.enqueue_call(
            run,
            (str(tenant_id), kind),
            timeout=int(LONGEST_JOB.total_seconds()),
            result_ttl=0,
            failure_ttl=int(FAILED_KEPT.total_seconds()),
            job_id=name,
            unique=name is not None,
        )
    except DuplicateJobError:
        return


def run(tenant_id: str, kind: str) -> None:
    """Do a tenant's work of one kind: the only function that a worker runs.

    Raises:
        WorkRefused: the queue held something that we never put in it.
        WorkFailed: it is tried again later; the log holds where it broke.

    """
    try:
        tenant = UUID(tenant_id)
    except (ValueError, AttributeError, TypeError):
        raise WorkRefused("no tenant") from None
    with bound_contextvars(tenant=str(tenant), kind=kind, request_id=uuid4().hex):
        try:
            _workplaces[0].do(tenant, kind)
        except WorkRefused:
            log.warning("work refused")
            raise
        except Exception as error:
            log.exception("work failed")
            report(error)
            raise WorkFailed(type(error).__name__) from None


@dataclass(frozen=True)
class Workplace:
    """What a worker's process needs: the database, the tenants, and what to do.

    `facts` returns what is known of a tenant now, or raises `NotFound`. Each kind of
    work is a function of a tenant that opens contexts of its own and returns the moment
    at which there is more to do.
    """

    engine: Engine
    facts: Callable[[TenantSession, UUID], TenantFacts]
    works: Mapping[str, Work]

    def open(self) -> None:
        """Make this the workplace of the process: what `run` finds."""
        _workplaces[:] = [self]

    def do(self, tenant_id: UUID, kind: str) -> None:
        """Do what is due of this kind for a tenant that is active; else nothing.

        What is due is taken under a lease: if this process dies, the sweep finds it
        when the lease is over.

        Raises:
            WorkRefused: there is no such tenant or kind.

        """
        work = self.works.get(kind)
        if work is None:
            raise WorkRefused("unknown kind of work")
        lease = self._take(tenant_id, kind)
        if lease is None:
            return
        next_at: datetime | None = now() + AFTER_FAILURE
        try:
            next_at = work(tenant_id)
        finally:
            self._settle(tenant_id, kind, lease, next_at)

    @contextmanager
    def context(self, tenant_id: UUID) -> Iterator[Context]:
        """Open a unit of work of the system; it is committed when it ends well."""
        with TenantSession(self.engine, tenant_id) as session:
            ctx = Context(self.facts(session, tenant_id), SYSTEM, session)
            yield ctx
            ctx.finish(commit=True)

    def _take(self, tenant_id: UUID, kind: str) -> UUID | None:
        with TenantSession(self.engine, tenant_id) as session:
            try:
                facts = self.facts(session, tenant_id)
            except NotFound:
                raise WorkRefused("unknown tenant") from None
            if facts.status != "active":
                return None
            taken = session.scalars(
                delete(Due)
                .where(Due.tenant_id == tenant_id, Due.kind == kind, Due.at <= now())
                .returning(Due.id)
            ).all()
            if not taken:
                return None
            lease = uuid4()
            session.execute(
                insert(Due).values(
                    id=lease, tenant_id=tenant_id, kind=kind, at=now() + LEASE
                )
            )
            session.commit()
            return lease

    def _settle(
        self, tenant_id: UUID, kind: str, lease: UUID, next_at: datetime | None
    ) -> None:
        with TenantSession(self.engine, tenant_id) as session:
            kept = Due.id == lease
            if next_at is None:
                session.execute(delete(Due).where(kept))
            else:
                moved = session.execute(
                    update(Due).where(kept).values(at=next_at).returning(Due.id)
                )
                if moved.first() is None:  # somebody took it over: the lease was over
                    remember_due(session, kind, next_at)
            session.commit()
        if next_at is not None and next_at <= now():
            Wake(tenant_id, kind)()
