"""Colleagues: inviting them, their roles and teams, and helping them in again."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Row, Select, func, literal, or_, select
from sqlalchemy.exc import IntegrityError

from klankbord.accounts import sessions
from klankbord.accounts.models import Account, AccountSession, LinkPurpose, Team
from klankbord.accounts.permissions import MANAGE_STAFF
from klankbord.accounts.services.links import make_link
from klankbord.accounts.services.sign_in import normal_email
from klankbord.audit.models import Action, Category, Ground
from klankbord.audit.services import record
from klankbord.context import NOT_FOUND, Context
from klankbord.db import now
from klankbord.errors import N_, Conflict, Invalid, NotFound
from klankbord.outbox import services as outbox
from klankbord.permissions import STAFF, Role

TAKEN = N_("Somebody here already has this e-mail address.")
TEAM_EXISTS = N_("There is a team with this name already.")
CHANGED = N_("A colleague changed this in the meantime. Look at both, and save again.")
LAST_ADMIN = N_("You are the last administrator. First give this role to a colleague.")
PER_PAGE = 50
OTHER_ADMIN = N_("Another administrator has to do this for you.")
SORTS = {"name": Account.name, "email": Account.email, "created": Account.created_at}


@dataclass(frozen=True)
class Search:
    """What is looked for in the list of colleagues."""

    text: str = ""
    role: str = ""
    state: str = ""
    sort: str = "name"
    page: int = 1


@dataclass(frozen=True)
class Colleague:
    """A line of the list; `invited` has not chosen a password yet."""

    id: UUID
    name: str
    email: str
    roles: tuple[str, ...]
    team: str
    invited: bool
    second_factor: bool
    disabled: bool
    last_seen_at: datetime | None


@dataclass(frozen=True)
class ColleagueDetails:
    """A colleague as the administrator changes it."""

    id: UUID
    version: int
    name: str
    email: str
    phone: str
    working_days: str
    roles: tuple[str, ...]
    team_id: UUID | None
    invited: bool
    second_factor: bool
    disabled: bool
    own: bool


@dataclass(frozen=True)
class Personal:
    """What the administrator fills in about a colleague."""

    name: str
    roles: frozenset[Role]
    team_id: UUID | None = None
    phone: str = ""
    working_days: str = ""


@dataclass(frozen=True)
class TeamRow:
    """A team and how many colleagues it has."""

    id: UUID
    name: str
    colleagues: int


def list_staff(ctx: Context, search: Search) -> tuple[tuple[Colleague, ...], int]:
    """Return one page of colleagues and how many there are."""
    ctx.require(MANAGE_STAFF)
    found = _matching(search)
    total = ctx.session.scalar(select(func.count()).select_from(Account).where(found))
    offset = (search.page - 1) * PER_PAGE
    rows = ctx.session.execute(_lines(search).limit(PER_PAGE).offset(offset))
    return tuple(_line(row) for row in rows), total or 0


def every_colleague(ctx: Context, search: Search) -> tuple[Colleague, ...]:
    """Return all colleagues that match, for a table to take along."""
    ctx.require(MANAGE_STAFF)
    return tuple(_line(row) for row in ctx.session.execute(_lines(search)))


def colleague(ctx: Context, account_id: UUID) -> ColleagueDetails:
    """Return a colleague to look at and change."""
    ctx.require(MANAGE_STAFF)
    account = _staff(ctx, account_id)
    return ColleagueDetails(
        id=account.id,
        version=account.version,
        name=account.name,
        email=account.email or "",
        phone=account.phone,
        working_days=account.working_days,
        roles=tuple(account.roles),
        team_id=account.team_id,
        invited=account.password_hash is None,
        second_factor=account.totp_secret is not None,
        disabled=account.disabled_at is not None,
        own=account.id == ctx.actor.account_id,
    )


def invite_colleague(ctx: Context, email: str, personal: Personal) -> UUID:
    """Make an account and mail a link to choose a password with.

    Raises:
        Invalid: somebody has this address already.

    """
    ctx.require(MANAGE_STAFF)
    account = Account(id=uuid4(), email=normal_email(email))
    _fill_in(ctx, account, personal)
    try:
        with ctx.session.begin_nested():
            ctx.session.add(account)
    except IntegrityError as error:
        raise Invalid(TAKEN, email=TAKEN) from error
    _log(ctx, account.id, Action.CREATE)
    _mail_link(ctx, account.id, LinkPurpose.SET_UP, "accounts.set_up")
    return account.id


def invite_again(ctx: Context, account_id: UUID) -> None:
    """Mail a new link to a colleague who has no password yet; the older one ends."""
    ctx.require(MANAGE_STAFF)
    account = _staff(ctx, account_id)
    if account.password_hash or account.disabled_at:
        raise Conflict(N_("This colleague has signed in before, or is disabled."))
    _log(ctx, account_id, Action.UPDATE)
    _mail_link(ctx, account_id, LinkPurpose.SET_UP, "accounts.set_up")


def change_colleague(
    ctx: Context, account_id: UUID, version: int, personal: Personal
) -> None:
    """Change what a colleague is called and may do.

    Raises:
        Conflict: somebody else changed it meanwhile, or no administrator would be left.

    """
    ctx.require(MANAGE_STAFF)
    account = _staff(ctx, account_id)
    if account.version != version:
        raise Conflict(CHANGED)
    if Role.TENANT_ADMIN not in personal.roles:
        _keep_one_admin(ctx, account)
    _fill_in(ctx, account, personal)
    ctx.session.flush()
    _log(ctx, account_id, Action.UPDATE)


def reset_password(ctx: Context, account_id: UUID) -> None:
    """Take a colleague's password away; a mail tells it, with a link for a new one.

    Raises:
        Conflict: it is the administrator's own.

    """
    ctx.require(MANAGE_STAFF)
    account = _somebody_else(ctx, account_id)
    account.password_hash = None
    sessions.end_all(ctx, account_id)
    _log(ctx, account_id, Action.UPDATE)
    _mail_link(ctx, account_id, LinkPurpose.SET_UP, "accounts.password_reset")


def reset_second_factor(ctx: Context, account_id: UUID) -> None:
    """Take a colleague's second factor away, and tell it by mail.

    The next sign-in asks for the password, and then to set up a new one.

    Raises:
        Conflict: it is the administrator's own.

    """
    ctx.require(MANAGE_STAFF)
    account = _somebody_else(ctx, account_id)
    account.totp_secret = None
    account.recovery_code_hashes = []
    sessions.end_all(ctx, account_id)
    _log(ctx, account_id, Action.UPDATE)
    tell(ctx, account_id, "accounts.factor_reset")


def disable(ctx: Context, account_id: UUID) -> None:
    """Close an account: the next request of each of its devices is a visitor's."""
    ctx.require(MANAGE_STAFF)
    account = _staff(ctx, account_id)
    _keep_one_admin(ctx, account)
    account.disabled_at = account.disabled_at or now()
    sessions.end_all(ctx, account_id)
    _log(ctx, account_id, Action.UPDATE)


