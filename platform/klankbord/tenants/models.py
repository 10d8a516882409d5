"""What is kept of an organisation."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from klankbord.db import Base, TenantOwned, Versioned, now


class TenantStatus(StrEnum):
    """Whether an organisation can be used.

    Suspended is for a while, closed until it is deleted. Both keep all, and send
    nothing.
    """

    ACTIVE = "active"
    SUSPENDED = "suspended"
    CLOSED = "closed"


class Tenant(Base):
    """An organisation that uses Klankbord.

    `revision` rises with every change to its profile or plugins: the key under which a
    process caches them.
    """

    __tablename__ = "tenant"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    slug: Mapped[str] = mapped_column(unique=True)
    status: Mapped[TenantStatus] = mapped_column(default=TenantStatus.ACTIVE)
    revision: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)


class TenantHost(Base):
    """A host name at which an organisation is reached; links use the canonical one."""

    __tablename__ = "tenant_host"

    host: Mapped[str] = mapped_column(primary_key=True)
    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenant.id", ondelete="CASCADE"))
    canonical: Mapped[bool] = mapped_column(default=False)


class TenantProfile(Versioned, TenantOwned, Base):
    """How an organisation looks and speaks: one row a tenant."""

    __tablename__ = "tenant_profile"
    __table_args__ = (UniqueConstraint("tenant_id"),)

    name: Mapped[str]
    languages: Mapped[list[str]]
    formal: Mapped[bool] = mapped_column(default=False)
    time_zone: Mapped[str] = mapped_column(default="Europe/Amsterdam")
    theme: Mapped[dict[str, Any]] = mapped_column(default=dict)
    logo: Mapped[bytes | None]
    # Pairs of whose number it is and the number: an object would lose their order.
    phone_numbers: Mapped[list[Any]] = mapped_column(default=list)
    texts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    policies: Mapped[dict[str, Any]] = mapped_column(default=dict)


class PluginState(StrEnum):
    """Where a plugin stands in an organisation; frozen data can be read for export."""

    ALLOWED = "allowed"
    ON = "on"
    FROZEN = "frozen"


class TenantPlugin(Versioned, TenantOwned, Base):
    """A plugin that an organisation may use; without a row it may not."""

    __tablename__ = "tenant_plugin"
    __table_args__ = (UniqueConstraint("tenant_id", "plugin"),)

    plugin: Mapped[str]
    state: Mapped[PluginState] = mapped_column(default=PluginState.ALLOWED)
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    changed_at: Mapped[datetime] = mapped_column(default=now)
