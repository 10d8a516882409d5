"""A sheet: one person's answer set, opened by that person and nobody else."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from klankbord.audit.models import Action, Category, Ground
from klankbord.audit.services import record
from klankbord.context import NOT_FOUND, Context
from klankbord.db import now
from klankbord.errors import N_, Conflict, NotFound
from klankbord.permissions import Role
from klankbord.plugin import Answering, Questionnaire, Respondent
from klankbord.questionnaires import registry
from klankbord.questionnaires.definition import Listener
from klankbord.questionnaires.models import (
    AnswerDraft,
    AnswerMode,
    AnswerSet,
    AnswerSetState,
    Rendering,
)
from klankbord.questionnaires.services.publishing import Version, version_of
from klankbord.questionnaires.services.respondents import is_formal
from klankbord.questionnaires.services.writing import Given

UNDO = timedelta(minutes=5)
ALREADY_SENT = N_("These answers were sent. They cannot be changed any more.")


class AlreadySent(Conflict):
    """The answers were sent: they can be taken back for a while, not changed."""


@dataclass(frozen=True)
class Standing:
    """How far somebody is with one subject; None where nothing was begun."""

    answer_set_id: UUID
    state: AnswerSetState
    mode: AnswerMode


@dataclass(frozen=True)
class Sheet:
    """An answer set with all that is needed to go on with it."""

    answer_set: AnswerSet
    respondent: Respondent
    questionnaire: Questionnaire
    answering: Answering
    version: Version
    listener: Listener


def open_sheet(
    ctx: Context, answer_set_id: UUID, language: str, *, lock: bool = False
) -> Sheet:
    """Return the actor's own answer set; with `lock` two requests take turns.

    On a phone that was passed on it is spoken in the language that was chosen then.

    Raises:
        NotFound: it is somebody else's, the phone was handed back, or the method is
            off.

    """
    query = select(AnswerSet).where(AnswerSet.id == answer_set_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    answer_set = ctx.session.execute(query).scalar_one_or_none()
    if answer_set is None:
        raise NotFound(NOT_FOUND)
    respondent = _respondent(ctx, answer_set)
    questionnaire = questionnaire_that_is_on(ctx, answer_set.questionnaire)
    answering = questionnaire.answering(ctx, answer_set.subject_id, respondent)
    version = version_of(ctx, answer_set.version_id)
    if respondent.passed_on:
        language = answer_set.language
    listener = listener_for(ctx, respondent, language, answering, answer_set.rendering)
    return Sheet(answer_set, respondent, questionnaire, answering, version, listener)


def lock_subject(ctx: Context, answer_set_id: UUID) -> None:
    """Let the plugin lock what the answers are about: always before the answer set.

    Raises:
        NotFound: they are somebody else's, or the method is off.

    """
    answer_set = ctx.get(AnswerSet, answer_set_id)
    _respondent(ctx, answer_set)
    questionnaire = questionnaire_that_is_on(ctx, answer_set.questionnaire)
    questionnaire.lock_subject(ctx, answer_set.subject_id)


def listener_for(
    ctx: Context,
    respondent: Respondent,
    language: str,
    answering: Answering,
    rendering: Rendering = Rendering.STANDARD,
) -> Listener:
    """Return how to speak to the one who answers."""
    formal = is_formal(ctx, respondent.kind, respondent.client_id)
    return Listener(respondent.kind, language, formal, rendering, answering.names)


def questionnaire_that_is_on(ctx: Context, key: str) -> Questionnaire:
    """Return a questionnaire whose method is on in this organisation."""
    shipped = registry.shipped(key)
    if not ctx.tenant.has_on(shipped.plugin):
        raise NotFound(NOT_FOUND)
    return shipped.questionnaire


def refuse_closed(answering: Answering) -> None:
    """Raise `Conflict` with the plugin's sentence when answering is over."""
    if answering.closed:
        raise Conflict(answering.closed, **answering.names)


def log(ctx: Context, sheet: Sheet, action: Action) -> None:
    """Write in the access log what is done with these answers."""
    owner_id = sheet.answering.owner_id
    log_answers(ctx, sheet.answer_set.id, sheet.respondent, owner_id, action)


def log_answers(
    ctx: Context,
    answer_set_id: UUID,
    respondent: Respondent,
    owner_id: UUID,
    action: Action,
) -> None:
    """Write in the access log what is done with the answers of this person."""
    ground = Ground.RELATION
    if Role.SYSTEM in ctx.actor.roles:
        ground = Ground.SYSTEM
    elif ctx.actor.client_id == respondent.client_id is not None:
        ground = Ground.OWN
    record(
        ctx,
        owner_id,
        Category.ANSWERS,
        action,
        ground,
        object_id=answer_set_id,
        on_behalf_of=respondent.client_id if respondent.passed_on else None,
    )


def final_at(sent_at: datetime) -> datetime:
    """Return the moment from which sent answers can't be taken back."""
    return sent_at + UNDO


def may_take_back(sent_at: datetime) -> bool:
    """Tell whether the five minutes are not over yet."""
    return now() < final_at(sent_at)


def standing_of(
    ctx: Context, key: str, subject_id: UUID, respondent: Respondent
) -> Standing | None:
    """Return how far this person is with the subject."""
    row = ctx.session.execute(
        select(AnswerSet.id, AnswerSet.state, AnswerSet.mode).where(
            AnswerSet.subject_id == subject_id,
            AnswerSet.questionnaire == key,
            AnswerSet.client_id.is_not_distinct_from(respondent.client_id),
            AnswerSet.account_id.is_not_distinct_from(respondent.account_id),
        )
    ).first()
    return Standing(*row) if row else None


def open_draft(
    ctx: Context, answer_set_id: UUID, language: str, *, lock: bool = False
) -> Sheet:
    """Return the actor's own answer set while it can be changed.

    Raises:
        Conflict: it was sent, or answering is over.

    """
    sheet = open_sheet(ctx, answer_set_id, language, lock=lock)
    if sheet.answer_set.state is AnswerSetState.SENT:
        raise AlreadySent(ALREADY_SENT)
    refuse_closed(sheet.answering)
    return sheet


def drafts_of(ctx: Context, answer_set_id: UUID, item: str = "") -> dict[str, Given]:
    """Return what was answered so far, by item."""
    query = select(
        AnswerDraft.item, AnswerDraft.number, AnswerDraft.choice, AnswerDraft.words
    ).where(AnswerDraft.answer_set_id == answer_set_id)
    if item:
        query = query.where(AnswerDraft.item == item)
    return {row.item: Given(*row[1:]) for row in ctx.session.execute(query)}


def _respondent(ctx: Context, answer_set: AnswerSet) -> Respondent:
    actor = ctx.actor
    client_id, account_id = answer_set.client_id, answer_set.account_id
    if actor.locked_for:
        passed_on = answer_set.mode is AnswerMode.PASSED_PHONE
        handed_back = answer_set.handed_back_at is not None
        if actor.locked_for != answer_set.id or not passed_on or handed_back:
            raise NotFound(NOT_FOUND)
        return Respondent(answer_set.kind, client_id=client_id, passed_on=True)
    if client_id and client_id == actor.client_id:
        return Respondent(answer_set.kind, client_id=client_id)
    if account_id and account_id == actor.account_id:
        return Respondent(answer_set.kind, account_id=account_id)
    raise NotFound(NOT_FOUND)
