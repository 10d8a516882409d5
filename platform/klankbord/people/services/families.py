"""The list of families: a worker's own, and a team lead's team."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Select,
    SQLColumnExpression,
    bindparam,
    func,
    or_,
    select,
)

from klankbord.accounts.models import Account
from klankbord.audit.models import Action, Category, Ground
from klankbord.audit.services import record
from klankbord.context import Context
from klankbord.people.access import KNOWS, Relation, own, related, related_with
from klankbord.people.models import Appointment, CaseFile, CaseMember, Client, Family
from klankbord.people.names import simplified, simplify
from klankbord.people.permissions import SEE
from klankbord.people.services.rows import FamilyRow
from klankbord.permissions import Role


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
_TODAY = bindparam("today", type_=Date)
_RUNS = or_(CaseFile.ended_on.is_(None), CaseFile.ended_on > _TODAY)
_COLUMNS = (
    select(
        CaseFile.id,
        Family.name,
        CaseFile.measure,
        CaseFile.begins_on,
        CaseFile.ended_on,
        Account.name,
        select(func.count())
        .select_from(CaseMember)
        .where(
            CaseMember.case_id == CaseFile.id,
            or_(CaseMember.ends_on.is_(None), CaseMember.ends_on > _TODAY),
        )
        .scalar_subquery(),
        _NEXT_AT,
        func.count().over(),
    )
    .join(Family, Family.id == CaseFile.family_id)
    .outerjoin(Account, Account.id == CaseFile.worker_id)
)


def list_families(ctx: Context, wish: FamilyWish) -> tuple[Sequence[FamilyRow], int]:
    """Return the cases that the actor has a lasting relation to, and how many."""
    ctx.require(SEE)
    listed, counted = _statements(ctx.actor.roles, wish.show, wish.sort)
    for word in simplify(wish.q).split():
        listed, counted = listed.where(_named(word)), counted.where(_named(word))
    values: dict[str, Any] = {**own(ctx.actor), "today": ctx.tenant.today()}
    part = {"offset": wish.offset, "limit": wish.limit}
    rows = ctx.session.execute(listed, values | part).all()
    if rows:
        total = rows[0][-1]
    else:  # past the last page no row tells how many there are
        total = ctx.session.scalar(counted, values) if wish.offset else 0
    return [FamilyRow(*row[:-1]) for row in rows], total or 0


def download_families(ctx: Context, wish: FamilyWish) -> Sequence[FamilyRow]:
    """Return the whole list for a file; that it was taken out stands in the log."""
    rows, _ = list_families(ctx, wish)
    record(ctx, None, Category.CASE, Action.EXPORT, Ground.RELATION)
    return rows


def count_families(ctx: Context) -> int:
    """Return in how many running cases the actor works."""
    ctx.require(SEE)
    working = KNOWS - {Relation.EMERGENCY, Relation.TEAM_LEAD}
    return (
        ctx.session.scalar(
            select(func.count())
            .select_from(CaseFile)
            .where(related(ctx.actor, working), _RUNS),
            {"today": ctx.tenant.today()},
        )
        or 0
    )


@lru_cache(maxsize=128)
def _statements(
    roles: frozenset[Role], show: Show, sort: str
) -> tuple[Select[Any], Select[int]]:
    """Build the list and its count once; building costs more than running them."""
    counted = (
        select(func.count())
        .select_from(CaseFile)
        .join(Family, Family.id == CaseFile.family_id)
    )
    conditions = [related_with(roles, KNOWS - {Relation.EMERGENCY})]
    if show is not Show.ALL:
        conditions.append(_RUNS if show is Show.RUNNING else ~_RUNS)
    order = _ORDERS.get(sort.removeprefix("-"), _ORDERS["family"])
    turned = order.desc() if sort.startswith("-") else order.asc()
    listed = (
        _COLUMNS.where(*conditions)
        .order_by(turned.nulls_last(), CaseFile.id)
        .offset(bindparam("offset", type_=Integer))
        .limit(bindparam("limit", type_=Integer))
    )
    return listed, counted.where(*conditions)


def _named(word: str) -> ColumnElement[bool]:
    """Return the condition that the family, or somebody in the case, is named so."""
    named = select(CaseMember.id).join(Client, Client.id == CaseMember.client_id)
    return or_(
        simplified(Family.name).contains(word, autoescape=True),
        named.where(
            CaseMember.case_id == CaseFile.id,
            or_(
                simplified(Client.given_name).contains(word, autoescape=True),
                simplified(Client.family_name).contains(word, autoescape=True),
            ),
        ).exists(),
    )
