"""The list of families: a worker's own, and a team lead's team."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, func, or_, select

from klankbord.accounts.models import Account
from klankbord.audit.models import Action, Category, Ground
from klankbord.audit.services import record
from klankbord.context import Context
from klankbord.people.access import KNOWS, Relation, related
from klankbord.people.models import Appointment, CaseFile, CaseMember, Client, Family
from klankbord.people.names import simplified, simplify
from klankbord.people.permissions import SEE
from klankbord.people.services.rows import FamilyRow


class Show(StrEnum):
    """Which cases a list holds."""

    RUNNING = "running"
    ENDED = "ended"
    ALL = "all"


@dataclass(frozen=True)
class FamilyWish:
    """What somebody asks of the list; `limit` None gives all of it, for a download."""

    q: str = ""
    show: Show = Show.RUNNING
    sort: str = "family"
    offset: int = 0
    limit: int | None = 50


_NEXT_AT = (
    select(func.min(Appointment.begins_at))
    .where(
        Appointment.case_id == CaseFile.id,
        Appointment.cancelled_at.is_(None),
        Appointment.begins_at >= func.now(),
    )
    .scalar_subquery()
)
_ORDERS: dict[str, SQLColumnExpression[Any]] = {
    "family": simplified(Family.name),
    "begins_on": CaseFile.begins_on,
    "worker": simplified(Account.name),
    "next_at": _NEXT_AT,
}
SORTS = tuple(_ORDERS)


def list_families(ctx: Context, wish: FamilyWish) -> tuple[Sequence[FamilyRow], int]:
    """Return the cases that the actor has a lasting relation to, and how many."""
    ctx.require(SEE)
    rows = ctx.session.execute(
        _ordered(wish.sort, _sought(ctx, wish, _columns(ctx)))
        .offset(wish.offset)
        .limit(wish.limit)
    )
    counted = select(func.count()).select_from(CaseFile)
    total = ctx.session.scalar(
        _sought(ctx, wish, counted.join(Family, Family.id == CaseFile.family_id))
    )
    return tuple(FamilyRow(*row) for row in rows), total or 0


def download_families(ctx: Context, wish: FamilyWish) -> Sequence[FamilyRow]:
    """Return the whole list for a file; that it was taken out stands in the log."""
    rows, _ = list_families(ctx, wish)
    record(ctx, None, Category.CASE, Action.EXPORT, Ground.RELATION)
    return rows


def count_families(ctx: Context) -> int:
    """Return in how many running cases the actor works."""
    ctx.require(SEE)
    own = KNOWS - {Relation.EMERGENCY, Relation.TEAM_LEAD}
    return (
        ctx.session.scalar(
            select(func.count())
            .select_from(CaseFile)
            .where(related(ctx.actor, own), _runs(ctx))
        )
        or 0
    )


def _columns(ctx: Context) -> Select[Any]:
    today = ctx.tenant.today()
    members = (
        select(func.count())
        .select_from(CaseMember)
        .where(
            CaseMember.case_id == CaseFile.id,
            or_(CaseMember.ends_on.is_(None), CaseMember.ends_on > today),
        )
        .scalar_subquery()
    )
    return (
        select(
            CaseFile.id,
            Family.name,
            CaseFile.measure,
            CaseFile.begins_on,
            CaseFile.ended_on,
            Account.name,
            members,
            _NEXT_AT,
        )
        .join(Family, Family.id == CaseFile.family_id)
        .outerjoin(Account, Account.id == CaseFile.worker_id)
    )


def _sought(ctx: Context, wish: FamilyWish, query: Select[Any]) -> Select[Any]:
    query = query.where(related(ctx.actor, KNOWS - {Relation.EMERGENCY}))
    if wish.show is Show.RUNNING:
        query = query.where(_runs(ctx))
    elif wish.show is Show.ENDED:
        query = query.where(~_runs(ctx))
    for word in simplify(wish.q).split():
        named = select(CaseMember.id).join(Client, Client.id == CaseMember.client_id)
        query = query.where(
            or_(
                simplified(Family.name).contains(word, autoescape=True),
                named.where(
                    CaseMember.case_id == CaseFile.id,
                    or_(
                        simplified(Client.given_name).contains(word, autoescape=True),
                        simplified(Client.family_name).contains(word, autoescape=True),
                    ),
                ).exists(),
            )
        )
    return query


def _runs(ctx: Context) -> ColumnElement[bool]:
    today = ctx.tenant.today()
    return or_(CaseFile.ended_on.is_(None), CaseFile.ended_on > today)


def _ordered(sort: str, query: Select[Any]) -> Select[Any]:
    order = _ORDERS.get(sort.removeprefix("-"), _ORDERS["family"])
    turned = order.desc() if sort.startswith("-") else order.asc()
    return query.order_by(turned.nulls_last(), CaseFile.id)
