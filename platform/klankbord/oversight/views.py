"""Pages of the privacy officer."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_datetime, gettext
from marshmallow import EXCLUDE, ValidationError

from klankbord.audit.models import Ground
from klankbord.audit.words import ACTIONS, CATEGORIES, GROUNDS_FOR_STAFF, ROLES
from klankbord.errors import N_, Conflict, Invalid
from klankbord.forms import Form, FormInvalid, load, messages, refused
from klankbord.lists import (
    MOST_SEARCHED,
    PER_PAGE,
    asked,
    columns,
    csv_file,
    here,
    page_number,
    page_of,
    search,
)
from klankbord.oversight.erasing import erase, find_people, preview_erasure
from klankbord.oversight.permissions import REVIEW_LOG
from klankbord.oversight.schemas import EraseSchema, LogSchema
from klankbord.oversight.services import Entry, Wish, review_log
from klankbord.people.words import KINDS
from klankbord.plugin import NavItem
from klankbord.privacy.permissions import ERASE
from klankbord.web import context, needs

blueprint = Blueprint("oversight", __name__, template_folder="templates")
NAV = (
    NavItem(N_("Access log"), "oversight.log", REVIEW_LOG, "eye"),
    NavItem(N_("Erase a person"), "oversight.find_person", ERASE, "trash"),
)
PERIOD = timedelta(days=7)
MOMENT = "d MMM y, HH:mm:ss"
MOST_DOWNLOADED = 100_000
ERASED = N_("Everything about this person is erased. The log says that you did it.")


@blueprint.get("/logboek")
@needs(REVIEW_LOG)
def log() -> ResponseReturnValue:
    """Show who did what with whose data, in a period."""
    typed = {name: value for name, value in asked(context(), "name").items() if value}
    errors: dict[str, list[str]] = {}
    narrowed: dict[str, Any] = {}
    try:
        narrowed = LogSchema(unknown=EXCLUDE).load(typed)
    except ValidationError as error:
        errors = messages(error)
    today = context().tenant.today()
    wish = Wish(**({"since": today - PERIOD, "until": today} | narrowed))
    if typed.get("as") == "csv" and not errors:
        entries, _ = review_log(context(), wish, first=1, most=MOST_DOWNLOADED)
        rows = (_line(entry, in_file=True) for entry in entries)
        return csv_file("logboek", [*_heads()], rows)
    entries, total = review_log(
        context(), wish, first=(page_number() - 1) * PER_PAGE + 1, most=PER_PAGE
    )
    shown = {"since": wish.since.isoformat(), "until": wish.until.isoformat()} | typed
    page = render_template(
        "oversight/log.html",
        lines=[(entry, _line(entry)) for entry in entries],
        form=Form(shown, errors),
        grounds=[
            (ground.value, gettext(GROUNDS_FOR_STAFF[ground])) for ground in Ground
        ],
        columns=columns([(head, "") for head in _heads()]),
        page=page_of(total),
        csv_url=here(**{"as": "csv"}),
        narrow=lambda **to: here(**to, page="1"),
    )
    return page, 422 if errors else 200


@blueprint.post("/logboek")
@needs(REVIEW_LOG)
def search_log() -> ResponseReturnValue:
    """Narrow the log; the name that is looked for stays out of the address."""
    return search(context(), REVIEW_LOG, "oversight.log", "name")


def _heads() -> tuple[str, ...]:
    return (
        gettext("When"),
        gettext("Who"),
        gettext("As"),
        gettext("Whose data"),
        gettext("What was done"),
        gettext("Kind of data"),
        gettext("Ground"),
    )


def _line(entry: Entry, *, in_file: bool = False) -> tuple[str, ...]:
    role = gettext(ROLES[entry.role])
    if entry.on_behalf_of:
        role = gettext("%(role)s, for %(name)s", role=role, name=entry.on_behalf_of)
    at = entry.at.astimezone(context().tenant.time_zone).replace(tzinfo=None)
    return (
        at.isoformat(" ", "seconds") if in_file else format_datetime(at, MOMENT),
        entry.account,
        role,
        entry.client,
        gettext(ACTIONS[entry.action]),
        gettext(CATEGORIES[entry.category]),
        gettext(GROUNDS_FOR_STAFF[entry.ground]),
    )


@blueprint.get("/wissen")
@needs(ERASE)
def find_person() -> ResponseReturnValue:
    """Ask for the family name of who asked to be erased."""
    return render_template("oversight/find_person.html", form=Form())


@blueprint.post("/wissen")
@needs(ERASE)
def find() -> ResponseReturnValue:
    """Show who has this family name, at an address that does not hold it."""
    name = request.form.get("name", "")[:MOST_SEARCHED]
    return render_template(
        "oversight/find_person.html",
        form=Form({"name": name}),
        searched=bool(name.strip()),
        found=find_people(context(), name),
        kinds=KINDS,
    )


@blueprint.get("/wissen/<uuid:client_id>")
@needs(ERASE, example={"client_id": "client"})
def ask_erase(client_id: UUID) -> ResponseReturnValue:
    """Show what goes and what stays, and ask for the name to confirm."""
    return _erase_page(client_id, Form())


@blueprint.post("/wissen/<uuid:client_id>")
@needs(ERASE, example={"client_id": "client"})
def erase_one(client_id: UUID) -> ResponseReturnValue:
    """Erase everything about the person."""
    try:
        typed = load(EraseSchema())
        erase(context(), client_id, typed["name"])
    except FormInvalid as error:
        return _erase_page(client_id, error.form), 422
    except Invalid as error:
        return _erase_page(client_id, refused({"name": typed["name"]}, error)), 422
    except Conflict:
        return _erase_page(client_id, Form()), 409
    flash(gettext(ERASED), "done")
    return redirect(url_for("oversight.find_person"), 303)


def _erase_page(client_id: UUID, form: Form) -> str:
    return render_template(
        "oversight/erase.html",
        erasure=preview_erasure(context(), client_id),
        form=form,
        kinds=KINDS,
    )
