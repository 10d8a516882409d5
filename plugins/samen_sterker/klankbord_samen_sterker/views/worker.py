"""The worker's pages: the list, one review, preparing and recording the talk."""

from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from klankbord.errors import N_, Conflict, Invalid
from klankbord.forms import Form, FormInvalid, load, refused
from klankbord.lists import asked, columns, page_number, page_of, search
from klankbord.web import context, needs
from klankbord_samen_sterker.permissions import WORK
from klankbord_samen_sterker.schemas import Agreement, Pair, Talk
from klankbord_samen_sterker.services import (
    lists,
    pages,
    reviews,
    talk,
)
from klankbord_samen_sterker.services.talk import Promised
from klankbord_samen_sterker.views.blueprint import blueprint
from klankbord_samen_sterker.views.words import (
    BADGES,
    CANCELLED,
    STATES,
    THEMES,
    revealed,
)

EXAMPLE = {"review_id": "samen_sterker_review"}
SHOWS = {
    "running": N_("Going on"),
    "opened": N_("Open, to talk about"),
    "closed": N_("Closed"),
    "ended": N_("Did not happen or stopped"),
}


@blueprint.get("/samen-sterker")
@needs(WORK)
def overview() -> ResponseReturnValue:
    """List the worker's own reviews."""
    wish = asked(context(), "q")
    words, state = wish["q"], wish.get("state", "")
    rows, total = lists.reviews_of_mine(
        context(),
        q=words,
        state=state,
        sort=wish.get("sort", "-due"),
        page=page_number(),
    )
    heads = [
        (gettext("Client"), "name"),
        (gettext("State"), ""),
        (gettext("Ready"), ""),
        (gettext("Last day"), "due"),
    ]
    return render_template(
        "samen_sterker/overview.html",
        rows=rows,
        form=Form({"q": words, "state": state}),
        shows=[(name, gettext(title)) for name, title in SHOWS.items()],
        columns=columns(heads),
        page=page_of(total),
        filtered=bool(words or state),
        states=STATES,
        badges=BADGES,
    )


@blueprint.post("/samen-sterker")
@needs(WORK)
def search_overview() -> ResponseReturnValue:
    """Narrow the list; the name that is looked for stays out of the address."""
    return search(context(), WORK, "samen_sterker.overview", "q")


@blueprint.get("/samen-sterker/nieuw")
@needs(WORK)
def begin_form() -> ResponseReturnValue:
    """Ask with whom a review begins."""
    return _begin_page(Form())


@blueprint.post("/samen-sterker/nieuw")
@needs(WORK)
def begin() -> ResponseReturnValue:
    """Begin a review with one client of one of the worker's cases."""
    try:
        values = load(Pair())
    except FormInvalid as error:
        return _begin_page(error.form), 422
    chosen = {
        f"{one.case_id}:{one.client_id}": one for one in lists.with_whom(context())
    }
    found = chosen.get(values["pair"])
    if found is None:
        typed = Form(values, {"pair": [N_("Choose with whom.")]})
        return _begin_page(typed), 422
    try:
        review_id = reviews.begin_review(
            context(), found.case_id, found.client_id, values["opens_on"]
        )
    except Invalid as invalid:
        return _begin_page(refused(values, invalid)), invalid.status
    flash(gettext("Begun. Both of you can answer now."), "done")
    return redirect(url_for("samen_sterker.worker_review", review_id=review_id), 303)


@blueprint.get("/samen-sterker/<uuid:review_id>")
@needs(WORK, example=EXAMPLE)
def worker_review(review_id: UUID) -> ResponseReturnValue:
    """Show one review: who is ready, or both sides."""
    return _review_page(review_id)


@blueprint.post("/samen-sterker/<uuid:review_id>/begin")
@needs(WORK, example=EXAMPLE)
def worker_start(review_id: UUID) -> ResponseReturnValue:
    """Begin a review that was planned or offered."""
    reviews.start_planned(context(), review_id)
    return redirect(url_for("samen_sterker.worker_review", review_id=review_id), 303)


