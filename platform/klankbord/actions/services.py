"""Promise something because of what a client said, keep it, and let the client see."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, bindparam, func, or_, select, update

from klankbord.accounts.models import Account
from klankbord.actions.models import ActionPoint, ActionState
from klankbord.actions.permissions import PROMISE, READ_OWN
from klankbord.audit.models import Action, Category, Ground
from klankbord.audit.services import record
from klankbord.context import NOT_FOUND, Context
from klankbord.db import now
from klankbord.editing import take
from klankbord.errors import N_, Invalid, NotFound
from klankbord.outbox.services import queue
from klankbord.people.access import CHANGES, require_relation
from klankbord.people.models import CaseMember

SAY_WHAT = N_("Write down what was done. The client reads this.")

_UNSEEN = or_(
    ActionPoint.seen_at.is_(None),
    ActionPoint.seen_at < func.coalesce(ActionPoint.closed_at, ActionPoint.made_at),
)
_MEMBER = select(CaseMember.id).where(
    CaseMember.case_id == bindparam("case"), CaseMember.client_id == bindparam("client")
)
_COLUMNS: tuple[Any, ...] = (
    ActionPoint.id,
    ActionPoint.client_id,
    ActionPoint.case_id,
    ActionPoint.text,
    ActionPoint.said,
    ActionPoint.said_on,
    ActionPoint.by_client,
    Account.name.label("owner"),
    ActionPoint.by_when,
    ActionPoint.state,
    ActionPoint.result,
    ActionPoint.made_at,
    ActionPoint.closed_at,
    ActionPoint.version,
    _UNSEEN.label("unseen"),
)
_ROWS = select(*_COLUMNS).outerjoin(Account, Account.id == ActionPoint.owner_id)


@dataclass(frozen=True)
class Agreement:
    """An action point as a page shows it; `unseen` until the client saw its last news.

    `owner` is the name of the member of staff who promised; a client's own promise has
    `by_client`.
    """

    id: UUID
    client_id: UUID
    case_id: UUID | None
    text: str
    said: str | None
    said_on: date | None
    by_client: bool
    owner: str | None
    by_when: date | None
    state: ActionState
    result: str | None
    made_at: datetime
    closed_at: datetime | None
    version: int
    unseen: bool


def promise(  # noqa: PLR0913 - each is a thing people say about an agreement
    ctx: Context,
    *,
    client_id: UUID,
    case_id: UUID,
    source: str,
    source_id: UUID,
    text: str,
    by_when: date | None = None,
    said: str | None = None,
    said_on: date | None = None,
    owner_id: UUID | None = None,
    by_client: bool = False,
    made_at: datetime | None = None,
) -> UUID:
    """Write down what somebody will do because of what was said; the client is told.

    Without `by_client` the promise is the actor's, or that of the account `owner_id`.
    `said` are the client's own words, only as far as the client chose to show them.
    What is written down later, with an earlier `made_at`, sends no message.

    Raises:
        NotFound: the actor does not work in the case.

    """
    ctx.require(PROMISE)
    access = require_relation(ctx, case_id, CHANGES)
    if not ctx.session.scalar(_MEMBER, {"case": case_id, "client": client_id}):
        raise NotFound(NOT_FOUND)
    point = ActionPoint(
        id=uuid4(),
        source=source,
        source_id=source_id,
        client_id=client_id,
        case_id=case_id,
        owner_id=None if by_client else owner_id or ctx.actor.account_id,
        by_client=by_client,
        said=said,
        said_on=said_on,
        text=text,
        by_when=by_when,
        made_at=made_at or now(),
    )
    ctx.session.add(point)
    ctx.session.flush()
    _record(ctx, point, Action.CREATE, access.ground)
    if made_at is None:
        _tell(ctx, client_id)
    return point.id


def close(
    ctx: Context,
    action_id: UUID,
    state: ActionState,
    result: str,
    *,
    version: int,
    closed_at: datetime | None = None,
) -> None:
    """Say whether it was kept and what was done; the client is told.

    `version` is the one that was looked at. Something of an earlier day (`closed_at`)
    sends no message.

    Raises:
        NotFound: the actor does not work in the case.
        Invalid: nothing was written about what was done.
        Overtaken: somebody else closed it first.

    """
    ctx.require(PROMISE)
    point = ctx.get(ActionPoint, action_id)
    if point.case_id is None:
        raise NotFound(NOT_FOUND)
    access = require_relation(ctx, point.case_id, CHANGES)
    if not result.strip():
        raise Invalid(result=SAY_WHAT)
    point = take(ctx, ActionPoint, action_id, version, ("state", "result"))
    point.state = state
    point.result = result
    point.closed_at = closed_at or now()
    ctx.session.flush()
    _record(ctx, point, Action.UPDATE, access.ground)
    if closed_at is None:
        _tell(ctx, point.client_id)


def agreements_of(ctx: Context, client_id: UUID) -> tuple[Agreement, ...]:
    """Return all agreements with a client, what has news first, then the newest.

    Raises:
        NotFound: somebody else's.

    """
    ctx.require(READ_OWN)
    if client_id != ctx.actor.client_id:
        raise NotFound(NOT_FOUND)
    found = _select(ctx, ActionPoint.client_id == client_id)
    record(ctx, client_id, Category.AGREEMENTS, Action.READ, Ground.OWN)
    return found


def agreements_from(
    ctx: Context, source: str, source_id: UUID
) -> tuple[Agreement, ...]:
    """Return what was agreed in one talk; its plugin says who may see the talk."""
    return _select(
        ctx, ActionPoint.source == source, ActionPoint.source_id == source_id
    )


def mark_seen(
    ctx: Context,
    action_ids: Collection[UUID],
    *,
    seen_at: datetime | None = None,
) -> None:
    """Remember that the client saw what was done about these; the others stay news."""
    ctx.require(READ_OWN)
    ctx.session.execute(
        update(ActionPoint)
        .where(
            ActionPoint.client_id == ctx.actor.client_id,
            ActionPoint.id.in_(action_ids),
            _UNSEEN,
        )
        .values(seen_at=seen_at or now())
        .execution_options(synchronize_session=False)
    )


def _select(ctx: Context, *where: ColumnElement[bool]) -> tuple[Agreement, ...]:
    newest = func.coalesce(ActionPoint.closed_at, ActionPoint.made_at).desc()
    rows = ctx.session.execute(_ROWS.where(*where).order_by(newest, ActionPoint.id))
    return tuple(Agreement(*row) for row in rows)


def _record(ctx: Context, point: ActionPoint, action: Action, ground: Ground) -> None:
    record(
        ctx,
        point.client_id,
        Category.AGREEMENTS,
        action,
        ground,
        object_id=point.id,
    )


def _tell(ctx: Context, client_id: UUID) -> None:
    # One message a day says that there is something to read, however much changed.
    queue(
        ctx,
        template="actions.changed",
        client_id=client_id,
        dedupe_key=f"actions.changed:{client_id}:{ctx.tenant.today()}",
    )
