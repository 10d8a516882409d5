"""The admin's page "Vragenlijsten": versions, words, preview, publish, compare."""

from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from marshmallow import RAISE, Schema, fields, validate

from klankbord.context import NOT_FOUND
from klankbord.errors import N_, Invalid, NotFound
from klankbord.forms import Form, FormInvalid, load
from klankbord.i18n import RIGHT_TO_LEFT
from klankbord.plugin import RespondentKind
from klankbord.questionnaires.definition import FORMAL_DUTCH, Definition
from klankbord.questionnaires.models import Rendering, VersionState
from klankbord.questionnaires.permissions import EDIT_WORDING
from klankbord.questionnaires.schemas import LONGEST_TEXT, TOO_LONG, BeginForm
from klankbord.questionnaires.services import wording
from klankbord.questionnaires.views.blueprint import blueprint
from klankbord.web import context, needs

LANGUAGES = {
    "nl": N_("Dutch, 'je'"),
    FORMAL_DUTCH: N_("Dutch, 'u' (only where it differs)"),
    "en": N_("English"),
    "ar": N_("Arabic"),
}
KINDS = {
    "everybody": N_("Everybody"),
    "parent": N_("Parent"),
    "youth": N_("Youth"),
    "child": N_("Child"),
    "worker": N_("Worker"),
}
WAYS = {
    "standard": N_("Ordinary words"),
    "easy": N_("Easy words"),
    "pictures": N_("Pictures"),
}
# What is filled in where a text has a name between %( )s.
NAMES = {
    "worker": N_("name of the worker"),
    "client": N_("name of the client"),
}
VERSION = {"version_id": "instrument_version"}


class _Field(NamedTuple):
    field: str
    label: str
    text: str
    dutch: str
    optional: bool


class _Difference(NamedTuple):
    title: str
    label: str
    language: str
    before: str
    after: str


@blueprint.get("/beheer/vragenlijsten")
@needs(EDIT_WORDING)
def instruments() -> ResponseReturnValue:
    """List the questionnaires of the methods that are on."""
    rows = wording.list_instruments(context())
    return render_template("questionnaires/instruments.html", rows=rows)


@blueprint.get("/beheer/vragenlijsten/<key>")
@needs(EDIT_WORDING, example={"key": "questionnaire"})
def versions(key: str) -> ResponseReturnValue:
    """List the versions of one questionnaire."""
    rows = wording.list_versions(context(), key)
    in_use = next((row for row in rows if row.state is VersionState.PUBLISHED), None)
    title = next(
        row.title for row in wording.list_instruments(context()) if row.key == key
    )
    return render_template(
        "questionnaires/versions.html", key=key, title=title, rows=rows, in_use=in_use
    )


@blueprint.post("/beheer/vragenlijsten/<key>")
@needs(EDIT_WORDING, example={"key": "questionnaire"})
def new_version(key: str) -> ResponseReturnValue:
    """Begin a draft with the words in use."""
    load(BeginForm())
    version_id = wording.begin_draft(context(), key)
    return redirect(url_for(".words", version_id=version_id), 303)


@blueprint.get("/beheer/vragenlijsten/versies/<uuid:version_id>")
@needs(EDIT_WORDING, example=VERSION)
def words(version_id: UUID) -> ResponseReturnValue:
    """Show the words of a version in one language; a draft's can be changed."""
    draft = wording.see_version(context(), version_id)
    language = _language(draft.version.definition)
    values = {
        row.field: row.text
        for row in wording.texts_in(draft.version.definition, language)
    }
    return _words_page(draft, language, Form(values))


@blueprint.post("/beheer/vragenlijsten/versies/<uuid:version_id>")
@needs(EDIT_WORDING, example=VERSION)
def save_words(version_id: UUID) -> ResponseReturnValue:
    """Save the words of one language; what can't be saved is shown again."""
    ctx = context()
    draft = wording.see_version(ctx, version_id)
    language = _language(draft.version.definition)
    rows = wording.texts_in(draft.version.definition, language)
    try:
        typed = load(_words_form([row.field for row in rows]))
        wording.save_texts(ctx, version_id, language, typed, typed.pop("version"))
    except FormInvalid as error:
        return _words_page(draft, language, error.form), 422
    except Invalid as error:
        fields_at_fault = error.fields or {"": error.message_id}
        errors = {name: [message] for name, message in fields_at_fault.items()}
        return _words_page(draft, language, Form(request.form, errors)), 422
    except wording.Stale as error:
        stored = {row.field: row.text for row in rows}
        form = Form(request.form, {"": [error.message_id]})
        return _words_page(draft, language, form, stored), 409
    flash(gettext("The texts are saved."), "done")
    return redirect(url_for(".words", version_id=version_id, language=language), 303)


@blueprint.post("/beheer/vragenlijsten/versies/<uuid:version_id>/publiceren")
@needs(EDIT_WORDING, example=VERSION)
def publish(version_id: UUID) -> ResponseReturnValue:
    """Use this wording from now on."""
    load(BeginForm())
    key = wording.see_version(context(), version_id).key
    wording.publish_draft(context(), version_id)
    flash(gettext("New answers are given to this version from now on."), "done")
    return redirect(url_for(".versions", key=key), 303)


