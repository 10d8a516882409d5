"""What the invited person does: a second secret, five tries, then an account."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import and_, case, func, or_, select, update

from klankbord.accounts import attempts, sessions
from klankbord.accounts.door import hash_token
from klankbord.accounts.models import (
    Account,
    Channel,
    Invitation,
    InvitationState,
    SignInCode,
)
from klankbord.accounts.services.codes import VALID_FOR
from klankbord.accounts.tokens import (
    fresh_code,
    same,
    typed_code,
    typed_letter_token,
)
from klankbord.audit.models import Action, Category, Ground
from klankbord.audit.services import record
from klankbord.context import NOT_FOUND, Context
from klankbord.db import now
from klankbord.errors import N_, Conflict, Invalid, NotFound
from klankbord.invitations.permissions import ACCEPT
from klankbord.invitations.services.inviting import (
    MOST_TRIES,
    OPEN,
    sealed_code,
    state_of,
)
from klankbord.invitations.services.mailboxes import own_mailbox
from klankbord.outbox import services as outbox
from klankbord.people.ages import is_young, role_of
from klankbord.people.models import Client
from klankbord.plugin import installed_plugins

WRONG_CODE = N_("This code is not right. Look at it and try again.")
NO_SUCH_LETTER = N_("We do not know this code. Look at your letter and try again.")
ENDED = {
    InvitationState.ACCEPTED: N_("You used this link before. You can sign in."),
    InvitationState.EXPIRED: N_(
        "This link is too old. Ask your contact for a new one."
    ),
    InvitationState.WITHDRAWN: N_(
        "This link does not work any more. Ask your contact for a new one."
    ),
}
TRIED_OUT = N_("The code was wrong five times. Ask your contact for a new link.")
# A second press on the button, or a lost answer, must not lock somebody out.
AGAIN_WITHIN = timedelta(minutes=2)


@dataclass(frozen=True)
class Opened:
    """An invitation that was opened: what keeps it from being accepted, if anything."""

    by_mailbox: bool
    ended: str = ""
    accepted: bool = False


@dataclass(frozen=True)
class Enrolled:
    """Somebody who showed both secrets, and the session that began."""

    account_id: UUID
    token: str


def open_letter(ctx: Context, typed: str) -> tuple[UUID, int]:
    """Return which invitation the code on a letter belongs to; nothing is used up.

    Raises:
        Invalid: no letter has this code.

    """
    ctx.require(ACCEPT)
    row = ctx.session.execute(
        select(Invitation.id, Invitation.generation).where(
            Invitation.token_hash == hash_token(typed_letter_token(typed))
        )
    ).first()
    if row is None:
        raise Invalid(NO_SUCH_LETTER, code=NO_SUCH_LETTER)
    return row.id, row.generation


def look(ctx: Context, invitation_id: UUID, generation: int) -> Opened:
    """Return how the invitation stands; looking changes nothing.

    Raises:
        NotFound: there is none, or it was sent anew and this is the older link.

    """
    ctx.require(ACCEPT)
    row = _sent(ctx, invitation_id, generation)
    state = state_of(row)
    if state in ENDED:
        return Opened(False, ENDED[state], state is InvitationState.ACCEPTED)
    if row.tries >= MOST_TRIES:
        return Opened(by_mailbox=False, ended=TRIED_OUT)
    return Opened(by_mailbox=_mailbox(ctx, row) is not None)


def mail_code(ctx: Context, invitation_id: UUID, generation: int) -> None:
    """Mail a fresh code to the own mailbox of the invited person.

    Raises:
        Conflict: the invitation is over, or the mailbox is not this person's alone.
        TooMany: three codes were asked in an hour.

    """
    ctx.require(ACCEPT)
    attempts.count(ctx, "mail", invitation_id, most=3, within=timedelta(hours=1))
    row = _sent(ctx, invitation_id, generation)
    opened = look(ctx, invitation_id, generation)
    if opened.ended or not opened.by_mailbox:
        raise Conflict(opened.ended or NOT_FOUND)
    _mark_opened(row)
    code_id = uuid4()
    ctx.session.add(
        SignInCode(
            id=code_id, invitation_id=invitation_id, expires_at=now() + VALID_FOR
        )
    )
    ctx.session.flush()
    outbox.queue(
        ctx,
        template="accounts.code",
        client_id=row.client_id,
        values={"code_id": str(code_id)},
        dedupe_key=f"code:{code_id}",
    )


def accept(
    ctx: Context, invitation_id: UUID, generation: int, code: str, device: str
) -> Enrolled:
    """Accept an invitation with the second secret; an account and a session begin.

    The try is counted, and that is committed, before the code is looked at. The code is
    the one that the worker told, or a fresh one from the own mailbox.

    Raises:
        Invalid: the code is not right.
        Conflict: the invitation is over: used, too old, withdrawn or tried five times.

    """
    ctx.require(ACCEPT)
    _count_try(ctx, invitation_id, generation)
    row = _sent(ctx, invitation_id, generation)
    by_mailbox = _use_fresh_code(ctx, row, code)
    told = same(sealed_code(ctx, row, typed_code(code)), row.code_hash)
    if not (by_mailbox or told):
        raise Invalid(WRONG_CODE, code=WRONG_CODE)
    account = _account(ctx, row)
    if by_mailbox or row.channel is Channel.MAIL:
        _verify_mailbox(ctx, row, account)
    if row.state is not InvitationState.ACCEPTED:
        row.state = InvitationState.ACCEPTED
        row.accepted_at = now()
        _tell_plugin(ctx, row)
    row.account_id = account.id
    ctx.session.flush()
    record(
        ctx,
        row.client_id,
        Category.ACCOUNT,
        Action.CREATE,
        Ground.OWN,
        object_id=account.id,
    )
    return Enrolled(account.id, sessions.begin(ctx, account.id, device=device))


def _count_try(ctx: Context, invitation_id: UUID, generation: int) -> None:
    ctx.session.rollback()
    moment = now()
    counted = ctx.session.execute(
        update(Invitation)
        .where(
            Invitation.id == invitation_id,
            Invitation.generation == generation,
            Invitation.tries < MOST_TRIES,
            Invitation.expires_at > moment,
            or_(
                Invitation.state.in_(OPEN),
                and_(
                    Invitation.state == InvitationState.ACCEPTED,
                    Invitation.accepted_at > moment - AGAIN_WITHIN,
                ),
            ),
        )
        .values(
            tries=Invitation.tries + 1,
            opened_at=func.coalesce(Invitation.opened_at, moment),
            state=case(
                (Invitation.state.in_(OPEN), InvitationState.OPENED),
                else_=Invitation.state,
            ),
        )
        .returning(Invitation.id)
    ).first()
    ctx.session.commit()
    if counted is None:
        ended = look(ctx, invitation_id, generation).ended
        raise Conflict(ended or TRIED_OUT)


def _sent(ctx: Context, invitation_id: UUID, generation: int) -> Invitation:
    row = ctx.session.get(Invitation, (ctx.tenant_id, invitation_id))
    if row is None or row.generation != generation:
        raise NotFound(NOT_FOUND)
    return row


def _mailbox(ctx: Context, row: Invitation) -> str | None:
    if row.client_id is None:
        return None
    return own_mailbox(ctx, row.client_id)


def _mark_opened(row: Invitation) -> None:
    row.opened_at = row.opened_at or now()
    if row.state in OPEN:
        row.state = InvitationState.OPENED


def _use_fresh_code(ctx: Context, row: Invitation, code: str) -> bool:
    """Use up a fresh code that was mailed for this invitation, if it is one."""
    if _mailbox(ctx, row) is None:
        return False
    fresh = ctx.session.scalars(
        select(SignInCode).where(
            SignInCode.invitation_id == row.id,
            or_(
                SignInCode.used_at.is_(None),
                SignInCode.used_at > now() - AGAIN_WITHIN,
            ),
            SignInCode.expires_at > now(),
        )
    ).all()
    right = [
        one
        for one in fresh
        if same(fresh_code(ctx.tenant_id, one.id), typed_code(code))
    ]
    for one in right:
        one.used_at = now()
    return bool(right)


def _account(ctx: Context, row: Invitation) -> Account:
    if row.client_id is None:
        account = ctx.get(Account, row.account_id) if row.account_id else None
    else:
        client = ctx.get(Client, row.client_id)
        account = ctx.session.scalars(
            select(Account).where(Account.client_id == client.id)
        ).first()
        if account is None:
            account = Account(
                id=uuid4(),
                name=client.given_name,
                roles=[role_of(client, ctx.tenant.today()).value],
                young=is_young(client, ctx.tenant.today()),
                client_id=client.id,
                language=client.language,
            )
            ctx.session.add(account)
            ctx.session.flush()
    if account is None or account.disabled_at is not None:
        raise Conflict(ENDED[InvitationState.WITHDRAWN])
    return account


def _verify_mailbox(ctx: Context, row: Invitation, account: Account) -> None:
    """Note that this mailbox is the person's own, if it is nobody else's."""
    if row.client_id is None:
        account.email_verified_at = account.email_verified_at or now()
        return
    mailbox = own_mailbox(ctx, row.client_id)
    if mailbox is None:
        return
    account.email = mailbox
    account.email_verified_at = now()
    ctx.get(Client, row.client_id).email_verified_at = now()


def _tell_plugin(ctx: Context, row: Invitation) -> None:
    for plugin in installed_plugins().values():
        for kind in plugin.invitations:
            if (
                kind.name == row.kind
                and row.client_id
                and ctx.tenant.has_on(plugin.name)
            ):
                kind.accepted(ctx, row.client_id)
