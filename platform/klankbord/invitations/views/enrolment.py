"""What the invited person sees: neutral pages without names, and the second secret."""

from uuid import UUID

from flask import redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from klankbord.accounts.views.blueprint import (
    GUESSES,
    device_name,
    enter,
    limiter,
    put_by,
    take_up,
    tell_of_links,
    wrong,
)
from klankbord.errors import Conflict, Invalid, NotFound
from klankbord.forms import Form, FormInvalid, load
from klankbord.invitations.permissions import ACCEPT
from klankbord.invitations.schemas import CodeSchema, EmptySchema
from klankbord.invitations.services import enrolment
from klankbord.invitations.views.blueprint import blueprint
from klankbord.web import context, needs

MINUTES = 30


@blueprint.get("/uitnodiging")
@needs(ACCEPT)
def welcome() -> ResponseReturnValue:
    """Ask for the second secret; looking changes nothing."""
    return _page(Form())


@blueprint.post("/uitnodiging")
@limiter.limit(GUESSES)
@needs(ACCEPT)
def accept() -> ResponseReturnValue:
    """Accept with the second secret; the session begins."""
    step = _step()
    if step is None:
        return _page(Form())
    try:
        typed = load(CodeSchema())
        enrolled = enrolment.accept(context(), *step, typed["code"], device_name())
    except FormInvalid as error:
        return _page(error.form, 422)
    except Invalid as error:
        return _page(wrong(error, {"code": typed["code"]}), 422)
    except Conflict:
        return _page(Form())
    enter(enrolled.token)
    tell_of_links(enrolled.account_id)
    put_by("asked", 15, next="")
    return redirect(url_for("accounts.own_device"), 303)


@blueprint.post("/uitnodiging/code")
@limiter.limit(GUESSES)
@needs(ACCEPT)
def mail_code() -> ResponseReturnValue:
    """Mail a fresh code."""
    load(EmptySchema())
    step = _step()
    if step is None:
        return _page(Form())
    enrolment.mail_code(context(), *step)
    session["mailed"] = str(step[0])
    return redirect(url_for("invitations.welcome"), 303)


@blueprint.get("/brief")
@needs(ACCEPT)
def letter_code() -> ResponseReturnValue:
    """Ask for the code on a letter."""
    return render_template("invitations/letter_code.html", form=Form())


@blueprint.post("/brief")
@limiter.limit(GUESSES)
@needs(ACCEPT)
def open_letter() -> ResponseReturnValue:
    """Go on with the code of a letter."""
    try:
        typed = load(CodeSchema())
        invitation_id, generation = enrolment.open_letter(context(), typed["code"])
    except FormInvalid as error:
        return render_template("invitations/letter_code.html", form=error.form), 422
    except Invalid as error:
        form = wrong(error, {"code": typed["code"]})
        return render_template("invitations/letter_code.html", form=form), 422
    put_by(
        "invitation",
        MINUTES,
        invitation=str(invitation_id),
        generation=str(generation),
    )
    return redirect(url_for("invitations.welcome"), 303)


def _page(form: Form, status: int = 200) -> ResponseReturnValue:
    step = _step()
    try:
        opened = enrolment.look(context(), *step) if step else None
    except NotFound:
        opened = None
    page = render_template(
        "invitations/welcome.html",
        opened=opened,
        form=form,
        mailed=step is not None and session.get("mailed") == str(step[0]),
    )
    if opened is None:
        return page, 404
    return page, 409 if opened.ended else status


def _step() -> tuple[UUID, int] | None:
    step = take_up("invitation")
    return (UUID(step["invitation"]), int(step["generation"])) if step else None