@blueprint.post("/beheer/vragenlijsten/versies/<uuid:version_id>/weggooien")
@needs(EDIT_WORDING, example=VERSION)
def throw_away(version_id: UUID) -> ResponseReturnValue:
    """Throw a draft away."""
    load(BeginForm())
    key = wording.delete_draft(context(), version_id)
    flash(gettext("The draft is thrown away."), "done")
    return redirect(url_for(".versions", key=key), 303)


@blueprint.get("/beheer/vragenlijsten/versies/<uuid:version_id>/voorbeeld")
@needs(EDIT_WORDING, example=VERSION)
def preview(version_id: UUID) -> ResponseReturnValue:
    """Show all questions as somebody would see them."""
    draft = wording.see_version(context(), version_id)
    definition = draft.version.definition
    kind = _chosen(RespondentKind, "kind", definition.respondents[0])
    rendering = _chosen(Rendering, "rendering", Rendering.STANDARD)
    language = _language(definition)
    names = {name: f"[{title}]" for name, title in _names(definition)}
    listener = wording.preview(kind, language, rendering, names)
    return render_template(
        "questionnaires/preview.html",
        draft=draft,
        definition=definition,
        listener=listener,
        spoken=listener.language,
        spoken_direction="rtl" if listener.language in RIGHT_TO_LEFT else "ltr",
        language=language,
        languages=_languages(definition),
        renderings=list(Rendering),
    )


@blueprint.get(
    "/beheer/vragenlijsten/versies/<uuid:version_id>/vergelijken/<uuid:other_id>"
)
@needs(
    EDIT_WORDING,
    example={"version_id": "instrument_version", "other_id": "instrument_version"},
)
def compare(version_id: UUID, other_id: UUID) -> ResponseReturnValue:
    """Show which texts two versions say differently."""
    before = wording.see_version(context(), other_id)
    after = wording.see_version(context(), version_id)
    if before.key != after.key:
        raise NotFound(NOT_FOUND)
    return render_template(
        "questionnaires/compare.html",
        before=before,
        after=after,
        rows=[
            _Difference(
                _title_of(after.version.definition, changed.place),
                _label_of(changed.kind, changed.rendering),
                changed.language,
                changed.before,
                changed.after,
            )
            for changed in wording.compare(
                before.version.definition, after.version.definition
            )
        ],
        languages=LANGUAGES,
    )


def _words_page(
    draft: wording.Draft,
    language: str,
    form: Form,
    stored: Mapping[str, str] | None = None,
) -> str:
    definition = draft.version.definition
    return render_template(
        "questionnaires/words.html",
        draft=draft,
        editable=draft.state is VersionState.DRAFT,
        language=language,
        languages=_languages(definition),
        groups=_groups(definition, language),
        differing=[
            (_title_of(definition, row.place), row.text, form.values.get(row.field))
            for row in wording.texts_in(definition, language)
            if stored and row.text != form.values.get(row.field, "")
        ],
        placeholders=_names(definition),
        form=form,
        stored=stored,
    )


def _names(definition: Definition) -> list[tuple[str, str]]:
    return [(name, gettext(NAMES.get(name, name))) for name in definition.placeholders]


def _groups(definition: Definition, language: str) -> list[tuple[str, list[_Field]]]:
    """Return the texts under the title of their place, in the page's order."""
    found: dict[str, list[_Field]] = {}
    for row in wording.texts_in(definition, language):
        title = _title_of(definition, row.place)
        optional = language == FORMAL_DUTCH
        label = _label_of(row.kind, row.rendering)
        field = _Field(row.field, label, row.text, row.dutch, optional)
        found.setdefault(title, []).append(field)
    return list(found.items())


def _title_of(definition: Definition, place: str) -> str:
    first, *rest = place.split(".")
    if first == "title":
        return str(gettext("Title"))
    if first == "introduction":
        return str(gettext("Introduction"))
    if first == "scales":
        return str(gettext("Scale, step %(step)s", step=rest[1]))
    keys = [item.key for item in definition.items]
    number = keys.index(rest[0]) + 1 if rest[0] in keys else rest[0]
    parts = {
        "question": N_("Question %(number)s"),
        "low": N_("Question %(number)s, lowest"),
        "high": N_("Question %(number)s, highest"),
        "remark_label": N_("Question %(number)s, own words"),
        "options": N_("Question %(number)s, answer %(answer)s"),
    }
    return str(gettext(parts[rest[1]], number=number, answer=rest[-1]))


def _label_of(kind: str, rendering: str) -> str:
    return f"{gettext(KINDS[kind])}, {gettext(WAYS[rendering])}"


def _words_form(names: list[str]) -> Schema:
    fits = validate.Length(max=LONGEST_TEXT, error=TOO_LONG)
    texts: dict[str, Any] = {
        name: fields.String(load_default="", validate=fits) for name in names
    }
    texts["version"] = fields.Integer(required=True)
    texts["language"] = fields.String()
    return Schema.from_dict(texts)(unknown=RAISE, exclude=())


def _languages(definition: Definition) -> dict[str, str]:
    spoken = {*definition.languages, FORMAL_DUTCH}
    return {name: title for name, title in LANGUAGES.items() if name in spoken}


def _language(definition: Definition) -> str:
    wish = request.values.get("language", "nl")
    if wish not in _languages(definition):
        raise NotFound(NOT_FOUND)
    return wish


def _chosen(kinds: Any, name: str, default: Any) -> Any:  # noqa: ANN401 - any enum
    try:
        return kinds(request.args.get(name, default.value))
    except ValueError as error:
        raise NotFound(NOT_FOUND) from error
