"""Links from mails and from the operator: one route takes them, and uses up none."""

from uuid import UUID

from flask import Response, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from klankbord.accounts.models import LinkPurpose
from klankbord.accounts.permissions import SIGN_IN
from klankbord.accounts.schemas import EmptySchema, NewPasswordSchema
from klankbord.accounts.services import links
from klankbord.accounts.views.blueprint import (
    GUESSES,
    blueprint,
    device_name,
    enter,
    limiter,
    put_by,
    take_up,
    wrong,
)
from klankbord.accounts.views.sign_in import to_second_step
from klankbord.errors import Conflict, Invalid
from klankbord.forms import Form, FormInvalid, load
from klankbord.web import context, needs

MINUTES = 30
PAGES = {
    LinkPurpose.SIGN_IN: "accounts.link",
    LinkPurpose.SET_UP: "accounts.choose_password",
    LinkPurpose.NEW_PASSWORD: "accounts.choose_password",
}


@blueprint.get("/u/<token>")
@limiter.limit(GUESSES)
@needs(SIGN_IN, example={"token": "token"})
def open_link(token: str) -> ResponseReturnValue:
    """Take a secret link and go on to a page without it; any number of times.

    Mail scanners follow links too: nothing is used up, nothing changes.
    """
    found = links.find_link(context(), token)
    invitation = None if found else links.find_invitation(context(), token)
    if found:
        link_id, purpose = found
        put_by("link", MINUTES, link=str(link_id), purpose=purpose.value)
        page = PAGES[purpose]
    else:
        page = "invitations.welcome"
        session.pop("invitation", None)
        if invitation:
            put_by(
                "invitation",
                MINUTES,
                invitation=str(invitation[0]),
                generation=str(invitation[1]),
            )
    answer: Response = redirect(url_for(page), 303)  # type: ignore[assignment]  # werkzeug's, made by Flask
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


@blueprint.get("/link")
@needs(SIGN_IN)
def link() -> ResponseReturnValue:
    """Show one button that signs in."""
    step = _step(LinkPurpose.SIGN_IN)
    usable = step and links.is_open(context(), step, LinkPurpose.SIGN_IN)
    return render_template("accounts/link.html", usable=usable), 200 if usable else 409


@blueprint.post("/link")
@limiter.limit(GUESSES)
@needs(SIGN_IN)
def use_link() -> ResponseReturnValue:
    """Sign in with the operator's link."""
    load(EmptySchema())
    link_id = _step(LinkPurpose.SIGN_IN)
    if link_id is None:
        raise Conflict(links.USED)
    enter(links.sign_in_by_link(context(), link_id, device_name()))
    return redirect(url_for("portal.front"), 303)


@blueprint.get("/wachtwoord-kiezen")
@needs(SIGN_IN)
def choose_password() -> ResponseReturnValue:
    """Ask for a first or new password."""
    purpose = _purpose()
    link_id = _step(purpose)
    usable = link_id is not None and links.is_open(context(), link_id, purpose)
    page = render_template("accounts/choose_password.html", form=Form(), usable=usable)
    return page, 200 if usable else 409


@blueprint.post("/wachtwoord-kiezen")
@limiter.limit(GUESSES)
@needs(SIGN_IN)
def set_password() -> ResponseReturnValue:
    """Keep the password and go on to the second factor."""
    purpose = _purpose()
    link_id = _step(purpose)
    if link_id is None:
        raise Conflict(links.USED)
    try:
        typed = load(NewPasswordSchema())
        account_id = links.set_password(context(), link_id, purpose, typed["password"])
    except FormInvalid as error:
        return _ask_again(error.form), 422
    except Invalid as error:
        return _ask_again(wrong(error)), 422
    session.pop("link")
    return to_second_step(account_id)


def _ask_again(form: Form) -> str:
    return render_template("accounts/choose_password.html", form=form, usable=True)


def _purpose() -> LinkPurpose:
    step = take_up("link") or {}
    return LinkPurpose(step.get("purpose", LinkPurpose.SET_UP))


def _step(purpose: LinkPurpose) -> UUID | None:
    step = take_up("link")
    if step is None or step["purpose"] != purpose:
        return None
    return UUID(step["link"])
