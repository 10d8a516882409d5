"""The steps that people take in a review of Samen Sterker."""

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import time_machine
from sqlalchemy import select

from klankbord.context import SYSTEM
from klankbord.db import TenantSession
from klankbord.outbox.models import Message
from klankbord.people.models import CaseFile
from klankbord.plugin import Respondent, RespondentKind
from klankbord.questionnaires.services import answering as answers
from klankbord.questionnaires.services.results import submit
from klankbord.questionnaires.services.writing import Given
from klankbord.tasks.models import Task, TaskState
from klankbord_samen_sterker.figures import THEMES
from klankbord_samen_sterker.models import RelationReview
from klankbord_samen_sterker.services import opening, reviews, rounds

KEY = "samen_sterker"
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


class Steps:
    """What the two of a review do, each in a transaction of their own."""

    def __init__(self, make, family, tenant=None):
        self.make = make
        self.family = family
        self.tenant = tenant or family.worker.tenant

    def as_(self, person):
        return _unit_of_work(self.make.context(person))

    def as_system(self):
        return _unit_of_work(self.make.context_of(self.tenant, SYSTEM))

    def begin(self, client=None):
        client = client or self.family.mother
        with self.as_(self.family.worker) as ctx:
            return reviews.begin_review(ctx, self.family.case_id, client.client_id)

    def answer(self, review_id, person, number=3, words="", **numbers):
        if person.client_id:
            role = next(iter(person.roles)).value
            who = Respondent(RespondentKind(role), client_id=person.client_id)
        else:
            who = Respondent(RespondentKind.WORKER, account_id=person.account_id)
        given = {
            theme: Given(number=numbers.get(theme, number), words=words or None)
            for theme in THEMES
        }
        with self.as_(person) as ctx:
            return submit(ctx, KEY, review_id, who, given)

    def take_back(self, answer_set_id, person):
        with self.as_(person) as ctx:
            answers.take_back(ctx, answer_set_id)

    def open_what_is_due(self):
        with self.as_system() as ctx:
            opening.open_what_is_due(ctx)

    def round(self):
        with self.as_system() as ctx:
            rounds.look_after_reviews(ctx)

    def opened(self, client=None, client_number=2, worker_number=4, words=""):
        """Bring a review to where both sides are open; it began six minutes ago."""
        client = client or self.family.mother
        with later(minutes=-6):
            review_id = self.begin(client)
            self.answer(review_id, client, client_number, words)
            self.answer(review_id, self.family.worker, worker_number, words)
        self.open_what_is_due()
        return review_id

    def review(self, review_id):
        with self.as_system() as ctx:
            return ctx.get(RelationReview, review_id)

    def reviews(self):
        with self.as_system() as ctx:
            return ctx.session.scalars(
                select(RelationReview).order_by(RelationReview.created_at)
            ).all()

    def tasks(self, person, state=TaskState.OPEN):
        with self.as_system() as ctx:
            return set(
                ctx.session.scalars(
                    select(Task.kind).where(
                        Task.account_id == person.account_id, Task.state == state
                    )
                )
            )

    def messages(self, template):
        with self.as_system() as ctx:
            return ctx.session.execute(
                select(Message.client_id, Message.account_id).where(
                    Message.template == template
                )
            ).all()

    def change_worker(self, worker):
        with TenantSession(self.make.engine, self.tenant.id) as session:
            case = session.get(CaseFile, (self.tenant.id, self.family.case_id))
            case.worker_id = worker.account_id
            session.commit()


@contextmanager
def _unit_of_work(ctx):
    """Commit what went well, roll back what did not: no lock outlives a step."""
    good = False
    try:
        yield ctx
        good = True
    finally:
        ctx.finish(commit=good)


def later(*, days=0, **passed):
    """Move time so far on from now.

    Days are those of the calendar where the organisations are: after so many days it is
    that date, also when the clock changed in between.
    """
    then = datetime.now(AMSTERDAM) + timedelta(days=days)
    return time_machine.travel(then.astimezone(UTC) + timedelta(**passed), tick=True)
