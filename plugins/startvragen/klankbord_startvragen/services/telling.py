"""Tell somebody that there is something to do or to read: a task, and a mail."""

from datetime import timedelta
from typing import Final

from klankbord.context import Context
from klankbord.outbox.services import queue
from klankbord.tasks import services as tasks
from klankbord_startvragen.services.parts import Member

WITHIN: Final = timedelta(days=14)


def tell_worker(ctx: Context, member: Member, kind: str = "startvragen.read") -> None:
    """Give the worker of the case a task about one member; the page is the case's."""
    if member.worker_id is not None:
        tasks.assign(
            ctx,
            kind=kind,
            subject_id=member.case_id,
            account_id=member.worker_id,
            due_on=ctx.tenant.today() + WITHIN,
            case_id=member.case_id,
            values={"client": member.given_name},
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
