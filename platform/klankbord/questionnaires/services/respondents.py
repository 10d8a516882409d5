"""Whose answers they are, told from who is signed in and who holds the phone."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, select

from klankbord.context import NOT_FOUND, Context
from klankbord.errors import NotFound
from klankbord.people.ages import is_young, role_of
from klankbord.people.models import Client
from klankbord.permissions import STAFF
from klankbord.plugin import Respondent, RespondentKind
from klankbord.questionnaires.models import Rendering


class ClientFacts(NamedTuple):
    """What the questionnaires need to know of a client."""

    name: str
    kind: RespondentKind
    language: str
    easy_mode: bool
    young: bool


class Answerer(NamedTuple):
    """Who answers, and how the questions are shown at first."""

    respondent: Respondent
    rendering: Rendering = Rendering.STANDARD


_FACTS = select(
    Client.given_name,
    Client.kind,
    Client.birth_date,
    Client.language,
    Client.easy_mode,
).where(Client.id == bindparam("client_id"))


def client_facts(ctx: Context, client_id: UUID) -> ClientFacts:
    """Return how to speak to a client; a child is a child until its twelfth birthday.

    Raises:
        NotFound: there is no such client.

    """
    row = ctx.session.execute(_FACTS, {"client_id": client_id}).first()
    if row is None:
        raise NotFound(NOT_FOUND)
    kind = RespondentKind(role_of(row, ctx.tenant.today()).value)
    young = is_young(row, ctx.tenant.today())
    return ClientFacts(row.given_name, kind, row.language, row.easy_mode, young)


def is_formal(ctx: Context, kind: RespondentKind, client_id: UUID | None) -> bool:
    """Tell whether to say "u": to grown-up parents, where the organisation does so."""
    if not ctx.tenant.formal or kind is not RespondentKind.PARENT or client_id is None:
        return False
    if client_id == ctx.actor.client_id:
        return not ctx.actor.young
    return not client_facts(ctx, client_id).young


def acting_answerer(ctx: Context) -> Answerer:
    """Return the actor as the one who answers.

    Raises:
        NotFound: a phone that was passed on begins nothing new.

    """
    actor = ctx.actor
    if actor.locked_for:
        raise NotFound(NOT_FOUND)
    if actor.client_id:
        return _client(client_facts(ctx, actor.client_id), actor.client_id)
    if actor.account_id and actor.roles & STAFF:
        worker = Respondent(RespondentKind.WORKER, account_id=actor.account_id)
        return Answerer(worker)
    raise NotFound(NOT_FOUND)


def passed_to(facts: ClientFacts, client_id: UUID) -> Answerer:
    """Return the client as the one who answers on the actor's phone."""
    return _client(facts, client_id, passed_on=True)


def spoken_for(ctx: Context, respondent: Respondent) -> Answerer:
    """Return somebody for whom the system answers, as one who answers."""
    if respondent.client_id is None:
        return Answerer(respondent)
    facts = client_facts(ctx, respondent.client_id)
    return Answerer(respondent, _rendering(facts))


def _client(
    facts: ClientFacts, client_id: UUID, *, passed_on: bool = False
) -> Answerer:
    respondent = Respondent(facts.kind, client_id=client_id, passed_on=passed_on)
    return Answerer(respondent, _rendering(facts))


def _rendering(facts: ClientFacts) -> Rendering:
    return Rendering.EASY if facts.easy_mode else Rendering.STANDARD
