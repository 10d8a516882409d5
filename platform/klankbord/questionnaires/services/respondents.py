"""Whose answers they are, told from who is signed in and who holds the phone."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from klankbord.context import NOT_FOUND, Context
from klankbord.errors import NotFound
from klankbord.people.ages import role_of
from klankbord.people.models import Client
from klankbord.permissions import STAFF
from klankbord.plugin import Respondent, RespondentKind


class ClientFacts(NamedTuple):
    """What the questionnaires need to know of a client."""

    name: str
    kind: RespondentKind
    language: str
    easy_mode: bool


def client_facts(ctx: Context, client_id: UUID) -> ClientFacts:
    """Return how to speak to a client; a child is a child until its twelfth birthday.

    Raises:
        NotFound: there is no such client.

    """
    row = ctx.session.execute(
        select(
            Client.given_name,
            Client.kind,
            Client.birth_date,
            Client.language,
            Client.easy_mode,
        ).where(Client.id == client_id)
    ).first()
    if row is None:
        raise NotFound(NOT_FOUND)
    kind = RespondentKind(role_of(row, ctx.tenant.today()).value)
    return ClientFacts(row.given_name, kind, row.language, row.easy_mode)


def acting_respondent(ctx: Context) -> Respondent:
    """Return the actor as the one who answers.

    Raises:
        NotFound: a phone that was passed on begins nothing new.

    """
    actor = ctx.actor
    if actor.locked_for:
        raise NotFound(NOT_FOUND)
    if actor.client_id:
        kind = client_facts(ctx, actor.client_id).kind
        return Respondent(kind, client_id=actor.client_id)
    if actor.account_id and actor.roles & STAFF:
        return Respondent(RespondentKind.WORKER, account_id=actor.account_id)
    raise NotFound(NOT_FOUND)


def passed_to(ctx: Context, client_id: UUID) -> Respondent:
    """Return the client as the one who answers on the actor's phone."""
    kind = client_facts(ctx, client_id).kind
    return Respondent(kind, client_id=client_id, passed_on=True)
