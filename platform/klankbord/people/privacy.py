"""What the organisation holds about a person: contact, cases, appointments, consent."""

from typing import Any
from uuid import UUID

from sqlalchemy import delete, or_, select

from klankbord.context import Context
from klankbord.people.models import (
    Appointment,
    CaseFile,
    CaseMember,
    Client,
    Consent,
    Custody,
    Family,
)
from klankbord.plugin import DataSubject, Json
from klankbord.privacy.rows import rows_of

_PERSON: tuple[Any, ...] = tuple(
    column
    for name, column in Client.__mapper__.all_orm_descriptors.items()
    if name not in {"tenant_id", "version"}
)
_CASE: tuple[Any, ...] = (
    CaseFile.measure,
    CaseFile.begins_on.label("case_begins_on"),
    CaseFile.ended_on.label("case_ended_on"),
    CaseMember.begins_on,
    CaseMember.ends_on,
)


def _export(ctx: Context, client_id: UUID) -> Json:
    cases = select(*_CASE).join(CaseFile, CaseFile.id == CaseMember.case_id)
    return {
        "person": rows_of(ctx, select(*_PERSON).where(Client.id == client_id)),
        "cases": rows_of(ctx, cases.where(CaseMember.client_id == client_id)),
        "custody": rows_of(
            ctx,
            select(Custody.begins_on, Custody.ends_on).where(
                or_(Custody.parent_id == client_id, Custody.youth_id == client_id)
            ),
        ),
        "appointments": rows_of(
            ctx,
            select(
                Appointment.begins_at, Appointment.place, Appointment.cancelled_at
            ).where(Appointment.client_id == client_id),
        ),
        "consent": rows_of(
            ctx,
            select(Consent.purpose, Consent.granted, Consent.at, Consent.way)
            .where(Consent.client_id == client_id)
            .order_by(Consent.at),
        ),
    }


def _erase(ctx: Context, client_id: UUID) -> None:
    """Delete the person and what points at it; the last one takes the family along."""
    family = ctx.session.scalar(select(Client.family_id).where(Client.id == client_id))
    ctx.session.execute(delete(Client).where(Client.id == client_id))
    others = select(Client.id).where(Client.family_id == family)
    if not ctx.session.scalar(select(others.exists())):
        ctx.session.execute(delete(Family).where(Family.id == family))


KEEPER = DataSubject(_export, _erase)
