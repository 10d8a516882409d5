"""The client's pages: begin, wait, see both sides, keep, look back."""

from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from klankbord.errors import N_
from klankbord.web import context, needs
from klankbord_samen_sterker.permissions import SHARE
from klankbord_samen_sterker.services import (
    lists,
    opening,
    pages,
    reviews,
    talk,
)
from klankbord_samen_sterker.views.blueprint import blueprint
from klankbord_samen_sterker.views.words import CANCELLED, STATES, THEMES, revealed

EXAMPLE = {"review_id": "samen_sterker_review"}


@blueprint.get("/samenwerken")
@needs(SHARE)
def mine() -> ResponseReturnValue:
    """Show what goes on, what was, and the own answers through time."""
    ctx = context()
    return render_template(
        "samen_sterker/mine.html",
        reviews=lists.my_reviews(ctx),
        workers=lists.my_workers(ctx),
        trends=lists.my_trends(ctx),
        themes=THEMES,
        states=STATES,
    )


@blueprint.post("/samenwerken")
@needs(SHARE)
def ask() -> ResponseReturnValue:
    """Begin a review with the worker of one of the client's cases."""
    try:
        case_id = UUID(request.form.get("case_id", ""))
    except ValueError:
        flash(gettext(N_("Choose with whom.")), "late")
        return redirect(url_for("samen_sterker.mine"), 303)
    review_id = reviews.ask_for_review(context(), case_id)
    return redirect(url_for("samen_sterker.review", review_id=review_id), 303)


@blueprint.get("/samenwerken/<uuid:review_id>")
@needs(SHARE, example=EXAMPLE)
def review(review_id: UUID) -> ResponseReturnValue:
    """Show one review: begin, what happens now, or both sides."""
    ctx = context()
    page = pages.read_own_review(ctx, review_id, g.language)
    talk.look(ctx, review_id)
    return render_template(
        "samen_sterker/review.html",
        page=page,
        themes=revealed(page, as_client=True),
        cancelled=CANCELLED,
    )


@blueprint.post("/samenwerken/<uuid:review_id>/begin")
@needs(SHARE, example=EXAMPLE)
def start(review_id: UUID) -> ResponseReturnValue:
    """Begin a review that was offered."""
    reviews.start_planned(context(), review_id)
    return redirect(url_for("samen_sterker.review", review_id=review_id), 303)


@blueprint.post("/samenwerken/<uuid:review_id>/niet-nu")
@needs(SHARE, example=EXAMPLE)
def decline(review_id: UUID) -> ResponseReturnValue:
    """Say 'not now' to a review that was offered."""
    reviews.decline_offer(context(), review_id)
    flash(gettext("That is fine. You can always begin yourself."), "done")
    return redirect(url_for("samen_sterker.mine"), 303)


@blueprint.get("/samenwerken/<uuid:review_id>/eerder-delen")
@needs(SHARE, example=EXAMPLE)
def share_form(review_id: UUID) -> ResponseReturnValue:
    """Say what sharing early means, and ask once more."""
    page = pages.read_own_review(context(), review_id, g.language)
    if not page.may_share:
        return redirect(url_for("samen_sterker.review", review_id=review_id), 303)
    return render_template("samen_sterker/share.html", page=page)


@blueprint.post("/samenwerken/<uuid:review_id>/eerder-delen")
@needs(SHARE, example=EXAMPLE)
def share(review_id: UUID) -> ResponseReturnValue:
    """Give the own answers to the worker now."""
    opening.share_early(context(), review_id)
    flash(gettext("Your answers were shared."), "done")
    return redirect(url_for("samen_sterker.review", review_id=review_id), 303)
