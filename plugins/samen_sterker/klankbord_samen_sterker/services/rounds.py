"""What time does: begin the next review, remind, expire, forget."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import func, select

from klankbord.accounts.models import Account
from klankbord.context import Context
from klankbord.db import now
from klankbord.outbox.services import queue
from klankbord.people.models import CaseFile
from klankbord.permissions import Role
from klankbord.questionnaires.services.results import erase_answers
from klankbord.tasks import services as tasks
from klankbord_samen_sterker.models import (
    ANSWERABLE,
    OPENED,
    SEALED,
    CancelReason,
    RelationReview,
    ReviewState,
    Trigger,
)
from klankbord_samen_sterker.permissions import LOOK_AFTER
from klankbord_samen_sterker.schemas import rules_of
from klankbord_samen_sterker.services.people import (
    Names,
    account_of_client,
    names_of,
    running_pairs,
)
from klankbord_samen_sterker.services.reviews import (
    KEY,
    MISSED,
    OVERDUE,
    cancel_reviews,
    end_answer_tasks,
    forget_sides,
    open_review,
    plan_review,
)

OVERDUE_WITHIN = timedelta(days=7)
MISSES_FOR_LEAD = 2


def look_after_reviews(ctx: Context) -> None:
    """Do once a day what is due; done twice, it changes nothing more."""
    ctx.require(LOOK_AFTER)
    cancel_parted(ctx)
    expire_reviews(ctx)
    forget_one_sided(ctx)
    remind_both(ctx)
    begin_next_reviews(ctx)


def cancel_parted(ctx: Context) -> None:
    """Cancel what is sealed between two who no longer work together."""
    together = {(pair.client_id, pair.worker_id) for pair in running_pairs(ctx)}
    parted = [
        review
        for review in _with_state(ctx, SEALED)
        if (review.client_id, review.worker_id) not in together
    ]
    cancel_reviews(ctx, parted, CancelReason.CHANGE_OF_WORKER)


def expire_reviews(ctx: Context) -> None:
    """End every window that went by with a side missing; tell who has to know."""
    today = ctx.tenant.today()
    for review in _with_state(ctx, ANSWERABLE):
        if review.due_on is None or review.due_on >= today:
            continue
        review.state = ReviewState.EXPIRED
        review.ended_at = now()
        ctx.session.flush()
        end_answer_tasks(ctx, review)
        _tell_expired(ctx, review)


def forget_one_sided(ctx: Context) -> None:
    """Delete what one side answered, some days after the review expired."""
    keep = timedelta(days=rules_of(ctx.tenant).forget_after_days)
    reviews = ctx.session.scalars(
        select(RelationReview)
        .where(
            RelationReview.state == ReviewState.EXPIRED,
            RelationReview.forgotten_at.is_(None),
            RelationReview.due_on < ctx.tenant.today() - keep,
        )
        .order_by(RelationReview.id)
        .with_for_update()
    ).all()
    if reviews:
        erase_answers(ctx, KEY, [review.id for review in reviews])
    for review in reviews:
        forget_sides(review)
    ctx.session.flush()


def remind_both(ctx: Context) -> None:
    """Remind who did not answer yet, on the days before the last one.

    A day on which no job ran is made good by the next.
    """
    today = ctx.tenant.today()
    days = rules_of(ctx.tenant).reminder_days
    for review in _with_state(ctx, ANSWERABLE):
        if review.due_on is None or review.opened_at is None:
            continue
        left = (review.due_on - today).days
        passed = [day for day in days if left <= day]
        if left < 0 or not passed:
            continue
        key = f"samen_sterker.reminder:{review.id}:{min(passed)}"
        values = {"review_id": str(review.id)}
        if review.client_sent_at is None and account_of_client(ctx, review.client_id):
            queue(
                ctx,
                template="samen_sterker.reminder",
                client_id=review.client_id,
                values=values,
                dedupe_key=f"{key}:client",
            )
        if review.worker_sent_at is None:
            queue(
                ctx,
                template="samen_sterker.worker_reminder",
                account_id=review.worker_id,
                values=values,
                dedupe_key=f"{key}:worker",
            )


def begin_next_reviews(ctx: Context) -> None:
    """Open what is planned for today, and a new review where the cycle came round."""
    today = ctx.tenant.today()
    months = rules_of(ctx.tenant).cycle_months
    last = _last_moments(ctx)
    sealed = {
        (review.client_id, review.worker_id): review
        for review in _with_state(ctx, SEALED)
    }
    for pair in running_pairs(ctx):
        who = (pair.client_id, pair.worker_id)
        review = sealed.get(who)
        if review is not None and review.state is not ReviewState.PLANNED:
            continue
        planned_for_today = (
            review is not None
            and review.opens_on is not None
            and review.opens_on <= today
        )
        around = add_months(last.get(who, pair.since), months) <= today
        if planned_for_today or around:
            open_review(ctx, review or plan_review(ctx, pair, Trigger.CYCLE))


def add_months(day: date, months: int) -> date:
    """Return the same day some months later, or that month's last day."""
    count = day.month - 1 + months
    year, month = day.year + count // 12, count % 12 + 1
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month, last)
        except ValueError:
            continue
    raise ValueError(day)


