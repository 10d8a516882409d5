"""Pages of the portal: for visitors, clients and buddies."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klankbord.permissions import STAFF, Role
from klankbord.portal.permissions import ENTER, HOME
from klankbord.web import context, needs

blueprint = Blueprint("portal", __name__, template_folder="templates")


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
