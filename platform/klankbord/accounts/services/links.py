"""Links that work once for one account: a first or new password, or signing in."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import select, update

from klankbord.accounts import attempts, sessions
from klankbord.accounts.door import hash_token
from klankbord.accounts.models import Account, Invitation, LinkPurpose, SignInLink
from klankbord.accounts.passwords import check_password, hash_password
from klankbord.accounts.permissions import MAKE_LINK, SIGN_IN
from klankbord.accounts.services.sign_in import normal_email
from klankbord.accounts.services.whoever import do_for_whoever
from klankbord.accounts.tokens import link_token, typed_letter_token
from klankbord.audit.models import Action, Category, Ground
from klankbord.audit.services import record
from klankbord.context import NOT_FOUND, Context
from klankbord.db import now
from klankbord.errors import N_, Conflict, Invalid, NotFound, TooMany
from klankbord.outbox import services as outbox
from klankbord.permissions import STAFF

USED = N_("This link was used already, or is too old. Ask for a new one.")
VALID_FOR: Mapping[LinkPurpose, timedelta] = {
    LinkPurpose.SIGN_IN: timedelta(minutes=15),
    LinkPurpose.SET_UP: timedelta(days=7),
    LinkPurpose.NEW_PASSWORD: timedelta(hours=1),
}


def make_link(
    ctx: Context,
    account_id: UUID,
    purpose: LinkPurpose,
    *,
    valid_for: timedelta | None = None,
    reason: str = "",
) -> SignInLink:
    """Make a link; older ones of the same purpose stop working."""
    ctx.session.execute(
        update(SignInLink)
        .where(
            SignInLink.account_id == account_id,
            SignInLink.purpose == purpose,
            SignInLink.used_at.is_(None),
            SignInLink.expires_at > now(),
        )
        .values(expires_at=now())
    )
    link_id = uuid4()
    link = SignInLink(
        id=link_id,
        account_id=account_id,
        purpose=purpose,
        token_hash=hash_token(link_token(ctx.tenant_id, link_id)),
        reason=reason,
        expires_at=now() + (valid_for or VALID_FOR[purpose]),
    )
    ctx.session.add(link)
    ctx.session.flush()
    return link


def url_of(ctx: Context, link_id: UUID) -> str:
    """Return the address of a link, made anew: it is kept nowhere."""
    return f"{ctx.tenant.base_url}/u/{link_token(ctx.tenant_id, link_id)}"


def make_sign_in_link(
    ctx: Context, account_id: UUID, valid_for: timedelta, reason: str
) -> str:
    """Return a link that signs somebody in once; for the operator's shell and the demo.

    It is logged, and its use is shown to the person.
    """
    ctx.require(MAKE_LINK)
    account = ctx.get(Account, account_id)
    if account.disabled_at:
        raise Conflict(N_("This account is disabled."))
    link = make_link(
        ctx, account_id, LinkPurpose.SIGN_IN, valid_for=valid_for, reason=reason
    )
    record(
        ctx,
        account.client_id,
        Category.ACCOUNT,
        Action.CREATE,
        Ground.SYSTEM,
        object_id=link.id,
    )
    return url_of(ctx, link.id)


def find_link(ctx: Context, token: str) -> tuple[UUID, LinkPurpose] | None:
    """Return which link a token belongs to, whatever its state; nothing is used up."""
    ctx.require(SIGN_IN)
    row = ctx.session.execute(
        select(SignInLink.id, SignInLink.purpose).where(
            SignInLink.token_hash == hash_token(token)
        )
    ).first()
    return (row.id, row.purpose) if row else None


def find_invitation(ctx: Context, token: str) -> tuple[UUID, int] | None:
    """Return which invitation, and which sending of it, a token belongs to."""
    ctx.require(SIGN_IN)
    row = ctx.session.execute(
        select(Invitation.id, Invitation.generation).where(
            Invitation.token_hash.in_(
                [hash_token(token), hash_token(typed_letter_token(token))]
            )
        )
    ).first()
    return (row.id, row.generation) if row else None


def is_open(ctx: Context, link_id: UUID, purpose: LinkPurpose) -> bool:
    """Say whether the link can still be used."""
    ctx.require(SIGN_IN)
    return (
        ctx.session.execute(
            select(SignInLink.id).where(
                SignInLink.id == link_id,
                SignInLink.purpose == purpose,
                SignInLink.used_at.is_(None),
                SignInLink.expires_at > now(),
            )
        ).first()
        is not None
    )


def sign_in_by_link(ctx: Context, link_id: UUID, device: str) -> str:
    """Use a link of the operator; return the token of the session that begins.

    The person is told at the next sign-in of another kind: until then it may be
    somebody else who looks.

    Raises:
        Conflict: it was used, or its time is over.

    """
    account = _use(ctx, link_id, LinkPurpose.SIGN_IN)
    record(
        ctx,
        account.client_id,
        Category.ACCOUNT,
        Action.UPDATE,
        Ground.SYSTEM,
        object_id=link_id,
    )
    return sessions.begin(ctx, account.id, device=device)


def set_password(
    ctx: Context, link_id: UUID, purpose: LinkPurpose, password: str
) -> UUID:
    """Use a mailed link to choose a password; every session of the account ends.

    Raises:
        Invalid: the password is refused; the link still works.
        Conflict: the link was used, or its time is over.

    """
    account = _use(ctx, link_id, purpose)
    choose_password(ctx, account, password)
    account.email_verified_at = account.email_verified_at or now()
    sessions.end_all(ctx, account.id)
    record(
        ctx,
        None,
        Category.ACCOUNT,
        Action.UPDATE,
        Ground.OWN,
        object_id=account.id,
    )
    return account.id


def choose_password(ctx: Context, account: Account, password: str) -> None:
    """Keep a new password unless it is easy to guess for who knows this person."""
    wrong = check_password(
        password,
        known_words=[account.name, account.email or "", ctx.tenant.name],
        second_factor=True,
    )
    if wrong:
        raise Invalid(wrong[0], password=wrong[0])
    account.password_hash = hash_password(password)


def ask_new_password(ctx: Context, email: str) -> None:
    """Mail a link for a new password, if somebody of staff has this address.

    The same answer and the same work for an address that nobody has.
    """
    ctx.require(SIGN_IN)
    address = normal_email(email)
    try:
        attempts.count(ctx, "forgot", address, most=3, within=timedelta(hours=1))
    except TooMany:
        return  # three mails an hour are enough, and the answer stays the same

    def mail_a_link(account_id: UUID) -> None:
        link = make_link(ctx, account_id, LinkPurpose.NEW_PASSWORD)
        outbox.queue(
            ctx,
            template="accounts.new_password",
            account_id=account_id,
            values={"link_id": str(link.id)},
            dedupe_key=f"link:{link.id}",
        )

    do_for_whoever(ctx, address, STAFF, mail_a_link)


def _use(ctx: Context, link_id: UUID, purpose: LinkPurpose) -> Account:
    ctx.require(SIGN_IN)
    account_id = ctx.session.scalar(
        update(SignInLink)
        .where(
            SignInLink.id == link_id,
            SignInLink.purpose == purpose,
            SignInLink.used_at.is_(None),
            SignInLink.expires_at > now(),
        )
        .values(used_at=now())
        .returning(SignInLink.account_id)
    )
    if account_id is None:
        raise Conflict(USED)
    account = ctx.get(Account, account_id)
    if account.disabled_at:
        raise NotFound(NOT_FOUND)
    return account
