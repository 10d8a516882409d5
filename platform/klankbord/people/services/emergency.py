"""Open a case of others in an emergency: with a reason, logged, for a short while."""

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select

from klankbord.audit.models import Action, Category, Ground
from klankbord.audit.services import record
from klankbord.context import Context
from klankbord.db import now
from klankbord.errors import N_, Invalid, NotFound
from klankbord.people.access import SEES, CaseAccess, Relation, require_relation
from klankbord.people.models import (
    CaseFile,
    CaseMember,
    Client,
    EmergencyAccess,
    EmergencyReason,
)
from klankbord.people.names import simplified, simplify
from klankbord.people.permissions import EMERGENCY
from klankbord.people.services.log import log_case

LASTS = timedelta(hours=12)
NOBODY = N_("We know nobody with this name and this day of birth.")


def open_in_emergency(
    ctx: Context, *, family_name: str, birth_date: date, reason: EmergencyReason
) -> UUID:
    """Open the newest case of a person for twelve hours, to read; return the case.

    The person is named exactly: there is nothing to browse. Everybody who takes part
    sees in their own log that it was opened. A vain attempt is logged too.

    Raises:
        Invalid: nobody has this name and this day of birth.

    """
    ctx.require(EMERGENCY)
    case_id = ctx.session.scalar(
        select(CaseFile.id)
        .join(CaseMember, CaseMember.case_id == CaseFile.id)
        .join(Client, Client.id == CaseMember.client_id)
        .where(
            simplified(Client.family_name) == simplify(family_name.strip()),
            Client.birth_date == birth_date,
        )
        .order_by(CaseFile.ended_on.desc().nulls_first(), CaseFile.begins_on.desc())
        .limit(1)
    )
    if case_id is None:
        ctx.after_refusal.append(_log_vain_attempt)
        raise Invalid("", family_name=NOBODY)
    try:
        require_relation(ctx, case_id, SEES)
    except NotFound:
        _grant(ctx, case_id, reason)
    return case_id


def _grant(ctx: Context, case_id: UUID, reason: EmergencyReason) -> None:
    ctx.session.add(
        EmergencyAccess(
            case_id=case_id,
            account_id=ctx.actor.account_id,
            reason=reason,
            expires_at=now() + LASTS,
        )
    )
    ctx.session.flush()
    log_case(ctx, CaseAccess(case_id, Relation.EMERGENCY), Action.CREATE)


def _log_vain_attempt(ctx: Context) -> None:
    record(ctx, None, Category.CASE, Action.REFUSED, Ground.EMERGENCY)
