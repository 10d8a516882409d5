"""The page "Mijn e-mailadres": a client adds a mailbox of the own, while signed in."""

from uuid import UUID

from flask import flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from klankbord.accounts.views.blueprint import (
    GUESSES,
    limiter,
    put_by,
    take_up,
    wrong,
)
from klankbord.errors import N_, Conflict, Invalid
from klankbord.forms import Form, FormInvalid, load
from klankbord.invitations.permissions import OWN_MAILBOX
from klankbord.invitations.schemas import CodeSchema, MailboxSchema
from klankbord.invitations.services import own_mailbox
from klankbord.invitations.views.blueprint import blueprint
from klankbord.plugin import NavItem
from klankbord.web import context, needs

MINUTES = 10
NAV = (NavItem(N_("My e-mail address"), "invitations.mailbox", OWN_MAILBOX, "mail"),)


@blueprint.get("/mijn-mailadres")
@needs(OWN_MAILBOX)
def mailbox() -> ResponseReturnValue:
    """Show the own address, or ask for one that only this person reads."""
    return _page(Form())


@blueprint.post("/mijn-mailadres")
@limiter.limit(GUESSES)
@needs(OWN_MAILBOX)
def add_mailbox() -> ResponseReturnValue:
    """Mail a code to the address, and ask for it."""
    try:
        typed = load(MailboxSchema())
        code_id = own_mailbox.begin(context(), typed["email"])
    except FormInvalid as error:
        return _page(error.form), 422
    except Conflict:
        return _page(Form()), 409
    put_by("mailbox", MINUTES, code=str(code_id))
    return redirect(url_for("invitations.mailbox_code"), 303)


@blueprint.get("/mijn-mailadres/code")
@needs(OWN_MAILBOX)
def mailbox_code() -> ResponseReturnValue:
    """Ask for the code that was mailed."""
    if take_up("mailbox") is None:
        return redirect(url_for("invitations.mailbox"), 303)
    return render_template("invitations/mailbox_code.html", form=Form())


@blueprint.post("/mijn-mailadres/code")
@limiter.limit(GUESSES)
@needs(OWN_MAILBOX)
def verify_mailbox() -> ResponseReturnValue:
    """Keep the address when the code is right."""
    step = take_up("mailbox")
    if step is None:
        return redirect(url_for("invitations.mailbox"), 303)
    try:
        typed = load(CodeSchema())
        own_mailbox.finish(context(), UUID(step["code"]), typed["code"])
    except FormInvalid as error:
        return render_template("invitations/mailbox_code.html", form=error.form), 422
    except Invalid as error:
        form = wrong(error, {"code": typed["code"]})
        return render_template("invitations/mailbox_code.html", form=form), 422
    except Conflict:
        return _page(Form()), 409
    session.pop("mailbox", None)
    flash(gettext("Your e-mail address is right. You can sign in with it now."), "done")
    return redirect(url_for("invitations.mailbox"), 303)


def _page(form: Form) -> str:
    return render_template(
        "invitations/mailbox.html",
        mailbox=own_mailbox.see_mailbox(context()),
        form=form,
    )
