"""Pages of the portal: for visitors, clients and buddies."""

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from klankbord.forms import load
from klankbord.permissions import STAFF, Role
from klankbord.plugin import NavItem
from klankbord.portal import services
from klankbord.portal.permissions import ENTER, HOME, READ_RULES, SPEAK
from klankbord.portal.schemas import LanguageSchema
from klankbord.web import context, needs

blueprint = Blueprint("portal", __name__, template_folder="templates")
NAV: tuple[NavItem, ...] = ()


@blueprint.get("/")
@needs(ENTER)
def front() -> ResponseReturnValue:
    """Say what this is and where to sign in; send on who is signed in."""
    roles = context().actor.roles
    if Role.ANONYMOUS in roles:
        return render_template("portal/front.html")
    return redirect(url_for("workspace.home" if roles & STAFF else "portal.home"), 303)


@blueprint.get("/start")
@needs(HOME)
def home() -> ResponseReturnValue:
    """Show what to do now, what was done with words, and who works with me."""
    return render_template("portal/home.html")


@blueprint.get("/wie-ziet-wat")
@needs(READ_RULES)
def who_sees() -> ResponseReturnValue:
    """Tell in plain words who sees which kind of words."""
    return render_template("portal/who_sees.html")


@blueprint.get("/taal")
@needs(SPEAK)
def language() -> ResponseReturnValue:
    """Offer the organisation's languages."""
    return render_template(
        "portal/language.html", next=_inside(request.args.get("next", ""))
    )


@blueprint.post("/taal")
@needs(SPEAK)
def speak() -> ResponseReturnValue:
    """Speak another language from now on, and go back to where the person was."""
    chosen = load(LanguageSchema())
    services.choose_language(context(), chosen["language"])
    session["language"] = chosen["language"]
    return redirect(_inside(chosen["next"]) or url_for("portal.front"), 303)


def _inside(path: str) -> str:
    """Return the path when it stays on this site, else nothing."""
    leaves = path[1:2] in {"/", "\\"} or any(ord(sign) < 33 for sign in path)
    return path if path.startswith("/") and not leaves else ""
