"""What is scheduled runs once for each slot, whatever the clock and the workers do."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from threading import Barrier, Thread
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
import time_machine
from sqlalchemy import select

from klankbord import jobs, processes
from klankbord.context import SYSTEM
from klankbord.db import Due, TenantSession, now
from klankbord.errors import Forbidden, Unchecked
from klankbord.jobs import WorkRefused
from klankbord.outbox.models import ScheduledRun
from klankbord.outbox.schedules import ALL, last_slot, next_slot
from klankbord.permissions import Permission, Role
from klankbord.plugin import Plugin, Schedule
from klankbord.tenants.models import PluginState, Tenant, TenantPlugin

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
MAY = Permission("test.may", "May", frozenset({Role.SYSTEM}))
MAY_NOT = Permission("test.may_not", "May not", frozenset({Role.TENANT_ADMIN}))


class Clockwork:
    """A tenant, a clock to move, and jobs that note when they ran."""

    def __init__(self, make, app, config, monkeypatch):
        self.make = make
        self.tenant = make.tenant()
        self.ran = []
        self.breaks = False
        self._app = app
        self._config = config
        self._monkeypatch = monkeypatch

    def schedule(self, name="test.daily", **when):
        def job(ctx):
            ctx.require(MAY)
            if self.breaks:
                raise LookupError("kapot")
            self.ran.append((name, ctx.tenant_id))

        return Schedule(name, job, **when)

    def hire(self, *core, plugin=()):
        self._monkeypatch.setattr(processes, "CORE_SCHEDULES", core)
        plugins = {}
        if plugin:
            plugins["samen_sterker"] = Plugin("samen_sterker", "", schedules=plugin)
        self._monkeypatch.setitem(self._app.extensions, "klankbord-plugins", plugins)
        self.workplace = processes.open_workplace(self._app, self._config)

    def plan(self, kind=ALL, at=None):
        ctx = self.make.context_of(self.tenant, SYSTEM)
        ctx.require(MAY)
        jobs.plan(ctx, kind, at)
        ctx.after_commit.clear()
        ctx.finish(commit=True)

    def look(self, kind=ALL):
        self.workplace.do(self.tenant.id, kind)

    def due(self, kind=ALL):
        with self.make.engine.connect() as connection:
            found = select(Due.at).where(Due.tenant_id == self.tenant.id)
            return sorted(connection.scalars(found.where(Due.kind == kind)))

    def turn(self, state):
        with TenantSession(self.make.operator, self.tenant.id) as session:
            session.query(TenantPlugin).update({"state": state})
            session.query(Tenant).where(Tenant.id == self.tenant.id).update(
                {"revision": Tenant.revision + 1}
            )
            session.commit()


@pytest.fixture
def clockwork(make, app, config, monkeypatch):
    return Clockwork(make, app, config, monkeypatch)


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "last", "comes"),
    [
        (utc(2026, 3, 3, 5, 59), utc(2026, 3, 2, 6), utc(2026, 3, 3, 6)),
        (utc(2026, 3, 3, 6), utc(2026, 3, 3, 6), utc(2026, 3, 4, 6)),
        # Summer time begins on the 29th: seven o'clock comes an hour earlier in UTC.
        (utc(2026, 3, 29, 4, 59), utc(2026, 3, 28, 6), utc(2026, 3, 29, 5)),
        (utc(2026, 3, 29, 5), utc(2026, 3, 29, 5), utc(2026, 3, 30, 5)),
        (utc(2026, 10, 25, 5, 30), utc(2026, 10, 24, 5), utc(2026, 10, 25, 6)),
    ],
)
def test_seven_oclock_is_seven_where_the_organisation_is(moment, last, comes):
    daily = Schedule("test.daily", lambda _ctx: None, at=time(7))

    assert last_slot(daily, AMSTERDAM, moment) == last
    assert next_slot(daily, AMSTERDAM, moment) == comes


@pytest.mark.parametrize("day", [utc(2026, 3, 28), utc(2026, 10, 24)])
def test_half_past_two_is_one_slot_a_day_also_when_the_clock_changes(day):
    nightly = Schedule("test.nightly", lambda _ctx: None, at=time(2, 30))
    minutes = [day + timedelta(minutes=5 * count) for count in range(12 * 24 * 3)]

    slots = {last_slot(nightly, AMSTERDAM, minute) for minute in minutes}

    local_days = [slot.astimezone(AMSTERDAM).date() for slot in sorted(slots)]
    assert len(local_days) == len(set(local_days)) == 4


def test_every_so_often_is_counted_from_fixed_moments():
    hourly = Schedule("test.hourly", lambda _ctx: None, every=timedelta(hours=1))
    moment = utc(2026, 3, 3, 6, 59)

    assert last_slot(hourly, AMSTERDAM, moment) == utc(2026, 3, 3, 6)
    assert next_slot(hourly, AMSTERDAM, moment) == utc(2026, 3, 3, 7)


def test_a_slot_runs_once_however_often_is_looked(clockwork):
    clockwork.hire(clockwork.schedule(at=time(7)))
    with time_machine.travel(utc(2026, 3, 3, 6, 0, 1), tick=False):
        for _ in range(3):
            clockwork.plan()
            clockwork.look()

    assert len(clockwork.ran) == 1


def test_a_clock_that_jumps_an_hour_back_and_forth_runs_nothing_twice(clockwork):
    clockwork.hire(clockwork.schedule(at=time(7)))
    for moment in (
        utc(2026, 3, 3, 6, 30),
        utc(2026, 3, 3, 5, 30),
        utc(2026, 3, 3, 6, 30),
        utc(2026, 3, 3, 7, 30),
    ):
        with time_machine.travel(moment, tick=False):
            clockwork.plan()
            clockwork.look()

    # The clock of half past five makes the slot of the day before the newest one.
    assert len(clockwork.ran) == 1


def test_what_was_missed_runs_once_when_the_worker_is_back(clockwork):
    clockwork.hire(clockwork.schedule(every=timedelta(hours=1)))
    with time_machine.travel(utc(2026, 3, 3, 6, 30), tick=False) as clock:
        clockwork.plan()
        clockwork.look()
        clock.shift(timedelta(days=3))
        clockwork.look()

    assert len(clockwork.ran) == 2


def test_it_looks_again_when_the_next_slot_comes(clockwork):
    clockwork.hire(clockwork.schedule(every=timedelta(minutes=10)))
    with time_machine.travel(utc(2026, 3, 3, 6, 34), tick=False):
        clockwork.plan()
        clockwork.look()

    assert clockwork.due() == [utc(2026, 3, 3, 6, 40)]


def test_a_job_that_breaks_runs_again_later_and_stops_no_other(clockwork):
    other = []

    def job(ctx):
        ctx.require(MAY)
        other.append(ctx.tenant_id)

    clockwork.hire(
        clockwork.schedule(at=time(7)), Schedule("test.other", job, at=time(7))
    )
    clockwork.breaks = True
    with time_machine.travel(utc(2026, 3, 3, 6, 30), tick=False) as clock:
        clockwork.plan()
        clockwork.look()
        assert len(other) == 1
        clockwork.breaks = False
        clock.shift(timedelta(minutes=5))
        clockwork.look()

    assert len(clockwork.ran) == 1
    assert len(other) == 1


def test_two_workers_at_once_run_a_slot_once(clockwork):
    together, ran = Barrier(2), []

    def job(ctx):
        ctx.require(MAY)
        ran.append(ctx.tenant_id)

    clockwork.hire(Schedule("test.daily", job, at=time(7)))

    def look():
        together.wait()
        clockwork.workplace.works[ALL](clockwork.tenant.id)

    threads = [Thread(target=look) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(ran) == 1


@pytest.mark.parametrize("state", [PluginState.FROZEN, PluginState.ALLOWED])
def test_the_schedules_of_a_method_that_is_off_do_not_run(clockwork, state):
    schedule = clockwork.schedule("samen_sterker.daily", at=time(7))
    clockwork.hire(plugin=(schedule,))
    clockwork.turn(state)
    clockwork.plan()
    clockwork.look()
    assert clockwork.ran == []

    clockwork.turn(PluginState.ON)
    clockwork.plan()
    clockwork.look()
    assert len(clockwork.ran) == 1


def test_a_planned_moment_runs_its_schedule_then_and_once(clockwork):
    clockwork.hire(clockwork.schedule("test.reveal", every=timedelta(days=1)))
    at = now() + timedelta(minutes=5)
    clockwork.plan("test.reveal", at)

    clockwork.look("test.reveal")
    assert clockwork.ran == []
    with time_machine.travel(at, tick=False):
        clockwork.look("test.reveal")
        clockwork.look("test.reveal")

    assert len(clockwork.ran) == 1
    assert clockwork.due("test.reveal") == []


def test_what_a_frozen_method_planned_waits_until_it_is_on_again(clockwork):
    clockwork.hire(plugin=(clockwork.schedule("samen_sterker.reveal"),))
    clockwork.turn(PluginState.FROZEN)
    clockwork.plan("samen_sterker.reveal")
    clockwork.look("samen_sterker.reveal")
    assert clockwork.ran == []

    clockwork.turn(PluginState.ON)
    with time_machine.travel(now() + timedelta(hours=1), tick=False):
        clockwork.look("samen_sterker.reveal")
    assert len(clockwork.ran) == 1


def test_what_a_method_planned_is_forgotten_when_the_organisation_gave_it_up(
    clockwork,
):
    clockwork.hire(plugin=(clockwork.schedule("samen_sterker.reveal"),))
    clockwork.turn(PluginState.ALLOWED)
    clockwork.plan("samen_sterker.reveal")

    clockwork.look("samen_sterker.reveal")

    assert clockwork.due("samen_sterker.reveal") == []
    assert clockwork.ran == []


def test_the_rights_are_checked_in_a_job_too(clockwork):
    clockwork.hire(Schedule("test.rights", lambda ctx: ctx.require(MAY_NOT)))
    with time_machine.travel(now(), tick=False):
        clockwork.plan("test.rights")

        with pytest.raises(Forbidden):
            clockwork.look("test.rights")

        # It waits, and is tried again.
        [again_at] = clockwork.due("test.rights")
        assert again_at > now()


def test_a_job_that_writes_without_asking_is_refused(clockwork):
    clockwork.hire(
        Schedule(
            "test.sly",
            lambda ctx: ctx.session.add(ScheduledRun(schedule="x", slot=now())),
        )
    )
    clockwork.plan("test.sly")

    with pytest.raises(Unchecked):
        clockwork.look("test.sly")

    with TenantSession(clockwork.make.engine, clockwork.tenant.id) as session:
        assert session.scalars(select(ScheduledRun)).all() == []


def test_unknown_work_and_unknown_tenants_are_refused(clockwork, make):
    clockwork.hire(clockwork.schedule())
    with pytest.raises(WorkRefused):
        clockwork.look("os.system")
    nobody = replace(make.tenant(), id=uuid4())
    with pytest.raises(WorkRefused):
        clockwork.workplace.do(nobody.id, ALL)


def test_work_that_nobody_planned_is_not_done(clockwork):
    clockwork.hire(clockwork.schedule("test.reveal"))

    clockwork.look("test.reveal")

    assert clockwork.ran == []


def test_a_worker_that_died_leaves_its_work_due_a_moment_later(clockwork):
    clockwork.hire(clockwork.schedule("test.reveal"))
    clockwork.plan("test.reveal")
    lease = clockwork.workplace._take(clockwork.tenant.id, "test.reveal")
    assert lease

    [again_at] = clockwork.due("test.reveal")
    assert again_at - now() <= timedelta(seconds=5)
    with time_machine.travel(again_at, tick=False):
        clockwork.look("test.reveal")
    assert len(clockwork.ran) == 1
