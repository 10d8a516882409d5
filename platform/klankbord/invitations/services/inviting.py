"""What a worker does: invite, tell the code, send again, withdraw."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, or_, select, update

from klankbord.accounts.door import hash_token
from klankbord.accounts.models import Account, Channel, Invitation, InvitationState
from klankbord.accounts.tokens import (
    CODE_DIGITS,
    grouped,
    letter_token,
    link_token,
    sealed,
)
from klankbord.audit.models import Action, Category, Ground
from klankbord.audit.services import record
from klankbord.context import NOT_FOUND, Context
from klankbord.db import now
from klankbord.errors import N_, Conflict, Invalid, NotFound
from klankbord.invitations.permissions import EXPIRE, INVITE
from klankbord.invitations.services.mailboxes import own_mailbox
from klankbord.outbox import services as outbox
from klankbord.people.access import CHANGES, require_relation
from klankbord.people.ages import is_young
from klankbord.people.models import CaseMember, Client
from klankbord.permissions import Role

PORTAL = "portal"
VALID_FOR = timedelta(days=14)
MOST_TRIES = 5
OPEN = (InvitationState.MADE, InvitationState.SENT, InvitationState.OPENED)
NO_ADDRESS = N_("There is no e-mail address yet. Fill that in first.")
NO_MAIL = N_("This person wants no e-mail. Choose the letter.")
OVER = N_("This invitation is over. Make a new one.")


@dataclass(frozen=True)
class Made:
    """A fresh invitation; the code is told in person or by phone, and kept nowhere."""

    invitation_id: UUID
    code: str


@dataclass(frozen=True)
class InvitationFacts:
    """An invitation as the worker sees it."""

    id: UUID
    name: str
    channel: Channel
    state: InvitationState
    tries_left: int
    made_at: datetime
    sent_at: datetime | None
    opened_at: datetime | None
    accepted_at: datetime | None
    expires_at: datetime
    case_id: UUID | None
    client_id: UUID | None
    by_mailbox: bool

    @property
    def open(self) -> bool:
        """Tell whether it can still be accepted."""
        return self.state in OPEN


@dataclass(frozen=True)
class Letter:
    """What is printed, and how its reader is addressed: the first secret only."""

    name: str
    language: str
    young: bool
    url: str
    code: str
    expires_at: datetime


@dataclass(frozen=True)
class Invitee:
    """Whom a worker is about to invite, and how that person can be reached.

    `no_mail` says why no mail can go there; it is empty when one can.
    """

    client_id: UUID
    case_id: UUID
    name: str
    email: str
    no_mail: str
    by_mailbox: bool
    has_account: bool

    @property
    def lacks_address(self) -> bool:
        """Tell whether mail could go once an address is filled in."""
        return self.no_mail == NO_ADDRESS


def invitee(ctx: Context, case_id: UUID, client_id: UUID) -> Invitee:
    """Return whom the page is about to invite."""
    ctx.require(INVITE)
    access = require_relation(ctx, case_id, CHANGES)
    client = _member(ctx, case_id, client_id)
    record(ctx, client_id, Category.INVITATIONS, Action.READ, access.ground)
    account = ctx.session.execute(
        select(Account.id).where(Account.client_id == client_id)
    ).first()
    return Invitee(
        client_id=client_id,
        case_id=case_id,
        name=f"{client.given_name} {client.family_name}",
        email=client.email or "",
        no_mail=_no_mail(client),
        by_mailbox=own_mailbox(ctx, client_id) is not None,
        has_account=account is not None,
    )


def invite_client(
    ctx: Context,
    client_id: UUID,
    case_id: UUID,
    *,
    channel: Channel,
    kind: str = PORTAL,
    valid_for: timedelta = VALID_FOR,
) -> Made:
    """Invite a client to the portal; an earlier open invitation ends.

    Raises:
        NotFound: no relation to this case, or the client takes no part in it.
        Invalid: by mail, while there is no address to mail to.

    """
    ctx.require(INVITE)
    access = require_relation(ctx, case_id, CHANGES)
    client = _member(ctx, case_id, client_id)
    obstacle = _no_mail(client)
    if channel is Channel.MAIL and obstacle:
        raise Invalid(obstacle, channel=obstacle)
    _withdraw_open(ctx, Invitation.client_id == client_id)
    invitation = Invitation(
        id=uuid4(), kind=kind, channel=channel, client_id=client_id, case_id=case_id
    )
    made = _send(ctx, invitation, valid_for)
    _log(ctx, invitation, Action.CREATE, access.ground)
    return made


def invite_buddy(ctx: Context, account_id: UUID, *, channel: Channel) -> Made:
    """Invite a buddy, whose account exists already; an earlier open invitation ends.

    Raises:
        NotFound: the actor is no coordinator, or the account is no buddy's.

    """
    ctx.require(INVITE)
    _require_buddy(ctx, account_id)
    _withdraw_open(ctx, Invitation.account_id == account_id)
    invitation = Invitation(
        id=uuid4(), kind=PORTAL, channel=channel, account_id=account_id
    )
    made = _send(ctx, invitation, VALID_FOR)
    _log(ctx, invitation, Action.CREATE, Ground.ROLE)
    return made


def invitation(ctx: Context, invitation_id: UUID) -> InvitationFacts:
    """Return where an invitation stands."""
    row, ground = _own(ctx, invitation_id)
    _log(ctx, row, Action.READ, ground)
    mailbox = row.client_id is not None and own_mailbox(ctx, row.client_id)
    return InvitationFacts(
        id=row.id,
        name=_name(ctx, row),
        channel=row.channel,
        state=state_of(row),
        tries_left=MOST_TRIES - row.tries,
        made_at=row.made_at,
        sent_at=row.sent_at,
        opened_at=row.opened_at,
        accepted_at=row.accepted_at,
        expires_at=row.expires_at,
        case_id=row.case_id,
        client_id=row.client_id,
        by_mailbox=bool(mailbox),
    )


def send_again(ctx: Context, invitation_id: UUID) -> Made:
    """Send an invitation anew, with another link and code; the older ones end.

    Raises:
        Conflict: it was accepted or withdrawn.

    """
    row, ground = _own(ctx, invitation_id)
    if row.state in {InvitationState.ACCEPTED, InvitationState.WITHDRAWN}:
        raise Conflict(OVER)
    row.generation += 1
    row.tries = 0
    row.state = InvitationState.MADE
    row.sent_at = row.opened_at = None
    made = _send(ctx, row, VALID_FOR)
    _log(ctx, row, Action.UPDATE, ground)
    return made


def renew_code(ctx: Context, invitation_id: UUID) -> Made:
    """Make another personal code, for when the first was lost before it was told.

    The tries that were made stay counted.

    Raises:
        Conflict: the invitation can't be accepted any more.

    """
    row, ground = _own(ctx, invitation_id)
    if state_of(row) not in OPEN or row.tries >= MOST_TRIES:
        raise Conflict(OVER)
    made = _give_code(ctx, row)
    _log(ctx, row, Action.UPDATE, ground)
    return made


def withdraw(ctx: Context, invitation_id: UUID) -> None:
    """Withdraw an invitation: its link and codes stop working at once."""
    row, ground = _own(ctx, invitation_id)
    if row.state is InvitationState.ACCEPTED:
        raise Conflict(OVER)
    row.state = InvitationState.WITHDRAWN
    _log(ctx, row, Action.UPDATE, ground)


def letter(ctx: Context, invitation_id: UUID) -> Letter:
    """Return what the letter says; the second secret never travels in it.

    Raises:
        Conflict: the invitation goes by mail, or is over.

    """
    row, ground = _own(ctx, invitation_id)
    if row.channel is not Channel.LETTER or state_of(row) not in OPEN:
        raise Conflict(OVER)
    _log(ctx, row, Action.READ, ground)
    token = letter_token(ctx.tenant_id, row.id, row.generation)
    return Letter(
        name=_name(ctx, row),
        language=_language(ctx, row),
        young=_is_young(ctx, row),
        url=f"{ctx.tenant.base_url}/u/{token}",
        code=grouped(token),
        expires_at=row.expires_at,
    )


def mark_sent(ctx: Context, invitation_id: UUID) -> None:
    """Note that the letter was posted or handed over."""
    row, ground = _own(ctx, invitation_id)
    if row.state is InvitationState.MADE:
        row.state = InvitationState.SENT
        row.sent_at = now()
        _log(ctx, row, Action.UPDATE, ground)


def mark_expired(ctx: Context) -> None:
    """Mark what can't be accepted any more; nothing depends on when this runs."""
    ctx.require(EXPIRE)
    ctx.session.execute(
        update(Invitation)
        .where(Invitation.state.in_(OPEN), Invitation.expires_at <= now())
        .values(state=InvitationState.EXPIRED)
    )


