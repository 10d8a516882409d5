"""The processes behind the pages: the worker does what is due, the scheduler finds it.

Any number of each may run, and each may be killed at any moment.
"""

import signal
import time
from collections.abc import Callable
from datetime import timedelta
from threading import Event
from types import FrameType

import structlog
from flask import Flask
from redis import RedisError
from rq import Queue, SimpleWorker
from rq.job import Job
from rq.serializers import JSONSerializer
from sqlalchemy import Engine, exc, func, select, text

from klankbord import jobs
from klankbord.app import CORE_SCHEDULES, create_app
from klankbord.config import Config
from klankbord.db import Due, now, open_engine
from klankbord.jobs import Work, Workplace, WorkRefused
from klankbord.observe import init_logs, init_sentry
from klankbord.outbox.delivery import Delivery
from klankbord.outbox.schedules import ALL, Schedules
from klankbord.outbox.services import DELIVERY
from klankbord.people.address_book import PeopleBook
from klankbord.tenants.directory import Directory
from klankbord.tenants.models import Tenant, TenantStatus

SWEEP_SECONDS = 3.0
# So often at most the same work is put in the queue again.
AGAIN_AFTER = timedelta(seconds=5)
# While workers have this much to do, more would only fill the queue.
ENOUGH_QUEUED = 1000
REDIS_SECONDS = 2.0
# Seconds: a worker that is not heard of for so long is gone.
WORKER_TTL = 60
OURS = f"{jobs.run.__module__}.{jobs.run.__name__}"

log = structlog.get_logger()
_DUE = (
    select(Due.tenant_id, Due.kind)
    .join(Tenant, Tenant.id == Due.tenant_id)
    .where(Tenant.status == TenantStatus.ACTIVE)
    .group_by(Due.tenant_id, Due.kind)
    .order_by(func.min(Due.at))
    .limit(ENOUGH_QUEUED)
)
_START_SCHEDULES = text("""
    insert into due (id, tenant_id, kind, at)
    select gen_random_uuid(), tenant.id, wanted.kind, :moment
      from tenant, (select cast(:kind as varchar) as kind) wanted
     where status = 'active' and not exists (
           select from due
            where due.tenant_id = tenant.id and due.kind = wanted.kind)
""")


def open_workplace(app: Flask, config: Config) -> Workplace:
    """Return what a worker needs to do every kind of work of the core and plugins."""
    engine: Engine = app.extensions["klankbord-engine"]
    plugins = app.extensions["klankbord-plugins"]
    works: dict[str, Work] = {}
    workplace = Workplace(engine, Directory(engine, config.base_url).now, works)
    works.update(Schedules(workplace.context, CORE_SCHEDULES, plugins).works())
    works[DELIVERY] = Delivery(app, config, workplace, PeopleBook()).work
    return workplace


def sweep(engine: Engine, queue: Queue) -> None:
    """Put in the queue what is due, of every tenant that is active: one query.

    Raises:
        RedisError: nobody can be woken now.

    """
    with engine.begin() as connection:
        moment = now()
        connection.execute(_START_SCHEDULES, {"kind": ALL, "moment": moment})
        due = connection.execute(_DUE.where(Due.at <= moment)).all()
    if not due or queue.count >= ENOUGH_QUEUED:
        return
    for tenant_id, kind in due:
        jobs.enqueue(queue, tenant_id, kind, once_in=AGAIN_AFTER)


def run_scheduler(config: Config) -> None:
    """Sweep every few seconds until SIGTERM."""
    init_logs()
    init_sentry(config)
    stopped = Event()
    for wanted in (signal.SIGTERM, signal.SIGINT):
        signal.signal(wanted, lambda *_: stopped.set())
    engine = open_engine(config.database_url, pool_size=1)
    queue = jobs.open_queue(jobs.connect(config.redis_url, seconds=REDIS_SECONDS))
    log.info("scheduler started")
    while not stopped.is_set():
        try:
            sweep(engine, queue)
        except (RedisError, exc.OperationalError, exc.TimeoutError) as error:
            log.warning("sweep failed", error=type(error).__name__)
        stopped.wait(SWEEP_SECONDS)
    engine.dispose()
    log.info("scheduler stopped")


class TenantJob(Job):
    """A job that can only be ours, whatever somebody wrote into Redis."""

    @property
    def func(self) -> Callable[[str, str], None]:
        """Return the one function that jobs run.

        Raises:
            WorkRefused: the job names another one.

        """
        if self.func_name != OURS:
            raise WorkRefused("unknown function")
        return jobs.run

    @property
    def success_callback(self) -> None:
        """Return nothing: a callback would be a second function to run."""

    @property
    def failure_callback(self) -> None:
        """Return nothing: a callback would be a second function to run."""

    @property
    def stopped_callback(self) -> None:
        """Return nothing: a callback would be a second function to run."""


class Worker(SimpleWorker):
    """Works in its own process: a fork a job would cost more than the job."""

    job_class = TenantJob
    max_connection_wait_time = 5.0
    asked_to_stop = False

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        """End after the present job."""
        self.asked_to_stop = True
        super().request_stop(signum, frame)  # type: ignore[no-untyped-call]  # RQ's

    def subscribe(self) -> None:
        """Take no commands through Redis: signals are enough."""

    def unsubscribe(self) -> None:
        """There is nothing to end."""


def run_worker(config: Config) -> None:
    """Do what is due until SIGTERM; outlive Redis, however it goes away."""
    init_logs()
    init_sentry(config)
    open_workplace(create_app(config), config).open()
    signal.signal(signal.SIGTERM, _leave)
    log.info("worker started")
    while not _work(config):
        time.sleep(1)
    log.info("worker stopped")


def _work(config: Config) -> bool:
    """Work until Redis is away (False) or until asked to stop (True)."""
    worker = None
    try:
        connection = jobs.connect(config.redis_url, seconds=None)
        queue = jobs.open_queue(connection, TenantJob)
        worker = Worker(
            [queue],
            connection=connection,
            serializer=JSONSerializer,
            worker_ttl=WORKER_TTL,
        )
        worker.work(logging_level="WARNING")
    except RedisError as error:
        log.warning("queue away", error=type(error).__name__)
    finally:
        signal.signal(signal.SIGTERM, _leave)
    return worker is not None and worker.asked_to_stop


def _leave(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)
