"""Add somebody to a case, change what is kept of them, let them leave and return."""

from dataclasses import fields
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, update

from klankbord.accounts.models import Account, SignInCode
from klankbord.audit.models import Action
from klankbord.context import NOT_FOUND, Context
from klankbord.db import now
from klankbord.editing import take
from klankbord.errors import N_, Conflict, Invalid, NotFound
from klankbord.people.access import CHANGES, require_client, require_relation
from klankbord.people.ages import age_on, is_young, role_of
from klankbord.people.models import CaseFile, CaseMember, Client, ClientKind, Family
from klankbord.people.permissions import CHANGE, KEEP_ROLES, SEE
from klankbord.people.services.consent import consents_of, decided_along, newest
from klankbord.people.services.custody import custody_of
from klankbord.people.services.log import log_client
from klankbord.people.services.rows import ClientFacts, ClientPage, ClientToChange
from klankbord.permissions import Role

FIELDS = tuple(field.name for field in fields(ClientFacts))
SHARED = N_("Somebody else in this family has this address too.")
NOT_BORN = N_("This day has not been yet.")
NEEDS_BIRTH_DATE = N_("Fill in the day of birth. It decides who may see what.")
NO_SUCH_LANGUAGE = N_("Choose one of the languages on this page.")
TAKES_PART = N_("This person takes part already.")


def add_client(
    ctx: Context, case_id: UUID, facts: ClientFacts, begins_on: date | None = None
) -> UUID:
    """Add somebody to a case, who takes part from a day on; return the client.

    Raises:
        Invalid: an address is not this person's alone, or a youth has no day of birth.

    """
    ctx.require(CHANGE)
    access = require_relation(ctx, case_id, CHANGES)
    case = ctx.get(CaseFile, case_id)
    _check(ctx, case.family_id, facts, None)
    client = Client(family_id=case.family_id, **_values(facts))
    ctx.session.add(client)
    ctx.session.flush()
    ctx.session.add(
        CaseMember(
            case_id=case_id,
            client_id=client.id,
            begins_on=begins_on or ctx.tenant.today(),
        )
    )
    ctx.session.flush()
    log_client(ctx, client.id, access, Action.CREATE)
    return client.id


def client_page(ctx: Context, client_id: UUID) -> ClientPage:
    """Return all that is kept of somebody, for who works with the family; logged."""
    ctx.require(SEE)
    access = require_client(ctx, client_id)
    client = ctx.get(Client, client_id)
    account_id = ctx.session.scalar(
        select(Account.id).where(Account.client_id == client_id)
    )
    family = ctx.session.execute(
        select(Family.name).where(Family.id == client.family_id)
    ).scalar_one()
    history = consents_of(ctx, client_id)
    log_client(ctx, client_id, access, Action.READ)
    youth = client.kind is ClientKind.YOUTH
    return ClientPage(
        client_id=client_id,
        case_id=access.case_id,
        version=client.version,
        relation=access.relation,
        family=family,
        facts=_facts(client),
        age=age_on(client.birth_date, ctx.tenant.today())
        if youth and client.birth_date
        else None,
        email_verified=client.email_verified_at is not None,
        signs_in=account_id is not None,
        custody=custody_of(ctx, client_id),
        decided_along=decided_along(ctx, client_id),
        consents=newest(history),
        history=history,
    )


def client_facts(ctx: Context, client_id: UUID) -> ClientToChange:
    """Return what is kept of somebody, for who may change it; logged."""
    ctx.require(CHANGE)
    access = require_client(ctx, client_id, CHANGES)
    log_client(ctx, client_id, access, Action.READ)
    client = ctx.get(Client, client_id)
    return ClientToChange(client.version, _facts(client))


def change_client(
    ctx: Context, client_id: UUID, version: int, facts: ClientFacts
) -> None:
    """Change what is kept of somebody.

    A new address, or one that is no longer this person's alone, has to be verified
    again; as whom the person signs in follows the kind and the age.

    Raises:
        Invalid: an address is not this person's alone, or a youth has no day of birth.
        Overtaken: somebody else changed it first.

    """
    ctx.require(CHANGE)
    access = require_client(ctx, client_id, CHANGES)
    client = take(ctx, Client, client_id, version, FIELDS)
    _check(ctx, client.family_id, facts, client_id)
    if facts.email != client.email or (client.email_alone and not facts.email_alone):
        client.email_verified_at = None
        _forget_mailbox(ctx, client_id)
    for name, value in _values(facts).items():
        if getattr(client, name) != value:
            setattr(client, name, value)
    ctx.session.flush()
    _keep_role(ctx, client)
    log_client(ctx, client_id, access, Action.UPDATE)


