"""Messages on their way, and which scheduled run was done."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from klankbord.db import Base, TenantOwned, now, refers


class MessageState(StrEnum):
    """Where a message stands; dead ones wait on a page of the admin."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    PAUSED = "paused"
    DEAD = "dead"
    WITHDRAWN = "withdrawn"


WAITING = (MessageState.QUEUED, MessageState.SENDING, MessageState.PAUSED)


class Fault(StrEnum):
    """Why a message is not sent (yet)."""

    NONE = ""
    UNSAFE_HOUR = "unsafe_hour"
    UNREACHABLE = "unreachable"
    BUSY = "busy"
    REFUSED = "refused"
    BROKEN = "broken"
    NO_ADDRESS = "no_address"
    PLUGIN_OFF = "plugin_off"
    DO_NOT_MAIL = "do_not_mail"
    NO_CONSENT = "no_consent"
    DISABLED = "disabled"
    NOT_NEEDED = "not_needed"
    BY_ADMIN = "by_admin"


class Message(TenantOwned, Base):
    """One mail to one person: which template with which ids, never the text itself.

    The address, the words and any secret are made at the moment of sending, so that
    neither this table nor the queue holds them. From `next_try_at` on a worker may take
    it; while one is sending it, that is when its lease ends.
    """

    __tablename__ = "message"
    __table_args__ = (
        refers("client_id", "client"),
        refers("account_id", "account"),
        UniqueConstraint("tenant_id", "dedupe_key"),
        Index(None, "tenant_id", "state", "next_try_at"),
    )

    template: Mapped[str]
    values: Mapped[dict[str, Any]] = mapped_column(default=dict)
    client_id: Mapped[UUID | None]
    account_id: Mapped[UUID | None]
    dedupe_key: Mapped[str]
    state: Mapped[MessageState] = mapped_column(default=MessageState.QUEUED)
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime] = mapped_column(default=now)
    fault: Mapped[Fault] = mapped_column(default=Fault.NONE)
    made_at: Mapped[datetime] = mapped_column(default=now)
    sent_at: Mapped[datetime | None]


class ScheduledRun(TenantOwned, Base):
    """That a schedule ran for a slot of time: whoever inserts the row runs it."""

    __tablename__ = "scheduled_run"
    __table_args__ = (UniqueConstraint("tenant_id", "schedule", "slot"),)

    schedule: Mapped[str]
    slot: Mapped[datetime]
    ran_at: Mapped[datetime] = mapped_column(default=now)
