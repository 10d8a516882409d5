"""What comes in from the portal's forms."""

from marshmallow import Schema, fields

from klankbord.errors import N_
from klankbord.people.models import Purpose

NO_DATE = N_("This is not a day. Choose one, or leave it empty.")


class LanguageSchema(Schema):
    """A language, and the page to go back to."""

    language = fields.String(required=True)
    next = fields.String(load_default="")


class SeenSchema(Schema):
    """Which agreements were read, and the page to go back to."""

    seen = fields.List(fields.UUID(), load_default=list)
    next = fields.String(load_default="")


class PeriodSchema(Schema):
    """From which day up to and with which day, and whether to show the own visits."""

    since = fields.Date(error_messages={"invalid": NO_DATE})
    until = fields.Date(error_messages={"invalid": NO_DATE})
    own = fields.Boolean(load_default=False)


class ConsentSchema(Schema):
    """A yes or a no for one purpose, about oneself or a child."""

    client_id = fields.UUID(required=True)
    purpose = fields.Enum(Purpose, by_value=True, required=True)
    granted = fields.Boolean(required=True)
