"""What comes in from the pages of signing in and of colleagues."""

from typing import Any

from marshmallow import (
    Schema,
    ValidationError,
    fields,
    post_load,
    validate,
    validates_schema,
)

from klankbord.accounts.services.staff import Personal
from klankbord.errors import N_
from klankbord.permissions import STAFF, Role

FILL_IN = N_("Fill this in.")
NOT_AN_ADDRESS = N_("This is not a complete e-mail address, such as name@example.nl.")
TOO_LONG = N_("This is too long. Use fewer characters.")
CHOOSE = N_("Choose at least one role.")
NOT_A_CHOICE = N_("Choose one from the list.")
NOT_ALIKE = N_("The two passwords are not the same. Type them again.")
LONGEST_PASSWORD = 1000


def _text(longest: int, **options: Any) -> fields.String:  # noqa: ANN401 - field options
    return fields.String(
        validate=validate.Length(max=longest, error=TOO_LONG),
        error_messages={"required": FILL_IN, "invalid": FILL_IN},
        **options,
    )


class Address(fields.Email):
    """An e-mail address; spaces around it, as phones add them, are no mistake."""

    def deserialize(self, value: Any, *args: Any, **options: Any) -> Any:  # noqa: ANN401 - the library's signature
        """Look at the address without its surroundings."""
        cleaned = value.strip() if isinstance(value, str) else value
        return super().deserialize(cleaned, *args, **options)


def _email() -> Address:
    return Address(
        required=True,
        validate=validate.Length(max=200, error=TOO_LONG),
        error_messages={"required": FILL_IN, "invalid": NOT_AN_ADDRESS},
    )


class AddressSchema(Schema):
    """Somebody's e-mail address, and where to go after signing in."""

    email = _email()
    next = _text(2000, load_default="")


class PasswordSchema(AddressSchema):
    """Signing in as staff, first step."""

    password = _text(LONGEST_PASSWORD, required=True)


class CodeSchema(Schema):
    """A code that was sent, told or read from an app."""

    code = _text(40, required=True)


class NewPasswordSchema(Schema):
    """A new password, typed twice."""

    password = _text(LONGEST_PASSWORD, required=True)
    again = _text(LONGEST_PASSWORD, required=True)

    @validates_schema
    def check_alike(self, loaded: dict[str, Any], **_: object) -> None:
        """Refuse two different ones: nobody sees what was typed."""
        if loaded.get("password") != loaded.get("again"):
            raise ValidationError(NOT_ALIKE, "again")


class ChangePasswordSchema(NewPasswordSchema):
    """A new password for somebody who knows the present one."""

    present = _text(LONGEST_PASSWORD, required=True)


class PresentPasswordSchema(Schema):
    """The present password, asked again before something that matters."""

    present = _text(LONGEST_PASSWORD, required=True)


class NewFactorSchema(PresentPasswordSchema):
    """The present password, and a code that shows the new app works."""

    code = _text(40, required=True)


class OwnDeviceSchema(Schema):
    """Whether a client signed in on a phone of the own."""

    own_device = fields.Boolean(
        required=True, error_messages={"required": N_("Choose yes or no.")}
    )


class EmptySchema(Schema):
    """A form with nothing but a button."""


class SearchSchema(Schema):
    """What the list of colleagues is asked for; anything unknown is left out."""

    class Meta:
        """Addresses live long: what they hold too much is ignored."""

        unknown = "exclude"

    text = fields.String(load_default="")
    role = fields.String(
        load_default="", validate=validate.OneOf(["", *(role.value for role in STAFF)])
    )
    state = fields.String(
        load_default="", validate=validate.OneOf(["", "active", "invited", "disabled"])
    )
    sort = fields.String(load_default="name")


class PersonalSchema(Schema):
    """What an administrator fills in about a colleague."""

    name = _text(120, required=True)
    roles = fields.List(
        fields.Enum(Role, by_value=True, error_messages={"unknown": NOT_A_CHOICE}),
        required=True,
        validate=[
            validate.Length(min=1, error=CHOOSE),
            validate.ContainsOnly(list(STAFF), error=NOT_A_CHOICE),
        ],
        error_messages={"required": CHOOSE},
    )
    team_id = fields.UUID(
        load_default=None, error_messages={"invalid_uuid": NOT_A_CHOICE}
    )
    phone = _text(40, load_default="")
    working_days = fields.List(
        fields.String(validate=validate.OneOf("1234567", error=NOT_A_CHOICE)),
        load_default=list,
    )

    @post_load
    def gather(self, loaded: dict[str, Any], **_: object) -> dict[str, Any]:
        """Gather what describes the colleague in one value."""
        rest = {key: loaded.pop(key) for key in ("email", "version") if key in loaded}
        return rest | {
            "personal": Personal(
                name=loaded["name"].strip(),
                roles=frozenset(loaded["roles"]),
                team_id=loaded["team_id"],
                phone=loaded["phone"],
                working_days="".join(sorted(set(loaded["working_days"]))),
            )
        }


class InvitedSchema(PersonalSchema):
    """A colleague to invite."""

    email = _email()


class ChangedSchema(PersonalSchema):
    """A colleague as changed, with the version that was looked at."""

    version = fields.Integer(required=True)


class TeamSchema(Schema):
    """A team's name."""

    name = _text(80, required=True)