def enable(ctx: Context, account_id: UUID) -> None:
    """Open an account again; its sessions stay ended."""
    ctx.require(MANAGE_STAFF)
    _staff(ctx, account_id).disabled_at = None
    _log(ctx, account_id, Action.UPDATE)


def teams(ctx: Context) -> tuple[TeamRow, ...]:
    """Return the teams by name."""
    ctx.require(MANAGE_STAFF)
    rows = ctx.session.execute(
        select(Team.id, Team.name, func.count(Account.id))
        .outerjoin(
            Account,
            (Account.tenant_id == Team.tenant_id)
            & (Account.team_id == Team.id)
            & Account.disabled_at.is_(None),
        )
        .group_by(Team.id, Team.name)
        .order_by(Team.name)
    )
    return tuple(TeamRow(*row) for row in rows)


def team_name(ctx: Context, team_id: UUID) -> str:
    """Return a team's name."""
    ctx.require(MANAGE_STAFF)
    return ctx.get(Team, team_id).name


def name_team(ctx: Context, name: str, team_id: UUID | None = None) -> UUID:
    """Make a team, or give one another name.

    Raises:
        Invalid: there is one with that name.

    """
    ctx.require(MANAGE_STAFF)
    team = ctx.get(Team, team_id) if team_id else Team(id=uuid4(), name=name)
    try:
        with ctx.session.begin_nested():
            team.name = name
            ctx.session.add(team)
    except IntegrityError as error:
        raise Invalid(TEAM_EXISTS, name=TEAM_EXISTS) from error
    _log(ctx, team.id, Action.UPDATE if team_id else Action.CREATE)
    return team.id


