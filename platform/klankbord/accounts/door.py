"""Who stands at the door: a tenant by its host, a person by a session token."""

import hashlib
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, text

from klankbord.accounts.models import Account, AccountSession
from klankbord.context import ANONYMOUS, Actor
from klankbord.db import TenantSession, now, tenant_of
from klankbord.errors import NotFound
from klankbord.permissions import Role
from klankbord.tenants.directory import Directory
from klankbord.tenants.models import Tenant
from klankbord.web import UNKNOWN_HOST, Visit

TOUCH_AFTER = timedelta(minutes=1)
IDLE = {False: timedelta(minutes=30), True: timedelta(days=90)}

_TENANT = select(Tenant.revision, Tenant.status)
_SIGNED_IN = (
    select(
        Tenant.revision,
        AccountSession.id.label("session_id"),
        AccountSession.own_device,
        AccountSession.last_seen_at,
        AccountSession.locked_for,
        Account.id.label("account_id"),
        Account.name,
        Account.roles,
        Account.young,
        Account.client_id,
        Account.team_id,
        Account.language,
    )
    .join(Account, Account.id == AccountSession.account_id)
    .join(Tenant, Tenant.id == AccountSession.tenant_id)
    .where(
        AccountSession.ended_at.is_(None),
        Account.disabled_at.is_(None),
        AccountSession.token_hash == bindparam("token_hash"),
        AccountSession.expires_at > bindparam("moment"),
    )
)
_TOUCH = text(
    "update account_session set last_seen_at = :moment"
    " where tenant_id = :tenant_id and id = :session_id"
)


def hash_token(token: str) -> bytes:
    """Return what is kept of a token: enough to know it again, no way back."""
    return hashlib.sha256(token.encode()).digest()


class FrontDoor:
    """The one door of the web: opened by `klankbord.web`."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    def tenant_at(self, host: str) -> UUID | None:
        """Return the tenant at a host name."""
        return self._directory.at(host)

    def visit(self, session: TenantSession, token: str | None) -> Visit:
        """Return the tenant's facts and the actor; a token of elsewhere is nobody."""
        row = self._signed_in(session, token) if token else None
        if row is not None:
            return self._staying(session, row)
        tenant_id = tenant_of(session)
        found = session.execute(_TENANT.where(Tenant.id == tenant_id)).first()
        if found is None:
            raise NotFound(UNKNOWN_HOST)
        facts = self._directory.facts(session, tenant_id, found.revision)
        return Visit(facts, ANONYMOUS)

    def _signed_in(self, session: TenantSession, token: str) -> Any:  # noqa: ANN401 - a row of _SIGNED_IN
        row = session.execute(
            _SIGNED_IN, {"token_hash": hash_token(token), "moment": now()}
        ).first()
        if row is None or now() - row.last_seen_at > IDLE[row.own_device]:
            return None
        return row

    def _staying(self, session: TenantSession, row: Any) -> Visit:  # noqa: ANN401
        if now() - row.last_seen_at > TOUCH_AFTER:
            session.execute(_TOUCH, {"moment": now(), "session_id": row.session_id})
        actor = Actor(
            roles=frozenset(Role(role) for role in row.roles),
            account_id=row.account_id,
            client_id=row.client_id,
            team_id=row.team_id,
            name=row.name,
            session_id=row.session_id,
            locked_for=row.locked_for,
            young=row.young,
        )
        facts = self._directory.facts(session, tenant_of(session), row.revision)
        return Visit(facts, actor, row.language, row.locked_for)
