"""Pages of staff about what was agreed with families."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from marshmallow import EXCLUDE, ValidationError

from klankbord.actions import services
from klankbord.actions.models import ActionState
from klankbord.actions.permissions import LIST, PROMISE
from klankbord.actions.promises import Promise, Show, promise_to_close, promises
from klankbord.actions.schemas import MOST_WORDS, CloseSchema, ListSchema
from klankbord.errors import N_, Invalid, Overtaken
from klankbord.forms import Form, FormInvalid, beside, load, refused
from klankbord.lists import (
    PER_PAGE,
    asked,
    columns,
    csv_file,
    here,
    page_number,
    page_of,
    search,
)
from klankbord.plugin import NavItem
from klankbord.web import context, needs

blueprint = Blueprint("actions", __name__, template_folder="templates")
MOST_DOWNLOADED = 10_000
NAV = (NavItem(N_("Agreements with families"), "actions.promised", LIST, "handshake"),)
SHOWS = {
    Show.OPEN: N_("Still open"),
    Show.LATE: N_("The day has gone by"),
    Show.CLOSED: N_("Closed"),
    Show.ALL: N_("All"),
}
STATES = {
    ActionState.OPEN: N_("Open"),
    ActionState.KEPT: N_("Kept"),
    ActionState.NOT_KEPT: N_("Not kept"),
    ActionState.WITHDRAWN: N_("Withdrawn"),
}
LABELS = {"state": N_("Was it kept?"), "result": N_("What was done?")}


@blueprint.get("/afspraken-met-gezinnen")
@needs(LIST)
def promised() -> ResponseReturnValue:
    """List what was agreed with the families that the actor works with."""
    wish = _wish()
    as_csv = request.args.get("as") == "csv"
    found = promises(
        context(),
        show=wish["show"],
        name=wish["name"],
        sort=wish["sort"],
        first=1 if as_csv else (page_number() - 1) * PER_PAGE + 1,
        most=MOST_DOWNLOADED if as_csv else PER_PAGE,
    )
    if as_csv:
        return csv_file(
            "afspraken",
            [title for title, _ in _heads()],
            (
                (
                    f"{row.given_name} {row.family_name}",
                    row.text,
                    row.by_when and row.by_when.isoformat(),
                    state_words(row)[0],
                )
                for row in found.rows
            ),
        )
    return render_template(
        "actions/promised.html",
        rows=found.rows,
        form=Form({"show": wish["show"].value, "name": wish["name"]}),
        shows=[(show.value, gettext(SHOWS[show])) for show in Show],
        columns=columns(_heads()),
        page=page_of(found.total),
        csv_url=here(**{"as": "csv"}),
        state_words=state_words,
    )


@blueprint.post("/afspraken-met-gezinnen")
@needs(LIST)
def search_promised() -> ResponseReturnValue:
    """Narrow the list; the name that is looked for stays out of the address."""
    return search(context(), LIST, "actions.promised", "name")


@blueprint.get("/afspraken-met-gezinnen/<uuid:action_id>")
@needs(LIST, example={"action_id": "action_point"})
def close_form(action_id: UUID) -> ResponseReturnValue:
    """Show one agreement, and ask whether it was kept."""
    promise = promise_to_close(context(), action_id)
    typed = {"version": promise.version, "result": promise.result}
    if promise.state is not ActionState.OPEN:
        typed["state"] = promise.state.value
    return _close_page(promise, Form(typed))


@blueprint.post("/afspraken-met-gezinnen/<uuid:action_id>")
@needs(PROMISE, example={"action_id": "action_point"})
def close(action_id: UUID) -> ResponseReturnValue:
    """Close an agreement; the client reads what was done."""
    try:
        values = load(CloseSchema())
    except FormInvalid as error:
        return _close_again(action_id, error.form, 422)
    typed = {**values, "state": values["state"].value}
    try:
        services.close(context(), action_id, **values)
    except Overtaken as overtaken:
        return _close_again(action_id, beside(typed, overtaken), overtaken.status)
    except Invalid as invalid:
        return _close_again(action_id, refused(typed, invalid), invalid.status)
    flash(gettext("Saved. The family can read it now."), "done")
    return redirect(url_for("actions.promised"), 303)


def _close_again(action_id: UUID, form: Form, status: int) -> ResponseReturnValue:
    promise = promise_to_close(context(), action_id)
    return _close_page(promise, form), status


def _close_page(promise: Promise, form: Form) -> str:
    return render_template(
        "actions/close.html",
        promise=promise,
        form=form,
        version=form.values.get("version", promise.version),
        both=[
            (gettext(LABELS[name]), _words(stored), _words(form.values.get(name)))
            for name, stored in form.stored.items()
        ],
        most=MOST_WORDS,
    )


def _words(value: object) -> str:
    words = {state.value: said for state, said in STATES.items()}
    known = words.get(str(value))
    return gettext(known) if known else str(value or "")


def _heads() -> list[tuple[str, str]]:
    return [
        (gettext("Name"), "name"),
        (gettext("Agreement"), ""),
        (gettext("By when"), "day"),
        (gettext("State"), ""),
    ]


def _wish() -> dict[str, Any]:
    try:
        wish: dict[str, Any] = ListSchema(unknown=EXCLUDE).load(
            asked(context(), "name")
        )
    except ValidationError:
        wish = ListSchema().load({})
    return wish


def state_words(promise: Promise) -> tuple[str, str]:
    """Return where an agreement stands, in words, and the kind of badge for it."""
    if promise.state is not ActionState.OPEN:
        kept = promise.state is ActionState.KEPT
        return gettext(STATES[promise.state]), "done" if kept else ""
    today = context().tenant.today()
    if promise.by_when and promise.by_when < today:
        return gettext("The day has gone by"), "late"
    if promise.by_when == today:
        return gettext("Today"), "soon"
    return gettext(STATES[ActionState.OPEN]), ""
