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
from klankbord.errors import N_, Conflict, Invalid, NotFound
from klankbord.people.access import (
    CHANGES,
    children_of,
    custodians_of,
    require_client,
)
from klankbord.people.ages import ALONE_FROM, OWN_RIGHTS_FROM, Aged, age_on, is_younger
from klankbord.people.models import Client, ClientKind, Consent, ConsentWay, Purpose
from klankbord.people.permissions import CHANGE, CONSENT
from klankbord.people.services.log import log_client
from klankbord.people.services.rows import ConsentRow

DECIDES_ALONE = N_("From 16 on a young person decides alone.")
NO_CUSTODY = N_("Choose a parent who had custody on that day.")
NOT_YET = N_("This day has not been yet.")
OWN_WORD = N_("Whether mail may come, everybody says for themselves.")


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
            given_by=ctx.actor.client_id,
            at=at,
        )
    )
    ctx.session.flush()
    own = ctx.actor.client_id == client_id
    ground = Ground.OWN if own else Ground.RELATION
    record(ctx, client_id, Category.CONSENT, Action.CREATE, ground)


def record_consent(
    ctx: Context,
    client_id: UUID,
    *,
    parent_id: UUID,
    purpose: Purpose,
    granted: bool,
    way: ConsentWay,
    on: date,
) -> None:
    """Write down what a parent with custody said about a youth under 16, elsewhere.

    A no takes back an earlier yes. The word counts from its day on, as if the parent
    had said it in the portal; who wrote it down stands beside it.

    Raises:
        Conflict: from 16 on the youth decides alone.
        Invalid: the parent had no custody on that day, or the day is still to come.

    """
    ctx.require(CHANGE)
    access = require_client(ctx, client_id, CHANGES)
    if not decided_along(ctx, client_id):
        raise Conflict(DECIDES_ALONE)
    if on > ctx.tenant.today():
        raise Invalid("", on=NOT_YET)
    if purpose is Purpose.MAIL:
        raise Invalid("", purpose=OWN_WORD)
    if parent_id not in ctx.session.scalars(custodians_of(client_id, on)).all():
        raise Invalid("", parent_id=NO_CUSTODY)
    # Of two words about one day the one that was written down last is the last.
    clock = now().astimezone(ctx.tenant.time_zone).time()
    ctx.session.add(
        Consent(
            client_id=client_id,
            purpose=purpose,
            granted=granted,
            given_by=parent_id,
            way=way,
            recorded_by=ctx.actor.account_id,
            at=datetime.combine(on, clock, ctx.tenant.time_zone),
        )
    )
    ctx.session.flush()
    for person_id in (client_id, parent_id):
        log_client(ctx, person_id, access, Action.CREATE, Category.CONSENT)


def decided_along(ctx: Context, client_id: UUID) -> bool:
    """Tell whether a parent's word counts for this person: a youth under 16."""
    client = ctx.get(Client, client_id)
    on = ctx.tenant.today()
    return client.kind is ClientKind.YOUTH and not _is_alone(client, on)


def custodian_choices(ctx: Context, client_id: UUID) -> Sequence[tuple[UUID, str]]:
    """Return the parents who have custody today."""
    ctx.require(CHANGE)
    require_client(ctx, client_id, CHANGES)
    custodians = custodians_of(client_id, ctx.tenant.today())
    rows = ctx.session.execute(
        select(Client.id, Client.given_name, Client.family_name)
        .where(Client.id.in_(custodians))
        .order_by(Client.given_name, Client.id)
    )
    return [(row.id, f"{row.given_name} {row.family_name}") for row in rows]


def consents_of(ctx: Context, client_id: UUID) -> Sequence[ConsentRow]:
    """Return every yes and no, the newest first; the caller asked for the right."""
    who = aliased(Client)
    rows = ctx.session.execute(
        select(
            Consent.purpose,
            Consent.granted,
            Consent.at,
            Consent.given_by,
            who.given_name,
            Consent.way,
            Account.name,
        )
        .outerjoin(who, who.id == Consent.given_by)
        .outerjoin(Account, Account.id == Consent.recorded_by)
        .where(Consent.client_id == client_id)
        .order_by(Consent.at.desc(), Consent.id)
    )
    return tuple(
        ConsentRow(
            purpose=row.purpose,
            granted=row.granted,
            at=row.at,
            by_id=row.given_by,
            by=row.given_name or "",
            way=row.way,
            recorded_by=row.name or "",
        )
        for row in rows
    )


def newest(rows: Iterable[ConsentRow]) -> Sequence[ConsentRow]:
    """Return the last word of each person about each purpose, out of the newest first.

    The word of somebody who was erased is history only.
    """
    found: dict[tuple[Purpose, UUID], ConsentRow] = {}
    for row in rows:
        if row.by_id is not None:
            found.setdefault((row.purpose, row.by_id), row)
    purposes = list(Purpose)
    return sorted(found.values(), key=lambda row: purposes.index(row.purpose))


def consent_holds(
    ctx: Context, client_id: UUID, purpose: Purpose, on: date | None = None
) -> bool:
    """Tell whether the last word is yes, of everybody whose word it takes.

    From 12 on one's own; below 16, or of unknown age, that of a parent with custody
    too, and no such parent says no. Whether mail may come is one's own word only. A row
    without `given_by` is the word of somebody who was erased: it holds for nothing, for
    nobody can be asked about it or take it back.
    """
    on = on or ctx.tenant.today()
    client = ctx.get(Client, client_id)
    last: dict[UUID | None, bool] = {
        row.given_by: row.granted
        for row in ctx.session.execute(
            select(Consent.given_by, Consent.granted)
            .where(
                Consent.client_id == client_id,
                Consent.purpose == purpose,
                Consent.given_by.is_not(None),
            )
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
