"""Signing in as staff: a password, then a second factor."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update

from klankbord.accounts import attempts, factors, sessions
from klankbord.accounts.models import Account, LinkPurpose, SignInLink
from klankbord.accounts.passwords import verify_password
from klankbord.accounts.permissions import SIGN_IN
from klankbord.context import Context
from klankbord.db import now
from klankbord.errors import N_, Conflict, Invalid

WINDOW = timedelta(minutes=15)
WRONG = N_("The e-mail address or the password is not right. Try again.")
WRONG_CODE = N_("This code is not right, or was used before. Wait for the next one.")
START_AGAIN = N_("This took too long. Start again with signing in.")


def normal_email(email: str) -> str:
    """Return an address as it is kept and compared."""
    return email.strip().casefold()


def check_staff_password(ctx: Context, email: str, password: str) -> UUID:
    """Return whose password this is; the same answer and work for an unknown address.

    Raises:
        Invalid: no, with one sentence for every reason.
        TooMany: ten tries for this address in fifteen minutes.

    """
    ctx.require(SIGN_IN)
    address = normal_email(email)
    attempts.count(ctx, "password", address, most=10, within=WINDOW)
    row = ctx.session.execute(
        select(Account.id, Account.password_hash, Account.disabled_at).where(
            Account.email == address
        )
    ).first()
    kept = row.password_hash if row and row.disabled_at is None else None
    if not verify_password(kept, password) or row is None:
        raise Invalid(WRONG, email=WRONG)
    attempts.forget(ctx, "password", address)
    account_id: UUID = row.id
    return account_id


def address_of(ctx: Context, account_id: UUID) -> str:
    """Return the address that an app shows beside the codes."""
    ctx.require(SIGN_IN)
    return _account(ctx, account_id).email or ""


def has_second_factor(ctx: Context, account_id: UUID) -> bool:
    """Say whether the account has its second factor already."""
    ctx.require(SIGN_IN)
    return _account(ctx, account_id).totp_secret is not None


def sign_in_staff(ctx: Context, account_id: UUID, code: str, device: str) -> str:
    """Check the second factor and begin a session; return its token.

    `account_id` is of somebody whose password was right a moment ago. A code of the app
    works once; so does a recovery code.

    Raises:
        Invalid: the code is not right.
        TooMany: five tries for this account in fifteen minutes.

    """
    ctx.require(SIGN_IN)
    attempts.count(ctx, "second", account_id, most=5, within=WINDOW)
    account = _account(ctx, account_id)
    if account.totp_secret is None:
        raise Conflict(START_AGAIN)
    secret = factors.open_secret(ctx.tenant_id, account_id, account.totp_secret)
    if not (
        factors.use_code(ctx, account_id, secret, code)
        or factors.use_recovery_code(ctx, account_id, code)
    ):
        raise Invalid(WRONG_CODE, code=WRONG_CODE)
    attempts.forget(ctx, "second", account_id)
    return sessions.begin(ctx, account_id, device=device)


def set_up_second_factor(
    ctx: Context, account_id: UUID, secret: str, code: str
) -> tuple[str, ...]:
    """Keep a first second factor, once a code shows that the app has it.

    Return the recovery codes: they are shown now and never again.

    Raises:
        Invalid: the code does not belong to the secret.
        Conflict: there is a second factor already.

    """
    ctx.require(SIGN_IN)
    attempts.count(ctx, "second", account_id, most=5, within=WINDOW)
    account = _account(ctx, account_id)
    if account.totp_secret is not None:
        raise Conflict(START_AGAIN)
    codes = keep_second_factor(ctx, account, secret, code)
    attempts.forget(ctx, "second", account_id)
    return codes


def keep_second_factor(
    ctx: Context, account: Account, secret: str, code: str
) -> tuple[str, ...]:
    """Keep a secret whose code is right; return new recovery codes."""
    step = factors.step_of(secret, code)
    if step is None:
        raise Invalid(WRONG_CODE, code=WRONG_CODE)
    shown, kept = factors.new_recovery_codes(ctx.tenant_id)
    account.totp_secret = factors.seal_secret(ctx.tenant_id, account.id, secret)
    account.totp_last_used = step
    account.recovery_code_hashes = kept
    ctx.session.flush()
    return shown


def links_to_tell(ctx: Context, account_id: UUID) -> tuple[tuple[datetime, str], ...]:
    """Return when and why links signed in as this person since the person last knew.

    Each is told once.
    """
    ctx.require(SIGN_IN)
    told = ctx.session.execute(
        update(SignInLink)
        .where(
            SignInLink.account_id == account_id,
            SignInLink.purpose == LinkPurpose.SIGN_IN,
            SignInLink.used_at.is_not(None),
            SignInLink.told_at.is_(None),
        )
        .values(told_at=now())
        .returning(SignInLink.used_at, SignInLink.reason)
    )
    return tuple((row.used_at, row.reason) for row in told)


def _account(ctx: Context, account_id: UUID) -> Account:
    account = ctx.session.get(Account, (ctx.tenant_id, account_id))
    if account is None or account.disabled_at is not None:
        raise Conflict(START_AGAIN)
    return account
