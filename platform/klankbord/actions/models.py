"""Action points: the way from a word to something the client sees."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from klankbord.db import Base, TenantOwned, Versioned, now, refers
from klankbord.privacy.text import ClientText


class ActionState(StrEnum):
    """What became of a promise."""

    OPEN = "open"
    KEPT = "kept"
    NOT_KEPT = "not_kept"
    WITHDRAWN = "withdrawn"


class ActionPoint(Versioned, TenantOwned, Base):
    """What was said, what is promised because of it, by whom and by when.

    `source` and `source_id` name where it came from (a review, a mirror session).
    `said` are the client's own words, chosen by the client.
    """

    __tablename__ = "action_point"
    __table_args__ = (
        refers("client_id", "client"),
        refers("case_id", "case_file"),
        refers("owner_id", "account", ondelete="SET NULL"),
        Index(None, "tenant_id", "client_id"),
        Index(None, "tenant_id", "source", "source_id"),
        Index(None, "tenant_id", "owner_id", "state"),
    )

    source: Mapped[str]
    source_id: Mapped[UUID]
    client_id: Mapped[UUID]
    case_id: Mapped[UUID | None]
    owner_id: Mapped[UUID | None]
    by_client: Mapped[bool] = mapped_column(default=False)
    said: Mapped[str | None] = mapped_column(
        ClientText("action_point.said", client="client_id")
    )
    said_on: Mapped[date | None]
    text: Mapped[str] = mapped_column(
        ClientText("action_point.text", client="client_id")
    )
    by_when: Mapped[date | None]
    state: Mapped[ActionState] = mapped_column(default=ActionState.OPEN)
    result: Mapped[str | None] = mapped_column(
        ClientText("action_point.result", client="client_id")
    )
    made_at: Mapped[datetime] = mapped_column(default=now)
    closed_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
