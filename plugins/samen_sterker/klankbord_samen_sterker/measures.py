"""The figures that Samen Sterker gives to the learning reports.

Only opened reviews count. A person is one client, or for the workers' side one worker;
several reviews in a round are averaged to one value first.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select

from klankbord.actions.models import ActionPoint, ActionState
from klankbord.context import Context
from klankbord.errors import N_
from klankbord.people.models import CaseFile, CaseMember
from klankbord.plugin import Contribution, Measure, MeasureKind
from klankbord_samen_sterker.figures import (
    THEMES,
    OpenedReview,
    Person,
    Values,
    gaps,
    opened_between,
    persons,
    within,
)
from klankbord_samen_sterker.models import OPENED, RelationReview
from klankbord_samen_sterker.permissions import LOOK_AFTER

if TYPE_CHECKING:
    from uuid import UUID

TOTAL: Final = "total"
WORKER: Final = "worker"
SOURCE: Final = "samen_sterker"
CLIENT_TITLES: Final = {
    "manners": N_("Getting along, says the client"),
    "listening": N_("Listening, says the client"),
    "contact": N_("Contact, says the client"),
    "family_plan": N_("The family plan, says the client"),
    "agreements": N_("Agreements, says the client"),
}
WORKER_TITLES: Final = {
    "manners": N_("Getting along, says the worker"),
    "listening": N_("Listening, says the worker"),
    "contact": N_("Contact, says the worker"),
    "family_plan": N_("The family plan, says the worker"),
    "agreements": N_("Agreements, says the worker"),
}
GAP_TITLES: Final = {
    "manners": N_("Getting along: how far apart"),
    "listening": N_("Listening: how far apart"),
    "contact": N_("Contact: how far apart"),
    "family_plan": N_("The family plan: how far apart"),
    "agreements": N_("Agreements: how far apart"),
}

Contribute = Callable[[Context, date, date], Sequence[Contribution]]


def _by_client(
    theme: str, side: Callable[[OpenedReview], Mapping[str, float]]
) -> Contribute:
    def contribute(
        ctx: Context, begins_on: date, ends_on: date
    ) -> Sequence[Contribution]:
        ctx.require(LOOK_AFTER)
        reviews = opened_between(ctx, begins_on, ends_on)
        cells = persons(ctx, reviews, ends_on)
        values: dict[UUID, Values] = {}
        for review in reviews:
            if side(review):
                values.setdefault(review.client_id, Values()).add(side(review))
        counted = [(cells[person], found.of(theme)) for person, found in values.items()]
        return _sum(counted)

    return contribute


def _by_worker(theme: str) -> Contribute:
    def contribute(
        ctx: Context, begins_on: date, ends_on: date
    ) -> Sequence[Contribution]:
        ctx.require(LOOK_AFTER)
        reviews = opened_between(ctx, begins_on, ends_on)
        cells = persons(ctx, reviews, ends_on)
        values: dict[tuple[UUID, str], Values] = {}
        for review in reviews:
            if review.worker:
                key = (review.worker_id, cells[review.client_id].age_band)
                values.setdefault(key, Values()).add(review.worker)
        counted = [
            (Person(WORKER, band), found.of(theme))
            for (_, band), found in values.items()
        ]
        return _sum(counted)

    return contribute


def reviewed(ctx: Context, begins_on: date, ends_on: date) -> Sequence[Contribution]:
    """Count the clients who work with somebody, and who of them opened a review."""
    ctx.require(LOOK_AFTER)
    clients = set(
        ctx.session.scalars(
            select(CaseMember.client_id)
            .join(CaseFile, CaseFile.id == CaseMember.case_id)
            .where(
                CaseFile.worker_id.is_not(None),
                CaseFile.begins_on <= ends_on,
                (CaseFile.ended_on.is_(None)) | (CaseFile.ended_on > ends_on),
                CaseMember.begins_on <= ends_on,
                (CaseMember.ends_on.is_(None)) | (CaseMember.ends_on >= ends_on),
            )
        )
    )
    opened = opened_between(ctx, begins_on, ends_on)
    done = clients & {review.client_id for review in opened}
    return _total(len(clients), len(done))


def agreements_kept(
    ctx: Context, begins_on: date, ends_on: date
) -> Sequence[Contribution]:
    """Count the clients with ended agreements; sum each one's share that was kept."""
    ctx.require(LOOK_AFTER)
    rows = ctx.session.execute(
        select(
            ActionPoint.client_id,
            func.count().filter(ActionPoint.state == ActionState.KEPT).label("kept"),
            func.count().label("ended"),
        )
        .join(RelationReview, RelationReview.id == ActionPoint.source_id)
        .where(
            ActionPoint.source == SOURCE,
            ActionPoint.state.in_((ActionState.KEPT, ActionState.NOT_KEPT)),
            RelationReview.state.in_(OPENED),
            within(ctx, ActionPoint.closed_at, begins_on, ends_on),
        )
        .group_by(ActionPoint.client_id)
    ).all()
    return _total(len(rows), sum(row.kept / row.ended for row in rows))


