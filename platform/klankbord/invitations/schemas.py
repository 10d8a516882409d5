"""What comes in from the pages of invitations."""

from marshmallow import Schema, fields, validate

from klankbord.accounts.models import Channel
from klankbord.errors import N_

FILL_IN = N_("Fill this in.")
CHOOSE = N_("Choose how the invitation travels.")
TOO_LONG = N_("This is too long. Use fewer characters.")


class ChannelSchema(Schema):
    """How the first secret travels."""

    channel = fields.Enum(
        Channel,
        by_value=True,
        required=True,
        error_messages={"required": CHOOSE, "unknown": CHOOSE},
    )


class CodeSchema(Schema):
    """A code that was told, mailed or printed."""

    code = fields.String(
        required=True,
        validate=validate.Length(max=80, error=TOO_LONG),
        error_messages={"required": FILL_IN, "invalid": FILL_IN},
    )


class EmptySchema(Schema):
    """A form with nothing but a button."""
