"""What comes in from the pages of invitations."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields, pre_load, validate

from klankbord.accounts.models import Channel
from klankbord.errors import N_

FILL_IN = N_("Fill this in.")
CHOOSE = N_("Choose how the invitation travels.")
TOO_LONG = N_("This is too long. Use fewer characters.")
NOT_AN_ADDRESS = N_("This is not a complete e-mail address, such as name@example.nl.")
ONLY_YOU = N_("We can only use an address that nobody else reads.")


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


class MailboxSchema(Schema):
    """An address that a client says to be the only reader of."""

    email = fields.Email(
        required=True,
        error_messages={"required": FILL_IN, "invalid": NOT_AN_ADDRESS},
    )
    alone = fields.Boolean(
        required=True,
        validate=validate.Equal(True, error=ONLY_YOU),
        error_messages={"required": ONLY_YOU, "invalid": ONLY_YOU},
    )

    @pre_load
    def strip(self, data: Mapping[str, Any], **_: object) -> dict[str, Any]:
        """Take the spaces away that phones add."""
        email = data.get("email")
        return {**data, "email": email.strip()} if email else dict(data)


class EmptySchema(Schema):
    """A form with nothing but a button."""
