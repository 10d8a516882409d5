"""Pass on the phone to a client, and get it back."""

from uuid import UUID

from flask import g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import refresh

from klankbord.errors import Invalid
from klankbord.forms import Form, FormInvalid, load
from klankbord.i18n import LANGUAGE_NAMES
from klankbord.questionnaires.permissions import PASS_PHONE
from klankbord.questionnaires.schemas import BeginForm, PassPhoneForm, UnlockForm
from klankbord.questionnaires.services import passing
from klankbord.questionnaires.views.blueprint import blueprint
from klankbord.web import context, needs, open_when_locked

PASS = "/vragen/doorgeven/<key>/<uuid:subject_id>/<uuid:client_id>"  # noqa: S105
PASS_EXAMPLE = {
    "key": "questionnaire",
    "subject_id": "questionnaire_subject",
    "client_id": "client",
}


@blueprint.get(PASS)
@needs(PASS_PHONE, example=PASS_EXAMPLE)
def pass_phone(key: str, subject_id: UUID, client_id: UUID) -> ResponseReturnValue:
    """Explain to the worker what passing on the phone does."""
    return _pass_page(key, subject_id, client_id)


@blueprint.post(PASS)
@needs(PASS_PHONE, example=PASS_EXAMPLE)
def pass_it(key: str, subject_id: UUID, client_id: UUID) -> ResponseReturnValue:
    """Lock the worker's session to this questionnaire."""
    try:
        language = load(PassPhoneForm(g.tenant.languages))["language"]
    except FormInvalid as error:
        return _pass_page(key, subject_id, client_id, error.form), 422
    answer_set_id = passing.pass_phone(context(), key, subject_id, client_id, language)
    return redirect(url_for(".question", answer_set_id=answer_set_id, number=1), 303)


@blueprint.get("/vragen/telefoon-terug")
@needs(PASS_PHONE)
@open_when_locked
def hand_back() -> ResponseReturnValue:
    """Ask whether the phone goes back now."""
    state = passing.see_hand_back(context())
    if state is None:
        return redirect(url_for("portal.front"), 303)
    if state.handed_back:
        return redirect(url_for(".unlock"), 303)
    g.language = state.language
    refresh()
    return render_template(
        "questionnaires/hand_back.html",
        worker=state.worker,
        sent=state.sent,
        answer_set_id=context().actor.locked_for,
    )


@blueprint.post("/vragen/telefoon-terug")
@needs(PASS_PHONE)
@open_when_locked
def give_back() -> ResponseReturnValue:
    """From now on the phone shows no question and no answer."""
    load(BeginForm())
    passing.hand_back(context())
    return redirect(url_for(".unlock"), 303)


@blueprint.get("/vragen/ontgrendelen")
@needs(PASS_PHONE)
@open_when_locked
def unlock() -> ResponseReturnValue:
    """Ask the worker's password."""
    state = passing.see_hand_back(context())
    if state is None:
        return redirect(url_for("portal.front"), 303)
    if not state.handed_back:
        return redirect(url_for(".hand_back"), 303)
    return _unlock_page(Form())


@blueprint.post("/vragen/ontgrendelen")
@needs(PASS_PHONE)
@open_when_locked
def open_again() -> ResponseReturnValue:
    """Open the worker's session again."""
    try:
        password = load(UnlockForm())["password"]
        back_url = passing.unlock(context(), password)
    except FormInvalid as error:
        return _unlock_page(error.form), 422
    except Invalid as error:
        errors = {name: [message] for name, message in error.fields.items()}
        return _unlock_page(Form(errors=errors)), 422
    return redirect(back_url or url_for("portal.front"), 303)


def _pass_page(
    key: str, subject_id: UUID, client_id: UUID, form: Form | None = None
) -> str:
    page = passing.see_passing(context(), key, subject_id, client_id)
    return render_template(
        "questionnaires/pass_phone.html",
        page=page,
        title=page.definition.title.to(page.listener),
        form=form or Form({"language": page.language}),
        languages=[
            (language, LANGUAGE_NAMES[language]) for language in g.tenant.languages
        ],
    )


def _unlock_page(form: Form) -> str:
    return render_template(
        "questionnaires/unlock.html", worker=context().actor.name, form=form
    )
