"""What the plugin that asked may do with answers. The plugin guards its own seal."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import delete, select

from klankbord.audit.models import Action
from klankbord.context import NOT_FOUND, Context
from klankbord.db import now
from klankbord.errors import Conflict, NotFound
from klankbord.permissions import Role
from klankbord.plugin import Respondent
from klankbord.questionnaires.definition import Definition, ItemKind, Listener
from klankbord.questionnaires.models import Answer, AnswerSet, AnswerSetState
from klankbord.questionnaires.permissions import ANSWER, SUBMIT
from klankbord.questionnaires.services.publishing import current_version, version_of
from klankbord.questionnaires.services.respondents import (
    acting_answerer,
    is_formal,
    spoken_for,
)
from klankbord.questionnaires.services.sheets import (
    ALREADY_SENT,
    UNDO,
    drafts_of,
    log_answers,
    questionnaire_that_is_on,
    refuse_closed,
)
from klankbord.questionnaires.services.writing import (
    Given,
    close_answer_set,
    write_answer_set,
    write_answers,
)


class AnswerRow(NamedTuple):
    """One answer; `words` is None too when the client's key was destroyed."""

    item: str
    number: float | None
    choice: str | None
    words: str | None
    skipped: bool


class ItemTexts(NamedTuple):
    """How an item was worded; `options` maps what can be chosen to its words."""

    question: str
    options: Mapping[str, str]


_STEPS = {ItemKind.SCALE: range(1, 6), ItemKind.SLIDER: range(11)}
_ANSWERS = select(
    Answer.answer_set_id,
    Answer.item,
    Answer.number,
    Answer.choice,
    Answer.words,
    Answer.skipped,
).join(AnswerSet, AnswerSet.id == Answer.answer_set_id)


def final_answers(
    ctx: Context, answer_set_ids: Sequence[UUID]
) -> dict[UUID, tuple[AnswerRow, ...]]:
    """Return the answers of those sets that can't be taken back any more.

    Whoever asks has required a permission and checked the relation and the seal.
    """
    found: dict[UUID, list[AnswerRow]] = {}
    rows = ctx.session.execute(
        _ANSWERS.where(
            AnswerSet.id.in_(answer_set_ids),
            AnswerSet.state == AnswerSetState.SENT,
            AnswerSet.sent_at <= now() - UNDO,
        )
    )
    for row in rows:
        found.setdefault(row.answer_set_id, []).append(AnswerRow(*row[1:]))
    return {answer_set_id: tuple(rows) for answer_set_id, rows in found.items()}


def own_answers(ctx: Context, answer_set_id: UUID) -> tuple[AnswerRow, ...]:
    """Return the actor's own answers, sent or not, also when answering is over.

    Raises:
        NotFound: they are somebody else's, or the phone was passed on.

    """
    ctx.require(ANSWER)
    answer_set = ctx.get(AnswerSet, answer_set_id)
    actor = ctx.actor
    own = answer_set.client_id == actor.client_id is not None or (
        answer_set.account_id == actor.account_id is not None
    )
    if actor.locked_for or not own:
        raise NotFound(NOT_FOUND)
    if answer_set.state is AnswerSetState.SENT:
        rows = ctx.session.execute(_ANSWERS.where(AnswerSet.id == answer_set_id))
        return tuple(AnswerRow(*row[1:]) for row in rows)
    return tuple(
        AnswerRow(item, given.number, given.choice, given.words, given.skipped)
        for item, given in drafts_of(ctx, answer_set_id).items()
    )


def question_texts(
    ctx: Context,
    answer_set_id: UUID,
    language: str,
    names: Mapping[str, str],
) -> dict[str, ItemTexts]:
    """Return how the items of a set were worded for the one who answered."""
    answer_set = ctx.get(AnswerSet, answer_set_id)
    definition = version_of(ctx, answer_set.version_id).definition
    formal = is_formal(ctx, answer_set.kind, answer_set.client_id)
    listener = Listener(answer_set.kind, language, formal, answer_set.rendering, names)
    return {
        item.key: ItemTexts(
            item.question.to(listener),
            {
                option.value: option.text.to(listener)
                for option in definition.options(item)
            },
        )
        for item in definition.items
    }


def submit(
    ctx: Context,
    key: str,
    subject_id: UUID,
    respondent: Respondent,
    answers: Mapping[str, Given],
    *,
    at: datetime | None = None,
    language: str = "nl",
) -> UUID:
    """Answer a whole questionnaire at once and send it; return the answer set's id.

    Items that are left out count as skipped. `at` is when it was sent: only the system
    may name another moment than now, or answer for somebody else.

    Raises:
        Conflict: answering is over, or this person answered before.
        ValueError: an answer does not fit its item.

    """
    ctx.require(SUBMIT)
    if Role.SYSTEM in ctx.actor.roles:
        answerer = spoken_for(ctx, respondent)
    else:
        answerer = acting_answerer(ctx)
        if at is not None or answerer.respondent != respondent:
            raise NotFound(NOT_FOUND)
    questionnaire = questionnaire_that_is_on(ctx, key)
    questionnaire.lock_subject(ctx, subject_id)
    answering = questionnaire.answering(ctx, subject_id, respondent)
    refuse_closed(answering)
    version = current_version(ctx, key)
    whole = _whole(version.definition, answers)
    moment = at or now()
    about = (key, version.id, subject_id)
    made = write_answer_set(ctx, about, answerer, language, moment)
    if made is None:
        raise Conflict(ALREADY_SENT)
    write_answers(ctx, made, answering.owner_id, whole)
    close_answer_set(ctx, made, moment)
    questionnaire.sent(ctx, subject_id, respondent, made)
    log_answers(ctx, made, respondent, answering.owner_id, Action.CREATE)
    return made


def _whole(definition: Definition, answers: Mapping[str, Given]) -> dict[str, Given]:
    """Return what was given to each item, in order; nothing where it was left out.

    Raises:
        ValueError: an answer does not fit its item.

    """
    unknown = answers.keys() - {item.key for item in definition.items}
    if unknown:
        raise ValueError(f"there are no items {sorted(unknown)}")
    whole = {item.key: answers.get(item.key, Given()) for item in definition.items}
    for item in definition.items:
        number = whole[item.key].number
        if number is not None and number not in _STEPS.get(item.kind, ()):
            raise ValueError(f"{number} does not fit {item.key}")
    return whole


def erase_answers(ctx: Context, key: str, subject_ids: Sequence[UUID]) -> None:
    """Delete everything anybody answered about these subjects, drafts too.

    Called by the plugin that owns the subjects, in a step that required a permission.
    """
    ctx.session.execute(
        delete(AnswerSet).where(
            AnswerSet.questionnaire == key, AnswerSet.subject_id.in_(subject_ids)
        )
    )
