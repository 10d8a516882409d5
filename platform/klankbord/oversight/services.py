"""Review the access log; looking at it is logged too."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import aliased

from klankbord.accounts.models import Account
from klankbord.audit.models import Action, AuditEntry, Category, Ground
from klankbord.audit.services import record
from klankbord.context import Context
from klankbord.oversight.permissions import REVIEW_LOG
from klankbord.people.models import Client
from klankbord.permissions import Role

_INSTEAD = aliased(Account, name="instead")
_OWN = aliased(Client, name="own")  # the account of a client bears no name itself


def _full_name(client: type[Client]) -> ColumnElement[str]:
    return func.nullif(func.concat_ws(" ", client.given_name, client.family_name), "")


_WHO = func.coalesce(func.nullif(Account.name, ""), _full_name(_OWN))
_COLUMNS: tuple[Any, ...] = (
    AuditEntry.at,
    AuditEntry.account_id,
    _WHO.label("account"),
    AuditEntry.role,
    _INSTEAD.name.label("on_behalf_of"),
    AuditEntry.client_id,
    _full_name(Client).label("client"),
    AuditEntry.category,
    AuditEntry.action,
    AuditEntry.ground,
)


@dataclass(frozen=True)
class Wish:
    """What to show: a period with both its days, a part of a name, kinds, a person."""

    since: date
    until: date
    name: str = ""
    ground: Ground | None = None
    client_id: UUID | None = None
    account_id: UUID | None = None


@dataclass(frozen=True)
class Entry:
    """One line of the log; names are empty when the person was erased."""

    at: datetime
    account_id: UUID | None
    account: str
    role: Role
    on_behalf_of: str
    client_id: UUID | None
    client: str
    category: Category
    action: Action
    ground: Ground


def review_log(
    ctx: Context, wish: Wish, *, first: int, most: int
) -> tuple[tuple[Entry, ...], int]:
    """Return the lines that are wished for, newest first, and how many there are.

    The look itself is logged: for the client whose lines were asked for, else in
    general.
    """
    ctx.require(REVIEW_LOG)
    where = _wished(ctx, wish)
    query = (
        select(*_COLUMNS, func.count().over().label("total"))
        .outerjoin(Account, Account.id == AuditEntry.account_id)
        .outerjoin(_OWN, _OWN.id == Account.client_id)
        .outerjoin(_INSTEAD, _INSTEAD.id == AuditEntry.on_behalf_of)
        .outerjoin(Client, Client.id == AuditEntry.client_id)
        .where(*where)
        .order_by(AuditEntry.at.desc(), AuditEntry.id)
        .limit(most)
        .offset(first - 1)
    )
    rows = ctx.session.execute(query).all()
    record(ctx, wish.client_id, Category.LOG, Action.READ, Ground.ROLE)
    return tuple(_entry(row) for row in rows), rows[0].total if rows else 0


def _wished(ctx: Context, wish: Wish) -> list[ColumnElement[bool]]:
    zone = ctx.tenant.time_zone
    where = [
        AuditEntry.at >= datetime.combine(wish.since, time(), zone),
        AuditEntry.at < datetime.combine(wish.until + timedelta(days=1), time(), zone),
    ]
    if wish.name:
        names = (_WHO, _full_name(Client))
        where.append(or_(*(n.icontains(wish.name, autoescape=True) for n in names)))
    if wish.ground:
        where.append(AuditEntry.ground == wish.ground)
    if wish.client_id:
        where.append(AuditEntry.client_id == wish.client_id)
    if wish.account_id:
        where.append(AuditEntry.account_id == wish.account_id)
    return where


def _entry(row: Any) -> Entry:  # noqa: ANN401 - a row of _COLUMNS
    return Entry(
        at=row.at,
        account_id=row.account_id,
        account=row.account or "",
        role=Role(row.role),
        on_behalf_of=row.on_behalf_of or "",
        client_id=row.client_id,
        client=row.client or "",
        category=Category(row.category),
        action=row.action,
        ground=row.ground,
    )
