"""Write the access log: one row for each read and each change, in the same request."""

from collections.abc import Collection
from uuid import UUID, uuid4

from sqlalchemy import text

from klankbord.audit.models import Action, Category, Ground
from klankbord.context import Context
from klankbord.db import now
from klankbord.errors import Unchecked

_WRITE = text(
    "insert into audit_entry (tenant_id, id, at, account_id, session_id, role,"
    " on_behalf_of, client_id, category, action, ground, object_id, request_id)"
    " values (:tenant_id, :id, :at, :account_id, :session_id, :role,"
    " :on_behalf_of, :client_id, :category, :action, :ground, :object_id, :request_id)"
)


def record(
    ctx: Context,
    client_id: UUID | None,
    category: Category,
    action: Action,
    ground: Ground,
    *,
    object_id: UUID | None = None,
    on_behalf_of: UUID | None = None,
) -> None:
    """Add one row that says who does what with whose data, and on which ground.

    The role is the one that gave the right that was asked for last. `on_behalf_of` is
    the account of the person that the actor stands in for (a phone that was passed on).
    No record, no data: when this fails, the request does.

    Raises:
        Unchecked: no permission was asked for yet.

    """
    _write(ctx, [client_id], category, action, ground, object_id, on_behalf_of)


def record_each(
    ctx: Context,
    client_ids: Collection[UUID],
    category: Category,
    action: Action,
    ground: Ground,
    *,
    object_id: UUID | None = None,
) -> None:
    """Add one row for each client whose data stands in a list that somebody reads.

    Raises:
        Unchecked: no permission was asked for yet.

    """
    _write(ctx, client_ids, category, action, ground, object_id, None)


def _write(
    ctx: Context,
    client_ids: Collection[UUID | None],
    category: Category,
    action: Action,
    ground: Ground,
    object_id: UUID | None,
    on_behalf_of: UUID | None,
) -> None:
    if ctx.role is None:
        raise Unchecked("ask ctx.require(...) before record(...)")
    if not client_ids:
        return
    same = {
        "account_id": ctx.actor.account_id,
        "session_id": ctx.actor.session_id,
        "at": now(),
        "role": ctx.role.value,
        "on_behalf_of": on_behalf_of,
        "category": category.value,
        "action": action.value,
        "ground": ground.value,
        "object_id": object_id,
        "request_id": ctx.request_id,
    }
    rows = [same | {"id": uuid4(), "client_id": client} for client in client_ids]
    ctx.session.execute(_WRITE, rows)
