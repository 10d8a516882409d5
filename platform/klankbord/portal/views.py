"""Pages of the portal: for visitors, clients and buddies."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from flask import (
    Blueprint,
    Response,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from marshmallow import EXCLUDE, ValidationError

from klankbord.accounts.views.blueprint import inside
from klankbord.actions.services import agreements_of, mark_seen
from klankbord.audit.words import ACTIONS, GROUNDS, ROLES, YOURS
from klankbord.context import NOT_FOUND
from klankbord.errors import N_, NotFound
from klankbord.forms import Form, load, messages
from klankbord.i18n import speaking
from klankbord.people.models import Purpose
from klankbord.people.permissions import CONSENT
from klankbord.people.services import give_consent
from klankbord.people.words import PURPOSES
from klankbord.permissions import STAFF, Role
from klankbord.plugin import NavItem
from klankbord.portal import services
from klankbord.portal.calendar import calendar_file
from klankbord.portal.consents import own_consents
from klankbord.portal.home import (
    Home,
    buddy_home,
    home_of,
    own_meeting,
    who_works_with_me,
)
from klankbord.portal.log import MOST_LINES, who_looked
from klankbord.portal.permissions import ENTER, HOME, OWN, READ_RULES, SPEAK
from klankbord.portal.rules import rules_of
from klankbord.portal.schemas import (
    ConsentSchema,
    LanguageSchema,
    PeriodSchema,
    SeenSchema,
)
from klankbord.tasks.todo import todos
from klankbord.tenants.texts import own_paragraphs
from klankbord.web import context, needs

blueprint = Blueprint("portal", __name__, template_folder="templates")
NAV: tuple[NavItem, ...] = (
    NavItem(N_("My agreements"), "portal.agreements", OWN, "handshake"),
    NavItem(N_("Who works with me"), "portal.workers", OWN, "users"),
    NavItem(N_("What I say yes or no to"), "portal.consent", CONSENT, "hand"),
    NavItem(N_("Who looked at my data"), "portal.log", OWN, "eye"),
    NavItem(N_("My data"), "portal.data", OWN, "file-text"),
    NavItem(N_("My devices"), "accounts.devices", HOME, "smartphone"),
)
PERIOD = timedelta(days=90)
EXPLAINED = {
    Purpose.MAIL: N_("May we send you e-mail when there is something new for you?"),
    Purpose.BUDDY: N_("May a buddy know your name and telephone number?"),
    Purpose.STORY: N_("May we tell your story to others? We ask again each time."),
    Purpose.PHOTO: N_("May we use a photo of you? We ask again each time."),
    Purpose.RESEARCH: N_("May researchers use your answers? Never with your name."),
}
# What a parent with custody decides along for a child: title and explanation.
FOR_CHILD = {
    Purpose.BUDDY: (
        N_("A buddy, for %(name)s"),
        N_("May a buddy know the name and telephone number of %(name)s?"),
    ),
    Purpose.STORY: (
        N_("Telling the story of %(name)s"),
        N_("May we tell the story of %(name)s to others? We ask again each time."),
    ),
    Purpose.PHOTO: (
        N_("A photo of %(name)s"),
        N_("May we use a photo of %(name)s? We ask again each time."),
    ),
    Purpose.RESEARCH: (
        N_("Research, for %(name)s"),
        N_("May researchers use the answers of %(name)s? Never with a name."),
    ),
}


@blueprint.get("/")
@needs(ENTER)
def front() -> ResponseReturnValue:
    """Say what this is and where to sign in; send on who is signed in."""
    roles = context().actor.roles
    if Role.ANONYMOUS in roles:
        facts, language = context().tenant, speaking()[0]
        return render_template(
            "portal/front.html",
            welcome=own_paragraphs(facts, "welcome", language),
            no_invitation=own_paragraphs(facts, "no_invitation", language),
        )
    return redirect(url_for("workspace.home" if roles & STAFF else "portal.home"), 303)


@blueprint.get("/start")
@needs(HOME)
def home() -> ResponseReturnValue:
    """Show what to do now, what was done with words, and who works with me."""
    ctx = context()
    if ctx.actor.client_id is None:
        buddy = buddy_home(ctx)
        return render_template(
            "portal/buddy_home.html",
            greeting=_greeting(buddy.name),
            todos=todos(buddy.tasks),
        )
    mine = home_of(ctx)
    formal = speaking()[1] and mine.salutation
    return render_template(
        "portal/home.html",
        home=mine,
        greeting=_greeting(mine.salutation if formal else mine.given_name),
        agreements_title=_agreements_title(mine),
        todos=todos(mine.tasks),
    )


@blueprint.get("/afspraken")
@needs(OWN)
def agreements() -> ResponseReturnValue:
    """Show all that was agreed, what became of it, and what is new."""
    ctx = context()
    if ctx.actor.client_id is None:
        raise NotFound(NOT_FOUND)
    return render_template(
        "portal/agreements.html", agreements=agreements_of(ctx, ctx.actor.client_id)
    )


@blueprint.post("/afspraken/gelezen")
@needs(OWN)
def see() -> ResponseReturnValue:
    """Remember that the client read the news."""
    read = load(SeenSchema())
    mark_seen(context(), read["seen"])
    return redirect(inside(read["next"]) or url_for("portal.home"), 303)


@blueprint.get("/wie-werkt-met-mij")
@needs(OWN)
def workers() -> ResponseReturnValue:
    """Show who works with me, when, and who helps when that person is away."""
    return render_template("portal/workers.html", working=who_works_with_me(context()))


@blueprint.get("/wie-werkt-met-mij/<uuid:appointment_id>.ics")
@needs(OWN, example={"appointment_id": "appointment"})
def calendar(appointment_id: UUID) -> ResponseReturnValue:
    """Give an appointment as a file for the calendar of one's own phone."""
    meeting = own_meeting(context(), appointment_id)
    body = calendar_file(meeting, gettext("An appointment"))
    file = Response(body, mimetype="text/calendar")
    file.headers["Content-Disposition"] = 'attachment; filename="agenda.ics"'
    return file


