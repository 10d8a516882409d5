"""One page: what I wrote, and a field to write more."""

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields, validate

from klankbord.forms import Form, FormInvalid, load
from klankbord.web import context, needs
from klankbord_visitor_book import services
from klankbord_visitor_book.permissions import WRITE

blueprint = Blueprint("visitor_book", __name__, template_folder="templates")


class EntryForm(Schema):
    """What somebody writes."""

    words = fields.String(required=True, validate=validate.Length(1, 500))


@blueprint.get("/gastenboek")
@needs(WRITE)
def book() -> ResponseReturnValue:
    """Show the client's own entries."""
    return _page(Form())


@blueprint.post("/gastenboek")
@needs(WRITE)
def write() -> ResponseReturnValue:
    """Add an entry, or show what was typed with what is wrong."""
    try:
        typed = load(EntryForm())
    except FormInvalid as error:
        return _page(error.form), 422
    services.write(context(), typed["words"])
    return redirect(url_for("visitor_book.book"), 303)


def _page(form: Form) -> str:
    entries = services.read_own(context())
    return render_template("visitor_book/book.html", entries=entries, form=form)