@blueprint.post("/samen-sterker/<uuid:review_id>/niet-nu")
@needs(WORK, example=EXAMPLE)
def worker_decline(review_id: UUID) -> ResponseReturnValue:
    """Put off a review that was offered."""
    reviews.decline_offer(context(), review_id)
    flash(gettext("Put off. The next one comes by itself."), "done")
    return redirect(url_for("samen_sterker.overview"), 303)


@blueprint.get("/samen-sterker/<uuid:review_id>/voorbereiden")
@needs(WORK, example=EXAMPLE)
def prepare(review_id: UUID) -> ResponseReturnValue:
    """Show what to talk about, on paper too."""
    page = pages.read_review_of_mine(context(), review_id, g.language)
    if not page.themes:
        raise Conflict(talk.NOT_OPEN_YET)
    return render_template(
        "samen_sterker/prepare.html",
        page=page,
        themes=revealed(page, as_client=False),
    )


@blueprint.post("/samen-sterker/<uuid:review_id>/gesprek")
@needs(WORK, example=EXAMPLE)
def record_talk(review_id: UUID) -> ResponseReturnValue:
    """Write down that the two talked."""
    try:
        values = load(Talk())
    except FormInvalid as error:
        return _review_page(review_id, met=error.form), 422
    try:
        talk.record_talk(context(), review_id, values["met_on"])
    except Invalid as invalid:
        typed = {"met_on": values["met_on"].isoformat()}
        return _review_page(review_id, met=refused(typed, invalid)), invalid.status
    flash(gettext("Saved. Write down what you agreed."), "done")
    return redirect(url_for("samen_sterker.worker_review", review_id=review_id), 303)


@blueprint.post("/samen-sterker/<uuid:review_id>/afspraken")
@needs(WORK, example=EXAMPLE)
def agree(review_id: UUID) -> ResponseReturnValue:
    """Write down what one of the two will do."""
    try:
        values = load(Agreement())
    except FormInvalid as error:
        return _review_page(review_id, promise=error.form), 422
    promised = Promised(
        text=values["text"],
        by_when=values["by_when"],
        by_client=values["who"] == "client",
        said=values["said"],
    )
    try:
        talk.agree(context(), review_id, promised)
    except Invalid as invalid:
        typed = {**values, "by_when": values["by_when"].isoformat()}
        return _review_page(review_id, promise=refused(typed, invalid)), invalid.status
    flash(gettext("Saved. The client sees this at home in the portal."), "done")
    return redirect(url_for("samen_sterker.worker_review", review_id=review_id), 303)


@blueprint.post("/samen-sterker/<uuid:review_id>/afsluiten")
@needs(WORK, example=EXAMPLE)
def close(review_id: UUID) -> ResponseReturnValue:
    """Close a review that was talked about."""
    talk.close_review(context(), review_id)
    flash(gettext("Closed. What you agreed goes on."), "done")
    return redirect(url_for("samen_sterker.overview"), 303)


def _begin_page(form: Form) -> str:
    return render_template(
        "samen_sterker/begin.html",
        form=form,
        pairs=[
            (f"{one.case_id}:{one.client_id}", one.name)
            for one in lists.with_whom(context())
        ],
    )


def _review_page(review_id: UUID, **typed: Form) -> str:
    page = pages.read_review_of_mine(context(), review_id, g.language)
    forms: dict[str, Any] = {"met": Form(), "promise": Form()} | typed
    return render_template(
        "samen_sterker/worker_review.html",
        page=page,
        themes=revealed(page, as_client=False),
        shared=[
            (gettext(THEMES[key]), side.mood, side.words, side.text)
            for key, side in page.shared
        ],
        cancelled=CANCELLED,
        states=STATES,
        **forms,
    )
