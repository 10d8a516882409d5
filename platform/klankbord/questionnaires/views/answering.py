"""One question a page: begin, answer, check, send, take back."""

from typing import Any
from uuid import UUID

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_time, get_locale

from klankbord.errors import Invalid
from klankbord.forms import Form, FormInvalid, load
from klankbord.questionnaires.definition import Item, ItemKind, Listener
from klankbord.questionnaires.permissions import ANSWER
from klankbord.questionnaires.schemas import AnswerForm, BeginForm
from klankbord.questionnaires.services import Given, answering, seeing
from klankbord.questionnaires.services.seeing import Check, Question
from klankbord.questionnaires.services.sheets import AlreadySent
from klankbord.questionnaires.views.blueprint import blueprint
from klankbord.questionnaires.views.reading import read_given, read_whole
from klankbord.questionnaires.views.speaking import layout_for, say, speak_to
from klankbord.templating import CLOCKS
from klankbord.web import context, needs, open_when_locked


@blueprint.get("/vragen/begin/<key>/<uuid:subject_id>")
@needs(ANSWER, example={"key": "questionnaire", "subject_id": "questionnaire_subject"})
def start(key: str, subject_id: UUID) -> ResponseReturnValue:
    """Tell what will be asked, how long it takes and who sees it."""
    page = seeing.see_start(context(), key, subject_id, g.language)
    listener = page.listener
    speak_to(listener)
    return render_template(
        "questionnaires/start.html",
        layout=layout_for(listener),
        page=page,
        title=page.definition.title.to(listener),
        introduction=page.definition.introduction.to(listener),
        who_sees=say(page.answering.who_sees, listener.names),
        closed=say(page.answering.closed, listener.names),
    )


@blueprint.post("/vragen/begin/<key>/<uuid:subject_id>")
@needs(ANSWER, example={"key": "questionnaire", "subject_id": "questionnaire_subject"})
def begin(key: str, subject_id: UUID) -> ResponseReturnValue:
    """Begin, or go on where the person was."""
    load(BeginForm())
    answer_set_id = answering.begin(context(), key, subject_id, g.language)
    return redirect(_at(answer_set_id, 1), 303)


@blueprint.get("/vragen/<uuid:answer_set_id>/<int:number>")
@needs(ANSWER, example={"answer_set_id": "answer_set", "number": "number"})
@open_when_locked
def question(answer_set_id: UUID, number: int) -> ResponseReturnValue:
    """Ask one question; what was answered before is still there."""
    try:
        page = seeing.see_question(context(), answer_set_id, number, g.language)
    except AlreadySent:
        return redirect(url_for(".sent", answer_set_id=answer_set_id), 303)
    return _question_page(page, Form(_typed(page.given)))


@blueprint.post("/vragen/<uuid:answer_set_id>/<int:number>")
@needs(ANSWER, example={"answer_set_id": "answer_set", "number": "number"})
@open_when_locked
def save(answer_set_id: UUID, number: int) -> ResponseReturnValue:
    """Keep the answer and go on; what can't be kept is shown again with a reason."""
    ctx = context()
    page = seeing.describe_question(ctx, answer_set_id, number, g.language)
    speak_to(page.listener)
    try:
        form = load(AnswerForm())
        return redirect(_keep(page, form), 303)
    except FormInvalid as error:
        return _question_page(page, error.form), 422
    except Invalid as error:
        errors = {name: [message] for name, message in error.fields.items()}
        return _question_page(page, Form(request.form, errors)), 422


@blueprint.get("/vragen/<uuid:answer_set_id>/controle")
@needs(ANSWER, example={"answer_set_id": "answer_set"})
@open_when_locked
def check(answer_set_id: UUID) -> ResponseReturnValue:
    """Show all answers once more before they are sent."""
    try:
        page = seeing.see_check(context(), answer_set_id, g.language)
    except AlreadySent:
        return redirect(url_for(".sent", answer_set_id=answer_set_id), 303)
    speak_to(page.listener)
    return render_template(
        "questionnaires/check.html",
        layout=layout_for(page.listener),
        page=page,
        passed_on=page.respondent.passed_on,
        rows=[
            (number, item.question.to(page.listener), *_in_words(page, item))
            for number, item in enumerate(page.definition.items, start=1)
        ],
        who_sees=say(page.answering.who_sees, page.listener.names),
    )


