"""The admin's pages "Uiterlijk", "Teksten" and "Organisatie"."""

import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from marshmallow import Schema

from klankbord.context import Context
from klankbord.errors import N_, Invalid, Overtaken
from klankbord.forms import Form, FormInvalid, beside, load, refused
from klankbord.i18n import LANGUAGE_NAMES
from klankbord.organisation import services
from klankbord.organisation.permissions import CHANGE
from klankbord.organisation.schemas import (
    COLOURS,
    TIME_ZONES,
    FactsSchema,
    LookSchema,
    TextsSchema,
)
from klankbord.pages import PHONE_TITLES
from klankbord.plugin import NavItem
from klankbord.tenants.image import LARGEST_BYTES
from klankbord.tenants.texts import PLACEHOLDERS, TEXTS
from klankbord.tenants.theme import (
    FONTS,
    HEADING_FONTS,
    RADII,
    TITLES,
    Theme,
    ThemeFault,
    ThemeInvalid,
)
from klankbord.web import context, needs

blueprint = Blueprint(
    "organisation", __name__, url_prefix="/beheer", template_folder="templates"
)
NAV = (
    NavItem(N_("Organisation"), "organisation.facts", CHANGE, "building"),
    NavItem(N_("Look"), "organisation.look", CHANGE, "eye"),
    NavItem(N_("Texts"), "organisation.texts", CHANGE, "file-text"),
)
FACTS = {
    "name": N_("Name"),
    "address_form": N_("How do you address people?"),
    "languages": N_("Languages of the portal"),
    "phone_numbers": N_("Telephone numbers"),
    "time_zone": N_("Time zone"),
    "parents_read_young": N_("Parents may read the answers of a child under 12"),
}
TEXT_TITLES = {text.name: text.title for text in TEXTS}
SAVED = N_("It is saved. Everybody sees it from now on.")

Page = Callable[[Form], str]
Change = Callable[[Context, int, dict[str, Any]], None]


class _FormWrong(Exception):
    """A change is refused, with words beside the fields that are already translated."""

    def __init__(self, errors: Mapping[str, list[str]]) -> None:
        super().__init__("form wrong")
        self.errors = errors


@blueprint.get("/uiterlijk")
@needs(CHANGE)
def look() -> ResponseReturnValue:
    """Show the colours, the corners, the font and the logo."""
    return _look_page(Form(services.read_look(context())))


@blueprint.post("/uiterlijk")
@needs(CHANGE)
def change_look() -> ResponseReturnValue:
    """Keep the look, or name beside each colour what can't be read."""
    return _answer(LookSchema(), _change_look, _look_page, "organisation.look")


@blueprint.post("/uiterlijk/logo")
@needs(CHANGE)
def change_logo() -> ResponseReturnValue:
    """Make the logo anew from an uploaded image."""
    try:
        services.change_logo(context(), _uploaded())
    except Invalid as error:
        wrong = refused(services.read_look(context()), error)
        return _look_page(wrong), error.status
    flash(gettext(SAVED), "done")
    return redirect(url_for("organisation.look"), 303)


@blueprint.get("/uiterlijk/standaard")
@needs(CHANGE)
def ask_reset() -> ResponseReturnValue:
    """Say what going back to the first colours does."""
    return render_template("organisation/reset.html")


@blueprint.post("/uiterlijk/standaard")
@needs(CHANGE)
def reset_look() -> ResponseReturnValue:
    """Go back to the first colours."""
    services.reset_look(context())
    flash(gettext(SAVED), "done")
    return redirect(url_for("organisation.look"), 303)


@blueprint.get("/uiterlijk/logo/weghalen")
@needs(CHANGE)
def ask_remove_logo() -> ResponseReturnValue:
    """Say what taking away the logo does."""
    return render_template("organisation/remove_logo.html")


@blueprint.post("/uiterlijk/logo/weghalen")
@needs(CHANGE)
def remove_logo() -> ResponseReturnValue:
    """Take away the logo."""
    services.remove_logo(context())
    flash(gettext(SAVED), "done")
    return redirect(url_for("organisation.look"), 303)


@blueprint.get("/teksten")
@needs(CHANGE)
def texts() -> ResponseReturnValue:
    """Show the organisation's own texts."""
    return _texts_page(Form(services.read_texts(context())))


@blueprint.post("/teksten")
@needs(CHANGE)
def change_texts() -> ResponseReturnValue:
    """Keep the texts, or say beside each what is wrong."""
    return _answer(
        TextsSchema(), services.change_texts, _texts_page, "organisation.texts"
    )


@blueprint.get("/organisatie")
@needs(CHANGE)
def facts() -> ResponseReturnValue:
    """Show the facts of the organisation."""
    return _facts_page(Form(services.read_facts(context())))


