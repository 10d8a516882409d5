"""Make, move and cancel a meeting."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select, update

from klankbord.accounts.models import Account
from klankbord.audit.models import Action, Category
from klankbord.context import NOT_FOUND, Context
from klankbord.db import now
from klankbord.editing import take
from klankbord.errors import N_, Conflict, Invalid, NotFound
from klankbord.people.access import CHANGES, require_relation
from klankbord.people.mails import tell_of_appointment
from klankbord.people.models import Appointment, CaseFile, CaseMember, Client, Family
from klankbord.people.permissions import CHANGE, SEE
from klankbord.people.services.log import log_client
from klankbord.people.services.rows import AppointmentRow

CANCELLED_ALREADY = N_("This appointment was cancelled already.")
NOT_IN_CASE = N_("Choose somebody who takes part in this case.")
FIELDS = ("begins_at", "place")


def make_appointment(
    ctx: Context,
    *,
    case_id: UUID,
    client_id: UUID,
    begins_at: datetime,
    place: str,
    worker_id: UUID | None = None,
) -> UUID:
    """Make an appointment of a client with a worker, the actor by default.

    Raises:
        Invalid: the client takes no part in this case, or the worker does not.

    """
    ctx.require(CHANGE)
    access = require_relation(ctx, case_id, CHANGES)
    if client_id not in {member for member, _ in client_choices(ctx, case_id)}:
        raise Invalid("", client_id=NOT_IN_CASE)
    worker_id = worker_id or ctx.actor.account_id
    case = ctx.get(CaseFile, case_id)
    if worker_id is None or worker_id not in {case.worker_id, case.deputy_id}:
        raise Invalid("", worker_id=NOT_IN_CASE)
    appointment = Appointment(
        case_id=case_id,
        worker_id=worker_id,
        client_id=client_id,
        begins_at=begins_at,
        place=place,
    )
    ctx.session.add(appointment)
    ctx.session.flush()
    log_client(ctx, client_id, access, Action.CREATE, Category.APPOINTMENTS)
    tell_of_appointment(ctx, client_id, appointment.id, appointment.version)
    return appointment.id


def client_choices(ctx: Context, case_id: UUID) -> Sequence[tuple[UUID, str]]:
    """Return who takes part in the case and does not leave it before tomorrow."""
    ctx.require(CHANGE)
    require_relation(ctx, case_id, CHANGES)
    today = ctx.tenant.today()
    rows = ctx.session.execute(
        select(Client.id, Client.given_name, Client.family_name)
        .join(CaseMember, CaseMember.client_id == Client.id)
        .where(
            CaseMember.case_id == case_id,
            or_(CaseMember.ends_on.is_(None), CaseMember.ends_on > today),
        )
        .order_by(Client.kind, Client.given_name, Client.id)
    )
    return [(row.id, f"{row.given_name} {row.family_name}") for row in rows]


def appointment_facts(ctx: Context, appointment_id: UUID) -> AppointmentRow:
    """Return an appointment that the actor may move or cancel."""
    ctx.require(CHANGE)
    row = ctx.session.execute(_ROWS.where(Appointment.id == appointment_id)).first()
    if row is None:
        raise NotFound(NOT_FOUND)
    require_relation(ctx, row.case_id, CHANGES)
    return _rows(ctx, [row])[0]


def move_appointment(
    ctx: Context, appointment_id: UUID, version: int, *, begins_at: datetime, place: str
) -> UUID:
    """Move the appointment to another time or place; return its case.

    Raises:
        Conflict: it was cancelled.
        Overtaken: somebody else changed it first.

    """
    appointment = _taken(ctx, appointment_id, version)
    appointment.begins_at, appointment.place = begins_at, place
    return _changed(ctx, appointment)


def cancel_appointment(ctx: Context, appointment_id: UUID, version: int) -> UUID:
    """Cancel the appointment; return its case.

    Raises:
        Conflict: it was cancelled.
        Overtaken: somebody else changed it first.

    """
    appointment = _taken(ctx, appointment_id, version)
    appointment.cancelled_at = now()
    return _changed(ctx, appointment)


def cancel_appointments(ctx: Context, case_id: UUID, since: datetime) -> None:
    """Cancel all in a case that begin from a moment on; part of ending the case."""
    cancelled = ctx.session.execute(
        update(Appointment)
        .where(
            Appointment.case_id == case_id,
            Appointment.begins_at >= since,
            Appointment.cancelled_at.is_(None),
        )
        .values(cancelled_at=now(), version=Appointment.version + 1)
        .returning(Appointment.client_id, Appointment.id, Appointment.version)
    )
    for client_id, appointment_id, version in cancelled.all():
        tell_of_appointment(ctx, client_id, appointment_id, version)


def own_appointments(
    ctx: Context, begin: datetime, end: datetime
) -> Sequence[AppointmentRow]:
    """Return the actor's own appointments in a period, the first one first."""
    ctx.require(SEE)
    rows = ctx.session.execute(
        _ROWS.where(
            Appointment.worker_id == ctx.actor.account_id,
            Appointment.begins_at >= begin,
            Appointment.begins_at < end,
            Appointment.cancelled_at.is_(None),
        ).order_by(Appointment.begins_at, Appointment.id)
    )
    return _rows(ctx, rows)


def appointments_of_case(ctx: Context, case_id: UUID) -> Sequence[AppointmentRow]:
    """Return the appointments to come; the caller asked for the relation."""
    rows = ctx.session.execute(
        _ROWS.where(
            Appointment.case_id == case_id,
            Appointment.begins_at >= func.now(),
            Appointment.cancelled_at.is_(None),
        ).order_by(Appointment.begins_at, Appointment.id)
    )
    return _rows(ctx, rows)


_ROWS = (
    select(
        Appointment.id,
        Appointment.case_id,
        Family.name.label("family"),
        Appointment.client_id,
        Client.given_name,
        Client.family_name,
        Account.name.label("worker"),
        Appointment.begins_at,
        Appointment.place,
        Appointment.version,
    )
    .join(Client, Client.id == Appointment.client_id)
    .join(CaseFile, CaseFile.id == Appointment.case_id)
    .join(Family, Family.id == CaseFile.family_id)
    .join(Account, Account.id == Appointment.worker_id)
)


def _rows(ctx: Context, rows: Any) -> Sequence[AppointmentRow]:  # noqa: ANN401 - rows of _ROWS
    return tuple(
        AppointmentRow(
            id=row.id,
            case_id=row.case_id,
            family=row.family,
            client_id=row.client_id,
            client=f"{row.given_name} {row.family_name}",
            worker=row.worker,
            begins_at=row.begins_at.astimezone(ctx.tenant.time_zone),
            place=row.place,
            version=row.version,
        )
        for row in rows
    )


def _changed(ctx: Context, appointment: Appointment) -> UUID:
    ctx.session.flush()
    tell_of_appointment(ctx, appointment.client_id, appointment.id, appointment.version)
    return appointment.case_id


def _taken(ctx: Context, appointment_id: UUID, version: int) -> Appointment:
    ctx.require(CHANGE)
    case_id = ctx.get(Appointment, appointment_id).case_id
    access = require_relation(ctx, case_id, CHANGES)
    appointment = take(ctx, Appointment, appointment_id, version, FIELDS)
    if appointment.cancelled_at is not None:
        raise Conflict(CANCELLED_ALREADY)
    log_client(ctx, appointment.client_id, access, Action.UPDATE, Category.APPOINTMENTS)
    return appointment
