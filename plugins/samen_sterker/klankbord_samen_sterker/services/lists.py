"""What the pages show of reviews before anybody reads an answer: facts only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select

from klankbord.accounts.models import Account
from klankbord.audit.models import Action, Category, Ground
from klankbord.audit.services import record
from klankbord.context import NOT_FOUND, Context
from klankbord.errors import NotFound
from klankbord.people.access import Relation, require_relation
from klankbord.people.models import CaseFile, Client, Family
from klankbord.questionnaires.services.results import final_answers
from klankbord.templating import first_name
from klankbord_samen_sterker.figures import THEMES
from klankbord_samen_sterker.models import (
    OPENED,
    SEALED,
    RelationReview,
    ReviewState,
    Trigger,
)
from klankbord_samen_sterker.permissions import LEAD, SHARE, WORK
from klankbord_samen_sterker.services.people import (
    pairs_of_client,
    pairs_of_worker,
)

STATES = {
    "running": SEALED,
    "opened": frozenset({ReviewState.REVEALED, ReviewState.DISCUSSED}),
    "closed": frozenset({ReviewState.CLOSED}),
    "ended": frozenset({ReviewState.EXPIRED, ReviewState.CANCELLED}),
}
PER_PAGE = 50


@dataclass(frozen=True)
class ReviewRow:
    """A review in a worker's list; who is done is a fact, what was said is not."""

    id: UUID
    client: str
    family: str
    state: ReviewState
    due_on: date | None
    client_done: bool
    worker_done: bool
    revealed_at: datetime | None


@dataclass(frozen=True)
class OwnReview:
    """A review in the client's overview."""

    id: UUID
    worker: str
    state: ReviewState
    trigger: Trigger
    due_on: date | None
    done: bool
    revealed_at: datetime | None


@dataclass(frozen=True)
class Candidate:
    """Somebody of the worker's own cases with whom a review can begin."""

    case_id: UUID
    client_id: UUID
    name: str


@dataclass(frozen=True)
class Colleague:
    """The worker of one of the client's cases."""

    case_id: UUID
    name: str
    busy: bool


@dataclass(frozen=True)
class Trend:
    """The client's own answers to one theme through time, oldest first."""

    theme: str
    points: tuple[float, ...]


@dataclass(frozen=True)
class Missed:
    """The fact of two misses: who, and the last days that went by."""

    worker: str
    client: str
    family: str
    case_id: UUID
    last_days: tuple[date, ...]


def reviews_of_mine(
    ctx: Context, *, q: str = "", state: str = "", sort: str = "-due", page: int = 1
) -> tuple[tuple[ReviewRow, ...], int]:
    """Return one page of the worker's reviews and how many there are in all."""
    ctx.require(WORK)
    where = [
        RelationReview.worker_id == ctx.actor.account_id,
        CaseFile.worker_id == ctx.actor.account_id,
    ]
    for word in q.split():
        pattern = f"%{word.replace('%', '').replace('_', '')}%"
        where.append(
            or_(
                Client.given_name.ilike(pattern),
                Client.family_name.ilike(pattern),
                Family.name.ilike(pattern),
            )
        )
    if state in STATES:
        where.append(RelationReview.state.in_(STATES[state]))
    total = ctx.session.scalar(_joined(select(func.count(RelationReview.id)), where))
    order: dict[str, tuple[Any, ...]] = {
        "due": (RelationReview.due_on.asc().nulls_last(),),
        "-due": (RelationReview.due_on.desc().nulls_first(),),
        "name": (Client.given_name, Client.family_name),
        "-name": (Client.given_name.desc(), Client.family_name.desc()),
    }
    rows = ctx.session.execute(
        _joined(
            select(
                RelationReview.id,
                Client.given_name,
                Client.family_name,
                Family.name,
                RelationReview.state,
                RelationReview.due_on,
                RelationReview.client_sent_at,
                RelationReview.worker_sent_at,
                RelationReview.revealed_at,
            ),
            where,
        )
        .order_by(*order.get(sort, order["-due"]), RelationReview.id)
        .limit(PER_PAGE)
        .offset((page - 1) * PER_PAGE)
    )
    found = tuple(
        ReviewRow(
            id=row.id,
            client=f"{row.given_name} {row.family_name}",
            family=row.name,
            state=row.state,
            due_on=row.due_on,
            client_done=row.client_sent_at is not None,
            worker_done=row.worker_sent_at is not None,
            revealed_at=row.revealed_at,
        )
        for row in rows
    )
    return found, total or 0


