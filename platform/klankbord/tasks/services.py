"""Give a task, end it, and list what is open: each may be done twice.

What a task is called and where it is done stands in the `TaskKind` of its kind's name.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from uuid import UUID

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from klankbord.context import NOT_FOUND, Context
from klankbord.db import now
from klankbord.errors import NotFound
from klankbord.permissions import Role
from klankbord.plugin import installed_plugins
from klankbord.tasks.models import Task, TaskState
from klankbord.tasks.permissions import SEE

_OPEN = (
    select(
        Task.id,
        Task.kind,
        Task.subject_id,
        Task.case_id,
        Task.values,
        Task.due_on,
        Task.created_at,
    )
    .where(Task.state == TaskState.OPEN)
    .order_by(Task.due_on, Task.created_at)
)


@dataclass(frozen=True)
class TaskRow:
    """An open task, as a list shows it; `overdue` once its day has gone by."""

    id: UUID
    kind: str
    subject_id: UUID
    case_id: UUID | None
    values: Mapping[str, str]
    due_on: date
    overdue: bool


def assign(
    ctx: Context,
    *,
    kind: str,
    subject_id: UUID,
    account_id: UUID,
    due_on: date,
    case_id: UUID | None = None,
    values: Mapping[str, str] | None = None,
) -> None:
    """Let somebody do something about a subject before a day is over.

    The same task given again is the same task, opened anew with this day if it had
    ended. `kind` is the name of a `TaskKind`.

    Part of another service's work, as `finish` and `cancel` are: that one asks for the
    permission.
    """
    said = {
        "due_on": due_on,
        "case_id": case_id,
        "values": dict(values or {}),
        "state": TaskState.OPEN,
        "ended_at": None,
    }
    ctx.session.execute(
        insert(Task)
        .values(kind=kind, subject_id=subject_id, account_id=account_id, **said)
        .on_conflict_do_update(
            index_elements=["tenant_id", "kind", "subject_id", "account_id"], set_=said
        )
    )


def finish(
    ctx: Context, kind: str, subject_id: UUID, account_id: UUID | None = None
) -> None:
    """Close the task as done: for one person, or for everybody who had it."""
    _end(ctx, TaskState.DONE, kind, subject_id, account_id)


def cancel(
    ctx: Context, kind: str, subject_id: UUID, account_id: UUID | None = None
) -> None:
    """Close the task because it no longer has to be done."""
    _end(ctx, TaskState.CANCELLED, kind, subject_id, account_id)


def erase_about(ctx: Context, subject_ids: Collection[UUID]) -> None:
    """Delete every task about these subjects, of whoever has it: its title names them.

    Called by the plugin that owns the subjects, when it erases them.
    """
    ctx.session.execute(delete(Task).where(Task.subject_id.in_(subject_ids)))


def open_tasks(ctx: Context, account_id: UUID) -> tuple[TaskRow, ...]:
    """Return what the actor has to do, the earliest day first.

    Raises:
        NotFound: the account is somebody else's.

    """
    ctx.require(SEE)
    if account_id != ctx.actor.account_id and Role.SYSTEM not in ctx.actor.roles:
        raise NotFound(NOT_FOUND)
    today = ctx.tenant.today()
    return tuple(
        TaskRow(
            id=row.id,
            kind=row.kind,
            subject_id=row.subject_id,
            case_id=row.case_id,
            values=row.values,
            due_on=row.due_on,
            overdue=row.due_on < today,
        )
        for row in ctx.session.execute(_OPEN.where(Task.account_id == account_id))
        if is_running(ctx, row.kind)
    )


def is_running(ctx: Context, kind: str) -> bool:
    """Tell whether the task counts: the deadlines of a plugin that is off pause."""
    owner = kind.partition(".")[0]
    return owner not in _methods() or ctx.tenant.has_on(owner)


@cache
def _methods() -> frozenset[str]:
    return frozenset(installed_plugins())


def _end(
    ctx: Context,
    state: TaskState,
    kind: str,
    subject_id: UUID,
    account_id: UUID | None,
) -> None:
    whose: list[ColumnElement[bool]] = []
    if account_id is not None:
        whose.append(Task.account_id == account_id)
    ctx.session.execute(
        update(Task)
        .where(
            Task.kind == kind,
            Task.subject_id == subject_id,
            Task.state == TaskState.OPEN,
            *whose,
        )
        .values(state=state, ended_at=now())
    )