def change(ctx: Context, begins_on: date, ends_on: date) -> Sequence[Contribution]:
    """Sum how each client's mean changed from the first opened review to the last.

    The last one opened in the period; the first may be older.
    """
    ctx.require(LOOK_AFTER)
    last = {
        review.client_id: review
        for review in opened_between(ctx, begins_on, ends_on)
        if review.client
    }
    first: dict[UUID, OpenedReview] = {}
    for review in opened_between(
        ctx, date(2000, 1, 1), ends_on, RelationReview.client_id.in_(list(last))
    ):
        if review.client:
            first.setdefault(review.client_id, review)
    cells = persons(ctx, last.values(), ends_on)
    counted = []
    for client_id, review in last.items():
        begin = first[client_id]
        if begin.revealed_at < review.revealed_at:
            difference = _mean(review) - _mean(begin)
            counted.append((cells[client_id], difference))
    return _sum(counted)


def _mean(review: OpenedReview) -> float:
    values = Values()
    values.add(review.client)
    return values.mean


def _sum(counted: Sequence[tuple[Person, float]]) -> Sequence[Contribution]:
    cells: dict[Person, list[float]] = {}
    for person, value in counted:
        cells.setdefault(person, []).append(value)
    return [
        Contribution(person.role, person.age_band, len(found), sum(found))
        for person, found in sorted(
            cells.items(), key=lambda cell: (cell[0].role, cell[0].age_band)
        )
    ]


def _total(count: int, total: float) -> Sequence[Contribution]:
    return [Contribution(TOTAL, TOTAL, count, float(total))] if count else []


def _score(
    name: str, title: str, scale: tuple[float, float], contribute: Contribute
) -> Measure:
    return Measure(
        name=f"samen_sterker.{name}",
        title=title,
        version=1,
        kind=MeasureKind.SCORE,
        scale=scale,
        contribute=contribute,
    )


def _process(name: str, title: str, contribute: Contribute) -> Measure:
    return Measure(
        name=f"samen_sterker.{name}",
        title=title,
        version=1,
        kind=MeasureKind.PROCESS,
        scale=(0, 1),
        contribute=contribute,
    )


MEASURES: Final = (
    _process("reviewed", N_("Clients with a review"), reviewed),
    *(
        _score(
            f"client_{theme}",
            CLIENT_TITLES[theme],
            (1, 5),
            _by_client(theme, lambda review: review.client),
        )
        for theme in THEMES
    ),
    *(
        _score(f"worker_{theme}", WORKER_TITLES[theme], (1, 5), _by_worker(theme))
        for theme in THEMES
    ),
    *(
        _score(f"gap_{theme}", GAP_TITLES[theme], (0, 4), _by_client(theme, gaps))
        for theme in THEMES
    ),
    _process("agreements_kept", N_("Agreements that were kept"), agreements_kept),
    _score("change", N_("Change from the first to the last review"), (-4, 4), change),
)