def running_in_case(
    ctx: Context, case_id: UUID
) -> tuple[tuple[UUID, str, ReviewState], ...]:
    """Return the worker's own running reviews of a case: id, client and state."""
    if not ctx.actor.may(WORK):
        return ()
    rows = ctx.session.execute(
        select(RelationReview.id, Client.given_name, RelationReview.state)
        .join(Client, Client.id == RelationReview.client_id)
        .where(
            RelationReview.case_id == case_id,
            RelationReview.worker_id == ctx.actor.account_id,
            RelationReview.state.in_(SEALED | {ReviewState.REVEALED}),
        )
        .order_by(Client.given_name, RelationReview.id)
    )
    return tuple((row.id, row.given_name, row.state) for row in rows)


def waiting_for_me(ctx: Context) -> int:
    """Count what the worker can do now: answer, or talk about what is open."""
    ctx.require(WORK)
    return (
        ctx.session.scalar(
            select(func.count(RelationReview.id)).where(
                RelationReview.worker_id == ctx.actor.account_id,
                or_(
                    RelationReview.state == ReviewState.REVEALED,
                    (
                        RelationReview.state.in_(
                            (ReviewState.OPEN, ReviewState.ONE_PARTY_DONE)
                        )
                    )
                    & RelationReview.worker_sent_at.is_(None),
                ),
            )
        )
        or 0
    )


def with_whom(ctx: Context) -> tuple[Candidate, ...]:
    """Return with whom the worker can begin a review: nothing is going on there."""
    ctx.require(WORK)
    worker_id = ctx.actor.account_id
    if worker_id is None:
        return ()
    pairs = pairs_of_worker(ctx, worker_id)
    busy = set(
        ctx.session.scalars(
            select(RelationReview.client_id).where(
                RelationReview.worker_id == worker_id,
                RelationReview.state.in_(SEALED - {ReviewState.PLANNED}),
            )
        )
    )
    names = {
        row.id: f"{row.given_name} {row.family_name}"
        for row in ctx.session.execute(
            select(Client.id, Client.given_name, Client.family_name).where(
                Client.id.in_([pair.client_id for pair in pairs])
            )
        )
    }
    found = [
        Candidate(pair.case_id, pair.client_id, names[pair.client_id])
        for pair in pairs
        if pair.client_id not in busy
    ]
    return tuple(sorted(found, key=lambda candidate: candidate.name))


def my_reviews(ctx: Context) -> tuple[OwnReview, ...]:
    """Return the client's own reviews, the newest first."""
    ctx.require(SHARE)
    client_id = _self(ctx)
    rows = ctx.session.execute(
        select(
            RelationReview.id,
            Account.name,
            RelationReview.state,
            RelationReview.trigger,
            RelationReview.due_on,
            RelationReview.client_sent_at,
            RelationReview.revealed_at,
        )
        .join(Account, Account.id == RelationReview.worker_id)
        .where(RelationReview.client_id == client_id)
        .order_by(RelationReview.created_at.desc(), RelationReview.id)
    )
    record(ctx, client_id, Category.ANSWERS, Action.READ, Ground.OWN)
    return tuple(
        OwnReview(
            id=row.id,
            worker=first_name(row.name),
            state=row.state,
            trigger=row.trigger,
            due_on=row.due_on,
            done=row.client_sent_at is not None,
            revealed_at=row.revealed_at,
        )
        for row in rows
    )


