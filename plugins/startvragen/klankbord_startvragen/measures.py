"""The figure that Startvragen gives to the learning reports."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Final

from sqlalchemy import func, select

from klankbord.context import Context
from klankbord.errors import N_
from klankbord.people.models import CaseFile
from klankbord.plugin import Contribution, Measure, MeasureKind
from klankbord_startvragen.models import SIX_WEEKS, Part
from klankbord_startvragen.permissions import LOOK_AFTER

TOTAL: Final = "total"


def sheet_in_six_weeks(
    ctx: Context, begins_on: date, ends_on: date
) -> Sequence[Contribution]:
    """Count the new cases whose six weeks ended in the period, and who had a sheet.

    A family counts once, however many of its members filled in a part. A case that
    ended within its six weeks does not count.
    """
    ctx.require(LOOK_AFTER)
    first = (
        select(func.min(Part.filled_at))
        .where(Part.case_id == CaseFile.id)
        .scalar_subquery()
    )
    cases = ctx.session.execute(
        select(CaseFile.begins_on, first.label("filled_at")).where(
            CaseFile.begins_on >= begins_on - SIX_WEEKS,
            CaseFile.begins_on < ends_on - SIX_WEEKS,
            (CaseFile.ended_on.is_(None))
            | (CaseFile.ended_on >= CaseFile.begins_on + SIX_WEEKS),
        )
    ).all()
    in_time = [
        case
        for case in cases
        if case.filled_at is not None
        and case.filled_at < _end_of(ctx, case.begins_on + SIX_WEEKS)
    ]
    if not cases:
        return []
    return [Contribution(TOTAL, TOTAL, len(cases), float(len(in_time)))]


def _end_of(ctx: Context, day: date) -> datetime:
    return datetime.combine(day, time.max, ctx.tenant.time_zone)


MEASURES: Final = (
    Measure(
        name="startvragen.sheet_in_six_weeks",
        title=N_("New families with a sheet within six weeks"),
        version=1,
        kind=MeasureKind.PROCESS,
        scale=(0, 1),
        contribute=sheet_in_six_weeks,
    ),
)
