"""What time and events do: six weeks, a year, a birthday, another worker, the end."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import or_, select

from klankbord.context import Context
from klankbord.people.models import CaseFile, CaseMember, Family
from klankbord.plugin import CaseEventHappened
from klankbord.tasks import services as tasks
from klankbord.tasks.models import Task, TaskState
from klankbord_startvragen.models import SIX_WEEKS, Line, Part
from klankbord_startvragen.permissions import LOOK_AFTER, REACT
from klankbord_startvragen.services.parts import members, running_on
from klankbord_startvragen.services.telling import (
    ask_about_worker,
    tell_member,
    tell_worker,
)

A_YEAR: Final = timedelta(days=365)
STILL_FITS: Final = "startvragen.still_fits"
LOOK_AGAIN: Final = "startvragen.look_again"
OF_MEMBERS: Final = (
    "startvragen.answer",
    STILL_FITS,
    "startvragen.new_worker",
    "startvragen.yours_now",
)
OF_WORKERS: Final = (
    "startvragen.begin",
    "startvragen.read",
    LOOK_AGAIN,
)


def look_after_sheets(ctx: Context) -> None:
    """Do once a day what is due; done twice, it changes nothing more."""
    ctx.require(LOOK_AFTER)
    begin_new_cases(ctx)
    hand_over_to_who_turned_twelve(ctx)
    ask_whether_it_fits(ctx)


def begin_new_cases(ctx: Context) -> None:
    """Let the worker of each new case without a sheet know by which day one is due."""
    today = ctx.tenant.today()
    filled = select(Part.id).where(
        Part.case_id == CaseFile.id, Part.filled_at.is_not(None)
    )
    for case in ctx.session.execute(
        select(
            CaseFile.id,
            CaseFile.worker_id,
            CaseFile.begins_on,
            Family.name.label("family"),
        )
        .join(CaseMember, CaseMember.case_id == CaseFile.id)
        .join(Family, Family.id == CaseFile.family_id)
        .where(
            CaseFile.worker_id.is_not(None),
            CaseFile.begins_on > today - SIX_WEEKS,
            running_on(today),
            ~filled.exists(),
        )
        .distinct()
        .order_by(CaseFile.id)
    ):
        tasks.assign(
            ctx,
            kind="startvragen.begin",
            subject_id=case.id,
            account_id=case.worker_id,
            due_on=case.begins_on + SIX_WEEKS,
            case_id=case.id,
            values={"family": case.family},
        )


def hand_over_to_who_turned_twelve(ctx: Context) -> None:
    """Tell who turned twelve that the part is theirs: to look at, change and share."""
    for member in members(ctx, Part.as_child.is_(True), lock=True):
        if member.decides:
            ctx.get(Part, member.part_id).as_child = False
            if member.running:
                tell_member(ctx, member, "startvragen.yours_now", "twelve")
    ctx.session.flush()


def ask_whether_it_fits(ctx: Context) -> None:
    """Ask a year after the last time; for a young child the worker looks with it."""
    a_year_ago = ctx.tenant.today() - A_YEAR
    asked = _asked(ctx)
    for member in members(ctx, Part.fits_on <= a_year_ago):
        if not member.running:
            continue
        if member.decides:
            if (STILL_FITS, member.part_id) not in asked:
                fits_on = ctx.get(Part, member.part_id).fits_on
                tell_member(ctx, member, STILL_FITS, str(fits_on))
        elif (LOOK_AGAIN, member.case_id) not in asked:
            tell_worker(ctx, member, LOOK_AGAIN)


def _asked(ctx: Context) -> set[tuple[str, UUID]]:
    """Return which of these tasks wait already: asked again, their day would move."""
    waiting = select(Task.kind, Task.subject_id).where(
        Task.kind.in_((STILL_FITS, LOOK_AGAIN)), Task.state == TaskState.OPEN
    )
    return {(row.kind, row.subject_id) for row in ctx.session.execute(waiting)}


def react_to_case_event(ctx: Context, event: CaseEventHappened) -> None:
    """Ask whether a new worker may read it; end what the end of a case cuts off."""
    ctx.require(REACT)
    if event.kind == "change_of_worker":
        _end_tasks(ctx, event.case_id, OF_WORKERS)
        _ask_about_new_worker(ctx, event)
    elif event.kind == "end":
        _end_tasks(ctx, event.case_id, OF_WORKERS)
        for member in members(ctx, Part.case_id == event.case_id):
            for kind in OF_MEMBERS:
                tasks.cancel(ctx, kind, member.part_id)


def _ask_about_new_worker(ctx: Context, event: CaseEventHappened) -> None:
    """Ask each member whose part the new worker may not read as it stands."""
    shut = select(Line.id).where(
        Line.part_id == Part.id,
        or_(Line.choice.is_not(None), Line.words.is_not(None)),
        Line.new_worker.is_(False),
    )
    for member in members(ctx, Part.case_id == event.case_id, shut.exists()):
        tasks.cancel(ctx, "startvragen.new_worker", member.part_id)
        if member.running and member.worker_id is not None:
            ask_about_worker(ctx, member, str(event.event_id))


def _end_tasks(ctx: Context, case_id: UUID, kinds: tuple[str, ...]) -> None:
    for kind in kinds:
        tasks.cancel(ctx, kind, case_id)
