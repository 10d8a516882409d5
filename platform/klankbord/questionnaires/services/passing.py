"""Pass on the phone: the worker starts, the client answers, the worker sees nothing."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, select, update

from klankbord.accounts.sessions import lock_session, unlock_session
from klankbord.audit.models import Action
from klankbord.context import Context
from klankbord.db import now
from klankbord.errors import N_, Conflict
from klankbord.plugin import Respondent
from klankbord.questionnaires.definition import Definition, Listener
from klankbord.questionnaires.models import (
    AnswerDraft,
    AnswerMode,
    AnswerSet,
    AnswerSetState,
)
from klankbord.questionnaires.permissions import PASS_PHONE
from klankbord.questionnaires.services.answering import make_answer_set
from klankbord.questionnaires.services.publishing import current_version
from klankbord.questionnaires.services.respondents import (
    acting_answerer,
    client_facts,
    passed_to,
)
from klankbord.questionnaires.services.sheets import (
    ALREADY_SENT,
    listener_for,
    log,
    open_sheet,
    questionnaire_that_is_on,
    refuse_closed,
    standing_of,
)

BEGUN_ALONE = N_(
    "%(client)s has already begun on another phone. Let %(client)s go on there."
)


@dataclass(frozen=True)
class Passing:
    """What the worker reads before the phone is passed on."""

    definition: Definition
    listener: Listener
    client: str
    language: str


@dataclass(frozen=True)
class HandBack:
    """What the page says at which the phone is given back; no answers."""

    worker: str
    sent: bool
    handed_back: bool
    language: str


def see_passing(ctx: Context, key: str, subject_id: UUID, client_id: UUID) -> Passing:
    """Return what the worker reads before passing on the phone.

    Raises:
        NotFound: the worker may not, or the client has no part in the subject.

    """
    ctx.require(PASS_PHONE)
    acting_answerer(ctx)
    facts = client_facts(ctx, client_id)
    respondent = passed_to(facts, client_id).respondent
    questionnaire = questionnaire_that_is_on(ctx, key)
    answering = questionnaire.answering(ctx, subject_id, respondent)
    listener = listener_for(ctx, respondent, "nl", answering)
    definition = current_version(ctx, key).definition
    return Passing(definition, listener, facts.name, facts.language)


def pass_phone(
    ctx: Context, key: str, subject_id: UUID, client_id: UUID, language: str
) -> UUID:
    """Lock the worker's session to the client's answers; return their id.

    What was left on the phone an earlier time is deleted: nobody reads it now.

    Raises:
        Conflict: answering is over, or the client began or sent it before.

    """
    ctx.require(PASS_PHONE)
    acting_answerer(ctx)
    facts = client_facts(ctx, client_id)
    answerer = passed_to(facts, client_id)
    respondent = answerer.respondent
    answering = questionnaire_that_is_on(ctx, key).answering(
        ctx, subject_id, respondent
    )
    refuse_closed(answering)
    _refuse_begun(ctx, key, subject_id, respondent, facts.name)
    answer_set_id = make_answer_set(ctx, key, subject_id, answerer, language)
    _delete_drafts(ctx, answer_set_id)
    ctx.session.execute(
        update(AnswerSet)
        .where(AnswerSet.id == answer_set_id)
        .values(handed_back_at=None, language=language)
    )
    lock_session(ctx, answer_set_id)
    return answer_set_id


def see_hand_back(ctx: Context) -> HandBack | None:
    """Return where the passed-on phone stands; None when it was not passed on."""
    ctx.require(PASS_PHONE)
    if ctx.actor.locked_for is None:
        return None
    row = ctx.session.execute(
        select(AnswerSet.state, AnswerSet.handed_back_at, AnswerSet.language).where(
            AnswerSet.id == ctx.actor.locked_for
        )
    ).first()
    if row is None:  # erased meanwhile: there is nothing left to see
        return HandBack(ctx.actor.name, sent=False, handed_back=True, language="nl")
    return HandBack(
        ctx.actor.name,
        sent=row.state is AnswerSetState.SENT,
        handed_back=row.handed_back_at is not None,
        language=row.language,
    )


def hand_back(ctx: Context) -> None:
    """Give the phone back: from now on it shows no question and no answer.

    What was not sent is deleted, because the worker holds the phone now.
    """
    ctx.require(PASS_PHONE)
    answer_set_id = ctx.actor.locked_for
    state = see_hand_back(ctx)
    if answer_set_id is None or state is None or state.handed_back:
        return
    log(ctx, open_sheet(ctx, answer_set_id, "nl", lock=True), Action.UPDATE)
    _delete_drafts(ctx, answer_set_id)
    ctx.session.execute(
        update(AnswerSet)
        .where(AnswerSet.id == answer_set_id)
        .values(handed_back_at=now())
    )


def unlock(ctx: Context, password: str) -> str:
    """Open the worker's session again with the worker's password; return where to go.

    Raises:
        Conflict: the phone was not handed back yet.
        Invalid: it is not the password.

    """
    ctx.require(PASS_PHONE)
    state = see_hand_back(ctx)
    if state is None:
        return ""
    if not state.handed_back:
        raise Conflict(NOT_HANDED_BACK)
    unlock_session(ctx, password)
    return _back_url(ctx)


NOT_HANDED_BACK = N_("First give the phone back. Then the password opens it.")


def _back_url(ctx: Context) -> str:
    row = ctx.session.execute(
        select(
            AnswerSet.questionnaire,
            AnswerSet.subject_id,
            AnswerSet.kind,
            AnswerSet.client_id,
        ).where(AnswerSet.id == ctx.actor.locked_for)
    ).first()
    if row is None:
        return ""
    respondent = Respondent(row.kind, client_id=row.client_id, passed_on=True)
    questionnaire = questionnaire_that_is_on(ctx, row.questionnaire)
    return questionnaire.answering(ctx, row.subject_id, respondent).back_url


def _refuse_begun(
    ctx: Context, key: str, subject_id: UUID, respondent: Respondent, name: str
) -> None:
    standing = standing_of(ctx, key, subject_id, respondent)
    if standing is None:
        return
    if standing.state is AnswerSetState.SENT:
        raise Conflict(ALREADY_SENT)
    if standing.mode is not AnswerMode.PASSED_PHONE:
        raise Conflict(BEGUN_ALONE, client=name)


def _delete_drafts(ctx: Context, answer_set_id: UUID) -> None:
    ctx.session.execute(
        delete(AnswerDraft).where(AnswerDraft.answer_set_id == answer_set_id)
    )
