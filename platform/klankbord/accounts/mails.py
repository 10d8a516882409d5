"""The mails of accounts: neutral, without names, each secret made while writing."""

from uuid import UUID

from flask_babel import gettext

from klankbord.accounts.models import SignInCode, SignInLink
from klankbord.accounts.tokens import fresh_code, link_token
from klankbord.context import Context
from klankbord.db import now
from klankbord.errors import N_
from klankbord.plugin import Json, Mail, MailKind

IF_NOT_YOU = N_("Was this not you? Tell an administrator of your organisation today.")


def _with_link(
    ctx: Context, values: Json, subject: str, sentences: tuple[str, ...]
) -> Mail | None:
    link_id = UUID(values["link_id"])
    link = ctx.session.get(SignInLink, (ctx.tenant_id, link_id))
    if link is None or link.used_at is not None or link.expires_at <= now():
        return None
    return Mail(
        subject=subject,
        sentences=sentences,
        button=gettext("Choose a password"),
        url=f"/u/{link_token(ctx.tenant_id, link_id)}",
    )


def write_set_up(ctx: Context, values: Json) -> Mail | None:
    """Invite a colleague to choose a password."""
    return _with_link(
        ctx,
        values,
        gettext("Your account is ready"),
        (
            gettext("A colleague made an account for you."),
            gettext("Choose a password with the button below."),
            gettext("Keep your phone at hand: you also set up an app for codes."),
            gettext("The link works for seven days."),
        ),
    )


def write_password_reset(ctx: Context, values: Json) -> Mail | None:
    """Tell that an administrator reset the password."""
    return _with_link(
        ctx,
        values,
        gettext("Your password was reset"),
        (
            gettext("An administrator of your organisation reset your password."),
            gettext("Choose a new one with the button below."),
            gettext("The link works for seven days."),
            gettext("Did you not ask for this? Call your administrator."),
        ),
    )


def write_new_password(ctx: Context, values: Json) -> Mail | None:
    """Bring the link that was asked for."""
    return _with_link(
        ctx,
        values,
        gettext("A new password"),
        (
            gettext("You asked for a new password."),
            gettext("The link works for one hour."),
            gettext("Did you not ask for this? Then you need to do nothing."),
        ),
    )


def write_code(ctx: Context, values: Json) -> Mail | None:
    """Bring a fresh code."""
    code_id = UUID(values["code_id"])
    code = ctx.session.get(SignInCode, (ctx.tenant_id, code_id))
    if code is None or code.used_at is not None or code.expires_at <= now():
        return None
    return Mail(
        subject=gettext("Your code"),
        sentences=(
            gettext("This is the code that you asked for."),
            gettext("It works for ten minutes."),
            gettext("Did you not ask for a code? Then you need to do nothing."),
        ),
        code=fresh_code(ctx.tenant_id, code_id),
    )


def write_password_changed(_ctx: Context, _values: Json) -> Mail:
    """Tell that the password was changed."""
    return Mail(
        subject=gettext("Your password was changed"),
        sentences=(
            gettext("The password of your account was changed."),
            gettext(IF_NOT_YOU),
        ),
    )


def write_factor_changed(_ctx: Context, _values: Json) -> Mail:
    """Tell that the second step or the recovery codes were changed."""
    return Mail(
        subject=gettext("Your second step was changed"),
        sentences=(
            gettext("The app or the recovery codes of your account were changed."),
            gettext(IF_NOT_YOU),
        ),
    )


def write_factor_reset(_ctx: Context, _values: Json) -> Mail:
    """Tell that an administrator reset the second step."""
    return Mail(
        subject=gettext("Your second step was reset"),
        sentences=(
            gettext("An administrator of your organisation reset your second step."),
            gettext("Set up an app again when you sign in."),
            gettext("Did you not ask for this? Call your administrator."),
        ),
    )


MAILS = (
    MailKind("accounts.set_up", write_set_up, title=N_("A new account")),
    MailKind(
        "accounts.password_reset",
        write_password_reset,
        at_any_hour=True,
        title=N_("A forgotten password"),
    ),
    MailKind(
        "accounts.new_password",
        write_new_password,
        at_any_hour=True,
        title=N_("A password that has to be chosen anew"),
    ),
    MailKind(
        "accounts.code", write_code, at_any_hour=True, title=N_("A code to sign in")
    ),
    MailKind(
        "accounts.password_changed",
        write_password_changed,
        at_any_hour=True,
        title=N_("A changed password"),
    ),
    MailKind(
        "accounts.factor_changed",
        write_factor_changed,
        at_any_hour=True,
        title=N_("A changed second step"),
    ),
    MailKind(
        "accounts.factor_reset",
        write_factor_reset,
        at_any_hour=True,
        title=N_("A second step that was reset"),
    ),
)
