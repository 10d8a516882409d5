"""Plan, offer, begin, decline and cancel reviews."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import select

from klankbord.audit.models import Action, Category, Ground
from klankbord.audit.services import record
from klankbord.context import NOT_FOUND, Context
from klankbord.db import now
from klankbord.errors import N_, Conflict, Invalid, NotFound
from klankbord.outbox.services import queue
from klankbord.people.access import Relation, require_member, require_relation
from klankbord.permissions import Role
from klankbord.plugin import CaseEventHappened
from klankbord.questionnaires.services.results import erase_answers
from klankbord.tasks import services as tasks
from klankbord_samen_sterker.models import (
    SEALED,
    CancelReason,
    RelationReview,
    ReviewState,
    Trigger,
)
from klankbord_samen_sterker.permissions import REACT, SHARE, WORK
from klankbord_samen_sterker.schemas import rules_of
from klankbord_samen_sterker.services.people import (
    Pair,
    account_of_client,
    names_of,
    own_review,
    pairs_of_case,
    review_of_mine,
)

KEY: Final = "samen_sterker"
ANSWER_AS_CLIENT = "samen_sterker.answer"
ANSWER_AS_WORKER = "samen_sterker.answer_as_worker"
OFFER_TO_CLIENT = "samen_sterker.offer"
OFFER_TO_WORKER = "samen_sterker.offer_to_worker"
LOOK = "samen_sterker.look"
TALK = "samen_sterker.talk"
OVERDUE = "samen_sterker.overdue"
MISSED = "samen_sterker.missed"
HARD_EVENTS = frozenset({"hearing", "out_of_home_placement", "change_of_worker"})
OFFER_DAYS = 14

ALREADY_BEGUN = N_("This has begun already. Open the page again.")
IN_THE_PAST = N_("Choose today or a later day.")


def ask_for_review(ctx: Context, case_id: UUID) -> UUID:
    """Let a client begin a review with the worker of the case; return its id.

    When one is going on already, that is the one.
    """
    ctx.require(SHARE)
    client_id = require_member(ctx, case_id)
    pair = _pair(ctx, case_id, client_id)
    return _begin(ctx, pair, Trigger.CLIENT).id


def begin_review(
    ctx: Context, case_id: UUID, client_id: UUID, opens_on: date | None = None
) -> UUID:
    """Let the worker begin a review with a client of the case, now or on a later day.

    Raises:
        Invalid: the day has gone by.

    """
    ctx.require(WORK)
    require_relation(ctx, case_id, {Relation.WORKER})
    pair = _pair(ctx, case_id, client_id)
    today = ctx.tenant.today()
    if opens_on is not None and opens_on < today:
        raise Invalid(opens_on=IN_THE_PAST)
    if opens_on is None or opens_on == today:
        return _begin(ctx, pair, Trigger.WORKER).id
    return plan_review(ctx, pair, Trigger.WORKER, opens_on=opens_on).id


def start_planned(ctx: Context, review_id: UUID) -> None:
    """Let either of the two begin a review that was planned or offered.

    Raises:
        Conflict: it has begun, or ended, in the meantime.

    """
    review = _mine(ctx, review_id)
    if review.state is not ReviewState.PLANNED:
        raise Conflict(ALREADY_BEGUN)
    open_review(ctx, review)


def decline_offer(ctx: Context, review_id: UUID) -> None:
    """Let either of the two say 'not now' to a review that has not begun.

    Raises:
        Conflict: it has begun, or ended, in the meantime.

    """
    review = _mine(ctx, review_id)
    if review.state is not ReviewState.PLANNED:
        raise Conflict(ALREADY_BEGUN)
    cancel_reviews(ctx, [review], CancelReason.DECLINED)


def react_to_case_event(ctx: Context, event: CaseEventHappened) -> None:
    """Offer a review after a hard event; cancel what a change or an end cuts off."""
    ctx.require(REACT)
    pairs = pairs_of_case(ctx, event.case_id)
    if event.kind == "end":
        cancel_reviews(ctx, _sealed_in(ctx, event.case_id), CancelReason.CASE_ENDED)
        return
    if event.kind == "change_of_worker":
        together = {(pair.client_id, pair.worker_id) for pair in pairs}
        parted = [
            review
            for review in _sealed_in(ctx, event.case_id)
            if (review.client_id, review.worker_id) not in together
        ]
        cancel_reviews(ctx, parted, CancelReason.CHANGE_OF_WORKER)
    if event.kind in HARD_EVENTS:
        for pair in pairs:
            plan_review(ctx, pair, Trigger.HARD_EVENT, event_id=event.event_id)


def plan_review(
    ctx: Context,
    pair: Pair,
    trigger: Trigger,
    *,
    opens_on: date | None = None,
    event_id: UUID | None = None,
) -> RelationReview:
    """Plan a review for a day, or without one offer it; again changes nothing."""
    existing = _sealed_of(ctx, pair)
    if existing is not None:
        return existing
    review = RelationReview(
        id=uuid4(),
        case_id=pair.case_id,
        client_id=pair.client_id,
        worker_id=pair.worker_id,
        trigger=trigger,
        event_id=event_id,
        state=ReviewState.PLANNED,
        opens_on=opens_on,
    )
    ctx.session.add(review)
    ctx.session.flush()
    _record(ctx, review, Action.CREATE)
    if opens_on is None and trigger is Trigger.HARD_EVENT:
        _offer(ctx, review)
    return review


def open_review(ctx: Context, review: RelationReview) -> None:
    """Begin: both may answer from now on, until the last day of the window."""
    today = ctx.tenant.today()
    review.state = ReviewState.OPEN
    review.opened_at = now()
    review.due_on = today + timedelta(days=rules_of(ctx.tenant).window_days)
    ctx.session.flush()
    _record(ctx, review, Action.UPDATE)
    _end_offer(ctx, review)
    names = names_of(ctx, review)
    account_id = account_of_client(ctx, review.client_id)
    if account_id is not None:
        tasks.assign(
            ctx,
            kind=ANSWER_AS_CLIENT,
            subject_id=review.id,
            account_id=account_id,
            due_on=review.due_on,
            case_id=review.case_id,
            values=names.spoken,
        )
        queue(
            ctx,
            template="samen_sterker.opened",
            client_id=review.client_id,
            values={"review_id": str(review.id)},
            dedupe_key=f"samen_sterker.opened:{review.id}",
        )
    tasks.assign(
        ctx,
        kind=ANSWER_AS_WORKER,
        subject_id=review.id,
        account_id=review.worker_id,
        due_on=review.due_on,
        case_id=review.case_id,
        values=names.spoken,
    )


def cancel_reviews(
    ctx: Context, reviews: Iterable[RelationReview], reason: CancelReason
) -> None:
    """End reviews, locked by now, before they are opened; delete what was sealed."""
    cancelled = list(reviews)
    if not cancelled:
        return
    erase_answers(ctx, KEY, [review.id for review in cancelled])
    for review in cancelled:
        review.state = ReviewState.CANCELLED
        review.cancel_reason = reason
        review.ended_at = now()
        forget_sides(review)
        _end_offer(ctx, review)
        end_answer_tasks(ctx, review)
        _record(ctx, review, Action.UPDATE)
    ctx.session.flush()


def forget_sides(review: RelationReview) -> None:
    """Note that no answers are kept of this review any more."""
    review.client_answers_id = None
    review.worker_answers_id = None
    review.forgotten_at = now()


def end_answer_tasks(ctx: Context, review: RelationReview) -> None:
    """Take the request to answer from both."""
    for kind in (ANSWER_AS_CLIENT, ANSWER_AS_WORKER):
        tasks.cancel(ctx, kind, review.id)


def _begin(ctx: Context, pair: Pair, trigger: Trigger) -> RelationReview:
    review = plan_review(ctx, pair, trigger)
    if review.state is ReviewState.PLANNED:
        open_review(ctx, review)
    return review


def _pair(ctx: Context, case_id: UUID, client_id: UUID) -> Pair:
    for pair in pairs_of_case(ctx, case_id):
        if pair.client_id == client_id:
            return pair
    raise NotFound(NOT_FOUND)


def _mine(ctx: Context, review_id: UUID) -> RelationReview:
    """Return the review of which the actor is one of the two, locked."""
    if Role.WORKER in ctx.actor.roles and ctx.actor.client_id is None:
        return review_of_mine(ctx, review_id, lock=True)
    return own_review(ctx, review_id, lock=True)


def _sealed_of(ctx: Context, pair: Pair) -> RelationReview | None:
    return ctx.session.scalars(
        select(RelationReview)
        .where(
            RelationReview.client_id == pair.client_id,
            RelationReview.worker_id == pair.worker_id,
            RelationReview.state.in_(SEALED),
        )
        .with_for_update()
    ).first()


def _sealed_in(ctx: Context, case_id: UUID) -> list[RelationReview]:
    return list(
        ctx.session.scalars(
            select(RelationReview)
            .where(RelationReview.case_id == case_id, RelationReview.state.in_(SEALED))
            .order_by(RelationReview.id)
            .with_for_update()
        )
    )


def _offer(ctx: Context, review: RelationReview) -> None:
    names = names_of(ctx, review)
    due_on = ctx.tenant.today() + timedelta(days=OFFER_DAYS)
    account_id = account_of_client(ctx, review.client_id)
    receivers = [(OFFER_TO_CLIENT, account_id), (OFFER_TO_WORKER, review.worker_id)]
    for kind, receiver in receivers:
        if receiver is not None:
            tasks.assign(
                ctx,
                kind=kind,
                subject_id=review.id,
                account_id=receiver,
                due_on=due_on,
                case_id=review.case_id,
                values=names.spoken,
            )


def _end_offer(ctx: Context, review: RelationReview) -> None:
    for kind in (OFFER_TO_CLIENT, OFFER_TO_WORKER):
        tasks.finish(ctx, kind, review.id)


def _record(ctx: Context, review: RelationReview, action: Action) -> None:
    ground = Ground.RELATION
    if ctx.actor.client_id == review.client_id:
        ground = Ground.OWN
    elif Role.SYSTEM in ctx.actor.roles:
        ground = Ground.SYSTEM
    record(
        ctx,
        review.client_id,
        Category.ANSWERS,
        action,
        ground,
        object_id=review.id,
    )
