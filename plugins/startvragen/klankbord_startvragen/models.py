"""What is kept of the sheet "Zo werkt het voor ons".

The sheet of a case has no row of its own: it is the parts of its members together, as
far as the one who reads it may see them.
"""

from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from klankbord.db import Base, TenantOwned, Versioned, now, refers
from klankbord.privacy.text import ClientText

KEY: Final = "startvragen"
# A new family has a sheet within this time of the start of the case.
SIX_WEEKS: Final = timedelta(weeks=6)


class Part(TenantOwned, Base):
    """One member's own part of the sheet of a case.

    `filled_at` is when the first answers came onto it, `fits_on` the day on which the
    member last said that it fits. `as_child`: it was filled in before the twelfth
    birthday, and the member was not yet told that it is theirs alone now. `read_at` and
    `read_by_id` tell the member which worker read it last.
    """

    __tablename__ = "startvragen_part"
    __table_args__ = (
        refers("case_id", "case_file"),
        refers("client_id", "client"),
        refers("read_by_id", "account", ondelete="SET NULL"),
        UniqueConstraint("tenant_id", "case_id", "client_id"),
        Index(None, "tenant_id", "client_id"),
    )

    case_id: Mapped[UUID]
    client_id: Mapped[UUID]
    begun_at: Mapped[datetime] = mapped_column(default=now)
    filled_at: Mapped[datetime | None]
    fits_on: Mapped[date | None]
    as_child: Mapped[bool] = mapped_column(default=False)
    read_at: Mapped[datetime | None]
    read_by_id: Mapped[UUID | None]


class Card(TenantOwned, Base):
    """One time that a member goes through the questions: what the answers are about.

    `worker_id` is the worker of the case when the answers were sent: the one of whom
    the last question speaks. `drawn_up_at`: the answers stand on the sheet.
    """

    __tablename__ = "startvragen_card"
    __table_args__ = (
        refers("part_id", "startvragen_part"),
        refers("client_id", "client"),
        refers("worker_id", "account", ondelete="SET NULL"),
        # One card at a time, until its answers stand on the sheet.
        Index(
            "startvragen_card_one_going_on",
            "tenant_id",
            "part_id",
            unique=True,
            postgresql_where=text("drawn_up_at is null"),
        ),
        Index(None, "tenant_id", "client_id"),
        Index(
            None, "tenant_id", "sent_at", postgresql_where=text("drawn_up_at is null")
        ),
    )

    part_id: Mapped[UUID]
    client_id: Mapped[UUID]
    worker_id: Mapped[UUID | None]
    answers_id: Mapped[UUID | None]
    sent_at: Mapped[datetime | None]
    drawn_up_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)


class Line(Versioned, TenantOwned, Base):
    """What stands on a part about one topic, and who besides its owner may read it.

    `answers_id` names the answer set whose version worded the question and the choice.
    `worker_id` is the one worker who may read it; another who comes may not, unless
    `new_worker` says so. `expert` is for the behavioural expert, at Matching.
    """

    __tablename__ = "startvragen_line"
    __table_args__ = (
        refers("part_id", "startvragen_part"),
        refers("client_id", "client"),
        refers("worker_id", "account", ondelete="SET NULL"),
        UniqueConstraint("tenant_id", "part_id", "topic"),
        Index(None, "tenant_id", "client_id"),
    )

    part_id: Mapped[UUID]
    client_id: Mapped[UUID]
    topic: Mapped[str]
    answers_id: Mapped[UUID]
    choice: Mapped[str | None]
    words: Mapped[str | None] = mapped_column(
        ClientText("startvragen_line.words", client="client_id")
    )
    written_at: Mapped[datetime] = mapped_column(default=now)
    worker_id: Mapped[UUID | None]
    new_worker: Mapped[bool] = mapped_column(default=False)
    expert: Mapped[bool] = mapped_column(default=False)


class EarlierLine(TenantOwned, Base):
    """What stood on a line before it was changed: only its owner ever sees this."""

    __tablename__ = "startvragen_earlier_line"
    __table_args__ = (
        refers("line_id", "startvragen_line"),
        refers("client_id", "client"),
        Index(None, "tenant_id", "line_id"),
        Index(None, "tenant_id", "client_id"),
    )

    line_id: Mapped[UUID]
    client_id: Mapped[UUID]
    answers_id: Mapped[UUID]
    choice: Mapped[str | None]
    words: Mapped[str | None] = mapped_column(
        ClientText("startvragen_earlier_line.words", client="client_id")
    )
    written_at: Mapped[datetime]
    changed_at: Mapped[datetime] = mapped_column(default=now)
