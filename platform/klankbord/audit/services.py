"""Write the access log: one row for each read and each change, in the same request."""

from uuid import UUID

from sqlalchemy import insert

from klankbord.audit.models import Action, AuditEntry, Category, Ground
from klankbord.context import Context
from klankbord.errors import Unchecked


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
    if ctx.role is None:
        raise Unchecked("ask ctx.require(...) before record(...)")
    ctx.session.execute(
        insert(AuditEntry).values(
            account_id=ctx.actor.account_id,
            session_id=ctx.actor.session_id,
            role=ctx.role.value,
            on_behalf_of=on_behalf_of,
            client_id=client_id,
            category=category.value,
            action=action,
            ground=ground,
            object_id=object_id,
            request_id=ctx.request_id,
        )
    )
