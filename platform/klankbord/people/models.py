"""What is kept of the persons the work is about. No BSN: the GI's own system has it."""

from datetime import date, datetime, time
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from klankbord.db import Base, TenantOwned, Versioned, now, refers
from klankbord.privacy.text import ClientText


class Family(TenantOwned, Base):
    """A group of clients; people say 'gezin El Amrani'."""

    __tablename__ = "family"

    name: Mapped[str]


class ClientKind(StrEnum):
    """How the person stands in the family."""

    PARENT = "parent"
    YOUTH = "youth"


class Client(Versioned, TenantOwned, Base):
    """A youth or a parent in a case, and how this person wants to be reached.

    `email_alone` and `phone_alone`: the worker confirmed that nobody else reads along.
    """

    __tablename__ = "client"
    __table_args__ = (
        refers("family_id", "family"),
        Index(None, "tenant_id", "family_id"),
    )

    family_id: Mapped[UUID]
    kind: Mapped[ClientKind]
    given_name: Mapped[str]
    family_name: Mapped[str]
    salutation: Mapped[str] = mapped_column(default="")
    birth_date: Mapped[date | None]
    language: Mapped[str] = mapped_column(default="nl")
    easy_mode: Mapped[bool] = mapped_column(default=False)
    email: Mapped[str | None]
    email_alone: Mapped[bool] = mapped_column(default=False)
    email_verified_at: Mapped[datetime | None]
    phone: Mapped[str | None]
    phone_alone: Mapped[bool] = mapped_column(default=False)
    do_not_mail: Mapped[bool] = mapped_column(default=False)
    safe_from: Mapped[time | None]
    safe_until: Mapped[time | None]
    how_to_reach: Mapped[str | None] = mapped_column(
        ClientText("client.how_to_reach", client="id")
    )
    created_at: Mapped[datetime] = mapped_column(default=now)


class Custody(TenantOwned, Base):
    """That an adult has authority over a youth; no row, no authority.

    From the day it ends on it holds no longer, like every period here.
    """

    __tablename__ = "custody"
    __table_args__ = (
        refers("parent_id", "client"),
        refers("youth_id", "client"),
        Index(None, "tenant_id", "youth_id"),
        Index(None, "tenant_id", "parent_id"),
    )

    parent_id: Mapped[UUID]
    youth_id: Mapped[UUID]
    begins_on: Mapped[date]
    ends_on: Mapped[date | None]


class MeasureKind(StrEnum):
    """Which court order the case rests on."""

    SUPERVISION_ORDER = "supervision_order"
    PROVISIONAL_SUPERVISION_ORDER = "provisional_supervision_order"
    GUARDIANSHIP = "guardianship"
    YOUTH_PROBATION = "youth_probation"


class CaseFile(Versioned, TenantOwned, Base):
    """One measure around a family, and who works in it."""

    __tablename__ = "case_file"
    __table_args__ = (
        refers("family_id", "family"),
        refers("worker_id", "account", ondelete="SET NULL"),
        refers("deputy_id", "account", ondelete="SET NULL"),
        refers("expert_id", "account", ondelete="SET NULL"),
        refers("team_id", "team", ondelete="SET NULL"),
        Index(None, "tenant_id", "worker_id"),
        Index(None, "tenant_id", "family_id"),
    )

    family_id: Mapped[UUID]
    measure: Mapped[MeasureKind]
    begins_on: Mapped[date]
    ended_on: Mapped[date | None]
    worker_id: Mapped[UUID | None]
    deputy_id: Mapped[UUID | None]
    expert_id: Mapped[UUID | None]
    team_id: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(default=now)


class CaseMember(TenantOwned, Base):
    """That a client takes part in a case, in a period."""

    __tablename__ = "case_member"
    __table_args__ = (
        refers("case_id", "case_file"),
        refers("client_id", "client"),
        UniqueConstraint("tenant_id", "case_id", "client_id"),
        Index(None, "tenant_id", "client_id"),
    )

    case_id: Mapped[UUID]
    client_id: Mapped[UUID]
    begins_on: Mapped[date]
    ends_on: Mapped[date | None]


class CaseEventKind(StrEnum):
    """What can happen in a case that the methods react to."""

    HEARING = "hearing"
    OUT_OF_HOME_PLACEMENT = "out_of_home_placement"
    CHANGE_OF_WORKER = "change_of_worker"
    END_TALK = "end_talk"
    END = "end"


class CaseEvent(TenantOwned, Base):
    """Something that happened, or will, on a day; `details` holds ids, never words."""

    __tablename__ = "case_event"
    __table_args__ = (
        refers("case_id", "case_file"),
        Index(None, "tenant_id", "case_id"),
    )

    case_id: Mapped[UUID]
    kind: Mapped[CaseEventKind]
    on: Mapped[date]
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime] = mapped_column(default=now)


class Appointment(Versioned, TenantOwned, Base):
    """A meeting of a client and a worker at a time and place."""

    __tablename__ = "appointment"
    __table_args__ = (
        refers("case_id", "case_file"),
        refers("worker_id", "account"),
        refers("client_id", "client"),
        Index(None, "tenant_id", "worker_id", "begins_at"),
        Index(None, "tenant_id", "client_id", "begins_at"),
    )

    case_id: Mapped[UUID]
    worker_id: Mapped[UUID]
    client_id: Mapped[UUID]
    begins_at: Mapped[datetime]
    place: Mapped[str]
    cancelled_at: Mapped[datetime | None]


class Purpose(StrEnum):
    """What a client may say yes or no to; help itself never depends on it."""

    MAIL = "mail"
    BUDDY = "buddy"
    STORY = "story"
    PHOTO = "photo"
    RESEARCH = "research"


class ConsentWay(StrEnum):
    """How a yes or no was given."""

    PORTAL = "portal"
    SPOKEN = "spoken"
    PHONE = "phone"
    PAPER = "paper"


class Consent(TenantOwned, Base):
    """One yes or no, at one moment; rows are added, never changed: the history.

    `given_by` is the client whose word it is. When that person was erased the row stays
    as history of the other one, and nobody's word any more: it holds for nothing.
    `recorded_by` wrote it down for a parent; without, it was said in the portal.
    """

    __tablename__ = "consent"
    __table_args__ = (
        refers("client_id", "client"),
        refers("given_by", "client", ondelete="SET NULL"),
        refers("recorded_by", "account", ondelete="SET NULL"),
        Index(None, "tenant_id", "client_id"),
    )

    client_id: Mapped[UUID]
    purpose: Mapped[Purpose]
    granted: Mapped[bool]
    given_by: Mapped[UUID | None]
    way: Mapped[ConsentWay] = mapped_column(default=ConsentWay.PORTAL)
    recorded_by: Mapped[UUID | None]
    at: Mapped[datetime] = mapped_column(default=now)


class EmergencyReason(StrEnum):
    """Why somebody without a relation has to open a case now."""

    DANGER = "danger"
    ON_DUTY = "on_duty"
    COLLEAGUE_AWAY = "colleague_away"
    CLIENT_ASKS = "client_asks"


class EmergencyAccess(TenantOwned, Base):
    """That a worker opened a case of others for a stated reason, for a short while."""

    __tablename__ = "emergency_access"
    __table_args__ = (
        refers("case_id", "case_file"),
        refers("account_id", "account"),
        Index(None, "tenant_id", "account_id", "expires_at"),
        Index(None, "tenant_id", "case_id"),
    )

    case_id: Mapped[UUID]
    account_id: Mapped[UUID]
    reason: Mapped[EmergencyReason]
    at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
