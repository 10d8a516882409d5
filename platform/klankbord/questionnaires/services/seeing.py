"""What the pages of somebody who answers show."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from klankbord.audit.models import Action
from klankbord.context import NOT_FOUND, Context
from klankbord.errors import NotFound
from klankbord.plugin import Answering, Respondent
from klankbord.questionnaires.definition import Definition, Item, Listener
from klankbord.questionnaires.permissions import ANSWER
from klankbord.questionnaires.services.publishing import current_version
from klankbord.questionnaires.services.respondents import acting_answerer
from klankbord.questionnaires.services.sheets import (
    Sheet,
    Standing,
    drafts_of,
    final_at,
    listener_for,
    log,
    may_take_back,
    open_draft,
    open_sheet,
    questionnaire_that_is_on,
    standing_of,
)
from klankbord.questionnaires.services.writing import Given


@dataclass(frozen=True)
class Start:
    """What the page tells before the first question."""

    definition: Definition
    listener: Listener
    answering: Answering
    standing: Standing | None


@dataclass(frozen=True)
class Question:
    """One question, as one person sees it; `given` is what was kept of an answer."""

    answer_set_id: UUID
    number: int
    total: int
    item: Item
    definition: Definition
    listener: Listener
    answering: Answering
    respondent: Respondent
    given: Given | None


@dataclass(frozen=True)
class Check:
    """All questions with what was answered; None where nobody looked yet."""

    answer_set_id: UUID
    definition: Definition
    listener: Listener
    answering: Answering
    respondent: Respondent
    given: dict[str, Given | None]


@dataclass(frozen=True)
class Sent:
    """Answers that are sent; `until` is when they can be taken back no more."""

    answer_set_id: UUID
    definition: Definition
    listener: Listener
    answering: Answering
    respondent: Respondent
    until: datetime
    may_take_back: bool


def see_start(ctx: Context, key: str, subject_id: UUID, language: str) -> Start:
    """Return what to tell before the first question.

    Raises:
        NotFound: the actor has no part in this subject.

    """
    ctx.require(ANSWER)
    respondent = acting_answerer(ctx).respondent
    questionnaire = questionnaire_that_is_on(ctx, key)
    answering = questionnaire.answering(ctx, subject_id, respondent)
    definition = current_version(ctx, key).definition
    listener = listener_for(ctx, respondent, language, answering)
    standing = standing_of(ctx, key, subject_id, respondent)
    return Start(definition, listener, answering, standing)


def see_question(
    ctx: Context, answer_set_id: UUID, number: int, language: str
) -> Question:
    """Return one question with what the person answered before.

    Raises:
        Conflict: it was sent, or answering is over.

    """
    ctx.require(ANSWER)
    sheet = open_draft(ctx, answer_set_id, language)
    question = _question(sheet, number)
    log(ctx, sheet, Action.READ)
    draft = drafts_of(ctx, answer_set_id, question.item.key).get(question.item.key)
    return replace(question, given=draft)


def describe_question(
    ctx: Context, answer_set_id: UUID, number: int, language: str
) -> Question:
    """Return one question without any answer, also when answering is over."""
    ctx.require(ANSWER)
    return _question(open_sheet(ctx, answer_set_id, language), number)


def see_check(ctx: Context, answer_set_id: UUID, language: str) -> Check:
    """Return all questions with what was answered, to look at before sending."""
    ctx.require(ANSWER)
    sheet = open_draft(ctx, answer_set_id, language)
    log(ctx, sheet, Action.READ)
    drafts = drafts_of(ctx, answer_set_id)
    definition = sheet.version.definition
    return Check(
        answer_set_id,
        definition,
        sheet.listener,
        sheet.answering,
        sheet.respondent,
        {item.key: drafts.get(item.key) for item in definition.items},
    )


def see_sent(ctx: Context, answer_set_id: UUID, language: str) -> Sent:
    """Return what the person reads after sending.

    Raises:
        NotFound: it was not sent.

    """
    ctx.require(ANSWER)
    sheet = open_sheet(ctx, answer_set_id, language)
    sent_at = sheet.answer_set.sent_at
    if sent_at is None:
        raise NotFound(NOT_FOUND)
    log(ctx, sheet, Action.READ)
    return Sent(
        answer_set_id,
        sheet.version.definition,
        sheet.listener,
        sheet.answering,
        sheet.respondent,
        final_at(sent_at),
        may_take_back(sent_at),
    )


def _question(sheet: Sheet, number: int) -> Question:
    definition = sheet.version.definition
    if not 1 <= number <= len(definition.items):
        raise NotFound(NOT_FOUND)
    return Question(
        sheet.answer_set.id,
        number,
        len(definition.items),
        definition.items[number - 1],
        definition,
        sheet.listener,
        sheet.answering,
        sheet.respondent,
        given=None,
    )
