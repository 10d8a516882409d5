"""The register of organisations: made, described and suspended by the operator.

Runs with the operator's database role, which sees settings and no content.
"""

from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import Connection, Engine, insert, select, update
from sqlalchemy import delete as sql_delete
from sqlalchemy.orm import Session

from klankbord.db import TenantSession
from klankbord.tenants.description import Description, DescriptionInvalid
from klankbord.tenants.models import (
    PluginState,
    Tenant,
    TenantHost,
    TenantPlugin,
    TenantProfile,
    TenantStatus,
)


class NoSuchTenant(LookupError):
    """There is no organisation with this short name."""


class StillActive(RuntimeError):
    """The organisation is in use; suspend it first."""


@dataclass(frozen=True)
class TenantLine:
    """An organisation in the operator's list."""

    id: UUID
    slug: str
    status: TenantStatus
    host: str


def every_tenant(engine: Engine) -> list[TenantLine]:
    """Return all organisations by short name."""
    lines = (
        select(Tenant.id, Tenant.slug, Tenant.status, TenantHost.host)
        .join(TenantHost, TenantHost.tenant_id == Tenant.id)
        .where(TenantHost.canonical)
        .order_by(Tenant.slug)
    )
    with engine.connect() as connection:
        return [TenantLine(*line) for line in connection.execute(lines)]


def find(engine: Engine, slug: str) -> UUID:
    """Return the id of an organisation.

    Raises:
        NoSuchTenant: nothing has this short name.

    """
    with engine.connect() as connection:
        found: UUID | None = connection.scalar(
            select(Tenant.id).where(Tenant.slug == slug)
        )
    if found is None:
        raise NoSuchTenant(slug)
    return found


def set_status(engine: Engine, slug: str, status: TenantStatus) -> None:
    """Suspend, resume or close; every process knows at its next request."""
    tenant_id = find(engine, slug)
    with engine.begin() as connection:
        connection.execute(
            update(Tenant)
            .where(Tenant.id == tenant_id)
            .values(status=status, revision=Tenant.revision + 1)
        )


def find_stopped(engine: Engine, slug: str) -> UUID:
    """Return the id of an organisation that is suspended or closed.

    Raises:
        NoSuchTenant: nothing has this short name.
        StillActive: people use it.

    """
    tenant_id = find(engine, slug)
    with engine.connect() as connection:
        status = connection.scalar(select(Tenant.status).where(Tenant.id == tenant_id))
    if status is TenantStatus.ACTIVE:
        raise StillActive(slug)
    return tenant_id


def delete(engine: Engine, tenant_id: UUID) -> None:
    """Erase an organisation that is not active; every row of it goes along."""
    with engine.begin() as connection:
        connection.execute(
            sql_delete(Tenant).where(
                Tenant.id == tenant_id, Tenant.status != TenantStatus.ACTIVE
            )
        )


def create(engine: Engine, description: Description) -> UUID:
    """Make a new organisation.

    Raises:
        DescriptionInvalid: the short name or a host belongs to another one.

    """
    if any(line.slug == description.slug for line in every_tenant(engine)):
        raise DescriptionInvalid(f"{description.slug}: this short name is in use.")
    return apply(engine, description)


def apply(engine: Engine, description: Description) -> UUID:
    """Make the organisation as it is described; again changes nothing.

    What is switched on here and not in the description stays on: the tenant's admin
    decides about that, the description only about what the tenant may have.

    Raises:
        DescriptionInvalid: a host belongs to another organisation.

    """
    with engine.begin() as connection:
        tenant_id = _obtain(connection, description.slug)
        _apply_hosts(connection, tenant_id, description)
    with TenantSession(engine, tenant_id) as session:
        _apply_profile(session, description)
        for name, entry in description.plugins.items():
            _apply_plugin(session, name, on=entry["on"], settings=entry["settings"])
        session.commit()
    with engine.begin() as connection:
        connection.execute(
            update(Tenant)
            .where(Tenant.id == tenant_id)
            .values(revision=Tenant.revision + 1)
        )
    return tenant_id


def _obtain(connection: Connection, slug: str) -> UUID:
    found: UUID | None = connection.scalar(select(Tenant.id).where(Tenant.slug == slug))
    if found is None:
        found = uuid4()
        connection.execute(insert(Tenant).values(id=found, slug=slug))
    return found


def _apply_hosts(
    connection: Connection, tenant_id: UUID, description: Description
) -> None:
    connection.execute(
        sql_delete(TenantHost).where(
            TenantHost.tenant_id == tenant_id,
            TenantHost.host.not_in(description.hosts),
        )
    )
    known = connection.execute(
        select(TenantHost.host, TenantHost.tenant_id).where(
            TenantHost.host.in_(description.hosts)
        )
    )
    owners: dict[str, UUID] = {row.host: row.tenant_id for row in known}
    for place, host in enumerate(description.hosts):
        if owners.get(host, tenant_id) != tenant_id:
            raise DescriptionInvalid(f"hosts: {host} belongs to another organisation.")
        values = {"tenant_id": tenant_id, "canonical": place == 0}
        if host in owners:
            connection.execute(
                update(TenantHost).where(TenantHost.host == host).values(**values)
            )
        else:
            connection.execute(insert(TenantHost).values(host=host, **values))


def _apply_profile(session: Session, description: Description) -> None:
    profile = session.scalar(select(TenantProfile))
    if profile is None:
        profile = TenantProfile()
        session.add(profile)
    profile.name = description.name
    profile.languages = list(description.languages)
    profile.formal = description.formal
    profile.time_zone = str(description.time_zone)
    profile.phone_numbers = list(description.phone_numbers.items())
    profile.theme = dict(description.theme)
    profile.texts = dict(description.texts)
    if description.logo is not None:
        profile.logo = description.logo


def _apply_plugin(
    session: Session, name: str, *, on: bool, settings: dict[str, object]
) -> None:
    row = session.scalar(select(TenantPlugin).where(TenantPlugin.plugin == name))
    if row is None:
        row = TenantPlugin(plugin=name, state=PluginState.ALLOWED)
        session.add(row)
    row.settings = settings
    if on and row.state is PluginState.ALLOWED:
        row.state = PluginState.ON