def leave_case(ctx: Context, case_id: UUID, client_id: UUID, on: date) -> None:
    """Let somebody take no more part in the case from a day on; not a second time.

    Raises:
        Invalid: the day is before the start.

    """
    access, member = _membership(ctx, case_id, client_id)
    if on < member.begins_on:
        raise Invalid("", on=N_("This day is before the start."))
    log_client(ctx, client_id, access, Action.UPDATE)
    member.ends_on = on
    ctx.session.flush()


def return_to_case(ctx: Context, case_id: UUID, client_id: UUID) -> None:
    """Let somebody who left take part again, as if they had not left.

    Raises:
        Conflict: this person did not leave.

    """
    access, member = _membership(ctx, case_id, client_id)
    if member.ends_on is None:
        raise Conflict(TAKES_PART)
    member.ends_on = None
    ctx.session.flush()
    log_client(ctx, client_id, access, Action.UPDATE)


def member_name(ctx: Context, case_id: UUID, client_id: UUID) -> str:
    """Return the name of somebody who takes part, or took part, in the case."""
    _membership(ctx, case_id, client_id)
    client = ctx.get(Client, client_id)
    return f"{client.given_name} {client.family_name}"


def renew_roles(ctx: Context) -> None:
    """Follow the birthdays; run once a day.

    Who turned twelve becomes a youth, and a parent who came of age is young no more.
    """
    ctx.require(KEEP_ROLES)
    today = ctx.tenant.today()
    rows = ctx.session.execute(
        select(Account.id, Account.roles, Client.kind, Client.birth_date)
        .join(Client, Client.id == Account.client_id)
        .where(Account.young, Account.roles.overlap([Role.CHILD, Role.PARENT]))
    ).all()
    for row in rows:
        role, young = role_of(row, today), is_young(row, today)
        if not young or row.roles != [role]:
            ctx.session.execute(
                update(Account)
                .where(Account.id == row.id)
                .values(roles=[role], young=young)
            )


def _facts(client: Client) -> ClientFacts:
    return ClientFacts(**{name: getattr(client, name) for name in FIELDS})


def _values(facts: ClientFacts) -> dict[str, Any]:
    return {name: getattr(facts, name) for name in FIELDS}


def _check(
    ctx: Context, family_id: UUID, facts: ClientFacts, client_id: UUID | None
) -> None:
    wrong: dict[str, str] = {}
    if facts.kind is ClientKind.YOUTH and facts.birth_date is None:
        wrong["birth_date"] = NEEDS_BIRTH_DATE
    if facts.language not in ctx.tenant.languages:
        wrong["language"] = NO_SUCH_LANGUAGE
    if facts.birth_date is not None and facts.birth_date > ctx.tenant.today():
        wrong["birth_date"] = NOT_BORN
    for name in ("email", "phone"):
        value = getattr(facts, name)
        if not value or not getattr(facts, f"{name}_alone"):
            continue
        others = select(Client.id).where(
            Client.family_id == family_id,
            getattr(Client, name) == value,
        )
        if client_id is not None:
            others = others.where(Client.id != client_id)
        if ctx.session.scalar(others.limit(1)):
            wrong[f"{name}_alone"] = SHARED
    if wrong:
        raise Invalid("", **wrong)


def _membership(ctx: Context, case_id: UUID, client_id: UUID) -> Any:  # noqa: ANN401
    ctx.require(CHANGE)
    access = require_relation(ctx, case_id, CHANGES)
    member = ctx.session.scalars(
        select(CaseMember).where(
            CaseMember.case_id == case_id, CaseMember.client_id == client_id
        )
    ).first()
    if member is None:
        raise NotFound(NOT_FOUND)
    return access, member


def _forget_mailbox(ctx: Context, client_id: UUID) -> None:
    """Take the verified mailbox from the account: codes go nowhere until it is anew.

    A code that is on its way to the older address stops working.
    """
    own = select(Account.id).where(Account.client_id == client_id)
    ctx.session.execute(
        update(SignInCode)
        .where(SignInCode.account_id.in_(own), SignInCode.used_at.is_(None))
        .values(used_at=now())
        .execution_options(synchronize_session=False)
    )
    ctx.session.execute(
        update(Account)
        .where(Account.client_id == client_id)
        .values(email=None, email_verified_at=None)
    )


def _keep_role(ctx: Context, client: Client) -> None:
    today = ctx.tenant.today()
    role, young = role_of(client, today), is_young(client, today)
    ctx.session.execute(
        update(Account)
        .where(
            Account.client_id == client.id,
            or_(Account.roles != [role], Account.young != young),
        )
        .values(roles=[role], young=young)
    )
