"""Go through the questions: who asks, who answers, and what sending sets off."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from klankbord import jobs
from klankbord.audit.models import Action, Category, Ground
from klankbord.audit.services import record
from klankbord.context import NOT_FOUND, Context
from klankbord.errors import N_, Conflict, NotFound
from klankbord.people.access import Relation, may_pass_phone, require_relation
from klankbord.people.models import CaseFile, CaseMember
from klankbord.permissions import Role
from klankbord.plugin import Answering, Respondent, RespondentKind
from klankbord.questionnaires.models import AnswerSet
from klankbord.questionnaires.services.sheets import UNDO
from klankbord.tasks import services as tasks
from klankbord_startvragen.models import Card, Part
from klankbord_startvragen.permissions import ANSWER, WORK
from klankbord_startvragen.services.parts import (
    Member,
    member_of,
    own_part,
    running_on,
)
from klankbord_startvragen.services.telling import tell_member

DRAW_UP: Final = "startvragen.draw_up"
ANSWER_TASK: Final = "startvragen.answer"
CLIENT_PAGE: Final = "/zo-werkt-het"
WORKER_PAGE: Final = "/startvragen"

WHO_SEES = N_(
    "Only you see this now. At the last question you choose whether %(worker)s may read"
    " it."
)
NEXT = N_(
    "In five minutes your answers stand on your own page. There you can change them,"
    " and choose who may read them."
)
NEXT_FOR_CHILD = N_(
    "In five minutes your answers stand on your own page. You can always say that"
    " something must change."
)
CASE_OVER = N_(
    "This was stopped: you do not work together any more. Nobody reads what you filled"
    " in. Your text is still on your own page: copy it if you want to keep it."
)
DRAWN_UP = N_("Your answers stand on your own page already. Change them there.")


def begin_card(ctx: Context, part_id: UUID) -> UUID:
    """Let a member go through the questions, or go on with them; return the card's id.

    Raises:
        NotFound: the part is somebody else's, or of a child: it has the worker with it.
        Conflict: the case is over.

    """
    member = own_part(ctx, part_id, lock=True)
    if not member.decides:
        raise NotFound(NOT_FOUND)
    if not member.running:
        raise Conflict(CASE_OVER)
    return _card_of(ctx, member)


def ask_member(ctx: Context, case_id: UUID, client_id: UUID, *, together: bool) -> UUID:
    """Let the worker ask a member of the case for answers; return the card's id.

    Who answers alone gets a task and a mail. Together they sit at one table, and the
    worker's phone is passed on.

    Raises:
        NotFound: the actor is not the worker, or the client takes no part in the case,
            or is a child that would be alone.

    """
    ctx.require(WORK)
    require_relation(ctx, case_id, {Relation.WORKER})
    member = _part_of(ctx, case_id, client_id)
    if not (together or member.decides):
        raise NotFound(NOT_FOUND)
    card_id = _card_of(ctx, member)
    record(
        ctx,
        client_id,
        Category.TASKS,
        Action.CREATE,
        Ground.RELATION,
        object_id=member.part_id,
    )
    if not together:
        tell_member(ctx, member, ANSWER_TASK, str(card_id))
    return card_id


def answering(ctx: Context, card_id: UUID, respondent: Respondent) -> Answering:
    """Tell what this person may do; only the card's own member answers it.

    A child does so on the worker's phone, and afterwards sees the own page only.

    Raises:
        NotFound: the respondent, or who passes on the phone, has no part in it.

    """
    ctx.require(ANSWER)
    card = ctx.get(Card, card_id)
    member = member_of(ctx, card.part_id)
    _require_turn(ctx, member, respondent)
    child = respondent.kind is RespondentKind.CHILD
    own = f"{CLIENT_PAGE}/{member.part_id}"
    return Answering(
        owner_id=member.client_id,
        who_sees=WHO_SEES,
        names={"worker": member.worker or ctx.tenant.name},
        closed=_closed(card, member),
        next_step=NEXT_FOR_CHILD if child else NEXT,
        back_url=f"{WORKER_PAGE}/{member.case_id}" if respondent.passed_on else own,
    )


def lock_subject(ctx: Context, card_id: UUID) -> None:
    """Let whoever draws up the card wait until its answers are sent or taken back."""
    ctx.require(ANSWER)
    lock_card(ctx, card_id)


def sent(
    ctx: Context,
    card_id: UUID,
    respondent: Respondent,  # noqa: ARG001 - the contract's
    answer_set_id: UUID,
) -> None:
    """Note the answers, and plan the moment at which they come onto the sheet."""
    ctx.require(ANSWER)
    card = ctx.get(Card, card_id)
    member = member_of(ctx, card.part_id)
    card.answers_id, card.worker_id = answer_set_id, member.worker_id
    card.sent_at = _sent_at(ctx, answer_set_id)
    tasks.finish(ctx, ANSWER_TASK, card.part_id)
    jobs.plan(ctx, DRAW_UP, card.sent_at + UNDO)


def taken_back(
    ctx: Context,
    card_id: UUID,
    respondent: Respondent,  # noqa: ARG001 - the contract's
    answer_set_id: UUID,  # noqa: ARG001 - the contract's
) -> None:
    """Note that the answers are a draft again, within the five minutes.

    Raises:
        Conflict: they stand on the sheet already.

    """
    ctx.require(ANSWER)
    card = ctx.get(Card, card_id)
    if card.drawn_up_at is not None:
        raise Conflict(DRAWN_UP)
    card.answers_id = card.worker_id = card.sent_at = None
    member = member_of(ctx, card.part_id)
    if member.running and member.decides:
        tell_member(ctx, member, ANSWER_TASK, str(card_id))


def lock_card(ctx: Context, card_id: UUID) -> Card:
    """Read a card again and lock it, always before the answers to it.

    Raises:
        NotFound: it is gone.

    """
    card = ctx.session.get(
        Card, (ctx.tenant_id, card_id), with_for_update=True, populate_existing=True
    )
    if card is None:
        raise NotFound(NOT_FOUND)
    return card


def _part_of(ctx: Context, case_id: UUID, client_id: UUID) -> Member:
    """Return the member with a part, made now when there was none."""
    found = select(Part.id).where(Part.case_id == case_id, Part.client_id == client_id)
    part_id = ctx.session.scalar(found)
    if part_id is None:
        taking_part = select(CaseMember.id).join(
            CaseFile, CaseFile.id == CaseMember.case_id
        )
        if not ctx.session.scalar(
            taking_part.where(
                CaseMember.case_id == case_id,
                CaseMember.client_id == client_id,
                running_on(ctx.tenant.today()),
            )
        ):
            raise NotFound(NOT_FOUND)
        # Somebody else may be making it at this very moment.
        ctx.session.execute(
            insert(Part)
            .values(case_id=case_id, client_id=client_id)
            .on_conflict_do_nothing()
        )
        part_id = ctx.session.scalars(found).one()
    member = member_of(ctx, part_id, lock=True)
    if not member.running:
        raise NotFound(NOT_FOUND)
    return member


def _card_of(ctx: Context, member: Member) -> UUID:
    """Return the card that is going on, or a new one; the part is locked."""
    going_on: UUID | None = ctx.session.scalar(
        select(Card.id).where(
            Card.part_id == member.part_id, Card.drawn_up_at.is_(None)
        )
    )
    if going_on is not None:
        return going_on
    card = Card(part_id=member.part_id, client_id=member.client_id)
    ctx.session.add(card)
    ctx.session.flush()
    return card.id


def _require_turn(ctx: Context, member: Member, respondent: Respondent) -> None:
    if respondent.client_id != member.client_id:
        raise NotFound(NOT_FOUND)
    if Role.SYSTEM in ctx.actor.roles:
        return
    if respondent.passed_on:
        if ctx.actor.account_id != member.worker_id or not may_pass_phone(
            ctx, member.client_id
        ):
            raise NotFound(NOT_FOUND)
    elif ctx.actor.client_id != member.client_id or not member.decides:
        raise NotFound(NOT_FOUND)


def _closed(card: Card, member: Member) -> str:
    if card.drawn_up_at is not None:
        return DRAWN_UP
    return "" if member.running else CASE_OVER


def _sent_at(ctx: Context, answer_set_id: UUID) -> datetime:
    sent_at: datetime | None = ctx.session.scalar(
        select(AnswerSet.sent_at).where(AnswerSet.id == answer_set_id)
    )
    if sent_at is None:
        raise ValueError("the answer set was not sent")
    return sent_at
