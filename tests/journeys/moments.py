"""What a year of the demo does not hold: reviews and mails in their rarer states."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from installed import Installed
from review_steps import Steps, later
from sheet_steps import Sheets
from sqlalchemy import update

from klankbord.accounts.models import Account
from klankbord.accounts.passwords import hash_password
from klankbord.actions import services as actions
from klankbord.actions.models import ActionState
from klankbord.context import TenantFacts
from klankbord.db import TenantSession, now
from klankbord.outbox.models import Fault, Message, MessageState
from klankbord.people.models import Appointment, CaseEventKind, CaseFile, Client
from klankbord.people.services.events import record_event
from klankbord.permissions import Role
from klankbord.testing.tenants import FamilyMade, Person
from klankbord_samen_sterker.models import RelationReview
from klankbord_samen_sterker.services import reviews, talk
from klankbord_samen_sterker.services.talk import Promised

PASSWORD = "zeven groene fietsen zingen"
SAID = "Ik wil het eerder weten als een afspraak niet doorgaat."


@dataclass(frozen=True)
class Moments:
    """A worker, a team lead, the clients in each state, and a review to answer.

    Of `sheets` the first family fills in, the second has a child of nine, and the case
    of the third is over.
    """

    worker: Person
    lead: Person
    clients: tuple[Person, ...]
    answering: FamilyMade
    review_of_child: str
    sheets: tuple[FamilyMade, ...]
    card_of_child: str


class Reviews(Steps):
    """The steps of one family, and how time goes by for its reviews."""

    def go_by(self, review_id, days=1):
        """Let the last day of a review lie so far back, and the round of a day run."""
        due_on = self.tenant.today() - timedelta(days=days)
        with TenantSession(self.make.engine, self.tenant.id) as session:
            session.execute(
                update(RelationReview)
                .where(RelationReview.id == review_id)
                .values(due_on=due_on)
            )
            session.commit()
        self.round()

    def talk(self, client, *, close=False):
        """Open both sides, talk, and agree two things of which one was kept."""
        review_id = self.opened(client, words=SAID)
        with later(minutes=7), self.as_(self.family.worker) as ctx:
            today = ctx.tenant.today()
            talk.record_talk(ctx, review_id, today)
            agreed = [
                talk.agree(ctx, review_id, Promised("Ik bel.", today, by, SAID))
                for by in (False, True)
            ]
            actions.close(ctx, agreed[0], ActionState.KEPT, "Gebeld.", version=1)
            if close:
                talk.close_review(ctx, review_id)

    def plan(self, client, days):
        with self.as_(self.family.worker) as ctx:
            day = ctx.tenant.today() + timedelta(days=days)
            reviews.begin_review(ctx, self.family.case_id, client.client_id, day)

    def hearing(self):
        with self.as_(self.family.worker) as ctx:
            record_event(
                ctx, self.family.case_id, CaseEventKind.HEARING, ctx.tenant.today()
            )

    def decline(self, client):
        [review] = [one for one in self.reviews() if one.client_id == client.client_id]
        with self.as_(client) as ctx:
            reviews.decline_offer(ctx, review.id)


def rare_moments(home: Installed, tenant: TenantFacts) -> Moments:
    """Bring a worker's reviews to each state that they can have."""
    make = home.make
    first = make.family(tenant)
    worker = first.worker
    with TenantSession(make.engine, tenant.id) as session:
        session.execute(
            update(Account)
            .where(Account.id == worker.account_id)
            .values(password_hash=hash_password(PASSWORD))
        )
        session.commit()
    lead = make.staff(tenant, Role.TEAM_LEAD, team_id=first.team_id, name="Lot Vos")
    gone = Reviews(make, first)
    missed = gone.begin(first.father)
    gone.go_by(missed, days=100)
    missed = gone.begin(first.father)
    gone.answer(missed, worker, words=SAID)
    gone.go_by(missed)
    alone = gone.begin(first.mother)
    gone.answer(alone, first.mother, words=SAID)
    gone.go_by(alone)
    gone.plan(first.youth, days=3)

    open_ = Reviews(make, make.family(tenant, worker=worker))
    open_.opened(open_.family.mother, words=SAID)
    open_.talk(open_.family.father)
    open_.talk(open_.family.youth, close=True)

    early = Reviews(make, make.family(tenant, worker=worker, youth_age=9))
    with later(minutes=-20):
        early.answer(early.begin(early.family.mother), early.family.mother, words=SAID)
    early.begin(early.family.father)
    child = early.begin(early.family.youth)

    offered = Reviews(make, make.family(tenant, worker=worker))
    offered.hearing()
    offered.decline(offered.family.father)

    answering = make.family(tenant, worker=worker)
    of_all = Reviews(make, answering)
    of_all.begin(answering.mother)
    of_all.begin(answering.youth)
    for one in (gone, open_, early, offered, of_all):
        _appointment(home, one.family)
    _mails(home, tenant, first.mother)
    _set(home, tenant, open_.family.youth, email_verified_at=now(), email="y@f.example")
    _set(home, tenant, offered.family.mother, do_not_mail=True)
    clients = (
        *(first.mother, first.father, first.youth),
        *(open_.family.mother, open_.family.father, open_.family.youth),
        *(early.family.mother, offered.family.mother, offered.family.father),
    )
    sheets, card = _sheets(home, worker)
    return Moments(
        worker,
        lead,
        clients,
        answering,
        _child("samen_sterker", early.family, child),
        sheets,
        card,
    )


