"""What the worker sees of who filled in: facts, no word that was not shared."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select

from klankbord.accounts.models import Account
from klankbord.audit.models import Action, Category, Ground
from klankbord.audit.services import record, record_each
from klankbord.context import Context
from klankbord.people.access import Relation, require_relation
from klankbord.people.ages import OWN_RIGHTS_FROM, is_younger
from klankbord.people.models import CaseFile, CaseMember, Client, Family
from klankbord.questionnaires.definition import Definition
from klankbord.questionnaires.services.publishing import current_version
from klankbord_startvragen.models import KEY, SIX_WEEKS, Card, Line, Part
from klankbord_startvragen.permissions import WORK
from klankbord_startvragen.services.drawing import draw_up_if_due
from klankbord_startvragen.services.parts import running_on

PER_PAGE: Final = 50


class Step(StrEnum):
    """How far a member is, as far as the worker may know."""

    NOT_ASKED = "not_asked"
    ASKED = "asked"
    SENT = "sent"
    FILLED = "filled"
    SHARED = "shared"


@dataclass(frozen=True)
class MemberRow:
    """A member of the case and how far they are; a `young` one is under twelve."""

    client_id: UUID
    name: str
    young: bool
    signs_in: bool
    step: Step


@dataclass(frozen=True)
class FamilyPage:
    """The members of a case, and by which day a first part should be there."""

    case_id: UUID
    family: str
    due_on: date
    members: tuple[MemberRow, ...]
    running: bool

    @property
    def begun(self) -> bool:
        """Tell whether anybody has filled in a part."""
        return any(row.step in {Step.FILLED, Step.SHARED} for row in self.members)


@dataclass(frozen=True)
class FamilyRow:
    """A family in the worker's list: how many members filled in, and who share."""

    case_id: UUID
    family: str
    begins_on: date
    due_on: date
    members: int
    filled: int
    shared: int


def families_of_mine(
    ctx: Context, *, missing: bool = False, sort: str = "due", page: int = 1
) -> tuple[tuple[FamilyRow, ...], int]:
    """Return one page of the worker's own running cases, and how many there are."""
    ctx.require(WORK)
    worker_id = ctx.actor.account_id
    readable = _readable(ctx)
    filled = func.count(Part.filled_at)
    query = (
        select(
            CaseFile.id,
            Family.name,
            CaseFile.begins_on,
            func.count(CaseMember.id).label("members"),
            filled.label("filled"),
            func.count(Part.id).filter(readable).label("shared"),
            func.count().over().label("total"),
        )
        .join(Family, Family.id == CaseFile.family_id)
        .join(CaseMember, CaseMember.case_id == CaseFile.id)
        .outerjoin(
            Part,
            and_(Part.case_id == CaseFile.id, Part.client_id == CaseMember.client_id),
        )
        .where(CaseFile.worker_id == worker_id, running_on(ctx.tenant.today()))
        .group_by(CaseFile.tenant_id, CaseFile.id, Family.tenant_id, Family.id)
    )
    if missing:
        query = query.having(filled == 0)
    orders: dict[str, ColumnElement[Any]] = {
        "family": Family.name.asc(),
        "-family": Family.name.desc(),
        "due": CaseFile.begins_on.asc(),
        "-due": CaseFile.begins_on.desc(),
    }
    rows = ctx.session.execute(
        query.order_by(orders.get(sort, orders["due"]), CaseFile.id)
        .limit(PER_PAGE)
        .offset((page - 1) * PER_PAGE)
    ).all()
    record(ctx, None, Category.CASE, Action.READ, Ground.RELATION)
    found = tuple(
        FamilyRow(
            case_id=row.id,
            family=row.name,
            begins_on=row.begins_on,
            due_on=row.begins_on + SIX_WEEKS,
            members=row.members,
            filled=row.filled,
            shared=row.shared,
        )
        for row in rows
    )
    return found, rows[0].total if rows else 0


def see_family(ctx: Context, case_id: UUID) -> FamilyPage:
    """Return how far each member of a case of one's own is.

    Raises:
        NotFound: the actor is not the worker of the case.

    """
    ctx.require(WORK)
    require_relation(ctx, case_id, {Relation.WORKER})
    draw_up_if_due(ctx, case_id)
    case = ctx.session.execute(
        select(Family.name, CaseFile.begins_on, CaseFile.ended_on)
        .join(CaseFile, CaseFile.family_id == Family.id)
        .where(CaseFile.id == case_id)
    ).one()
    found = _members(ctx, case_id)
    record_each(
        ctx,
        [row.client_id for row in found],
        Category.CASE,
        Action.READ,
        Ground.RELATION,
        object_id=case_id,
    )
    return FamilyPage(
        case_id=case_id,
        family=case.name,
        due_on=case.begins_on + SIX_WEEKS,
        members=found,
        running=case.ended_on is None or case.ended_on > ctx.tenant.today(),
    )


def questions_on_paper(ctx: Context, case_id: UUID) -> Definition:
    """Return the questions in use, to lay on the table; nothing of anybody is in it.

    Raises:
        NotFound: the actor is not the worker of the case.

    """
    ctx.require(WORK)
    require_relation(ctx, case_id, {Relation.WORKER})
    return current_version(ctx, KEY).definition


def _members(ctx: Context, case_id: UUID) -> tuple[MemberRow, ...]:
    today = ctx.tenant.today()
    readable = _readable(ctx)
    rows = ctx.session.execute(
        select(
            Client.id,
            Client.given_name,
            Client.kind,
            Client.birth_date,
            Account.id.label("account_id"),
            Part.id.label("part_id"),
            Part.filled_at,
            Card.sent_at,
            readable.label("shared"),
        )
        .join(CaseMember, CaseMember.client_id == Client.id)
        .join(CaseFile, CaseFile.id == CaseMember.case_id)
        .outerjoin(Part, and_(Part.case_id == case_id, Part.client_id == Client.id))
        .outerjoin(Card, and_(Card.part_id == Part.id, Card.drawn_up_at.is_(None)))
        .outerjoin(
            Account,
            and_(Account.client_id == Client.id, Account.disabled_at.is_(None)),
        )
        .where(CaseMember.case_id == case_id, running_on(today))
        .order_by(Client.kind, Client.birth_date, Client.given_name, Client.id)
    )
    return tuple(
        MemberRow(
            client_id=row.id,
            name=row.given_name,
            young=is_younger(row, OWN_RIGHTS_FROM, today),
            signs_in=row.account_id is not None,
            step=_step(row),
        )
        for row in rows
    )


def _readable(ctx: Context) -> ColumnElement[bool]:
    """Return the condition that the worker may read something of a part."""
    return (
        select(Line.id)
        .where(
            Line.part_id == Part.id,
            or_(Line.worker_id == ctx.actor.account_id, Line.new_worker),
            or_(Line.choice.is_not(None), Line.words.is_not(None)),
        )
        .exists()
    )


def _step(row: Any) -> Step:  # noqa: ANN401 - a row
    if row.shared:
        return Step.SHARED
    if row.filled_at is not None:
        return Step.FILLED
    if row.sent_at is not None:
        return Step.SENT
    return Step.ASKED if row.part_id is not None else Step.NOT_ASKED
