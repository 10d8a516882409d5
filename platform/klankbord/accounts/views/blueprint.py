"""The blueprint of all pages of accounts, and what they share."""

import re
import time
from typing import Any

from flask import Blueprint, current_app, flash, g, request, session
from flask_babel import format_datetime, gettext
from flask_limiter import Limiter
from flask_login import login_user
from werkzeug.exceptions import HTTPException

from klankbord.accounts.services import sign_in
from klankbord.errors import Invalid
from klankbord.forms import Form
from klankbord.permissions import STAFF
from klankbord.web import context

blueprint = Blueprint("accounts", __name__, template_folder="../templates")
GUESSES = "60 per minute"


def _tenant_and_address() -> str:
    return f"{g.tenant.id}|{request.remote_addr}"


# What stops a guesser is counted in PostgreSQL; this keeps a flood from our door. It
# may fail: without Valkey everybody still signs in.
limiter = Limiter(_tenant_and_address, swallow_errors=True, headers_enabled=False)


class SignedIn:
    """What Flask-Login wants of a user; its id is the session's token."""

    is_active = True
    is_authenticated = True
    is_anonymous = False

    def __init__(self, token: str) -> None:
        self._token = token

    def get_id(self) -> str:
        """Return the token that the cookie carries."""
        return self._token


def enter(token: str) -> None:
    """Give the browser the token of its new session, and nothing of before."""
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language
    login_user(SignedIn(token))


def tell_of_links(account_id: Any) -> None:  # noqa: ANN401 - an account's id
    """Show the person when and why links of the operator were used."""
    for used_at, reason in sign_in.links_to_tell(context(), account_id):
        flash(
            gettext(
                "On %(moment)s somebody signed in as you with a link of the"
                " administrators of Klankbord. Reason: %(reason)s",
                moment=format_datetime(used_at, "d MMMM yyyy HH:mm"),
                reason=reason,
            ),
            "soon",
        )


def put_by(name: str, minutes: int, **values: str) -> None:
    """Remember a step for a few minutes in the browser's signed cookie."""
    session[name] = {**values, "until": int(time.time()) + minutes * 60}


def take_up(name: str) -> dict[str, str] | None:
    """Return a step that was put by, while its time lasts."""
    step = session.get(name)
    if not isinstance(step, dict) or step.get("until", 0) < time.time():
        session.pop(name, None)
        return None
    return step


def layout() -> str:
    """Return the layout for who is looking: staff, or clients and visitors."""
    return (
        "layouts/staff.html" if context().actor.roles & STAFF else "layouts/portal.html"
    )


def wrong(error: Invalid, values: dict[str, Any] | None = None) -> Form:
    """Return the form with what a service refused about it."""
    fields = {name: [message] for name, message in error.fields.items()}
    return Form(values or {}, fields or {"": [error.message_id]})


def inside(path: str) -> str:
    """Return the path when it stays on this site, else nothing."""
    leaves = path[1:2] in {"/", "\\"} or any(ord(sign) < 33 for sign in path)
    return path if path.startswith("/") and not leaves else ""


def is_for_staff(path: str) -> bool:
    """Say whether a path leads to a page of staff."""
    try:
        endpoint, _ = current_app.create_url_adapter(request).match(  # type: ignore[union-attr]  # never None in a request
            path.partition("?")[0]
        )
    except HTTPException:
        return False
    permission = current_app.view_functions[endpoint].__dict__.get("permission")
    return permission is not None and permission.audience == "staff"


_BROWSERS = (
    ("Edg", "Edge"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


def device_name() -> str:
    """Return what the browser calls itself, short enough to recognise it by."""
    agent = request.user_agent.string
    found = [
        next((name for mark, name in names if re.search(mark, agent)), "")
        for names in (_BROWSERS, _SYSTEMS)
    ]
    return " · ".join(part for part in found if part)
