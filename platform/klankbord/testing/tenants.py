"""Tenants, people and contexts for tests: each test in a tenant of its own.

No fixture cleans up: a fresh tenant per test is cheaper and hides nothing.
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, insert
from werkzeug.test import TestResponse

from klankbord.accounts.door import hash_token
from klankbord.accounts.models import Account, AccountSession, Team
from klankbord.app import create_app
from klankbord.config import Config, from_environment
from klankbord.context import Actor, Context, TenantFacts
from klankbord.databases import Databases
from klankbord.db import TenantSession, now, open_engine
from klankbord.embedded import ValkeyServer
from klankbord.people.ages import is_young
from klankbord.people.models import (
    CaseFile,
    CaseMember,
    Client,
    ClientKind,
    Custody,
    Family,
    MeasureKind,
)
from klankbord.permissions import Role
from klankbord.plugin import installed_plugins
from klankbord.privacy.keys import keyring
from klankbord.tenants.directory import Directory
from klankbord.tenants.models import (
    PluginState,
    Tenant,
    TenantHost,
    TenantPlugin,
    TenantProfile,
)
from klankbord.testing.servers import environment_of


@dataclass(frozen=True)
class Person:
    """Somebody who signs in: a member of staff, or a client with `client_id`."""

    tenant: TenantFacts
    account_id: UUID
    roles: frozenset[Role]
    name: str
    email: str | None = None
    client_id: UUID | None = None
    team_id: UUID | None = None


@dataclass(frozen=True)
class FamilyMade:
    """A case with a worker, a mother with custody, a father without, and a youth."""

    case_id: UUID
    family_id: UUID
    team_id: UUID
    worker: Person
    mother: Person
    father: Person
    youth: Person


class Maker:
    """Makes tenants, people and what they work on, straight in the database."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.engine: Engine = open_engine(config.database_url, pool_size=10)
        self.operator: Engine = open_engine(config.operator_database_url)
        self._directory = Directory(self.engine, config.base_url)
        self._sessions: list[TenantSession] = []

    def tenant(self, slug: str = "", *, on: bool = True, **profile: Any) -> TenantFacts:  # noqa: ANN401
        """Make a tenant at `<slug>.example`, with every installed plugin on or off."""
        slug = slug or f"t{uuid4().hex[:12]}"
        tenant_id = uuid4()
        with self.operator.begin() as connection:
            connection.execute(insert(Tenant).values(id=tenant_id, slug=slug))
            connection.execute(
                insert(TenantHost).values(
                    host=f"{slug}.example", tenant_id=tenant_id, canonical=True
                )
            )
        with TenantSession(self.operator, tenant_id) as session:
            values = {"name": f"Organisatie {slug}", "languages": ["nl", "en", "ar"]}
            session.add(TenantProfile(**(values | profile)))
            state = PluginState.ON if on else PluginState.ALLOWED
            session.add_all(
                TenantPlugin(plugin=name, state=state) for name in installed_plugins()
            )
            session.commit()
        return self.facts(tenant_id)

    def facts(self, tenant_id: UUID) -> TenantFacts:
        """Return what a request would know of the tenant now."""
        with TenantSession(self.engine, tenant_id) as session:
            return self._directory.read(session, tenant_id)

    def add(self, tenant: TenantFacts, *rows: Any) -> None:  # noqa: ANN401
        """Commit rows for a tenant."""
        with TenantSession(self.engine, tenant.id) as session:
            session.expire_on_commit = False
            session.add_all(rows)
            session.commit()

    def staff(
        self,
        tenant: TenantFacts,
        *roles: Role,
        name: str = "Karin de Wit",
        team_id: UUID | None = None,
        email: str = "",
    ) -> Person:
        """Make a member of staff who can sign in."""
        email = email or f"{uuid4().hex[:10]}@staff.example"
        account = Account(
            id=uuid4(), name=name, roles=list(roles), email=email, team_id=team_id
        )
        self.add(tenant, account)
        return Person(
            tenant, account.id, frozenset(roles), name, email, team_id=team_id
        )

    def client(
        self,
        tenant: TenantFacts,
        family_id: UUID,
        role: Role = Role.PARENT,
        *,
        given_name: str = "Samira",
        born: date | None = None,
        **values: Any,  # noqa: ANN401
    ) -> Person:
        """Make a client of a family, with an account."""
        kind = ClientKind.PARENT if role is Role.PARENT else ClientKind.YOUTH
        client = Client(
            id=uuid4(),
            family_id=family_id,
            kind=kind,
            given_name=given_name,
            family_name="Bakkali",
            birth_date=born,
            **values,
        )
        account = Account(
            id=uuid4(),
            name="",
            roles=[role],
            young=is_young(client, tenant.today()),
            client_id=client.id,
        )
        self.add(tenant, client)
        self.add(tenant, account)
        return Person(
            tenant, account.id, frozenset({role}), given_name, client_id=client.id
        )

    def family(
        self, tenant: TenantFacts, *, youth_age: int = 14, worker: Person | None = None
    ) -> FamilyMade:
        """Make a family in a running case; the mother has custody, the father not."""
        team = Team(id=uuid4(), name=f"Team {uuid4().hex[:6]}")
        family = Family(id=uuid4(), name="Bakkali")
        self.add(tenant, team, family)
        worker = worker or self.staff(tenant, Role.WORKER, team_id=team.id)
        begun = tenant.today() - timedelta(days=200)
        role = Role.CHILD if youth_age < 12 else Role.YOUTH
        mother = self.client(tenant, family.id)
        father = self.client(tenant, family.id, given_name="Youssef")
        youth = self.client(
            tenant,
            family.id,
            role,
            given_name="Noor",
            born=tenant.today() - timedelta(days=int(youth_age * 365.25) + 30),
        )
        case = CaseFile(
            id=uuid4(),
            family_id=family.id,
            measure=MeasureKind.SUPERVISION_ORDER,
            begins_on=begun,
            worker_id=worker.account_id,
            team_id=team.id,
        )
        self.add(tenant, case)
        self.add(
            tenant,
            *(
                CaseMember(case_id=case.id, client_id=person.client_id, begins_on=begun)
                for person in (mother, father, youth)
            ),
            Custody(
                parent_id=mother.client_id, youth_id=youth.client_id, begins_on=begun
            ),
        )
        return FamilyMade(case.id, family.id, team.id, worker, mother, father, youth)

    def context(self, person: Person) -> Context:
        """Open a context as the person; it is closed after the test."""
        return self.context_of(
            person.tenant,
            Actor(
                person.roles,
                person.account_id,
                person.client_id,
                person.team_id,
                person.name,
            ),
        )

    def context_of(self, tenant: TenantFacts, actor: Actor) -> Context:
        """Open a context for any actor, the system too; it is closed after the test."""
        session = TenantSession(self.engine, tenant.id)
        self._sessions.append(session)
        return Context(self.facts(tenant.id), actor, session)

    def close(self) -> None:
        """Close the contexts that were opened."""
        for session in self._sessions:
            session.close()
        self._sessions.clear()

    def sign_in(self, app: Flask, person: Person) -> "Browser":
        """Return a browser without JavaScript in which the person is signed in."""
        browser = visitor(app, person.tenant)
        token = secrets.token_urlsafe(32)
        self.add(
            person.tenant,
            AccountSession(
                account_id=person.account_id,
                token_hash=hash_token(token),
                expires_at=now() + timedelta(days=1),
            ),
        )
        with browser.session_transaction(base_url=person.tenant.base_url) as cookie:
            cookie["_user_id"] = token
        return browser


