"""What clients wrote in the book."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from klankbord.db import Base, TenantOwned, now, refers
from klankbord.privacy.text import ClientText


class Entry(TenantOwned, Base):
    """A client's words, sealed with the client's key."""

    __tablename__ = "visitor_book_entry"
    __table_args__ = (refers("client_id", "client"),)

    client_id: Mapped[UUID]
    words: Mapped[str] = mapped_column(
        ClientText("visitor_book_entry.words", client="client_id")
    )
    written_at: Mapped[datetime] = mapped_column(default=now)
