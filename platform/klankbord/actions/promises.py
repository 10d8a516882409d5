"""The agreements of a member of staff with the own families, as a list."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from klankbord.actions.models import ActionPoint, ActionState
from klankbord.actions.permissions import LIST
from klankbord.audit.models import Action, Category, Ground
from klankbord.audit.services import record, record_each
from klankbord.context import NOT_FOUND, Context
from klankbord.errors import NotFound
from klankbord.people.access import CHANGES, related, require_relation
from klankbord.people.models import CaseFile, Client


class Show(StrEnum):
    """Which agreements the list holds."""

    OPEN = "open"
    LATE = "late"
    CLOSED = "closed"
    ALL = "all"


@dataclass(frozen=True)
class Promise:
    """One line of the list."""

    id: UUID
    client_id: UUID
    case_id: UUID
    given_name: str
    family_name: str
    text: str
    said: str | None
    by_client: bool
    by_when: date | None
    state: ActionState
    result: str | None
    version: int


@dataclass(frozen=True)
class Promises:
    """A page of the list, and how many there are in all."""

    rows: tuple[Promise, ...]
    total: int


_COLUMNS: tuple[Any, ...] = (
    ActionPoint.id,
    ActionPoint.client_id,
    ActionPoint.case_id,
    Client.given_name,
    Client.family_name,
    ActionPoint.text,
    ActionPoint.said,
    ActionPoint.by_client,
    ActionPoint.by_when,
    ActionPoint.state,
    ActionPoint.result,
    ActionPoint.version,
)
_ORDERS: dict[str, tuple[Any, ...]] = {
    "day": (ActionPoint.by_when.asc().nulls_last(),),
    "-day": (ActionPoint.by_when.desc().nulls_last(),),
    "name": (Client.family_name, Client.given_name),
    "-name": (Client.family_name.desc(), Client.given_name.desc()),
}


def promises(
    ctx: Context,
    *,
    show: Show = Show.OPEN,
    name: str = "",
    sort: str = "day",
    first: int = 1,
    most: int = 50,
) -> Promises:
    """Return the agreements with the families that the actor works with today.

    `name` is a part of the client's name; `first` counts from 1.
    """
    ctx.require(LIST)
    where = [related(ctx.actor, CHANGES), *_shown(ctx, show)]
    if name:
        full_name = func.concat_ws(" ", Client.given_name, Client.family_name)
        where.append(full_name.icontains(name, autoescape=True))
    query = (
        select(*_COLUMNS, func.count().over().label("total"))
        .join(CaseFile, CaseFile.id == ActionPoint.case_id)
        .join(Client, Client.id == ActionPoint.client_id)
        .where(*where)
        .order_by(*_ORDERS.get(sort, _ORDERS["day"]), ActionPoint.id)
        .limit(most)
        .offset(first - 1)
    )
    found = ctx.session.execute(query).all()
    rows = tuple(Promise(*row[:-1]) for row in found)
    clients = {row.client_id for row in rows}
    record_each(ctx, clients, Category.AGREEMENTS, Action.READ, Ground.RELATION)
    return Promises(rows, found[0].total if found else 0)


def promise_to_close(ctx: Context, action_id: UUID) -> Promise:
    """Return one agreement of a family that the actor works with.

    Raises:
        NotFound: the actor does not work with the family.

    """
    ctx.require(LIST)
    row = ctx.session.execute(
        select(*_COLUMNS)
        .join(Client, Client.id == ActionPoint.client_id)
        .where(ActionPoint.id == action_id, ActionPoint.case_id.is_not(None))
    ).first()
    if row is None:
        raise NotFound(NOT_FOUND)
    access = require_relation(ctx, row.case_id, CHANGES)
    record(
        ctx,
        row.client_id,
        Category.AGREEMENTS,
        Action.READ,
        access.ground,
        object_id=action_id,
    )
    return Promise(*row)


def _shown(ctx: Context, show: Show) -> list[ColumnElement[bool]]:
    open_ = ActionPoint.state == ActionState.OPEN
    return {
        Show.OPEN: [open_],
        Show.LATE: [open_, ActionPoint.by_when < ctx.tenant.today()],
        Show.CLOSED: [ActionPoint.state != ActionState.OPEN],
        Show.ALL: [],
    }[show]
