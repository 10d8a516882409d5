"""A yes or no per purpose. Rows are added and never changed: that is the history."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import aliased

from klankbord.accounts.models import Account
from klankbord.audit.models import Action, Category, Ground
from klankbord.audit.services import record
from klankbord.context import NOT_FOUND, Context
from klankbord.db import now
from klankbord.errors import NotFound
from klankbord.people.access import children_of, custodians_of
from klankbord.people.ages import ALONE_FROM, OWN_RIGHTS_FROM, Aged, age_on, is_younger
from klankbord.people.models import Client, ClientKind, Consent, Purpose
from klankbord.people.permissions import CONSENT
from klankbord.people.services.rows import ConsentRow


def give_consent(
    ctx: Context,
    client_id: UUID,
    purpose: Purpose,
    granted: bool,
    at: datetime | None = None,
) -> None:
    """Say yes or no for oneself, or as a parent with custody for a youth under 16.

    Raises:
        NotFound: it is not up to the actor.

    """
    ctx.require(CONSENT)
    at = at or now()
    on = at.astimezone(ctx.tenant.time_zone).date()
    if not _may_consent(ctx, client_id, on):
        raise NotFound(NOT_FOUND)
    ctx.session.add(
        Consent(
            client_id=client_id,
            purpose=purpose,
            granted=granted,
            given_by=ctx.actor.account_id,
            at=at,
        )
    )
    ctx.session.flush()
    own = ctx.actor.client_id == client_id
    ground = Ground.OWN if own else Ground.RELATION
    record(ctx, client_id, Category.CONSENT, Action.CREATE, ground)


def consents_of(ctx: Context, client_id: UUID) -> Sequence[ConsentRow]:
    """Return every yes and no, the newest first; the caller asked for the right."""
    who = aliased(Client)
    rows = ctx.session.execute(
        select(Consent.purpose, Consent.granted, Consent.at, who.given_name)
        .outerjoin(Account, Account.id == Consent.given_by)
        .outerjoin(who, who.id == Account.client_id)
        .where(Consent.client_id == client_id)
        .order_by(Consent.at.desc(), Consent.id)
    )
    return tuple(
        ConsentRow(row.purpose, row.granted, row.at, row.given_name or "")
        for row in rows
    )


def newest(rows: Iterable[ConsentRow]) -> Sequence[ConsentRow]:
    """Return what holds now of a history with the newest first: one per purpose."""
    found: dict[Purpose, ConsentRow] = {}
    for row in rows:
        found.setdefault(row.purpose, row)
    return [found[purpose] for purpose in Purpose if purpose in found]


def consent_holds(
    ctx: Context, client_id: UUID, purpose: Purpose, on: date | None = None
) -> bool:
    """Tell whether the last word is yes, of everybody whose word it takes.

    From 12 on one's own; below 16, or of unknown age, that of a parent with custody
    too, and no such parent says no. Whether mail may come is one's own word only.
    """
    on = on or ctx.tenant.today()
    client = ctx.get(Client, client_id)
    last: dict[UUID | None, bool] = {
        row.client_id: row.granted
        for row in ctx.session.execute(
            select(Account.client_id, Consent.granted)
            .join(Account, Account.id == Consent.given_by)
            .where(Consent.client_id == client_id, Consent.purpose == purpose)
            .order_by(Consent.at, Consent.id)
        )
    }
    if purpose is Purpose.MAIL:
        return last.get(client_id, False)
    own = is_younger(client, OWN_RIGHTS_FROM, on) or last.get(client_id, False)
    if client.kind is ClientKind.PARENT or _is_alone(client, on):
        return own
    parents = ctx.session.scalars(custodians_of(client_id, on)).all()
    words = [last[parent] for parent in parents if parent in last]
    return own and bool(words) and all(words)


def _may_consent(ctx: Context, client_id: UUID, on: date) -> bool:
    own_id = ctx.actor.client_id
    if own_id is None or own_id == client_id:
        return own_id is not None
    youth = ctx.session.execute(
        select(Client.kind, Client.birth_date).where(
            Client.id == client_id, Client.id.in_(children_of(own_id, on))
        )
    ).first()
    return youth is not None and not _is_alone(youth, on)


def _is_alone(person: Aged, on: date) -> bool:
    """Tell whether a youth is surely old enough to decide alone."""
    return person.birth_date is not None and age_on(person.birth_date, on) >= ALONE_FROM
