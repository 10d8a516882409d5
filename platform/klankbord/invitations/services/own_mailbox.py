"""A client who came in by letter adds a mailbox of the own, while signed in.

The address counts only once a code that was mailed there came back. Asking is answered
alike whether the address can be used or not, so that nobody learns whose it is.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import func, select, update

from klankbord.accounts import attempts
from klankbord.accounts.models import Account, SignInCode
from klankbord.accounts.services.codes import mail_code, use_code
from klankbord.accounts.services.sign_in import normal_email
from klankbord.accounts.tokens import fresh_code, same, typed_code
from klankbord.audit.models import Action, Category, Ground
from klankbord.audit.services import record
from klankbord.context import NOT_FOUND, Context
from klankbord.db import now
from klankbord.errors import N_, Conflict, Invalid, NotFound
from klankbord.invitations.permissions import OWN_MAILBOX
from klankbord.invitations.services.mailboxes import own_mailbox
from klankbord.people.models import Client

WRONG_CODE = N_("This code is not right. Look at it and try again.")
VERIFIED = N_("We know your e-mail address already.")
NO_MAIL = N_("We agreed to send you no e-mail.")


@dataclass(frozen=True)
class Mailbox:
    """What a client sees of the own address; the worker agreed to `do_not_mail`."""

    email: str
    verified: bool
    do_not_mail: bool


def see_mailbox(ctx: Context) -> Mailbox:
    """Return the own address, and whether a code came back from it."""
    ctx.require(OWN_MAILBOX)
    client = _me(ctx)
    verified = client.email_verified_at is not None
    return Mailbox(client.email or "", verified, client.do_not_mail)


def begin(ctx: Context, typed: str) -> UUID:
    """Note the address as one's own alone and mail a code to it; return the code's id.

    Codes that were asked for before stop working: a code belongs to one address.

    Raises:
        Conflict: there is a verified address, or no mail should come at all.
        TooMany: three codes were asked for in an hour.

    """
    ctx.require(OWN_MAILBOX)
    account_id = _account_id(ctx)
    attempts.count(ctx, "mailbox", account_id, most=3, within=timedelta(hours=1))
    client = _changeable(ctx)
    address = normal_email(typed)
    code_id = uuid4()
    if _is_anothers(ctx, client, address):
        return code_id
    before = client.email, client.email_alone
    client.email, client.email_alone = address, True
    ctx.session.flush()
    if own_mailbox(ctx, client.id) is None:
        client.email, client.email_alone = before
        ctx.session.flush()
        return code_id
    ctx.session.execute(
        update(SignInCode)
        .where(SignInCode.account_id == account_id, SignInCode.used_at.is_(None))
        .values(used_at=now())
    )
    mail_code(ctx, code_id, account_id)
    record(ctx, client.id, Category.PERSON, Action.UPDATE, Ground.OWN)
    return code_id


def finish(ctx: Context, code_id: UUID, proof: str) -> None:
    """Note that the mailbox is the person's own: from now on it brings codes.

    Raises:
        Conflict: there is a verified address, or no mail should come at all.
        Invalid: the code is wrong, used, too old, or of another address.
        TooMany: five codes were tried.

    """
    ctx.require(OWN_MAILBOX)
    account_id = _account_id(ctx)
    attempts.count(ctx, "code", code_id, most=5, within=timedelta(hours=1))
    client = _changeable(ctx)
    right = same(fresh_code(ctx.tenant_id, code_id), typed_code(proof))
    mailbox = own_mailbox(ctx, client.id)
    if not right or mailbox is None or use_code(ctx, code_id) != account_id:
        raise Invalid(WRONG_CODE, code=WRONG_CODE)
    account = ctx.get(Account, account_id)
    account.email = mailbox
    account.email_verified_at = client.email_verified_at = now()
    ctx.session.flush()
    record(
        ctx,
        client.id,
        Category.ACCOUNT,
        Action.UPDATE,
        Ground.OWN,
        object_id=account_id,
    )


def _me(ctx: Context) -> Client:
    if ctx.actor.client_id is None:
        raise NotFound(NOT_FOUND)
    return ctx.get(Client, ctx.actor.client_id)


def _account_id(ctx: Context) -> UUID:
    if ctx.actor.account_id is None:
        raise NotFound(NOT_FOUND)
    return ctx.actor.account_id


def _changeable(ctx: Context) -> Client:
    client = _me(ctx)
    if client.email_verified_at is not None or client.do_not_mail:
        raise Conflict(VERIFIED if client.email_verified_at else NO_MAIL)
    return client


def _is_anothers(ctx: Context, client: Client, address: str) -> bool:
    """Tell whether the address stands with somebody else of the family."""
    others = select(Client.id).where(
        Client.family_id == client.family_id,
        Client.id != client.id,
        func.lower(func.btrim(Client.email)) == address,
    )
    return ctx.session.scalar(others.limit(1)) is not None
