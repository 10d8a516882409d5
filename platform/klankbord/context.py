"""Who does what for which tenant: the one argument every service takes first."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from klankbord.db import TenantOwned
from klankbord.errors import N_, Forbidden, NotFound, Unchecked
from klankbord.permissions import Permission, Role, allows

Row = TypeVar("Row", bound=TenantOwned)

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
FORBIDDEN = N_("You cannot do this with your account.")
NOT_FOUND = N_("We cannot find this page.")


@dataclass(frozen=True)
class Actor:
    """The person, or in a job the system, that acts.

    `locked_for` names the answer set for which this session's phone was passed on:
    then somebody else holds it, and only that questionnaire is open. `young`: "je" in
    an organisation that says "u" to grown-ups too.
    """

    roles: frozenset[Role]
    account_id: UUID | None = None
    client_id: UUID | None = None
    team_id: UUID | None = None
    name: str = ""
    session_id: UUID | None = None
    locked_for: UUID | None = None
    young: bool = False

    def may(self, permission: Permission) -> bool:
        """Tell whether one of the actor's roles holds the permission."""
        return allows(permission, self.roles)


ANONYMOUS = Actor(frozenset({Role.ANONYMOUS}))
SYSTEM = Actor(frozenset({Role.SYSTEM}))


@dataclass(frozen=True)
class TenantFacts:
    """What every unit of work knows of its tenant; cached under (id, revision).

    `plugins` maps the name of each plugin that is on or frozen to its settings;
    `frozen` names those that may be read for export only. `policies` holds what the
    organisation decided itself about the people it works for.
    """

    id: UUID
    slug: str
    name: str
    base_url: str
    status: str
    revision: int
    languages: tuple[str, ...] = ("nl",)
    formal: bool = False
    time_zone: ZoneInfo = AMSTERDAM
    phone_numbers: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    plugins: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    frozen: frozenset[str] = frozenset()
    theme: Mapping[str, str] = field(default_factory=dict)
    policies: Mapping[str, Any] = field(default_factory=dict)

    def has_on(self, plugin: str) -> bool:
        """Tell whether the plugin is on, and not frozen."""
        return plugin in self.plugins and plugin not in self.frozen

    def today(self) -> date:
        """Return the present day where the tenant is."""
        return datetime.now(self.time_zone).date()


@dataclass
class Context:
    """One unit of work: a tenant, an actor and a session that sees only that tenant.

    `role` is the one that gave the right which was asked for last: the access log says
    as whom somebody acted. Without any, nothing can be written.
    """

    tenant: TenantFacts
    actor: Actor
    session: Session
    request_id: str = ""
    after_commit: list[Callable[[], None]] = field(default_factory=list)
    after_refusal: list[Callable[["Context"], None]] = field(default_factory=list)
    role: Role | None = None

    @property
    def tenant_id(self) -> UUID:
        """Return the id that every row, key, file and log line of this work bears."""
        return self.tenant.id

    def require(self, permission: Permission) -> None:
        """Raise `Forbidden` unless the actor holds the permission."""
        giving = [role for role in permission.roles if role in self.actor.roles]
        if not giving:
            raise Forbidden(FORBIDDEN)
        self.role = min(giving, key=tuple(Role).index)

    def get(self, model: type[Row], row_id: UUID) -> Row:
        """Return the row with this id, or raise `NotFound`."""
        row = self.session.get(model, (self.tenant_id, row_id))
        if row is None:
            raise NotFound(NOT_FOUND)
        return row

    def finish(self, *, commit: bool) -> None:
        """End the work.

        What waited for the commit happens only after one. What must outlive a refusal
        is written in a transaction of its own after the rollback.

        Raises:
            Unchecked: something was written and no service asked for a permission.

        """
        if not commit:
            self.session.rollback()
            for write in self.after_refusal:
                write(self)
            self.session.commit()
            return
        self.session.flush()
        if self.session.info["wrote"] and self.role is None:
            self.session.rollback()
            raise Unchecked("a service wrote without ctx.require(...)")
        self.session.commit()
        for action in self.after_commit:
            action()