def my_workers(ctx: Context) -> tuple[Colleague, ...]:
    """Return with whom the client may ask for a review."""
    ctx.require(SHARE)
    client_id = _self(ctx)
    pairs = pairs_of_client(ctx, client_id)
    busy = set(
        ctx.session.scalars(
            select(RelationReview.worker_id).where(
                RelationReview.client_id == client_id,
                RelationReview.state.in_(SEALED),
            )
        )
    )
    names = {
        row.id: row.name
        for row in ctx.session.execute(
            select(Account.id, Account.name).where(
                Account.id.in_([pair.worker_id for pair in pairs])
            )
        )
    }
    return tuple(
        Colleague(
            pair.case_id, first_name(names[pair.worker_id]), pair.worker_id in busy
        )
        for pair in pairs
    )


def my_trends(ctx: Context) -> tuple[Trend, ...]:
    """Return the client's own answers of all opened reviews, per theme."""
    ctx.require(SHARE)
    ids = ctx.session.scalars(
        select(RelationReview.client_answers_id)
        .where(
            RelationReview.client_id == _self(ctx),
            RelationReview.state.in_(OPENED),
            RelationReview.client_answers_id.is_not(None),
        )
        .order_by(RelationReview.revealed_at)
    ).all()
    in_order = [answers_id for answers_id in ids if answers_id is not None]
    answers = final_answers(ctx, in_order)
    points: dict[str, list[float]] = {theme: [] for theme in THEMES}
    for answers_id in in_order:
        for row in answers.get(answers_id, ()):
            if row.number is not None and row.item in points:
                points[row.item].append(row.number)
    return tuple(
        Trend(theme, tuple(found)) for theme, found in points.items() if len(found) > 1
    )


def read_missed(ctx: Context, review_id: UUID) -> Missed:
    """Tell the team lead the fact that a review did not happen, twice in a row.

    Raises:
        NotFound: it is another team's, or it did not happen twice.

    """
    ctx.require(LEAD)
    review = ctx.get(RelationReview, review_id)
    require_relation(ctx, review.case_id, {Relation.TEAM_LEAD})
    rows = ctx.session.execute(
        select(RelationReview.state, RelationReview.due_on)
        .where(
            RelationReview.client_id == review.client_id,
            RelationReview.worker_id == review.worker_id,
            RelationReview.due_on <= review.due_on,
            RelationReview.state.in_(OPENED | {ReviewState.EXPIRED}),
        )
        .order_by(RelationReview.due_on.desc())
        .limit(2)
    ).all()
    missed = [row.due_on for row in rows if row.state is ReviewState.EXPIRED]
    if len(missed) < 2:
        raise NotFound(NOT_FOUND)
    names = ctx.session.execute(
        select(Account.name, Client.given_name, Client.family_name, Family.name)
        .join(RelationReview, RelationReview.worker_id == Account.id)
        .join(Client, Client.id == RelationReview.client_id)
        .join(Family, Family.id == Client.family_id)
        .where(RelationReview.id == review.id)
    ).one()
    record(
        ctx,
        review.client_id,
        Category.CASE,
        Action.READ,
        Ground.ROLE,
        object_id=review.id,
    )
    return Missed(
        worker=names[0],
        client=f"{names[1]} {names[2]}",
        family=names[3],
        case_id=review.case_id,
        last_days=tuple(sorted(missed)),
    )


def _joined(
    query: Select[*tuple[Any, ...]], where: Sequence[ColumnElement[bool]]
) -> Select[*tuple[Any, ...]]:
    return (
        query.join(Client, Client.id == RelationReview.client_id)
        .join(Family, Family.id == Client.family_id)
        .join(CaseFile, CaseFile.id == RelationReview.case_id)
        .where(*where)
    )


def _self(ctx: Context) -> UUID:
    if ctx.actor.client_id is None:
        raise NotFound(NOT_FOUND)
    return ctx.actor.client_id
