"""The sheet of a case, as far as its members let somebody read it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, update

from klankbord.audit.models import Action, Category, Ground
from klankbord.audit.services import record_each
from klankbord.context import Context
from klankbord.db import now
from klankbord.people.models import CaseFile, CaseMember, Client
from klankbord.tasks import services as tasks
from klankbord_startvragen.models import Line, Part
from klankbord_startvragen.services.drawing import draw_up_if_due
from klankbord_startvragen.services.lines import Shown, shown
from klankbord_startvragen.services.parts import (
    reader_of,
    require_reader,
    running_on,
    works_in,
)


@dataclass(frozen=True)
class SharedPart:
    """What one member lets this reader read; `written_at` is the latest change."""

    client_id: UUID
    name: str
    lines: tuple[Shown, ...]
    written_at: datetime


@dataclass(frozen=True)
class SharedSheet:
    """The parts that a reader may see; whoever shares nothing is not in it."""

    case_id: UUID
    parts: tuple[SharedPart, ...]


def read_shared(ctx: Context, case_id: UUID, language: str) -> SharedSheet:
    """Return what the members of the case let this worker or expert read; it is logged.

    Raises:
        NotFound: the actor is neither the worker nor the expert of the case.

    """
    return _read(ctx, case_id, language, require_reader(ctx, case_id))


def look_at_shared(ctx: Context, case_id: UUID, language: str) -> SharedSheet | None:
    """Return the same on the way to the case, or None where nothing was shared."""
    readable = reader_of(ctx, case_id)
    if readable is None:
        return None
    sheet = _read(ctx, case_id, language, readable)
    return sheet if sheet.parts else None


def _read(
    ctx: Context, case_id: UUID, language: str, readable: ColumnElement[bool]
) -> SharedSheet:
    draw_up_if_due(ctx, case_id)
    rows: dict[UUID, list[Any]] = {}
    for row in ctx.session.execute(
        select(
            Line.id,
            Line.client_id,
            Line.topic,
            Line.answers_id,
            Line.choice,
            Line.words,
            Line.written_at,
            Client.given_name,
        )
        .join(Part, Part.id == Line.part_id)
        .join(CaseFile, CaseFile.id == Part.case_id)
        .join(Client, Client.id == Part.client_id)
        .join(
            CaseMember,
            (CaseMember.case_id == Part.case_id)
            & (CaseMember.client_id == Part.client_id),
        )
        .where(
            Part.case_id == case_id,
            running_on(ctx.tenant.today()),
            readable,
            or_(Line.choice.is_not(None), Line.words.is_not(None)),
        )
        .order_by(Client.kind, Client.birth_date, Client.given_name, Client.id)
    ):
        rows.setdefault(row.client_id, []).append(row)
    record_each(
        ctx, rows, Category.ANSWERS, Action.READ, Ground.CONSENT, object_id=case_id
    )
    if rows and works_in(ctx, case_id):
        _note_reading(ctx, case_id, list(rows))
    return SharedSheet(
        case_id,
        tuple(
            SharedPart(
                client_id=client_id,
                name=found[0].given_name,
                lines=shown(ctx, found, language, ctx.actor.name),
                written_at=max(row.written_at for row in found),
            )
            for client_id, found in rows.items()
        ),
    )


def _note_reading(ctx: Context, case_id: UUID, client_ids: Sequence[UUID]) -> None:
    """Let the members see that their worker read what they wrote."""
    ctx.session.execute(
        update(Part)
        .where(Part.case_id == case_id, Part.client_id.in_(client_ids))
        .values(read_at=now(), read_by_id=ctx.actor.account_id)
    )
    tasks.finish(ctx, "startvragen.read", case_id, ctx.actor.account_id)
