"""Write in the book, read one's own pages, take them along, tear them out."""

from uuid import UUID

from sqlalchemy import delete, select

from klankbord.audit.models import Action, Category, Ground
from klankbord.audit.services import record
from klankbord.context import NOT_FOUND, Context
from klankbord.errors import NotFound
from klankbord.plugin import Json
from klankbord_visitor_book.models import Entry
from klankbord_visitor_book.permissions import PRIVACY, WRITE


def read_own(ctx: Context) -> list[str]:
    """Return what the client wrote, oldest first."""
    ctx.require(WRITE)
    client_id = _own(ctx)
    record(ctx, client_id, Category.ANSWERS, Action.READ, Ground.OWN)
    return _words(ctx, client_id)


def write(ctx: Context, words: str) -> None:
    """Add an entry of the client who is signed in."""
    ctx.require(WRITE)
    client_id = _own(ctx)
    ctx.session.add(Entry(client_id=client_id, words=words))
    record(ctx, client_id, Category.ANSWERS, Action.CREATE, Ground.OWN)
    ctx.session.flush()


def export_client(ctx: Context, client_id: UUID) -> Json:
    """Return everything that the client wrote."""
    ctx.require(PRIVACY)
    return {"entries": _words(ctx, client_id)}


def erase_client(ctx: Context, client_id: UUID) -> None:
    """Delete everything that the client wrote."""
    ctx.require(PRIVACY)
    ctx.session.execute(delete(Entry).where(Entry.client_id == client_id))


def _own(ctx: Context) -> UUID:
    if ctx.actor.client_id is None:
        raise NotFound(NOT_FOUND)
    return ctx.actor.client_id


def _words(ctx: Context, client_id: UUID) -> list[str]:
    written = select(Entry.words).where(Entry.client_id == client_id)
    return list(ctx.session.scalars(written.order_by(Entry.written_at)))
