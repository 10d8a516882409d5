"""After the opening: the talk, what is agreed in it, and closing."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from klankbord.actions.services import promise
from klankbord.audit.models import Action, Category, Ground
from klankbord.audit.services import record
from klankbord.context import Context
from klankbord.db import now
from klankbord.errors import N_, Conflict, Invalid
from klankbord.tasks import services as tasks
from klankbord_samen_sterker.models import RelationReview, ReviewState
from klankbord_samen_sterker.services.people import own_review, review_of_mine
from klankbord_samen_sterker.services.reviews import LOOK, TALK

SOURCE = "samen_sterker"
NOT_OPEN_YET = N_("You can do this once both sides are open.")
TALK_FIRST = N_("First write down on which day you talked.")
CLOSED_ALREADY = N_("This is closed. Begin a new one to agree something else.")
LATER = N_("This day is still to come. Fill in the day on which you talked.")
BEFORE_OPENING = N_("Both sides were not open yet on this day.")
GONE_BY = N_("Choose today or a later day.")
CHANGED = N_("Somebody else changed this in the meantime. Look at it again.")


@dataclass(frozen=True)
class Promised:
    """What is agreed in the talk. `said` are the client's words, if they may show."""

    text: str
    by_when: date
    by_client: bool
    said: str | None = None


def look(ctx: Context, review_id: UUID) -> None:
    """Note that the client has seen both sides."""
    review = own_review(ctx, review_id)
    if review.state is ReviewState.REVEALED:
        tasks.finish(ctx, LOOK, review.id)


def record_talk(
    ctx: Context, review_id: UUID, met_on: date, *, version: int | None = None
) -> None:
    """Write down that the two talked about what they opened.

    Raises:
        Conflict: both sides are not open, or somebody else changed this.
        Invalid: the day lies before the opening or after today.

    """
    review = review_of_mine(ctx, review_id, lock=True)
    _require_open(review)
    if version is not None and version != review.version:
        raise Conflict(CHANGED)
    opened = review.revealed_at
    if opened and met_on < opened.astimezone(ctx.tenant.time_zone).date():
        raise Invalid(met_on=BEFORE_OPENING)
    if met_on > ctx.tenant.today():
        raise Invalid(met_on=LATER)
    review.met_on = met_on
    review.state = ReviewState.DISCUSSED
    ctx.session.flush()
    tasks.finish(ctx, TALK, review.id)
    tasks.finish(ctx, LOOK, review.id)
    record(
        ctx,
        review.client_id,
        Category.ANSWERS,
        Action.UPDATE,
        Ground.RELATION,
        object_id=review.id,
    )


def agree(ctx: Context, review_id: UUID, promised: Promised) -> UUID:
    """Write down what one of the two will do because of the talk; return its id.

    The client sees it at home as "you said … / we now do …".

    Raises:
        Conflict: both sides are not open, or the review is closed.
        Invalid: the day has gone by.

    """
    review = review_of_mine(ctx, review_id)
    _require_open(review)
    today = ctx.tenant.today()
    if promised.by_when < today:
        raise Invalid(by_when=GONE_BY)
    return promise(
        ctx,
        client_id=review.client_id,
        case_id=review.case_id,
        source=SOURCE,
        source_id=review.id,
        text=promised.text,
        by_when=promised.by_when,
        said=promised.said,
        said_on=(review.met_on or today) if promised.said else None,
        by_client=promised.by_client,
    )


def close_review(ctx: Context, review_id: UUID) -> None:
    """Close a review that was talked about; what was agreed goes on.

    Raises:
        Conflict: the two did not talk yet.

    """
    review = review_of_mine(ctx, review_id, lock=True)
    if review.state is ReviewState.CLOSED:
        return
    if review.state is not ReviewState.DISCUSSED:
        raise Conflict(TALK_FIRST)
    review.state = ReviewState.CLOSED
    review.ended_at = now()
    ctx.session.flush()


def _require_open(review: RelationReview) -> None:
    if review.state is ReviewState.CLOSED:
        raise Conflict(CLOSED_ALREADY)
    if review.state not in {ReviewState.REVEALED, ReviewState.DISCUSSED}:
        raise Conflict(NOT_OPEN_YET)
