"""A task is there once, for one person, until it is done or no longer needed."""

from datetime import timedelta
from uuid import uuid4

import pytest

from klankbord.context import SYSTEM
from klankbord.db import TenantSession
from klankbord.errors import NotFound, Unchecked
from klankbord.permissions import Permission, Role
from klankbord.tasks.services import assign, cancel, finish, open_tasks
from klankbord.tenants.models import PluginState, Tenant, TenantPlugin

GIVE = Permission("tasks.give", "Give", frozenset({Role.SYSTEM}))
ANSWER = "samen_sterker.answer"


class Desk:
    """Gives tasks as a job would, and looks at a person's list."""

    def __init__(self, make, tenant):
        self.make = make
        self.tenant = tenant
        self.subject = uuid4()

    def give(self, person, days=7, *, subject=None, kind=ANSWER, **values):
        self.do(
            assign,
            kind=kind,
            subject_id=subject or self.subject,
            account_id=person.account_id,
            due_on=self.tenant.today() + timedelta(days=days),
            values=values,
        )

    def do(self, service, *words, **named):
        ctx = self.make.context_of(self.tenant, SYSTEM)
        ctx.require(GIVE)
        service(ctx, *words, **named)
        ctx.finish(commit=True)

    def open(self, person):
        return open_tasks(self.make.context(person), person.account_id)

    def turn(self, state):
        with TenantSession(self.make.operator, self.tenant.id) as session:
            session.query(TenantPlugin).update({"state": state})
            session.query(Tenant).where(Tenant.id == self.tenant.id).update(
                {"revision": Tenant.revision + 1}
            )
            session.commit()


@pytest.fixture
def desk(make, tenant):
    return Desk(make, tenant)


@pytest.fixture
def worker(make, tenant):
    return make.staff(tenant, Role.WORKER)


@pytest.fixture
def colleague(make, tenant):
    return make.staff(tenant, Role.WORKER, name="Bram Smit")


def test_a_task_that_is_given_twice_is_one_task_with_the_last_day(desk, worker):
    desk.give(worker, days=7, name="Noor")
    desk.give(worker, days=3, name="Noor B.")

    [task] = desk.open(worker)
    assert task.due_on == desk.tenant.today() + timedelta(days=3)
    assert task.values == {"name": "Noor B."}


def test_tasks_stand_in_the_order_of_their_days(desk, worker):
    for days in (7, 1, 3):
        desk.give(worker, days=days, subject=uuid4())

    days = [task.due_on for task in desk.open(worker)]
    assert days == sorted(days)
    assert len(days) == 3


@pytest.mark.parametrize("end", [finish, cancel])
def test_a_task_that_ended_is_off_the_list_and_ends_but_once(desk, worker, end):
    desk.give(worker)

    desk.do(end, ANSWER, desk.subject)
    desk.do(end, ANSWER, desk.subject)

    assert desk.open(worker) == ()


def test_a_task_that_is_given_again_after_it_ended_is_open_again(desk, worker):
    desk.give(worker)
    desk.do(finish, ANSWER, desk.subject)

    desk.give(worker)

    assert len(desk.open(worker)) == 1


def test_one_person_may_be_done_while_another_is_not(desk, worker, colleague):
    desk.give(worker)
    desk.give(colleague)

    desk.do(finish, ANSWER, desk.subject, worker.account_id)

    assert desk.open(worker) == ()
    assert len(desk.open(colleague)) == 1


def test_a_task_about_something_else_stays_open(desk, worker):
    desk.give(worker)
    desk.give(worker, subject=uuid4())
    desk.give(worker, kind="samen_sterker.talk")

    desk.do(finish, ANSWER, desk.subject)

    assert len(desk.open(worker)) == 2


def test_a_task_is_late_only_once_its_day_has_gone_by(desk, worker):
    desk.give(worker, days=-1, subject=uuid4())
    desk.give(worker, days=0, subject=uuid4())

    assert [task.overdue for task in desk.open(worker)] == [True, False]


@pytest.mark.parametrize("state", [PluginState.FROZEN, PluginState.ALLOWED])
def test_the_tasks_of_a_method_that_is_off_wait_until_it_is_on_again(
    desk, worker, state
):
    desk.give(worker)
    desk.turn(state)
    frozen = desk.open(worker)
    desk.turn(PluginState.ON)

    assert len(desk.open(worker)) == 1
    assert frozen == ()


def test_nobody_sees_the_list_of_somebody_else(desk, worker, colleague):
    desk.give(worker)

    with pytest.raises(NotFound):
        open_tasks(desk.make.context(colleague), worker.account_id)


def test_an_outsider_has_no_such_task(desk, worker, outsider):
    desk.give(worker)

    assert desk.open(outsider) == ()
    with pytest.raises(NotFound):
        open_tasks(desk.make.context(outsider), worker.account_id)


def test_giving_a_task_is_no_permission_check(desk, worker):
    ctx = desk.make.context_of(desk.tenant, SYSTEM)
    assign(
        ctx,
        kind=ANSWER,
        subject_id=desk.subject,
        account_id=worker.account_id,
        due_on=desk.tenant.today(),
    )

    with pytest.raises(Unchecked):
        ctx.finish(commit=True)