def state_of(row: Invitation) -> InvitationState:
    """Return the state as of now, whether the clean-up ran or not."""
    if row.state in OPEN and row.expires_at <= now():
        return InvitationState.EXPIRED
    return row.state


def sealed_code(ctx: Context, row: Invitation, code: str) -> bytes:
    """Return what is kept of a personal code: of this sending of this invitation."""
    return sealed("personal", ctx.tenant_id, f"{row.id}|{row.generation}|{code}")


def _send(ctx: Context, row: Invitation, valid_for: timedelta) -> Made:
    token = letter_token if row.channel is Channel.LETTER else link_token
    row.generation = row.generation or 1
    row.token_hash = hash_token(token(ctx.tenant_id, row.id, row.generation))
    row.expires_at = now() + valid_for
    row.made_by = ctx.actor.account_id
    made = _give_code(ctx, row)
    ctx.session.add(row)
    ctx.session.flush()
    if row.channel is Channel.MAIL:
        outbox.queue(
            ctx,
            template="invitations.invitation",
            client_id=row.client_id,
            account_id=row.account_id,
            values={
                "invitation_id": str(row.id),
                "generation": str(row.generation),
            },
            dedupe_key=f"invitation:{row.id}:{row.generation}",
        )
    return made


def _give_code(ctx: Context, row: Invitation) -> Made:
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
    row.code_hash = sealed_code(ctx, row, code)
    return Made(row.id, code)


