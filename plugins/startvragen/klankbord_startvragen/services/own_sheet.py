"""A member's own part: what stands there, who may read it, and what stood there."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select

from klankbord.accounts.models import Account
from klankbord.audit.models import Action, Category, Ground
from klankbord.audit.services import record
from klankbord.context import Context
from klankbord.people.access import children_of, may_read_answers
from klankbord.people.models import CaseFile
from klankbord.questionnaires.models import AnswerSet
from klankbord.questionnaires.services.results import own_answers
from klankbord.templating import first_name
from klankbord_startvragen.models import KEY, Card, EarlierLine, Line, Part
from klankbord_startvragen.permissions import OWN
from klankbord_startvragen.schemas import Reader
from klankbord_startvragen.services.drawing import SHARE, draw_up_if_due
from klankbord_startvragen.services.lines import Shown, shown, texts_of
from klankbord_startvragen.services.parts import (
    Member,
    members,
    own_part,
    readable_part,
)


@dataclass(frozen=True)
class OwnSheet:
    """A member's own part, whole; `own` is false for a parent who reads a child's.

    `readers` says by line who else may read it. `going_on` is the card that was begun,
    and `answers_id` its answers while these were sent and do not stand here yet.
    `left` is what was typed on a card that the end of the case stopped.
    """

    member: Member
    own: bool
    lines: tuple[Shown, ...]
    left: tuple[Shown, ...]
    readers: dict[UUID, frozenset[Reader]]
    filled_at: datetime | None
    fits_on: date | None
    going_on: UUID | None
    answers_id: UUID | None
    read_by: str
    read_at: datetime | None
    earlier: int

    @property
    def may_change(self) -> bool:
        """Tell whether the one who looks may change lines and decide who reads them."""
        return self.own and self.member.decides and self.member.running

    @property
    def shared(self) -> bool:
        """Tell whether anybody else may read anything."""
        return any(self.readers[line.id] for line in self.lines if not line.empty)


@dataclass(frozen=True)
class Earlier:
    """What stood on a line, from one moment until another."""

    id: UUID
    topic: str
    line: Shown
    written_at: datetime
    changed_at: datetime


def own_parts(ctx: Context) -> tuple[Member, ...]:
    """Return the parts of the client who is signed in, of cases that go on first."""
    ctx.require(OWN)
    found = members(ctx, Part.client_id == ctx.actor.client_id)
    return tuple(sorted(found, key=lambda member: not member.running))


def parts_of_children(ctx: Context) -> tuple[Member, ...]:
    """Return the filled parts of young children that a parent may read by policy."""
    ctx.require(OWN)
    parent_id = ctx.actor.client_id
    if parent_id is None:
        return ()
    children = children_of(parent_id, ctx.tenant.today())
    found = members(ctx, Part.client_id.in_(children), Part.filled_at.is_not(None))
    return tuple(
        member
        for member in found
        if member.running and may_read_answers(ctx, parent_id, member.client_id)
    )


def read_own(ctx: Context, part_id: UUID, language: str) -> OwnSheet:
    """Return the part of the client who is signed in, or of a young child by policy.

    Raises:
        NotFound: it is not for this client.

    """
    member = readable_part(ctx, part_id)
    draw_up_if_due(ctx, member.case_id)
    own = member.client_id == ctx.actor.client_id
    record(
        ctx,
        member.client_id,
        Category.ANSWERS,
        Action.READ,
        Ground.OWN if own else Ground.RELATION,
        object_id=part_id,
    )
    rows = ctx.session.execute(
        select(
            Line.id,
            Line.topic,
            Line.answers_id,
            Line.choice,
            Line.words,
            Line.worker_id,
            Line.new_worker,
            Line.expert,
        ).where(Line.part_id == part_id)
    ).all()
    facts = ctx.session.execute(
        select(
            Part.filled_at,
            Part.fits_on,
            Part.read_at,
            Account.name.label("read_by"),
            Card.id.label("going_on"),
            Card.answers_id,
        )
        .outerjoin(Card, (Card.part_id == Part.id) & Card.drawn_up_at.is_(None))
        .outerjoin(Account, Account.id == Part.read_by_id)
        .where(Part.id == part_id)
    ).one()
    return OwnSheet(
        member=member,
        own=own,
        lines=shown(ctx, rows, language, member.worker),
        left=(
            _left(ctx, member, facts.going_on, language)
            if own and not member.running and facts.answers_id is None
            else ()
        ),
        readers={
            row.id: readers_of(
                member, row.worker_id, new_worker=row.new_worker, expert=row.expert
            )
            for row in rows
        },
        filled_at=facts.filled_at,
        fits_on=facts.fits_on,
        going_on=facts.going_on,
        answers_id=facts.answers_id,
        read_by=first_name(facts.read_by or ""),
        read_at=facts.read_at,
        earlier=_count_earlier(ctx, part_id),
    )


def readers_of(
    member: Member, worker_id: UUID | None, *, new_worker: bool, expert: bool
) -> frozenset[Reader]:
    """Return who besides its owner may read a line today."""
    readers = set()
    if worker_id is not None and worker_id == member.worker_id:
        readers.add(Reader.WORKER)
    if new_worker:
        readers.add(Reader.NEW_WORKER)
    if expert:
        readers.add(Reader.EXPERT)
    return frozenset(readers)


def read_earlier(ctx: Context, part_id: UUID, language: str) -> tuple[Earlier, ...]:
    """Return what stood on the own part before, the latest change first.

    Raises:
        NotFound: it is somebody else's.

    """
    member = own_part(ctx, part_id)
    rows = ctx.session.execute(
        select(
            EarlierLine.id,
            Line.topic,
            EarlierLine.answers_id,
            EarlierLine.choice,
            EarlierLine.words,
            EarlierLine.written_at,
            EarlierLine.changed_at,
        )
        .join(Line, Line.id == EarlierLine.line_id)
        .where(Line.part_id == part_id)
    ).all()
    lines = {line.id: line for line in shown(ctx, rows, language, member.worker)}
    record(
        ctx,
        member.client_id,
        Category.ANSWERS,
        Action.READ,
        Ground.OWN,
        object_id=part_id,
    )
    return tuple(
        Earlier(row.id, row.topic, lines[row.id], row.written_at, row.changed_at)
        for row in sorted(rows, key=lambda row: row.changed_at, reverse=True)
    )


def has_expert(ctx: Context, member: Member) -> bool:
    """Tell whether a behavioural expert works in the case now."""
    ctx.require(OWN)
    found = ctx.session.scalar(
        select(CaseFile.expert_id).where(CaseFile.id == member.case_id)
    )
    return found is not None


def _left(
    ctx: Context, member: Member, card_id: UUID | None, language: str
) -> tuple[Shown, ...]:
    """Return what the member typed on a card and did not send."""
    answers_id = ctx.session.scalar(
        select(AnswerSet.id).where(
            AnswerSet.questionnaire == KEY,
            AnswerSet.subject_id == card_id,
            AnswerSet.client_id == member.client_id,
        )
    )
    if answers_id is None:
        return ()
    typed = {row.item: row for row in own_answers(ctx, answers_id)}
    texts = texts_of(ctx, answers_id, language, member.worker)
    return tuple(
        Shown(
            id=answers_id,
            topic=topic,
            chosen=text.options.get(typed[topic].choice or "", ""),
            words=typed[topic].words or "",
        )
        for topic, text in texts.items()
        if topic != SHARE and topic in typed and not typed[topic].skipped
    )


def _count_earlier(ctx: Context, part_id: UUID) -> int:
    count = select(func.count(EarlierLine.id)).join(
        Line, Line.id == EarlierLine.line_id
    )
    return ctx.session.scalar(count.where(Line.part_id == part_id)) or 0
