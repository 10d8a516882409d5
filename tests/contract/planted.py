"""An organisation in which every word that people type is a canary.

Each canary holds the organisation's marker, so that one search finds all of them.
"""

import secrets
from datetime import timedelta
from uuid import UUID, uuid4

from flask import Flask
from installation import where_it_is_noon
from review_steps import Steps, later
from sheet_steps import Sheets
from sqlalchemy import select, text

from klankbord.accounts.models import Account, Channel
from klankbord.accounts.services import staff as colleagues
from klankbord.accounts.tokens import link_token
from klankbord.actions import services as actions
from klankbord.actions.models import ActionState
from klankbord.db import TenantSession, now
from klankbord.invitations.services.inviting import invite_client
from klankbord.organisation import services as organisation
from klankbord.people import services as people
from klankbord.people.models import CaseEventKind, ClientKind, MeasureKind
from klankbord.people.services.events import record_event
from klankbord.people.services.rows import ClientFacts
from klankbord.permissions import CLIENTS, STAFF, Role
from klankbord.questionnaires.services import answering, wording
from klankbord.questionnaires.services.writing import Given
from klankbord.tenants.texts import TEXTS
from klankbord.testing.tenants import FamilyMade, Maker, Person, visitor
from klankbord_samen_sterker.services import talk

KEY = "samen_sterker"
MOST_IDS = 8  # more than there are of anything that holds a canary
# What clients say, and what is said to them: kept under the key of the client.
NOT_SAID_YET = frozenset({"sealed", "draft", "halfway"})
LINES = frozenset({"for_worker", "for_matching", "for_nobody", "earlier"})
WORDS_OF_CLIENTS = (
    frozenset({"hers", "karins", "promise", "said", "result", "reach"})
    | NOT_SAID_YET
    | LINES
)
CLIENTS_HERE = {
    "mother": ClientKind.PARENT,
    "father": ClientKind.PARENT,
    "youth": ClientKind.YOUTH,
}


