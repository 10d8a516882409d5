"""What a client said yes or no to, for oneself and for the own young children."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import aliased

from klankbord.accounts.models import Account
from klankbord.audit.models import Action, Category, Ground
from klankbord.audit.services import record
from klankbord.context import NOT_FOUND, Context
from klankbord.errors import NotFound
from klankbord.people.access import children_of
from klankbord.people.ages import ALONE_FROM, age_on
from klankbord.people.models import Client, Consent, Purpose
from klankbord.people.permissions import CONSENT

# About a child a parent does not decide how the child gets messages.
FOR_CHILDREN = tuple(purpose for purpose in Purpose if purpose is not Purpose.MAIL)

_WHO = aliased(Client, name="who")
_WORDS = (
    select(
        Consent.client_id,
        Consent.purpose,
        Consent.granted,
        Consent.at,
        Consent.given_by,
        _WHO.given_name,
        Account.name.label("recorded_by"),
    )
    .outerjoin(_WHO, _WHO.id == Consent.given_by)
    .outerjoin(Account, Account.id == Consent.recorded_by)
    .order_by(Consent.at.desc(), Consent.id)
)


@dataclass(frozen=True)
class Word:
    """One yes or no, said by somebody at some moment; `mine` when it was the actor.

    `recorded_by` names who wrote down what was said elsewhere.
    """

    granted: bool
    at: datetime
    mine: bool
    given_name: str
    recorded_by: str


@dataclass(frozen=True)
class Question:
    """One purpose: what I said last, or None, and every word before, newest first."""

    purpose: Purpose
    last: Word | None
    history: tuple[Word, ...]


@dataclass(frozen=True)
class About:
    """The purposes for one person: oneself, or a child with the name."""

    client_id: UUID
    child: str
    questions: tuple[Question, ...]


def own_consents(ctx: Context) -> tuple[About, ...]:
    """Return what the signed-in client decides: for oneself, then for each child.

    A parent with custody decides along until a youth is 16.
    """
    ctx.require(CONSENT)
    own_id = ctx.actor.client_id
    if own_id is None:
        raise NotFound(NOT_FOUND)
    children = _children(ctx, own_id)
    said: dict[UUID, dict[Purpose, list[Word]]] = {own_id: {}}
    said |= {child_id: {} for child_id in children}
    for row in ctx.session.execute(_WORDS.where(Consent.client_id.in_(said))):
        word = Word(
            granted=row.granted,
            at=row.at,
            mine=row.given_by == own_id,
            given_name=row.given_name or "",
            recorded_by=row.recorded_by or "",
        )
        said[row.client_id].setdefault(row.purpose, []).append(word)
    record(ctx, own_id, Category.CONSENT, Action.READ, Ground.OWN)
    for child_id in children:
        record(ctx, child_id, Category.CONSENT, Action.READ, Ground.RELATION)
    return tuple(
        About(
            client_id=client_id,
            child=children.get(client_id, ""),
            questions=tuple(
                _question(purpose, words.get(purpose, ()))
                for purpose in (FOR_CHILDREN if client_id in children else Purpose)
            ),
        )
        for client_id, words in said.items()
    )


def _children(ctx: Context, own_id: UUID) -> dict[UUID, str]:
    today = ctx.tenant.today()
    rows = ctx.session.execute(
        select(Client.id, Client.given_name, Client.birth_date)
        .where(Client.id.in_(children_of(own_id, today)))
        .order_by(Client.birth_date, Client.id)
    )
    return {
        row.id: row.given_name
        for row in rows
        if row.birth_date is None or age_on(row.birth_date, today) < ALONE_FROM
    }


def _question(purpose: Purpose, words: list[Word] | tuple[()]) -> Question:
    mine = [word for word in words if word.mine]
    return Question(purpose, mine[0] if mine else None, tuple(words))
