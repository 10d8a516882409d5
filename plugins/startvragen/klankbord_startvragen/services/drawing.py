"""Put answers on the sheet, once they cannot be taken back any more."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, select, update

from klankbord.audit.models import Action, Category, Ground
from klankbord.audit.services import record
from klankbord.context import Context
from klankbord.db import now
from klankbord.questionnaires.services.results import AnswerRow, final_answers
from klankbord.questionnaires.services.sheets import UNDO
from klankbord.tasks import services as tasks
from klankbord_startvragen.models import Card, EarlierLine, Line, Part
from klankbord_startvragen.permissions import LOOK_AFTER
from klankbord_startvragen.services.parts import Member, member_of
from klankbord_startvragen.services.telling import ask_about_worker, tell_worker

# The last question of the card: not a topic, but whether the worker may read it.
SHARE: Final = "share"
YES: Final = "yes"


def draw_up_due(ctx: Context) -> None:
    """Put the answers of each card whose five minutes are over on its sheet."""
    ctx.require(LOOK_AFTER)
    _draw_up(ctx)


def draw_up_if_due(ctx: Context, case_id: UUID) -> None:
    """Do so for one case, on the way to its sheet: whoever looks first does it."""
    parts = select(Part.id).where(Part.case_id == case_id)
    _draw_up(ctx, Card.part_id.in_(parts))


def _draw_up(ctx: Context, *where: ColumnElement[bool]) -> None:
    cards = ctx.session.scalars(
        select(Card)
        .where(Card.drawn_up_at.is_(None), Card.sent_at <= now() - UNDO, *where)
        .order_by(Card.part_id)  # as everybody locks parts
        .with_for_update(skip_locked=True)
    ).all()
    for card in cards:
        if card.answers_id is not None and card.sent_at is not None:
            _draw_up_card(ctx, card, card.answers_id, card.sent_at)


def _draw_up_card(
    ctx: Context, card: Card, answers_id: UUID, said_at: datetime
) -> None:
    """Put the answers of a card on the sheet, as of when their member said it."""
    member = member_of(ctx, card.part_id, lock=True)
    rows = {row.item: row for row in final_answers(ctx, [answers_id])[answers_id]}
    said = rows.pop(SHARE).choice
    _write_lines(ctx, card, answers_id, rows, said_at)
    card.drawn_up_at = now()
    part = ctx.get(Part, card.part_id)
    part.filled_at = part.filled_at or said_at
    part.fits_on = said_at.astimezone(ctx.tenant.time_zone).date()
    part.as_child = not member.decides
    ctx.session.flush()
    _share(ctx, card, said)
    record(
        ctx,
        card.client_id,
        Category.ANSWERS,
        Action.UPDATE,
        Ground.SYSTEM,
        object_id=card.part_id,
    )
    _end_tasks(ctx, member)
    if said != YES or not member.running:
        return
    if card.worker_id == member.worker_id:
        tell_worker(ctx, member)
    elif member.worker_id is not None:
        ask_about_worker(ctx, member, str(card.id))


def _write_lines(
    ctx: Context,
    card: Card,
    answers_id: UUID,
    rows: Mapping[str, AnswerRow],
    said_at: datetime,
) -> None:
    """Write what was answered; what was skipped leaves the line as it was."""
    lines = {
        line.topic: line
        for line in ctx.session.scalars(
            select(Line).where(Line.part_id == card.part_id).with_for_update()
        )
    }
    for topic, row in rows.items():
        line = lines.get(topic)
        if line is None:
            line = Line(
                part_id=card.part_id,
                client_id=card.client_id,
                topic=topic,
                answers_id=answers_id,
                choice=row.choice,
                words=row.words,
                written_at=said_at,
            )
            ctx.session.add(line)
        elif not row.skipped:
            rewrite(ctx, line, row.choice, row.words, answers_id, said_at)
    ctx.session.flush()


def rewrite(
    ctx: Context,
    line: Line,
    choice: str | None,
    words: str | None,
    answers_id: UUID,
    said_at: datetime | None = None,
) -> None:
    """Let a line say something else; what stood there is kept for its owner."""
    said_at = said_at or now()
    if (line.choice, line.words) == (choice, words):
        line.answers_id = answers_id
        return
    if line.choice or line.words:
        ctx.session.add(
            EarlierLine(
                line_id=line.id,
                client_id=line.client_id,
                answers_id=line.answers_id,
                choice=line.choice,
                words=line.words,
                written_at=line.written_at,
                changed_at=said_at,
            )
        )
    line.choice, line.words = choice, words
    line.answers_id, line.written_at = answers_id, said_at


def _share(ctx: Context, card: Card, said: str | None) -> None:
    """Let the worker read it after a yes; after a no, or nothing, nobody does.

    The card promises that nobody reads it before the owner says so. That goes for what
    is said anew on a line that others could read until now.
    """
    shared = update(Line).where(Line.part_id == card.part_id)
    if said == YES:
        shared = shared.values(worker_id=card.worker_id)
    else:
        shared = shared.values(worker_id=None, new_worker=False, expert=False)
    ctx.session.execute(shared)


def _end_tasks(ctx: Context, member: Member) -> None:
    tasks.finish(ctx, "startvragen.still_fits", member.part_id)
    tasks.finish(ctx, "startvragen.begin", member.case_id)
    tasks.finish(ctx, "startvragen.look_again", member.case_id)
