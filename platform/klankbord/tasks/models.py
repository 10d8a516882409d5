"""Who has to do what before when."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from klankbord.db import Base, TenantOwned, now, refers


class TaskState(StrEnum):
    """Where a task stands; open ones of a plugin that is off pause by themselves."""

    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"


class Task(TenantOwned, Base):
    """One thing one person has to do; the same (kind, subject, account) exists once.

    `values` fill the translated title of the kind, without words of a client.
    `subject_id` is the row that the task is about, and the id in the task's page.
    """

    __tablename__ = "task"
    __table_args__ = (
        refers("account_id", "account"),
        refers("case_id", "case_file"),
        UniqueConstraint("tenant_id", "kind", "subject_id", "account_id"),
        Index(None, "tenant_id", "account_id", "state", "due_on"),
    )

    kind: Mapped[str]
    subject_id: Mapped[UUID]
    account_id: Mapped[UUID]
    case_id: Mapped[UUID | None]
    values: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[TaskState] = mapped_column(default=TaskState.OPEN)
    due_on: Mapped[date]
    created_at: Mapped[datetime] = mapped_column(default=now)
    ended_at: Mapped[datetime | None]
