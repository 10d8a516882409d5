"""Signing in and out: clients with a code, staff with password and second factor."""

import base64
from uuid import UUID

from flask import redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import logout_user

from klankbord.accounts import factors, sessions
from klankbord.accounts.permissions import OWN_DEVICES, SIGN_IN
from klankbord.accounts.schemas import (
    AddressSchema,
    CodeSchema,
    EmptySchema,
    OwnDeviceSchema,
    PasswordSchema,
)
from klankbord.accounts.services import links, sign_in
from klankbord.accounts.services.codes import ClientSignIn, CodeByMail
from klankbord.accounts.views.blueprint import (
    GUESSES,
    blueprint,
    device_name,
    enter,
    inside,
    is_for_staff,
    limiter,
    put_by,
    take_up,
    tell_of_links,
    wrong,
)
from klankbord.errors import Invalid
from klankbord.forms import Form, FormInvalid, load
from klankbord.web import context, needs, open_when_stopped

client_sign_in: ClientSignIn = CodeByMail()


@blueprint.get("/inloggen", endpoint="sign_in")
@needs(SIGN_IN)
def sign_in_page() -> ResponseReturnValue:
    """Ask a client or buddy for the own address; send staff to their own page."""
    wanted = inside(request.args.get("next", ""))
    if wanted and is_for_staff(wanted):
        return redirect(url_for("accounts.staff_sign_in", next=wanted), 303)
    return render_template("accounts/sign_in.html", form=Form({"next": wanted}))


@blueprint.post("/inloggen")
@limiter.limit(GUESSES)
@needs(SIGN_IN)
def ask_code() -> ResponseReturnValue:
    """Mail a code, if the address is known; the page says the same if not."""
    try:
        asked = load(AddressSchema())
    except FormInvalid as error:
        return render_template("accounts/sign_in.html", form=error.form), 422
    attempt = client_sign_in.begin(context(), asked["email"])
    put_by("code", 60, attempt=str(attempt), next=inside(asked["next"]))
    return redirect(url_for("accounts.code"), 303)


@blueprint.get("/inloggen/code")
@needs(SIGN_IN)
def code() -> ResponseReturnValue:
    """Ask for the code that was mailed."""
    if take_up("code") is None:
        return redirect(url_for("accounts.sign_in"), 303)
    return render_template("accounts/code.html", form=Form())


@blueprint.post("/inloggen/code")
@limiter.limit(GUESSES)
@needs(SIGN_IN)
def check_code() -> ResponseReturnValue:
    """Sign in with the code."""
    step = take_up("code")
    if step is None:
        return redirect(url_for("accounts.sign_in"), 303)
    try:
        typed = load(CodeSchema())
        account_id = client_sign_in.finish(
            context(), UUID(step["attempt"]), typed["code"]
        )
    except FormInvalid as error:
        return render_template("accounts/code.html", form=error.form), 422
    except Invalid as error:
        form = wrong(error, {"code": typed["code"]})
        return render_template("accounts/code.html", form=form), 422
    enter(sessions.begin(context(), account_id, device=device_name()))
    tell_of_links(account_id)
    put_by("asked", 15, next=step["next"])
    return redirect(url_for("accounts.own_device"), 303)


@blueprint.get("/eigen-telefoon")
@needs(OWN_DEVICES)
def own_device() -> ResponseReturnValue:
    """Ask whether this phone is the person's own: only then it stays signed in."""
    if take_up("asked") is None:
        return redirect(url_for("portal.front"), 303)
    return render_template("accounts/own_device.html", form=Form())


@blueprint.post("/eigen-telefoon")
@needs(OWN_DEVICES)
def keep_device() -> ResponseReturnValue:
    """Let the session last on a phone that is the person's own."""
    step = take_up("asked")
    if step is None:
        return redirect(url_for("portal.front"), 303)
    try:
        answer = load(OwnDeviceSchema())
    except FormInvalid as error:
        return render_template("accounts/own_device.html", form=error.form), 422
    if answer["own_device"]:
        sessions.keep_long(context())
    session.pop("asked")
    return redirect(step["next"] or url_for("portal.front"), 303)


@blueprint.get("/inloggen/medewerkers")
@needs(SIGN_IN)
def staff_sign_in() -> ResponseReturnValue:
    """Ask staff for address and password."""
    form = Form({"next": inside(request.args.get("next", ""))})
    return render_template("accounts/staff_sign_in.html", form=form)


@blueprint.post("/inloggen/medewerkers")
@limiter.limit(GUESSES)
@needs(SIGN_IN)
def check_password() -> ResponseReturnValue:
    """Check the password and go on to the second factor."""
    try:
        typed = load(PasswordSchema())
    except FormInvalid as error:
        return render_template("accounts/staff_sign_in.html", form=error.form), 422
    try:
        account_id = sign_in.check_staff_password(
            context(), typed["email"], typed["password"]
        )
    except Invalid as error:
        form = wrong(error, {"email": typed["email"], "next": typed["next"]})
        return render_template("accounts/staff_sign_in.html", form=form), 422
    return to_second_step(account_id, typed["next"])


