"""What comes in from the forms about agreements."""

from marshmallow import Schema, fields, validate

from klankbord.actions.models import ActionState
from klankbord.actions.promises import Show
from klankbord.errors import N_

MOST_WORDS = 2000
TOO_LONG = N_("Use at most 2000 characters. What you typed is still there.")
CHOOSE = N_("Choose one of the two.")


class CloseSchema(Schema):
    """Whether it was kept, what was done, and the version that was looked at."""

    state = fields.Enum(
        ActionState,
        by_value=True,
        required=True,
        validate=validate.OneOf((ActionState.KEPT, ActionState.NOT_KEPT), error=CHOOSE),
        error_messages={"required": CHOOSE, "unknown": CHOOSE},
    )
    result = fields.String(
        load_default="", validate=validate.Length(max=MOST_WORDS, error=TOO_LONG)
    )
    version = fields.Integer(required=True)


class ListSchema(Schema):
    """What the list is narrowed to."""

    show = fields.Enum(Show, by_value=True, load_default=Show.OPEN)
    name = fields.String(load_default="")
    sort = fields.String(load_default="day")
    page = fields.String()
