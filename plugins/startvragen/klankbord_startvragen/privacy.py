"""What is kept of one client, handed over or erased, also while the plugin is off."""

from uuid import UUID

from sqlalchemy import delete, select

from klankbord.accounts.models import Account
from klankbord.context import Context
from klankbord.plugin import Json
from klankbord.questionnaires.services.results import erase_answers
from klankbord.tasks import services as tasks
from klankbord_startvragen.models import KEY, Card, EarlierLine, Line, Part
from klankbord_startvragen.permissions import PRIVACY


def export_client(ctx: Context, client_id: UUID) -> Json:
    """Return the client's parts: each line, who may read it, and what stood there."""
    ctx.require(PRIVACY)
    earlier: dict[UUID, list[dict[str, object]]] = {}
    for row in ctx.session.scalars(
        select(EarlierLine)
        .where(EarlierLine.client_id == client_id)
        .order_by(EarlierLine.changed_at, EarlierLine.id)
    ):
        earlier.setdefault(row.line_id, []).append(
            {
                "choice": row.choice,
                "words": row.words,
                "written_at": row.written_at.isoformat(),
                "changed_at": row.changed_at.isoformat(),
            }
        )
    lines: dict[UUID, list[dict[str, object]]] = {}
    for line, worker in ctx.session.execute(
        select(Line, Account.name)
        .outerjoin(Account, Account.id == Line.worker_id)
        .where(Line.client_id == client_id)
        .order_by(Line.topic)
    ):
        lines.setdefault(line.part_id, []).append(
            {
                "topic": line.topic,
                "choice": line.choice,
                "words": line.words,
                "written_at": line.written_at.isoformat(),
                "may_be_read_by": {
                    "worker": worker,
                    "new_worker": line.new_worker,
                    "behavioural_expert": line.expert,
                },
                "earlier": earlier.get(line.id, []),
            }
        )
    return {
        "sheets": [
            {
                "begun_at": part.begun_at.isoformat(),
                "filled_at": part.filled_at.isoformat() if part.filled_at else None,
                "fits_on": part.fits_on.isoformat() if part.fits_on else None,
                "lines": lines.get(part.id, []),
            }
            for part in ctx.session.scalars(
                select(Part)
                .where(Part.client_id == client_id)
                .order_by(Part.begun_at, Part.id)
            )
        ]
    }


def erase_client(ctx: Context, client_id: UUID) -> None:
    """Delete the client's parts with all that stood on them, and the answers."""
    ctx.require(PRIVACY)
    cards = ctx.session.scalars(
        select(Card.id)
        .where(Card.client_id == client_id)
        .order_by(Card.id)
        .with_for_update()
    ).all()
    erase_answers(ctx, KEY, cards)
    parts = ctx.session.scalars(select(Part.id).where(Part.client_id == client_id))
    tasks.erase_about(ctx, parts.all())
    ctx.session.execute(delete(Part).where(Part.client_id == client_id))
