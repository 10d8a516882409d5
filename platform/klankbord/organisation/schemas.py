"""What the forms of the organisation take."""

from dataclasses import fields as fields_of
from typing import Any

from marshmallow import Schema, fields, post_load, validate

from klankbord.errors import N_
from klankbord.i18n import LANGUAGE_NAMES
from klankbord.tenants.texts import TEXTS
from klankbord.tenants.theme import FONTS, RADII, Theme

TIME_ZONES = (
    "Europe/Amsterdam",
    "America/Kralendijk",
    "America/Aruba",
    "America/Curacao",
    "America/Lower_Princes",
)
NAME_MISSING = N_("Fill in the name of your organisation, at most 120 characters.")
CHOOSE_ONE = N_("Choose one of the list.")


class _Versioned(Schema):
    version = fields.Integer(load_default=0)


COLOURS = tuple(one.name for one in fields_of(Theme) if one.name not in FONTS | RADII)


class _Picked(_Versioned):
    """Beside each colour stands a picker, which works without JavaScript too.

    A browser always sends what a picker shows; only one that shows something else than
    at first (`was_…`) was used.
    """

    @post_load
    def _pick(self, values: dict[str, Any], **_: object) -> dict[str, Any]:
        for name in COLOURS:
            picked, was = values.pop(f"pick_{name}"), values.pop(f"was_{name}")
            if picked != was:
                values[name] = picked
        return values


# What is wrong with a value is told by the theme and the texts themselves.
LookSchema = _Picked.from_dict(
    {
        name: fields.String(load_default="", validate=validate.Length(max=60))
        for name in (
            *(one.name for one in fields_of(Theme)),
            *(f"{kind}_{name}" for name in COLOURS for kind in ("pick", "was")),
        )
    },
    name="LookSchema",
)
TextsSchema = _Versioned.from_dict(
    {text.name: fields.String(load_default="") for text in TEXTS}, name="TextsSchema"
)


class FactsSchema(_Versioned):
    """The page "Organisatie"."""

    name = fields.String(
        required=True,
        validate=validate.Length(1, 120, error=NAME_MISSING),
        error_messages={"required": NAME_MISSING},
    )
    address_form = fields.String(
        required=True,
        validate=validate.OneOf(["je", "u"], error=CHOOSE_ONE),
        error_messages={"required": CHOOSE_ONE},
    )
    languages = fields.List(
        fields.String(validate=validate.OneOf(LANGUAGE_NAMES, error=CHOOSE_ONE)),
        load_default=list,
    )
    phone_numbers = fields.String(load_default="", validate=validate.Length(max=2000))
    time_zone = fields.String(
        required=True,
        validate=validate.OneOf(TIME_ZONES, error=CHOOSE_ONE),
        error_messages={"required": CHOOSE_ONE},
    )
    parents_read_young = fields.Boolean(load_default=False)