def _own(ctx: Context, invitation_id: UUID) -> tuple[Invitation, Ground]:
    """Return an invitation that the actor may look after, and on which ground."""
    ctx.require(INVITE)
    row = ctx.get(Invitation, invitation_id)
    if row.case_id is not None:
        return row, require_relation(ctx, row.case_id, CHANGES).ground
    if row.account_id is None:
        raise NotFound(NOT_FOUND)
    _require_buddy(ctx, row.account_id)
    return row, Ground.ROLE


def _require_buddy(ctx: Context, account_id: UUID) -> None:
    account = ctx.get(Account, account_id)
    if Role.BUDDY not in account.roles or Role.BUDDY_COORDINATOR not in ctx.actor.roles:
        raise NotFound(NOT_FOUND)


def _no_mail(client: Client) -> str:
    if client.do_not_mail:
        return NO_MAIL
    return "" if client.email else NO_ADDRESS


def _member(ctx: Context, case_id: UUID, client_id: UUID) -> Client:
    membership = ctx.session.execute(
        select(CaseMember.id).where(
            CaseMember.case_id == case_id,
            CaseMember.client_id == client_id,
            or_(CaseMember.ends_on.is_(None), CaseMember.ends_on > ctx.tenant.today()),
        )
    ).first()
    if membership is None:
        raise NotFound(NOT_FOUND)
    return ctx.get(Client, client_id)


def _withdraw_open(ctx: Context, whose: ColumnElement[bool]) -> None:
    ctx.session.execute(
        update(Invitation)
        .where(whose, Invitation.state.in_(OPEN))
        .values(state=InvitationState.WITHDRAWN)
    )


def _name(ctx: Context, row: Invitation) -> str:
    if row.client_id is None:
        return ctx.get(Account, row.account_id).name if row.account_id else ""
    client = ctx.get(Client, row.client_id)
    return f"{client.given_name} {client.family_name}"


def _language(ctx: Context, row: Invitation) -> str:
    if row.client_id is not None:
        return ctx.get(Client, row.client_id).language
    account = ctx.get(Account, row.account_id) if row.account_id else None
    return (account.language if account else None) or "nl"


def _is_young(ctx: Context, row: Invitation) -> bool:
    if row.client_id is None:
        return False
    return is_young(ctx.get(Client, row.client_id), ctx.tenant.today())


def _log(ctx: Context, row: Invitation, action: Action, ground: Ground) -> None:
    record(ctx, row.client_id, Category.INVITATIONS, action, ground, object_id=row.id)
