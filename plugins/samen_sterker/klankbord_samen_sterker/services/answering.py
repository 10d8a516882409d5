"""What the questionnaire asks and tells: may this person answer, it was sent."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select

from klankbord import jobs
from klankbord.context import NOT_FOUND, Context
from klankbord.errors import N_, Conflict, NotFound
from klankbord.people.access import Relation, may_pass_phone, require_relation
from klankbord.permissions import Role
from klankbord.plugin import Answering, Respondent
from klankbord.questionnaires.models import AnswerSet
from klankbord.questionnaires.services.sheets import UNDO
from klankbord.tasks import services as tasks
from klankbord_samen_sterker.models import (
    ANSWERABLE,
    RelationReview,
    ReviewState,
)
from klankbord_samen_sterker.permissions import ANSWER
from klankbord_samen_sterker.services.people import (
    Names,
    account_of_client,
    find_review,
    lock_review,
    names_of,
)
from klankbord_samen_sterker.services.reviews import (
    ANSWER_AS_CLIENT,
    ANSWER_AS_WORKER,
)

REVEAL: Final = "samen_sterker.reveal"
CLIENT_PAGE = "/samenwerken"
WORKER_PAGE = "/samen-sterker"

CLIENT_SEES = N_(
    "%(worker)s sees your answer only when both of you are ready. Then you see the"
    " answer of %(worker)s too. Nobody else sees it."
)
WORKER_SEES = N_(
    "%(client)s reads your answer when both of you are ready. You see each other's"
    " answers at the same moment. Nobody else sees them."
)
CLIENT_NEXT = N_(
    "When %(worker)s is ready too, you both see the answers at the same moment."
    " Then you talk about it together."
)
WORKER_NEXT = N_(
    "When %(client)s is ready too, you both see the answers at the same moment."
    " Then you plan a talk."
)
NOT_BEGUN = N_("This has not begun yet. Go back and begin.")
TOO_LATE = N_(
    "The last day to answer has gone by. Your text is still here: copy it if you want"
    " to keep it. You can begin anew together."
)
OPENED_ALREADY = N_(
    "These answers are open for both of you already. They cannot be changed any more."
)
STOPPED = N_(
    "This was stopped. Nobody sees what you filled in. Your text is still here: copy it"
    " if you want to keep it."
)


def answering(ctx: Context, review_id: UUID, respondent: Respondent) -> Answering:
    """Tell what this person may do; somebody who is not one of the two finds nothing.

    Raises:
        NotFound: the respondent, or who passes on the phone, has no part in it.

    """
    ctx.require(ANSWER)
    review = find_review(ctx, review_id)
    _require_part(ctx, review, respondent)
    names = names_of(ctx, review)
    as_client = respondent.client_id is not None
    return Answering(
        owner_id=review.client_id,
        who_sees=CLIENT_SEES if as_client else WORKER_SEES,
        names=names.spoken,
        closed=_closed(ctx, review, respondent),
        next_step=CLIENT_NEXT if as_client else WORKER_NEXT,
        back_url=f"{_page(respondent)}/{review.id}",
        until=review.due_on,
    )


def lock_subject(ctx: Context, review_id: UUID) -> None:
    """Let whoever ends the review wait until these answers are sent or taken back."""
    ctx.require(ANSWER)
    lock_review(ctx, review_id)


def sent(
    ctx: Context, review_id: UUID, respondent: Respondent, answer_set_id: UUID
) -> None:
    """Note that one side is done; when both are, plan the moment of opening."""
    ctx.require(ANSWER)
    review = find_review(ctx, review_id)
    sent_at = _sent_at(ctx, answer_set_id)
    if respondent.client_id is not None:
        review.client_answers_id, review.client_sent_at = answer_set_id, sent_at
        tasks.finish(ctx, ANSWER_AS_CLIENT, review.id)
    else:
        review.worker_answers_id, review.worker_sent_at = answer_set_id, sent_at
        tasks.finish(ctx, ANSWER_AS_WORKER, review.id)
    _settle(review)
    opens_at = opening_moment(review)
    if opens_at is not None:
        jobs.plan(ctx, REVEAL, opens_at)


def taken_back(
    ctx: Context,
    review_id: UUID,
    respondent: Respondent,
    answer_set_id: UUID,  # noqa: ARG001 - the contract's
) -> None:
    """Note that one side is not done after all, within its five minutes.

    Raises:
        Conflict: both sides were opened already.

    """
    ctx.require(ANSWER)
    review = find_review(ctx, review_id)
    if review.state not in {ReviewState.ONE_PARTY_DONE, ReviewState.BOTH_DONE}:
        raise Conflict(_closed(ctx, review, respondent) or OPENED_ALREADY)
    names = names_of(ctx, review)
    if respondent.client_id is not None:
        review.client_answers_id = review.client_sent_at = None
        account_id = account_of_client(ctx, review.client_id)
        _ask_again(ctx, review, ANSWER_AS_CLIENT, account_id, names)
    else:
        review.worker_answers_id = review.worker_sent_at = None
        _ask_again(ctx, review, ANSWER_AS_WORKER, review.worker_id, names)
    _settle(review)


def opening_moment(review: RelationReview) -> datetime | None:
    """Return when both sides open: once neither can be taken back any more."""
    if review.client_sent_at is None or review.worker_sent_at is None:
        return None
    return max(review.client_sent_at, review.worker_sent_at) + UNDO


def _settle(review: RelationReview) -> None:
    done = [review.client_answers_id, review.worker_answers_id].count(None)
    review.state = {
        0: ReviewState.BOTH_DONE,
        1: ReviewState.ONE_PARTY_DONE,
        2: ReviewState.OPEN,
    }[done]


def _require_part(ctx: Context, review: RelationReview, respondent: Respondent) -> None:
    if respondent.client_id is not None:
        part = (
            respondent.client_id == review.client_id and respondent.account_id is None
        )
    else:
        part = respondent.account_id == review.worker_id
    if not part:
        raise NotFound(NOT_FOUND)
    if Role.SYSTEM in ctx.actor.roles:
        return
    if respondent.passed_on:
        if ctx.actor.account_id != review.worker_id or not may_pass_phone(
            ctx, review.client_id
        ):
            raise NotFound(NOT_FOUND)
    elif respondent.client_id is not None:
        if ctx.actor.client_id != review.client_id:
            raise NotFound(NOT_FOUND)
    elif ctx.actor.account_id != review.worker_id:
        raise NotFound(NOT_FOUND)
    else:
        require_relation(ctx, review.case_id, {Relation.WORKER})


def _closed(ctx: Context, review: RelationReview, respondent: Respondent) -> str:
    """Return why this side cannot send; empty while it can, or has sent already."""
    if review.state is ReviewState.PLANNED:
        return NOT_BEGUN
    if review.state is ReviewState.CANCELLED:
        return STOPPED
    if review.state is ReviewState.EXPIRED:
        return TOO_LATE
    if review.state in ANSWERABLE:
        mine = (
            review.client_answers_id
            if respondent.client_id is not None
            else review.worker_answers_id
        )
        late = review.due_on is not None and ctx.tenant.today() > review.due_on
        return TOO_LATE if late and mine is None else ""
    return "" if review.state is ReviewState.BOTH_DONE else OPENED_ALREADY


def _page(respondent: Respondent) -> str:
    as_client = respondent.client_id is not None and not respondent.passed_on
    return CLIENT_PAGE if as_client else WORKER_PAGE


def _sent_at(ctx: Context, answer_set_id: UUID) -> datetime:
    sent_at: datetime | None = ctx.session.scalar(
        select(AnswerSet.sent_at).where(AnswerSet.id == answer_set_id)
    )
    if sent_at is None:
        raise ValueError("the answer set was not sent")
    return sent_at


def _ask_again(
    ctx: Context,
    review: RelationReview,
    kind: str,
    account_id: UUID | None,
    names: Names,
) -> None:
    if account_id is not None and review.due_on is not None:
        tasks.assign(
            ctx,
            kind=kind,
            subject_id=review.id,
            account_id=account_id,
            due_on=review.due_on,
            case_id=review.case_id,
            values=names.spoken,
        )