def _with_state(
    ctx: Context, states: frozenset[ReviewState]
) -> Sequence[RelationReview]:
    return ctx.session.scalars(
        select(RelationReview)
        .where(RelationReview.state.in_(states))
        .order_by(RelationReview.id)
        .with_for_update()
    ).all()


def _last_moments(ctx: Context) -> dict[tuple[UUID, UUID], date]:
    """Return on which day the cycle of each pair last began anew."""
    zone = ctx.tenant.time_zone
    rows = ctx.session.execute(
        select(
            RelationReview.client_id,
            RelationReview.worker_id,
            func.max(RelationReview.opened_at).label("opened_at"),
        )
        .where(RelationReview.state.in_(OPENED | {ReviewState.EXPIRED}))
        .group_by(RelationReview.client_id, RelationReview.worker_id)
    )
    return {
        (row.client_id, row.worker_id): row.opened_at.astimezone(zone).date()
        for row in rows
        if row.opened_at is not None
    }


def _tell_expired(ctx: Context, review: RelationReview) -> None:
    names = names_of(ctx, review)
    tasks.assign(
        ctx,
        kind=OVERDUE,
        subject_id=review.id,
        account_id=review.worker_id,
        due_on=ctx.tenant.today() + OVERDUE_WITHIN,
        case_id=review.case_id,
        values=names.spoken,
    )
    if review.client_sent_at is not None:
        queue(
            ctx,
            template="samen_sterker.expired",
            client_id=review.client_id,
            values={"review_id": str(review.id)},
            dedupe_key=f"samen_sterker.expired:{review.id}",
        )
    if _misses_in_a_row(ctx, review) >= MISSES_FOR_LEAD:
        _tell_lead(ctx, review, names)


def _misses_in_a_row(ctx: Context, review: RelationReview) -> int:
    states = ctx.session.scalars(
        select(RelationReview.state)
        .where(
            RelationReview.client_id == review.client_id,
            RelationReview.worker_id == review.worker_id,
            RelationReview.state.in_(OPENED | {ReviewState.EXPIRED}),
        )
        .order_by(RelationReview.due_on.desc())
    ).all()
    missed = 0
    for state in states:
        if state is not ReviewState.EXPIRED:
            break
        missed += 1
    return missed


def _tell_lead(ctx: Context, review: RelationReview, names: Names) -> None:
    leads = ctx.session.scalars(
        select(Account.id)
        .join(CaseFile, CaseFile.team_id == Account.team_id)
        .where(
            CaseFile.id == review.case_id,
            Account.roles.contains([Role.TEAM_LEAD.value]),
            Account.disabled_at.is_(None),
        )
    ).all()
    for lead_id in leads:
        tasks.assign(
            ctx,
            kind=MISSED,
            subject_id=review.id,
            account_id=lead_id,
            due_on=ctx.tenant.today() + OVERDUE_WITHIN,
            case_id=review.case_id,
            values={"worker": names.worker_full},
        )
