"""The seal: when both sides open, what each may see before, and what both see then."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select

from klankbord.audit.models import Action, Category, Ground
from klankbord.audit.services import record
from klankbord.context import NOT_FOUND, Context
from klankbord.db import now
from klankbord.errors import N_, Conflict, NotFound
from klankbord.outbox.services import queue
from klankbord.questionnaires.services.results import (
    AnswerRow,
    ItemTexts,
    final_answers,
    question_texts,
)
from klankbord.questionnaires.services.sheets import UNDO
from klankbord.tasks import services as tasks
from klankbord_samen_sterker.figures import THEMES
from klankbord_samen_sterker.models import OPENED, RelationReview, ReviewState
from klankbord_samen_sterker.permissions import LOOK_AFTER
from klankbord_samen_sterker.services.answering import opening_moment
from klankbord_samen_sterker.services.people import (
    account_of_client,
    names_of,
    own_review,
    review_of_mine,
)
from klankbord_samen_sterker.services.reviews import LOOK, TALK

TALK_WITHIN = timedelta(days=14)

NOT_FINAL = N_("You can still take back your answers. Share them after five minutes.")
SHARED_ALREADY = N_("You shared your answers already, or both sides are open.")


@dataclass(frozen=True)
class Side:
    """What one of the two answered to a theme; `words` are those of the scale."""

    mood: int | None
    words: str
    text: str | None


@dataclass(frozen=True)
class Theme:
    """One theme with both sides; `gap` is None where one of them skipped it."""

    key: str
    client: Side
    worker: Side
    gap: int | None


def open_what_is_due(ctx: Context) -> None:
    """Open every review whose both sides are final: the job."""
    ctx.require(LOOK_AFTER)
    last = func.greatest(RelationReview.client_sent_at, RelationReview.worker_sent_at)
    reviews = ctx.session.scalars(
        select(RelationReview)
        .where(RelationReview.state == ReviewState.BOTH_DONE, last <= now() - UNDO)
        .order_by(RelationReview.id)
        .with_for_update(skip_locked=True)
    ).all()
    for review in reviews:
        _open(ctx, review)


def open_if_due(ctx: Context, review_id: UUID, *, as_client: bool) -> None:
    """Open both sides when their moment has come: whoever looks first does it.

    Raises:
        NotFound: the actor is not one of the two.

    """
    mine = own_review if as_client else review_of_mine
    review = mine(ctx, review_id)
    if _is_due(review):
        review = mine(ctx, review_id, lock=True)
        if _is_due(review):
            _open(ctx, review)


def share_early(ctx: Context, review_id: UUID) -> None:
    """Let a client give the own answers to the worker before the worker is ready.

    The worker's answers stay sealed until both are in.

    Raises:
        Conflict: the answers can still be taken back, or there is nothing to share.

    """
    review = own_review(ctx, review_id, lock=True)
    if (
        review.state is not ReviewState.ONE_PARTY_DONE
        or review.client_sent_at is None
        or review.shared_early_at is not None
    ):
        raise Conflict(SHARED_ALREADY)
    if not is_final(review.client_sent_at):
        raise Conflict(NOT_FINAL)
    review.shared_early_at = now()
    ctx.session.flush()
    record(
        ctx,
        review.client_id,
        Category.ANSWERS,
        Action.UPDATE,
        Ground.OWN,
        object_id=review.id,
    )
    queue(
        ctx,
        template="samen_sterker.shared",
        account_id=review.worker_id,
        values={"review_id": str(review.id)},
        dedupe_key=f"samen_sterker.shared:{review.id}",
    )


def is_final(sent_at: datetime | None) -> bool:
    """Tell whether answers were sent and can't be taken back any more."""
    return sent_at is not None and sent_at <= now() - UNDO


def opened_themes(
    ctx: Context, review: RelationReview, language: str
) -> tuple[Theme, ...]:
    """Return both sides of an opened review, the largest gap first.

    Whoever calls this has checked that the actor is one of the two, and logs it.

    Raises:
        NotFound: it is not open: nobody sees one side before both are in.

    """
    if (
        review.state not in OPENED
        or review.client_answers_id is None
        or review.worker_answers_id is None
    ):
        raise NotFound(NOT_FOUND)
    client_id, worker_id = review.client_answers_id, review.worker_answers_id
    answers = final_answers(ctx, [client_id, worker_id])
    themes = [
        _theme(key, client, worker)
        for key, client, worker in zip(
            THEMES,
            _sides(ctx, review, client_id, answers, language),
            _sides(ctx, review, worker_id, answers, language),
            strict=True,
        )
    ]
    return tuple(
        sorted(themes, key=lambda theme: 1 if theme.gap is None else -theme.gap)
    )


def shared_sides(
    ctx: Context, review: RelationReview, language: str
) -> tuple[tuple[str, Side], ...]:
    """Return what the client chose to show the worker early, theme by theme.

    Raises:
        NotFound: nothing was shared, or it was forgotten since.

    """
    if review.shared_early_at is None or review.client_answers_id is None:
        raise NotFound(NOT_FOUND)
    answers = final_answers(ctx, [review.client_answers_id])
    sides = _sides(ctx, review, review.client_answers_id, answers, language)
    return tuple(zip(THEMES, sides, strict=True))


def _is_due(review: RelationReview) -> bool:
    moment = opening_moment(review)
    return (
        review.state is ReviewState.BOTH_DONE and moment is not None and moment <= now()
    )


def _open(ctx: Context, review: RelationReview) -> None:
    review.state = ReviewState.REVEALED
    review.revealed_at = now()
    ctx.session.flush()
    names = names_of(ctx, review)
    due_on = ctx.tenant.today() + TALK_WITHIN
    receivers = [(TALK, review.worker_id)]
    account_id = account_of_client(ctx, review.client_id)
    if account_id is not None:
        receivers.append((LOOK, account_id))
        queue(
            ctx,
            template="samen_sterker.revealed",
            client_id=review.client_id,
            values={"review_id": str(review.id)},
            dedupe_key=f"samen_sterker.revealed:{review.id}",
        )
    for kind, receiver in receivers:
        tasks.assign(
            ctx,
            kind=kind,
            subject_id=review.id,
            account_id=receiver,
            due_on=due_on,
            case_id=review.case_id,
            values=names.spoken,
        )


def _sides(
    ctx: Context,
    review: RelationReview,
    answer_set_id: UUID,
    answers: Mapping[UUID, tuple[AnswerRow, ...]],
    language: str,
) -> list[Side]:
    names = names_of(ctx, review).spoken
    texts = question_texts(ctx, answer_set_id, language, names)
    rows = {row.item: row for row in answers.get(answer_set_id, ())}
    return [_side(rows.get(key), texts[key]) for key in THEMES]


def _side(row: AnswerRow | None, texts: ItemTexts) -> Side:
    if row is None:
        return Side(None, "", None)
    mood = None if row.number is None else int(row.number)
    return Side(mood, "" if mood is None else texts.options[str(mood)], row.words)


def _theme(key: str, client: Side, worker: Side) -> Theme:
    gap = None
    if client.mood is not None and worker.mood is not None:
        gap = abs(client.mood - worker.mood)
    return Theme(key, client, worker, gap)
