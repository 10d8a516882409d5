"""What the log is narrowed to."""

from marshmallow import Schema, fields, validate

from klankbord.audit.models import Ground
from klankbord.errors import N_

NO_DATE = N_("This is not a day. Choose one, or leave it empty.")
NO_GROUND = N_("Choose one from the list.")
TYPE_NAME = N_("Type the whole name, as it stands above.")


class LogSchema(Schema):
    """A period, a part of a name, a ground, a client or an account."""

    since = fields.Date(error_messages={"invalid": NO_DATE})
    until = fields.Date(error_messages={"invalid": NO_DATE})
    name = fields.String()
    ground = fields.Enum(Ground, by_value=True, error_messages={"unknown": NO_GROUND})
    client_id = fields.UUID(error_messages={"invalid_uuid": NO_GROUND})
    account_id = fields.UUID(error_messages={"invalid_uuid": NO_GROUND})


class EraseSchema(Schema):
    """The whole name, typed to confirm."""

    name = fields.String(
        required=True,
        validate=validate.Length(max=200, error=TYPE_NAME),
        error_messages={"required": TYPE_NAME},
    )
