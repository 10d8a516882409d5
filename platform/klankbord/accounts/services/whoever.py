"""Work for whoever has an address, which takes as long when nobody has it."""

from collections.abc import Callable
from uuid import UUID

from sqlalchemy import select

from klankbord.accounts.models import Account
from klankbord.context import Context
from klankbord.permissions import Role


def do_for_whoever(
    ctx: Context,
    email: str,
    roles: frozenset[Role],
    work: Callable[[UUID], None],
    *,
    verified: bool = False,
) -> None:
    """Do the work for the account with this address and one of these roles.

    Where there is none, the same is done for somebody else and undone at once: neither
    the answer nor its time tells who is known here.
    """
    columns = select(
        Account.id, Account.roles, Account.disabled_at, Account.email_verified_at
    )
    meant = ctx.session.execute(columns.where(Account.email == email)).first()
    anybody = ctx.session.execute(columns.limit(1)).first()
    known = (
        meant is not None
        and meant.disabled_at is None
        and bool(roles.intersection(meant.roles))
        and (meant.email_verified_at is not None or not verified)
    )
    row = meant if known else anybody
    if row is None:
        return
    with ctx.session.begin_nested() as undoable:
        work(row.id)
        ctx.session.flush()
        if not known:
            undoable.rollback()
