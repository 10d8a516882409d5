"""Instruments, their immutable published versions, and the answers to them."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from klankbord.db import Base, TenantOwned, Versioned, now, refers
from klankbord.plugin import RespondentKind
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


class InstrumentVersion(Versioned, TenantOwned, Base):
    """The wording of an instrument at one time, in all its languages and renderings.

    `shipped_hash` names the shipped file that this version came from; it is None when
    the tenant worded it. Once published, the database refuses to change it.
    """

    __tablename__ = "instrument_version"
    __table_args__ = (
        refers("instrument_id", "instrument"),
        UniqueConstraint("tenant_id", "instrument_id", "number"),
    )

    instrument_id: Mapped[UUID]
    number: Mapped[int]
    state: Mapped[VersionState] = mapped_column(default=VersionState.DRAFT)
    definition: Mapped[dict[str, Any]]
    shipped_hash: Mapped[str | None]
    made_at: Mapped[datetime] = mapped_column(default=now)
    published_at: Mapped[datetime | None]


class Rendering(StrEnum):
    """How questions are shown; the person may change it at any time."""

    STANDARD = "standard"
    EASY = "easy"
    PICTURES = "pictures"


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
    being answered about (a review, an appointment). `handed_back_at`: the phone that
    was passed on is back with the member of staff, who sees nothing of this any more.
    """

    __tablename__ = "answer_set"
    __table_args__ = (
        # No RESTRICT: a tenant that is deleted takes versions and answers along.
        refers("version_id", "instrument_version", ondelete="NO ACTION"),
        refers("client_id", "client"),
        refers("account_id", "account"),
        CheckConstraint(
            "(client_id is null) <> (account_id is null)", name="one_person"
        ),
        CheckConstraint("(state = 'sent') = (sent_at is not null)", name="sent_at"),
        Index(
            "answer_set_one_per_person_index",
            "tenant_id",
            "subject_id",
            "questionnaire",
            "client_id",
            "account_id",
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
        Index(None, "tenant_id", "client_id"),
    )

    version_id: Mapped[UUID]
    questionnaire: Mapped[str]
    subject_id: Mapped[UUID]
    client_id: Mapped[UUID | None]
    account_id: Mapped[UUID | None]
    kind: Mapped[RespondentKind]
    mode: Mapped[AnswerMode] = mapped_column(default=AnswerMode.SELF)
    language: Mapped[str] = mapped_column(default="nl")
    rendering: Mapped[Rendering] = mapped_column(default=Rendering.STANDARD)
    state: Mapped[AnswerSetState] = mapped_column(default=AnswerSetState.DRAFT)
    begun_at: Mapped[datetime] = mapped_column(default=now)
    sent_at: Mapped[datetime | None]
    handed_back_at: Mapped[datetime | None]


class AnswerDraft(TenantOwned, Base):
    """What somebody answered so far: kept per question, gone once it is sent."""

    __tablename__ = "answer_draft"
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
        ClientText("answer_draft.words", client="owner_id")
    )
    skipped: Mapped[bool] = mapped_column(default=False)


class Answer(TenantOwned, Base):
    """One answer that was sent: a number, a choice or words; skipped is one too.

    `owner_id` is the client whose key seals the words: the respondent, or for a
    worker's answers the client they are about. The database refuses every UPDATE, and
    an INSERT into a set that was sent.
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
