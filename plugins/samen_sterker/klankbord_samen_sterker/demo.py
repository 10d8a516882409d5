"""A believable year of reviews for the demo; every word is invented."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import select

from klankbord.actions.models import ActionState
from klankbord.actions.services import close, promise
from klankbord.context import Actor, Context
from klankbord.people.ages import role_of
from klankbord.people.models import Client
from klankbord.permissions import Role
from klankbord.plugin import Respondent, RespondentKind
from klankbord.questionnaires.services.results import submit
from klankbord.questionnaires.services.writing import Given
from klankbord_samen_sterker.figures import THEMES
from klankbord_samen_sterker.models import RelationReview, ReviewState, Trigger
from klankbord_samen_sterker.permissions import LOOK_AFTER
from klankbord_samen_sterker.schemas import rules_of
from klankbord_samen_sterker.services.people import Pair, running_pairs
from klankbord_samen_sterker.services.reviews import KEY, open_review

MONTH: Final = timedelta(days=30)
# Per talk: what the client answered, what the worker answered, theme by theme.
TALKS: Final = (
    ((3, 2, 3, 3, 2), (4, 4, 3, 3, 3)),
    ((3, 3, 2, 4, 3), (4, 4, 3, 4, 3)),
    ((4, 3, 4, 4, 4), (4, 4, 4, 3, 4)),
)
CLIENT_WORDS: Final = {
    "manners": "Je bent altijd vriendelijk, ook als het moeilijk is.",
    "listening": "Ik moest mijn verhaal drie keer vertellen. Dat maakt mij moe.",
    "contact": "Ik wil het eerder weten als een afspraak niet doorgaat.",
    "family_plan": "Ik snap nu beter wat er in het plan staat.",
    "agreements": "Je belde terug toen je dat had beloofd. Dat was fijn.",
}
CHILD_WORDS: Final = {"manners": "We hebben samen getekend."}
WORKER_WORDS: Final = {
    "manners": "Ik vind dat we eerlijk tegen elkaar zijn.",
    "listening": "Ik schrijf meer op, zodat je niet alles opnieuw hoeft te vertellen.",
    "contact": "Op woensdag ben ik lastig te bereiken. Dat kan beter.",
    "agreements": "Ik wil afspraken kleiner maken. Dan lukt het vaker.",
}
AGREEMENTS: Final = (
    (
        "Ik wil het eerder weten als een afspraak niet doorgaat.",
        "Ik bel je altijd een dag van tevoren.",
        ActionState.KEPT,
        "Drie keer op tijd gebeld.",
    ),
    (
        "Ik moest mijn verhaal drie keer vertellen.",
        "Ik lees mijn aantekeningen voordat ik kom.",
        ActionState.KEPT,
        "Dat doe ik nu bij elk gesprek.",
    ),
    (
        "Ik wil weten wat er op school wordt besproken.",
        "Ik stuur je binnen een week een kort verslag.",
        ActionState.NOT_KEPT,
        "Eén keer was het te laat. We spreken twee weken af.",
    ),
)


@dataclass(frozen=True)
class _Two:
    """A pair with how the client answers."""

    pair: Pair
    client: Respondent
    worker: Respondent


def build_history(ctx: Context) -> None:
    """Give each client and worker of the demo talks, agreements, and one going on."""
    ctx.require(LOOK_AFTER)
    today = ctx.tenant.today()
    for number, pair in enumerate(running_pairs(ctx)):
        two = _two(ctx, pair, today)
        for talk, months in enumerate((9, 6, 3)):
            begun = today - months * MONTH + timedelta(days=number % 5)
            if begun > pair.since:
                _talked(ctx, two, begun, talk)
        _going_on(ctx, two, number)


def _two(ctx: Context, pair: Pair, today: date) -> _Two:
    row = ctx.session.execute(
        select(Client.kind, Client.birth_date).where(Client.id == pair.client_id)
    ).one()
    kind = RespondentKind(role_of(row, today).value)
    return _Two(
        pair,
        Respondent(kind, client_id=pair.client_id),
        Respondent(RespondentKind.WORKER, account_id=pair.worker_id),
    )


def _talked(ctx: Context, two: _Two, begun: date, talk: int) -> None:
    review = _open(ctx, two, begun)
    _answer(ctx, review, two.client, talk, begun + timedelta(days=3))
    _answer(ctx, review, two.worker, talk, begun + timedelta(days=5))
    review.state = ReviewState.CLOSED
    review.due_on = begun + timedelta(days=rules_of(ctx.tenant).window_days)
    review.revealed_at = _moment(ctx, begun + timedelta(days=5), 15)
    review.met_on = begun + timedelta(days=9)
    review.ended_at = _moment(ctx, review.met_on, 16)
    ctx.session.flush()
    _agreed(ctx, review, talk)


def _going_on(ctx: Context, two: _Two, number: int) -> None:
    today = ctx.tenant.today()
    begun = today - timedelta(days=2)
    review = _open(ctx, two, begun)
    match number % 4:
        case 1:
            _answer(ctx, review, two.worker, 2, today - timedelta(days=1))
        case 2:
            _answer(ctx, review, two.client, 1, today - timedelta(days=2))
            _answer(ctx, review, two.worker, 1, today - timedelta(days=1))
        case 3:
            _answer(ctx, review, two.client, 2, today - timedelta(days=1))
        case _:
            pass


def _open(ctx: Context, two: _Two, begun: date) -> RelationReview:
    review = RelationReview(
        id=uuid4(),
        case_id=two.pair.case_id,
        client_id=two.pair.client_id,
        worker_id=two.pair.worker_id,
        trigger=Trigger.CYCLE,
        created_at=_moment(ctx, begun, 6),
    )
    ctx.session.add(review)
    ctx.session.flush()
    open_review(ctx, review)
    review.opened_at = _moment(ctx, begun, 6)
    ctx.session.flush()
    return review


def _answer(
    ctx: Context, review: RelationReview, who: Respondent, talk: int, on: date
) -> None:
    client, worker = TALKS[talk]
    numbers = worker if who.account_id else client
    words = WORKER_WORDS if who.account_id else CLIENT_WORDS
    if who.kind is RespondentKind.CHILD:
        words = CHILD_WORDS
    said = THEMES[talk % len(THEMES) :: 2]
    answers = {
        theme: Given(number=number, words=words.get(theme) if theme in said else None)
        for theme, number in zip(THEMES, numbers, strict=True)
    }
    submit(ctx, KEY, review.id, who, answers, at=_moment(ctx, on, 14))


def _agreed(ctx: Context, review: RelationReview, talk: int) -> None:
    said, text, state, result = AGREEMENTS[talk]
    if review.met_on is None:
        return
    worker = replace(
        ctx, actor=Actor(frozenset({Role.WORKER}), account_id=review.worker_id)
    )
    agreed_at = _moment(ctx, review.met_on, 16)
    action_id: UUID = promise(
        worker,
        client_id=review.client_id,
        case_id=review.case_id,
        source=KEY,
        source_id=review.id,
        text=text,
        by_when=review.met_on + timedelta(days=28),
        said=said,
        said_on=review.met_on,
        made_at=agreed_at,
    )
    if talk < len(AGREEMENTS) - 1 or state is ActionState.NOT_KEPT:
        close(
            worker,
            action_id,
            state,
            result,
            version=1,
            closed_at=agreed_at + 4 * MONTH / 5,
        )


def _moment(ctx: Context, on: date, hour: int) -> datetime:
    return datetime.combine(on, time(hour), tzinfo=ctx.tenant.time_zone)