def tell(ctx: Context, account_id: UUID, template: str) -> None:
    """Tell somebody by mail that something of the account was changed."""
    outbox.queue(
        ctx,
        template=template,
        account_id=account_id,
        dedupe_key=f"{template}:{uuid4()}",
    )


def _mail_link(
    ctx: Context, account_id: UUID, purpose: LinkPurpose, template: str
) -> None:
    link = make_link(ctx, account_id, purpose)
    outbox.queue(
        ctx,
        template=template,
        account_id=account_id,
        values={"link_id": str(link.id)},
        dedupe_key=f"link:{link.id}",
    )


def _fill_in(ctx: Context, account: Account, personal: Personal) -> None:
    if personal.team_id:
        ctx.get(Team, personal.team_id)
    account.name = personal.name
    account.roles = sorted(personal.roles & STAFF)
    account.team_id = personal.team_id
    account.phone = personal.phone
    account.working_days = personal.working_days


def _staff(ctx: Context, account_id: UUID) -> Account:
    account = ctx.get(Account, account_id)
    if not STAFF.intersection(account.roles):
        raise NotFound(NOT_FOUND)
    return account


def _somebody_else(ctx: Context, account_id: UUID) -> Account:
    if account_id == ctx.actor.account_id:
        raise Conflict(OTHER_ADMIN)
    return _staff(ctx, account_id)


def _keep_one_admin(ctx: Context, account: Account) -> None:
    # Locked, so that two administrators who remove each other at once can't both win.
    admins = ctx.session.scalars(
        select(Account.id)
        .where(
            literal(Role.TENANT_ADMIN.value) == func.any(Account.roles),
            Account.disabled_at.is_(None),
        )
        .order_by(Account.id)
        .with_for_update()
    ).all()
    if list(admins) == [account.id]:
        raise Conflict(LAST_ADMIN)


def _log(ctx: Context, object_id: UUID, action: Action) -> None:
    record(ctx, None, Category.ACCOUNT, action, Ground.ROLE, object_id=object_id)


def _matching(search: Search) -> ColumnElement[bool]:
    found: ColumnElement[bool] = Account.roles.overlap([role.value for role in STAFF])
    if search.text:
        wanted = f"%{_literally(search.text)}%"
        found &= or_(Account.name.ilike(wanted), Account.email.ilike(wanted))
    if search.role:
        found &= literal(search.role) == func.any(Account.roles)
    if search.state == "disabled":
        found &= Account.disabled_at.is_not(None)
    elif search.state == "invited":
        found &= Account.disabled_at.is_(None) & Account.password_hash.is_(None)
    elif search.state == "active":
        found &= Account.disabled_at.is_(None) & Account.password_hash.is_not(None)
    return found


def _literally(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")


def _lines(search: Search) -> Select[*tuple[Any, ...]]:
    last_seen = (
        select(func.max(AccountSession.last_seen_at))
        .where(
            AccountSession.tenant_id == Account.tenant_id,
            AccountSession.account_id == Account.id,
        )
        .scalar_subquery()
    )
    column = SORTS.get(search.sort.lstrip("-"), Account.name)
    order = column.desc() if search.sort.startswith("-") else column.asc()
    return (
        select(
            Account.id,
            Account.name,
            func.coalesce(Account.email, ""),
            Account.roles,
            func.coalesce(Team.name, ""),
            Account.password_hash.is_(None),
            Account.totp_secret.is_not(None),
            Account.disabled_at.is_not(None),
            last_seen,
        )
        .outerjoin(
            Team, (Team.tenant_id == Account.tenant_id) & (Team.id == Account.team_id)
        )
        .where(_matching(search))
        .order_by(order, Account.id)
    )


def _line(row: Row[*tuple[Any, ...]]) -> Colleague:
    identity, name, email, roles, *others = row
    return Colleague(identity, name, email, tuple(roles), *others)
