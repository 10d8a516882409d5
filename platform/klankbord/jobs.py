"""Background work: PostgreSQL holds the truth, Redis only wakes workers and may die.

That a tenant has work stands in `due`, written in the transaction that makes the work.
After the commit a worker is woken through Redis; when that fails, or the queue is lost,
the scheduler's sweep over `due` finds the work a few seconds later.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry
from rq import Queue
from rq.serializers import JSONSerializer

from klankbord.context import Context
from klankbord.db import now, remember_due

# One queue a worker: with several, a crash between taking and starting loses the job.
QUEUE = "klankbord"
WEB_SECONDS = 0.25
DAY_SECONDS = 24 * 60 * 60

log = structlog.get_logger()
_queues: list[Queue] = []
_work: list[Callable[[UUID, str], None]] = []


def connect(url: str, *, seconds: float | None) -> Redis:
    """Return a connection that gives up after so many seconds and never retries."""
    return Redis.from_url(
        url.replace("valkey://", "redis://", 1),
        socket_timeout=seconds,
        socket_connect_timeout=seconds or WEB_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )


def use_redis(url: str) -> None:
    """Set where this process wakes workers."""
    _queues[:] = [open_queue(connect(url, seconds=WEB_SECONDS))]


def open_queue(connection: Redis) -> Queue:
    """Return the one queue: plain JSON in it, ids only."""
    return Queue(QUEUE, connection=connection, serializer=JSONSerializer)


def plan(ctx: Context, kind: str, at: datetime | None = None) -> None:
    """Write down that the tenant has work of this kind at a moment, by default now.

    The kind is the name of a schedule, whose job then runs, or the outbox's.
    """
    remember_due(ctx.session, kind, at or now())
    wake = Wake(ctx.tenant_id, kind)
    if (at is None or at <= now()) and wake not in ctx.after_commit:
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


def enqueue(queue: Queue, tenant_id: UUID, kind: str) -> None:
    """Put work in the queue.

    Raises:
        RedisError: the server is away; the sweep will find the work.

    """
    queue.enqueue_call(
        run,
        (str(tenant_id), kind),
        result_ttl=0,
        failure_ttl=DAY_SECONDS,
    )


def run(tenant_id: str, kind: str) -> None:
    """Do a tenant's work of one kind: the only function that a worker runs."""
    _work[0](UUID(tenant_id), kind)
