"""Lines of the access log that every service about people writes."""

from uuid import UUID

from sqlalchemy import select

from klankbord.audit.models import Action, Category
from klankbord.audit.services import record, record_each
from klankbord.context import Context
from klankbord.people.access import CaseAccess
from klankbord.people.models import CaseMember


def log_case(
    ctx: Context,
    access: CaseAccess,
    action: Action,
    category: Category = Category.CASE,
) -> None:
    """Write for everybody who takes part that their case was looked at or changed."""
    members = ctx.session.scalars(
        select(CaseMember.client_id).where(CaseMember.case_id == access.case_id)
    ).all()
    record_each(ctx, members, category, action, access.ground, object_id=access.case_id)


def log_client(
    ctx: Context,
    client_id: UUID,
    access: CaseAccess,
    action: Action,
    category: Category = Category.PERSON,
) -> None:
    """Write in the log of one client, with the ground that the relation gives."""
    record(ctx, client_id, category, action, access.ground, object_id=access.case_id)
