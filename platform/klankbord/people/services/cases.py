"""Open a case, change who works in it, end it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm.attributes import flag_modified

from klankbord.accounts.models import Account, Team
from klankbord.audit.models import Action
from klankbord.context import Context
from klankbord.db import now
from klankbord.editing import take
from klankbord.errors import N_, Conflict, Invalid, NotFound, Overtaken
from klankbord.people.access import (
    CHANGES,
    KNOWS,
    Relation,
    require_relation,
)
from klankbord.people.models import (
    Appointment,
    CaseEventKind,
    CaseFile,
    Family,
    MeasureKind,
)
from klankbord.people.permissions import ASSIGN, CHANGE, OPEN
from klankbord.people.services.appointments import cancel_appointments
from klankbord.people.services.events import add_event
from klankbord.people.services.log import log_case
from klankbord.people.services.rows import CaseFacts
from klankbord.permissions import CASE_WORKERS, Role

NOT_STAFF = N_("Choose somebody from the list.")
SAME_PERSON = N_("Choose somebody else than the youth protection worker.")
NOT_INVOLVED = N_("Choose yourself as worker or deputy, or a team that you lead.")
ENDS_BEFORE_START = N_("This day is before the start of the measure.")
NOT_YET = N_("Choose today or a day before. You can end it when the day has come.")
ENDED_ALREADY = N_("This measure has ended already.")
STAFF_FIELDS = ("worker_id", "deputy_id", "expert_id", "team_id")
FACT_FIELDS = ("measure", "begins_on")
ASSIGNS = CHANGES | {Relation.TEAM_LEAD}
_ROLES = {
    "worker_id": CASE_WORKERS,
    "deputy_id": CASE_WORKERS,
    "expert_id": frozenset({Role.BEHAVIOURAL_EXPERT}),
}


def open_case(  # noqa: PLR0913 - what a case is made of
    ctx: Context,
    *,
    family: str,
    measure: MeasureKind,
    begins_on: date,
    worker_id: UUID,
    deputy_id: UUID | None = None,
    expert_id: UUID | None = None,
    team_id: UUID | None = None,
) -> UUID:
    """Start with a new family and return the id of its case.

    Raises:
        Invalid: somebody cannot have that place, or the actor would have none.

    """
    ctx.require(OPEN)
    staff = {
        "worker_id": worker_id,
        "deputy_id": deputy_id,
        "expert_id": expert_id,
        "team_id": team_id,
    }
    _check_staff(ctx, staff)
    new_family = Family(name=family)
    ctx.session.add(new_family)
    ctx.session.flush()
    case = CaseFile(
        family_id=new_family.id, measure=measure, begins_on=begins_on, **staff
    )
    ctx.session.add(case)
    ctx.session.flush()
    try:
        require_relation(ctx, case.id, KNOWS)
    except NotFound:
        raise Invalid("", worker_id=NOT_INVOLVED) from None
    return case.id


def case_facts(ctx: Context, case_id: UUID) -> CaseFacts:
    """Return what can be changed about a case."""
    ctx.require(ASSIGN)
    require_relation(ctx, case_id, ASSIGNS)
    row = ctx.session.execute(
        select(
            CaseFile.version,
            Family.name,
            CaseFile.measure,
            CaseFile.begins_on,
            CaseFile.ended_on,
            CaseFile.worker_id,
            CaseFile.deputy_id,
            CaseFile.expert_id,
            CaseFile.team_id,
        )
        .join(Family, Family.id == CaseFile.family_id)
        .where(CaseFile.id == case_id)
    ).one()
    return CaseFacts(*row)


def knows_case(ctx: Context, case_id: UUID) -> bool:
    """Tell whether the actor may still see at least the facts of the case."""
    try:
        require_relation(ctx, case_id, KNOWS)
    except NotFound:
        return False
    return True


def change_case(
    ctx: Context,
    case_id: UUID,
    version: int,
    *,
    family: str,
    measure: MeasureKind,
    begins_on: date,
) -> None:
    """Change the family's name, the measure or its start.

    Raises:
        Overtaken: somebody else changed the case first.

    """
    ctx.require(CHANGE)
    access = require_relation(ctx, case_id, CHANGES)
    try:
        case = take(ctx, CaseFile, case_id, version, FACT_FIELDS)
    except Overtaken as error:
        stored = {**error.stored, "family": _family_name(ctx, case_id)}
        raise Overtaken(error.version, stored) from error
    ctx.get(Family, case.family_id).name = family
    case.measure, case.begins_on = measure, begins_on
    flag_modified(case, "measure")  # a new name is a new version too
    ctx.session.flush()
    log_case(ctx, access, Action.UPDATE)


def change_staff(
    ctx: Context,
    case_id: UUID,
    version: int,
    staff: Mapping[str, UUID | None],
    on: date | None = None,
) -> None:
    """Say who works in the case from now on: worker, deputy, expert, team.

    Another worker takes over the appointments to come; every method is told. Who has no
    place any more sees nothing from this moment on.

    Raises:
        Invalid: somebody cannot have that place.
        Overtaken: somebody else changed the case first.

    """
    ctx.require(ASSIGN)
    access = require_relation(ctx, case_id, ASSIGNS)
    _check_staff(ctx, staff)
    case = take(ctx, CaseFile, case_id, version, STAFF_FIELDS)
    former = case.worker_id
    for name in STAFF_FIELDS:
        setattr(case, name, staff.get(name))
    ctx.session.flush()
    log_case(ctx, access, Action.UPDATE)
    if case.worker_id != former:
        _move_appointments(ctx, case_id, former, case.worker_id)
        details = {"from": str(former), "to": str(case.worker_id)}
        on = on or ctx.tenant.today()
        add_event(ctx, case_id, CaseEventKind.CHANGE_OF_WORKER, on, details)


def end_case(ctx: Context, case_id: UUID, version: int, on: date) -> None:
    """End the measure on a day: later appointments are cancelled, methods are told.

    Raises:
        Invalid: the day is before the start, or still to come.
        Conflict: the measure has ended already.
        Overtaken: somebody else changed the case first.

    """
    ctx.require(CHANGE)
    access = require_relation(ctx, case_id, CHANGES)
    case = take(ctx, CaseFile, case_id, version, ("ended_on",))
    if case.ended_on is not None:
        raise Conflict(ENDED_ALREADY)
    if on > ctx.tenant.today():
        raise Invalid("", on=NOT_YET)
    if on < case.begins_on:
        raise Invalid("", on=ENDS_BEFORE_START)
    case.ended_on = on
    ctx.session.flush()
    midnight = datetime.combine(on, time.min, ctx.tenant.time_zone)
    cancel_appointments(ctx, case_id, max(midnight, now()))
    log_case(ctx, access, Action.UPDATE)
    add_event(ctx, case_id, CaseEventKind.END, on)


def staff_choices(
    ctx: Context, *roles: Role, also: UUID | None = None
) -> Sequence[tuple[UUID, str]]:
    """Return who can be chosen for a place: by name, not disabled, or there already."""
    ctx.require(ASSIGN)
    rows = ctx.session.execute(
        select(Account.id, Account.name)
        .where(
            (Account.roles.overlap(list(roles)) & Account.disabled_at.is_(None))
            | (Account.id == also)
        )
        .order_by(Account.name, Account.id)
    )
    return [(row.id, row.name) for row in rows]


def team_choices(ctx: Context) -> Sequence[tuple[UUID, str]]:
    """Return the teams that can be chosen."""
    ctx.require(ASSIGN)
    rows = ctx.session.execute(select(Team.id, Team.name).order_by(Team.name))
    return [(row.id, row.name) for row in rows]


def _family_name(ctx: Context, case_id: UUID) -> str | None:
    return ctx.session.scalar(
        select(Family.name)
        .join(CaseFile, CaseFile.family_id == Family.id)
        .where(CaseFile.id == case_id)
    )


def _check_staff(ctx: Context, staff: Mapping[str, UUID | None]) -> None:
    wrong: dict[str, str] = {}
    ids = [staff.get(name) for name in _ROLES]
    rows = ctx.session.execute(
        select(Account.id, Account.roles).where(
            Account.id.in_(ids), Account.disabled_at.is_(None)
        )
    )
    roles_of = {row.id: frozenset(map(Role, row.roles)) for row in rows}
    for name, roles in _ROLES.items():
        chosen = staff.get(name)
        if chosen is None and name != "worker_id":
            continue
        if chosen is None or not roles & roles_of.get(chosen, frozenset()):
            wrong[name] = NOT_STAFF
    if staff.get("deputy_id") and staff.get("deputy_id") == staff.get("worker_id"):
        wrong["deputy_id"] = SAME_PERSON
    team_id = staff.get("team_id")
    if team_id and ctx.session.get(Team, (ctx.tenant_id, team_id)) is None:
        wrong["team_id"] = NOT_STAFF
    if wrong:
        raise Invalid("", **wrong)


def _move_appointments(
    ctx: Context, case_id: UUID, former: UUID | None, worker_id: UUID | None
) -> None:
    ctx.session.execute(
        update(Appointment)
        .where(
            Appointment.case_id == case_id,
            Appointment.worker_id == former,
            Appointment.begins_at >= now(),
            Appointment.cancelled_at.is_(None),
        )
        .values(worker_id=worker_id, version=Appointment.version + 1)
    )
