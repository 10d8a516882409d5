"""What opened reviews hold as numbers: never words, never one side alone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from statistics import fmean
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute

from klankbord.context import Context
from klankbord.people.ages import age_on, role_of
from klankbord.people.models import CaseMember, Client, ClientKind
from klankbord.questionnaires.models import Answer
from klankbord_samen_sterker.models import OPENED, RelationReview

THEMES: Final = ("manners", "listening", "contact", "family_plan", "agreements")
BANDS: Final = ((12, "0-11"), (16, "12-15"), (18, "16-17"))
OLDEST_BAND: Final = "18+"
UNKNOWN_BAND: Final = "unknown"


@dataclass(frozen=True)
class OpenedReview:
    """One opened review: both sides as numbers by theme; what was skipped is absent."""

    case_id: UUID
    client_id: UUID
    worker_id: UUID
    revealed_at: datetime
    client: Mapping[str, float]
    worker: Mapping[str, float]


@dataclass(frozen=True)
class Person:
    """In which cell of the figures somebody counts."""

    role: str
    age_band: str


@dataclass
class Values:
    """One person's values by theme, gathered over a period."""

    by_theme: dict[str, list[float]] = field(default_factory=dict)

    def add(self, numbers: Mapping[str, float]) -> None:
        """Add the numbers of one review."""
        for theme, number in numbers.items():
            self.by_theme.setdefault(theme, []).append(number)

    def of(self, theme: str) -> float:
        """Return the person's one value for a theme.

        A theme that was always skipped takes the person's own mean of the others, so
        that every theme is about the same persons.
        """
        found = self.by_theme.get(theme)
        return fmean(found) if found else self.mean

    @property
    def mean(self) -> float:
        """Return the mean over everything this person answered."""
        return fmean(value for values in self.by_theme.values() for value in values)


def opened_between(
    ctx: Context, begins_on: date, ends_on: date, *where: ColumnElement[bool]
) -> list[OpenedReview]:
    """Return the reviews that opened from one day up to and including another."""
    rows = ctx.session.execute(
        select(
            RelationReview.case_id,
            RelationReview.client_id,
            RelationReview.worker_id,
            RelationReview.revealed_at,
            RelationReview.client_answers_id,
            RelationReview.worker_answers_id,
        )
        .where(
            RelationReview.state.in_(OPENED),
            within(ctx, RelationReview.revealed_at, begins_on, ends_on),
            *where,
        )
        .order_by(RelationReview.revealed_at, RelationReview.id)
    ).all()
    numbers = _numbers(ctx, [answers_id for row in rows for answers_id in row[4:]])
    return [
        OpenedReview(
            row.case_id,
            row.client_id,
            row.worker_id,
            row.revealed_at,
            numbers.get(row.client_answers_id, {}),
            numbers.get(row.worker_answers_id, {}),
        )
        for row in rows
    ]


def within(
    ctx: Context,
    moment: InstrumentedAttribute[Any],
    begins_on: date,
    ends_on: date,
) -> ColumnElement[bool]:
    """Return the condition that a moment falls on these days where the tenant is."""
    zone = ctx.tenant.time_zone
    return moment.between(
        datetime.combine(begins_on, time.min, tzinfo=zone),
        datetime.combine(ends_on, time.max, tzinfo=zone),
    )


def gaps(review: OpenedReview) -> dict[str, float]:
    """Return per theme how far the two are apart, where both answered."""
    both = review.client.keys() & review.worker.keys()
    return {theme: abs(review.client[theme] - review.worker[theme]) for theme in both}


def persons(
    ctx: Context, reviews: Iterable[OpenedReview], on: date
) -> dict[UUID, Person]:
    """Return the cell of each client; for a parent the youngest child's age counts."""
    cases = {review.client_id: review.case_id for review in reviews}
    youngest = _youngest_children(ctx, list(cases.values()))
    rows = ctx.session.execute(
        select(Client.id, Client.kind, Client.birth_date).where(
            Client.id.in_(list(cases))
        )
    )
    return {
        row.id: Person(
            role_of(row, on).value,
            _band(
                youngest.get(cases[row.id])
                if row.kind is ClientKind.PARENT
                else row.birth_date,
                on,
            ),
        )
        for row in rows
    }


def _band(birth_date: date | None, on: date) -> str:
    if birth_date is None:
        return UNKNOWN_BAND
    age = age_on(birth_date, on)
    return next((band for below, band in BANDS if age < below), OLDEST_BAND)


def _youngest_children(ctx: Context, case_ids: Sequence[UUID]) -> dict[UUID, date]:
    rows = ctx.session.execute(
        select(CaseMember.case_id, func.max(Client.birth_date).label("born"))
        .join(Client, Client.id == CaseMember.client_id)
        .where(CaseMember.case_id.in_(case_ids), Client.kind == ClientKind.YOUTH)
        .group_by(CaseMember.case_id)
    )
    return {row.case_id: row.born for row in rows if row.born is not None}


def _numbers(
    ctx: Context, answer_set_ids: Sequence[UUID | None]
) -> dict[UUID | None, dict[str, float]]:
    found: dict[UUID | None, dict[str, float]] = {}
    rows = ctx.session.execute(
        select(Answer.answer_set_id, Answer.item, Answer.number).where(
            Answer.answer_set_id.in_(answer_set_ids),
            Answer.item.in_(THEMES),
            Answer.number.is_not(None),
        )
    )
    for row in rows:
        found.setdefault(row.answer_set_id, {})[row.item] = row.number
    return found
