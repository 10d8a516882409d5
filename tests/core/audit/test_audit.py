"""The access log: one row for each read and change, and nobody changes a row."""

from uuid import uuid4

import pytest
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import ProgrammingError

from klankbord.audit.models import Action, AuditEntry, Category, Ground
from klankbord.audit.services import record, record_each
from klankbord.audit.words import (
    ACTIONS,
    CATEGORIES,
    GROUNDS,
    GROUNDS_FOR_STAFF,
    ROLES,
    YOURS,
)
from klankbord.context import Actor, Context
from klankbord.errors import Unchecked
from klankbord.permissions import Permission, Role

LOOK = Permission("test.look", "Look", frozenset({Role.WORKER, Role.TEAM_LEAD}))
LEAD = Permission("test.lead", "Lead", frozenset({Role.TEAM_LEAD}))


@pytest.fixture
def family(make, tenant):
    return make.family(tenant)


def entries(ctx: Context):
    return ctx.session.scalars(select(AuditEntry).order_by(AuditEntry.at)).all()


def look(ctx: Context, client_id, **more) -> None:
    record(ctx, client_id, Category.CASE, Action.READ, Ground.RELATION, **more)


def test_a_row_says_who_did_what_with_whose_data_and_why(make, tenant, family):
    session_id, object_id = uuid4(), uuid4()
    actor = Actor(
        frozenset({Role.WORKER}), family.worker.account_id, session_id=session_id
    )
    ctx = make.context_of(tenant, actor)
    ctx.request_id = "r1"
    ctx.require(LOOK)
    look(
        ctx,
        family.mother.client_id,
        object_id=object_id,
        on_behalf_of=family.youth.account_id,
    )
    (entry,) = entries(ctx)
    assert (entry.account_id, entry.session_id) == (
        family.worker.account_id,
        session_id,
    )
    assert (entry.client_id, entry.object_id) == (family.mother.client_id, object_id)
    assert entry.on_behalf_of == family.youth.account_id
    assert (entry.role, entry.category) == ("worker", "case")
    assert (entry.action, entry.ground) == (Action.READ, Ground.RELATION)
    assert entry.request_id == "r1"


def test_of_several_roles_the_row_names_the_one_that_gave_the_right(make, tenant):
    both = make.staff(tenant, Role.TEAM_LEAD, Role.WORKER, Role.TENANT_ADMIN)
    ctx = make.context(both)
    ctx.require(LOOK)
    look(ctx, None)
    ctx.require(LEAD)
    look(ctx, None)
    assert [entry.role for entry in entries(ctx)] == ["worker", "team_lead"]


def test_nothing_is_recorded_before_a_right_was_asked_for(make, family):
    ctx = make.context(family.worker)
    with pytest.raises(Unchecked):
        look(ctx, family.mother.client_id)
    ctx.require(LOOK)
    look(ctx, family.mother.client_id)
    assert len(entries(ctx)) == 1


def test_a_list_of_clients_is_recorded_with_a_row_each_in_one_statement(
    make, family, statements
):
    ctx = make.context(family.worker)
    ctx.require(LOOK)
    clients = [family.mother.client_id, family.father.client_id]
    with statements(ctx) as sent:
        record_each(ctx, clients, Category.AGREEMENTS, Action.READ, Ground.RELATION)
    assert len(sent) == 1
    assert {entry.client_id for entry in entries(ctx)} == set(clients)
    record_each(ctx, [], Category.AGREEMENTS, Action.READ, Ground.RELATION)
    assert len(entries(ctx)) == 2


def test_a_row_that_was_not_committed_is_gone_with_what_it_told_about(make, family):
    ctx = make.context(family.worker)
    ctx.require(LOOK)
    look(ctx, family.mother.client_id)
    ctx.finish(commit=False)
    assert entries(make.context(family.worker)) == []


@pytest.mark.parametrize(
    "change",
    [
        update(AuditEntry).values(role="nobody"),
        delete(AuditEntry),
        text("truncate audit_entry -- :tenant_id"),
        text("delete from audit_entry where tenant_id = :tenant_id"),
        text("drop table audit_entry -- :tenant_id"),
        text("alter table audit_entry disable row level security -- :tenant_id"),
    ],
    ids=str,
)
def test_the_application_can_not_change_or_remove_a_row(make, family, change):
    ctx = make.context(family.worker)
    ctx.require(LOOK)
    look(ctx, family.mother.client_id)
    ctx.finish(commit=True)
    changing = make.context(family.worker)
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
        changing.session.execute(change)
    assert len(entries(make.context(family.worker))) == 1


def test_another_organisation_sees_nothing_of_the_log(make, family, outsider):
    ctx = make.context(family.worker)
    ctx.require(LOOK)
    look(ctx, family.mother.client_id)
    ctx.finish(commit=True)
    count = select(func.count()).select_from(AuditEntry)
    assert make.context(outsider).session.scalar(count) == 0
    assert make.context(family.worker).session.scalar(count) == 1


@pytest.mark.parametrize(
    ("words", "kinds"),
    [
        (ACTIONS, Action),
        (YOURS, Category),
        (CATEGORIES, Category),
        (GROUNDS, Ground),
        (GROUNDS_FOR_STAFF, Ground),
        (ROLES, Role),
    ],
)
def test_everything_that_can_stand_in_the_log_has_plain_words(words, kinds):
    assert set(words) == set(kinds)
