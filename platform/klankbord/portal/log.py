"""Who looked at my data: the own access log, one line a day for what is alike."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Select, cast, func, select

from klankbord.accounts.models import Account
from klankbord.audit.models import Action, AuditEntry, Category, Ground
from klankbord.audit.services import record
from klankbord.context import NOT_FOUND, Context
from klankbord.errors import NotFound
from klankbord.permissions import Role
from klankbord.portal.permissions import OWN

MOST_LINES = 500


@dataclass(frozen=True)
class Looked:
    """What one person did with one kind of my data on one day (NEN 7513).

    `name` is that of a member of staff; clients and the system have a role only.
    `instead` tells that it was done on a phone that was passed on.
    """

    day: date
    last_at: datetime
    times: int
    name: str
    role: Role
    instead: bool
    category: Category
    action: Action
    ground: Ground


def who_looked(
    ctx: Context, since: date, until: date, *, own: bool
) -> tuple[Looked, ...]:
    """Return who did what with the data of the client who is signed in, newest first.

    Both days belong to the period. Without `own`, what the client did is left out.
    """
    ctx.require(OWN)
    if ctx.actor.client_id is None:
        raise NotFound(NOT_FOUND)
    rows = ctx.session.execute(
        _alike(ctx, ctx.actor.client_id, since, until, own=own)
    ).all()
    record(ctx, ctx.actor.client_id, Category.LOG, Action.READ, Ground.OWN)
    return tuple(
        Looked(
            day=row.day,
            last_at=row.last_at,
            times=row.times,
            name=row.name or "",
            role=Role(row.role),
            instead=row.instead,
            category=Category(row.category),
            action=row.action,
            ground=row.ground,
        )
        for row in rows
    )


def _alike(
    ctx: Context, client_id: UUID, since: date, until: date, *, own: bool
) -> Select[*tuple[Any, ...]]:
    zone = str(ctx.tenant.time_zone)
    entries = select(
        AuditEntry.at,
        cast(func.timezone(zone, AuditEntry.at), Date).label("day"),
        AuditEntry.account_id,
        AuditEntry.role,
        AuditEntry.on_behalf_of.is_not(None).label("instead"),
        AuditEntry.category,
        AuditEntry.action,
        AuditEntry.ground,
    ).where(AuditEntry.client_id == client_id)
    if not own:
        entries = entries.where(AuditEntry.ground != Ground.OWN)
    entry = entries.subquery()
    alike = (
        entry.c.day,
        entry.c.account_id,
        entry.c.role,
        entry.c.instead,
        entry.c.category,
        entry.c.action,
        entry.c.ground,
    )
    return (
        select(
            *alike,
            func.max(entry.c.at).label("last_at"),
            func.count().label("times"),
            func.max(Account.name).label("name"),
        )
        .outerjoin(Account, Account.id == entry.c.account_id)
        .where(entry.c.day.between(since, until))
        .group_by(*alike)
        .order_by(func.max(entry.c.at).desc())
        .limit(MOST_LINES)
    )
