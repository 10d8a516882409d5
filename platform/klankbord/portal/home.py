"""What the start page of a client shows: at most four blocks, in a few queries."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from klankbord.accounts.models import Account
from klankbord.actions.services import Agreement, agreements_of
from klankbord.audit.models import Action, Category, Ground
from klankbord.audit.services import record
from klankbord.context import NOT_FOUND, Context
from klankbord.db import now
from klankbord.errors import NotFound
from klankbord.people.models import Appointment, CaseFile, CaseMember, Client
from klankbord.portal.permissions import HOME, OWN
from klankbord.tasks.services import TaskRow, open_tasks

MOST_TASKS = 3
MOST_AGREEMENTS = 2
STILL_GOING_ON = timedelta(hours=1)

_WORKER = aliased(Account, name="worker")
_DEPUTY = aliased(Account, name="deputy")
_ME = select(Client.given_name, Client.family_name, Client.salutation)
_WORKERS = (
    select(
        CaseFile.id,
        _WORKER.name.label("worker"),
        _WORKER.working_days,
        _WORKER.phone,
        _DEPUTY.name.label("deputy"),
        _DEPUTY.phone.label("deputy_phone"),
    )
    .join(CaseMember, CaseMember.case_id == CaseFile.id)
    .outerjoin(_WORKER, _WORKER.id == CaseFile.worker_id)
    .outerjoin(_DEPUTY, _DEPUTY.id == CaseFile.deputy_id)
    .order_by(CaseFile.begins_on)
)
_NEXT = select(
    Appointment.id,
    Appointment.case_id,
    Appointment.begins_at,
    Appointment.place,
    Appointment.cancelled_at,
    Appointment.version,
).order_by(Appointment.begins_at)


@dataclass(frozen=True)
class Meeting:
    """An appointment to come, or one that was to come."""

    id: UUID
    begins_at: datetime
    place: str
    version: int


@dataclass(frozen=True)
class WorksWithMe:
    """Who works in one of the client's cases; no `worker` while nobody is appointed."""

    case_id: UUID
    worker: str | None
    working_days: str
    phone: str
    deputy: str | None
    deputy_phone: str
    meetings: tuple[Meeting, ...]


@dataclass(frozen=True)
class Working:
    """Who works with me, and which appointments to come are called off."""

    workers: tuple[WorksWithMe, ...]
    called_off: tuple[Meeting, ...]


@dataclass(frozen=True)
class Home:
    """The four blocks: what to do now, what was done with words, who works with me."""

    given_name: str
    salutation: str
    tasks: tuple[TaskRow, ...]
    agreements: tuple[Agreement, ...]
    news: int
    workers: tuple[WorksWithMe, ...]
    called_off: tuple[Meeting, ...]


@dataclass(frozen=True)
class BuddyHome:
    """The start page of a buddy, who is no client here."""

    name: str
    tasks: tuple[TaskRow, ...]


def home_of(ctx: Context) -> Home:
    """Return the start page of the client who is signed in.

    Raises:
        NotFound: the person is no client.

    """
    ctx.require(HOME)
    client_id, account_id = ctx.actor.client_id, ctx.actor.account_id
    if client_id is None or account_id is None:
        raise NotFound(NOT_FOUND)
    me = ctx.session.execute(_ME.where(Client.id == client_id)).one()
    agreements = agreements_of(ctx, client_id)
    news = [agreement for agreement in agreements if agreement.unseen]
    working = _working(ctx, client_id, most_meetings=1)
    return Home(
        given_name=me.given_name,
        salutation=me.salutation,
        tasks=open_tasks(ctx, account_id)[:MOST_TASKS],
        agreements=(tuple(news) or agreements)[:MOST_AGREEMENTS],
        news=len(news),
        workers=working.workers,
        called_off=working.called_off,
    )


def buddy_home(ctx: Context) -> BuddyHome:
    """Return the start page of a buddy."""
    ctx.require(HOME)
    if ctx.actor.account_id is None:
        raise NotFound(NOT_FOUND)
    return BuddyHome(ctx.actor.name, open_tasks(ctx, ctx.actor.account_id))


def who_works_with_me(ctx: Context) -> Working:
    """Return who works in the client's cases, with all appointments to come."""
    ctx.require(OWN)
    if ctx.actor.client_id is None:
        raise NotFound(NOT_FOUND)
    record(ctx, ctx.actor.client_id, Category.APPOINTMENTS, Action.READ, Ground.OWN)
    return _working(ctx, ctx.actor.client_id, most_meetings=20)


def own_meeting(ctx: Context, appointment_id: UUID) -> Meeting:
    """Return an appointment to come of the client who is signed in.

    Raises:
        NotFound: it is somebody else's, called off or over.

    """
    ctx.require(OWN)
    row = ctx.session.execute(
        _NEXT.where(
            Appointment.id == appointment_id,
            Appointment.client_id == ctx.actor.client_id,
            Appointment.begins_at >= now() - STILL_GOING_ON,
            Appointment.cancelled_at.is_(None),
        )
    ).first()
    if row is None:
        raise NotFound(NOT_FOUND)
    record(ctx, ctx.actor.client_id, Category.APPOINTMENTS, Action.EXPORT, Ground.OWN)
    return Meeting(row.id, row.begins_at, row.place, row.version)


def _working(ctx: Context, client_id: UUID, *, most_meetings: int) -> Working:
    today = ctx.tenant.today()
    cases = ctx.session.execute(
        _WORKERS.where(
            CaseMember.client_id == client_id,
            CaseMember.begins_on <= today,
            or_(CaseMember.ends_on.is_(None), CaseMember.ends_on > today),
            or_(CaseFile.ended_on.is_(None), CaseFile.ended_on > today),
        )
    ).all()
    meetings: dict[UUID, list[Meeting]] = {case.id: [] for case in cases}
    called_off: list[Meeting] = []
    for row in ctx.session.execute(
        _NEXT.where(
            Appointment.client_id == client_id,
            Appointment.begins_at >= now() - STILL_GOING_ON,
        )
    ):
        meeting = Meeting(row.id, row.begins_at, row.place, row.version)
        if row.cancelled_at is not None:
            called_off.append(meeting)
        elif len(meetings.get(row.case_id, [])) < most_meetings:
            meetings.setdefault(row.case_id, []).append(meeting)
    workers = tuple(
        WorksWithMe(
            case_id=case.id,
            worker=case.worker,
            working_days=case.working_days or "",
            phone=case.phone or "",
            deputy=case.deputy,
            deputy_phone=case.deputy_phone or "",
            meetings=tuple(meetings[case.id]),
        )
        for case in cases
    )
    return Working(workers, tuple(called_off[:most_meetings]))
