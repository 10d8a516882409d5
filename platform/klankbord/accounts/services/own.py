"""One's own account: another password, another second factor, new recovery codes."""

from datetime import timedelta

from klankbord.accounts import attempts, factors, sessions
from klankbord.accounts.models import Account
from klankbord.accounts.passwords import verify_password
from klankbord.accounts.permissions import OWN_ACCOUNT
from klankbord.accounts.services.links import choose_password
from klankbord.accounts.services.sign_in import keep_second_factor
from klankbord.accounts.services.staff import tell
from klankbord.audit.models import Action, Category, Ground
from klankbord.audit.services import record
from klankbord.context import NOT_FOUND, Context
from klankbord.errors import Invalid, NotFound


def recovery_codes_left(ctx: Context) -> int:
    """Return how many recovery codes were not used yet."""
    ctx.require(OWN_ACCOUNT)
    return len(_own(ctx).recovery_code_hashes)


def change_password(ctx: Context, present: str, new: str) -> None:
    """Choose another password; the other devices are signed out, a mail tells it.

    Raises:
        Invalid: the present password is not right, or the new one is refused.
        TooMany: five wrong ones in fifteen minutes.

    """
    _check_password(ctx, present)
    account = _own(ctx)
    choose_password(ctx, account, new)
    sessions.end_all(ctx, account.id, except_this=True)
    _log_and_tell(ctx, account, "accounts.password_changed")


def change_second_factor(
    ctx: Context, present: str, secret: str, code: str
) -> tuple[str, ...]:
    """Replace the second factor after the password; return the new recovery codes.

    Raises:
        Invalid: the password or the code is not right.
        TooMany: five wrong passwords in fifteen minutes.

    """
    _check_password(ctx, present)
    account = _own(ctx)
    codes = keep_second_factor(ctx, account, secret, code)
    sessions.end_all(ctx, account.id, except_this=True)
    _log_and_tell(ctx, account, "accounts.factor_changed")
    return codes


def make_recovery_codes(ctx: Context, present: str) -> tuple[str, ...]:
    """Return ten new recovery codes; the older ones stop working.

    Raises:
        Invalid: the password is not right.
        TooMany: five wrong ones in fifteen minutes.

    """
    _check_password(ctx, present)
    account = _own(ctx)
    shown, account.recovery_code_hashes = factors.new_recovery_codes(ctx.tenant_id)
    _log_and_tell(ctx, account, "accounts.factor_changed")
    return shown


def _check_password(ctx: Context, present: str) -> None:
    ctx.require(OWN_ACCOUNT)
    account_id = ctx.actor.account_id
    if account_id is None:
        raise NotFound(NOT_FOUND)
    attempts.count(ctx, "present", account_id, most=5, within=timedelta(minutes=15))
    if not verify_password(_own(ctx).password_hash, present):
        raise Invalid(sessions.WRONG_PASSWORD, present=sessions.WRONG_PASSWORD)
    attempts.forget(ctx, "present", account_id)


def _own(ctx: Context) -> Account:
    if ctx.actor.account_id is None:
        raise NotFound(NOT_FOUND)
    return ctx.get(Account, ctx.actor.account_id)


def _log_and_tell(ctx: Context, account: Account, template: str) -> None:
    ctx.session.flush()
    record(ctx, None, Category.ACCOUNT, Action.UPDATE, Ground.OWN, object_id=account.id)
    tell(ctx, account.id, template)
