"""Tell somebody that there is something to do or to read: a task, and a mail."""

from datetime import timedelta
from typing import Final

from sqlalchemy import select

from klankbord.context import Context
from klankbord.outbox.services import queue
from klankbord.people.models import CaseFile, Family
from klankbord.tasks import services as tasks
from klankbord_startvragen.services.parts import Member

WITHIN: Final = timedelta(days=14)


def tell_worker(ctx: Context, member: Member, kind: str = "startvragen.read") -> None:
    """Give the worker of the case a task; the page is the case's.

    It names the family and not the member: a member may be erased, and the task stays.
    """
    if member.worker_id is None:
        return
    family = ctx.session.scalar(
        select(Family.name)
        .join(CaseFile, CaseFile.family_id == Family.id)
        .where(CaseFile.id == member.case_id)
    )
    tasks.assign(
        ctx,
        kind=kind,
        subject_id=member.case_id,
        account_id=member.worker_id,
        due_on=ctx.tenant.today() + WITHIN,
        case_id=member.case_id,
        values={"family": family or ""},
    )


def tell_member(ctx: Context, member: Member, kind: str, since: str) -> None:
    """Give a member who signs in a task and one mail; both are called by their kind.

    `since` names the occasion: for the same one no second mail goes out.
    """
    if member.account_id is None:
        return
    tasks.assign(
        ctx,
        kind=kind,
        subject_id=member.part_id,
        account_id=member.account_id,
        due_on=ctx.tenant.today() + WITHIN,
        case_id=member.case_id,
        values={"worker": member.worker or ctx.tenant.name},
    )
    queue(
        ctx,
        template=kind,
        client_id=member.client_id,
        values={"part_id": str(member.part_id)},
        dedupe_key=f"{kind}:{member.part_id}:{since}",
    )


def ask_about_worker(ctx: Context, member: Member, since: str) -> None:
    """Ask whether who works with the member now may read it; a child, by that worker.

    `since` names the occasion, as for `tell_member`.
    """
    if member.decides:
        tell_member(ctx, member, "startvragen.new_worker", since)
    else:
        tell_worker(ctx, member, "startvragen.look_again")
