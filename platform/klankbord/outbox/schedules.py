"""Run what is scheduled: once for each slot of time, whoever comes first.

The slot's row and what the job wrote are committed together, so a job that broke off
left no row and runs again.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import delete, func, select, text
from sqlalchemy.dialects.postgresql import insert

from klankbord.context import Context, TenantFacts
from klankbord.db import now
from klankbord.jobs import AFTER_FAILURE, Work
from klankbord.observe import report
from klankbord.outbox.models import ScheduledRun
from klankbord.outbox.permissions import RUN
from klankbord.plugin import Plugin, Schedule

ALL = "schedules"
# A plugin that is switched on waits no longer for its first run.
LONGEST_WAIT = timedelta(hours=1)
KEPT = timedelta(days=90)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

log = structlog.get_logger()
_TRY_LOCK = text(
    "select pg_try_advisory_xact_lock(hashtextextended("
    "cast(:tenant_id as text) || cast(:name as text), 0))"
)
_LAST_SLOTS = select(ScheduledRun.schedule, func.max(ScheduledRun.slot)).group_by(
    ScheduledRun.schedule
)


def last_slot(schedule: Schedule, zone: ZoneInfo, moment: datetime) -> datetime:
    """Return the newest slot that has begun.

    A clock time that a day skips comes an hour later that day; of one that a day has
    twice, the first counts.
    """
    if schedule.at is None:
        return EPOCH + (moment - EPOCH) // schedule.every * schedule.every
    today = moment.astimezone(zone).date()
    slot = _local(today, schedule.at, zone)
    return slot if slot <= moment else _local(today - timedelta(1), schedule.at, zone)


def next_slot(schedule: Schedule, zone: ZoneInfo, moment: datetime) -> datetime:
    """Return when the slot after the newest one begins."""
    if schedule.at is None:
        return last_slot(schedule, zone, moment) + schedule.every
    today = moment.astimezone(zone).date()
    slot = _local(today, schedule.at, zone)
    return slot if slot > moment else _local(today + timedelta(1), schedule.at, zone)


class Schedules:
    """The schedules of the core and of the plugins that a tenant has on."""

    def __init__(
        self,
        context: Callable[[UUID], AbstractContextManager[Context]],
        core: Iterable[Schedule],
        plugins: Mapping[str, Plugin],
    ) -> None:
        self._context = context
        self._core = tuple(core)
        self._plugins = plugins

    def works(self) -> dict[str, Work]:
        """Return every kind of work: the schedules together, and each by its name."""
        schedules = [*self._core]
        for plugin in self._plugins.values():
            schedules.extend(plugin.schedules)
        works = {schedule.name: self._planned(schedule) for schedule in schedules}
        return {ALL: self.run_due, **works}

    def run_due(self, tenant_id: UUID) -> datetime:
        """Run each schedule whose newest slot has not run; return when to look again.

        Slots that were missed while nothing ran are not made up for, but the newest.
        """
        with self._context(tenant_id) as ctx:
            tenant = ctx.tenant
            ran: dict[str, datetime] = dict(ctx.session.execute(_LAST_SLOTS).all())
        look_again = now() + LONGEST_WAIT
        for schedule in self._running(tenant):
            slot = last_slot(schedule, tenant.time_zone, now())
            comes = next_slot(schedule, tenant.time_zone, now())
            if slot > ran.get(schedule.name, EPOCH) and not self._run_slot(
                tenant_id, schedule, slot
            ):
                comes = now() + AFTER_FAILURE
            look_again = min(look_again, comes)
        return look_again

    def _running(self, tenant: TenantFacts) -> Iterable[Schedule]:
        yield from self._core
        for plugin in self._plugins.values():
            if tenant.has_on(plugin.name):
                yield from plugin.schedules

    def _run_slot(self, tenant_id: UUID, schedule: Schedule, slot: datetime) -> bool:
        """Run one slot unless it ran or runs; return whether it did not break."""
        try:
            with self._context(tenant_id) as ctx:
                if not _lock(ctx, schedule):
                    return True
                ctx.require(RUN)
                added = ctx.session.execute(
                    insert(ScheduledRun)
                    .values(schedule=schedule.name, slot=slot)
                    .on_conflict_do_nothing()
                    .returning(ScheduledRun.id)
                )
                if added.first():
                    _forget_old(ctx, schedule, slot)
                    schedule.job(ctx)
        except Exception as error:  # the other schedules go on
            log.exception("schedule failed", schedule=schedule.name)
            report(error)
            return False
        return True

    def _planned(self, schedule: Schedule) -> Work:
        """Return the work of a moment that `jobs.plan` was told of."""
        owner = schedule.name.partition(".")[0]

        def run(tenant_id: UUID) -> datetime | None:
            with self._context(tenant_id) as ctx:
                if owner in self._plugins and not ctx.tenant.has_on(owner):
                    frozen = owner in ctx.tenant.frozen
                    return now() + LONGEST_WAIT if frozen else None
                if not _lock(ctx, schedule):
                    return now() + AFTER_FAILURE
                schedule.job(ctx)
            return None

        return run


def _local(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, zone).astimezone(UTC)


def _lock(ctx: Context, schedule: Schedule) -> bool:
    return bool(ctx.session.scalar(_TRY_LOCK, {"name": schedule.name}))


def _forget_old(ctx: Context, schedule: Schedule, slot: datetime) -> None:
    ctx.session.execute(
        delete(ScheduledRun).where(
            ScheduledRun.schedule == schedule.name, ScheduledRun.slot < slot - KEPT
        )
    )
