"""What is kept of a review of the working relationship."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from klankbord.db import Base, TenantOwned, Versioned, now, refers
from klankbord.privacy.text import ClientText


class Trigger(StrEnum):
    """What a review came from."""

    CYCLE = "cycle"
    CLIENT = "client"
    WORKER = "worker"
    HARD_EVENT = "hard_event"


class ReviewState(StrEnum):
    """Where a review stands; only from `revealed` on does anybody see both sides."""

    PLANNED = "planned"
    OPEN = "open"
    ONE_PARTY_DONE = "one_party_done"
    BOTH_DONE = "both_done"
    REVEALED = "revealed"
    DISCUSSED = "discussed"
    CLOSED = "closed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


SEALED = frozenset(
    {
        ReviewState.PLANNED,
        ReviewState.OPEN,
        ReviewState.ONE_PARTY_DONE,
        ReviewState.BOTH_DONE,
    }
)
ANSWERABLE = frozenset({ReviewState.OPEN, ReviewState.ONE_PARTY_DONE})
OPENED = frozenset({ReviewState.REVEALED, ReviewState.DISCUSSED, ReviewState.CLOSED})


class CancelReason(StrEnum):
    """Why a review ended before both sides had answered."""

    CHANGE_OF_WORKER = "change_of_worker"
    CASE_ENDED = "case_ended"
    DECLINED = "declined"


class RelationReview(Versioned, TenantOwned, Base):
    """One time that one client and one worker each say how working together goes.

    `opens_on` is the day a planned review opens by itself; an offer has none and waits
    for one of the two. `due_on` is the last day to answer. The answer sets themselves
    are the core's; a side is done while its `…_answers_id` is filled.
    """

    __tablename__ = "samen_sterker_review"
    __table_args__ = (
        refers("case_id", "case_file"),
        refers("client_id", "client"),
        refers("worker_id", "account", ondelete="NO ACTION"),
        # One review at a time per pair, until both sides are opened.
        Index(
            "samen_sterker_review_one_sealed",
            "tenant_id",
            "worker_id",
            "client_id",
            unique=True,
            postgresql_where=text(
                "state in ('planned', 'open', 'one_party_done', 'both_done')"
            ),
        ),
        Index(None, "tenant_id", "client_id"),
        Index(None, "tenant_id", "state", "due_on"),
        Index(None, "tenant_id", "case_id"),
    )

    case_id: Mapped[UUID]
    client_id: Mapped[UUID]
    worker_id: Mapped[UUID]
    trigger: Mapped[Trigger]
    event_id: Mapped[UUID | None]
    state: Mapped[ReviewState] = mapped_column(default=ReviewState.PLANNED)
    opens_on: Mapped[date | None]
    opened_at: Mapped[datetime | None]
    due_on: Mapped[date | None]
    client_answers_id: Mapped[UUID | None]
    client_sent_at: Mapped[datetime | None]
    worker_answers_id: Mapped[UUID | None]
    worker_sent_at: Mapped[datetime | None]
    shared_early_at: Mapped[datetime | None]
    revealed_at: Mapped[datetime | None]
    met_on: Mapped[date | None]
    ended_at: Mapped[datetime | None]
    cancel_reason: Mapped[CancelReason | None]
    forgotten_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)


class KeptCopy(TenantOwned, Base):
    """Own answers to a review that expired, kept by their author and for them only."""

    __tablename__ = "samen_sterker_kept_copy"
    __table_args__ = (
        refers("review_id", "samen_sterker_review"),
        refers("client_id", "client"),
        refers("account_id", "account"),
        UniqueConstraint("tenant_id", "review_id", "account_id"),
    )

    review_id: Mapped[UUID]
    client_id: Mapped[UUID]
    account_id: Mapped[UUID]
    content: Mapped[str] = mapped_column(
        ClientText("samen_sterker_kept_copy.content", client="client_id")
    )
    kept_at: Mapped[datetime] = mapped_column(default=now)