class Browser(FlaskClient):
    """A browser without JavaScript, at one organisation's own address."""

    base_url = "https://nobody.example"

    def open(self, *args: Any, **options: Any) -> TestResponse:  # noqa: ANN401
        """Ask for a page at the organisation's address, over https."""
        options.setdefault("base_url", self.base_url)
        return super().open(*args, **options)


def visitor(app: Flask, tenant: TenantFacts) -> Browser:
    """Return a browser at the tenant's host in which nobody is signed in."""
    browser = Browser(app, app.response_class, use_cookies=True)
    browser.base_url = tenant.base_url
    return browser


@pytest.fixture(scope="session")
def config(databases: Databases, valkey: ValkeyServer) -> Config:
    """Read the settings of an installation on the session's servers."""
    return from_environment(environment_of(databases, valkey))


@pytest.fixture(scope="session")
def app(config: Config) -> Iterator[Flask]:
    """Make the app, with the core and every installed plugin."""
    app = create_app(config)
    app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False, WTF_CSRF_ENABLED=False)
    yield app
    app.extensions["klankbord-engine"].dispose()
    keyring().close()


@pytest.fixture(scope="session")
def session_maker(config: Config, app: Flask) -> Iterator[Maker]:  # noqa: ARG001
    """Make the maker once: it holds two pools."""
    maker = Maker(config)
    yield maker
    maker.engine.dispose()
    maker.operator.dispose()


@pytest.fixture
def make(session_maker: Maker) -> Iterator[Maker]:
    """Give the maker of tenants, people and contexts."""
    yield session_maker
    session_maker.close()


@pytest.fixture
def tenant(make: Maker) -> TenantFacts:
    """Make the organisation that the test is about."""
    return make.tenant()


@pytest.fixture
def outsider(make: Maker) -> Person:
    """Make somebody of another organisation, with every staff role: sees nothing."""
    elsewhere = make.tenant()
    return make.staff(elsewhere, *(set(Role) - {Role.ANONYMOUS, Role.SYSTEM}))
