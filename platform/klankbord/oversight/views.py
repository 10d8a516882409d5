"""Pages of the privacy officer."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from marshmallow import EXCLUDE, ValidationError

from klankbord.audit.models import Ground
from klankbord.audit.words import ACTIONS, CATEGORIES, GROUNDS_FOR_STAFF, ROLES
from klankbord.errors import N_
from klankbord.forms import Form, messages
from klankbord.lists import PER_PAGE, columns, csv_file, here, page_number, page_of
from klankbord.oversight.permissions import REVIEW_LOG
from klankbord.oversight.schemas import LogSchema
from klankbord.oversight.services import Entry, Wish, review_log
from klankbord.plugin import NavItem
from klankbord.web import context, needs

blueprint = Blueprint("oversight", __name__, template_folder="templates")
NAV = (NavItem(N_("Access log"), "oversight.log", REVIEW_LOG, "eye"),)
PERIOD = timedelta(days=7)
MOST_DOWNLOADED = 100_000


@blueprint.get("/logboek")
@needs(REVIEW_LOG)
def log() -> ResponseReturnValue:
    """Show who did what with whose data, in a period."""
    typed = {name: value for name, value in request.args.items() if value}
    errors: dict[str, list[str]] = {}
    asked: dict[str, Any] = {}
    try:
        asked = LogSchema(unknown=EXCLUDE).load(typed)
    except ValidationError as error:
        errors = messages(error)
    today = context().tenant.today()
    wish = Wish(**({"since": today - PERIOD, "until": today} | asked))
    if typed.get("as") == "csv" and not errors:
        entries, _ = review_log(context(), wish, first=1, most=MOST_DOWNLOADED)
        return csv_file("logboek", [*_heads()], map(_line, entries))
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


def _line(entry: Entry) -> tuple[str, ...]:
    role = gettext(ROLES[entry.role])
    if entry.on_behalf_of:
        role = gettext("%(role)s, for %(name)s", role=role, name=entry.on_behalf_of)
    at = entry.at.astimezone(context().tenant.time_zone)
    return (
        at.strftime("%Y-%m-%d %H:%M:%S"),
        entry.account,
        role,
        entry.client,
        gettext(ACTIONS[entry.action]),
        gettext(CATEGORIES[entry.category]),
        gettext(GROUNDS_FOR_STAFF[entry.ground]),
    )
