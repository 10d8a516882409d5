"""What somebody of the organisation finds on the own desk: nothing of others' roles."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on

from klankbord.accounts.models import Account, Invitation, InvitationState
from klankbord.context import Context
from klankbord.db import now
from klankbord.people import services as people
from klankbord.people.access import CHANGES, related
from klankbord.people.models import (
    CaseFile,
    CaseMember,
    Client,
    EmergencyAccess,
    EmergencyReason,
    Family,
)
from klankbord.people.permissions import SEE
from klankbord.people.services.rows import AppointmentRow
from klankbord.permissions import CASE_WORKERS
from klankbord.tasks.models import Task, TaskState
from klankbord.tasks.services import TaskRow, is_running, open_tasks
from klankbord.workspace.permissions import WORK

MOST_INVITATIONS = 5
RECENT = timedelta(days=7)


@dataclass(frozen=True)
class WaitingInvitation:
    """Somebody of an own family who was invited and does not sign in yet."""

    case_id: UUID
    name: str
    state: InvitationState
    made_at: datetime


@dataclass(frozen=True)
class OpenedByOther:
    """That a colleague opened an own family in an emergency."""

    case_id: UUID
    family: str
    colleague: str
    reason: EmergencyReason
    at: datetime


@dataclass(frozen=True)
class Desk:
    """All that the page "Mijn werk" shows; `families` is None for who has none."""

    tasks: Sequence[TaskRow]
    appointments: Sequence[AppointmentRow]
    families: int | None
    invitations: Sequence[WaitingInvitation]
    opened: Sequence[OpenedByOther]


def desk(ctx: Context) -> Desk:
    """Return the actor's own work: tasks, this week's appointments, who waits."""
    ctx.require(WORK)
    assert ctx.actor.account_id is not None  # noqa: S101 - staff have an account
    works = bool(ctx.actor.roles & CASE_WORKERS)
    begin, end = this_week(ctx)
    return Desk(
        tasks=open_tasks(ctx, ctx.actor.account_id),
        appointments=people.own_appointments(ctx, begin, end) if works else (),
        families=people.count_families(ctx) if ctx.actor.may(SEE) else None,
        invitations=_invitations(ctx) if works else (),
        opened=_opened(ctx) if works else (),
    )


def own_tasks(ctx: Context) -> Sequence[TaskRow]:
    """Return every open task of the actor, the earliest day first."""
    ctx.require(WORK)
    assert ctx.actor.account_id is not None  # noqa: S101 - staff have an account
    return open_tasks(ctx, ctx.actor.account_id)


# The menu of every page asks for it, so it is built once.
_OPEN_TASKS = (
    select(Task.kind, func.count())
    .where(Task.account_id == bindparam("account_id"), Task.state == TaskState.OPEN)
    .group_by(Task.kind)
)


def count_tasks(ctx: Context) -> int:
    """Return how many open tasks the actor has: the number in the menu."""
    rows = ctx.session.execute(_OPEN_TASKS, {"account_id": ctx.actor.account_id})
    return sum(count for kind, count in rows if is_running(ctx, kind))


def this_week(ctx: Context) -> tuple[datetime, datetime]:
    """Return from the start of today to the end of Sunday, where the tenant is."""
    today: date = ctx.tenant.today()
    monday = today + timedelta(days=7 - today.weekday())
    zone = ctx.tenant.time_zone
    return (
        datetime.combine(today, time.min, zone),
        datetime.combine(monday, time.min, zone),
    )


def _invitations(ctx: Context) -> Sequence[WaitingInvitation]:
    today = ctx.tenant.today()
    newest = (
        select(
            Invitation.client_id,
            Invitation.case_id,
            Invitation.state,
            Invitation.made_at,
        )
        .ext(distinct_on(Invitation.client_id))
        .order_by(Invitation.client_id, Invitation.made_at.desc())
        .subquery()
    )
    rows = ctx.session.execute(
        select(
            CaseFile.id,
            Client.given_name,
            Client.family_name,
            newest.c.state,
            newest.c.made_at,
        )
        .join(CaseMember, CaseMember.case_id == CaseFile.id)
        .join(Client, Client.id == CaseMember.client_id)
        .join(
            newest,
            (newest.c.client_id == Client.id) & (newest.c.case_id == CaseFile.id),
        )
        .outerjoin(Account, Account.client_id == Client.id)
        .where(
            related(ctx.actor, CHANGES),
            Account.id.is_(None),
            or_(CaseFile.ended_on.is_(None), CaseFile.ended_on > today),
            or_(CaseMember.ends_on.is_(None), CaseMember.ends_on > today),
        )
        .order_by(newest.c.made_at, Client.id)
        .limit(MOST_INVITATIONS)
    )
    return tuple(
        WaitingInvitation(
            case_id=row.id,
            name=f"{row.given_name} {row.family_name}",
            state=InvitationState(row.state),
            made_at=row.made_at,
        )
        for row in rows
    )


def _opened(ctx: Context) -> Sequence[OpenedByOther]:
    rows = ctx.session.execute(
        select(
            CaseFile.id,
            Family.name.label("family"),
            Account.name.label("colleague"),
            EmergencyAccess.reason,
            EmergencyAccess.at,
        )
        .join(CaseFile, CaseFile.id == EmergencyAccess.case_id)
        .join(Family, Family.id == CaseFile.family_id)
        .join(Account, Account.id == EmergencyAccess.account_id)
        .where(related(ctx.actor, CHANGES), EmergencyAccess.at > now() - RECENT)
        .order_by(EmergencyAccess.at.desc())
        .limit(1)
    )
    return tuple(OpenedByOther(*row) for row in rows)
