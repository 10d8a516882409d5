"""What comes in from the portal's forms."""

from marshmallow import Schema, fields


class LanguageSchema(Schema):
    """A language, and the page to go back to."""

    language = fields.String(required=True)
    next = fields.String(load_default="")
