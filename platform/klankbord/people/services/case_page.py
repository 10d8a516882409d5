"""The page of a case: who takes part and works here, the panels of methods."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import aliased

from klankbord.accounts.models import Account, Invitation, InvitationState, Team
from klankbord.audit.models import Action
from klankbord.context import Context
from klankbord.people.access import KNOWS, Relation, require_relation
from klankbord.people.ages import age_on
from klankbord.people.models import (
    CaseEvent,
    CaseFile,
    CaseMember,
    Client,
    ClientKind,
    EmergencyAccess,
    Family,
)
from klankbord.people.permissions import SEE
from klankbord.people.services.appointments import appointments_of_case
from klankbord.people.services.log import log_case
from klankbord.people.services.rows import (
    CasePage,
    EmergencyRow,
    EventRow,
    MemberRow,
    WorkingRow,
)
from klankbord.plugin import CasePanel, installed_plugins


def case_page(ctx: Context, case_id: UUID) -> CasePage:
    """Return all that the page of a case shows to this person; it is logged.

    A team lead gets names and facts: no appointments, no pages of people, no emergency.
    """
    ctx.require(SEE)
    access = require_relation(ctx, case_id, KNOWS)
    case = ctx.session.execute(
        select(
            CaseFile.version,
            CaseFile.measure,
            CaseFile.begins_on,
            CaseFile.ended_on,
            CaseFile.worker_id,
            CaseFile.deputy_id,
            CaseFile.expert_id,
            Family.name.label("family"),
            Team.name.label("team"),
        )
        .join(Family, Family.id == CaseFile.family_id)
        .outerjoin(Team, Team.id == CaseFile.team_id)
        .where(CaseFile.id == case_id)
    ).one()
    facts_only = access.relation is Relation.TEAM_LEAD
    log_case(ctx, access, Action.READ)
    return CasePage(
        case_id=case_id,
        version=case.version,
        relation=access.relation,
        family=case.family,
        measure=case.measure,
        begins_on=case.begins_on,
        ended_on=case.ended_on,
        team=case.team,
        working=_working(ctx, case),
        members=_members(ctx, case_id),
        events=_events(ctx, case_id),
        appointments=() if facts_only else appointments_of_case(ctx, case_id),
        emergencies=() if facts_only else _emergencies(ctx, case_id),
    )


def case_panels(ctx: Context, case_id: UUID, language: str) -> tuple[CasePanel, ...]:
    """Ask each method that is on what it shows on the page of a case.

    What this person may see of it is the method's to say.
    """
    ctx.require(SEE)
    require_relation(ctx, case_id, KNOWS)
    asked = [
        plugin.case_panel(ctx, case_id, language)
        for name, plugin in installed_plugins().items()
        if plugin.case_panel is not None and ctx.tenant.has_on(name)
    ]
    return tuple(panel for panel in asked if panel is not None)


def _working(ctx: Context, case: Any) -> Sequence[WorkingRow]:  # noqa: ANN401 - a row
    places = {
        Relation.WORKER: case.worker_id,
        Relation.DEPUTY: case.deputy_id,
        Relation.EXPERT: case.expert_id,
    }
    rows = ctx.session.execute(
        select(Account.id, Account.name, Account.working_days, Account.phone).where(
            Account.id.in_([place for place in places.values() if place])
        )
    )
    people = {row.id: row for row in rows}
    return tuple(
        WorkingRow(relation, *people[account_id])
        for relation, account_id in places.items()
        if account_id in people
    )


def _members(ctx: Context, case_id: UUID) -> Sequence[MemberRow]:
    newest = (
        select(Invitation.id, Invitation.client_id, Invitation.state)
        .where(Invitation.case_id == case_id)
        .ext(distinct_on(Invitation.client_id))
        .order_by(Invitation.client_id, Invitation.made_at.desc(), Invitation.id)
        .subquery()
    )
    rows = ctx.session.execute(
        select(
            Client.id,
            Client.given_name,
            Client.family_name,
            Client.kind,
            Client.birth_date,
            CaseMember.begins_on,
            CaseMember.ends_on,
            Account.id.label("account_id"),
            newest.c.id.label("invitation_id"),
            newest.c.state,
        )
        .join(CaseMember, CaseMember.client_id == Client.id)
        .outerjoin(Account, Account.client_id == Client.id)
        .outerjoin(newest, newest.c.client_id == Client.id)
        .where(CaseMember.case_id == case_id)
        .order_by(
            CaseMember.ends_on.desc().nulls_first(),
            Client.kind,
            Client.birth_date,
            Client.given_name,
            Client.id,
        )
    )
    today = ctx.tenant.today()
    return tuple(
        MemberRow(
            client_id=row.id,
            name=f"{row.given_name} {row.family_name}",
            kind=row.kind,
            age=age_on(row.birth_date, today)
            if row.kind is ClientKind.YOUTH and row.birth_date
            else None,
            begins_on=row.begins_on,
            ends_on=row.ends_on,
            signs_in=row.account_id is not None,
            invitation_id=row.invitation_id,
            invitation=InvitationState(row.state) if row.state else None,
        )
        for row in rows
    )


def _events(ctx: Context, case_id: UUID) -> Sequence[EventRow]:
    rows = ctx.session.execute(
        select(CaseEvent.kind, CaseEvent.on)
        .where(CaseEvent.case_id == case_id)
        .order_by(CaseEvent.on.desc(), CaseEvent.created_at.desc())
    )
    return tuple(EventRow(*row) for row in rows)


def _emergencies(ctx: Context, case_id: UUID) -> Sequence[EmergencyRow]:
    who = aliased(Account)
    rows = ctx.session.execute(
        select(who.name, EmergencyAccess.reason, EmergencyAccess.at)
        .join(who, who.id == EmergencyAccess.account_id)
        .where(EmergencyAccess.case_id == case_id)
        .order_by(EmergencyAccess.at.desc())
        .limit(10)
    )
    return tuple(EmergencyRow(*row) for row in rows)
