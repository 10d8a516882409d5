"""The steps that people take with the sheet of Startvragen."""

from review_steps import Steps, later
from sqlalchemy import select

from klankbord.people.models import CaseFile
from klankbord.people.services.cases import STAFF_FIELDS, change_staff, end_case
from klankbord.permissions import Role
from klankbord.plugin import Respondent, RespondentKind
from klankbord.questionnaires.services import answering
from klankbord.questionnaires.services.results import submit
from klankbord.questionnaires.services.writing import Given
from klankbord_startvragen.models import KEY, Card, EarlierLine, Line, Part
from klankbord_startvragen.schemas import Reader
from klankbord_startvragen.services import (
    cards,
    changing,
    drawing,
    rounds,
    shared_sheet,
)
from klankbord_startvragen.services.drawing import SHARE

WORDS = "Teken het voor mij, dan snap ik het."


class Sheets(Steps):
    """What a family and its worker do, each in a transaction of their own."""

    def go_through(self, client):
        """Let a member go through the questions, without being asked."""
        part_id = self.part(client).id
        with self.as_(client) as ctx:
            return cards.begin_card(ctx, part_id)

    def ask(self, client, *, together=False):
        with self.as_(self.family.worker) as ctx:
            return cards.ask_member(
                ctx, self.family.case_id, client.client_id, together=together
            )

    def send(self, card_id, client, *, share=None, words=WORDS, **choices):
        role = next(iter(client.roles)).value
        who = Respondent(RespondentKind(role), client_id=client.client_id)
        given = {
            "explaining": Given(choice="pictures", words=words or None),
            "company": Given(words="Mijn tante."),
            **{topic: Given(choice=choice) for topic, choice in choices.items()},
        }
        if share is not None:
            given[SHARE] = Given(choice="yes" if share else "no")
        # A child answers on the worker's phone: the system may answer for everybody.
        child = Role.CHILD in client.roles
        with self.as_system() if child else self.as_(client) as ctx:
            return submit(ctx, KEY, card_id, who, given)

    def draft(self, card_id, client, **given):
        """Let a member answer some questions and send nothing; return the set's id."""
        with self.as_(client) as ctx:
            begun = answering.begin(ctx, KEY, card_id, "nl")
            for topic, words in given.items():
                answering.save_answer(ctx, begun, topic, Given(words=words))
            return begun

    def draw_up(self):
        """Put on the sheet what was sent; six minutes go by."""
        with later(minutes=6):
            self.look_at_what_is_due()

    def look_at_what_is_due(self):
        with self.as_system() as ctx:
            drawing.draw_up_due(ctx)

    def filled(self, client, **how):
        """Bring a member's part to where the answers stand on it; return its id."""
        card_id = self.ask(client, together=Role.CHILD in client.roles)
        self.send(card_id, client, **how)
        self.draw_up()
        return self.part(client).id

    def share(self, client, *readers):
        part_id = self.part(client).id
        with self.as_(client) as ctx:
            changing.share_all(ctx, part_id, [Reader(name) for name in readers])

    def share_each(self, client, **readers):
        """Say by topic who may read it; nobody where nobody is named."""
        part_id, lines = self.part(client).id, self.lines(client)
        named = {
            line.id: [Reader(name) for name in readers.get(topic, ())]
            for topic, line in lines.items()
            if line.choice or line.words
        }
        with self.as_(client) as ctx:
            changing.share_each(ctx, part_id, named)

    def write(self, client, topic, words, choice=None):
        """Let a line say something else."""
        line = self.lines(client)[topic]
        with self.as_(client) as ctx:
            changing.change_line(ctx, line.id, choice, words, line.version)

    def read(self):
        """Let the worker read what was shared."""
        with self.as_(self.family.worker) as ctx:
            shared_sheet.read_shared(ctx, self.family.case_id, "nl")

    def stop(self, client):
        part_id = self.part(client).id
        with self.as_(client) as ctx:
            changing.stop_sharing(ctx, part_id)

    def say_it_fits(self, client):
        part_id = self.part(client).id
        with self.as_(client) as ctx:
            changing.say_it_fits(ctx, part_id)

    def look_after(self):
        with self.as_system() as ctx:
            rounds.look_after_sheets(ctx)

    def end_case(self):
        with self.as_(self.family.worker) as ctx:
            version = ctx.get(CaseFile, self.family.case_id).version
            end_case(ctx, self.family.case_id, version, self.tenant.today())

    def hand_over(self, worker):
        """Let another worker take over the case, as a team lead does."""
        lead = self.make.staff(self.tenant, Role.TEAM_LEAD, team_id=self.family.team_id)
        with self.as_(lead) as ctx:
            case = ctx.get(CaseFile, self.family.case_id)
            staff = {name: getattr(case, name) for name in STAFF_FIELDS}
            staff["worker_id"] = worker.account_id
            change_staff(ctx, case.id, case.version, staff)

    def earlier(self, client):
        """Return what stood on the lines before, the first change first."""
        with self.as_system() as ctx:
            query = select(EarlierLine).where(EarlierLine.client_id == client.client_id)
            rows = ctx.session.scalars(query.order_by(EarlierLine.changed_at)).all()
            ctx.session.expunge_all()
            return rows

    def part(self, client):
        with self.as_system() as ctx:
            part = ctx.session.scalars(
                select(Part).where(Part.client_id == client.client_id)
            ).one()
            ctx.session.expunge(part)
            return part

    def lines(self, client):
        with self.as_system() as ctx:
            lines = ctx.session.scalars(
                select(Line).where(Line.client_id == client.client_id)
            ).all()
            ctx.session.expunge_all()
            return {line.topic: line for line in lines}

    def cards(self):
        with self.as_system() as ctx:
            cards = ctx.session.scalars(select(Card).order_by(Card.created_at)).all()
            ctx.session.expunge_all()
            return cards
