"""What the outbox holds about a person: which messages went out, never their text."""

from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from klankbord.context import Context
from klankbord.outbox.models import Message
from klankbord.plugin import DataSubject, Json
from klankbord.privacy.rows import rows_of

_COLUMNS: tuple[Any, ...] = (
    Message.template,
    Message.state,
    Message.made_at,
    Message.sent_at,
)


def _export(ctx: Context, client_id: UUID) -> Json:
    query = (
        select(*_COLUMNS)
        .where(Message.client_id == client_id)
        .order_by(Message.made_at)
    )
    return {"messages": rows_of(ctx, query)}


def _erase(ctx: Context, client_id: UUID) -> None:
    ctx.session.execute(delete(Message).where(Message.client_id == client_id))


KEEPER = DataSubject(_export, _erase)
