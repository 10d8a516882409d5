"""What agreements hold about a person."""

from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from klankbord.accounts.models import Account
from klankbord.actions.models import ActionPoint
from klankbord.context import Context
from klankbord.plugin import DataSubject, Json
from klankbord.privacy.rows import rows_of

_COLUMNS: tuple[Any, ...] = (
    ActionPoint.id,
    ActionPoint.source,
    ActionPoint.said,
    ActionPoint.said_on,
    ActionPoint.text,
    ActionPoint.by_client,
    Account.name.label("promised_by"),
    ActionPoint.by_when,
    ActionPoint.state,
    ActionPoint.result,
    ActionPoint.made_at,
    ActionPoint.closed_at,
    ActionPoint.seen_at,
)


def _export(ctx: Context, client_id: UUID) -> Json:
    query = (
        select(*_COLUMNS)
        .outerjoin(Account, Account.id == ActionPoint.owner_id)
        .where(ActionPoint.client_id == client_id)
        .order_by(ActionPoint.made_at)
    )
    return {"agreements": rows_of(ctx, query)}


def _erase(ctx: Context, client_id: UUID) -> None:
    ctx.session.execute(delete(ActionPoint).where(ActionPoint.client_id == client_id))


KEEPER = DataSubject(_export, _erase)
