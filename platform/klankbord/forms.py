"""Forms: what came in, checked by one schema; what was typed is never lost."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import request
from flask_babel import gettext
from marshmallow import Schema, ValidationError, fields
from werkzeug.datastructures import MultiDict

from klankbord.errors import N_, Invalid, Overtaken

OUR_OWN = frozenset({"csrf_token", "idempotency_key"})


@dataclass(frozen=True)
class Form:
    """A form as the person left it, with a message id beside each wrong field.

    `stored` holds, by field, what somebody else saved while this person was typing.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    errors: Mapping[str, list[str]] = field(default_factory=dict)
    stored: Mapping[str, Any] = field(default_factory=dict)


class FormInvalid(Exception):
    """The form can't be used yet; `form` shows it again with what was typed."""

    def __init__(self, form: Form) -> None:
        super().__init__("form invalid")
        self.form = form


def load(schema: Schema) -> dict[str, Any]:
    """Return the request's form as the schema's values.

    Empty is missing, lists take every value, unknown fields are refused.

    Raises:
        FormInvalid: with everything that was typed and what is wrong with it.

    """
    typed = _typed(schema, request.form)
    try:
        loaded: dict[str, Any] = schema.load(typed)
    except ValidationError as error:
        raise FormInvalid(Form(typed, messages(error))) from error
    return loaded


def beside(values: Mapping[str, Any], overtaken: Overtaken) -> Form:
    """Return the form as typed beside what was saved meanwhile, to save or to leave."""
    differing = {
        name: stored
        for name, stored in overtaken.stored.items()
        if stored != values.get(name)
    }
    typed = {**values, "version": overtaken.version}
    return Form(typed, {"": [overtaken.message_id]}, differing)


def refused(values: Mapping[str, Any], invalid: Invalid) -> Form:
    """Return the form as typed, with what a service found wrong with it."""
    errors = {name: [message] for name, message in invalid.fields.items()}
    return Form(values, errors or {"": [invalid.message_id]})


# What marshmallow says with a number or a list in it, as it stands in the catalogue.
_WITH_VALUES = (
    N_("Shorter than minimum length {min}."),
    N_("Longer than maximum length {max}."),
    N_("Length must be between {min} and {max}."),
    N_("Length must be {equal}."),
    N_("Must be greater than or equal to {min} and less than or equal to {max}."),
    N_("Must be greater than or equal to {min}."),
    N_("Must be greater than {min}."),
    N_("Must be less than or equal to {max}."),
    N_("Must be less than {max}."),
    N_("Must be one of: {choices}."),
    N_("Must be equal to {other}."),
)
_PLACE = re.compile(r"\\{(\w+)\\}")
_FILLED = tuple(
    (words, re.compile(_PLACE.sub(r"(?P<\1>.+)", re.escape(words)), re.DOTALL))
    for words in _WITH_VALUES
)


def messages(error: ValidationError) -> dict[str, list[str]]:
    """Return the messages of a validation error by field.

    They are message ids, to be translated where they are shown; what marshmallow fills
    in itself is no id any more, and is translated here.
    """
    found = error.messages
    if not isinstance(found, dict):
        return {"": [_told(message) for message in found]}
    return {
        str(name): [_told(message) for message in value]
        if isinstance(value, list)
        else [_told(value)]
        for name, value in found.items()
    }


def _told(message: object) -> str:
    for words, filled in _FILLED:
        match = filled.fullmatch(str(message))
        if match:
            return str(gettext(words)).format(**match.groupdict())
    return str(message)


def _typed(schema: Schema, form: MultiDict[str, str]) -> dict[str, Any]:
    typed: dict[str, Any] = {}
    for name in form:
        if name in OUR_OWN:
            continue
        declared = schema.fields.get(name)
        if isinstance(declared, fields.List):
            typed[name] = [value for value in form.getlist(name) if value]
        else:
            value = form[name]
            if value.strip() or (declared is not None and declared.allow_none):
                typed[name] = value if value.strip() else None
    return typed
