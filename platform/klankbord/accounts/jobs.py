"""What accounts do by themselves."""

from datetime import timedelta

from klankbord.accounts import attempts
from klankbord.context import Context
from klankbord.permissions import Permission, Role
from klankbord.plugin import Schedule

TIDY = Permission(
    "accounts.tidy", "Remove counts of old tries", frozenset({Role.SYSTEM})
)


def forget_old_tries(ctx: Context) -> None:
    """Remove counts that no limit looks back to any more."""
    ctx.require(TIDY)
    attempts.forget_old(ctx)


SCHEDULES = (
    Schedule("accounts.forget_old_tries", forget_old_tries, every=timedelta(days=1)),
)
