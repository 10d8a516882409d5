"""One's own devices (everybody), and one's own password and second factor (staff)."""

from uuid import UUID

from flask import flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from klankbord.accounts import factors, sessions
from klankbord.accounts.permissions import OWN_ACCOUNT, OWN_DEVICES
from klankbord.accounts.schemas import (
    ChangePasswordSchema,
    EmptySchema,
    NewFactorSchema,
    PresentPasswordSchema,
)
from klankbord.accounts.services import own, sign_in
from klankbord.accounts.views.blueprint import (
    GUESSES,
    blueprint,
    layout,
    limiter,
    wrong,
)
from klankbord.accounts.views.sign_in import leave, new_secret
from klankbord.errors import Invalid
from klankbord.forms import Form, FormInvalid, load
from klankbord.web import context, needs


@blueprint.get("/mijn-apparaten")
@needs(OWN_DEVICES)
def devices() -> ResponseReturnValue:
    """Show which devices are signed in."""
    return render_template(
        "accounts/devices.html", layout=layout(), devices=sessions.devices(context())
    )


@blueprint.post("/mijn-apparaten/<uuid:session_id>/uitloggen")
@needs(OWN_DEVICES, example={"session_id": "account_session"})
def end_device(session_id: UUID) -> ResponseReturnValue:
    """End one of one's own devices."""
    load(EmptySchema())
    sessions.end_device(context(), session_id)
    flash(gettext("This device is signed out."), "done")
    return redirect(url_for("accounts.devices"), 303)


@blueprint.post("/overal-uitloggen")
@needs(OWN_DEVICES)
def sign_out_everywhere() -> ResponseReturnValue:
    """End all of one's own sessions, this one too."""
    load(EmptySchema())
    sessions.sign_out_everywhere(context())
    leave()
    return redirect(url_for("portal.front"), 303)


@blueprint.get("/mijn-account", endpoint="own")
@needs(OWN_ACCOUNT)
def own_account() -> ResponseReturnValue:
    """Show what can be changed about one's own sign-in."""
    left = own.recovery_codes_left(context())
    return render_template("accounts/own.html", codes_left=left)


@blueprint.get("/mijn-account/wachtwoord")
@needs(OWN_ACCOUNT)
def password() -> ResponseReturnValue:
    """Ask for the present password and a new one."""
    return render_template("accounts/password.html", form=Form())


@blueprint.post("/mijn-account/wachtwoord")
@limiter.limit(GUESSES)
@needs(OWN_ACCOUNT)
def change_password() -> ResponseReturnValue:
    """Change the password."""
    try:
        typed = load(ChangePasswordSchema())
        own.change_password(context(), typed["present"], typed["password"])
    except FormInvalid as error:
        return render_template("accounts/password.html", form=error.form), 422
    except Invalid as error:
        return render_template("accounts/password.html", form=wrong(error)), 422
    flash(gettext("Your password is changed. Other devices are signed out."), "done")
    return redirect(url_for("accounts.own"), 303)


@blueprint.get("/mijn-account/app")
@needs(OWN_ACCOUNT)
def factor() -> ResponseReturnValue:
    """Show the QR code of a new second factor."""
    return _show_factor(Form())


@blueprint.post("/mijn-account/app")
@limiter.limit(GUESSES)
@needs(OWN_ACCOUNT)
def change_factor() -> ResponseReturnValue:
    """Replace the second factor."""
    try:
        typed = load(NewFactorSchema())
        codes = own.change_second_factor(
            context(), typed["present"], new_secret(), typed["code"]
        )
    except FormInvalid as error:
        return _show_factor(error.form), 422
    except Invalid as error:
        return _show_factor(wrong(error)), 422
    session.pop("factor", None)
    return _show_codes(codes)


@blueprint.get("/mijn-account/herstelcodes")
@needs(OWN_ACCOUNT)
def recovery_codes() -> ResponseReturnValue:
    """Ask for the password before new recovery codes are made."""
    return render_template("accounts/new_codes.html", form=Form())


@blueprint.post("/mijn-account/herstelcodes")
@limiter.limit(GUESSES)
@needs(OWN_ACCOUNT)
def make_recovery_codes() -> ResponseReturnValue:
    """Make new recovery codes and show them, this once."""
    try:
        typed = load(PresentPasswordSchema())
        codes = own.make_recovery_codes(context(), typed["present"])
    except FormInvalid as error:
        return render_template("accounts/new_codes.html", form=error.form), 422
    except Invalid as error:
        return render_template("accounts/new_codes.html", form=wrong(error)), 422
    return _show_codes(codes)


def _show_factor(form: Form) -> str:
    ctx = context()
    account_id = ctx.actor.account_id
    address = sign_in.address_of(ctx, account_id) if account_id else ""
    shown = factors.show(new_secret(), account=address, organisation=ctx.tenant.name)
    return render_template("accounts/factor.html", form=form, factor=shown)


def _show_codes(codes: tuple[str, ...]) -> str:
    return render_template(
        "accounts/recovery_codes.html",
        layout="layouts/staff.html",
        codes=codes,
        next_url=url_for("accounts.own"),
    )
