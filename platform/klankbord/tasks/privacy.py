"""What tasks hold about a person: those that the person has."""

from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from klankbord.accounts.models import Account
from klankbord.context import Context
from klankbord.plugin import DataSubject, Json
from klankbord.privacy.rows import rows_of
from klankbord.tasks.models import Task

_COLUMNS: tuple[Any, ...] = (
    Task.kind,
    Task.values,
    Task.state,
    Task.due_on,
    Task.created_at,
    Task.ended_at,
)


def _export(ctx: Context, client_id: UUID) -> Json:
    query = (
        select(*_COLUMNS)
        .join(Account, Account.id == Task.account_id)
        .where(Account.client_id == client_id)
        .order_by(Task.created_at)
    )
    return {"tasks": rows_of(ctx, query)}


def _erase(ctx: Context, client_id: UUID) -> None:
    own = select(Account.id).where(Account.client_id == client_id)
    ctx.session.execute(
        delete(Task)
        .where(Task.account_id.in_(own))
        .execution_options(synchronize_session=False)
    )


KEEPER = DataSubject(_export, _erase)