def _sheets(home: Installed, worker: Person) -> tuple[tuple[FamilyMade, ...], str]:
    """Bring parts of a sheet to each state; return whose, and a child's own card."""
    make, tenant = home.make, worker.tenant
    filled = Sheets(make, make.family(tenant, worker=worker))
    with TenantSession(make.engine, tenant.id) as session:
        expert = make.staff(tenant, Role.BEHAVIOURAL_EXPERT).account_id
        case = session.get(CaseFile, (tenant.id, filled.family.case_id))
        case.expert_id = expert
        session.commit()
    filled.filled(filled.family.mother, share=True, reading="short")
    filled.read()
    filled.write(filled.family.mother, "company", "Alleen mijn zus.")
    filled.share_each(filled.family.mother, reading=["worker"], explaining=["expert"])
    filled.ask(filled.family.father)
    filled.filled(filled.family.youth)

    over = Sheets(make, make.family(tenant, worker=worker))
    over.filled(over.family.mother, share=True)
    over.ask(over.family.father)
    over.end_case()

    table = Sheets(make, make.family(tenant, worker=worker, youth_age=9))
    table.filled(table.family.youth, share=True)
    table.send(table.ask(table.family.mother), table.family.mother)
    card = table.ask(table.family.youth, together=True)
    families = (filled.family, table.family, over.family)
    return families, _child("startvragen", table.family, card)


def _set(home: Installed, tenant: TenantFacts, person: Person, **values: Any) -> None:
    """Let the mailbox of a client be as the values tell."""
    with TenantSession(home.make.engine, tenant.id) as session:
        session.execute(
            update(Client).where(Client.id == person.client_id).values(**values)
        )
        session.commit()


def _child(key: str, family: FamilyMade, subject_id: object) -> str:
    return f"/vragen/doorgeven/{key}/{subject_id}/{family.youth.client_id}"


def _appointment(home: Installed, family: FamilyMade) -> None:
    home.make.add(
        family.worker.tenant,
        Appointment(
            case_id=family.case_id,
            worker_id=family.worker.account_id,
            client_id=family.youth.client_id,
            begins_at=now() + timedelta(days=4),
            place="Bij jullie thuis",
        ),
    )


def _mails(home: Installed, tenant: TenantFacts, person: Person) -> None:
    home.make.add(
        tenant,
        *(
            Message(
                template="samen_sterker.reminder",
                client_id=person.client_id,
                dedupe_key=uuid4().hex,
                state=MessageState.DEAD,
                fault=fault,
                tries=3,
            )
            for fault in (Fault.REFUSED, Fault.NO_ADDRESS, Fault.BROKEN)
        ),
    )