def to_second_step(account_id: UUID, wanted: str = "") -> ResponseReturnValue:
    """Go on to the second factor, or to setting it up, with the password right."""
    put_by("second", 10, account=str(account_id), next=inside(wanted))
    known = sign_in.has_second_factor(context(), account_id)
    return redirect(
        url_for("accounts.second_step" if known else "accounts.set_up_factor"), 303
    )


@blueprint.get("/inloggen/tweede-stap")
@needs(SIGN_IN)
def second_step() -> ResponseReturnValue:
    """Ask for a code of the app, or a recovery code."""
    if take_up("second") is None:
        return redirect(url_for("accounts.staff_sign_in"), 303)
    return render_template("accounts/second_step.html", form=Form())


@blueprint.post("/inloggen/tweede-stap")
@limiter.limit(GUESSES)
@needs(SIGN_IN)
def check_second_step() -> ResponseReturnValue:
    """Sign in with the second factor."""
    step = take_up("second")
    if step is None:
        return redirect(url_for("accounts.staff_sign_in"), 303)
    account_id = UUID(step["account"])
    try:
        typed = load(CodeSchema())
        token = sign_in.sign_in_staff(
            context(), account_id, typed["code"], device_name()
        )
    except FormInvalid as error:
        return render_template("accounts/second_step.html", form=error.form), 422
    except Invalid as error:
        return render_template("accounts/second_step.html", form=wrong(error)), 422
    enter(token)
    tell_of_links(account_id)
    return redirect(step["next"] or url_for("portal.front"), 303)


@blueprint.get("/inloggen/app-instellen")
@needs(SIGN_IN)
def set_up_factor() -> ResponseReturnValue:
    """Show the QR code for the app."""
    step = take_up("second")
    if step is None:
        return redirect(url_for("accounts.staff_sign_in"), 303)
    if sign_in.has_second_factor(context(), UUID(step["account"])):
        return redirect(url_for("accounts.second_step"), 303)
    return _show_factor(UUID(step["account"]), Form())


@blueprint.post("/inloggen/app-instellen")
@limiter.limit(GUESSES)
@needs(SIGN_IN)
def keep_factor() -> ResponseReturnValue:
    """Keep the second factor once a code shows that it works, and sign in."""
    step = take_up("second")
    secret = new_secret() if step else ""
    if step is None or not secret:
        return redirect(url_for("accounts.staff_sign_in"), 303)
    ctx, account_id = context(), UUID(step["account"])
    try:
        typed = load(CodeSchema())
        codes = sign_in.set_up_second_factor(ctx, account_id, secret, typed["code"])
    except FormInvalid as error:
        return _show_factor(account_id, error.form), 422
    except Invalid as error:
        return _show_factor(account_id, wrong(error)), 422
    enter(sessions.begin(ctx, account_id, device=device_name()))
    tell_of_links(account_id)
    return render_template(
        "accounts/recovery_codes.html",
        layout="layouts/portal.html",
        codes=codes,
        next_url=step["next"] or url_for("portal.front"),
    )


def _show_factor(account_id: UUID, form: Form) -> str:
    ctx = context()
    factor = factors.show(
        new_secret(),
        account=sign_in.address_of(ctx, account_id),
        organisation=ctx.tenant.name,
    )
    return render_template("accounts/set_up_factor.html", form=form, factor=factor)


def new_secret() -> str:
    """Return the secret that this browser is setting up, sealed in its cookie."""
    ctx = context()
    kept = session.get("factor")
    if kept:
        sealed = base64.b64decode(kept)
        return factors.open_secret(ctx.tenant_id, ctx.tenant_id, sealed)
    secret = factors.new_secret()
    sealed = factors.seal_secret(ctx.tenant_id, ctx.tenant_id, secret)
    session["factor"] = base64.b64encode(sealed).decode()
    return secret


@blueprint.post("/uitloggen")
@needs(OWN_DEVICES)
@open_when_stopped
def sign_out() -> ResponseReturnValue:
    """End this session."""
    load(EmptySchema())
    sessions.sign_out(context())
    leave()
    return redirect(url_for("portal.front"), 303)


def leave() -> None:
    """Let the browser forget its session."""
    language = session.get("language")
    logout_user()
    session.clear()
    if language:
        session["language"] = language


@blueprint.get("/wachtwoord-vergeten")
@needs(SIGN_IN)
def forgot() -> ResponseReturnValue:
    """Ask for the address to mail a link to."""
    return render_template("accounts/forgot.html", form=Form(), sent=False)


@blueprint.post("/wachtwoord-vergeten")
@limiter.limit(GUESSES)
@needs(SIGN_IN)
def ask_new_password() -> ResponseReturnValue:
    """Mail a link for a new password; the page says the same for every address."""
    try:
        asked = load(AddressSchema())
    except FormInvalid as error:
        return render_template("accounts/forgot.html", form=error.form, sent=False), 422
    links.ask_new_password(context(), asked["email"])
    return redirect(url_for("accounts.forgot_sent"), 303)


@blueprint.get("/wachtwoord-vergeten/verstuurd")
@needs(SIGN_IN)
def forgot_sent() -> ResponseReturnValue:
    """Say what happens now, whoever asked."""
    return render_template("accounts/forgot.html", form=Form(), sent=True)
