"""Who may see and who may answer: from the relation, the membership, custody and age.

The one place where this is decided. A role alone opens nothing: what is asked for here
is the relation to this case or this person, today. Who has none gets `NotFound`.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    and_,
    bindparam,
    false,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from klankbord.audit.models import Action, Category, Ground
from klankbord.audit.services import record_each
from klankbord.context import NOT_FOUND, Actor, Context
from klankbord.db import now
from klankbord.errors import NotFound
from klankbord.people.ages import OWN_RIGHTS_FROM, is_younger
from klankbord.people.models import (
    CaseFile,
    CaseMember,
    Client,
    ClientKind,
    Custody,
    EmergencyAccess,
)
from klankbord.permissions import CASE_WORKERS, CLIENTS, STAFF, Role

PARENTS_READ_YOUNG = "parents_read_children_under_12"


class Relation(StrEnum):
    """How somebody of the organisation stands to a case, the closest first."""

    WORKER = "worker"
    DEPUTY = "deputy"
    EXPERT = "expert"
    TEAM_LEAD = "team_lead"
    EMERGENCY = "emergency"


CHANGES = frozenset({Relation.WORKER, Relation.DEPUTY})
SEES = CHANGES | {Relation.EXPERT, Relation.EMERGENCY}
# A team lead knows names and facts: who works with whom, and what is late.
KNOWS = SEES | {Relation.TEAM_LEAD}


@dataclass(frozen=True)
class CaseAccess:
    """That the actor has a relation to a case."""

    case_id: UUID
    relation: Relation

    @property
    def ground(self) -> Ground:
        """Return the ground that the access log names."""
        grounds = {
            Relation.EMERGENCY: Ground.EMERGENCY,
            Relation.TEAM_LEAD: Ground.ROLE,
        }
        return grounds.get(self.relation, Ground.RELATION)


def related(actor: Actor, among: Collection[Relation] = SEES) -> ColumnElement[bool]:
    """Return the condition for cases to which the actor has one of the relations."""
    ways = _ways(actor.roles, actor.account_id, actor.team_id)
    return or_(false(), *(way for relation, way in ways if relation in among))


def related_with(
    roles: frozenset[Role], among: Collection[Relation]
) -> ColumnElement[bool]:
    """Return the same condition for a statement that is built once for these roles.

    It is executed with `own(actor)`. Emergency access ends at a moment, so it can't be
    among the relations.
    """
    if Relation.EMERGENCY in among:
        raise ValueError("ask related() for emergency access")
    ways = _ways(roles, bindparam("own_id"), bindparam("own_team_id"))
    return or_(false(), *(way for relation, way in ways if relation in among))


def own(actor: Actor) -> dict[str, UUID | None]:
    """Return the parameters of `related_with`."""
    return {"own_id": actor.account_id, "own_team_id": actor.team_id}


def require_relation(
    ctx: Context, case_id: UUID, among: Collection[Relation] = SEES
) -> CaseAccess:
    """Return how the actor is related to the case.

    Raises:
        NotFound: not in one of these ways, or there is no such case.

    """
    access = _closest(ctx, among, CaseFile.id == case_id)
    if access is None:
        raise _refusal(ctx, Category.CASE, _members(case_id))
    return access


def require_client(
    ctx: Context, client_id: UUID, among: Collection[Relation] = SEES
) -> CaseAccess:
    """Return how the actor is related to a case in which the client takes part now.

    Raises:
        NotFound: not in one of these ways, or the client takes part in none any more.

    """
    membership = select(CaseMember.id).where(
        CaseMember.case_id == CaseFile.id,
        CaseMember.client_id == client_id,
        or_(CaseMember.ends_on.is_(None), CaseMember.ends_on > ctx.tenant.today()),
    )
    access = _closest(ctx, among, membership.exists())
    if access is None:
        raise _refusal(ctx, Category.PERSON, _client(client_id))
    return access


def require_member(ctx: Context, case_id: UUID) -> UUID:
    """Return the id of the client who is signed in and takes part in the case today.

    Raises:
        NotFound: the actor is no client, or takes no part in this case (any more).

    """
    client_id = ctx.actor.client_id
    if client_id is not None and ctx.actor.roles & CLIENTS:
        query = _running_membership(client_id, ctx.tenant.today())
        if ctx.session.scalar(query.where(CaseFile.id == case_id)):
            return client_id
    raise NotFound(NOT_FOUND)


def may_answer(ctx: Context, client_id: UUID) -> bool:
    """Tell whether the signed-in person may answer as this client today.

    Everybody answers for themselves only, while they take part in a running case.
    """
    if ctx.actor.client_id != client_id or not ctx.actor.roles & CLIENTS:
        return False
    query = _running_membership(client_id, ctx.tenant.today())
    return ctx.session.scalar(query) is not None


def may_pass_phone(ctx: Context, client_id: UUID) -> bool:
    """Tell whether the actor may hand the own phone to this client to answer on."""
    query = _running_membership(client_id, ctx.tenant.today())
    query = query.where(related(ctx.actor, CHANGES))
    return ctx.session.scalar(query) is not None


def may_read_answers(
    ctx: Context, viewer_id: UUID, subject_id: UUID, on: date | None = None
) -> bool:
    """Tell whether one client may read what another answered; each may read the own.

    Never the other parent, and never a child what a parent said. What a youth of 12 or
    older said is for the youth alone; what a younger child said may be read by a parent
    with custody, only where the organisation decided so.
    """
    if viewer_id == subject_id:
        return True
    if not ctx.tenant.policies.get(PARENTS_READ_YOUNG, False):
        return False
    on = on or ctx.tenant.today()
    child = ctx.session.execute(
        select(Client.kind, Client.birth_date).where(
            Client.id == subject_id, Client.id.in_(children_of(viewer_id, on))
        )
    ).first()
    return child is not None and is_younger(child, OWN_RIGHTS_FROM, on)


def children_of(parent_id: UUID, on: date) -> Select[UUID]:
    """Return the query for the youths over whom a parent has custody on a day."""
    parent = aliased(Client)
    return (
        select(Custody.youth_id)
        .join(parent, parent.id == Custody.parent_id)
        .where(
            Custody.parent_id == parent_id,
            parent.kind == ClientKind.PARENT,
            _lasts(Custody, on),
        )
    )


def custodians_of(youth_id: UUID, on: date) -> Select[UUID]:
    """Return the query for the parents who have custody of a youth on a day."""
    parent = aliased(Client)
    return (
        select(Custody.parent_id)
        .join(parent, parent.id == Custody.parent_id)
        .where(
            Custody.youth_id == youth_id,
            parent.kind == ClientKind.PARENT,
            _lasts(Custody, on),
        )
    )


def _ways(
    roles: frozenset[Role],
    own_id: UUID | BindParameter[Any] | None,
    team_id: UUID | BindParameter[Any] | None,
) -> list[tuple[Relation, ColumnElement[bool]]]:
    """List how an actor may be related: with the role *and* named in the case."""
    ways: list[tuple[Relation, ColumnElement[bool]]] = []
    if own_id is None:
        return ways
    if roles & CASE_WORKERS:
        ways.append((Relation.WORKER, CaseFile.worker_id == own_id))
        ways.append((Relation.DEPUTY, CaseFile.deputy_id == own_id))
    if Role.BEHAVIOURAL_EXPERT in roles:
        ways.append((Relation.EXPERT, CaseFile.expert_id == own_id))
    if Role.TEAM_LEAD in roles and team_id is not None:
        ways.append((Relation.TEAM_LEAD, CaseFile.team_id == team_id))
    if Role.WORKER in roles:
        opened = select(EmergencyAccess.id).where(
            EmergencyAccess.case_id == CaseFile.id,
            EmergencyAccess.account_id == own_id,
            EmergencyAccess.expires_at > now(),
        )
        ways.append((Relation.EMERGENCY, opened.exists()))
    return ways


def _closest(
    ctx: Context, among: Collection[Relation], which: ColumnElement[bool]
) -> CaseAccess | None:
    actor = ctx.actor
    all_ways = _ways(actor.roles, actor.account_id, actor.team_id)
    ways = [(relation, way) for relation, way in all_ways if relation in among]
    if not ways:
        return None
    found = ctx.session.execute(
        select(CaseFile.id, *(way.label(relation.value) for relation, way in ways))
        .where(which, or_(*(way for _, way in ways)))
        .order_by(CaseFile.ended_on.desc().nulls_first(), CaseFile.id)
    ).first()
    if found is None:
        return None
    relation = next(name for name, _ in ways if getattr(found, name.value))
    return CaseAccess(found.id, relation)


def note_refused_role(
    ctx: Context, client_id: UUID | None, case_id: UUID | None
) -> None:
    """Have the log name whose page none of the roles of somebody here may open."""
    ctx.role = min(ctx.actor.roles, key=tuple(Role).index)
    if client_id is not None:
        _note_refusal(ctx, Category.PERSON, _client(client_id))
    elif case_id is not None:
        _note_refusal(ctx, Category.CASE, _members(case_id))


def _refusal(ctx: Context, category: Category, whom: Select[UUID]) -> NotFound:
    _note_refusal(ctx, category, whom)
    return NotFound(NOT_FOUND)


def _note_refusal(ctx: Context, category: Category, whom: Select[UUID]) -> None:
    """When the refusal is final, have the log name who was not shown.

    An id of nobody here, of another organisation too, leaves no trace.
    """

    def write(ctx: Context) -> None:
        clients = ctx.session.scalars(whom).all()
        record_each(ctx, clients, category, Action.REFUSED, Ground.NONE)

    if ctx.actor.roles & STAFF:
        ctx.after_refusal.append(write)


def _members(case_id: UUID) -> Select[UUID]:
    return select(CaseMember.client_id).where(CaseMember.case_id == case_id)


def _client(client_id: UUID) -> Select[UUID]:
    return select(Client.id).where(Client.id == client_id)


def _running_membership(client_id: UUID, on: date) -> Select[UUID]:
    return (
        select(CaseMember.id)
        .join(CaseFile, CaseFile.id == CaseMember.case_id)
        .where(
            CaseMember.client_id == client_id,
            _lasts(CaseMember, on),
            CaseFile.begins_on <= on,
            or_(CaseFile.ended_on.is_(None), CaseFile.ended_on > on),
        )
        .limit(1)
    )


def _lasts(period: Any, on: date) -> ColumnElement[bool]:  # noqa: ANN401 - two models
    """Return the condition that the period holds; from its end day on it does not."""
    return and_(
        period.begins_on <= on, or_(period.ends_on.is_(None), period.ends_on > on)
    )
