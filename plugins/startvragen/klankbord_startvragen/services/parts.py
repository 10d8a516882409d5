"""Whose part it is, what its member may do with it, and who else may read of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import aliased

from klankbord.accounts.models import Account
from klankbord.context import NOT_FOUND, Context
from klankbord.errors import N_, Conflict, NotFound
from klankbord.people.access import Relation, may_read_answers, require_relation
from klankbord.people.ages import OWN_RIGHTS_FROM, is_younger
from klankbord.people.models import CaseFile, CaseMember, Client
from klankbord.permissions import Role
from klankbord.templating import first_name
from klankbord_startvragen.models import Line, Part
from klankbord_startvragen.permissions import OWN, READ

OVER = N_("You do not work together any more. This page cannot be changed now.")


@dataclass(frozen=True)
class Member:
    """Somebody with a part of the sheet, as the case stands today.

    `decides`: twelve or older, so that the part is this person's alone. `running`: the
    case goes on and the person takes part in it; else nobody else reads the part.
    `account_id` is there for who signs in, `worker` while somebody works in the case.
    """

    part_id: UUID
    case_id: UUID
    client_id: UUID
    given_name: str
    decides: bool
    running: bool
    account_id: UUID | None
    worker_id: UUID | None
    worker: str


def running_on(day: date) -> ColumnElement[bool]:
    """Return the condition that the case goes on and the client takes part in it."""
    return and_(
        CaseFile.begins_on <= day,
        or_(CaseFile.ended_on.is_(None), CaseFile.ended_on > day),
        CaseMember.begins_on <= day,
        or_(CaseMember.ends_on.is_(None), CaseMember.ends_on > day),
    )


def members(
    ctx: Context, *where: ColumnElement[bool], lock: bool = False
) -> Sequence[Member]:
    """Return the members with a part to whom the conditions apply, in order of id.

    With `lock` whoever changes the same parts waits for the end of this work.
    """
    query = _members(ctx).where(*where).order_by(Part.id)
    if lock:
        query = query.with_for_update(of=Part)
    today = ctx.tenant.today()
    return tuple(
        Member(
            part_id=row.id,
            case_id=row.case_id,
            client_id=row.client_id,
            given_name=row.given_name,
            decides=not is_younger(row, OWN_RIGHTS_FROM, today),
            running=row.running,
            account_id=row.account_id,
            worker_id=row.worker_id,
            worker=first_name(row.worker or ""),
        )
        for row in ctx.session.execute(query)
    )


def member_of(ctx: Context, part_id: UUID, *, lock: bool = False) -> Member:
    """Return whose part it is; the caller decides who may see it.

    Raises:
        NotFound: there is no such part.

    """
    found = members(ctx, Part.id == part_id, lock=lock)
    if not found:
        raise NotFound(NOT_FOUND)
    return found[0]


def own_part(ctx: Context, part_id: UUID, *, lock: bool = False) -> Member:
    """Return the member who is signed in, whose part it is.

    Raises:
        NotFound: it is somebody else's.

    """
    ctx.require(OWN)
    member = member_of(ctx, part_id, lock=lock)
    if member.client_id != ctx.actor.client_id:
        raise NotFound(NOT_FOUND)
    return member


def decided_part(ctx: Context, part_id: UUID) -> Member:
    """Return the member who is signed in and may change this part, which is locked.

    Raises:
        NotFound: it is somebody else's, or of a child under twelve.
        Conflict: the case is over.

    """
    member = own_part(ctx, part_id, lock=True)
    if not member.decides:
        raise NotFound(NOT_FOUND)
    if not member.running:
        raise Conflict(OVER)
    return member


def readable_part(ctx: Context, part_id: UUID) -> Member:
    """Return whose part a client may read: the own, or a young child's by policy.

    A parent reads it while the case goes on, as everybody but its owner does.

    Raises:
        NotFound: it is not for the client who is signed in.

    """
    ctx.require(OWN)
    member = member_of(ctx, part_id)
    viewer = ctx.actor.client_id
    if viewer is None or not may_read_answers(ctx, viewer, member.client_id):
        raise NotFound(NOT_FOUND)
    if viewer != member.client_id and not member.running:
        raise NotFound(NOT_FOUND)
    return member


def require_reader(ctx: Context, case_id: UUID) -> ColumnElement[bool]:
    """Return which lines of the case this worker or expert may read.

    Raises:
        NotFound: the actor is neither of the two in this case.

    """
    ctx.require(READ)
    require_relation(ctx, case_id, {Relation.WORKER, Relation.EXPERT})
    found = reader_of(ctx, case_id)
    if found is None:  # a deputy who holds the role of a worker elsewhere
        raise NotFound(NOT_FOUND)
    return found


def reader_of(ctx: Context, case_id: UUID) -> ColumnElement[bool] | None:
    """Return which lines of the case the actor may read; None when there are none.

    The worker reads what was shared with this very worker or with any new one, the
    behavioural expert what was shared for Matching; who is both reads both.
    """
    me, roles = ctx.actor.account_id, ctx.actor.roles
    case = ctx.session.execute(
        select(CaseFile.worker_id, CaseFile.expert_id).where(CaseFile.id == case_id)
    ).first()
    if case is None or me is None:
        return None
    ways: list[ColumnElement[bool]] = []
    if Role.WORKER in roles and case.worker_id == me:
        ways += [Line.worker_id == me, Line.new_worker.is_(True)]
    if Role.BEHAVIOURAL_EXPERT in roles and case.expert_id == me:
        ways.append(Line.expert.is_(True))
    return or_(*ways) if ways else None


def works_in(ctx: Context, case_id: UUID) -> bool:
    """Tell whether the actor is the worker of the case now."""
    found = select(CaseFile.id).where(
        CaseFile.id == case_id, CaseFile.worker_id == ctx.actor.account_id
    )
    worker = Role.WORKER in ctx.actor.roles and ctx.actor.account_id is not None
    return worker and ctx.session.scalar(found) is not None


def _members(ctx: Context) -> Select[*tuple[Any, ...]]:
    worker = aliased(Account)
    running = func.coalesce(running_on(ctx.tenant.today()), false())
    return (
        select(
            Part.id,
            Part.case_id,
            Part.client_id,
            Client.given_name,
            Client.kind,
            Client.birth_date,
            running.label("running"),
            Account.id.label("account_id"),
            CaseFile.worker_id,
            worker.name.label("worker"),
        )
        .join(CaseFile, CaseFile.id == Part.case_id)
        .join(Client, Client.id == Part.client_id)
        .outerjoin(
            CaseMember,
            and_(
                CaseMember.case_id == Part.case_id,
                CaseMember.client_id == Part.client_id,
            ),
        )
        .outerjoin(
            Account,
            and_(Account.client_id == Part.client_id, Account.disabled_at.is_(None)),
        )
        .outerjoin(worker, worker.id == CaseFile.worker_id)
    )
