"""The administrator's page of colleagues, and of teams."""

from collections.abc import Callable
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_datetime, get_locale, gettext
from marshmallow import ValidationError

from klankbord.accounts.permissions import MANAGE_STAFF
from klankbord.accounts.roles import STAFF_TITLES
from klankbord.accounts.schemas import (
    ChangedSchema,
    EmptySchema,
    InvitedSchema,
    SearchSchema,
    TeamSchema,
)
from klankbord.accounts.services import staff as services
from klankbord.accounts.services.staff import ColleagueDetails, Search
from klankbord.accounts.views.blueprint import blueprint, wrong
from klankbord.context import NOT_FOUND, Context
from klankbord.errors import Conflict, Invalid, NotFound
from klankbord.forms import Form, FormInvalid, load
from klankbord.lists import (
    asked,
    beside,
    columns,
    csv_file,
    here,
    page_number,
    page_of,
    search,
)
from klankbord.web import context, needs


@blueprint.get("/medewerkers")
@needs(MANAGE_STAFF)
def staff() -> ResponseReturnValue:
    """List colleagues."""
    wish = _search()
    rows, total = services.list_staff(context(), wish)
    heads = columns(
        [
            (gettext("Name"), "name"),
            (gettext("E-mail address"), "email"),
            (gettext("Roles"), ""),
            (gettext("Team"), ""),
            (gettext("Last here"), ""),
            (gettext("State"), ""),
        ]
    )
    return render_template(
        "accounts/staff.html",
        form=Form(asked(context(), "text")),
        rows=rows,
        columns=heads,
        page=page_of(total),
        roles=_roles(),
        titles=STAFF_TITLES,
        csv_url=beside("accounts.staff_table"),
        filtered=bool(wish.text or wish.role or wish.state),
        here=here,
    )


@blueprint.post("/medewerkers")
@needs(MANAGE_STAFF)
def search_staff() -> ResponseReturnValue:
    """Narrow the list; the name that is looked for stays out of the address."""
    return search(context(), MANAGE_STAFF, "accounts.staff", "text")


@blueprint.get("/medewerkers.csv")
@needs(MANAGE_STAFF)
def staff_table() -> ResponseReturnValue:
    """Give the list as a table to take along."""
    head = [
        gettext("Name"),
        gettext("E-mail address"),
        gettext("Roles"),
        gettext("Team"),
        gettext("Last here"),
        gettext("State"),
    ]
    rows = [
        (
            row.name,
            row.email,
            ", ".join(gettext(title) for title in _titles(row.roles)),
            row.team,
            format_datetime(row.last_seen_at) if row.last_seen_at else "",
            gettext(_state(row.disabled, row.invited)),
        )
        for row in services.every_colleague(context(), _search())
    ]
    return csv_file(gettext("staff"), head, rows)


@blueprint.get("/medewerkers/nieuw")
@needs(MANAGE_STAFF)
def invite() -> ResponseReturnValue:
    """Ask who is to be invited."""
    return _invite_page(Form())


@blueprint.post("/medewerkers/nieuw")
@needs(MANAGE_STAFF)
def send_invitation() -> ResponseReturnValue:
    """Make the account and mail the link."""
    try:
        typed = load(InvitedSchema())
        services.invite_colleague(context(), typed["email"], typed["personal"])
    except FormInvalid as error:
        return _invite_page(error.form), 422
    except Invalid as error:
        return _invite_page(wrong(error, _typed())), 422
    flash(gettext("The invitation is on its way by e-mail."), "done")
    return redirect(url_for("accounts.staff"), 303)


@blueprint.get("/medewerkers/<uuid:account_id>")
@needs(MANAGE_STAFF, example={"account_id": "account"})
def colleague(account_id: UUID) -> ResponseReturnValue:
    """Show a colleague's roles and what can be done."""
    person = services.colleague(context(), account_id)
    return _colleague_page(person, Form(_values(person)))


@blueprint.post("/medewerkers/<uuid:account_id>")
@needs(MANAGE_STAFF, example={"account_id": "account"})
def change(account_id: UUID) -> ResponseReturnValue:
    """Change a colleague; when somebody else just did, show both."""
    ctx = context()
    person = services.colleague(ctx, account_id)
    try:
        typed = load(ChangedSchema())
        services.change_colleague(ctx, account_id, typed["version"], typed["personal"])
    except FormInvalid as error:
        return _colleague_page(person, error.form), 422
    except Conflict as error:
        form = Form(_typed(), {"": [error.message_id]})
        theirs = person if error.message_id == services.CHANGED else None
        return _colleague_page(person, form, theirs), 409
    flash(gettext("The changes are saved."), "done")
    return redirect(url_for("accounts.colleague", account_id=account_id), 303)


STEPS = {
    "opnieuw-uitnodigen": (services.invite_again, "invite_again"),
    "wachtwoord": (services.reset_password, "reset_password"),
    "tweede-stap": (services.reset_second_factor, "reset_factor"),
    "uitzetten": (services.disable, "disable"),
    "aanzetten": (services.enable, "enable"),
}