class Planted:
    """An organisation with its canaries, its people and a browser for each of them."""

    def __init__(self, make: Maker, app: Flask, name: str) -> None:
        self.make = make
        self.app = app
        self.marker = f"{name}{secrets.token_hex(3)}"
        self.tenant = make.tenant(self.marker, time_zone=where_it_is_noon().key)
        self.canaries: dict[str, str] = {}
        self.people: dict[str, Person] = {}
        self._ids: dict[str, list[str]] = {}
        self._organisation()
        self._colleagues()
        self._family()
        self._reviews()
        self._sheet()

    def word(self, what: str) -> str:
        """Return a canary, the same each time for the same thing."""
        return self.canaries.setdefault(what, f"{what}-{self.marker}")

    def ids(self, table: str) -> list[str]:
        """Return the first few ids that the organisation has in a table."""
        if table not in self._ids:
            with TenantSession(self.make.engine, self.tenant.id) as session:
                query = text(
                    f"select id from {table} where tenant_id = :tenant_id"  # noqa: S608 - our own names
                    f" order by id limit {MOST_IDS}"
                )
                self._ids[table] = [str(row) for row in session.scalars(query)]
        return self._ids[table]

    def seen_in(self, page: str) -> set[str]:
        """Return which canaries of this organisation stand in a page, by name."""
        if self.marker not in page:
            return set()
        return {what for what, word in self.canaries.items() if word in page}

    def words(self, names: frozenset[str]) -> set[str]:
        """Return the canaries of these names."""
        return {self.canaries[name] for name in names}

    def _organisation(self) -> None:
        admin = self.make.staff(
            self.tenant, Role.TENANT_ADMIN, name=self.word("tenant_admin")
        )
        self.people[Role.TENANT_ADMIN] = admin
        steps = Steps(self.make, None, self.tenant)
        with steps.as_(admin) as ctx:
            facts = organisation.read_facts(ctx)
            facts |= {
                "name": self.word("organisation"),
                "phone_numbers": f"{self.word('reception')}: 088 000 10 00",
            }
            organisation.change_facts(ctx, facts.pop("version"), facts)
        with steps.as_(admin) as ctx:
            version = organisation.read_texts(ctx)["version"]
            texts = {text.name: self.word(text.name) for text in TEXTS}
            organisation.change_texts(ctx, version, texts)
        with steps.as_(admin) as ctx:
            draft = wording.begin_draft(ctx, KEY)
            seen = wording.see_version(ctx, draft)
            typed = {
                row.field: row.text
                for row in wording.texts_in(seen.version.definition, "nl")
            }
            field = next(name for name, text in typed.items() if text.endswith("?"))
            typed[field] = f"{self.word('question')}?"
            wording.save_texts(ctx, draft, "nl", typed, seen.row_version)
            wording.publish_draft(ctx, draft)

    def _colleagues(self) -> None:
        steps = Steps(self.make, None, self.tenant)
        with steps.as_(self.people[Role.TENANT_ADMIN]) as ctx:
            team_id = colleagues.name_team(ctx, self.word("team"))
            for role in sorted(STAFF - {Role.TENANT_ADMIN}):
                personal = colleagues.Personal(
                    self.word(role),
                    frozenset({role}),
                    team_id,
                    working_days=self.word("days"),
                )
                email = f"{role}@{self.marker}.example"
                account_id = colleagues.invite_colleague(ctx, email, personal)
                self.people[role] = Person(
                    self.tenant, account_id, frozenset({role}), self.word(role), email
                )
        self.people["buddy"] = self.make.staff(
            self.tenant, Role.BUDDY, name=self.word("buddy")
        )

    def _family(self) -> None:
        worker, today = self.people[Role.WORKER], self.tenant.today()
        steps = Steps(self.make, None, self.tenant)
        with steps.as_(worker) as ctx:
            case_id = people.open_case(
                ctx,
                family=self.word("family"),
                measure=MeasureKind.SUPERVISION_ORDER,
                begins_on=today - timedelta(days=90),
                worker_id=worker.account_id,
                deputy_id=self.people[Role.DEPUTY].account_id,
                expert_id=self.people[Role.BEHAVIOURAL_EXPERT].account_id,
                team_id=self._team(),
            )
            clients = {
                who: people.add_client(ctx, case_id, self._facts(who, kind))
                for who, kind in CLIENTS_HERE.items()
            }
            people.give_custody(
                ctx,
                parent_id=clients["mother"],
                youth_id=clients["youth"],
                begins_on=today - timedelta(days=90),
            )
            people.make_appointment(
                ctx,
                case_id=case_id,
                client_id=clients["mother"],
                begins_at=now() + timedelta(days=2),
                place=self.word("place"),
            )
            record_event(ctx, case_id, CaseEventKind.END_TALK, today)
        for who, client_id in clients.items():
            self.people[who] = self._let_in(case_id, client_id)
        self.steps = Sheets(
            self.make,
            FamilyMade(
                case_id,
                uuid4(),
                self._team(),
                worker,
                *(self.people[who] for who in CLIENTS_HERE),
            ),
        )

    def _team(self) -> UUID:
        with TenantSession(self.make.engine, self.tenant.id) as session:
            query = select(Account.team_id).where(Account.team_id.is_not(None))
            return session.scalars(query).first() or uuid4()

    def _facts(self, who: str, kind: ClientKind) -> ClientFacts:
        born = self.tenant.today() - timedelta(days=14 * 366)
        return ClientFacts(
            kind,
            given_name=self.word(who),
            family_name=self.word("surname"),
            birth_date=born if kind is ClientKind.YOUTH else None,
            email=f"{who}@{self.marker}.example",
            email_alone=True,
            how_to_reach=self.word("reach") if who == "mother" else None,
        )

    def _let_in(self, case_id: UUID, client_id: UUID) -> Person:
        """Invite a client by mail, and let the client come in with the code."""
        steps = Steps(self.make, None, self.tenant)
        with steps.as_(self.people[Role.WORKER]) as ctx:
            made = invite_client(ctx, client_id, case_id, channel=Channel.MAIL)
        browser = visitor(self.app, self.tenant)
        browser.get(f"/u/{link_token(self.tenant.id, made.invitation_id)}")
        entered = browser.post("/uitnodiging", data={"code": made.code})
        assert entered.status_code == 303
        with TenantSession(self.make.engine, self.tenant.id) as session:
            row = session.execute(
                select(Account.id, Account.roles).where(Account.client_id == client_id)
            ).one()
        roles = frozenset(Role(role) for role in row.roles)
        assert roles <= CLIENTS
        return Person(self.tenant, row.id, roles, "", client_id=client_id)

    def _reviews(self) -> None:
        """Bring one review to what was done, seal a second, begin to answer a third."""
        steps = self.steps
        mother, father = steps.family.mother, steps.family.father
        with later(minutes=-10):
            review_id = steps.begin(mother)
            steps.answer(review_id, mother, 2, words=self.word("hers"))
            steps.answer(review_id, steps.family.worker, 4, words=self.word("karins"))
        steps.open_what_is_due()
        with steps.as_(steps.family.worker) as ctx:
            today = ctx.tenant.today()
            talk.record_talk(ctx, review_id, today)
            promised = talk.Promised(
                self.word("promise"), today, by_client=False, said=self.word("said")
            )
            action_id = talk.agree(ctx, review_id, promised)
            kept = ActionState.KEPT
            actions.close(ctx, action_id, kept, self.word("result"), version=1)
        steps.answer(steps.begin(father), father, 3, words=self.word("sealed"))
        asked = steps.begin(steps.family.youth)
        with steps.as_(steps.family.youth) as ctx:
            answers = answering.begin(ctx, KEY, asked, "nl")
            given = Given(number=3, words=self.word("draft"))
            answering.save_answer(ctx, answers, "contact", given)

    def _sheet(self) -> None:
        """Let the mother say something for each reader; the youth is half way."""
        steps = self.steps
        mother, youth = steps.family.mother, steps.family.youth
        with later(minutes=-10):
            steps.filled(mother, words=self.word("earlier"))
        steps.write(mother, "explaining", self.word("for_worker"))
        steps.write(mother, "moment", self.word("for_matching"))
        steps.write(mother, "never", self.word("for_nobody"))
        steps.share_each(mother, explaining=["worker"], moment=["expert"])
        asked = steps.ask(youth)
        with steps.as_(youth) as ctx:
            answers = answering.begin(ctx, "startvragen", asked, "nl")
            given = Given(words=self.word("halfway"))
            answering.save_answer(ctx, answers, "reading", given)
