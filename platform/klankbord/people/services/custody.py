"""Who has custody of whom, from when and until when."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from klankbord.audit.models import Action
from klankbord.context import Context
from klankbord.errors import N_, Invalid
from klankbord.people.access import CHANGES, require_client
from klankbord.people.models import Client, ClientKind, Custody
from klankbord.people.permissions import CHANGE
from klankbord.people.services.log import log_client
from klankbord.people.services.rows import CustodyRow

NOT_A_PARENT = N_("Choose a parent of this family.")
NOT_A_YOUTH = N_("Choose a child of this family.")
ENDS_FIRST = N_("The end has to be later than the start.")
HAS_CUSTODY = N_("This parent has custody in this period already.")


def give_custody(
    ctx: Context,
    *,
    parent_id: UUID,
    youth_id: UUID,
    begins_on: date,
    ends_on: date | None = None,
) -> UUID:
    """Write down that a parent has custody of a youth of the same family.

    Raises:
        Invalid: they are no parent and youth of one family, or the days cross another
            period of the same two.

    """
    ctx.require(CHANGE)
    access = require_client(ctx, youth_id, CHANGES)
    _check_pair(ctx, parent_id, youth_id)
    if ends_on is not None and ends_on <= begins_on:
        raise Invalid("", ends_on=ENDS_FIRST)
    # The youth's row is the lock: two equal periods at once make one.
    ctx.session.get(Client, (ctx.tenant_id, youth_id), with_for_update=True)
    crossing = select(Custody.id).where(
        Custody.parent_id == parent_id,
        Custody.youth_id == youth_id,
        or_(Custody.ends_on.is_(None), Custody.ends_on > begins_on),
    )
    if ends_on is not None:
        crossing = crossing.where(Custody.begins_on < ends_on)
    if ctx.session.scalar(crossing):
        raise Invalid("", parent_id=HAS_CUSTODY)
    custody = Custody(
        parent_id=parent_id, youth_id=youth_id, begins_on=begins_on, ends_on=ends_on
    )
    ctx.session.add(custody)
    ctx.session.flush()
    for client_id in (parent_id, youth_id):
        log_client(ctx, client_id, access, Action.UPDATE)
    return custody.id


def end_custody(ctx: Context, custody_id: UUID, on: date) -> UUID:
    """End custody: from that day on it holds no longer. Return the youth.

    Raises:
        Invalid: the day is not later than the start.

    """
    ctx.require(CHANGE)
    custody = ctx.get(Custody, custody_id)
    access = require_client(ctx, custody.youth_id, CHANGES)
    if on <= custody.begins_on:
        raise Invalid("", on=ENDS_FIRST)
    custody.ends_on = on
    ctx.session.flush()
    for client_id in (custody.parent_id, custody.youth_id):
        log_client(ctx, client_id, access, Action.UPDATE)
    return custody.youth_id


def custody_facts(ctx: Context, custody_id: UUID) -> CustodyRow:
    """Return one period of custody that the actor may end."""
    ctx.require(CHANGE)
    custody = ctx.get(Custody, custody_id)
    require_client(ctx, custody.youth_id, CHANGES)
    return next(
        row for row in custody_of(ctx, custody.youth_id) if row.id == custody_id
    )


def custody_of(ctx: Context, client_id: UUID) -> Sequence[CustodyRow]:
    """Return the periods of a parent or a youth; the caller asked for the relation."""
    parent, youth = aliased(Client), aliased(Client)
    rows = ctx.session.execute(
        select(
            Custody.id,
            Custody.parent_id,
            parent.given_name.concat(" ").concat(parent.family_name),
            Custody.youth_id,
            youth.given_name.concat(" ").concat(youth.family_name),
            Custody.begins_on,
            Custody.ends_on,
        )
        .join(parent, parent.id == Custody.parent_id)
        .join(youth, youth.id == Custody.youth_id)
        .where(or_(Custody.parent_id == client_id, Custody.youth_id == client_id))
        .order_by(Custody.begins_on, Custody.id)
    )
    return tuple(CustodyRow(*row) for row in rows)


def parent_choices(ctx: Context, youth_id: UUID) -> Sequence[tuple[UUID, str]]:
    """Return the parents of the youth's family."""
    ctx.require(CHANGE)
    require_client(ctx, youth_id, CHANGES)
    youth = aliased(Client)
    rows = ctx.session.execute(
        select(Client.id, Client.given_name, Client.family_name)
        .join(youth, youth.family_id == Client.family_id)
        .where(youth.id == youth_id, Client.kind == ClientKind.PARENT)
        .order_by(Client.given_name)
    )
    return [(row.id, f"{row.given_name} {row.family_name}") for row in rows]


def _check_pair(ctx: Context, parent_id: UUID, youth_id: UUID) -> None:
    youth = ctx.get(Client, youth_id)
    if youth.kind is not ClientKind.YOUTH:
        raise Invalid("", youth_id=NOT_A_YOUTH)
    parent = ctx.session.get(Client, (ctx.tenant_id, parent_id))
    if (
        parent is None
        or parent.kind is not ClientKind.PARENT
        or parent.family_id != youth.family_id
    ):
        raise Invalid("", parent_id=NOT_A_PARENT)
