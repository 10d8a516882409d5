"""Which tenant stands at which host, and what every request knows of it.

Host names are remembered for five seconds; a tenant's facts as long as its revision
stays the same, so that a change shows at once in every process.
"""

import time
from collections.abc import Callable
from threading import Lock
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from klankbord.context import TenantFacts
from klankbord.errors import NotFound
from klankbord.tenants.models import (
    PluginState,
    Tenant,
    TenantHost,
    TenantPlugin,
    TenantProfile,
)

REMEMBERED_SECONDS = 5.0
MOST_HOSTS = 10_000

_AT_HOST = select(TenantHost.tenant_id)
_REVISION = select(Tenant.revision)
_CANONICAL = (
    select(Tenant.slug, Tenant.status, Tenant.revision, TenantHost.host)
    .join(TenantHost, TenantHost.tenant_id == Tenant.id)
    .where(TenantHost.canonical)
)
_PROFILE = select(
    TenantProfile.name,
    TenantProfile.languages,
    TenantProfile.formal,
    TenantProfile.time_zone,
    TenantProfile.theme,
    TenantProfile.phone_numbers,
    TenantProfile.texts,
    TenantProfile.policies,
)
_PLUGINS = select(TenantPlugin.plugin, TenantPlugin.state, TenantPlugin.settings).where(
    TenantPlugin.state != PluginState.ALLOWED
)


class Directory:
    """The tenants that this process has met."""

    def __init__(self, engine: Engine, base_url: Callable[[str], str]) -> None:
        self._engine = engine
        self._base_url = base_url
        self._hosts: dict[str, tuple[float, UUID]] = {}
        self._facts: dict[UUID, TenantFacts] = {}
        self._lock = Lock()

    def at(self, host: str) -> UUID | None:
        """Return the tenant at a host name, port left out; None where there is none."""
        name = host.partition(":")[0].lower().rstrip(".")
        until, known = self._hosts.get(name, (0.0, None))
        if known and until > time.monotonic():
            return known
        with self._engine.connect() as connection:
            found: UUID | None = connection.scalar(
                _AT_HOST.where(TenantHost.host == name)
            )
        with self._lock:
            if found is None or len(self._hosts) >= MOST_HOSTS:
                self._hosts.clear()
            if found is not None:
                self._hosts[name] = (time.monotonic() + REMEMBERED_SECONDS, found)
        return found

    def facts(self, session: Session, tenant_id: UUID, revision: int) -> TenantFacts:
        """Return the tenant's facts as of a revision, read only when they changed."""
        known = self._facts.get(tenant_id)
        if known and known.revision == revision:
            return known
        facts = self.read(session, tenant_id)
        with self._lock:
            self._facts[tenant_id] = facts
        return facts

    def now(self, session: Session, tenant_id: UUID) -> TenantFacts:
        """Return the tenant's facts of this moment, for work outside a request.

        Raises:
            NotFound: there is no such tenant.

        """
        revision = session.scalar(_REVISION.where(Tenant.id == tenant_id))
        if revision is None:
            raise NotFound
        return self.facts(session, tenant_id, revision)

    def read(self, session: Session, tenant_id: UUID) -> TenantFacts:
        """Read the tenant's facts from the database."""
        tenant = session.execute(_CANONICAL.where(Tenant.id == tenant_id)).one()
        profile = session.execute(_PROFILE).one()
        plugins: dict[str, dict[str, Any]] = {}
        frozen = set()
        for plugin in session.execute(_PLUGINS):
            plugins[plugin.plugin] = plugin.settings
            if plugin.state is PluginState.FROZEN:
                frozen.add(plugin.plugin)
        return TenantFacts(
            id=tenant_id,
            slug=tenant.slug,
            name=profile.name,
            base_url=self._base_url(tenant.host),
            status=tenant.status.value,
            revision=tenant.revision,
            languages=tuple(profile.languages),
            formal=profile.formal,
            time_zone=ZoneInfo(profile.time_zone),
            phone_numbers=dict(profile.phone_numbers),
            texts=profile.texts,
            plugins=plugins,
            frozen=frozenset(frozen),
            theme=profile.theme,
            policies=profile.policies,
        )
