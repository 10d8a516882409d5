"""The page "Methodes": what each does, on or off, and what becomes of its data."""

from collections.abc import Iterable
from tempfile import TemporaryFile
from typing import IO

import orjson
from flask import (
    Blueprint,
    Response,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from marshmallow import Schema, ValidationError

from klankbord.errors import N_
from klankbord.forms import OUR_OWN, Form, messages
from klankbord.methods import services
from klankbord.methods.fields import draw, filled, listed
from klankbord.methods.permissions import CLEAR, SWITCH
from klankbord.methods.services import Method
from klankbord.plugin import Json, NavItem, installed_plugins
from klankbord.tenants.models import PluginState
from klankbord.web import context, needs

blueprint = Blueprint(
    "methods", __name__, url_prefix="/beheer/methodes", template_folder="templates"
)
NAV = (
    NavItem(N_("Methods"), "methods.index", SWITCH, "settings"),
    NavItem(N_("Erase methods"), "methods.frozen", CLEAR, "trash"),
)


@blueprint.get("/")
@needs(SWITCH)
def index() -> ResponseReturnValue:
    """List the methods that the organisation may use."""
    found = services.list_methods(context())
    return render_template("methods/index.html", methods=found, states=PluginState)


@blueprint.post("/<method>/aan")
@needs(SWITCH, example={"method": "samen_sterker"})
def switch_on(method: str) -> ResponseReturnValue:
    """Switch a method on."""
    services.switch_on(context(), method)
    flash(gettext("The method is on."))
    return redirect(url_for("methods.index"), 303)


@blueprint.get("/<method>/uit")
@needs(SWITCH, example={"method": "samen_sterker"})
def off(method: str) -> ResponseReturnValue:
    """Show what switching off will do."""
    found = services.find_method(context(), method)
    counted = services.preview(context(), method)
    return render_template("methods/off.html", method=found, preview=counted)


@blueprint.post("/<method>/uit")
@needs(SWITCH, example={"method": "samen_sterker"})
def switch_off(method: str) -> ResponseReturnValue:
    """Freeze a method."""
    services.switch_off(context(), method)
    flash(gettext("The method is off. Everything is kept."))
    return redirect(url_for("methods.index"), 303)


@blueprint.get("/<method>/instellingen")
@needs(SWITCH, example={"method": "samen_sterker"})
def settings(method: str) -> ResponseReturnValue:
    """Show the method's settings."""
    found = services.find_method(context(), method)
    schema = _schema(method)
    form = filled(schema, found.settings)
    return _settings_page(found, schema, form)


@blueprint.post("/<method>/instellingen")
@needs(SWITCH, example={"method": "samen_sterker"})
def change_settings(method: str) -> ResponseReturnValue:
    """Keep the settings, or say beside each field what is wrong."""
    found = services.find_method(context(), method)
    schema = _schema(method)
    typed = {name: value for name, value in request.form.items() if name not in OUR_OWN}
    version = typed.pop("version", "")
    try:
        loaded = schema.load(listed(schema, typed))
    except ValidationError as error:
        form = Form(typed, messages(error))
        return _settings_page(found, schema, form), 422
    read = int(version) if version.isdigit() else 0
    services.change_settings(context(), method, read, loaded)
    flash(gettext("The settings are saved."))
    return redirect(url_for("methods.index"), 303)


@blueprint.get("/uitgezet")
@needs(CLEAR)
def frozen() -> ResponseReturnValue:
    """List the methods that are off and still keep data."""
    found = [
        method
        for method in services.list_methods(context())
        if method.state is PluginState.FROZEN
    ]
    return render_template("methods/frozen.html", methods=found)


@blueprint.post("/<method>/export")
@needs(CLEAR, example={"method": "samen_sterker"})
def export(method: str) -> ResponseReturnValue:
    """Give everything the method kept as a file."""
    answer = Response(_written(services.export(context(), method)))
    answer.content_type = "application/json"
    answer.headers["Content-Disposition"] = f"attachment; filename={method}.json"
    return answer


def _written(kept: Iterable[Json]) -> IO[bytes]:
    """Return a nameless file with one client a line, so that none fills the memory.

    All is read, and logged, before the first byte leaves: what breaks gives no half
    file. Closing the answer removes it.
    """
    file = TemporaryFile()  # noqa: SIM115 - the answer closes it
    try:
        file.write(b"[")
        for number, client in enumerate(kept):
            file.write(b",\n" if number else b"\n")
            file.write(orjson.dumps(client))
        file.write(b"\n]\n")
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return file


@blueprint.get("/<method>/wissen")
@needs(CLEAR, example={"method": "samen_sterker"})
def erase_form(method: str) -> ResponseReturnValue:
    """Ask once more before everything is gone."""
    found = services.find_method(context(), method)
    counted = services.preview(context(), method)
    return render_template("methods/erase.html", method=found, preview=counted)


@blueprint.post("/<method>/wissen")
@needs(CLEAR, example={"method": "samen_sterker"})
def erase(method: str) -> ResponseReturnValue:
    """Erase everything the method kept."""
    services.erase(context(), method)
    flash(gettext("Everything of this method is erased."))
    return redirect(url_for("methods.frozen"), 303)


def _schema(method: str) -> Schema:
    declared = installed_plugins()[method].settings
    return declared() if declared else Schema()


def _settings_page(method: Method, schema: Schema, form: Form) -> str:
    fields = draw(schema)
    return render_template(
        "methods/settings.html",
        method=method,
        fields=fields,
        labels={field.name: gettext(field.label) for field in fields},
        form=form,
    )
