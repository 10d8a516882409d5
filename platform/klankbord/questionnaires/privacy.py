"""What questionnaires hold about a person.

The export tells which questionnaires were answered. What was answered is exported by
the plugin that asked, because it knows what is still sealed.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from klankbord.context import Context
from klankbord.plugin import DataSubject, Json
from klankbord.privacy.rows import rows_of
from klankbord.questionnaires.models import (
    Answer,
    AnswerDraft,
    AnswerSet,
    Instrument,
    InstrumentVersion,
)

_COLUMNS: tuple[Any, ...] = (
    AnswerSet.id,
    Instrument.key.label("questionnaire"),
    InstrumentVersion.number.label("version"),
    AnswerSet.mode,
    AnswerSet.language,
    AnswerSet.state,
    AnswerSet.begun_at,
    AnswerSet.sent_at,
)


def _export(ctx: Context, client_id: UUID) -> Json:
    query = (
        select(*_COLUMNS)
        .join(InstrumentVersion, InstrumentVersion.id == AnswerSet.version_id)
        .join(Instrument, Instrument.id == InstrumentVersion.instrument_id)
        .where(AnswerSet.client_id == client_id)
        .order_by(AnswerSet.begun_at)
    )
    return {"questionnaires": rows_of(ctx, query)}


def _erase(ctx: Context, client_id: UUID) -> None:
    for model in (Answer, AnswerDraft):
        ctx.session.execute(delete(model).where(model.owner_id == client_id))
    ctx.session.execute(delete(AnswerSet).where(AnswerSet.client_id == client_id))


KEEPER = DataSubject(_export, _erase)
