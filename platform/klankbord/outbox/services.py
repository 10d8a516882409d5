"""Write messages into the outbox, and look after those that do not get through."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, bindparam, func, or_, select, text
from sqlalchemy.dialects.postgresql import JSONB

from klankbord import jobs
from klankbord.audit.models import Action, Category, Ground
from klankbord.audit.services import record
from klankbord.context import Context
from klankbord.db import now
from klankbord.errors import N_, Conflict
from klankbord.outbox.models import Fault, Message, MessageState
from klankbord.outbox.permissions import MANAGE
from klankbord.outbox.recipients import AddressBook

DELIVERY = "outbox.delivery"
PER_PAGE = 50
NOT_ANY_MORE = N_("This message was sent or withdrawn in the meantime.")
BEING_SENT = N_("This message is being sent at this moment. Look again in a minute.")

# The message, and that its tenant has work: in one statement, for it is on the way of
# whoever sends something. A double has its work already.
_QUEUE = text(
    "with queued as ("
    'insert into message (tenant_id, id, template, "values", client_id, account_id,'
    " dedupe_key, state, tries, next_try_at, fault, made_at)"
    " values (:tenant_id, :id, :template, :values, :client_id, :account_id,"
    " :dedupe_key, 'queued', 0, :now, '', :now)"
    " on conflict (tenant_id, dedupe_key) do nothing returning tenant_id)"
    " insert into due (id, tenant_id, kind, at)"
    " select :due_id, tenant_id, :kind, :now from queued"
).bindparams(bindparam("values", type_=JSONB))
# What an admin may want to do something about; waiting for the morning is no trouble.
_STUCK: ColumnElement[bool] = or_(
    Message.state.in_((MessageState.DEAD, MessageState.PAUSED)),
    (Message.state == MessageState.QUEUED)
    & Message.fault.not_in((Fault.NONE, Fault.UNSAFE_HOUR)),
)
_LIST = select(
    Message.id,
    Message.template,
    Message.client_id,
    Message.state,
    Message.fault,
    Message.tries,
    Message.made_at,
    Message.next_try_at,
)


@dataclass(frozen=True)
class StuckMessage:
    """A message that did not get through (yet): never its words or address.

    `worker` is who can put it right: who works with the client, who is not named.
    """

    id: UUID
    template: str
    client_id: UUID | None
    state: MessageState
    fault: Fault
    tries: int
    made_at: datetime
    next_try_at: datetime
    worker: str = ""


def queue(
    ctx: Context,
    *,
    template: str,
    client_id: UUID | None = None,
    account_id: UUID | None = None,
    values: Mapping[str, str] | None = None,
    dedupe_key: str,
) -> None:
    """Let one person get one mail, if this transaction commits.

    Who already got, or will get, a mail with this key gets no second one. The receiver
    is a client or an account. `values` holds ids only: address, words and secrets are
    made at the moment of sending, by the `MailKind` of the template's name.

    Part of another service's work: that one asks for the permission.
    """
    if (client_id is None) == (account_id is None):
        raise TypeError("a mail has one receiver: a client or an account")
    ctx.session.info["wrote"] = True  # SQL written by hand is not counted by itself
    ctx.session.execute(
        _QUEUE,
        {
            "id": uuid4(),
            "template": template,
            "client_id": client_id,
            "account_id": account_id,
            "values": dict(values or {}),
            "dedupe_key": dedupe_key,
            "now": now(),
            "due_id": uuid4(),
            "kind": DELIVERY,
        },
    )
    jobs.wake_after_commit(ctx, DELIVERY)


def count_by_state(ctx: Context) -> Mapping[MessageState, int]:
    """Return how many messages stand where; a state without any is left out."""
    ctx.require(MANAGE)
    counted = select(Message.state, func.count()).group_by(Message.state)
    return dict(ctx.session.execute(counted).all())


def count_stuck(ctx: Context) -> int:
    """Return how many messages an admin may want to do something about."""
    ctx.require(MANAGE)
    return ctx.session.scalar(select(func.count(Message.id)).where(_STUCK)) or 0


def list_stuck(
    ctx: Context, page: int, address_book: AddressBook
) -> tuple[StuckMessage, ...]:
    """Return a page of the messages that did not get through, the oldest first."""
    ctx.require(MANAGE)
    rows = ctx.session.execute(
        _LIST.where(_STUCK)
        .order_by(Message.made_at, Message.id)
        .limit(PER_PAGE)
        .offset((page - 1) * PER_PAGE)
    ).all()
    workers = address_book.workers(
        ctx, {row.client_id for row in rows if row.client_id}
    )
    return tuple(
        StuckMessage(*row, worker=workers.get(row.client_id, "")) for row in rows
    )


def try_again(ctx: Context, message_id: UUID) -> None:
    """Send a message that did not get through as if it were new.

    Raises:
        NotFound: there is no such message.
        Conflict: it was sent, withdrawn or is being sent.

    """
    message = _stuck(ctx, message_id)
    message.state = MessageState.QUEUED
    message.fault = Fault.NONE
    message.tries = 0
    message.next_try_at = now()
    ctx.session.flush()
    jobs.plan(ctx, DELIVERY)


def withdraw(ctx: Context, message_id: UUID) -> None:
    """Never send a message that did not get through.

    Raises:
        NotFound: there is no such message.
        Conflict: it was sent, withdrawn or is being sent.

    """
    message = _stuck(ctx, message_id)
    message.state = MessageState.WITHDRAWN
    message.fault = Fault.BY_ADMIN
    ctx.session.flush()


def _stuck(ctx: Context, message_id: UUID) -> Message:
    """Return the message, locked so that no worker takes it meanwhile."""
    ctx.require(MANAGE)
    message = ctx.get(Message, message_id)
    ctx.session.refresh(message, with_for_update=True)
    if message.state is MessageState.SENDING:
        raise Conflict(BEING_SENT)
    if message.state in (MessageState.SENT, MessageState.WITHDRAWN):
        raise Conflict(NOT_ANY_MORE)
    record(
        ctx,
        message.client_id,
        Category.MESSAGES,
        Action.UPDATE,
        Ground.ROLE,
        object_id=message.id,
    )
    return message
