"""The demo's sheets: a family in each state that a part can be in."""

from collections import Counter
from datetime import timedelta

from sheet_steps import Sheets
from sqlalchemy import select

from klankbord.db import TenantSession
from klankbord.people.models import CaseFile, CaseMember
from klankbord.permissions import Role
from klankbord.tasks.models import Task, TaskState
from klankbord_startvragen.demo import build_history
from klankbord_startvragen.models import EarlierLine, Line
from klankbord_startvragen.services import families, shared_sheet
from klankbord_startvragen.services.families import Step


def family_with_a_child(make, tenant, worker=None):
    family = make.family(tenant, worker=worker)
    born = tenant.today() - timedelta(days=9 * 366)
    child = make.client(
        tenant, family.family_id, Role.CHILD, given_name="Adam", born=born
    )
    begun = tenant.today() - timedelta(days=200)
    member = CaseMember(
        case_id=family.case_id, client_id=child.client_id, begins_on=begun
    )
    make.add(tenant, member)
    return family


def let_begin(make, family, begins_on):
    tenant_id = family.worker.tenant.id
    with TenantSession(make.engine, tenant_id) as session:
        session.get(CaseFile, (tenant_id, family.case_id)).begins_on = begins_on
        session.commit()


def test_the_demo_has_a_family_in_each_state(make, tenant):
    first = family_with_a_child(make, tenant)
    every = [first]
    every += [family_with_a_child(make, tenant, first.worker) for _ in range(3)]
    every.append(make.family(tenant, worker=first.worker))
    let_begin(make, first, tenant.today() - timedelta(days=400))
    sheets = Sheets(make, first)
    with sheets.as_system() as ctx:
        build_history(ctx)
        open_ = select(Task.kind).where(Task.state == TaskState.OPEN)
        tasks = Counter(ctx.session.scalars(open_))
        changed = ctx.session.scalars(
            select(Line.topic).join(EarlierLine, EarlierLine.line_id == Line.id)
        ).all()
        for_matching = ctx.session.scalars(select(Line.client_id).where(Line.expert))
        assert len(set(for_matching)) == 1
    assert set(changed) == {"company", "moment"}
    assert tasks == {
        "startvragen.answer": 4,
        "startvragen.still_fits": 3,
        "startvragen.look_again": 1,
        "startvragen.read": 1,
    }

    with sheets.as_(first.worker) as ctx:
        steps = [
            frozenset(row.step for row in families.see_family(ctx, one.case_id).members)
            for one in every
        ]
        seen = [shared_sheet.read_shared(ctx, one.case_id, "nl") for one in every]
    assert Counter(steps) == {
        frozenset({Step.SHARED}): 2,
        frozenset({Step.FILLED, Step.ASKED}): 1,
        frozenset({Step.SENT, Step.ASKED}): 1,
        frozenset({Step.NOT_ASKED}): 1,
    }
    shared = next(sheet for sheet in seen if sheet.parts)
    assert len({part.lines[0].words for part in shared.parts}) == 4