@blueprint.get("/medewerkers/<uuid:account_id>/<step>")
@needs(MANAGE_STAFF, example={"account_id": "account", "step": "wachtwoord"})
def ask_step(account_id: UUID, step: str) -> ResponseReturnValue:
    """Ask once more before a colleague notices something."""
    return render_template(
        "accounts/staff_step.html",
        person=services.colleague(context(), account_id),
        step=_step(step)[1],
    )


@blueprint.post("/medewerkers/<uuid:account_id>/<step>")
@needs(MANAGE_STAFF, example={"account_id": "account", "step": "wachtwoord"})
def do_step(account_id: UUID, step: str) -> ResponseReturnValue:
    """Do what was asked once more."""
    load(EmptySchema())
    _step(step)[0](context(), account_id)
    flash(gettext("This is done."), "done")
    return redirect(url_for("accounts.colleague", account_id=account_id), 303)


def _step(name: str) -> tuple[Callable[[Context, UUID], None], str]:
    if name not in STEPS:
        raise NotFound(NOT_FOUND)
    return STEPS[name]


@blueprint.get("/medewerkers/teams")
@needs(MANAGE_STAFF)
def teams() -> ResponseReturnValue:
    """Show the teams, each with its name to change."""
    return _teams_page(Form())


@blueprint.post("/medewerkers/teams")
@needs(MANAGE_STAFF)
def make_team() -> ResponseReturnValue:
    """Make a team."""
    return _name_team(None)


@blueprint.get("/medewerkers/teams/<uuid:team_id>")
@needs(MANAGE_STAFF, example={"team_id": "team"})
def team(team_id: UUID) -> ResponseReturnValue:
    """Ask for a team's other name."""
    name = services.team_name(context(), team_id)
    return render_template("accounts/team.html", name=name, form=Form({"name": name}))


@blueprint.post("/medewerkers/teams/<uuid:team_id>")
@needs(MANAGE_STAFF, example={"team_id": "team"})
def rename_team(team_id: UUID) -> ResponseReturnValue:
    """Give a team another name."""
    return _name_team(team_id)


def _name_team(team_id: UUID | None) -> ResponseReturnValue:
    try:
        typed = load(TeamSchema())
        services.name_team(context(), typed["name"].strip(), team_id)
    except FormInvalid as error:
        return _team_form(team_id, error.form), 422
    except Invalid as error:
        return _team_form(team_id, wrong(error, _typed())), 422
    flash(gettext("The team is saved."), "done")
    return redirect(url_for("accounts.teams"), 303)


def _team_form(team_id: UUID | None, form: Form) -> str:
    if team_id is None:
        return _teams_page(form)
    name = services.team_name(context(), team_id)
    return render_template("accounts/team.html", name=name, form=form)


def _teams_page(form: Form) -> str:
    rows = services.teams(context())
    heads = columns([(gettext("Name"), ""), (gettext("Colleagues"), "")])
    return render_template("accounts/teams.html", form=form, rows=rows, columns=heads)


def _invite_page(form: Form) -> str:
    return render_template(
        "accounts/invite_staff.html",
        form=form,
        roles=_roles(),
        teams=_teams(),
        days=_days(),
    )


def _colleague_page(
    person: ColleagueDetails, form: Form, theirs: ColleagueDetails | None = None
) -> str:
    return render_template(
        "accounts/colleague.html",
        person=person,
        form=form,
        theirs=theirs,
        their_roles=[gettext(title) for title in _titles(person.roles)],
        roles=_roles(),
        teams=_teams(),
        days=_days(),
    )


def _values(person: ColleagueDetails) -> dict[str, object]:
    return {
        "name": person.name,
        "roles": list(person.roles),
        "team_id": person.team_id or "",
        "phone": person.phone,
        "working_days": list(person.working_days),
    }


def _typed() -> dict[str, object]:
    several = {name: request.form.getlist(name) for name in ("roles", "working_days")}
    return {**request.form.to_dict(), **several}


def _search() -> Search:
    schema = SearchSchema()
    try:
        wish = schema.load(asked(context(), "text"))
    except ValidationError as error:
        wish = error.valid_data if isinstance(error.valid_data, dict) else {}
    return Search(**wish, page=page_number())


def _roles() -> list[tuple[str, str]]:
    return [(role.value, gettext(title)) for role, title in STAFF_TITLES.items()]


def _days() -> list[tuple[str, str]]:
    """Return the days of the week, Monday as 1, in the reader's language."""
    names = get_locale().days["format"]["wide"]
    return [(str(day + 1), names[day]) for day in range(7)]


def _titles(roles: tuple[str, ...]) -> list[str]:
    return [title for role, title in STAFF_TITLES.items() if role in roles]


def _teams() -> list[tuple[str, str]]:
    return [(str(team.id), team.name) for team in services.teams(context())]


def _state(disabled: bool, invited: bool) -> str:
    if disabled:
        return "Disabled"
    return "Invited" if invited else "Active"
