"""What the demo begins with: organisations, people, and a year of what happened.

The same cast and the same chance each time, counted back from today.
"""

import random
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from importlib.resources import files
from pathlib import Path
from secrets import token_urlsafe
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import Engine, func, select

from klankbord.accounts.models import Account, Team
from klankbord.accounts.passwords import hash_password
from klankbord.accounts.services.links import make_sign_in_link
from klankbord.config import Config
from klankbord.context import SYSTEM, Context, TenantFacts
from klankbord.db import TenantSession, now, open_engine
from klankbord.people.ages import is_young
from klankbord.people.models import (
    Appointment,
    CaseEvent,
    CaseEventKind,
    CaseFile,
    CaseMember,
    Client,
    ClientKind,
    Consent,
    Custody,
    Family,
    MeasureKind,
    Purpose,
)
from klankbord.permissions import Role
from klankbord.plugin import installed_plugins
from klankbord.tenants import description, register
from klankbord.tenants.directory import Directory

SLUGS = ("wsg", "jgb", "zilverwiek")
LINK_VALID_FOR = timedelta(hours=24)
PLACES = ("thuis", "op kantoor", "bij opa en oma", "op school")


@dataclass(frozen=True)
class OrganisationLink:
    """An organisation in `demo.json`."""

    slug: str
    name: str
    url: str
    plugins: list[str]


@dataclass(frozen=True)
class PersonLink:
    """Somebody to sign in as, in `demo.json`."""

    organisation: str
    role: str
    name: str
    sign_in_url: str


@dataclass(frozen=True)
class Links:
    """What the demo prints and writes."""

    organisations: list[OrganisationLink]
    people: list[PersonLink]


@dataclass
class Cast:
    """The people of the demo as they stand in the database."""

    engine: Engine
    tenants: list[TenantFacts] = field(default_factory=list)

    def links(self) -> Links:
        """Make a fresh sign-in link for everybody, and stop the older ones."""
        organisations = [
            OrganisationLink(one.slug, one.name, one.base_url, sorted(one.plugins))
            for one in self.tenants
        ]
        people: list[PersonLink] = []
        for tenant in self.tenants:
            people.extend(self._links_of(tenant))
        return Links(organisations, people)

    def _links_of(self, tenant: TenantFacts) -> list[PersonLink]:
        with TenantSession(self.engine, tenant.id) as session:
            ctx = Context(tenant, SYSTEM, session)
            everybody = session.execute(
                select(
                    Account.id,
                    Account.roles,
                    Account.name,
                    Client.given_name,
                    Client.family_name,
                )
                .outerjoin(Client, Client.id == Account.client_id)
                .where(Account.disabled_at.is_(None))
                .order_by(Account.created_at)
            ).all()
            made = [
                PersonLink(
                    organisation=tenant.slug,
                    role=person.roles[0],
                    name=person.name or f"{person.given_name} {person.family_name}",
                    sign_in_url=make_sign_in_link(
                        ctx, person.id, LINK_VALID_FOR, "demo"
                    ),
                )
                for person in everybody
            ]
            ctx.finish(commit=True)
        order = list(Role)
        return sorted(made, key=lambda one: order.index(Role(one.role)))


def prepare(app: Flask, config: Config, progress: Callable[[str], None]) -> Cast:
    """Make the three organisations with their history, the first time.

    Later only what is new: what an admin of the demo changed stays.
    """
    operator = open_engine(config.operator_database_url)
    engine: Engine = app.extensions["klankbord-engine"]
    directory = Directory(engine, config.base_url)
    cast = Cast(engine)
    script = tomllib.loads((files("klankbord.demo") / "cast.toml").read_text("utf-8"))
    for slug in SLUGS:
        tenant_id = _obtain(operator, slug)
        with TenantSession(engine, tenant_id) as session:
            facts = directory.read(session, tenant_id)
            if not session.scalar(select(func.count()).select_from(Account)):
                progress(f"      {facts.name}")
                Author(session, facts, script[slug]).write()
                _let_plugins_add(session, facts)
        cast.tenants.append(facts)
    operator.dispose()
    return cast


def _obtain(operator: Engine, slug: str) -> UUID:
    try:
        return register.find(operator, slug)
    except register.NoSuchTenant:
        described = description.read(_folder(slug), installed_plugins())
        return register.apply(operator, described)


def _folder(slug: str) -> Path:
    package = Path(str(files("klankbord")))
    return package.parents[1] / "tenants" / slug


def _let_plugins_add(session: TenantSession, facts: TenantFacts) -> None:
    for plugin in installed_plugins().values():
        if plugin.demo and facts.has_on(plugin.name):
            ctx = Context(facts, SYSTEM, session)
            plugin.demo(ctx)
            ctx.finish(commit=True)


