"""Tries are counted, and that is committed, before anything is looked at.

In PostgreSQL, so that guessing is stopped while Valkey is away too. This is the one
place where a service commits: two hundred guesses at once must see each other's count.
"""

from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import case, delete, or_
from sqlalchemy.dialects.postgresql import insert

from klankbord.accounts.models import CountedTries
from klankbord.accounts.tokens import sealed
from klankbord.context import Context
from klankbord.db import now
from klankbord.errors import N_, TooMany

WAIT = N_("You tried this too often. Wait fifteen minutes and try again.")
FORGET_AFTER = timedelta(days=1)


def count(
    ctx: Context, what: str, whose: str | UUID, *, most: int, within: timedelta
) -> None:
    """Count one more try of `what` by or for `whose`, and commit that.

    Comes before anything is written: what the request did until now is undone, its
    claim on the form's key too, so that a mistake can be mended in the same form.

    Raises:
        TooMany: there were `most` within that time; the new one is not looked at.

    """
    moment = now()
    over = CountedTries.since <= moment - within
    counted = (
        insert(CountedTries)
        .values(id=uuid4(), what=_name(ctx, what, whose), tries=1, since=moment)
        .on_conflict_do_update(
            index_elements=["tenant_id", "what"],
            set_={
                "tries": case((over, 1), else_=CountedTries.tries + 1),
                "since": case((over, moment), else_=CountedTries.since),
            },
            where=or_(over, CountedTries.tries < most),
        )
        .returning(CountedTries.tries)
    )
    ctx.session.rollback()
    looked = ctx.session.execute(counted).first()
    ctx.session.commit()
    if looked is None:
        raise TooMany(WAIT)


def forget(ctx: Context, what: str, whose: str | UUID) -> None:
    """Forget the tries of somebody who got it right."""
    ctx.session.execute(
        delete(CountedTries).where(CountedTries.what == _name(ctx, what, whose))
    )


def forget_old(ctx: Context) -> None:
    """Remove counts that no limit looks back to any more."""
    ctx.session.execute(
        delete(CountedTries).where(CountedTries.since < now() - FORGET_AFTER)
    )


def _name(ctx: Context, what: str, whose: str | UUID) -> bytes:
    return sealed(f"tries:{what}", ctx.tenant_id, str(whose))
