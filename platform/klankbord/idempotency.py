"""A form that was sent twice makes one row: a double click, or a retry without answer.

Every form carries a key. The row is written first, so that an equal request waits for
the first one to end, and then gets the same answer.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from klankbord.context import Context
from klankbord.db import Base, TenantOwned, now
from klankbord.errors import N_, Conflict

NOT_YOURS = N_("This form was already used. Open the page again.")


class RememberedRequest(TenantOwned, Base):
    """A request that was done, and where it sent the person; `id` is the form's key."""

    __tablename__ = "remembered_request"

    endpoint: Mapped[str]
    account_id: Mapped[UUID | None]
    location: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime] = mapped_column(default=now)


def claim(ctx: Context, key: UUID, endpoint: str) -> str | None:
    """Claim the key for this request; return where an earlier equal one went.

    Raises:
        Conflict: the key was used by somebody else or for another page.

    """
    added = ctx.session.execute(
        insert(RememberedRequest)
        .values(id=key, endpoint=endpoint, account_id=ctx.actor.account_id)
        .on_conflict_do_nothing()
        .returning(RememberedRequest.id)
    ).first()
    if added:
        return None
    earlier = ctx.session.execute(
        select(
            RememberedRequest.endpoint,
            RememberedRequest.account_id,
            RememberedRequest.location,
        ).where(RememberedRequest.id == key)
    ).one()
    if (earlier.endpoint, earlier.account_id) != (endpoint, ctx.actor.account_id):
        raise Conflict(NOT_YOURS)
    return str(earlier.location)


def remember(ctx: Context, key: UUID, location: str) -> None:
    """Keep where the request sent the person."""
    ctx.session.execute(
        update(RememberedRequest)
        .where(RememberedRequest.id == key)
        .values(location=location)
    )
