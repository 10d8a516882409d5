"""Send what waits in a tenant's outbox: each message once, or say why not.

A message is claimed under a lease, worded, and handed over while no transaction is
open; then its outcome is written down. A worker that dies in between loses nothing:
when the lease is over another one claims it, and a copy that arrives twice bears the
same id.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any
from uuid import UUID

import structlog
from flask import Flask, g
from sqlalchemy import func, select, text, update

from klankbord.config import Config
from klankbord.context import Context, TenantFacts
from klankbord.db import now
from klankbord.jobs import Workplace
from klankbord.observe import report
from klankbord.outbox import smtp
from klankbord.outbox.letter import AddressUnusable, compose
from klankbord.outbox.models import WAITING, Fault, Message, MessageState
from klankbord.outbox.permissions import DELIVER
from klankbord.outbox.recipients import AddressBook, Recipient, next_safe_moment
from klankbord.plugin import MailKind, Plugin

# After so long the worker lets other tenants' work go first.
TURN_SECONDS = 5.0
LEASE = timedelta(seconds=20)
FIRST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(hours=1)
PAUSE = timedelta(minutes=15)
# With these waits: about a day.
MOST_TRIES = 32

log = structlog.get_logger()

_CLAIM = text("""
    update message
       set state = 'sending', tries = tries + 1, next_try_at = :lease_ends
     where tenant_id = :tenant_id
       and exists (select from tenant where id = :tenant_id and status = 'active')
       and id = (
           select id from message
            where tenant_id = :tenant_id
              and state in ('queued', 'sending', 'paused') and next_try_at <= :moment
            order by next_try_at limit 1 for update skip locked)
 returning id, template, "values", client_id, account_id, tries
