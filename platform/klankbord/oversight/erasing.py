"""Erase a person on request (vernietiging): find, look at what goes and stays, erase.

The privacy officer decides. What still obliges somebody has to be settled first: a
person who takes part in a running measure, or to whom something was promised, stays.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select

from klankbord.actions.models import ActionPoint, ActionState
from klankbord.audit.models import Action, Category, Ground
from klankbord.audit.services import record, record_each
from klankbord.context import NOT_FOUND, Context
from klankbord.errors import N_, Conflict, Invalid, NotFound
from klankbord.keepers import keepers
from klankbord.people.models import CaseFile, CaseMember, Client, ClientKind, Family
from klankbord.people.names import simplified, simplify
from klankbord.plugin import installed_plugins
from klankbord.privacy.permissions import ERASE
from klankbord.privacy.services import erase_person

MOST_FOUND = 50
TAKES_PART = N_(
    "This person still takes part in a measure. Let the worker end that first."
)
WAITS = N_("Something that was agreed with this person is still open. Close it first.")
OTHER_NAME = N_("This is not the name above. Nothing was erased.")

_PERSON: tuple[Any, ...] = (
    Client.id,
    Client.given_name,
    Client.family_name,
    Client.kind,
    Client.birth_date,
    Family.name.label("family"),
)


@dataclass(frozen=True)
class Found:
    """Somebody of whom something is kept."""

    client_id: UUID
    name: str
    kind: ClientKind
    birth_date: date | None
    family: str


@dataclass(frozen=True)
class Erasure:
    """What erasing somebody would do; with an `obstacle` it cannot be done yet.

    `methods` are the titles of the plugins that keep something of people.
    """

    person: Found
    methods: tuple[str, ...]
    obstacle: str


def find_people(ctx: Context, family_name: str) -> tuple[Found, ...]:
    """Return who has exactly this family name, accents and capitals left out; logged.

    There is nothing to browse: who erases was asked to by somebody with a name, and
    nobody has no name.
    """
    ctx.require(ERASE)
    if not family_name.strip():
        return ()
    rows = ctx.session.execute(
        select(*_PERSON)
        .join(Family, Family.id == Client.family_id)
        .where(simplified(Client.family_name) == simplify(family_name.strip()))
        .order_by(Client.given_name, Client.birth_date, Client.id)
        .limit(MOST_FOUND)
    ).all()
    found = tuple(_found(row) for row in rows)
    ids = [person.client_id for person in found]
    record_each(ctx, ids, Category.PERSON, Action.READ, Ground.ROLE)
    return found


def preview_erasure(ctx: Context, client_id: UUID) -> Erasure:
    """Return what erasing this person would do, and what still stands in its way.

    Raises:
        NotFound: there is nobody of this id.

    """
    ctx.require(ERASE)
    row = ctx.session.execute(
        select(*_PERSON)
        .join(Family, Family.id == Client.family_id)
        .where(Client.id == client_id)
    ).first()
    if row is None:
        raise NotFound(NOT_FOUND)
    record(ctx, client_id, Category.PERSON, Action.READ, Ground.ROLE)
    methods = tuple(
        plugin.title for plugin in installed_plugins().values() if plugin.data_subject
    )
    return Erasure(_found(row), methods, _obstacle(ctx, client_id))


def erase(ctx: Context, client_id: UUID, typed_name: str) -> None:
    """Erase everything about a person whose whole name was typed to confirm it.

    Raises:
        NotFound: there is nobody of this id.
        Conflict: something has to be settled first.
        Invalid: another name was typed.

    """
    ctx.require(ERASE)
    # The row is the lock: nobody makes this person an obligation meanwhile.
    client = ctx.session.get(Client, (ctx.tenant_id, client_id), with_for_update=True)
    if client is None:
        raise NotFound(NOT_FOUND)
    obstacle = _obstacle(ctx, client_id)
    if obstacle:
        raise Conflict(obstacle)
    name = f"{client.given_name} {client.family_name}"
    if _plain(typed_name) != _plain(name):
        raise Invalid(OTHER_NAME, name=OTHER_NAME)
    ctx.session.expunge(client)
    erase_person(ctx, client_id, keepers())


def _plain(name: str) -> str:
    return " ".join(simplify(name).split())


def _obstacle(ctx: Context, client_id: UUID) -> str:
    today = ctx.tenant.today()
    takes_part = (
        select(CaseMember.id)
        .join(CaseFile, CaseFile.id == CaseMember.case_id)
        .where(
            CaseMember.client_id == client_id,
            or_(CaseMember.ends_on.is_(None), CaseMember.ends_on > today),
            or_(CaseFile.ended_on.is_(None), CaseFile.ended_on > today),
        )
    )
    if ctx.session.scalar(takes_part.limit(1)):
        return TAKES_PART
    waits = select(func.count(ActionPoint.id)).where(
        ActionPoint.client_id == client_id, ActionPoint.state == ActionState.OPEN
    )
    return WAITS if ctx.session.scalar(waits) else ""


def _found(row: Any) -> Found:  # noqa: ANN401 - a row of _PERSON
    name = f"{row.given_name} {row.family_name}"
    return Found(row.id, name, row.kind, row.birth_date, row.family)
