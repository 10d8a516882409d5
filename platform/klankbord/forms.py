"""Forms: what came in, checked by one schema; what was typed is never lost."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import request
from marshmallow import Schema, ValidationError, fields
from werkzeug.datastructures import MultiDict

from klankbord.errors import Invalid, Overtaken

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


def messages(error: ValidationError) -> dict[str, list[str]]:
    """Return the message ids of a validation error by field."""
    found = error.messages
    if not isinstance(found, dict):
        return {"": [str(message) for message in found]}
    return {
        str(name): [str(message) for message in value]
        if isinstance(value, list)
        else [str(value)]
        for name, value in found.items()
    }


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