@blueprint.post("/vragen/<uuid:answer_set_id>/controle")
@needs(ANSWER, example={"answer_set_id": "answer_set"})
@open_when_locked
def send(answer_set_id: UUID) -> ResponseReturnValue:
    """Send the answers; sending twice is sending once."""
    load(BeginForm())
    answering.send(context(), answer_set_id)
    return redirect(url_for(".sent", answer_set_id=answer_set_id), 303)


@blueprint.get("/vragen/<uuid:answer_set_id>/verstuurd")
@needs(ANSWER, example={"answer_set_id": "answer_set"})
@open_when_locked
def sent(answer_set_id: UUID) -> ResponseReturnValue:
    """Thank, tell what happens now, and offer to take it back for five minutes."""
    page = seeing.see_sent(context(), answer_set_id, g.language)
    speak_to(page.listener)
    return render_template(
        "questionnaires/sent.html",
        layout=layout_for(page.listener),
        page=page,
        passed_on=page.respondent.passed_on,
        until=format_time(page.until, CLOCKS.get(str(get_locale()), "HH:mm")),
        next_step=say(page.answering.next_step, page.listener.names),
    )


@blueprint.post("/vragen/<uuid:answer_set_id>/verstuurd")
@needs(ANSWER, example={"answer_set_id": "answer_set"})
@open_when_locked
def take_back(answer_set_id: UUID) -> ResponseReturnValue:
    """Make the answers a draft again."""
    load(BeginForm())
    answering.take_back(context(), answer_set_id)
    return redirect(url_for(".check", answer_set_id=answer_set_id), 303)


def _keep(page: Question, form: dict[str, Any]) -> str:
    """Keep what the form brought; return the page to go to."""
    ctx = context()
    then = form.get("then")
    if form.get("rendering") or form.get("back"):
        given = read_given(page.definition, page.item, form)
        answering.keep_so_far(ctx, page.answer_set_id, page.item.key, given)
        if rendering := form.get("rendering"):
            answering.show_as(ctx, page.answer_set_id, rendering)
            return _at(page.answer_set_id, page.number, then)
        return _back(page, then or "") or _at(page.answer_set_id, page.number)
    if form.get("skip"):
        given = Given()
    else:
        given = read_whole(page.definition, page.item, form)
    answering.save_answer(ctx, page.answer_set_id, page.item.key, given)
    if then or page.number == page.total:
        return url_for(".check", answer_set_id=page.answer_set_id)
    return _at(page.answer_set_id, page.number + 1)


def _question_page(page: Question, form: Form) -> str:
    speak_to(page.listener)
    item, listener = page.item, page.listener
    then = "check" if request.values.get("then") == "check" else ""
    return render_template(
        "questionnaires/question.html",
        layout=layout_for(listener),
        page=page,
        passed_on=page.respondent.passed_on,
        item=item,
        heading=item.question.to(listener),
        options=_options(page, item, listener),
        low=item.low.to(listener) if item.low else "",
        high=item.high.to(listener) if item.high else "",
        remark_label=item.remark_label.to(listener) if item.remark_label else "",
        who_sees=say(page.answering.who_sees, listener.names),
        renderings=page.definition.renderings(listener.kind),
        form=form,
        then=then,
        back_url=_back(page, then),
    )


def _options(page: Question, item: Item, listener: Listener) -> list[tuple[str, str]]:
    return [
        (option.value, option.text.to(listener))
        for option in page.definition.options(item)
    ]


def _typed(given: Given | None) -> dict[str, str]:
    if given is None:
        return {}
    typed = {"words": given.words or ""}
    if given.number is not None:
        typed["answer"] = str(int(given.number))
    elif given.choice:
        typed["answer"] = given.choice
    return typed


def _in_words(page: Check, item: Item) -> tuple[str | None, str, bool]:
    """Return what was chosen, what was written, and whether anybody looked at all."""
    given = page.given[item.key]
    if given is None:
        return None, "", False
    chosen = given.choice
    if given.number is not None:
        chosen = str(int(given.number))
    words = next(
        (
            option.text.to(page.listener)
            for option in page.definition.options(item)
            if option.value == chosen
        ),
        chosen if item.kind is ItemKind.SLIDER else None,
    )
    return words, given.words or "", True


def _back(page: Question, then: str) -> str:
    if then:
        return url_for(".check", answer_set_id=page.answer_set_id)
    if page.number > 1:
        return _at(page.answer_set_id, page.number - 1)
    return page.answering.back_url if not page.respondent.passed_on else ""


def _at(answer_set_id: UUID, number: int, then: str | None = None) -> str:
    return url_for(".question", answer_set_id=answer_set_id, number=number, then=then)
