"""What somebody keeps of the own answers when the other side never came."""

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select

from klankbord.audit.models import Action, Category, Ground
from klankbord.audit.services import record
from klankbord.context import NOT_FOUND, Context
from klankbord.errors import N_, Conflict, NotFound
from klankbord.questionnaires.services.results import own_answers, question_texts
from klankbord_samen_sterker.figures import THEMES
from klankbord_samen_sterker.models import KeptCopy, RelationReview, ReviewState
from klankbord_samen_sterker.permissions import ANSWER
from klankbord_samen_sterker.services.people import (
    names_of,
    own_review,
    review_of_mine,
)

NOTHING_TO_KEEP = N_("There are no answers of yours to keep (any more).")


@dataclass(frozen=True)
class KeptAnswer:
    """One question as it was asked, with the own answer in words."""

    question: str
    answer: str
    text: str


@dataclass(frozen=True)
class Kept:
    """A copy as its author reads it."""

    id: UUID
    review_id: UUID
    kept_at: datetime
    answers: tuple[KeptAnswer, ...]


def keep_copy(ctx: Context, review_id: UUID, language: str) -> UUID:
    """Keep the own answers to a review that expired; again gives the same copy.

    Raises:
        NotFound: the actor is not one of the two.
        Conflict: the review did not expire, or nothing is left to keep.

    """
    review = _mine(ctx, review_id)
    account_id = ctx.actor.account_id
    answers_id = (
        review.client_answers_id if ctx.actor.client_id else review.worker_answers_id
    )
    if account_id is None or review.state is not ReviewState.EXPIRED:
        raise Conflict(NOTHING_TO_KEEP)
    existing = ctx.session.scalar(
        select(KeptCopy.id).where(
            KeptCopy.review_id == review.id, KeptCopy.account_id == account_id
        )
    )
    if existing is not None:
        return existing
    if answers_id is None:
        raise Conflict(NOTHING_TO_KEEP)
    copy = KeptCopy(
        id=uuid4(),
        review_id=review.id,
        client_id=review.client_id,
        account_id=account_id,
        content=_content(ctx, review, answers_id, language),
    )
    ctx.session.add(copy)
    ctx.session.flush()
    _record(ctx, copy, Action.CREATE)
    return copy.id


def read_copy(ctx: Context, copy_id: UUID) -> Kept:
    """Return a copy to its author.

    Raises:
        NotFound: somebody else's.

    """
    copy = _own_copy(ctx, copy_id)
    _record(ctx, copy, Action.READ)
    answers = tuple(KeptAnswer(**row) for row in json.loads(copy.content or "[]"))
    return Kept(copy.id, copy.review_id, copy.kept_at, answers)


def delete_copy(ctx: Context, copy_id: UUID) -> None:
    """Throw a copy away.

    Raises:
        NotFound: somebody else's.

    """
    copy = _own_copy(ctx, copy_id)
    _record(ctx, copy, Action.DELETE)
    ctx.session.delete(copy)


def copy_of(ctx: Context, review_id: UUID) -> UUID | None:
    """Return the id of the actor's own copy of a review, if there is one."""
    return ctx.session.scalar(
        select(KeptCopy.id).where(
            KeptCopy.review_id == review_id,
            KeptCopy.account_id == ctx.actor.account_id,
        )
    )


def _mine(ctx: Context, review_id: UUID) -> RelationReview:
    return (own_review if ctx.actor.client_id else review_of_mine)(ctx, review_id)


def _own_copy(ctx: Context, copy_id: UUID) -> KeptCopy:
    ctx.require(ANSWER)
    copy = ctx.get(KeptCopy, copy_id)
    if ctx.actor.account_id is None or copy.account_id != ctx.actor.account_id:
        raise NotFound(NOT_FOUND)
    if ctx.actor.client_id is None:
        review_of_mine(ctx, copy.review_id)  # a worker's right ends with the case
    return copy


def _content(
    ctx: Context, review: RelationReview, answers_id: UUID, language: str
) -> str:
    names = names_of(ctx, review).spoken
    texts = question_texts(ctx, answers_id, language, names)
    rows = {row.item: row for row in own_answers(ctx, answers_id)}
    kept = []
    for key in THEMES:
        row = rows.get(key)
        number = None if row is None or row.number is None else str(int(row.number))
        kept.append(
            {
                "question": texts[key].question,
                "answer": texts[key].options[number] if number else "",
                "text": (row.words or "") if row else "",
            }
        )
    return json.dumps(kept, ensure_ascii=False)


def _record(ctx: Context, copy: KeptCopy, action: Action) -> None:
    own = ctx.actor.client_id == copy.client_id
    record(
        ctx,
        copy.client_id,
        Category.ANSWERS,
        action,
        Ground.OWN if own else Ground.RELATION,
        object_id=copy.id,
    )
