"""A settings form drawn from a plugin's marshmallow schema: no page per plugin."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from marshmallow import Schema, fields

from klankbord.forms import Form


@dataclass(frozen=True)
class SettingField:
    """One setting as the form shows it; `kind` is number, numbers, yes or text."""

    name: str
    label: str
    help: str
    kind: str


def draw(schema: Schema) -> list[SettingField]:
    """Return the fields of a form for the schema, in its order."""
    return [
        SettingField(
            name=name,
            label=str(one.metadata.get("label", name)),
            help=str(one.metadata.get("help", "")),
            kind=_kind(one),
        )
        for name, one in schema.fields.items()
    ]


def filled(schema: Schema, settings: Mapping[str, Any]) -> Form:
    """Return the form with the settings in force, defaults included."""
    values = schema.load(dict(settings))
    return Form({name: _typed(value) for name, value in values.items()})


def listed(schema: Schema, typed: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was typed as the schema wants it: lists are typed with commas."""
    return {
        name: [part.strip() for part in str(value).split(",") if part.strip()]
        if isinstance(schema.fields.get(name), fields.List)
        else value
        for name, value in typed.items()
    }


def _kind(one: fields.Field[Any]) -> str:
    if isinstance(one, fields.List):
        return "numbers"
    if isinstance(one, fields.Boolean):
        return "yes"
    return "number" if isinstance(one, fields.Integer) else "text"


def _typed(value: object) -> object:
    if isinstance(value, list):
        return ", ".join(str(part) for part in value)
    return value
