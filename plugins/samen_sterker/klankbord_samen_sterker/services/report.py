"""The team's figures: about at least ten people and three workers, never one colleague.

The rules of one organisation: scores from ten respondents, percentages whole over at
least ten, one sentence for whatever is hidden. The periods are fixed and end with the
last whole quarter, so that nobody can subtract yesterday's figure from today's.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import fmean
from typing import Final
from uuid import UUID

from sqlalchemy import func, select

from klankbord.actions.models import ActionPoint, ActionState
from klankbord.context import NOT_FOUND, Context
from klankbord.errors import NotFound
from klankbord.people.models import CaseFile, CaseMember
from klankbord_samen_sterker.figures import (
    THEMES,
    OpenedReview,
    Values,
    opened_between,
    within,
)
from klankbord_samen_sterker.models import OPENED, RelationReview, ReviewState
from klankbord_samen_sterker.permissions import LEAD

FEWEST_PEOPLE: Final = 10
FEWEST_WORKERS: Final = 3
# All workers but the largest together: else it is a figure about that one colleague.
SMALLEST_REST: Final = 0.2
LOW_RESPONSE: Final = 40


@dataclass(frozen=True)
class ThemeFigure:
    """A theme's mean over the clients, to one decimal; None is hidden."""

    theme: str
    mean: float | None


@dataclass(frozen=True)
class TeamReport:
    """What a team lead sees; None is hidden, and nobody says why."""

    begins_on: date
    ends_on: date
    months: int
    respondents: int | None
    response: int | None
    reviewed: int | None
    agreements_kept: int | None
    themes: tuple[ThemeFigure, ...]

    @property
    def hides(self) -> bool:
        """Tell whether any figure is hidden."""
        shown = (self.respondents, self.response, self.reviewed, self.agreements_kept)
        means = [figure.mean for figure in self.themes]
        return None in shown or None in means

    @property
    def low_response(self) -> bool:
        """Tell whether so few answered that the figures say little."""
        return self.response is not None and self.response < LOW_RESPONSE


def read_team_report(ctx: Context, months: int) -> TeamReport:
    """Return the figures of the lead's own team over the last 6 or 12 whole months.

    Raises:
        NotFound: the lead has no team.

    """
    ctx.require(LEAD)
    team_id = ctx.actor.team_id
    if team_id is None:
        raise NotFound(NOT_FOUND)
    ends_on = last_quarter_end(ctx.tenant.today())
    begins_on = _months_before(ends_on, months)
    reviews = _of_team(ctx, team_id, begins_on, ends_on)
    shown = _enough(reviews)
    if months > 6:
        # Two periods that overlap must not leave a small group when subtracted.
        middle = _months_before(ends_on, 6)
        older = [review for review in reviews if _day(ctx, review) < middle]
        newer = [review for review in reviews if _day(ctx, review) >= middle]
        shown = shown and all(_enough(part) for part in (older, newer) if part)
    return TeamReport(
        begins_on=begins_on,
        ends_on=ends_on,
        months=months,
        respondents=len(_clients(reviews)) if shown else None,
        response=_response(ctx, team_id, begins_on, ends_on) if shown else None,
        reviewed=_reviewed(ctx, team_id, ends_on),
        agreements_kept=_kept(ctx, team_id, begins_on, ends_on) if shown else None,
        themes=tuple(
            _theme(reviews, theme) if shown else ThemeFigure(theme, None)
            for theme in THEMES
        ),
    )


def last_quarter_end(today: date) -> date:
    """Return the last day of the last whole quarter."""
    first_month = (today.month - 1) // 3 * 3 + 1
    return date(today.year, first_month, 1) - timedelta(days=1)


