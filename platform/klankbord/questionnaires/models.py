"""Instruments, their immutable published versions, and the answers to them."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from klankbord.db import Base, TenantOwned, now, refers
from klankbord.privacy.text import ClientText


class Instrument(TenantOwned, Base):
    """A questionnaire of the tenant, with a note on who owns its wording."""

    __tablename__ = "instrument"
    __table_args__ = (UniqueConstraint("tenant_id", "key"),)

    key: Mapped[str]
    plugin: Mapped[str]
    licence: Mapped[str]


class VersionState(StrEnum):
    """A published version never changes again."""

    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"


class InstrumentVersion(TenantOwned, Base):
    """The wording of an instrument at one time, in all its languages and renderings."""

    __tablename__ = "instrument_version"
    __table_args__ = (
        refers("instrument_id", "instrument"),
        UniqueConstraint("tenant_id", "instrument_id", "number"),
    )

    instrument_id: Mapped[UUID]
    number: Mapped[int]
    state: Mapped[VersionState] = mapped_column(default=VersionState.DRAFT)
    definition: Mapped[dict[str, Any]]
    published_at: Mapped[datetime | None]


class AnswerMode(StrEnum):
    """How the answers came about."""

    SELF = "self"
    WITH_HELP = "with_help"
    PASSED_PHONE = "passed_phone"


class AnswerSetState(StrEnum):
    """Sent answers can be taken back for five minutes; after that they are final."""

    DRAFT = "draft"
    SENT = "sent"


class AnswerSet(TenantOwned, Base):
    """One person's answers to one version, for one subject; never overwritten.

    The person is a client or a member of staff, never both. `subject_id` is what is
    being answered about (a review, an appointment).
    """

    __tablename__ = "answer_set"
    __table_args__ = (
        refers("version_id", "instrument_version", ondelete="RESTRICT"),
        refers("client_id", "client"),
        refers("account_id", "account"),
        Index(
            None,
            "tenant_id",
            "subject_id",
            "client_id",
            "account_id",
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
        Index(None, "tenant_id", "client_id"),
    )

    version_id: Mapped[UUID]
    subject: Mapped[str]
    subject_id: Mapped[UUID]
    client_id: Mapped[UUID | None]
    account_id: Mapped[UUID | None]
    mode: Mapped[AnswerMode] = mapped_column(default=AnswerMode.SELF)
    language: Mapped[str] = mapped_column(default="nl")
    state: Mapped[AnswerSetState] = mapped_column(default=AnswerSetState.DRAFT)
    begun_at: Mapped[datetime] = mapped_column(default=now)
    sent_at: Mapped[datetime | None]


class Answer(TenantOwned, Base):
    """One answer: a number, a choice or words; skipped is an answer too.

    `owner_id` is the client whose key seals the words: the respondent, or for a
    worker's answers the client they are about.
    """

    __tablename__ = "answer"
    __table_args__ = (
        refers("answer_set_id", "answer_set"),
        refers("owner_id", "client"),
        UniqueConstraint("tenant_id", "answer_set_id", "item"),
    )

    answer_set_id: Mapped[UUID]
    owner_id: Mapped[UUID]
    item: Mapped[str]
    number: Mapped[float | None]
    choice: Mapped[str | None]
    words: Mapped[str | None] = mapped_column(
        ClientText("answer.words", client="owner_id")
    )
    skipped: Mapped[bool] = mapped_column(default=False)
