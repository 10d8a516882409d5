"""A worker invites, sees where an invitation stands, prints the letter."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from flask import Response, flash, g, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, refresh

from klankbord.accounts import factors
from klankbord.errors import Invalid
from klankbord.forms import Form, FormInvalid, load, refused
from klankbord.i18n import RIGHT_TO_LEFT
from klankbord.invitations.letter import STYLES
from klankbord.invitations.permissions import INVITE
from klankbord.invitations.schemas import ChannelSchema, EmptySchema
from klankbord.invitations.services import inviting
from klankbord.invitations.services.inviting import Made
from klankbord.invitations.views.blueprint import blueprint
from klankbord.invitations.words import CHANNELS, STATES
from klankbord.printing import can_print, pdf_of
from klankbord.web import context, needs

NEW = "/uitnodigingen/nieuw/<uuid:case_id>/<uuid:client_id>"
NEW_EXAMPLE = {"case_id": "case_file", "client_id": "client"}
ONE = "/uitnodigingen/<uuid:invitation_id>"
EXAMPLE = {"invitation_id": "invitation"}


@blueprint.get(NEW)
@needs(INVITE, example=NEW_EXAMPLE)
def new(case_id: UUID, client_id: UUID) -> ResponseReturnValue:
    """Ask how the invitation travels."""
    return _new_page(case_id, client_id, Form())


@blueprint.post(NEW)
@needs(INVITE, example=NEW_EXAMPLE)
def make(case_id: UUID, client_id: UUID) -> ResponseReturnValue:
    """Make the invitation, and go on to the code that is to be told."""
    try:
        chosen = load(ChannelSchema())
        made = inviting.invite_client(
            context(), client_id, case_id, channel=chosen["channel"]
        )
    except FormInvalid as error:
        return _new_page(case_id, client_id, error.form), 422
    except Invalid as error:
        return _new_page(case_id, client_id, refused(chosen, error)), 422
    return _show_once(made)


@blueprint.get(ONE)
@needs(INVITE, example=EXAMPLE)
def show(invitation_id: UUID) -> ResponseReturnValue:
    """Show where the invitation stands; right after making it, the code to tell."""
    facts = inviting.invitation(context(), invitation_id)
    return render_template(
        "invitations/show.html",
        invitation=facts,
        state=STATES[facts.state],
        channel=CHANNELS[facts.channel],
        code=_code_to_tell(invitation_id),
        pdf=can_print(),
    )


@blueprint.post(f"{ONE}/opnieuw")
@needs(INVITE, example=EXAMPLE)
def send_again(invitation_id: UUID) -> ResponseReturnValue:
    """Send the invitation anew."""
    load(EmptySchema())
    return _show_once(inviting.send_again(context(), invitation_id))


@blueprint.post(f"{ONE}/nieuwe-code")
@needs(INVITE, example=EXAMPLE)
def renew_code(invitation_id: UUID) -> ResponseReturnValue:
    """Make another code to tell."""
    load(EmptySchema())
    return _show_once(inviting.renew_code(context(), invitation_id))


@blueprint.post(f"{ONE}/verstuurd")
@needs(INVITE, example=EXAMPLE)
def mark_sent(invitation_id: UUID) -> ResponseReturnValue:
    """Note that the letter was posted."""
    load(EmptySchema())
    inviting.mark_sent(context(), invitation_id)
    flash(gettext("Noted: the letter is on its way."), "done")
    return redirect(url_for("invitations.show", invitation_id=invitation_id), 303)


@blueprint.get(f"{ONE}/intrekken")
@needs(INVITE, example=EXAMPLE)
def ask_withdraw(invitation_id: UUID) -> ResponseReturnValue:
    """Ask once more before an invitation is withdrawn."""
    facts = inviting.invitation(context(), invitation_id)
    return render_template("invitations/withdraw.html", invitation=facts)


@blueprint.post(f"{ONE}/intrekken")
@needs(INVITE, example=EXAMPLE)
def withdraw(invitation_id: UUID) -> ResponseReturnValue:
    """Withdraw an invitation."""
    load(EmptySchema())
    inviting.withdraw(context(), invitation_id)
    flash(gettext("The invitation is withdrawn. The link does not work any more."))
    return redirect(url_for("invitations.show", invitation_id=invitation_id), 303)


@blueprint.get(f"{ONE}/brief")
@needs(INVITE, example=EXAMPLE)
def letter(invitation_id: UUID) -> ResponseReturnValue:
    """Show the letter as a page to print."""
    return _letter(invitation_id)


@blueprint.get(f"{ONE}/brief.pdf")
@needs(INVITE, example=EXAMPLE)
def letter_pdf(invitation_id: UUID) -> ResponseReturnValue:
    """Give the letter as PDF; without the means for it, the page to print."""
    if not can_print():
        return redirect(url_for("invitations.letter", invitation_id=invitation_id), 303)
    answer = Response(
        pdf_of(_letter(invitation_id, as_pdf=True), styles=STYLES),
        mimetype="application/pdf",
    )
    answer.headers["Content-Disposition"] = 'attachment; filename="brief.pdf"'
    return answer


def _letter(invitation_id: UUID, *, as_pdf: bool = False) -> str:
    ctx = context()
    words = inviting.letter(ctx, invitation_id)
    language = words.language if words.language in ctx.tenant.languages else "nl"
    with _speaking(language, formal=ctx.tenant.formal and not words.young):
        return render_template(
            "invitations/letter.html",
            as_pdf=as_pdf,
            letter=words,
            picture=factors.qr_picture(words.url),
            address=f"{ctx.tenant.base_url}{url_for('invitations.letter_code')}",
            locale=language,
            direction="rtl" if language in RIGHT_TO_LEFT else "ltr",
        )


@contextmanager
def _speaking(language: str, *, formal: bool) -> Iterator[None]:
    """Speak to the reader for a while, not to who prints it."""
    before = g.language, g.formal
    g.language, g.formal = language, formal
    refresh()
    try:
        yield
    finally:
        g.language, g.formal = before
        refresh()


def _new_page(case_id: UUID, client_id: UUID, form: Form) -> str:
    invitee = inviting.invitee(context(), case_id, client_id)
    return render_template(
        "invitations/new.html",
        invitee=invitee,
        client_id=client_id,
        form=form,
    )


def _show_once(made: Made) -> ResponseReturnValue:
    """Go on to the page of the invitation, which shows the code this once.

    On the way it stands sealed in the worker's own cookie, and nowhere else.
    """
    tenant_id = context().tenant_id
    sealed = factors.seal_secret(tenant_id, made.invitation_id, made.code)
    session["told"] = [str(made.invitation_id), base64.b64encode(sealed).decode()]
    return redirect(url_for("invitations.show", invitation_id=made.invitation_id), 303)


def _code_to_tell(invitation_id: UUID) -> str:
    told = session.get("told")
    if not told or told[0] != str(invitation_id):
        return ""
    session.pop("told")
    sealed = base64.b64decode(told[1])
    code = factors.open_secret(context().tenant_id, invitation_id, sealed)
    return f"{code[:3]} {code[3:]}"