@blueprint.get("/wie-ziet-wat")
@needs(READ_RULES)
def who_sees() -> ResponseReturnValue:
    """Tell in plain words who sees which kind of words."""
    rules = [
        (gettext(rule.what), gettext(rule.sees), gettext(rule.never))
        for rule in rules_of(context().tenant)
    ]
    return render_template("portal/who_sees.html", rules=rules)


@blueprint.get("/wie-keek")
@needs(OWN)
def log() -> ResponseReturnValue:
    """Show who looked at my data, in a period."""
    today = context().tenant.today()
    asked: dict[str, Any] = {"since": today - PERIOD, "until": today, "own": False}
    typed = request.args.to_dict()
    errors: dict[str, list[str]] = {}
    try:
        asked |= PeriodSchema(unknown=EXCLUDE).load(
            {name: value for name, value in typed.items() if value}
        )
    except ValidationError as error:
        errors = messages(error)
    lines = who_looked(context(), asked["since"], asked["until"], own=asked["own"])
    shown = {
        "since": typed.get("since") or asked["since"].isoformat(),
        "until": typed.get("until") or asked["until"].isoformat(),
        "own": typed.get("own"),
    }
    page = render_template(
        "portal/log.html",
        lines=lines,
        most=MOST_LINES,
        form=Form(shown, errors),
        actions=ACTIONS,
        categories=YOURS,
        grounds=GROUNDS,
        roles=ROLES,
    )
    return page, 422 if errors else 200


@blueprint.get("/toestemming")
@needs(CONSENT)
def consent() -> ResponseReturnValue:
    """Show what the client said yes or no to, and let it be said anew."""
    return render_template(
        "portal/consent.html",
        people=own_consents(context()),
        purposes=PURPOSES,
        explained=EXPLAINED,
        for_child=FOR_CHILD,
    )


@blueprint.post("/toestemming")
@needs(CONSENT)
def say() -> ResponseReturnValue:
    """Write down a yes or a no; help never depends on it."""
    said = load(ConsentSchema())
    give_consent(context(), said["client_id"], said["purpose"], said["granted"])
    flash(gettext("We wrote down your choice. You may change it at any time."), "done")
    return redirect(url_for("portal.consent"), 303)


@blueprint.get("/mijn-gegevens")
@needs(OWN)
def data() -> ResponseReturnValue:
    """Tell what is kept, and offer it as a download."""
    return render_template("portal/data.html")


@blueprint.post("/mijn-gegevens")
@needs(OWN)
def download() -> ResponseReturnValue:
    """Give everything about me as one file."""
    everything = services.own_data(context())
    body = orjson.dumps(everything, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)
    file = Response(body, mimetype="application/json")
    file.headers["Content-Disposition"] = 'attachment; filename="mijn-gegevens.json"'
    return file


@blueprint.get("/taal")
@needs(SPEAK)
def language() -> ResponseReturnValue:
    """Offer the organisation's languages."""
    return render_template(
        "portal/language.html", next=inside(request.args.get("next", ""))
    )


@blueprint.post("/taal")
@needs(SPEAK)
def speak() -> ResponseReturnValue:
    """Speak another language from now on, and go back to where the person was."""
    chosen = load(LanguageSchema())
    services.choose_language(context(), chosen["language"])
    session["language"] = chosen["language"]
    return redirect(inside(chosen["next"]) or url_for("portal.front"), 303)


def _greeting(name: str) -> str:
    hour = datetime.now(context().tenant.time_zone).hour
    if hour < 6 or hour >= 18:
        return str(gettext("Good evening %(name)s", name=name))
    if hour < 12:
        return str(gettext("Good morning %(name)s", name=name))
    return str(gettext("Good afternoon %(name)s", name=name))


def _agreements_title(mine: Home) -> str:
    owners = {row.owner for row in mine.agreements if row.owner}
    if len(owners) == 1:
        name = owners.pop().split(maxsplit=1)[0]
        return str(gettext("What does %(name)s do with your answer?", name=name))
    return str(gettext("What do we do with your answer?"))