""")
_NEXT = select(func.min(Message.next_try_at)).where(Message.state.in_(WAITING))


@dataclass(frozen=True)
class Claimed:
    """A message that this worker may send until the lease is over."""

    id: UUID
    template: str
    values: Mapping[str, Any]
    client_id: UUID | None
    account_id: UUID | None
    tries: int


@dataclass(frozen=True)
class Outcome:
    """Where a message stands after a try, and when it may be tried again."""

    state: MessageState
    fault: Fault = Fault.NONE
    next_try_at: datetime | None = None
    counts: bool = True


@dataclass(frozen=True)
class Letter:
    """A message that is ready to be handed over, and to whom."""

    message: EmailMessage
    receiver: str


class Delivery:
    """Sends the outbox of one tenant at a time."""

    def __init__(
        self,
        app: Flask,
        config: Config,
        workplace: Workplace,
        address_book: AddressBook,
    ) -> None:
        self._app = app
        self._workplace = workplace
        self._address_book = address_book
        self._kinds: Mapping[str, MailKind] = app.extensions["klankbord-mails"]
        self._config = config
        self._plugins: Mapping[str, Plugin] = app.extensions["klankbord-plugins"]

    def work(self, tenant_id: UUID) -> datetime | None:
        """Send for a while; return when the next message may go.

        Stops at once when the mail server is away: the others would only wait for it.
        """
        ends_at = time.monotonic() + TURN_SECONDS
        reachable = True
        while reachable and time.monotonic() < ends_at:
            claimed = self._claim(tenant_id)
            if claimed is None:
                break
            reachable = self._deliver(tenant_id, claimed)
        with self._workplace.context(tenant_id) as ctx:
            earliest = ctx.session.scalar(_NEXT)
        if earliest and not reachable:
            return max(earliest, now() + FIRST_WAIT)
        return earliest

    def _claim(self, tenant_id: UUID) -> Claimed | None:
        with self._workplace.context(tenant_id) as ctx:
            ctx.require(DELIVER)
            moment = now()
            row = ctx.session.execute(
                _CLAIM, {"moment": moment, "lease_ends": moment + LEASE}
            ).first()
        return Claimed(*row) if row else None

    def _deliver(self, tenant_id: UUID, claimed: Claimed) -> bool:
        """Try to send one message; return whether the mail server was there."""
        reachable = True
        try:
            prepared = self._prepare(tenant_id, claimed)
            outcome = (
                prepared if isinstance(prepared, Outcome) else self._hand(prepared)
            )
        except smtp.ServerAway as error:
            log.warning("mail server away", error=str(error))
            outcome, reachable = _again(claimed, Fault.UNREACHABLE), False
        except smtp.TryLater as error:
            log.info("mail not taken now", message=str(claimed.id), answer=str(error))
            outcome = _again(claimed, Fault.BUSY)
        except smtp.Refused as error:
            log.warning("mail refused", message=str(claimed.id), answer=str(error))
            outcome = Outcome(MessageState.DEAD, Fault.REFUSED)
        except Exception as error:  # one mail that breaks must not stop the others
            log.exception("mail broken", message=str(claimed.id))
            report(error)
            outcome = _again(claimed, Fault.BROKEN)
        self._record(tenant_id, claimed, outcome)
        return reachable

    def _prepare(self, tenant_id: UUID, claimed: Claimed) -> Letter | Outcome:
        with self._workplace.context(tenant_id) as ctx:
            if not self._is_on(ctx.tenant, claimed.template):
                return Outcome(
                    MessageState.PAUSED, Fault.PLUGIN_OFF, now() + PAUSE, counts=False
                )
            kind = self._kinds[claimed.template]
            recipient = self._address_book.find(
                ctx, claimed.client_id, claimed.account_id
            )
            obstacle = _obstacle(kind, recipient, ctx.tenant)
            if obstacle or not recipient.email:
                return obstacle or Outcome(MessageState.DEAD, Fault.NO_ADDRESS)
            return self._word(ctx, claimed, kind, recipient, recipient.email)

    def _is_on(self, tenant: TenantFacts, template: str) -> bool:
        owner = template.partition(".")[0]
        return template in self._kinds and (
            owner not in self._plugins or tenant.has_on(owner)
        )

    def _word(
        self,
        ctx: Context,
        claimed: Claimed,
        kind: MailKind,
        recipient: Recipient,
        address: str,
    ) -> Letter | Outcome:
        tenant = ctx.tenant
        offered = tenant.languages
        with self._app.test_request_context(base_url=tenant.base_url):
            g.tenant = tenant
            g.formal = tenant.formal and not recipient.young
            g.language = (
                recipient.language if recipient.language in offered else offered[0]
            )
            mail = kind.write(ctx, claimed.values)
            if mail is None:
                return Outcome(MessageState.WITHDRAWN, Fault.NOT_NEEDED)
            try:
                message = compose(
                    mail,
                    message_id=claimed.id,
                    tenant=tenant,
                    sender=self._config.mail_from,
                    receiver=address,
                    at=now(),
                )
            except AddressUnusable:
                return Outcome(MessageState.DEAD, Fault.NO_ADDRESS)
        return Letter(message, address)

    def _hand(self, letter: Letter) -> Outcome:
        config = self._config
        smtp.send(config.smtp_url, letter.message, config.mail_from, letter.receiver)
        return Outcome(MessageState.SENT)

    def _record(self, tenant_id: UUID, claimed: Claimed, outcome: Outcome) -> None:
        if outcome.state is MessageState.SENT:
            self._record_sent(tenant_id, claimed)
            return
        with self._workplace.context(tenant_id) as ctx:
            ctx.require(DELIVER)
            ctx.session.execute(
                update(Message)
                .where(
                    Message.id == claimed.id,
                    # Not when the lease was over and another worker has it now.
                    Message.state == MessageState.SENDING,
                    Message.tries == claimed.tries,
                )
                .values(
                    state=outcome.state,
                    fault=outcome.fault,
                    next_try_at=outcome.next_try_at or now(),
                    tries=claimed.tries if outcome.counts else claimed.tries - 1,
                )
            )

    def _record_sent(self, tenant_id: UUID, claimed: Claimed) -> None:
        with self._workplace.context(tenant_id) as ctx:
            ctx.require(DELIVER)
            ctx.session.execute(
                update(Message)
                .where(Message.id == claimed.id)
                .values(state=MessageState.SENT, fault=Fault.NONE, sent_at=now())
            )
        sent = self._kinds[claimed.template].sent
        if sent is None:
            return
        try:
            with self._workplace.context(tenant_id) as ctx:
                sent(ctx, claimed.values)
        except Exception as error:  # it was sent: nothing may send it again
            log.exception("after sending", message=str(claimed.id))
            report(error)


def _again(claimed: Claimed, fault: Fault) -> Outcome:
    if claimed.tries >= MOST_TRIES:
        return Outcome(MessageState.DEAD, fault)
    wait = min(FIRST_WAIT * 2 ** min(claimed.tries - 1, 20), LONGEST_WAIT)
    return Outcome(MessageState.QUEUED, fault, now() + wait)


def _obstacle(
    kind: MailKind, recipient: Recipient, tenant: TenantFacts
) -> Outcome | None:
    """Return why this person gets no mail, or not at this hour."""
    for stands, fault in (
        (recipient.disabled, Fault.DISABLED),
        (recipient.do_not_mail, Fault.DO_NOT_MAIL),
        # Who says no to news still gets the code that was asked for this minute.
        (recipient.refused and not kind.at_any_hour, Fault.NO_CONSENT),
    ):
        if stands:
            return Outcome(MessageState.WITHDRAWN, fault)
    if kind.at_any_hour or recipient.is_staff:
        return None
    safe_at = next_safe_moment(recipient, tenant.time_zone, now())
    if safe_at is None:
        return None
    return Outcome(MessageState.QUEUED, Fault.UNSAFE_HOUR, safe_at, counts=False)
