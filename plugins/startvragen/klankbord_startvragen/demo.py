"""A believable year of sheets for the families of the demo; every word is invented."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select

from klankbord.accounts.models import Account
from klankbord.context import Actor, Context
from klankbord.db import now
from klankbord.people.ages import role_of
from klankbord.people.models import CaseFile, CaseMember, Client
from klankbord.permissions import Role
from klankbord.plugin import Respondent, RespondentKind
from klankbord.questionnaires.services.results import submit
from klankbord.questionnaires.services.writing import Given
from klankbord_startvragen.models import KEY, Part
from klankbord_startvragen.permissions import LOOK_AFTER
from klankbord_startvragen.schemas import Reader
from klankbord_startvragen.services import cards, changing, rounds
from klankbord_startvragen.services.drawing import SHARE, draw_up_due
from klankbord_startvragen.services.parts import running_on
from klankbord_startvragen.services.shared_sheet import read_shared

Answers = Mapping[str, Given]
JUST_NOW: Final = timedelta(minutes=1)
LATELY: Final = timedelta(days=6)
MONTHS_AGO: Final = timedelta(days=100)
A_YEAR_AGO: Final = timedelta(days=367)

PARENT: Final[Answers] = {
    "reading": Given(choice="short", words="Liever een appje dan een lange brief."),
    "explaining": Given(choice="talk", words="Zeg het gewoon. Ik vraag wel door."),
    "steps": Given(choice="whole", words="Dan weet ik waar we naartoe gaan."),
    "doing": Given(choice="together"),
    "repeating": Given(choice="write_down", words="Ik zet het op de koelkast."),
    "company": Given(words="Mijn zus. Zij onthoudt wat ik vergeet."),
    "moment": Given(words="Op dinsdag, als de kinderen op school zijn. Bij mij thuis."),
    "helpers": Given(words="Anke kwam altijd op tijd. Na haar waren er vier anderen."),
    "language": Given(choice="dutch"),
    "never": Given(words="Dat iemand met school praat en ik het niet weet."),
}
OTHER_PARENT: Final[Answers] = {
    "reading": Given(choice="aloud", words="Lange brieven leg ik weg."),
    "explaining": Given(choice="pictures", words="Teken het even op papier."),
    "steps": Given(choice="step"),
    "doing": Given(choice="example"),
    "repeating": Given(choice="again", words="Een dag later weet ik pas wat ik vind."),
    "company": Given(words="Niemand. Ik praat het liefst alleen met jou."),
    "moment": Given(words="Na vijf uur. Overdag werk ik."),
    "language": Given(choice="interpreter", words="Bij de rechter wil ik een tolk."),
    "never": Given(words="Dat je onverwacht aan de deur staat."),
}
YOUTH: Final[Answers] = {
    "reading": Given(choice="screen", words="Stuur maar een appje. Bel liever niet."),
    "explaining": Given(choice="written", words="Dan kan ik er eerst over nadenken."),
    "steps": Given(choice="step", words="Bij te veel tegelijk haak ik af."),
    "doing": Given(choice="try"),
    "company": Given(words="Mijn mentor mag erbij. Mijn ouders niet altijd."),
    "moment": Given(words="Na school, buiten. Lopen praat makkelijker."),
    "helpers": Given(words="Mijn vorige begeleider luisterde echt. Dat mis ik."),
    "never": Given(words="Dat jij alles doorvertelt aan mijn ouders."),
}
# What the young person said first; half a year later some of it is otherwise.
YOUTH_BEFORE: Final[Answers] = {
    **YOUTH,
    "company": Given(words="Mijn moeder moet erbij zijn."),
    "moment": Given(words="Maakt niet uit."),
    "repeating": Given(choice="once"),
}
CHILD: Final[Answers] = {
    "reading": Given(choice="aloud"),
    "explaining": Given(choice="pictures", words="Met poppetjes."),
    "steps": Given(choice="step"),
    "doing": Given(choice="together"),
    "company": Given(words="Mama en mijn konijn."),
    "moment": Given(words="In mijn kamer, op het kleed."),
    "never": Given(words="Dat jullie boos praten."),
}


@dataclass(frozen=True)
class _Person:
    """A member of a case as the one who answers, and as the one who signs in."""

    respondent: Respondent
    actor: Actor
    words: Answers


@dataclass(frozen=True)
class _Family:
    """A case with its worker and its members: parents, then the eldest first."""

    case_id: UUID
    worker: Actor
    people: tuple[_Person, ...]


def build_history(ctx: Context) -> None:
    """Give each family of the demo a sheet in another state, and one family none."""
    ctx.require(LOOK_AFTER)
    oldest, *others = _families(ctx)
    # Who is not asked stands last, and is in every organisation.
    large, halfway, *asked, _ = sorted(others, key=lambda one: -len(one.people))
    for person in oldest.people:
        _send(ctx, oldest, person, A_YEAR_AGO, share="yes")
    for person in large.people:
        before = YOUTH_BEFORE if person.words is YOUTH else person.words
        _send(ctx, large, replace(person, words=before), MONTHS_AGO, share="yes")
    draw_up_due(ctx)
    for family in (oldest, large):
        read_shared(replace(ctx, actor=family.worker), family.case_id, "nl")
    for person in large.people:
        if person.words is YOUTH:
            _send(ctx, large, person, LATELY, share="yes")
    _send(ctx, halfway, halfway.people[0], LATELY, share="no")
    draw_up_due(ctx)
    _share_for_matching(ctx, large.people[0])
    for family in (halfway, *asked):
        for person in family.people[1:]:
            _ask(ctx, family, person)
    for family in asked:
        _send(ctx, family, family.people[0], JUST_NOW, share="yes")
    rounds.look_after_sheets(ctx)


def _families(ctx: Context) -> list[_Family]:
    """Return the families whose worker is known, the one with the oldest case first."""
    today = ctx.tenant.today()
    found: dict[tuple[UUID, UUID], list[_Person]] = {}
    for row in ctx.session.execute(
        select(
            CaseFile.id.label("case_id"),
            CaseFile.worker_id,
            Client.id,
            Client.kind,
            Client.birth_date,
            Account.id.label("account_id"),
        )
        .join(CaseMember, CaseMember.case_id == CaseFile.id)
        .join(Client, Client.id == CaseMember.client_id)
        .join(Account, Account.client_id == Client.id)
        .where(CaseFile.worker_id.is_not(None), running_on(today))
        .order_by(
            CaseFile.begins_on,
            CaseFile.id,
            Client.kind,
            Client.birth_date,
            Client.given_name.desc(),
        )
    ):
        people = found.setdefault((row.case_id, row.worker_id), [])
        role = role_of(row, today)
        words = {
            Role.YOUTH: YOUTH,
            Role.CHILD: CHILD,
            Role.PARENT: OTHER_PARENT if people else PARENT,
        }
        people.append(
            _Person(
                Respondent(RespondentKind(role.value), client_id=row.id),
                Actor(frozenset({role}), row.account_id, row.id),
                words[role],
            )
        )
    return [
        _Family(case_id, Actor(frozenset({Role.WORKER}), worker_id), tuple(people))
        for (case_id, worker_id), people in found.items()
    ]


def _ask(ctx: Context, family: _Family, person: _Person) -> UUID:
    """Let the worker ask: a child together, everybody else alone."""
    client_id = person.respondent.client_id
    if client_id is None:
        raise ValueError("only clients are asked")
    young = person.respondent.kind is RespondentKind.CHILD
    return cards.ask_member(
        replace(ctx, actor=family.worker), family.case_id, client_id, together=young
    )


def _send(
    ctx: Context, family: _Family, person: _Person, ago: timedelta, *, share: str
) -> None:
    at: datetime = now() - ago
    answers = {**person.words, SHARE: Given(choice=share)}
    card_id = _ask(ctx, family, person)
    submit(ctx, KEY, card_id, person.respondent, answers, at=at)


def _share_for_matching(ctx: Context, person: _Person) -> None:
    """Let the behavioural expert read it too."""
    own = replace(ctx, actor=person.actor)
    client_id = person.respondent.client_id
    [part_id] = ctx.session.scalars(select(Part.id).where(Part.client_id == client_id))
    changing.share_all(own, part_id, (Reader.WORKER, Reader.EXPERT))
