"""What is kept of those who sign in. An account belongs to one tenant."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from klankbord.db import Base, TenantOwned, Versioned, now, refers


class Team(TenantOwned, Base):
    """A group of staff with a lead; figures are never smaller than a team."""

    __tablename__ = "team"
    __table_args__ = (UniqueConstraint("tenant_id", "name"),)

    name: Mapped[str]


class Account(Versioned, TenantOwned, Base):
    """Somebody who signs in: staff with a password, clients by invitation and code.

    A client's `email` stands here only once that mailbox was verified to be of this
    person alone; the worker's note of an address stands with the client. `young`
    follows kind and age, as the roles of a client do: it is "je", never "u".
    """

    __tablename__ = "account"
    __table_args__ = (
        refers("team_id", "team", ondelete="SET NULL"),
        refers("client_id", "client"),
        Index(None, "tenant_id", "email", unique=True),
        Index(None, "tenant_id", "client_id", unique=True),
    )

    name: Mapped[str]
    roles: Mapped[list[str]]
    young: Mapped[bool] = mapped_column(default=False)
    email: Mapped[str | None]
    email_verified_at: Mapped[datetime | None]
    phone: Mapped[str] = mapped_column(default="")
    # Digits as in ISO 8601, Monday is 1: "1245". Pages write them out in words.
    working_days: Mapped[str] = mapped_column(default="")
    language: Mapped[str | None]
    team_id: Mapped[UUID | None]
    client_id: Mapped[UUID | None]
    password_hash: Mapped[str | None]
    totp_secret: Mapped[bytes | None]
    totp_last_used: Mapped[int] = mapped_column(default=0)
    recovery_code_hashes: Mapped[list[str]] = mapped_column(default=list)
    created_at: Mapped[datetime] = mapped_column(default=now)
    disabled_at: Mapped[datetime | None]


class AccountSession(TenantOwned, Base):
    """A device that is signed in, until it ends, idles or is ended elsewhere.

    While `locked_for` names an answer set, the phone was passed on: the session opens
    nothing but that questionnaire.
    """

    __tablename__ = "account_session"
    __table_args__ = (
        refers("account_id", "account"),
        Index(None, "tenant_id", "token_hash", unique=True),
        Index(None, "tenant_id", "account_id"),
    )

    account_id: Mapped[UUID]
    token_hash: Mapped[bytes]
    device: Mapped[str] = mapped_column(default="")
    own_device: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=now)
    last_seen_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    locked_for: Mapped[UUID | None]


class Channel(StrEnum):
    """How an invitation reaches somebody."""

    MAIL = "mail"
    LETTER = "letter"


class InvitationState(StrEnum):
    """Where an invitation stands."""

    MADE = "made"
    SENT = "sent"
    OPENED = "opened"
    ACCEPTED = "accepted"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class Invitation(TenantOwned, Base):
    """A first secret on its way to one person; the second travels apart.

    Only hashes are kept. `tries` is counted before a code is looked at; after five the
    invitation is dead. Sending again raises `generation`: older links stop working.
    """

    __tablename__ = "invitation"
    __table_args__ = (
        refers("client_id", "client"),
        refers("account_id", "account"),
        refers("case_id", "case_file"),
        refers("made_by", "account", ondelete="SET NULL"),
        Index(None, "tenant_id", "token_hash", unique=True),
        Index(None, "tenant_id", "client_id"),
    )

    kind: Mapped[str]
    channel: Mapped[Channel]
    state: Mapped[InvitationState] = mapped_column(default=InvitationState.MADE)
    client_id: Mapped[UUID | None]
    account_id: Mapped[UUID | None]
    case_id: Mapped[UUID | None]
    made_by: Mapped[UUID | None]
    generation: Mapped[int] = mapped_column(default=1)
    token_hash: Mapped[bytes]
    code_hash: Mapped[bytes]
    tries: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime] = mapped_column(default=now)
    sent_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]


class SignInCode(TenantOwned, Base):
    """A fresh code for ten minutes to somebody's own mailbox.

    The code itself is made from the row's id when the mail is written and when it is
    compared, so nothing here gives it away.
    """

    __tablename__ = "sign_in_code"
    __table_args__ = (
        refers("account_id", "account"),
        refers("invitation_id", "invitation"),
        Index(None, "tenant_id", "account_id"),
    )

    account_id: Mapped[UUID | None]
    invitation_id: Mapped[UUID | None]
    made_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class LinkPurpose(StrEnum):
    """What a link may be used for, once."""

    SIGN_IN = "sign_in"
    SET_UP = "set_up"
    NEW_PASSWORD = "new_password"  # noqa: S105 - a name


class SignInLink(TenantOwned, Base):
    """One use, for a short while, for one account.

    Links that sign in are made in the operator's shell only; `told_at` is when the
    person was shown that one was used.
    """

    __tablename__ = "sign_in_link"
    __table_args__ = (
        refers("account_id", "account"),
        Index(None, "tenant_id", "token_hash", unique=True),
        Index(None, "tenant_id", "account_id"),
    )

    account_id: Mapped[UUID]
    purpose: Mapped[LinkPurpose]
    token_hash: Mapped[bytes]
    reason: Mapped[str] = mapped_column(default="")
    made_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]


class CountedTries(TenantOwned, Base):
    """How often something was tried since a moment, counted before it is looked at.

    `what` is a keyed hash of an address or an id, so that addresses nobody has here are
    not kept.
    """

    __tablename__ = "counted_tries"
    __table_args__ = (Index(None, "tenant_id", "what", unique=True),)

    what: Mapped[bytes]
    tries: Mapped[int]
    since: Mapped[datetime]