@blueprint.post("/organisatie")
@needs(CHANGE)
def change_facts() -> ResponseReturnValue:
    """Keep the facts, or say beside each what is wrong."""
    return _answer(FactsSchema(), _change_facts, _facts_page, "organisation.facts")


def _answer(
    schema: Schema, change: Change, page: Page, endpoint: str
) -> ResponseReturnValue:
    """Change and go on, or show the form again with everything that was typed."""
    try:
        values = load(schema)
    except FormInvalid as error:
        return page(error.form), 422
    version = values.pop("version")
    try:
        change(context(), version, values)
    except _FormWrong as wrong:
        return page(Form({**values, "version": version}, wrong.errors)), 422
    except Invalid as error:
        return page(refused({**values, "version": version}, error)), error.status
    except Overtaken as error:
        return page(beside(values, error)), error.status
    flash(gettext(SAVED), "done")
    return redirect(url_for(endpoint), 303)


def _uploaded() -> bytes:
    upload = request.files.get("logo")
    if upload is None:
        return b""
    # One byte past the limit is enough to know; no more of it is read.
    with closing(upload.stream) as stream:
        return stream.read(LARGEST_BYTES + 1)


def _change_look(ctx: Context, version: int, values: dict[str, Any]) -> None:
    try:
        services.change_look(ctx, version, services.theme_of(values))
    except ThemeInvalid as error:
        raise _FormWrong(_beside_fields(error.faults)) from error


def _change_facts(ctx: Context, version: int, values: dict[str, Any]) -> None:
    keys = {gettext(title).casefold(): key for key, title in PHONE_TITLES.items()}
    lines = _renamed(values["phone_numbers"], keys)
    services.change_facts(ctx, version, {**values, "phone_numbers": lines})


def _renamed(lines: str, names: Mapping[str, str]) -> str:
    """Return lines such as "Reception: 088 000 10 00" with other names in front."""
    parts = [line.rpartition(":") for line in lines.splitlines()]
    return "\n".join(
        f"{names.get(whose.strip().casefold(), whose)}{colon}{number}"
        for whose, colon, number in parts
    )


def _with_titles(
    values: Mapping[str, Any], titles: Mapping[str, str]
) -> Mapping[str, Any]:
    lines = values.get("phone_numbers")
    return (
        {**values, "phone_numbers": _renamed(lines, titles)}
        if isinstance(lines, str)
        else values
    )


def _beside_fields(faults: Iterable[ThemeFault]) -> dict[str, list[str]]:
    """Return each fault in words beside the field that it names first."""
    fields = {title: name for name, title in TITLES.items()}
    errors: dict[str, list[str]] = {}
    for fault in faults:
        named = [fields[title] for title in fault.values.values() if title in fields]
        errors.setdefault(named[0] if named else "", []).append(fault.words(gettext))
    return errors


def _look_page(form: Form) -> str:
    return render_template(
        "organisation/look.html",
        form=form,
        titles=TITLES,
        fonts=FONTS,
        radii=RADII,
        heading_fonts=[(font, font) for font in HEADING_FONTS],
        pickers={name: _shown(form.values.get(name)) for name in COLOURS},
        own=services.has_own_look(context()),
        preview=_preview(form.values),
        both=_both(form, TITLES),
    )


def _shown(typed: object) -> str:
    """Return what a picker can show of a colour that may be anything."""
    colour = str(typed or "").strip().lower()
    return colour if re.fullmatch("#[0-9a-f]{6}", colour) else "#000000"


def _preview(values: Mapping[str, Any]) -> Theme | None:
    try:
        return services.theme_of({name: values.get(name) or "" for name in TITLES})
    except ThemeInvalid:
        return None


def _texts_page(form: Form) -> str:
    return render_template(
        "organisation/texts.html",
        form=form,
        texts=TEXTS,
        placeholders=PLACEHOLDERS,
        both=_both(form, TEXT_TITLES),
    )


def _facts_page(form: Form) -> str:
    titles = {key: gettext(title) for key, title in PHONE_TITLES.items()}
    form = Form(
        _with_titles(form.values, titles),
        form.errors,
        _with_titles(form.stored, titles),
    )
    return render_template(
        "organisation/facts.html",
        form=form,
        labels=FACTS,
        languages=list(LANGUAGE_NAMES.items()),
        time_zones=[(zone, zone.replace("_", " ")) for zone in TIME_ZONES],
        both=_both(form, FACTS),
    )


def _both(form: Form, titles: Mapping[str, str]) -> list[tuple[str, str, str]]:
    return [
        (gettext(title), _words(form.stored[name]), _words(form.values.get(name)))
        for name, title in titles.items()
        if name in form.stored
    ]


def _words(value: object) -> str:
    if isinstance(value, bool):
        return str(gettext("Yes") if value else gettext("No"))
    if isinstance(value, list):
        return ", ".join(LANGUAGE_NAMES[code] for code in value)
    return str(value or "")