class Author:
    """Writes one organisation's people and their year."""

    def __init__(
        self, session: TenantSession, facts: TenantFacts, script: dict[str, Any]
    ) -> None:
        self._session = session
        self._facts = facts
        self._script = script
        self._chance = random.Random(facts.slug)  # noqa: S311 - the same story each time
        self._today = facts.today()

    def write(self) -> None:
        """Write everything and commit."""
        team, other_team = Team(id=uuid4(), name="Team Noord"), Team(name="Team Zuid")
        self._session.add_all((team, other_team))
        self._session.flush()
        staff = self._staff(team.id)
        for number, family in enumerate(self._script["families"]):
            worker = staff["workers"][number % len(staff["workers"])]
            deputy = staff["workers"][(number + 1) % len(staff["workers"])]
            self._family(family, team.id, worker, deputy, staff["behavioural_expert"])
        self._session.commit()

    def _staff(self, team_id: UUID) -> dict[str, Any]:
        made: dict[str, Any] = {"workers": []}
        # Somebody chose it once; nobody knows it. In the demo people come in by link.
        chosen = hash_password(token_urlsafe(32))
        for role, names in self._script["staff"].items():
            for name in names if isinstance(names, list) else [names]:
                working = Role.WORKER if role == "workers" else Role(role)
                account = Account(
                    id=uuid4(),
                    name=name,
                    roles=[working],
                    email=f"{name.split()[0].lower()}@{self._facts.slug}.example",
                    password_hash=chosen,
                    phone="088 000 00 00",
                    working_days="1245",
                    team_id=team_id,
                    created_at=now() - timedelta(days=420),
                )
                self._session.add(account)
                if role == "workers":
                    made["workers"].append(account.id)
                else:
                    made[role] = account.id
        self._session.flush()
        return made

    def _family(
        self,
        script: dict[str, Any],
        team_id: UUID,
        worker_id: UUID,
        deputy_id: UUID,
        expert_id: UUID,
    ) -> None:
        family = Family(id=uuid4(), name=script["name"])
        self._session.add(family)
        self._session.flush()
        begun = self._today - timedelta(days=self._chance.randint(120, 400))
        case = CaseFile(
            id=uuid4(),
            family_id=family.id,
            measure=MeasureKind.SUPERVISION_ORDER,
            begins_on=begun,
            worker_id=worker_id,
            deputy_id=deputy_id,
            expert_id=expert_id,
            team_id=team_id,
        )
        self._session.add(case)
        self._session.flush()
        parents = [
            self._client(family.id, given, name, language)
            for given, name, language in script["parents"]
        ]
        surname = script["parents"][0][1]
        youths = [
            self._client(family.id, given, surname, "nl", age)
            for given, age in script["youths"]
        ]
        self._session.flush()
        for client in (*parents, *youths):
            self._join(case, client, begun)
        for youth in youths:
            self._custody(parents, youth, begun)
        self._events(case, begun)
        self._appointments(case, [*parents, *youths], worker_id)
        self._session.flush()

    def _client(
        self, family_id: UUID, given: str, name: str, language: str, age: int = 0
    ) -> Client:
        born = self._today - timedelta(days=int(age * 365.25) + 60) if age else None
        email = None if 0 < age < 12 else f"{given.lower()}@familie.example"
        client = Client(
            id=uuid4(),
            family_id=family_id,
            kind=ClientKind.YOUTH if age else ClientKind.PARENT,
            given_name=given,
            family_name=name,
            birth_date=born,
            language=language,
            easy_mode=0 < age < 12,
            email=email,
            email_alone=email is not None,
            email_verified_at=now() - timedelta(days=90) if email else None,
        )
        self._session.add(client)
        return client

    def _join(self, case: CaseFile, client: Client, begun: date) -> None:
        self._session.add(
            CaseMember(case_id=case.id, client_id=client.id, begins_on=begun)
        )
        self._session.add(
            Consent(
                client_id=client.id,
                given_by=client.id,
                purpose=Purpose.MAIL,
                granted=True,
                at=now() - timedelta(days=90),
            )
        )
        role = Role.PARENT
        if client.birth_date:
            years = (self._today - client.birth_date).days // 365.25
            role = Role.CHILD if years < 12 else Role.YOUTH
        self._session.add(
            Account(
                id=uuid4(),
                name="",
                roles=[role],
                young=is_young(client, self._today),
                client_id=client.id,
                language=client.language,
                created_at=now() - timedelta(days=90),
            )
        )

    def _custody(self, parents: list[Client], youth: Client, begun: date) -> None:
        with_custody = parents if self._chance.random() < 0.6 else parents[:1]
        self._session.add_all(
            Custody(parent_id=parent.id, youth_id=youth.id, begins_on=begun)
            for parent in with_custody
        )

    def _events(self, case: CaseFile, begun: date) -> None:
        hearing = begun + timedelta(days=self._chance.randint(60, 110))
        kinds = [CaseEventKind.HEARING]
        if self._chance.random() < 0.3:
            kinds.append(CaseEventKind.OUT_OF_HOME_PLACEMENT)
        for kind in kinds:
            self._session.add(CaseEvent(case_id=case.id, kind=kind, on=hearing))
            hearing += timedelta(days=14)

    def _appointments(
        self, case: CaseFile, clients: list[Client], worker_id: UUID
    ) -> None:
        zone = self._facts.time_zone
        for client in clients:
            begins = self._today + timedelta(days=self._chance.randint(1, 9))
            begins += timedelta(days={5: 2, 6: 1}.get(begins.weekday(), 0))
            for weeks_ago in range(0, 40, 5):
                day = begins - timedelta(weeks=weeks_ago)
                clock = time(self._chance.choice((9, 11, 13, 15)))
                if day < case.begins_on:
                    break
                self._session.add(
                    Appointment(
                        case_id=case.id,
                        worker_id=worker_id,
                        client_id=client.id,
                        begins_at=datetime.combine(day, clock, zone),
                        place=self._chance.choice(PLACES),
                    )
                )
