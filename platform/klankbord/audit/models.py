"""Who did what with whose data, when and on which ground (NEN 7513). No free text."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from klankbord.db import Base, TenantOwned, now


class Action(StrEnum):
    """What was done."""

    CREATE = "create"
    READ = "read"
    UPDATE = "update"
    DELETE = "delete"
    EXPORT = "export"
    REFUSED = "refused"


class Ground(StrEnum):
    """Why it was allowed; none when it was refused."""

    OWN = "own"
    RELATION = "relation"
    ROLE = "role"
    CONSENT = "consent"
    EMERGENCY = "emergency"
    SYSTEM = "system"
    NONE = "none"


class Category(StrEnum):
    """Which kind of data it was; clients read these in plain words."""

    PERSON = "person"
    CASE = "case"
    APPOINTMENTS = "appointments"
    ANSWERS = "answers"
    AGREEMENTS = "agreements"
    CONSENT = "consent"
    INVITATIONS = "invitations"
    ACCOUNT = "account"
    TASKS = "tasks"
    MESSAGES = "messages"
    LOG = "log"
    SETTINGS = "settings"
    EVERYTHING = "everything"


class AuditEntry(TenantOwned, Base):
    """One line of the access log; the application's role may only add and read.

    No foreign keys on purpose: the log outlives the rows it speaks of. `session_id` is
    the device it was done from; without one it was a job.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index(None, "tenant_id", "client_id", "at"),
        Index(None, "tenant_id", "at"),
    )

    at: Mapped[datetime] = mapped_column(default=now)
    account_id: Mapped[UUID | None]
    session_id: Mapped[UUID | None]
    role: Mapped[str]
    on_behalf_of: Mapped[UUID | None]
    client_id: Mapped[UUID | None]
    category: Mapped[str]
    action: Mapped[Action]
    ground: Mapped[Ground]
    object_id: Mapped[UUID | None]
    request_id: Mapped[str] = mapped_column(default="")
