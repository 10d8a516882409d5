"""Begin, answer, check, send, take back: the steps of the person who answers."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update

from klankbord.audit.models import Action
from klankbord.context import NOT_FOUND, Context
from klankbord.db import now
from klankbord.errors import N_, Conflict, NotFound
from klankbord.questionnaires.models import (
    Answer,
    AnswerDraft,
    AnswerMode,
    AnswerSet,
    AnswerSetState,
    Rendering,
)
from klankbord.questionnaires.permissions import ANSWER
from klankbord.questionnaires.services.publishing import current_version
from klankbord.questionnaires.services.respondents import (
    Answerer,
    acting_answerer,
)
from klankbord.questionnaires.services.sheets import (
    Sheet,
    drafts_of,
    lock_subject,
    log,
    may_take_back,
    open_draft,
    open_sheet,
    questionnaire_that_is_on,
    refuse_closed,
    standing_of,
)
from klankbord.questionnaires.services.writing import (
    Given,
    write_answer_set,
    write_answers,
)

TOO_LATE = N_("The five minutes for taking back are over. Your answers stay.")


def begin(ctx: Context, key: str, subject_id: UUID, language: str) -> UUID:
    """Begin, or go on with, the actor's own answers; return their id.

    Raises:
        Conflict: with the plugin's sentence, when answering is over.

    """
    ctx.require(ANSWER)
    answerer = acting_answerer(ctx)
    respondent = answerer.respondent
    answering = questionnaire_that_is_on(ctx, key).answering(
        ctx, subject_id, respondent
    )
    standing = standing_of(ctx, key, subject_id, respondent)
    if standing:
        if standing.mode is AnswerMode.PASSED_PHONE:
            _take_over(ctx, standing.answer_set_id)
        return standing.answer_set_id
    refuse_closed(answering)
    made = make_answer_set(ctx, key, subject_id, answerer, language)
    log(ctx, open_sheet(ctx, made, language), Action.CREATE)
    return made


def make_answer_set(
    ctx: Context,
    key: str,
    subject_id: UUID,
    answerer: Answerer,
    language: str,
) -> UUID:
    """Make an answer set on the version in use; two at once get the same one."""
    version_id = current_version(ctx, key).id
    about = (key, version_id, subject_id)
    made = write_answer_set(ctx, about, answerer, language, now())
    if made is not None:
        return made
    standing = standing_of(ctx, key, subject_id, answerer.respondent)
    if standing is None:
        raise NotFound(NOT_FOUND)  # erased between the two statements
    return standing.answer_set_id


def _take_over(ctx: Context, answer_set_id: UUID) -> None:
    """Go on alone with what was begun on a phone that was passed on."""
    ctx.session.execute(
        update(AnswerSet)
        .where(AnswerSet.id == answer_set_id, AnswerSet.state == AnswerSetState.DRAFT)
        .values(mode=AnswerMode.SELF)
    )


def save_answer(ctx: Context, answer_set_id: UUID, item_key: str, given: Given) -> None:
    """Keep an answer to one question until it is sent; skipping is kept too.

    Raises:
        Conflict: it was sent, or answering is over.

    """
    ctx.require(ANSWER)
    sheet = open_draft(ctx, answer_set_id, "nl", lock=True)
    if sheet.version.definition.item(item_key) is None:
        raise NotFound(NOT_FOUND)
    draft = ctx.session.execute(
        select(AnswerDraft).where(
            AnswerDraft.answer_set_id == answer_set_id, AnswerDraft.item == item_key
        )
    ).scalar_one_or_none()
    if draft is None:
        draft = AnswerDraft(
            answer_set_id=answer_set_id,
            owner_id=sheet.answering.owner_id,
            item=item_key,
        )
        ctx.session.add(draft)
    draft.number, draft.choice, draft.words = given.number, given.choice, given.words
    draft.skipped = given.skipped
    ctx.session.flush()
    log(ctx, sheet, Action.UPDATE)


def keep_so_far(ctx: Context, answer_set_id: UUID, item_key: str, given: Given) -> None:
    """Keep what stands on the page of somebody who goes back or looks at it otherwise.

    Nothing filled in is not skipping: then only what was taken out again is kept.

    Raises:
        Conflict: it was sent, or answering is over.

    """
    ctx.require(ANSWER)
    if given.skipped and not drafts_of(ctx, answer_set_id, item_key):
        return
    save_answer(ctx, answer_set_id, item_key, given)


def show_as(ctx: Context, answer_set_id: UUID, rendering: Rendering) -> None:
    """Show the questions of this set in another way from now on."""
    ctx.require(ANSWER)
    sheet = open_draft(ctx, answer_set_id, "nl", lock=True)
    sheet.answer_set.rendering = rendering


def send(ctx: Context, answer_set_id: UUID) -> None:
    """Send the answers; what was not looked at counts as skipped. Again does nothing.

    Raises:
        Conflict: with the plugin's sentence, when answering is over.

    """
    ctx.require(ANSWER)
    lock_subject(ctx, answer_set_id)
    sheet = open_sheet(ctx, answer_set_id, "nl", lock=True)
    if sheet.answer_set.state is AnswerSetState.SENT:
        return
    refuse_closed(sheet.answering)
    drafts = drafts_of(ctx, answer_set_id)
    items = sheet.version.definition.items
    given = {item.key: drafts.get(item.key) or Given() for item in items}
    put_in(ctx, sheet, given, now())
    ctx.session.execute(
        delete(AnswerDraft).where(AnswerDraft.answer_set_id == answer_set_id)
    )
    log(ctx, sheet, Action.CREATE)


def put_in(
    ctx: Context, sheet: Sheet, given: dict[str, Given], sent_at: datetime
) -> None:
    """Write the answers, close the set, and tell the plugin."""
    answer_set = sheet.answer_set
    write_answers(ctx, answer_set.id, sheet.answering.owner_id, given)
    answer_set.state, answer_set.sent_at = AnswerSetState.SENT, sent_at
    ctx.session.flush()
    sheet.questionnaire.sent(
        ctx, answer_set.subject_id, sheet.respondent, answer_set.id
    )


def take_back(ctx: Context, answer_set_id: UUID) -> None:
    """Make sent answers a draft again, within five minutes.

    Raises:
        Conflict: the five minutes are over.

    """
    ctx.require(ANSWER)
    lock_subject(ctx, answer_set_id)
    sheet = open_sheet(ctx, answer_set_id, "nl", lock=True)
    answer_set = sheet.answer_set
    if answer_set.sent_at is None:
        return
    if not may_take_back(answer_set.sent_at):
        raise Conflict(TOO_LATE)
    ctx.session.add_all(
        AnswerDraft(
            answer_set_id=answer_set_id,
            owner_id=answer.owner_id,
            item=answer.item,
            number=answer.number,
            choice=answer.choice,
            words=answer.words,
            skipped=answer.skipped,
        )
        for answer in ctx.session.execute(
            select(
                Answer.owner_id,
                Answer.item,
                Answer.number,
                Answer.choice,
                Answer.words,
                Answer.skipped,
            ).where(Answer.answer_set_id == answer_set_id)
        )
    )
    answer_set.state, answer_set.sent_at = AnswerSetState.DRAFT, None
    ctx.session.flush()
    ctx.session.execute(delete(Answer).where(Answer.answer_set_id == answer_set_id))
    sheet.questionnaire.taken_back(
        ctx, answer_set.subject_id, sheet.respondent, answer_set_id
    )
    log(ctx, sheet, Action.DELETE)
