"""Signing in as a client or buddy who was here before: a fresh code to the own mailbox.

`ClientSignIn` is all that the pages know of it, so that another way (DigiD through a
broker) can stand beside it.
"""

from datetime import timedelta
from typing import Protocol
from uuid import UUID, uuid4

from sqlalchemy import update

from klankbord.accounts import attempts
from klankbord.accounts.models import SignInCode
from klankbord.accounts.permissions import SIGN_IN
from klankbord.accounts.services.sign_in import normal_email
from klankbord.accounts.services.whoever import do_for_whoever
from klankbord.accounts.tokens import fresh_code, same, typed_code
from klankbord.context import Context
from klankbord.db import now
from klankbord.errors import N_, Invalid
from klankbord.outbox import services as outbox
from klankbord.permissions import PORTAL

VALID_FOR = timedelta(minutes=10)
WRONG_CODE = N_("This code is not right. Look at it and try again.")


class ClientSignIn(Protocol):
    """A way in which a client or buddy shows who it is, in two steps."""

    def begin(self, ctx: Context, given: str) -> UUID:
        """Begin for what was given; return the attempt's id, also for a stranger."""

    def finish(self, ctx: Context, attempt_id: UUID, proof: str) -> UUID:
        """Return the account that the proof belongs to; the proof works once."""


class CodeByMail:
    """Signing in with six digits that are mailed to a mailbox verified before."""

    def begin(self, ctx: Context, given: str) -> UUID:
        """Mail a code to the address, if it is the verified one of a client or buddy.

        Raises:
            TooMany: five codes were asked for this address in an hour.

        """
        ctx.require(SIGN_IN)
        address = normal_email(given)
        attempts.count(ctx, "ask", address, most=5, within=timedelta(hours=1))
        code_id = uuid4()
        do_for_whoever(
            ctx,
            address,
            PORTAL,
            lambda account_id: mail_code(ctx, code_id, account_id),
            verified=True,
        )
        return code_id

    def finish(self, ctx: Context, attempt_id: UUID, proof: str) -> UUID:
        """Return whose mailbox the code was sent to.

        Raises:
            Invalid: the code is wrong, used or older than ten minutes.
            TooMany: five codes were tried.

        """
        ctx.require(SIGN_IN)
        attempts.count(ctx, "code", attempt_id, most=5, within=timedelta(hours=1))
        right = same(fresh_code(ctx.tenant_id, attempt_id), typed_code(proof))
        account_id = use_code(ctx, attempt_id) if right else None
        if account_id is None:
            raise Invalid(WRONG_CODE, code=WRONG_CODE)
        return account_id


def use_code(ctx: Context, code_id: UUID) -> UUID | None:
    """Use up a code that was right; None when it was used before, or is too old."""
    account_id: UUID | None = ctx.session.scalar(
        update(SignInCode)
        .where(
            SignInCode.id == code_id,
            SignInCode.used_at.is_(None),
            SignInCode.expires_at > now(),
        )
        .values(used_at=now())
        .returning(SignInCode.account_id)
    )
    return account_id


def mail_code(ctx: Context, code_id: UUID, account_id: UUID) -> None:
    """Make a code and mail it; the code itself is derived from its id when sent."""
    ctx.session.add(
        SignInCode(id=code_id, account_id=account_id, expires_at=now() + VALID_FOR)
    )
    ctx.session.flush()
    outbox.queue(
        ctx,
        template="accounts.code",
        account_id=account_id,
        values={"code_id": str(code_id)},
        dedupe_key=f"code:{code_id}",
    )
