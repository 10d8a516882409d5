"""What the access log holds about a person; it stays when the person is erased.

It holds ids and times, no words, and has to show for years who saw what.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from klankbord.audit.models import AuditEntry
from klankbord.context import Context
from klankbord.plugin import DataSubject, Json

_COLUMNS: tuple[Any, ...] = (
    AuditEntry.at,
    AuditEntry.account_id,
    AuditEntry.role,
    AuditEntry.category,
    AuditEntry.action,
    AuditEntry.ground,
)


def _export(ctx: Context, client_id: UUID) -> Json:
    query = (
        select(*_COLUMNS)
        .where(AuditEntry.client_id == client_id)
        .order_by(AuditEntry.at)
    )
    rows = ctx.session.execute(query).mappings()
    return {"access_log": [dict(row) for row in rows]}


def _erase(_ctx: Context, _client_id: UUID) -> None:
    """Keep the log: it is the proof of who saw what, the erasure included."""


KEEPER = DataSubject(_export, _erase)