def _months_before(ends_on: date, months: int) -> date:
    after = ends_on + timedelta(days=1)
    count = after.year * 12 + after.month - 1 - months
    return date(count // 12, count % 12 + 1, 1)


def _of_team(
    ctx: Context, team_id: UUID, begins_on: date, ends_on: date
) -> list[OpenedReview]:
    cases = select(CaseFile.id).where(CaseFile.team_id == team_id)
    found = opened_between(ctx, begins_on, ends_on, RelationReview.case_id.in_(cases))
    return [review for review in found if review.client]


def _enough(reviews: Sequence[OpenedReview]) -> bool:
    """Tell whether a figure is about enough people, and about no one colleague."""
    if len(_clients(reviews)) < FEWEST_PEOPLE:
        return False
    pairs = {(review.client_id, review.worker_id) for review in reviews}
    per_worker = Counter(worker_id for _, worker_id in pairs)
    if len(per_worker) < FEWEST_WORKERS:
        return False
    rest = per_worker.total() - max(per_worker.values())
    return rest >= SMALLEST_REST * per_worker.total()


def _clients(reviews: Sequence[OpenedReview]) -> set[UUID]:
    return {review.client_id for review in reviews}


def _day(ctx: Context, review: OpenedReview) -> date:
    return review.revealed_at.astimezone(ctx.tenant.time_zone).date()


def _theme(reviews: Sequence[OpenedReview], theme: str) -> ThemeFigure:
    answered = [review for review in reviews if theme in review.client]
    if not _enough(answered):
        return ThemeFigure(theme, None)
    values: dict[UUID, Values] = {}
    for review in answered:
        values.setdefault(review.client_id, Values()).add(review.client)
    return ThemeFigure(theme, round(fmean(one.of(theme) for one in values.values()), 1))


def _response(
    ctx: Context, team_id: UUID, begins_on: date, ends_on: date
) -> int | None:
    """Return how many of the reviews that began were answered by both."""
    states = ctx.session.scalars(
        select(RelationReview.state)
        .join(CaseFile, CaseFile.id == RelationReview.case_id)
        .where(
            CaseFile.team_id == team_id,
            RelationReview.state.in_(OPENED | {ReviewState.EXPIRED}),
            within(ctx, RelationReview.opened_at, begins_on, ends_on),
        )
    ).all()
    return _percentage(sum(state in OPENED for state in states), len(states))


def _reviewed(ctx: Context, team_id: UUID, ends_on: date) -> int | None:
    """Return how many clients of the team opened a review in the last six months."""
    rows = ctx.session.execute(
        select(CaseMember.client_id, CaseFile.worker_id)
        .join(CaseFile, CaseFile.id == CaseMember.case_id)
        .where(
            CaseFile.team_id == team_id,
            CaseFile.worker_id.is_not(None),
            CaseFile.begins_on <= ends_on,
            (CaseFile.ended_on.is_(None)) | (CaseFile.ended_on > ends_on),
            CaseMember.begins_on <= ends_on,
            (CaseMember.ends_on.is_(None)) | (CaseMember.ends_on >= ends_on),
        )
    ).all()
    if len({row.worker_id for row in rows}) < FEWEST_WORKERS:
        return None
    clients = {row.client_id for row in rows}
    opened = _of_team(ctx, team_id, _months_before(ends_on, 6), ends_on)
    return _percentage(len(clients & _clients(opened)), len(clients))


def _kept(ctx: Context, team_id: UUID, begins_on: date, ends_on: date) -> int | None:
    row = ctx.session.execute(
        select(
            func.count().filter(ActionPoint.state == ActionState.KEPT).label("kept"),
            func.count().label("ended"),
            func.count(func.distinct(ActionPoint.client_id)).label("clients"),
            func.count(func.distinct(RelationReview.worker_id)).label("workers"),
        )
        .join(RelationReview, RelationReview.id == ActionPoint.source_id)
        .join(CaseFile, CaseFile.id == RelationReview.case_id)
        .where(
            CaseFile.team_id == team_id,
            ActionPoint.source == "samen_sterker",
            ActionPoint.state.in_((ActionState.KEPT, ActionState.NOT_KEPT)),
            within(ctx, ActionPoint.closed_at, begins_on, ends_on),
        )
    ).one()
    if row.clients < FEWEST_PEOPLE or row.workers < FEWEST_WORKERS:
        return None
    return _percentage(row.kept, row.ended)


def _percentage(part: int, whole: int) -> int | None:
    return None if whole < FEWEST_PEOPLE else round(100 * part / whole)
