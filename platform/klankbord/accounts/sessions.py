"""Devices that are signed in: they begin, end, and can be locked when passed on."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, select, update

from klankbord.accounts import attempts
from klankbord.accounts.door import hash_token
from klankbord.accounts.models import Account, AccountSession
from klankbord.accounts.passwords import verify_password
from klankbord.accounts.permissions import OWN_DEVICES
from klankbord.context import NOT_FOUND, Context
from klankbord.db import now
from klankbord.errors import N_, Conflict, Invalid, NotFound
from klankbord.permissions import PORTAL

WRONG_PASSWORD = N_("This is not your password. Look at it and try again.")
NOT_SIGNED_IN = N_("You are not signed in any more. Sign in again.")
# Absolute limits; the idle ones stand in `door.py`.
SHORT = timedelta(hours=12)
LONG = timedelta(days=180)
ASKED_WITHIN = timedelta(minutes=15)


@dataclass(frozen=True)
class Device:
    """A device that is signed in, as its owner sees it."""

    id: UUID
    name: str
    own_device: bool
    began_at: datetime
    last_seen_at: datetime
    this_one: bool


def begin(ctx: Context, account_id: UUID, *, device: str = "") -> str:
    """Begin a short session and return its token, which is kept nowhere else.

    The session that this device had is ended: nobody chooses a token for somebody else.
    """
    account = ctx.get(Account, account_id)
    if account.disabled_at:
        raise NotFound(NOT_FOUND)
    if ctx.actor.session_id:
        _end(ctx, AccountSession.id == ctx.actor.session_id)
    token = secrets.token_urlsafe(32)
    ctx.session.add(
        AccountSession(
            account_id=account_id,
            token_hash=hash_token(token),
            device=device[:80],
            expires_at=now() + SHORT,
        )
    )
    ctx.session.flush()
    return token


def keep_long(ctx: Context) -> None:
    """Let a client's or buddy's session last: this is the person's own phone.

    Only in the first quarter of an hour, so that somebody who finds the phone later
    cannot make it last.

    Raises:
        Conflict: it is too late, or a session of staff.

    """
    ctx.require(OWN_DEVICES)
    session = _own_session(ctx)
    late = now() - session.created_at > ASKED_WITHIN
    if late or not ctx.actor.roles <= PORTAL:
        raise Conflict(N_("It is too late to change this. Sign in again."))
    session.own_device = True
    session.expires_at = now() + LONG


def devices(ctx: Context) -> tuple[Device, ...]:
    """Return the actor's devices that are signed in, the last used one first."""
    ctx.require(OWN_DEVICES)
    rows = ctx.session.execute(
        select(
            AccountSession.id,
            AccountSession.device,
            AccountSession.own_device,
            AccountSession.created_at,
            AccountSession.last_seen_at,
        )
        .where(
            AccountSession.account_id == ctx.actor.account_id,
            AccountSession.ended_at.is_(None),
            AccountSession.expires_at > now(),
        )
        .order_by(AccountSession.last_seen_at.desc())
    )
    return tuple(Device(*row, this_one=row.id == ctx.actor.session_id) for row in rows)


def end_device(ctx: Context, session_id: UUID) -> None:
    """End one of the actor's own devices.

    Raises:
        NotFound: it is not one of the actor's.

    """
    ctx.require(OWN_DEVICES)
    session = ctx.get(AccountSession, session_id)
    if session.account_id != ctx.actor.account_id:
        raise NotFound(NOT_FOUND)
    session.ended_at = session.ended_at or now()


def sign_out(ctx: Context) -> None:
    """End the session that the actor uses now."""
    ctx.require(OWN_DEVICES)
    _end(ctx, AccountSession.id == ctx.actor.session_id)


def sign_out_everywhere(ctx: Context) -> None:
    """End all of the actor's sessions, the present one too."""
    ctx.require(OWN_DEVICES)
    if ctx.actor.account_id:
        end_all(ctx, ctx.actor.account_id)


def end_all(ctx: Context, account_id: UUID, *, except_this: bool = False) -> None:
    """End every session of an account; their next request is a visitor's."""
    ended = AccountSession.account_id == account_id
    if except_this and ctx.actor.session_id:
        ended &= AccountSession.id != ctx.actor.session_id
    _end(ctx, ended)


def lock_session(ctx: Context, answer_set_id: UUID) -> None:
    """Lock the actor's session to one answer set: the phone is passed on now.

    From the next request on only views marked `open_when_locked` open.
    """
    ctx.require(OWN_DEVICES)
    if ctx.actor.session_id is None:
        raise Conflict(NOT_SIGNED_IN)
    _own_session(ctx).locked_for = answer_set_id


def unlock_session(ctx: Context, password: str) -> None:
    """Give the phone back to its owner, who proves it with the own password.

    Raises:
        Invalid: it is not the owner's password.
        TooMany: there were five wrong ones in fifteen minutes.

    """
    ctx.require(OWN_DEVICES)
    account_id = ctx.actor.account_id
    if account_id is None or ctx.actor.session_id is None:
        raise Conflict(NOT_SIGNED_IN)
    attempts.count(ctx, "unlock", account_id, most=5, within=timedelta(minutes=15))
    if not verify_password(ctx.get(Account, account_id).password_hash, password):
        raise Invalid(WRONG_PASSWORD, password=WRONG_PASSWORD)
    attempts.forget(ctx, "unlock", account_id)
    _own_session(ctx).locked_for = None


def _own_session(ctx: Context) -> AccountSession:
    if ctx.actor.session_id is None:
        raise Conflict(NOT_SIGNED_IN)
    return ctx.get(AccountSession, ctx.actor.session_id)


def _end(ctx: Context, which: ColumnElement[bool]) -> None:
    ctx.session.execute(
        update(AccountSession)
        .where(which, AccountSession.ended_at.is_(None))
        .values(ended_at=now())
    )
